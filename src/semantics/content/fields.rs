//! Attributes, events and log records of one span, looked up by key and read as plain text or JSON.

use super::keys::DETAIL_EVENTS;
use crate::model::json::{Json, Shape, quoted};
use crate::model::order::sort;
use std::borrow::Cow;

/// Deepest `AnyValue` that is written out; what lies below is left as it stands in the file.
const DEEPEST: usize = 24;
/// A value with more brackets within brackets is left as it stands: every level is one more reading of what is in it.
const BRACKETS: usize = 72;
/// Most segments of a flattened key that become levels.
const SEGMENTS: usize = 16;
/// Texts within texts are unwrapped so many times.
const WRAPPINGS: usize = 3;

/// Members of an object by name.
#[derive(Debug, Default)]
pub struct Object<'a>(pub Vec<(Cow<'a, str>, Json<'a>)>);

impl<'a> Object<'a> {
    /// The members of a value; none when it is no object.
    pub fn of(json: Json<'a>) -> Self {
        match json.shape() {
            Shape::Object => Self(json.members()),
            _ => Self::default(),
        }
    }

    /// The first of `names` that is there and not null.
    pub fn get(&self, names: &[&str]) -> Option<Json<'a>> {
        names.iter().find_map(|name| {
            let found = self.0.iter().find(|(key, _)| key == name);
            found
                .map(|(_, value)| *value)
                .filter(|json| !json.is_null())
        })
    }

    /// The text of the first of `names`; empty when there is none.
    pub fn text(&self, names: &[&str]) -> String {
        self.get(names).map(Json::decoded).unwrap_or_default()
    }

    /// Whether one of `names` is there.
    pub fn has(&self, names: &[&str]) -> bool {
        self.get(names).is_some()
    }
}

/// A named list of attributes: an event or a log record.
#[derive(Debug)]
pub struct Event<'a> {
    /// Its name.
    pub name: String,
    /// When, in nanoseconds; `None` when absent.
    pub time_ns: Option<i64>,
    /// Its attributes.
    pub attributes: Vec<(Cow<'a, str>, Json<'a>)>,
    /// The body of a log record.
    pub body: Option<Json<'a>>,
}

/// What content is read from.
#[derive(Debug)]
pub struct Fields<'a> {
    /// Name of the span.
    pub name: String,
    /// Its start in nanoseconds.
    pub start_ns: Option<i64>,
    /// Its attributes, then those of events that stand for it.
    pub attributes: Vec<(Cow<'a, str>, Json<'a>)>,
    /// Its events, then its log records.
    pub events: Vec<Event<'a>>,
}

