//! Which service has which colour. The mark is the shape of the dimension (design section 1).

use crate::scene::format::counted;
use crate::ui::icon::Icon;
use crate::ui::menu::{MenuLook, MenuPart, item, menu};
use crate::ui::state::AppState;
use leptos::html;
use leptos::prelude::*;

/// The mark of a service.
pub fn mark(index: Option<u16>) -> AnyView {
    let member = index
        .filter(|index| *index < 10)
        .map_or_else(String::new, |index| format!(" member-{index}"));
    html::span()
        .class(format!("service-mark{member}"))
        .attr("aria-hidden", "true")
        .into_any()
}

/// At most this many services stand in the bar; what does not fit is hidden.
const IN_BAR: usize = 8;
/// With more services there is a menu of all.
const FEW: usize = 3;

/// The services of the run shown, by span count.
#[component]
pub fn Legend(
    /// Index, name, spans.
    services: RwSignal<Vec<(u16, String, u32)>>,
    /// The critical path is drawn.
    critical: Signal<bool>,
) -> impl IntoView {
    let entries = move || {
        let path = critical.get().then(|| {
            html::li()
                .child((html::span().class("path-mark"), "critical path"))
                .into_any()
        });
        services.with(|services| {
            let entries = services.iter().take(IN_BAR).map(|(index, name, spans)| {
                html::li()
                    .title(format!("{name}: {}", counted(u64::from(*spans), "span")))
                    .child((
                        mark(Some(*index)),
                        html::span().class("ellipsis").child(name.clone()),
                    ))
                    .into_any()
            });
            path.into_iter().chain(entries).collect::<Vec<AnyView>>()
        })
    };
    let count = Memo::new(move |_| services.with(Vec::len));
    (
        html::ul()
            .class("legend")
            .attr("aria-label", "Services")
            .child(entries),
        move || (count.get() > FEW).then(|| all(services)),
    )
}

/// All services; choosing one seeks its spans.
fn all(services: RwSignal<Vec<(u16, String, u32)>>) -> AnyView {
    let app = AppState::current();
    let look = MenuLook {
        place: "menu-place",
        button: "legend-all",
        list: "legend-list",
        name: "",
    };
    let label = move || {
        let count = services.with(Vec::len) as u64;
        (counted(count, "service"), Icon::ChevronDown.view(12)).into_any()
    };
    menu(look, label, move || {
        let heading = MenuPart::Heading("Seek the spans of");
        let entries = services.get().into_iter().map(|(index, name, spans)| {
            let sought = format!("service=\"{name}\"");
            item(
                move || {
                    (
                        mark(Some(index)),
                        html::span().class("ellipsis grow").child(name.clone()),
                        html::span()
                            .class("hint")
                            .child(counted(u64::from(spans), "span")),
                    )
                        .into_any()
                },
                move || app.search.set(sought.clone()),
            )
        });
        [heading].into_iter().chain(entries).collect()
    })
    .into_view()
}
