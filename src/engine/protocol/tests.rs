use super::*;
use crate::analysis::budget::Limit;
use crate::engine::wire;
use crate::scene::waterfall::ColourBy;
use std::path::{Path, PathBuf};

#[test]
fn the_number_follows_the_text() {
    assert_eq!(fingerprint(&[""]), 0x811c_9dc5);
    assert_eq!(fingerprint(&["foo", "bar"]), 0xbf9c_f968);
    assert_ne!(PROTOCOL, fingerprint(&[]));
}

/// Files below a folder that declare something that can be sent.
fn declaring(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            declaring(&path, found);
        } else if std::fs::read_to_string(&path)
            .unwrap()
            .contains("Deserialize,\n)]")
            || std::fs::read_to_string(&path)
                .unwrap()
                .contains("Deserialize)]")
        {
            found.push(path);
        }
    }
}

#[test]
fn the_number_is_made_of_every_file_that_declares_a_message() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    declaring(&src, &mut found);
    // Its own tests, and those of the bytes, send what nobody else does.
    found.retain(|path| !path.ends_with("tests.rs") && !path.ends_with("engine/wire/mod.rs"));
    assert!(found.len() > 10);
    let listed = include_str!("mod.rs");
    for path in found {
        let below = path
            .strip_prefix(&src)
            .unwrap()
            .to_string_lossy()
            .replace('\\', "/");
        let name = below
            .strip_prefix("engine/protocol/")
            .map_or(format!("../../{below}"), str::to_owned);
        assert!(
            listed.contains(&format!("include_str!(\"{name}\")")),
            "{below} is missing in PROTOCOL"
        );
    }
}

#[track_caller]
fn survives<T>(message: &T)
where
    T: PartialEq + std::fmt::Debug + Serialize + for<'a> Deserialize<'a>,
{
    let bytes = wire::to_bytes(message).unwrap();
    assert_eq!(&wire::from_bytes::<T>(&bytes).unwrap(), message);
}

#[test]
fn every_request_survives_the_way_to_the_worker() {
    let row = SpanRow(7);
    let trace = TraceRow(3);
    let requests = [
        Request::Open {
            append: true,
            runs: RunsQuery {
                limit: 200,
                ..RunsQuery::default()
            },
            sources: vec![SourceHead {
                name: "a \"b\".json".into(),
                size: 1 << 52,
            }],
        },
        Request::Abort { open: 4 },
        Request::Close,
        Request::Summary,
        Request::Runs(RunsQuery {
            sort: RunsSort::Duration,
            group: Some(RunsSort::User),
            descending: true,
            filter: "x y".into(),
            offset: 5,
            limit: 9,
        }),
        Request::Spans { trace },
        Request::Locate {
            trace: "ab".into(),
            span: None,
        },
        Request::Waterfall(WaterfallRequest {
            trace,
            first_line: 3,
            lines: 60,
            window: (-5, i64::MAX),
            width: 812.5,
            critical_path: true,
            level: Level::Steps,
            only_matches: true,
            colour: ColourBy::Agent,
            budget: Limit::default(),
        }),
        Request::Minimap(MinimapRequest {
            trace,
            width: 900,
            lanes: 7,
            colour: ColourBy::Model,
            budget: Limit::default(),
        }),
        Request::Outline {
            trace,
            action: OutlineAction::Reveal(row),
            level: Level::Agents,
            only_matches: true,
        },
        Request::Details { row },
        Request::Text {
            row,
            pointer: "attributes/3".into(),
        },
        Request::Previews { rows: vec![row] },
        Request::Search {
            query: "time\nout".into(),
        },
        Request::Filter {
            text: "{ name = \"x\" }".into(),
        },
        Request::Complete {
            text: "{ na".into(),
            cursor: 4,
        },
        Request::SetPrices {
            text: "m\t\t1\t2".into(),
            add: true,
            assume: false,
        },
        Request::PriceList {
            words: "gpt".into(),
            limit: 5,
        },
        Request::SearchStep {
            from: Some(row),
            forward: false,
        },
        Request::SearchHits {
            offset: 0,
            limit: 50,
        },
    ];
    for request in requests {
        survives(&ToWorker { seq: 9, request });
    }
}

#[test]
fn every_reply_survives_the_way_to_the_page() {
    let replies = [
        Reply::Opened(Box::new(Opened {
            report: ImportReport::default(),
            summary: Summary {
                earliest_ns: i64::MIN,
                latest_ns: i64::MAX,
                ..Summary::default()
            },
            runs: RunsPage {
                rows: vec![RunRow::default()],
                ..RunsPage::default()
            },
            elapsed_ms: 12.5,
        })),
        Reply::Failed(Failure {
            message: "m".into(),
            aborted: true,
            ..Failure::default()
        }),
        Reply::Done,
        Reply::Runs(RunsPage {
            rows: vec![RunRow::default()],
            ..RunsPage::default()
        }),
        Reply::Spans(Vec::new()),
        Reply::Located {
            document: 1,
            trace: Some(TraceRow(1)),
            span: None,
            run: Some(Box::default()),
        },
        Reply::Waterfall(Box::default()),
        Reply::Minimap(Minimap::default()),
        Reply::Outline(OutlineState::default()),
        Reply::Text("\u{2028}<b>".into()),
        Reply::Previews {
            document: 1,
            texts: vec![String::new(), "x".into()],
        },
        Reply::Search(SearchState::default()),
        Reply::Hit(Some(Hit::default())),
        Reply::Hits(vec![Hit::default()]),
    ];
    for reply in replies {
        survives(&FromWorker::Reply { seq: 1, reply });
    }
    survives(&FromWorker::Notice {
        seq: 2,
        notice: Notice::Live {
            total: 1,
            rows: vec![RunRow::default()],
        },
    });
}
