//! A list of attributes: key, type, value, and what can be done with them.

use super::raw::copy_whole;
use super::value::{Owner, is_wide, value};
use crate::scene::details::{Attribute, ValueKind};
use crate::ui::clipboard::copy;
use crate::ui::dom::{El, button, div, el, span};
use crate::ui::icon::Icon;

/// Longer values are sought by their beginning, of so many characters.
const LONGEST_SOUGHT: usize = 80;

/// The attributes whose key or value contains the words of the filter.
pub fn matching<'a>(attributes: &'a [Attribute], filter: &str) -> Vec<&'a Attribute> {
    let words: Vec<String> = filter.split_whitespace().map(str::to_lowercase).collect();
    attributes
        .iter()
        .filter(|attribute| {
            let key = attribute.key.to_lowercase();
            words.iter().all(|word| {
                key.contains(word.as_str())
                    || attribute.value.text.to_lowercase().contains(word.as_str())
            })
        })
        .collect()
}

/// Attributes as a list.
pub fn list<'a>(owner: Owner, attributes: impl IntoIterator<Item = &'a Attribute>) -> El {
    let rows: Vec<El> = attributes
        .into_iter()
        .map(|attribute| row(owner, attribute))
        .collect();
    el("ul").class("attributes").child(rows)
}

fn row(owner: Owner, attribute: &Attribute) -> El {
    let wide = is_wide(attribute.kind, &attribute.value);
    el("li")
        .class(if wide { "attribute wide" } else { "attribute" })
        .attr("data-key", attribute.key.clone())
        .child((
            key(owner, &attribute.key),
            span("type").child(type_mark(attribute.kind)),
            div("attribute-value").child(value(owner, attribute.kind, &attribute.value)),
            actions(owner, attribute),
        ))
}

fn type_mark(kind: ValueKind) -> &'static str {
    match kind {
        ValueKind::String => "text",
        ValueKind::Bool => "bool",
        ValueKind::Int => "int",
        ValueKind::Double => "double",
        ValueKind::Bytes => "bytes",
        ValueKind::Array => "array",
        ValueKind::Map => "map",
        ValueKind::Empty => "empty",
    }
}

fn actions(owner: Owner, attribute: &Attribute) -> El {
    let app = owner.app;
    let text = attribute.value.text.clone();
    let pair = format!("{}={text}", attribute.key);
    let cut = attribute.value.bytes > text.len() as u64;
    let pointer = attribute.value.pointer.clone();
    let copy_value = move || {
        if cut {
            copy_whole(owner, pointer.clone(), "Value");
        } else {
            copy(app, text.clone(), "Value");
        }
    };
    let sought = search_term(&attribute.key, &attribute.value.text);
    div("attribute-actions").child((
        act(Icon::Copy, "Copy value", copy_value),
        act(Icon::Files, "Copy key and value", move || {
            copy(app, pair.clone(), "Key and value");
        }),
        act(Icon::Search, "Search for this", move || {
            app.search.set(sought.clone());
            crate::ui::search::focus();
        }),
    ))
}

/// The key, copied with a click.
fn key(owner: Owner, key: &str) -> El {
    let whole = key.to_owned();
    button("key", move || copy(owner.app, whole.clone(), "Key"))
        .attr("title", "Copy key")
        .child(breakable(key))
}

/// A key that breaks after its separators rather than within a word.
fn breakable(key: &str) -> Vec<(&str, El)> {
    key.split_inclusive(['.', '_', '/', '-', ':'])
        .map(|part| (part, el("wbr")))
        .collect()
}

/// What finds this attribute again: exactly this value when it is short, else its beginning.
fn search_term(key: &str, value: &str) -> String {
    let line = value.lines().next().unwrap_or("");
    if line.len() == value.len() && line.len() <= LONGEST_SOUGHT && !line.contains('"') {
        format!("{key}=\"{line}\"")
    } else {
        let beginning: String = line.chars().take(LONGEST_SOUGHT).collect();
        format!("{key}={}", beginning.trim())
    }
}

fn act(icon: Icon, name: &'static str, run: impl Fn() + 'static) -> El {
    button("quiet tiny", run)
        .attr("title", name)
        .attr("aria-label", name)
        .child(icon.el(12))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::details::TextValue;

    #[test]
    fn a_filter_seeks_in_keys_and_values() {
        let attribute = |key: &str, text: &str| Attribute {
            key: key.to_owned(),
            kind: ValueKind::String,
            value: TextValue {
                text: text.to_owned(),
                ..TextValue::default()
            },
        };
        let all = [
            attribute("gen_ai.system", "OpenAI"),
            attribute("tool.name", "search"),
        ];
        let keys = |filter: &str| -> Vec<&str> {
            matching(&all, filter)
                .iter()
                .map(|attribute| attribute.key.as_str())
                .collect()
        };
        assert_eq!(keys(""), ["gen_ai.system", "tool.name"]);
        assert_eq!(keys("openai"), ["gen_ai.system"]);
        assert_eq!(keys("TOOL sea"), ["tool.name"]);
        assert!(keys("tool openai").is_empty());
    }

    #[test]
    fn an_attribute_is_sought_by_its_value() {
        assert_eq!(search_term("a.b", "x y"), "a.b=\"x y\"");
        assert_eq!(search_term("a.b", "{\n \"c\": 1}"), "a.b={");
        assert_eq!(search_term("a.b", ""), "a.b=\"\"");
    }
}
