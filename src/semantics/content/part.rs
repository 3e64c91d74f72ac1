//! One part of a message, whatever SDK wrote it: text, reasoning, a tool call or its result, media, a citation.

use super::fields::Object;
use super::media::{MEDIA_TYPE, media};
use super::outcome::outcome;
use crate::model::json::{Json, Shape};

/// Deepest nesting of parts that is followed.
const DEEPEST: usize = 8;

/// A part of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Text for the reader, maybe markdown.
    Text(String),
    /// What the model thought.
    Reasoning(String),
    /// A tool the model asked for.
    Call {
        /// Id of the call; empty when absent.
        id: String,
        /// The tool.
        name: String,
        /// Arguments: mostly JSON.
        arguments: String,
    },
    /// What a tool gave back.
    Result {
        /// Id of the call it answers; empty when absent.
        id: String,
        /// The tool; empty when absent.
        name: String,
        /// Text or JSON.
        result: String,
        /// Whether it says that the tool failed.
        failed: bool,
    },
    /// An image, a sound or a file that stands in the trace itself.
    Media {
        /// Such as `image/png`; empty when unknown.
        media_type: String,
        /// Its bytes in base64.
        data: String,
    },
    /// An image, a sound or a file that stands elsewhere. Never to be loaded.
    Link {
        /// What it is: a media type, or `image`; empty when unknown.
        media_type: String,
        /// Where it is: an address or the id of a file.
        address: String,
    },
    /// A source that a text rests on.
    Citation {
        /// Its title; empty when absent.
        title: String,
        /// Its address or id; empty when absent.
        address: String,
        /// The words cited; empty when absent.
        quote: String,
    },
    /// Anything else, as JSON.
    Json(String),
}

/// The parts of a content: a text, a part, or a list of them.
pub fn parts(content: Json<'_>) -> Vec<Part> {
    let mut found = Vec::new();
    add(content, DEEPEST, &mut found);
    found
}

fn add(content: Json<'_>, deeper: usize, found: &mut Vec<Part>) {
    if deeper == 0 {
        found.push(Part::Json(content.source().to_owned()));
        return;
    }
    match content.shape() {
        Shape::Text => add_text(content.decoded(), found),
        Shape::Array => {
            for (_, item) in content.members() {
                add(item, deeper - 1, found);
            }
        }
        Shape::Object => add_part(content, deeper, found),
        Shape::Other if content.is_null() => {}
        Shape::Other => found.push(Part::Json(content.source().to_owned())),
    }
}

/// A text, unless it is empty.
pub fn add_text(text: String, found: &mut Vec<Part>) {
    if !text.trim().is_empty() {
        found.push(Part::Text(text));
    }
}

/// A list of wrapped or typed parts written into a text, as Strands and some exporters do; else the text.
pub fn loose_parts(text: String) -> Vec<Part> {
    let mut found = Vec::new();
    let wrapped = Json::parse(&text).filter(|json| json.shape() == Shape::Array);
    match wrapped {
        Some(json) => {
            add(json, DEEPEST, &mut found);
            let unread = |part: &Part| matches!(part, Part::Json(_));
            if found.is_empty() || found.iter().any(unread) {
                return vec![Part::Text(text)];
            }
        }
        None => add_text(text, &mut found),
    }
    found
}

/// Keys of an object that has nothing else in it.
const WRAPPERS: &[&str] = &["message_content", "tool_call", "text_content"];

fn add_part(content: Json<'_>, deeper: usize, found: &mut Vec<Part>) {
    let object = Object::of(content);
    if let [(key, inner)] = object.0.as_slice()
        && WRAPPERS.contains(&key.as_ref())
    {
        add(*inner, deeper - 1, found);
        return;
    }
    // Bedrock, Strands and Gemini name the part by its key.
    for (names, read) in KEYED {
        if let Some(inner) = object.get(names) {
            found.push(read(&Object::of(inner)));
            return;
        }
    }
    let kind = object.text(&["type"]);
    match kind.as_str() {
        "text" | "input_text" | "output_text" | "refusal" => add_typed_text(&object, found),
        "reasoning" | "thinking" | "redacted_thinking" | "reasoning_content" => {
            found.push(Part::Reasoning(reasoning(&object)));
        }
        "tool_call" | "tool_use" | "tool-call" | "function_call" | "function"
        | "server_tool_use" | "custom_tool_call" => found.push(call(&object)),
        "tool_call_response"
        | "tool_result"
        | "tool-result"
        | "function_call_output"
        | "custom_tool_call_output"
        | "web_search_tool_result" => {
            found.push(result(&object));
        }
        "message" if object.has(&["content"]) => {
            if let Some(inner) = object.get(&["content"]) {
                add(inner, deeper - 1, found);
            }
        }
        _ => match media(&object, &kind).or_else(|| untyped(&object, &kind)) {
            Some(part) => found.push(part),
            None => found.push(Part::Json(content.source().to_owned())),
        },
    }
}