impl<'a> Fields<'a> {
    /// Reads a span's JSON and that of its log records; what is no JSON is left out.
    pub fn new(span: &'a str, logs: &[&'a str]) -> Self {
        let span = Json::parse(span).map(Object::of).unwrap_or_default();
        let mut events: Vec<Event<'a>> = span
            .get(&["events"])
            .map(Json::members)
            .unwrap_or_default()
            .into_iter()
            .map(|(_, event)| Event::new(&Object::of(event)))
            .collect();
        events.extend(
            logs.iter()
                .filter_map(|log| Json::parse(log))
                .map(|log| Event::new(&Object::of(log))),
        );
        let mut attributes = attributes(span.get(&["attributes"]));
        for event in &events {
            if DETAIL_EVENTS.contains(&event.name.as_str()) {
                attributes.extend(event.attributes.iter().cloned());
            }
        }
        Self {
            name: match span.text(&["name"]) {
                name if name.is_empty() => record_name(&Event::new(&span)),
                name => name,
            },
            start_ns: nanoseconds(&span, &["startTimeUnixNano", "start_time_unix_nano"]),
            attributes,
            events,
        }
    }

    /// The text of an attribute, or of the flattened ones under it as JSON.
    pub fn text(&self, key: &str) -> Option<String> {
        let found = self.attributes.iter().find(|(name, _)| name == key);
        let text = match found {
            Some((_, value)) => plain(*value),
            None => unflatten(&self.attributes, key),
        };
        text.filter(|text| !text.is_empty())
    }

    /// The first of `keys` that has a text, with its key.
    pub fn first(&self, keys: &[&'static str]) -> Option<(&'static str, String)> {
        keys.iter()
            .find_map(|key| self.text(key).map(|text| (*key, text)))
    }

    /// The text of the first of `keys`, without quotes around it; empty when there is none.
    pub fn word(&self, keys: &[&'static str]) -> String {
        self.first(keys)
            .map(|(_, text)| unwrapped(text))
            .unwrap_or_default()
    }
}

impl<'a> Event<'a> {
    fn new(object: &Object<'a>) -> Self {
        let attributes = attributes(object.get(&["attributes"]));
        let mut name = object.text(&["name", "eventName", "event_name"]);
        if name.is_empty() {
            let named = attributes.iter().find(|(key, _)| key == "event.name");
            name = named
                .and_then(|(_, value)| plain(*value))
                .unwrap_or_default();
        }
        Self {
            name,
            time_ns: nanoseconds(object, &["timeUnixNano", "time_unix_nano"]),
            attributes,
            body: object.get(&["body"]),
        }
    }

    /// An attribute's text.
    pub fn text(&self, key: &str) -> Option<String> {
        let found = self.attributes.iter().find(|(name, _)| name == key);
        found.and_then(|(_, value)| plain(*value))
    }
}

/// The name of a log record that stands for a span: some leave all of it but the last word to the body.
fn record_name(record: &Event<'_>) -> String {
    let body = record.body.and_then(plain).unwrap_or_default();
    match body.strip_suffix(&record.name) {
        Some(agent) if agent.ends_with('.') => body,
        _ => record.name.clone(),
    }
}

fn nanoseconds(object: &Object<'_>, names: &[&str]) -> Option<i64> {
    object.text(names).parse().ok().filter(|time| *time != 0)
}

/// A list of `{key, value}`, or (leniently) an object.
fn attributes(list: Option<Json<'_>>) -> Vec<(Cow<'_, str>, Json<'_>)> {
    let Some(list) = list else {
        return Vec::new();
    };
    if list.shape() == Shape::Object {
        return list.members();
    }
    list.members()
        .into_iter()
        .filter_map(|(_, item)| {
            let item = Object::of(item);
            let key = item.get(&["key"])?.decoded();
            Some((Cow::Owned(key), item.get(&["value"])?))
        })
        .collect()
}

/// The one field of an `AnyValue`: its tag and what is in it.
fn tagged(value: Json<'_>) -> Option<(&'static str, Json<'_>)> {
    const TAGS: [(&str, &str); 14] = [
        ("stringValue", "text"),
        ("string_value", "text"),
        ("intValue", "number"),
        ("int_value", "number"),
        ("doubleValue", "number"),
        ("double_value", "number"),
        ("boolValue", "number"),
        ("bool_value", "number"),
        ("bytesValue", "text"),
        ("bytes_value", "text"),
        ("arrayValue", "array"),
        ("array_value", "array"),
        ("kvlistValue", "map"),
        ("kvlist_value", "map"),
    ];
    // Most values are long texts: look at the beginning before reading through them.
    let inner = value.source().strip_prefix('{')?.trim_start();
    let (name, tag) = TAGS
        .iter()
        .find(|(name, _)| inner.get(1..).is_some_and(|rest| rest.starts_with(name)))?;
    let members = value.members();
    match members.as_slice() {
        [(key, inner)] if key == name => Some((tag, *inner)),
        _ => None,
    }
}

/// An `AnyValue` as text: texts as they are, everything else as JSON; `None` for an empty one.
pub fn plain(value: Json<'_>) -> Option<String> {
    match tagged(value) {
        Some(("text" | "number", inner)) => Some(inner.decoded()),
        Some(_) if value.is_deeper_than(BRACKETS) => Some(value.source().to_owned()),
        Some(_) => {
            let mut out = String::new();
            write_json(value, DEEPEST, &mut out);
            Some(out)
        }
        None if matches!(value.source(), "{}" | "null") => None,
        None => Some(value.decoded()),
    }
}

/// An `AnyValue` as plain JSON.
fn write_json(value: Json<'_>, deeper: usize, out: &mut String) {
    let Some((tag, inner)) = tagged(value).filter(|_| deeper > 0) else {
        let empty = value.source() == "{}";
        out.push_str(if empty { "null" } else { value.source() });
        return;
    };
    match tag {
        "array" => {
            out.push('[');
            for (at, item) in list(inner).into_iter().enumerate() {
                if at > 0 {
                    out.push_str(", ");
                }
                write_json(item, deeper - 1, out);
            }
            out.push(']');
        }
        "map" => {
            out.push('{');
            for (at, item) in list(inner).into_iter().enumerate() {
                let item = Object::of(item);
                if at > 0 {
                    out.push_str(", ");
                }
                out.push_str(&quoted(&item.text(&["key"])));
                out.push_str(": ");
                match item.get(&["value"]) {
                    Some(value) => write_json(value, deeper - 1, out),
                    None => out.push_str("null"),
                }
            }
            out.push('}');
        }
        // A 64-bit integer is a number, however it is written; NaN and infinity are texts.
        "number" => {
            let text = inner.decoded();
            let number = Json::parse(&text).is_some_and(|json| json.shape() == Shape::Other);
            out.push_str(if number { &text } else { inner.source() });
        }
        _ => out.push_str(inner.source()),
    }
}

fn list(value: Json<'_>) -> Vec<Json<'_>> {
    let values = Object::of(value).get(&["values"]).unwrap_or(value);
    let members = values.members().into_iter();
    members.map(|(_, item)| item).collect()
}

/// A level of flattened keys.
#[derive(Debug, Default)]
struct Level {
    value: Option<String>,
    below: Vec<(String, Level)>,
}

/// The attributes under `prefix` as one JSON list, by number; `None` when there are none.
fn unflatten(attributes: &[(Cow<'_, str>, Json<'_>)], prefix: &str) -> Option<String> {
    let mut root = Level::default();
    for (key, value) in attributes {
        let rest = key
            .strip_prefix(prefix)
            .and_then(|rest| rest.strip_prefix('.'));
        let Some(rest) = rest.filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) else {
            continue;
        };
        let mut level = &mut root;
        for segment in rest.splitn(SEGMENTS, '.') {
            let known = level.below.iter().rposition(|(name, _)| name == segment);
            let at = known.unwrap_or_else(|| {
                level.below.push((segment.to_owned(), Level::default()));
                level.below.len() - 1
            });
            let Some((_, below)) = level.below.get_mut(at) else {
                break;
            };
            level = below;
        }
        level.value = Some(leaf(*value));
    }
    if root.below.is_empty() {
        return None;
    }
    let mut out = String::new();
    root.write(&mut out);
    Some(out)
}

/// A value within flattened ones, as JSON.
fn leaf(value: Json<'_>) -> String {
    if let Some(("text", inner)) = tagged(value) {
        return inner.source().to_owned();
    }
    let mut out = String::new();
    write_json(value, DEEPEST, &mut out);
    out
}

impl Level {
    fn write(&self, out: &mut String) {
        if self.below.is_empty() {
            out.push_str(self.value.as_deref().unwrap_or("null"));
            return;
        }
        let number = |at: u32| {
            let below = self.below.get(at as usize);
            below.and_then(|(key, _)| key.parse::<u64>().ok())
        };
        let mut order: Vec<u32> = (0..self.below.len() as u32).collect();
        let is_list = order.iter().all(|at| number(*at).is_some());
        if is_list {
            // By number, so that 10 comes after 9; gaps close.
            sort(&mut order, &|a, b| number(a).cmp(&number(b)));
        }
        out.push(if is_list { '[' } else { '{' });
        for (at, member) in order.into_iter().enumerate() {
            let Some((key, level)) = self.below.get(member as usize) else {
                continue;
            };
            if at > 0 {
                out.push(',');
            }
            if !is_list {
                out.push_str(&quoted(key));
                out.push(':');
            }
            level.write(out);
        }
        out.push(if is_list { ']' } else { '}' });
    }
}

/// A text that is a JSON string, as what is in it: some producers write every value as a JSON document.
pub fn unwrapped(mut text: String) -> String {
    for _ in 0..WRAPPINGS {
        if !text.starts_with('"') {
            break;
        }
        match Json::parse(&text).and_then(Json::as_text) {
            Some(inner) => text = inner,
            None => break,
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(attributes: &str) -> String {
        format!(r#"{{"name": "x", "attributes": [{attributes}]}}"#)
    }

    fn attribute(key: &str, value: &str) -> String {
        format!(r#"{{"key": "{key}", "value": {{"stringValue": "{value}"}}}}"#)
    }

    #[test]
    fn flattened_keys_are_sorted_by_number() {
        let keys = [
            "10.message.role",
            "2.message.role",
            "9.message.contents.1.text",
            "9.message.contents.0.text",
        ];
        let all: Vec<String> = keys
            .iter()
            .map(|key| attribute(&format!("llm.input_messages.{key}"), key))
            .collect();
        let span = fields(&all.join(","));
        let read = Fields::new(&span, &[]);
        assert_eq!(
            read.text("llm.input_messages").unwrap(),
            concat!(
                r#"[{"message":{"role":"2.message.role"}},"#,
                r#"{"message":{"contents":[{"text":"9.message.contents.0.text"},{"text":"9.message.contents.1.text"}]}},"#,
                r#"{"message":{"role":"10.message.role"}}]"#
            )
        );
        assert_eq!(read.text("llm.input"), None);
    }

    #[test]
    fn any_values_become_plain_json() {
        let span = r#"{"attributes": [{"key": "a", "value": {"kvlistValue": {"values": [
            {"key": "n", "value": {"intValue": "9007199254740993"}},
            {"key": "l", "value": {"arrayValue": {"values": [{"stringValue": "x\"y"}, {}, {"doubleValue": "NaN"}]}}}]}}}]}"#;
        let read = Fields::new(span, &[]);
        assert_eq!(
            read.text("a").unwrap(),
            r#"{"n": 9007199254740993, "l": ["x\"y", null, "NaN"]}"#
        );
    }

    #[test]
    fn texts_in_texts_are_unwrapped() {
        assert_eq!(unwrapped(r#""\"a\"""#.to_owned()), "a");
        assert_eq!(unwrapped("\"cut".to_owned()), "\"cut");
    }

    #[test]
    fn deep_values_end_somewhere() {
        let nested =
            |depth| r#"{"arrayValue":{"values":["#.repeat(depth) + "{}" + &"]}}".repeat(depth);
        let shallow = nested(20);
        let text = plain(Json::parse(&shallow).unwrap()).unwrap();
        assert_eq!(text, "[".repeat(20) + "null" + &"]".repeat(20));
        let deep = nested(100_000);
        assert_eq!(plain(Json::parse(&deep).unwrap()).unwrap(), deep);
    }
}
