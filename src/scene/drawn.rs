//! What the views that count draw: rectangles with their labels, a table beside them, and a legend; all of it made in the
//! worker, so that the page only paints.

pub use crate::analysis::budget::Limit;
pub use crate::semantics::budget::RUN_BUDGET;

use crate::model::{SpanRow, TraceRow};
use serde::{Deserialize, Serialize};

/// What is to be drawn.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrawRequest {
    /// Of one run; `None` for all that pass the filter.
    pub trace: Option<TraceRow>,
    /// The filter; empty for none.
    pub filter: String,
    /// Names of levels.
    pub levels: Vec<String>,
    /// Names of the members that were gone into, one a level; `None` is what has no member.
    pub path: Vec<Option<String>>,
    /// The measure, as an index of [`crate::scene::treemap::MEASURES`].
    pub measure: u8,
    /// What colours stand for, as an index of [`crate::scene::treemap::COLOURS`].
    pub colour: u8,
    /// The column that rows stand in order of.
    pub sort: u8,
    /// From the smallest.
    pub ascending: bool,
    /// Width and height in pixels.
    pub size: (u16, u16),
    /// What a run may cost.
    pub budget: Limit,
    /// Rows of the table at most, where the page shows more of them on demand; 0 for as many as the view has by itself.
    pub most: u32,
    /// Two members of the level that comes next, to be drawn side by side; empty for all of them as one.
    pub pair: Vec<Option<String>>,
    /// Only the table is wanted: as many rows as a file has room for, with cells as plain numbers (dollars, nanoseconds,
    /// parts of 1), empty when unknown, and `yes` or `no` in the last for whether nothing is unknown.
    pub plain: bool,
}

/// What is drawn.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Drawn {
    /// The document that rows are valid for.
    pub document: u32,
    /// The members that were gone into, as far as there are such, to ask with.
    pub entered: Vec<Option<String>>,
    /// What they are shown as.
    pub crumbs: Vec<String>,
    /// Rectangles, each behind the one it stands in.
    pub marks: Vec<Mark>,
    /// Rows of the table.
    pub items: Vec<Item>,
    /// Rows that were left out of the table.
    pub left_out: u32,
    /// What colours stand for: ink and name.
    pub legend: Vec<(u8, String)>,
    /// The whole, as the last row of the table.
    pub total: Vec<String>,
    /// What has no area because its amount is unknown; empty when there is none.
    pub unknown: String,
    /// What has no area because it is less than nothing; empty when there is none.
    pub lost: String,
    /// What the cache saved.
    pub cache: CacheTold,
    /// Keys of attributes that can be levels.
    pub keys: Vec<String>,
    /// What became of the budget, in a sentence.
    pub budget: String,
    /// What the run says itself that it may cost, in dollars; empty when it says nothing, or several are drawn.
    pub own_budget: String,
    /// The call that cost more than the budget had left; of several runs, that of the costliest.
    pub crossed: Option<SpanRow>,
    /// The innermost rectangle with that call, as an index of the marks.
    pub crossed_mark: Option<u32>,
    /// What two members are called that are drawn side by side; else empty.
    pub pair: Vec<String>,
    /// What can be drawn side by side: member and name alone.
    pub choices: Vec<Item>,
}

/// What the cache saved, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CacheTold {
    /// How much; empty where no tokens are known.
    pub text: String,
    /// How that came about.
    pub why: String,
    /// Whether any call read from a cache or wrote to it.
    pub is_any: bool,
}

/// A rectangle.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Left, top, width, height in pixels.
    pub place: [f32; 4],
    /// What it is.
    pub shape: Shape,
    /// The one it stands in, as an index of the marks; itself for none.
    pub parent: u32,
    /// Number of what it stands for, the same in the table.
    pub node: u32,
    /// Its colour; see [`ink`].
    pub ink: u8,
    /// Name of the member it stands for, to ask with; it is not shown.
    pub member: Option<String>,
    /// What is shown of it.
    pub label: String,
    /// Its amount.
    pub value: String,
    /// Share of its input tokens that a cache had, in percent; 0 when none or unknown.
    pub cached: u8,
    /// The first of its spans.
    pub first: SpanRow,
}

