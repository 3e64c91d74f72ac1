//! Short messages at the foot of the page.

use super::icon::Icon;
use super::state::{AppState, Toast, Tone};
use leptos::html;
use leptos::prelude::{
    AnyView, ClassAttribute, CustomAttribute, ElementChild, For, ForProps, Get, GlobalAttributes,
    IntoAny, OnAttribute,
};

/// The messages, the latest at the bottom.
pub fn toasts(state: AppState) -> AnyView {
    let list = For(ForProps::builder()
        .each(move || state.toasts.get())
        .key(|toast| toast.id)
        .children(move |toast| view(state, toast))
        .build());
    html::div()
        .class("toasts")
        .attr("role", "region")
        .attr("aria-label", "Messages")
        .child(list)
        .into_any()
}

fn view(state: AppState, toast: Toast) -> AnyView {
    let id = toast.id;
    let (icon, class) = match toast.tone {
        Tone::Done => (Icon::Check, "is-ok"),
        Tone::Note => (Icon::Info, "muted"),
        Tone::Warning => (Icon::TriangleAlert, "is-warn"),
        Tone::Error => (Icon::CircleX, "is-err"),
    };
    let action = toast.action.map(|action| {
        html::button()
            .class("button small")
            .attr("type", "button")
            .on(leptos::ev::click, move |_| {
                state.close_toast(id);
                (action.run)();
            })
            .child(action.label)
            .into_any()
    });
    html::div()
        .class("toast")
        .attr(
            "role",
            if toast.tone == Tone::Error {
                "alert"
            } else {
                "status"
            },
        )
        .on(leptos::ev::pointerenter, move |_| {
            state.hold_toast(id, true);
        })
        .on(leptos::ev::pointerleave, move |_| {
            state.hold_toast(id, false);
        })
        .on(leptos::ev::focusin, move |_| state.hold_toast(id, true))
        .on(leptos::ev::focusout, move |_| state.hold_toast(id, false))
        .child((
            html::span().class(class).child(icon.view(16)),
            html::div().class("text").child((
                html::b().child(toast.title),
                (!toast.text.is_empty()).then(|| html::span().child(toast.text)),
            )),
            action,
            html::button()
                .class("quiet")
                .attr("type", "button")
                .attr("aria-label", "Close the message")
                .title("Close")
                .on(leptos::ev::click, move |_| state.close_toast(id))
                .child(Icon::X.view(14)),
        ))
        .into_any()
}
