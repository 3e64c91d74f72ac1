//! What a model was asked with, and how it stopped: tools, parameters, finish reasons, time to the first token.

use super::fields::{Fields, Object, plain, unwrapped};
use super::keys::{
    FINISH, FIRST_TOKEN, FIRST_TOKEN_EVENTS, FIRST_TOKEN_INSTANT, PARAMETER_OBJECTS,
    PARAMETER_PREFIXES, PARAMETERS, TOOLS,
};
use crate::model::decimal::parse_decimal;
use crate::model::json::{Json, Shape};

/// A tool that a model was offered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tool {
    /// Its name.
    pub name: String,
    /// What it is for; empty when absent.
    pub description: String,
    /// The schema of its arguments, as JSON; empty when absent.
    pub schema: String,
}

/// The tools offered.
pub fn tools(fields: &Fields<'_>, input: Option<&str>) -> Vec<Tool> {
    for key in TOOLS {
        let Some(text) = fields.text(key).map(unwrapped) else {
            continue;
        };
        let found = Json::parse(&text).map(tools_in).unwrap_or_default();
        if !found.is_empty() {
            return found;
        }
    }
    // A request in one piece holds them beside its messages.
    let request = input
        .and_then(Json::parse)
        .map(Object::of)
        .unwrap_or_default();
    request
        .get(&["tools", "functions"])
        .map(tools_in)
        .unwrap_or_default()
}

fn tools_in(json: Json<'_>) -> Vec<Tool> {
    let list = match json.shape() {
        Shape::Array => json,
        Shape::Object => {
            match Object::of(json).get(&["function_tools", "tools", "functionDeclarations"]) {
                Some(list) => list,
                None => return Vec::new(),
            }
        }
        Shape::Text | Shape::Other => return Vec::new(),
    };
    let mut found = Vec::new();
    for (_, item) in list.members() {
        add_tool(item, &mut found);
    }
    found
}

fn add_tool(item: Json<'_>, found: &mut Vec<Tool>) {
    if item.shape() == Shape::Text {
        // A name, or a tool written into a text.
        let text = item.decoded();
        let written = Json::parse(&text).filter(|json| json.shape() == Shape::Object);
        if let Some(json) = written {
            found.extend(tool(&Object::of(json)));
        } else {
            found.push(Tool {
                name: python(&text, "name='").unwrap_or_else(|| text.clone()),
                description: python(&text, "description='").unwrap_or_default(),
                ..Tool::default()
            });
        }
        return;
    }
    let object = Object::of(item);
    // Gemini puts several into one.
    let several = object.get(&["function_declarations", "functionDeclarations"]);
    match several {
        Some(list) => {
            let members = list.members().into_iter();
            found.extend(members.filter_map(|(_, item)| tool(&Object::of(item))));
        }
        None => found.extend(tool(&object)),
    }
}

/// What stands in quotes behind `start` in the way Python writes an object.
fn python(text: &str, start: &str) -> Option<String> {
    let (_, rest) = text.split_once(start)?;
    let (inner, _) = rest.split_once('\'')?;
    Some(inner.to_owned())
}

fn tool(object: &Object<'_>) -> Option<Tool> {
    // OpenInference: a schema in a text under `tool` or beside.
    let wrapped = object.get(&["tool"]).map(Object::of);
    let object = wrapped.as_ref().unwrap_or(object);
    if let Some(schema) = object
        .get(&["json_schema"])
        .filter(|it| it.shape() == Shape::Text)
    {
        let text = schema.decoded();
        return Json::parse(&text)
            .map(Object::of)
            .filter(|inner| !inner.has(&["json_schema"]))
            .and_then(|inner| tool(&inner));
    }
    let function = object.get(&["function", "toolSpec"]).map(Object::of);
    let named = function.as_ref().unwrap_or(object);
    let name = named.text(&["name", "type"]);
    let schema = named.get(&[
        "parameters",
        "input_schema",
        "inputSchema",
        "parameters_json_schema",
        "parametersJsonSchema",
    ]);
    (!name.is_empty()).then(|| Tool {
        name,
        description: named.text(&["description"]),
        schema: schema.map(Json::decoded).unwrap_or_default(),
    })
}

/// Parameters by canonical name, in the order of the dictionary.
pub fn parameters(fields: &Fields<'_>) -> Vec<(&'static str, String)> {
    let objects: Vec<String> = PARAMETER_OBJECTS
        .iter()
        .filter_map(|key| fields.text(key))
        .collect();
    let objects: Vec<Object<'_>> = objects
        .iter()
        .filter_map(|text| Json::parse(text))
        .map(Object::of)
        .collect();
    let mut found = Vec::new();
    for (name, aliases) in PARAMETERS {
        let spelled: Vec<&str> = std::iter::once(*name)
            .chain(aliases.iter().copied())
            .collect();
        let own = fields.attributes.iter().find_map(|(key, value)| {
            let rest = PARAMETER_PREFIXES
                .iter()
                .find_map(|prefix| key.strip_prefix(prefix))?;
            spelled.contains(&rest).then(|| plain(*value)).flatten()
        });
        let value = own.or_else(|| {
            let in_object = objects.iter().find_map(|object| {
                let config = object.get(&["config"]).map(Object::of).unwrap_or_default();
                object.get(&spelled).or_else(|| config.get(&spelled))
            });
            in_object.map(Json::decoded)
        });
        if let Some(value) = value.map(unwrapped).filter(|value| says_something(value)) {
            found.push((*name, value));
        }
    }
    found
}

