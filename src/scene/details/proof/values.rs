//! Every canonical value of a span with the key it came from, or the rule that gave it.

use super::LineKind::{Title, Value};
use super::{Lines, Worked, exact, named};
use crate::analysis::calls::{CallRole, owner};
use crate::model::{OperationKind, SpanFlags, SpanRow};
use crate::scene::details::Attribute;
use crate::scene::format::count;
use crate::semantics::Provenance;
use crate::semantics::dictionary::{CountField, TextField};
use crate::semantics::kind::is_framework;
use crate::semantics::provenance::Key;

/// A longer text is no id.
const LONGEST: usize = 200;

/// Says where the values of a span come from; nothing of a span that means nothing.
pub(super) fn values(
    worked: &Worked<'_>,
    row: SpanRow,
    keys: &Provenance,
    attributes: &[Attribute],
    lines: &mut Lines,
) {
    let mut table = Table {
        worked,
        row,
        keys,
        attributes,
        lines,
        begun: false,
    };
    table.kind();
    table.agent();
    table.models();
    table.tool();
    table.counts();
    table.cost();
    table.texts();
}

struct Table<'a> {
    worked: &'a Worked<'a>,
    row: SpanRow,
    keys: &'a Provenance,
    attributes: &'a [Attribute],
    lines: &'a mut Lines,
    begun: bool,
}

