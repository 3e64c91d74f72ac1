//! What a tool gave back, without what SDKs wrap around it.

use super::fields::{Object, unwrapped};
use crate::model::json::{Json, Shape};

/// Wrappers are followed so far.
const DEEPEST: usize = 8;

/// Keys in which a tool's answer is wrapped, outermost first.
const RESULT_WRAPPERS: &[&str] = &["output", "kwargs", "data", "update"];

/// What a tool gave back as text, without what SDKs wrap around it, and whether it says that the tool failed.
pub fn outcome(value: Json<'_>) -> (String, bool) {
    let mut value = value;
    let mut failed = false;
    for _ in 0..DEEPEST {
        match value.shape() {
            Shape::Text => {
                let text = unwrapped(value.decoded());
                failed |= reads_as_failure(&text);
                return (text, failed);
            }
            Shape::Array => match joined(value) {
                Some(text) => {
                    failed |= reads_as_failure(&text);
                    return (text, failed);
                }
                None => return (value.source().to_owned(), failed),
            },
            Shape::Other => return (value.source().to_owned(), failed),
            Shape::Object => {}
        }
        let object = Object::of(value);
        let kind = object.text(&["type"]);
        failed |= object.text(&["status"]) == "error" || kind.starts_with("error");
        let is_tool = kind == "tool" || object.has(&["tool_call_id"]);
        let wrapped = object.get(RESULT_WRAPPERS).filter(|_| {
            object.0.len() == 1
                || kind == "tool"
                || kind == "constructor"
                || kind.is_empty() && object.has(&["output"]) && object.0.len() <= 2
        });
        let next = if is_tool && object.has(&["content"]) {
            object.get(&["content"])
        } else if matches!(
            kind.as_str(),
            "text" | "json" | "error-text" | "error-json" | "content"
        ) {
            object.get(&["value", "text", "content"])
        } else if let [(key, inner)] = object.0.as_slice()
            && matches!(key.as_ref(), "text" | "json" | "result" | "content")
        {
            Some(*inner)
        } else {
            wrapped
        };
        match next {
            Some(next) => value = next,
            None => break,
        }
    }
    (value.source().to_owned(), failed)
}

/// The texts of a list of text parts; `None` when it is another list.
fn joined(list: Json<'_>) -> Option<String> {
    let members = list.members();
    if members.is_empty() {
        return None;
    }
    let mut texts = Vec::with_capacity(members.len());
    for (_, item) in members {
        let object = Object::of(item);
        let kind = object.text(&["type"]);
        if !matches!(kind.as_str(), "" | "text" | "output_text") || object.0.len() > 3 {
            return None;
        }
        let text = object
            .get(&["text"])
            .filter(|_| !kind.is_empty() || object.0.len() == 1);
        let json = object.get(&["json"]).filter(|_| object.0.len() == 1);
        texts.push(text.or(json)?.decoded());
    }
    Some(texts.join("\n"))
}

/// Whether a text begins as errors do that were handed to the model: `TimeoutError: …`, `Error: …`.
pub fn reads_as_failure(text: &str) -> bool {
    let Some((head, _)) = text.split_once(':') else {
        return false;
    };
    let word = head.rsplit('.').next().unwrap_or(head);
    let named = word.ends_with("Error") || word.ends_with("Exception") || word == "error";
    let bare = named && head.len() < 80 && !head.contains(char::is_whitespace);
    bare || head == "Error executing tool"
}
