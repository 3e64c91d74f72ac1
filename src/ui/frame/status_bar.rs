//! The status bar: what is shown in figures, and the keys of the moment.

use crate::scene::format::{bytes, counted, duration};
use crate::ui::dom::{El, Parts, button, el, parts, span};
use crate::ui::icon::Icon;
use crate::ui::keys::key;
use crate::ui::state::{AppState, Dialog, Screen, Tab};
use crate::ui::waterfall::legend::legend;

/// The status bar.
pub fn status_bar(state: AppState) -> El {
    el("footer").class("status").child((
        move || {
            let masked = state.settings.with(|settings| settings.masked);
            masked.then(|| {
                button("masked", move || state.dialog.set(Some(Dialog::Settings)))
                    .attr(
                        "title",
                        "On screen and in what is copied; the settings say what",
                    )
                    .child((Icon::EyeOff.el(12), "Secrets covered"))
            })
        },
        move || figures(state),
        span("keys").child((
            move || hints(state.screen.get(), state.tab.get()),
            button("", move || state.dialog.set(Some(Dialog::Keys))).child((key("?"), "keys")),
        )),
    ))
}

fn figures(state: AppState) -> Parts {
    match state.screen.get() {
        Screen::Run => run_figures(state),
        Screen::Runs => state.document.with(|document| {
            parts(document.as_ref().map(|open| {
                (
                    el("span").child(counted(u64::from(open.traces), "run")),
                    el("span").child(counted(u64::from(open.spans), "span")),
                    (open.orphans > 0)
                        .then(|| el("span").child(counted(u64::from(open.orphans), "orphan"))),
                )
            }))
        }),
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
            parts((
                el("span").child(format!("{requests} made")),
                memory.map(|memory| el("span").child(memory)),
                el("span").child(concat!("Version ", env!("CARGO_PKG_VERSION"))),
            ))
        }
    }
}

fn run_figures(state: AppState) -> Parts {
    let Some((length, spans, orphans)) = state.run.with(|run| {
        run.as_ref()
            .map(|run| (run.duration_ns, run.spans, run.orphans))
    }) else {
        return parts(());
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
    parts((
        el("span").child(("Window ", el("b").text_of(window))),
        el("span").child((
            el("b").child(counted(u64::from(spans), "span")),
            ", ",
            counted(u64::from(orphans), "orphan"),
        )),
        // Each view has its own.
        (state.tab.get() == Tab::Main).then(|| legend(state)),
    ))
}

fn hints(screen: Screen, tab: Tab) -> Parts {
    let hint = |keys: &[&'static str], what: &'static str| {
        let keys: Vec<El> = keys.iter().copied().map(key).collect();
        el("span").child((keys, what))
    };
    match screen {
        Screen::Run | Screen::Runs if tab == Tab::Cost => {
            parts((hint(&["Enter"], "go in"), hint(&["Backspace"], "go out")))
        }
        Screen::Run | Screen::Runs if tab == Tab::Routing => parts((
            hint(&["←", "→"], "cell"),
            hint(&["Enter"], "show its calls"),
        )),
        Screen::Run if tab == Tab::Agents && AppState::current().steps.get() => parts((
            hint(&["↑", "↓"], "step"),
            hint(&["Enter"], "show in waterfall"),
        )),
        Screen::Run | Screen::Runs if tab == Tab::Agents => parts((
            hint(&["←", "→"], "node"),
            hint(&["0"], "all"),
            hint(&["Enter"], "show in waterfall"),
        )),
        Screen::Run | Screen::Runs if tab == Tab::Statistics => parts(hint(&["↑", "↓"], "move")),
        Screen::Open => parts(hint(&["O"], "open")),
        Screen::Runs => parts((hint(&["J", "K"], "row"), hint(&["Enter"], "open"))),
        Screen::Run => parts(hint(&["W", "A", "S", "D"], "move")),
        Screen::Report | Screen::Failed => parts(hint(&["Esc"], "close")),
    }
}