impl Table<'_> {
    fn value(&mut self, name: &str, value: &str, key: Option<Key>, how: &str) {
        if !std::mem::replace(&mut self.begun, true) {
            self.lines.push(Title, &["Where values come from", ""]);
        }
        let source = key.map_or("", |key| key.source.as_str());
        let how = match (source, how) {
            (source, "") => source.to_owned(),
            ("", how) => how.to_owned(),
            (source, how) => format!("{source}; {how}"),
        };
        self.lines
            .push(Value, &[name, value, key.map_or("", |key| key.name), &how]);
    }

    fn kind(&mut self) {
        let kind = self.worked.store.operation_kind(self.row);
        let (key, how) = match self.keys.kind() {
            Some(key) if self.keys.kind_said() == Some(kind) => (Some(key), ""),
            _ if kind == OperationKind::Other => return,
            _ if self
                .worked
                .store
                .flags(self.row)
                .contains(SpanFlags::FROM_LOG) =>
            {
                (None, "told by the name of the log record")
            }
            _ if crate::semantics::kind::of_name(self.worked.store.name(self.row)).kind
                == Some(kind) =>
            {
                (None, "told by the span's name")
            }
            _ => (None, "it names a model and counts its tokens"),
        };
        self.value("kind", kind.as_str(), key, how);
    }

    fn agent(&mut self) {
        let store = self.worked.store;
        let meaning = store.meaning(self.row);
        if let Some(agent) = meaning.agent {
            let key = self.keys.agent(meaning.kind).map(|(key, _)| key);
            let how = if key.is_none() { "the span's name" } else { "" };
            self.value("agent", store.text(agent), key, how);
            return;
        }
        let Some(agent) = owner(store, self.row) else {
            return;
        };
        let mut above = store.parent(self.row);
        while let Some(row) = above {
            if store.meaning(row).agent.is_some() {
                let how = format!("owned by the nearest agent above: {}", named(store, row));
                self.value("agent", store.text(agent), None, &how);
                return;
            }
            above = store.parent(row);
        }
    }

    fn models(&mut self) {
        let store = self.worked.store;
        let meaning = store.meaning(self.row);
        let asked = self.keys.text(TextField::RequestModel).map(|(key, _)| key);
        if let Some(model) = meaning.response_model {
            let key = self.keys.text(TextField::ResponseModel).map(|(key, _)| key);
            self.value("model", store.text(model), key, "the model that answered");
        }
        if let Some(model) = meaning.request_model {
            if meaning.response_model.is_none() {
                let how = "the model asked for; no other was recorded as answering";
                self.value("model", store.text(model), asked, how);
            } else {
                self.value("request model", store.text(model), asked, "");
            }
        }
        if meaning.model().is_none()
            && let Some(model) = self.worked.calls.model(store, self.row)
            && self.worked.calls.role(self.row).is_some()
        {
            let how = "another span of the same call names it";
            self.value("model", store.text(model), None, how);
        }
        let provider = self.keys.text(TextField::Provider);
        match (meaning.provider, provider) {
            (Some(provider), found) => {
                let provider = store.text(provider);
                let how = match found {
                    Some((_, recorded)) if is_framework(recorded.as_bytes()) => {
                        format!("by the model's name; {recorded} is a framework")
                    }
                    Some((_, recorded)) if recorded != provider => {
                        format!("recorded with its API as {recorded}")
                    }
                    _ => String::new(),
                };
                let key = found.map(|(key, _)| key);
                self.value("provider", provider, key, &how);
            }
            (None, Some((key, name))) if is_framework(name.as_bytes()) => {
                let name = name.to_owned();
                let how = format!("{name} is a framework, not who serves the model");
                self.value("provider", "-", Some(key), &how);
            }
            _ => {}
        }
    }

    fn tool(&mut self) {
        let store = self.worked.store;
        let Some(tool) = store.tool(self.row) else {
            return;
        };
        let fields = [TextField::Tool, TextField::Entity];
        let key = fields.into_iter().find_map(|field| self.keys.text(field));
        match key {
            Some((key, _)) => self.value("tool", tool, Some(key), ""),
            None => self.value("tool", tool, None, "the span's name"),
        }
    }

    fn counts(&mut self) {
        let usage = self.worked.store.recorded_usage(self.row);
        let total = self.keys.count(CountField::Total);
        for (name, field, tokens) in [
            ("input tokens", CountField::Input, usage.input),
            ("output tokens", CountField::Output, usage.output),
            ("cache read", CountField::CacheRead, usage.cache_read),
            ("cache write", CountField::CacheWrite, usage.cache_write),
            ("reasoning", CountField::Reasoning, usage.reasoning),
        ] {
            let Some(tokens) = tokens else {
                continue;
            };
            let (key, how) = match self.keys.count(field) {
                Some((key, recorded)) if recorded == tokens => (Some(key), String::new()),
                Some((key, recorded)) => (
                    Some(key),
                    format!(
                        "{} recorded, and {} cached which are counted beside it here",
                        count(recorded),
                        count(tokens.saturating_sub(recorded))
                    ),
                ),
                None if field == CountField::Input && total.is_some() => (
                    total.map(|(key, _)| key),
                    "only a total was recorded; it counts as input".to_owned(),
                ),
                None => (None, "the text of the span does not hold it".to_owned()),
            };
            self.value(name, &count(tokens), key, &how);
        }
        if let Some(CallRole::Call) = self.worked.calls.role(self.row)
            && usage.is_empty()
            && self.worked.calls.owns_usage(self.row)
        {
            let how = "another span of the same call records them";
            self.value("input tokens", "-", None, how);
        }
    }

    fn cost(&mut self) {
        let Some(cost) = self.worked.store.reported_cost(self.row) else {
            return;
        };
        let keys = self.keys.cost();
        let how = if keys.len() > 1 {
            "with the other part; no total is recorded"
        } else {
            "reported by the trace"
        };
        self.value("cost", &exact(cost), keys.first().copied(), how);
    }

    fn texts(&mut self) {
        let kind = self.worked.store.operation_kind(self.row);
        for (name, field) in [("session", TextField::Session), ("user", TextField::User)] {
            if let Some((key, text)) = self.keys.text(field) {
                self.value(name, text, Some(key), "");
            }
        }
        if let Some(key) = self.keys.call_id(kind) {
            let name = if kind == OperationKind::Tool {
                "call id"
            } else {
                "answer id"
            };
            let is_it = |attribute: &&Attribute| attribute.key == key.name;
            let found = self.attributes.iter().find(is_it);
            let text = found.map_or("", |found| found.value.text.as_str());
            // An answer holds its id somewhere.
            let (text, how) = if text.len() > LONGEST || text.starts_with(['{', '[']) {
                ("", "in its JSON")
            } else {
                (text, "")
            };
            self.value(name, text, Some(key), how);
        }
    }
}