/// What a rectangle is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Shape {
    /// It holds others, below a line with its name.
    Group,
    /// It holds others and is too small for its name.
    Frame,
    /// It stands for one node.
    #[default]
    Cell,
    /// It stands for several that are too small to be seen.
    Rest,
}

/// A row of the table.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Number of what it stands for.
    pub node: u32,
    /// Its colour.
    pub ink: u8,
    /// Name of the member it stands for, to ask with; it is not shown.
    pub member: Option<String>,
    /// What is shown of it.
    pub label: String,
    /// Its columns.
    pub cells: Vec<String>,
    /// Its share in thousandths.
    pub share: u16,
    /// Whether it can be gone into.
    pub has_parts: bool,
    /// Whether its amount is unknown.
    pub unknown: bool,
    /// Of two that are drawn side by side, the one that its node belongs to.
    pub side: u8,
    /// The first of its spans.
    pub first: SpanRow,
}

/// Numbers of colours: agents and models by rank, kinds, and steps of a quantity.
pub mod ink {
    /// No colour of its own.
    pub const NEUTRAL: u8 = 0;
    /// The first agent; ten follow each other.
    pub const AGENT: u8 = 1;
    /// The first model; ten follow each other.
    pub const MODEL: u8 = 11;
    /// The first kind, in the order of [`crate::model::OperationKind::ALL`].
    pub const KIND: u8 = 21;
    /// The lowest of seven steps.
    pub const HEAT: u8 = 36;
    /// How many there are.
    pub const COUNT: u8 = 43;
    /// Agents and models with a colour of their own.
    pub const MEMBERS: u16 = 10;
    /// Steps of a quantity.
    pub const STEPS: u8 = 7;

    /// The colour of a member, where those of its kind begin with `first`.
    pub fn of(number: Option<u16>, first: u8) -> u8 {
        let own = number.filter(|&number| number < MEMBERS);
        own.map_or(NEUTRAL, |number| first + number as u8)
    }
}

/// A filter that keeps the spans of some members of levels; empty when there is none that says it.
pub fn filter_of(levels: &[String], names: &[Option<String>]) -> String {
    let mut text = String::new();
    for (level, name) in levels.iter().zip(names) {
        let field = match level.as_str() {
            "agent" | "model" | "kind" | "tool" => level.clone(),
            "service" => "resource.service.name".to_owned(),
            // A run is shown by itself, and other members are no fields of spans.
            "run" | "span" | "step" | "session" | "user" => continue,
            key => format!("span.{key}"),
        };
        text.push_str(if text.is_empty() { "{ " } else { " && " });
        match name {
            Some(name) if level == "kind" => {
                text.push_str("kind = ");
                text.push_str(name);
            }
            name => push_comparison(&mut text, &field, name.as_deref()),
        }
    }
    if !text.is_empty() {
        text.push_str(" }");
    }
    text
}

/// A filter that keeps the spans of a name.
pub fn filter_of_name(name: &str) -> String {
    let mut text = "{ ".to_owned();
    push_comparison(&mut text, "name", Some(name));
    text.push_str(" }");
    text
}

fn push_comparison(text: &mut String, field: &str, value: Option<&str>) {
    text.push_str(field);
    match value {
        Some(value) => {
            text.push_str(" = \"");
            text.push_str(&value.replace('\\', "\\\\").replace('"', "\\\""));
            text.push('"');
        }
        None => text.push_str(" = nil"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::filter::Filter;

    #[test]
    fn a_name_becomes_a_filter() {
        let filter = filter_of_name("GET \"a\\b\"");
        assert_eq!(filter, r#"{ name = "GET \"a\\b\"" }"#);
        assert!(Filter::parse(&filter).is_ok());
    }

    #[test]
    fn members_become_a_filter() {
        let levels = ["agent", "run", "kind", "org"].map(str::to_owned);
        let names = [
            Some("a \"b\"".to_owned()),
            Some("1".to_owned()),
            Some("llm".to_owned()),
            None,
        ];
        let filter = filter_of(&levels, &names);
        assert_eq!(
            filter,
            r#"{ agent = "a \"b\"" && kind = llm && span.org = nil }"#
        );
        assert!(
            Filter::parse(&filter).is_ok(),
            "{:?}",
            Filter::parse(&filter)
        );
        assert_eq!(filter_of(&levels[1..2], &names[1..2]), "");
    }
}
