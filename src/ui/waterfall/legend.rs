//! Which service has which colour. The mark is the shape of the dimension (design section 1).

use leptos::prelude::*;

/// The mark of a service.
pub fn mark(index: Option<u16>) -> AnyView {
    let member = index
        .filter(|index| *index < 10)
        .map_or_else(String::new, |index| format!(" member-{index}"));
    view! { <span class=format!("service-mark{member}") aria-hidden="true"></span> }.into_any()
}

/// At most this many services are named; the rest is counted.
const NAMED: usize = 6;

/// The services of the run shown, by span count.
#[component]
pub fn Legend(
    /// Index, name, spans.
    services: RwSignal<Vec<(u16, String, u32)>>,
    /// The critical path is drawn.
    critical: Signal<bool>,
) -> impl IntoView {
    let entries = move || {
        services.with(|services| {
            let mut entries: Vec<AnyView> = services
                .iter()
                .take(NAMED)
                .map(|(index, name, spans)| {
                    let title = format!("{name}: {}", crate::scene::format::counted(u64::from(*spans), "span"));
                    view! { <li title=title>{mark(Some(*index))}<span class="ellipsis">{name.clone()}</span></li> }.into_any()
                })
                .collect();
            if let Some(more) = services.len().checked_sub(NAMED).filter(|more| *more > 0) {
                let names: Vec<&str> = services.iter().skip(NAMED).map(|(_, name, _)| name.as_str()).collect();
                entries.push(view! { <li title=names.join(", ")>{format!("{more} more")}</li> }.into_any());
            }
            if critical.get() {
                entries.push(view! { <li><span class="path-mark" aria-hidden="true"></span>"critical path"</li> }.into_any());
            }
            entries
        })
    };
    view! { <ul class="legend" aria-label="Services">{entries}</ul> }
}
