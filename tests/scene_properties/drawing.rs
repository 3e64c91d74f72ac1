//! Random traces as drawings: any parents (missing, cyclic), any times (running, reversed, before their parent).

use proptest::prelude::*;
use spanlight::model::TraceStore;
use spanlight::model::text::parse;
use std::fmt::Write as _;

/// Lines of a drawing, one a span.
pub fn lines() -> impl Strategy<Value = Vec<String>> {
    let span = (
        0..40_u64,
        0..1000_i64,
        prop_oneof![
            6 => (0..300_i64).prop_map(Some),
            1 => Just(None),
            1 => Just(Some(0)),
            1 => (-20..0_i64).prop_map(Some),
        ],
        0..4_u32,
        any::<u8>(),
        proptest::collection::vec(0..1200_i64, 0..3),
    );
    proptest::collection::vec(span, 1..40).prop_map(|spans| {
        (1..)
            .zip(spans)
            .map(
                |(id, (parent, start, len, service, dice, events)): (u64, _)| {
                    let end = len.map_or(String::new(), |len| (start + len).to_string());
                    let mut line = format!("s{id} {start}..{end} id={id:x} service=s{service}");
                    if dice % 8 > 0 && parent > 0 {
                        let _ = write!(line, " parent={parent:x}");
                    }
                    if dice % 7 == 0 {
                        line.push_str(" error");
                    }
                    for event in events {
                        let _ = write!(line, " event={event}");
                    }
                    line
                },
            )
            .collect()
    })
}

/// The document of some lines.
pub fn store(lines: &[String]) -> TraceStore {
    parse(&lines.join("\n")).finish()
}
