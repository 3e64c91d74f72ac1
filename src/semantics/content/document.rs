//! Documents that a retrieval found.

use super::fields::{Fields, Object, plain};
use super::keys::DOCUMENT_EVENTS;
use crate::model::json::{Json, Shape};

/// Most documents that are read.
const MOST: usize = 2_000;

/// One document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document {
    /// Id; empty when absent.
    pub id: String,
    /// Title, or where it is from; empty when absent.
    pub title: String,
    /// Score as written; empty when absent.
    pub score: String,
    /// Whether the score is a distance: smaller is better.
    pub is_distance: bool,
    /// Version; empty when absent.
    pub version: String,
    /// Date; empty when absent.
    pub date: String,
    /// Text; empty when absent.
    pub content: String,
    /// What else is known, as JSON; empty when nothing is.
    pub metadata: String,
}

/// Documents in a JSON list, or in an object with one; `None` when it holds something else. `scored` asks every one of
/// them for a score, where nothing else says that they are documents.
pub fn documents(json: Json<'_>, scored: bool) -> Option<Vec<Document>> {
    let list = match json.shape() {
        Shape::Array => json,
        Shape::Object => Object::of(json)
            .get(&["documents", "results", "output", "matches"])
            .filter(|list| list.shape() == Shape::Array)?,
        Shape::Text | Shape::Other => return None,
    };
    let members = list.members();
    if members.is_empty() {
        return None;
    }
    let mut found = Vec::new();
    for (_, item) in members.into_iter().take(MOST) {
        let document = document(item)?;
        if scored && document.score.is_empty() {
            return None;
        }
        found.push(document);
    }
    Some(found)
}

/// The documents of events that hold one each.
pub fn of_events(fields: &Fields<'_>) -> Vec<Document> {
    let events = fields.events.iter();
    let events = events.filter(|event| DOCUMENT_EVENTS.contains(&event.name.as_str()));
    events
        .map(|event| {
            let value = |part: &str| {
                let prefix = format!("{}.{part}", event.name);
                event.text(&prefix).unwrap_or_default()
            };
            let (score, distance) = (value("score"), value("distance"));
            Document {
                id: value("id"),
                is_distance: score.is_empty() && !distance.is_empty(),
                score: if score.is_empty() { distance } else { score },
                content: value("document"),
                metadata: value("metadata"),
                ..Document::default()
            }
        })
        .collect()
}

fn document(item: Json<'_>) -> Option<Document> {
    if item.shape() != Shape::Object {
        return None;
    }
    let mut object = Object::of(item);
    if let [(key, inner)] = object.0.as_slice()
        && matches!(key.as_ref(), "document" | "kwargs")
    {
        object = Object::of(*inner);
    }
    let text = |names: &[&str]| object.get(names).and_then(plain).unwrap_or_default();
    let metadata = text(&["metadata", "document.metadata"]);
    let inner = Json::parse(&metadata).map(Object::of).unwrap_or_default();
    let either = |names: &[&str]| {
        let own = text(names);
        if own.is_empty() {
            inner.text(names)
        } else {
            own
        }
    };
    let score = either(&[
        "score",
        "relevance_score",
        "similarity",
        "document.score",
        "_score",
    ]);
    let distance = either(&["distance", "document.distance"]);
    let document = Document {
        id: either(&["id", "document_id", "document.id", "doc_id"]),
        title: either(&[
            "title",
            "name",
            "source",
            "doc_uri",
            "url",
            "file_name",
            "path",
        ]),
        is_distance: score.is_empty() && !distance.is_empty(),
        score: if score.is_empty() { distance } else { score },
        version: either(&["version", "revision"]),
        date: either(&[
            "date",
            "updated_at",
            "updated",
            "modified",
            "published",
            "created_at",
        ]),
        content: text(&[
            "content",
            "page_content",
            "text",
            "document.content",
            "document",
            "snippet",
        ]),
        metadata: if metadata == "{}" {
            String::new()
        } else {
            metadata
        },
    };
    let says = [&document.id, &document.content, &document.title];
    says.iter().any(|text| !text.is_empty()).then_some(document)
}
