//! Which member has which colour. The mark is the shape of the dimension (design section 1).

use crate::scene::format::counted;
use crate::scene::waterfall::ColourBy;
use crate::ui::canvas::OWN_COLOURS;
use crate::ui::dom::{El, el, parts, span};
use crate::ui::icon::Icon;
use crate::ui::menu::{MenuPart, item};
use crate::ui::state::AppState;

/// The mark of a service.
pub fn mark(index: Option<u16>) -> El {
    member_mark(ColourBy::Service, index)
}

/// The mark of a member: its shape says what it is a member of.
pub fn member_mark(by: ColourBy, member: Option<u16>) -> El {
    let number = member.map_or(u16::MAX, |member| member);
    let coloured = |shape: &str, class: &str| match number {
        0..OWN_COLOURS => span(&format!("{shape} {class}-{number}")),
        _ => span(shape),
    };
    let mark = match by {
        ColourBy::Service => coloured("service-mark", "member"),
        ColourBy::Agent => coloured("agent-mark", "member"),
        ColourBy::Model => coloured("model-mark", "model"),
        ColourBy::Kind => match kind_icon(number) {
            Some(icon) => span(&format!("kind-{number}")).child(icon.el(14)),
            None => span("other-mark"),
        },
        ColourBy::Status if number == 1 => span("is-err").child(Icon::CircleX.el(14)),
        ColourBy::Status => span("status-mark"),
    };
    mark.attr("aria-hidden", "true")
}

/// The icon of a kind by its place among the colours.
fn kind_icon(member: u16) -> Option<Icon> {
    Some(match member {
        0 => Icon::MessageSquare,
        1 => Icon::Bot,
        2 => Icon::Wrench,
        3 => Icon::Library,
        4 => Icon::Forward,
        5 => Icon::ShieldCheck,
        6 => Icon::Workflow,
        _ => return None,
    })
}

/// What colours stand for, of several.
fn words(by: ColourBy) -> &'static str {
    match by {
        ColourBy::Kind => "Kinds",
        ColourBy::Agent => "Agents",
        ColourBy::Model => "Models",
        ColourBy::Service => "Services",
        ColourBy::Status => "Status",
    }
}

/// At most this many members stand in the legend; what does not fit is hidden.
const MOST: usize = 10;

/// The members of the run shown, by span count.
pub fn legend(app: AppState) -> El {
    let entries = move || {
        let path = app.settings.with(|settings| settings.critical_path);
        let path = path.then(|| el("li").child((span("path-mark"), "critical path")));
        let entries = app.legend.with(|(by, members)| {
            let most = members.iter().take(MOST);
            most.map(|member| entry(*by, member)).collect::<Vec<El>>()
        });
        entries.into_iter().chain(path).collect::<Vec<El>>()
    };
    el("ul")
        .class("legend")
        .attr_of("aria-label", move || words(app.legend.with(|(by, _)| *by)))
        .child(entries)
}

fn entry(by: ColourBy, (member, name, spans): &(u16, String, u32)) -> El {
    el("li")
        .attr(
            "title",
            format!("{name}: {}", counted(u64::from(*spans), "span")),
        )
        .child((
            member_mark(by, Some(*member)),
            span("ellipsis").child(name.as_str()),
        ))
}

/// Lines of a menu: the members, to seek the spans of one.
pub fn members(app: AppState) -> Vec<MenuPart> {
    let (by, members) = app.legend.get_untracked();
    if matches!(by, ColourBy::Kind | ColourBy::Status) {
        return Vec::new();
    }
    let lines = members.into_iter().map(|(member, name, spans)| {
        let sought = name.clone();
        let content = parts((
            member_mark(by, Some(member)),
            span("ellipsis grow").child(name),
            span("hint").child(counted(u64::from(spans), "span")),
        ));
        item(content, move || seek(app, by, &sought))
    });
    [MenuPart::Rule, MenuPart::Heading(words(by))]
        .into_iter()
        .chain(lines)
        .collect()
}

/// Marks the spans of a service by search, those of an agent or a model by filter.
fn seek(app: AppState, by: ColourBy, name: &str) {
    match by {
        ColourBy::Agent => app
            .runs_filter
            .set(format!("{{ agent = {} }}", quoted(name))),
        // The name may be short for several.
        ColourBy::Model => app.runs_filter.set(format!(
            "{{ model =~ {} }}",
            quoted(&format!(".*{}.*", plain(name)))
        )),
        _ => app.search.set(format!("service=\"{name}\"")),
    }
}

/// A text as a filter has it.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        if matches!(letter, '"' | '\\') {
            quoted.push('\\');
        }
        quoted.push(letter);
    }
    quoted.push('"');
    quoted
}

/// A pattern that matches just this text.
fn plain(text: &str) -> String {
    let mut pattern = String::new();
    for letter in text.chars() {
        if !letter.is_alphanumeric() && letter != '-' && letter != '_' {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    pattern
}
