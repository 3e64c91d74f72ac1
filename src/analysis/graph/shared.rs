//! Files that several agents of one run read.
//!
//! The rule is a careful one, so that what it says holds; it does not find every file:
//!
//! - a call of a tool whose name has a word for reading (`read_file`, `Read`, `view`, `open_document`) and none for changing;
//! - of its arguments the text that stands under a name for a path (`path`, `file_path`, `filename`, …), letter by letter;
//! - agents that differ, in the same run: the same path in two runs may be two files.
//!
//! Arguments of more than 128 bytes stay in the file they came from and are not looked at.

use crate::analysis::calls::is_repeated_tool;
use crate::analysis::ledger::Ledger;
use crate::analysis::part::Part;
use crate::model::json::{Json, Shape};
use crate::model::{OperationKind, SpanRow, StrId, TraceStore, order};
use crate::semantics::dictionary::{Dictionary, Says};
use crate::semantics::skill::changes_files;

/// A file that several agents read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedFile {
    /// Its path as the arguments say.
    pub path: String,
    /// Who read it, by name, how often, and where first.
    pub readers: Vec<(StrId, u32, SpanRow)>,
}

/// A read of a file.
struct Read {
    path: String,
    trace: u32,
    agent: StrId,
    row: SpanRow,
}

/// Words for reading in the name of a tool.
const READS: [&str; 6] = ["read", "open", "load", "view", "cat", "readfile"];
/// Names of arguments that are paths.
const PATHS: [&str; 9] = [
    "path",
    "file_path",
    "filePath",
    "filepath",
    "file",
    "filename",
    "file_name",
    "absolute_path",
    "uri",
];
/// Names of arguments that hold all of them.
const HOLDERS: [&str; 5] = ["arguments", "args", "input", "kwargs", "parameters"];

/// The files of a part that several agents of one run read, by path.
pub fn shared_files(ledger: Ledger<'_>, part: &Part) -> Vec<SharedFile> {
    let mut reads = reads(ledger, part);
    let key = |read: &Read| (read.trace, read.agent, read.row);
    order::sort_items(&mut reads, |a, b| (&a.path, key(a)).cmp(&(&b.path, key(b))));
    let mut found: Vec<SharedFile> = Vec::new();
    for in_run in reads.chunk_by(|a, b| (&a.path, a.trace) == (&b.path, b.trace)) {
        let Some(first) = in_run.first() else {
            continue;
        };
        if in_run.iter().all(|read| read.agent == first.agent) {
            continue;
        }
        if found.last().is_none_or(|file| file.path != first.path) {
            found.push(SharedFile {
                path: first.path.clone(),
                readers: Vec::new(),
            });
        }
        let Some(file) = found.last_mut() else {
            continue;
        };
        for read in in_run {
            match file.readers.iter_mut().find(|known| known.0 == read.agent) {
                Some(known) => {
                    known.1 += 1;
                    known.2 = known.2.min(read.row);
                }
                None => file.readers.push((read.agent, 1, read.row)),
            }
        }
    }
    for file in &mut found {
        order::sort_items(&mut file.readers, |a, b| {
            ledger.text(a.0).cmp(ledger.text(b.0))
        });
    }
    found
}

fn reads(ledger: Ledger<'_>, part: &Part) -> Vec<Read> {
    let store = ledger.store;
    let keys = argument_keys(store);
    let mut reads = Vec::new();
    if keys.is_empty() {
        return reads;
    }
    // Tools by name, and whether they read.
    let mut known: Vec<(StrId, bool)> = Vec::new();
    for row in part.spans(store) {
        if store.operation_kind(row) != OperationKind::Tool || is_repeated_tool(store, row) {
            continue;
        }
        let tool = store.meaning(row).tool.unwrap_or(store.name_id(row));
        let place = known.iter().position(|(id, _)| *id == tool);
        let place = place.unwrap_or_else(|| {
            known.push((tool, is_reader(store.text(tool))));
            known.len() - 1
        });
        let does_read = known.get(place).is_some_and(|&(_, does_read)| does_read);
        let Some(agent) = ledger.agent(row).filter(|_| does_read) else {
            continue;
        };
        if let Some(path) = path(store, row, &keys) {
            reads.push(Read {
                path,
                trace: store.trace_of(row).0,
                agent,
                row,
            });
        }
    }
    reads
}

/// Keys of the document that hold the arguments of a tool.
fn argument_keys(store: &TraceStore) -> Vec<String> {
    let dictionary = Dictionary::new();
    let keys = store.dictionary().keys().iter();
    let of_arguments = keys.filter(|(_, key)| {
        let rows = dictionary.rows(dictionary.find(key));
        rows.iter().any(|row| matches!(row.says, Says::Arguments))
    });
    of_arguments.map(|(_, key)| key.to_owned()).collect()
}

fn is_reader(tool: &str) -> bool {
    let tool = tool.to_ascii_lowercase();
    let mut words = tool.split(|letter: char| !letter.is_alphanumeric());
    words.any(|word| READS.contains(&word)) && !changes_files(&tool)
}

/// The path that a call reads.
fn path(store: &TraceStore, row: SpanRow, keys: &[String]) -> Option<String> {
    let dictionary = store.dictionary();
    let mut pairs = store.attributes(row);
    pairs.find_map(|pair| {
        let key = dictionary.key_text(pair);
        let text = keys
            .iter()
            .any(|known| known == key)
            .then(|| dictionary.value_text(pair))??;
        path_in(Json::parse(text)?, 0)
    })
}

/// The path among arguments, or among those that stand one or two levels down.
fn path_in(arguments: Json<'_>, depth: u8) -> Option<String> {
    const DEEPEST: u8 = 2;
    if arguments.shape() == Shape::Text && depth < DEEPEST {
        let text = arguments.decoded();
        return path_in(Json::parse(&text)?, depth + 1);
    }
    let text_of = |name: &str| {
        let value = arguments.get(name)?;
        (value.shape() == Shape::Text).then(|| value.decoded())
    };
    let mut paths = PATHS.iter().filter_map(|name| text_of(name));
    if let Some(path) = paths.find(|path| !path.trim().is_empty()) {
        return Some(path);
    }
    if depth >= DEEPEST {
        return None;
    }
    let mut holders = HOLDERS.iter().filter_map(|name| arguments.get(name));
    holders.find_map(|inner| path_in(inner, depth + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_name_paths() {
        let path = |text: &str| Json::parse(text).and_then(|json| path_in(json, 0));
        let named = Some("notes/a.md".to_owned());
        assert_eq!(path(r#"{"path": "notes/a.md"}"#), named);
        assert_eq!(path(r#"{"args": {"file_path": "notes/a.md"}}"#), named);
        assert_eq!(path(r#""{\"path\": \"notes/a.md\"}""#), named);
        assert_eq!(path(r#"{"query": "notes/a.md"}"#), None);
        assert_eq!(path(r#"{"path": 7}"#), None);
        assert_eq!(path(r#"{"path": ""}"#), None);
    }

    #[test]
    fn tools_read_by_their_name() {
        for tool in ["read_file", "Read", "view", "open-document", "fs.read"] {
            assert!(is_reader(tool), "{tool}");
        }
        for tool in ["spread", "write_file", "read_and_edit", "search", "catalog"] {
            assert!(!is_reader(tool), "{tool}");
        }
    }
}
