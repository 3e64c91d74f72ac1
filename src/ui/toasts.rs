//! Short messages at the foot of the page.

use super::dom::{El, button, div, el, span};
use super::icon::Icon;
use super::state::{AppState, Toast, Tone};

/// The messages, the latest at the bottom.
pub fn toasts(state: AppState) -> El {
    div("toasts")
        .attr("role", "region")
        .attr("aria-label", "Messages")
        .child(move || -> Vec<El> {
            let list = state.toasts.get();
            list.into_iter().map(|toast| one(state, toast)).collect()
        })
}

fn one(state: AppState, toast: Toast) -> El {
    let id = toast.id;
    let (icon, class) = match toast.tone {
        Tone::Done => (Icon::Check, "is-ok"),
        Tone::Note => (Icon::Info, "muted"),
        Tone::Warning => (Icon::TriangleAlert, "is-warn"),
        Tone::Error => (Icon::CircleX, "is-err"),
    };
    let role = if toast.tone == Tone::Error {
        "alert"
    } else {
        "status"
    };
    let action = toast.action.map(|action| {
        button("button small", move || {
            state.close_toast(id);
            (action.run)();
        })
        .child(action.label)
    });
    let text = (!toast.text.is_empty()).then(|| el("span").child(toast.text));
    let mut this = div("toast").attr("role", role);
    for (event, held) in [
        ("pointerenter", true),
        ("pointerleave", false),
        ("focusin", true),
        ("focusout", false),
    ] {
        this = this.on(event, move |_| state.hold_toast(id, held));
    }
    this.child((
        span(class).child(icon.el(16)),
        div("text").child((el("b").child(toast.title), text)),
        action,
        button("quiet", move || state.close_toast(id))
            .attr("aria-label", "Close the message")
            .attr("title", "Close")
            .child(Icon::X.el(14)),
    ))
}
