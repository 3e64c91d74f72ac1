//! Which service has which colour. The mark is the shape of the dimension (design section 1).

use super::stage::Stage;
use crate::scene::format::counted;
use crate::ui::dom::{El, Parts, el, parts, span};
use crate::ui::icon::Icon;
use crate::ui::menu::{MenuLook, item, menu};
use std::rc::Rc;

/// The mark of a service.
pub fn mark(index: Option<u16>) -> El {
    let member = index
        .filter(|index| *index < 10)
        .map_or_else(String::new, |index| format!(" member-{index}"));
    span(&format!("service-mark{member}")).attr("aria-hidden", "true")
}

/// At most this many services stand in the bar; what does not fit is hidden.
const IN_BAR: usize = 8;
/// With more services there is a menu of all.
const FEW: usize = 3;

/// The services of the run shown, by span count.
pub fn legend(stage: &Rc<Stage>) -> Parts {
    let (listed, counted) = (stage.clone(), stage.clone());
    let entries = move || {
        let path = listed.app.settings.with(|settings| settings.critical_path);
        let path = path.then(|| el("li").child((span("path-mark"), "critical path")));
        let services = listed.shown.legend.get();
        let entries = services.iter().take(IN_BAR).map(entry);
        path.into_iter().chain(entries).collect::<Vec<El>>()
    };
    parts((
        el("ul")
            .class("legend")
            .attr("aria-label", "Services")
            .child(entries),
        move || {
            let many = counted.shown.legend.with(Vec::len) > FEW;
            many.then(|| all(&counted))
        },
    ))
}

fn entry((index, name, spans): &(u16, String, u32)) -> El {
    el("li")
        .attr(
            "title",
            format!("{name}: {}", counted(u64::from(*spans), "span")),
        )
        .child((mark(Some(*index)), span("ellipsis").child(name.as_str())))
}

/// All services; choosing one seeks its spans.
fn all(stage: &Rc<Stage>) -> El {
    let look = MenuLook {
        place: "menu-place",
        button: "legend-all",
        list: "legend-list",
        name: "",
    };
    let (count, listed) = (stage.clone(), stage.clone());
    let label = (
        move || counted(count.shown.legend.with(Vec::len) as u64, "service"),
        Icon::ChevronDown.el(12),
    );
    menu(look, label, move || {
        let services = listed.shown.legend.get_untracked();
        let lines = services.into_iter().map(|(index, name, spans)| {
            let sought = format!("service=\"{name}\"");
            let content = parts((
                mark(Some(index)),
                span("ellipsis grow").child(name),
                span("hint").child(counted(u64::from(spans), "span")),
            ));
            let app = listed.app;
            item(content, move || app.search.set(sought.clone()))
        });
        lines.collect()
    })
}
