//! The status bar: what is shown in figures, and the keys of the moment.

use crate::scene::format::{bytes, counted, duration};
use crate::ui::keys::key;
use crate::ui::state::{AppState, Dialog, Screen};
use leptos::prelude::*;
use leptos::{ev, html};

/// The status bar.
pub fn status_bar(state: AppState) -> AnyView {
    html::footer()
        .class("status")
        .child((
            move || figures(state),
            html::span().class("keys").child((
                move || hints(state.screen.get()),
                html::button()
                    .attr("type", "button")
                    .on(ev::click, move |_| state.dialog.set(Some(Dialog::Keys)))
                    .child((key("?"), "keys")),
            )),
        ))
        .into_any()
}

fn figures(state: AppState) -> AnyView {
    let screen = state.screen.get();
    match screen {
        Screen::Run => run_figures(state),
        Screen::Runs => state
            .document
            .with(|document| {
                document.as_ref().map(|open| {
                    (
                        html::span().child(counted(u64::from(open.traces), "run")),
                        html::span().child(counted(u64::from(open.spans), "span")),
                        (open.orphans > 0).then(|| {
                            html::span().child(counted(u64::from(open.orphans), "orphan"))
                        }),
                    )
                })
            })
            .into_any(),
        Screen::Open | Screen::Report | Screen::Failed => {
            let requests = counted(u64::from(state.requests.get()), "request");
            let memory = state.document.with(|document| {
                let open = document.as_ref()?;
                let read = open.sources.iter().map(|source| source.size).sum();
                Some(format!(
                    "{} read, {} of memory in use",
                    bytes(read),
                    bytes(open.memory_bytes)
                ))
            });
            (
                html::span().child(format!("{requests} made")),
                memory.map(|memory| html::span().child(memory)),
                html::span().child(concat!("Version ", env!("CARGO_PKG_VERSION"))),
            )
                .into_any()
        }
    }
}

fn run_figures(state: AppState) -> AnyView {
    let Some((length, spans, orphans)) = state.run.with(|run| {
        run.as_ref()
            .map(|run| (run.duration_ns, run.spans, run.orphans))
    }) else {
        return ().into_any();
    };
    let window = move || {
        let (start, end) = state.window.get().unwrap_or((0, length));
        let start = if start == 0 {
            "0".to_owned()
        } else {
            duration(start)
        };
        format!("{start} to {}", duration(end))
    };
    (
        html::span().child(("Window ", html::b().child(window))),
        html::span().child((
            html::b().child(counted(u64::from(spans), "span")),
            ", ",
            counted(u64::from(orphans), "orphan"),
        )),
    )
        .into_any()
}

fn hints(screen: Screen) -> AnyView {
    let hint = |keys: &[&'static str], what: &'static str| {
        let keys: Vec<AnyView> = keys.iter().copied().map(key).collect();
        html::span().child((keys, what)).into_any()
    };
    match screen {
        Screen::Open => hint(&["O"], "open"),
        Screen::Runs => (hint(&["J", "K"], "row"), hint(&["Enter"], "open")).into_any(),
        Screen::Run => hint(&["W", "A", "S", "D"], "move"),
        Screen::Report | Screen::Failed => hint(&["Esc"], "close"),
    }
}
