//! What a script asks of a view, read from the JSON of its options.

use crate::analysis::routing::what_if::Assigned;
use crate::analysis::stats::By;
use crate::analysis::treemap::{Level, Measure};
use crate::model::json::{Json, Shape};
use crate::model::{TraceRow, TraceStore};

/// A view with its options.
#[derive(Debug)]
pub(super) enum View {
    Treemap {
        levels: Vec<Level>,
        measure: Measure,
    },
    Routing {
        rows: Level,
    },
    WhatIf {
        assigned: Vec<Assigned>,
    },
    Graph,
    Stats {
        by: By,
    },
}

/// A view of a part of the document.
#[derive(Debug)]
pub(super) struct Question {
    pub view: View,
    pub trace: Option<TraceRow>,
    /// A filter; empty for none.
    pub filter: String,
}

/// The options that were given, as members of an object.
struct Options<'j> {
    view: &'static str,
    members: Vec<(String, Json<'j>)>,
}

/// Views and their options beside `trace` and `filter`.
const VIEWS: [(&str, &[&str]); 5] = [
    ("treemap", &["levels", "measure"]),
    ("routing", &["rows", "columns"]),
    ("what_if", &["assign"]),
    ("graph", &[]),
    ("stats", &["by"]),
];

impl Question {
    /// Reads a view's name and the JSON of its options; an empty text is no options.
    ///
    /// # Errors
    ///
    /// Names the option, what was expected and what was found.
    pub fn parse(store: &TraceStore, name: &str, options: &str) -> Result<Self, String> {
        let Some((view, known)) = VIEWS.into_iter().find(|(view, _)| *view == name) else {
            let names = VIEWS.map(|(view, _)| view);
            return Err(expected("the view", &list(&names), &format!("'{name}'")));
        };
        let options = Options::parse(view, known, options)?;
        let view = match view {
            "treemap" => View::Treemap {
                levels: options.levels(store)?,
                measure: options.measure()?,
            },
            "routing" => {
                options.one_of("columns", &["model"])?;
                let rows = options.one_of("rows", &["agent", "task"])?;
                View::Routing {
                    rows: if rows == 1 { Level::Task } else { Level::Agent },
                }
            }
            "what_if" => View::WhatIf {
                assigned: options.assigned(store)?,
            },
            "graph" => View::Graph,
            _ => {
                let names = By::ALL.map(By::name);
                let at = options.one_of("by", &names)?;
                let by = By::ALL.get(at).copied().unwrap_or_default();
                View::Stats { by }
            }
        };
        Ok(Self {
            view,
            trace: options.trace(store)?,
            filter: options.text("filter")?.unwrap_or_default(),
        })
    }
}

impl<'j> Options<'j> {
    fn parse(view: &'static str, known: &[&str], text: &'j str) -> Result<Self, String> {
        let json = Json::parse(text).unwrap_or(Json::NULL);
        if json.shape() != Shape::Object && !json.is_null() {
            let found = in_words(json);
            return Err(expected(
                &format!("the options of {view}"),
                "an object",
                &found,
            ));
        }
        let mut members = Vec::new();
        for (name, value) in json.members() {
            let all: Vec<&str> = [known, &["trace", "filter"]].concat();
            if !all.contains(&&*name) {
                let what = format!("an option of {view}");
                return Err(expected(&what, &list(&all), &format!("'{name}'")));
            }
            if !value.is_null() {
                members.push((name.into_owned(), value));
            }
        }
        Ok(Self { view, members })
    }

    fn get(&self, name: &str) -> Option<Json<'j>> {
        let mut members = self.members.iter().rev();
        members.find_map(|(known, value)| (known == name).then_some(*value))
    }

    fn refuse(&self, name: &str, what: &str, found: &str) -> String {
        expected(
            &format!("the option '{name}' of {}", self.view),
            what,
            found,
        )
    }

    fn text(&self, name: &str) -> Result<Option<String>, String> {
        let Some(value) = self.get(name) else {
            return Ok(None);
        };
        let text = value.as_text();
        text.map(Some)
            .ok_or_else(|| self.refuse(name, "a text", &in_words(value)))
    }

    /// The place of a word among those that are known; 0 when none is given.
    fn one_of(&self, name: &str, words: &[&str]) -> Result<usize, String> {
        let Some(word) = self.text(name)? else {
            return Ok(0);
        };
        let place = words.iter().position(|known| *known == word);
        place.ok_or_else(|| self.refuse(name, &list(words), &format!("'{word}'")))
    }

    fn measure(&self) -> Result<Measure, String> {
        let at = self.one_of("measure", &Measure::ALL.map(Measure::name))?;
        Ok(Measure::ALL.get(at).copied().unwrap_or_default())
    }

    fn levels(&self, store: &TraceStore) -> Result<Vec<Level>, String> {
        const FIXED: &str = "agent, model, kind, tool, step, span, run, session, user, service or the key of an attribute";
        let Some(value) = self.get("levels") else {
            return Ok(vec![Level::Agent, Level::Model]);
        };
        if value.shape() != Shape::Array {
            return Err(self.refuse("levels", "a list of levels", &in_words(value)));
        }
        let level = |value: Json<'_>| {
            let level = value.as_text().and_then(|name| Level::parse(store, &name));
            level.ok_or_else(|| self.refuse("levels", FIXED, &in_words(value)))
        };
        let levels: Vec<Level> = value
            .elements()
            .into_iter()
            .map(level)
            .collect::<Result<_, _>>()?;
        if levels.len() > 16 {
            return Err(self.refuse("levels", "at most 16 levels", &levels.len().to_string()));
        }
        Ok(levels)
    }

    fn assigned(&self, store: &TraceStore) -> Result<Vec<Assigned>, String> {
        let Some(value) = self.get("assign") else {
            return Ok(Vec::new());
        };
        if value.shape() != Shape::Object {
            return Err(self.refuse("assign", "an object of agents and models", &in_words(value)));
        }
        let mut assigned = Vec::new();
        for (agent, model) in value.members() {
            let is_agent = |name: &str| {
                let mut meanings = store.meanings().iter();
                meanings.any(|meaning| meaning.agent.is_some_and(|id| store.text(id) == name))
            };
            if &*agent != "*" && !is_agent(&agent) {
                let found = format!("'{agent}'");
                return Err(self.refuse("assign", "an agent of the document or *", &found));
            }
            let Some(model) = model.as_text().filter(|model| !model.is_empty()) else {
                let what = format!("the name of a model for '{agent}'");
                return Err(self.refuse("assign", &what, &in_words(model)));
            };
            assigned.push(Assigned {
                name: agent.into_owned(),
                model,
            });
        }
        Ok(assigned)
    }

    fn trace(&self, store: &TraceStore) -> Result<Option<TraceRow>, String> {
        let Some(id) = self.text("trace")? else {
            return Ok(None);
        };
        let trace = store.find_trace(&id);
        let found = || {
            self.refuse(
                "trace",
                "the id of a trace that is open",
                &format!("'{id}'"),
            )
        };
        trace.map(Some).ok_or_else(found)
    }
}

fn expected(of: &str, what: &str, found: &str) -> String {
    format!("{of}: expected {what}, found {found}")
}

/// Words with commas between them and "or" before the last.
fn list(words: &[&str]) -> String {
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

/// A value as a message shows it.
fn in_words(value: Json<'_>) -> String {
    match value.shape() {
        Shape::Object => "an object".to_owned(),
        Shape::Array => "a list".to_owned(),
        Shape::Text => format!("'{}'", value.decoded()),
        Shape::Other => value.source().to_owned(),
    }
}