type Read = fn(&Object<'_>) -> Part;

/// Parts that are named by their key.
const KEYED: &[(&[&str], Read)] = &[
    (
        &["toolUse", "functionCall", "function_call", "toolRequest"],
        call,
    ),
    (
        &[
            "toolResult",
            "functionResponse",
            "function_response",
            "toolResponse",
        ],
        result,
    ),
    (&["reasoningContent"], |object| {
        let inner = object.get(&["reasoningText"]).map(Object::of);
        Part::Reasoning(reasoning(inner.as_ref().unwrap_or(object)))
    }),
    (&["inlineData", "inline_data"], |object| Part::Media {
        media_type: object.text(MEDIA_TYPE),
        data: object.text(&["data"]),
    }),
    (&["fileData", "file_data"], |object| Part::Link {
        media_type: object.text(MEDIA_TYPE),
        address: object.text(&["fileUri", "file_uri"]),
    }),
];

/// A part without a type that is worth reading.
fn untyped(object: &Object<'_>, kind: &str) -> Option<Part> {
    if !kind.is_empty() {
        return None;
    }
    let text = object
        .get(&["text"])
        .filter(|text| text.shape() == Shape::Text)?;
    let thought = object
        .get(&["thought"])
        .is_some_and(|it| it.source() == "true");
    let text = text.decoded();
    Some(if thought {
        Part::Reasoning(text)
    } else {
        Part::Text(text)
    })
}

fn add_typed_text(object: &Object<'_>, found: &mut Vec<Part>) {
    add_text(object.text(&["text", "content", "refusal"]), found);
    let citations = object.get(&["citations", "annotations"]);
    for (_, citation) in citations.map(Json::members).unwrap_or_default() {
        found.push(citation_of(&Object::of(citation)));
    }
}

fn citation_of(object: &Object<'_>) -> Part {
    let inner = object
        .get(&["url_citation", "file_citation"])
        .map(Object::of);
    let object = inner.as_ref().unwrap_or(object);
    Part::Citation {
        title: object.text(&["title", "document_title", "filename"]),
        address: object.text(&["url", "file_id", "source"]),
        quote: object.text(&["cited_text", "quote"]),
    }
}

fn reasoning(object: &Object<'_>) -> String {
    let text = object.get(&[
        "content",
        "text",
        "thinking",
        "reasoning",
        "summary",
        "data",
    ]);
    let Some(text) = text else {
        return String::new();
    };
    match text.shape() {
        Shape::Array => {
            let mut inner = Vec::new();
            add(text, 3, &mut inner);
            let texts: Vec<String> = inner
                .into_iter()
                .filter_map(|part| match part {
                    Part::Text(text) | Part::Reasoning(text) => Some(text),
                    Part::Json(json) => {
                        let object = Json::parse(&json).map(Object::of)?;
                        Some(object.text(&["text"]))
                    }
                    _ => None,
                })
                .collect();
            texts.join("\n\n")
        }
        _ => text.decoded(),
    }
}

/// A tool call in any spelling.
pub fn call(object: &Object<'_>) -> Part {
    let inner = object.get(&["tool_call", "function", "tool_call_function"]);
    let function = inner
        .filter(|json| json.shape() == Shape::Object)
        .map(Object::of);
    let function = function.as_ref().unwrap_or(object);
    // OpenInference nests once more.
    let nested = function
        .get(&["function"])
        .filter(|json| json.shape() == Shape::Object);
    let nested = nested.map(Object::of);
    let named = nested.as_ref().unwrap_or(function);
    let id = object.text(&[
        "id",
        "call_id",
        "toolCallId",
        "toolUseId",
        "tool_call_id",
        "ref",
    ]);
    let id = if id.is_empty() {
        function.text(&["id"])
    } else {
        id
    };
    let preferred = object.text(&["call_id"]);
    Part::Call {
        id: if preferred.is_empty() { id } else { preferred },
        name: named.text(&["name", "toolName", "tool_name"]),
        arguments: named.text(&["arguments", "args", "input", "partial_json"]),
    }
}

/// A tool result in any spelling.
pub fn result(object: &Object<'_>) -> Part {
    let payload = object.get(&["result", "response", "output", "content"]);
    let mut failed = object
        .get(&["is_error", "isError"])
        .is_some_and(|it| it.source() == "true")
        || object.text(&["status"]) == "error";
    let (result, soft) = payload.map(outcome).unwrap_or_default();
    failed |= soft;
    Part::Result {
        id: object.text(&[
            "tool_call_id",
            "tool_use_id",
            "toolCallId",
            "toolUseId",
            "call_id",
            "id",
            "ref",
        ]),
        name: object.text(&["name", "toolName", "tool_name"]),
        result,
        failed,
    }
}