fn says_something(value: &str) -> bool {
    !matches!(value, "" | "null" | "{}" | "[]" | "Infinity" | "NOT_GIVEN")
}

/// Why the model stopped; empty when nothing says so.
pub fn finish_reasons(fields: &Fields<'_>) -> Vec<String> {
    let Some((_, text)) = fields.first(FINISH) else {
        return Vec::new();
    };
    let json = Json::parse(&text).filter(|json| json.shape() == Shape::Array);
    let reasons = match json {
        Some(list) => list
            .members()
            .into_iter()
            .map(|(_, it)| it.decoded())
            .collect(),
        None => vec![unwrapped(text)],
    };
    let mut distinct: Vec<String> = Vec::new();
    for reason in reasons {
        if !reason.is_empty() && reason != "null" && !distinct.contains(&reason) {
            distinct.push(reason);
        }
    }
    distinct
}

/// Nanoseconds from the start of the span to the first token.
pub fn first_token_ns(fields: &Fields<'_>) -> Option<i64> {
    for (key, unit) in FIRST_TOKEN {
        let own = fields.text(key);
        let text = own.or_else(|| fields.events.iter().find_map(|event| event.text(key)));
        let value = text.as_deref().and_then(parse_decimal);
        if let Some(value) = value.filter(|value| value.is_finite() && *value >= 0.0) {
            return Some((value * unit).round() as i64);
        }
    }
    let start = fields.start_ns?;
    let after = |time: i64| time.checked_sub(start).filter(|ns| *ns >= 0);
    let events = &fields.events;
    let event = events
        .iter()
        .find(|event| FIRST_TOKEN_EVENTS.contains(&event.name.as_str()));
    if let Some(time) = event.and_then(|event| event.time_ns) {
        return after(time);
    }
    let text = fields.word(FIRST_TOKEN_INSTANT);
    iso_instant(&text).and_then(after)
}

/// Nanoseconds since the epoch of an instant such as `2026-11-21T02:51:20.113499Z`; `None` for any other form.
fn iso_instant(text: &str) -> Option<i64> {
    let (date, time) = text.split_once(['T', ' '])?;
    let mut date = date.splitn(3, '-').map(str::parse::<i64>);
    let (year, month, day) = (date.next()?.ok()?, date.next()?.ok()?, date.next()?.ok()?);
    let zone_at = time.find(['Z', '+', '-'])?;
    let (clock, zone) = time.split_at_checked(zone_at)?;
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut clock = clock.splitn(3, ':').map(str::parse::<i64>);
    let (hour, minute, second) = (
        clock.next()?.ok()?,
        clock.next()?.ok()?,
        clock.next()?.ok()?,
    );
    if !(1970..=2262).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let digits: String = fraction
        .chars()
        .chain("000000000".chars())
        .take(9)
        .collect();
    let nanos: i64 = digits.parse().ok()?;
    let offset = match zone.split_at_checked(1)? {
        ("Z", "") => 0,
        (sign, rest) => {
            let (hours, minutes) = rest.split_once(':')?;
            let minutes = hours.parse::<i64>().ok()? * 60 + minutes.parse::<i64>().ok()?;
            if sign == "-" { -minutes } else { minutes }
        }
    };
    // Days from the civil calendar, years beginning in March.
    let (shifted, in_year) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let era_year = shifted.rem_euclid(400);
    let day_of_year = (153 * in_year + 2) / 5 + day - 1;
    let day_of_era = era_year * 365 + era_year / 4 - era_year / 100 + day_of_year;
    let days = shifted.div_euclid(400) * 146_097 + day_of_era - 719_468;
    let seconds =
        days * 86_400 + hour.checked_mul(3_600)? + minute.checked_mul(60)? + second - offset * 60;
    seconds.checked_mul(1_000_000_000)?.checked_add(nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_read() {
        assert_eq!(iso_instant("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(
            iso_instant("2026-11-21T02:51:20.113499Z"),
            Some(1_795_229_480_113_499_000)
        );
        assert_eq!(
            iso_instant("2026-11-21T03:51:20.113499+01:00"),
            Some(1_795_229_480_113_499_000)
        );
        for text in [
            "",
            "yesterday",
            "2026-11-21",
            "2026-13-21T00:00:00Z",
            "99999999999999999999-01-01T00:00:00Z",
        ] {
            assert_eq!(iso_instant(text), None, "{text}");
        }
    }
}
