use super::super::text::{dump, parse};
use super::super::{
    Belonging, ScopeSlot, SourceRange, SpanInput, SpanRow, Stitch, TraceRow, TraceStore,
    WireTraceId,
};

#[track_caller]
fn picture(drawing: &str, expected: &str) {
    assert_eq!(dump(&parse(drawing).finish()), expected);
}

#[test]
fn rows_stand_depth_first_by_start() {
    picture(
        "b 10..20 parent=a id=2\na 0..100 id=a\nc 5..8 parent=a id=3\n  d 6..7",
        "trace 00000000000000000000000000000001 spans=4 errors=0 orphans=0 100 ns\n  \
           a 0..100 [app]\n    c 5..8 [app]\n      d 6..7 [app]\n    b 10..20 [app]\n",
    );
}

#[test]
fn orphans_share_a_placeholder_that_is_in_no_count() {
    let store = parse("a 5..10 parent=ff\nb 7..20 parent=ff error").finish();
    assert_eq!(
        dump(&store),
        "trace 00000000000000000000000000000001 spans=2 errors=1 orphans=2 15 ns\n  \
         (missing 00000000000000ff) 0..15\n    a 0..5 orphan [app]\n    b 2..15 orphan error [app]\n"
    );
    assert_eq!((store.rows(), store.span_count()), (3, 2));
}

#[test]
fn a_cycle_is_cut_at_its_earliest_span_and_survives_reopening() {
    let drawing = "a 5..10 id=1 parent=2\nb 3..20 id=2 parent=1\nc 4..4 id=3 parent=3";
    let expected = "trace 00000000000000000000000000000001 spans=3 errors=0 orphans=0 17 ns\n  \
         b 0..17 cycle [app]\n    a 2..7 [app]\n  c 1..1 cycle [app]\n";
    picture(drawing, expected);
    let again = parse(drawing).finish().to_builder().finish();
    assert_eq!(dump(&again), expected);
    assert_eq!(again.traces()[0].roots, 0);
}

#[test]
fn the_last_copy_of_a_span_stays() {
    let store = parse("a 0..9\nold 1..2 id=7 parent=1\nnew 3..4 id=7 parent=1").finish();
    assert_eq!(store.duplicate_count(), 1);
    assert_eq!(store.span_count(), 2);
    assert!(dump(&store).contains("new 3..4"));
}

#[test]
fn a_parent_that_comes_later_adopts_its_orphans() {
    let first = parse("a 5..10 id=2 parent=ff").finish();
    assert_eq!(first.traces()[0].orphans, 1);
    let mut builder = first.to_builder();
    let late = parse("p 0..20 id=ff").finish();
    let row = SpanRow(0);
    let name = builder.strings().intern(late.name(row));
    builder.push_span(SpanInput {
        trace: Some(WireTraceId {
            id: late.traces()[0].id,
            original: None,
        }),
        id: late.wire_span_id(row),
        parent: None,
        name,
        kind: late.kind(row),
        status: late.status(row),
        start: Some(0),
        end: Some(20),
        scope: ScopeSlot(0),
        source: SourceRange::default(),
        attributes: &[],
        events: &[],
        links: &[],
        recorded: crate::model::Recorded::default(),
    });
    let store = builder.finish();
    assert_eq!(store.traces()[0].orphans, 0);
    assert_eq!((store.rows(), store.depth(SpanRow(1))), (2, 1));
}

#[test]
fn odd_times_are_kept_and_marked() {
    picture(
        "a 10..100\n  run 20..\n  back 50..40\n  early 4..60\n  none ..30",
        "trace 00000000000000000000000000000001 spans=5 errors=0 orphans=0 96 ns\n  \
         a 6..96 [app]\n    early 0..56 before-parent [app]\n    none 0..26 no-start before-parent [app]\n    \
         run 16.. [app]\n    back 46..36 ends-before-start [app]\n",
    );
}

#[test]
fn a_chain_of_a_hundred_thousand_does_not_overflow_the_stack() {
    use std::fmt::Write as _;
    let mut drawing = String::new();
    for i in 1..=100_000 {
        let _ = writeln!(drawing, "s {i}..{} id={i:x} parent={:x}", i + 1, i - 1);
    }
    let store = parse(&drawing).finish();
    assert_eq!(store.rows(), 100_000, "an id of zero means no parent");
    assert_eq!(store.depth(SpanRow(99_999)), 99_999);
}

/// Stitched traces: what tells it, members, and rows.
fn stitches(store: &TraceStore) -> Vec<String> {
    let told = |stitch: &Stitch| {
        let why = match stitch.why {
            Belonging::Same(_) => "same",
            Belonging::Cause(_) => "cause",
            Belonging::Link => "link",
        };
        let (members, rows) = (&stitch.members, &stitch.trace.rows);
        format!("{why} {members:?} {rows:?}")
    };
    store.stitches().iter().map(told).collect()
}

#[test]
fn traces_of_one_request_stand_together_behind_a_row_that_is_no_span() {
    let store = parse(
        "a 5..9 trace=1 request=r7\n  x 6..7\nb 10..19 trace=2\nc 20..29 trace=3 request=r7\nd 1..2 trace=4 request=r8",
    )
    .finish();
    let names = |rows: std::ops::Range<u32>| -> Vec<&str> {
        rows.map(|row| store.name(SpanRow(row))).collect()
    };
    assert_eq!(names(0..store.rows()), ["d", "", "a", "x", "c", "b"]);
    assert_eq!(stitches(&store), ["same 1..3 1..5"]);
    assert_eq!((store.rows(), store.span_count()), (6, 5));
    let head = SpanRow(1);
    assert_eq!(store.children(head).count(), 2);
    assert_eq!(store.trace_of(head), TraceRow(4));
    assert_eq!(store.trace_of(SpanRow(4)), TraceRow(2));
    let whole = store.trace(TraceRow(4)).unwrap();
    assert_eq!(
        (whole.spans, whole.roots, whole.range.duration().0),
        (3, 2, 24)
    );
    assert_eq!(
        store.find_trace(&store.trace_id_text(whole)),
        Some(TraceRow(4))
    );
    let rows: Vec<_> = store
        .traces()
        .iter()
        .map(|trace| trace.rows.clone())
        .collect();
    assert_eq!(rows, [0..1, 2..4, 4..5, 5..6]);
    // The same whatever came first, and when more is added.
    let again = store.to_builder();
    let mut again = again;
    again.stitch_by(&["request"]);
    assert_eq!(dump(&again.finish()), dump(&store));
}

#[test]
fn a_cause_or_a_link_joins_traces_and_what_says_nothing_does_not() {
    let of = |drawing: &str| stitches(&parse(drawing).finish());
    let cause =
        "a 0..9 trace=1\n  x 1..2 id=00000000000000aa\nb 5..6 trace=2 request=00000000000000aa";
    assert_eq!(of(cause), ["cause 0..2 0..4"]);
    let link = "a 0..9 trace=1\nb 5..6 trace=2 link=1\nc 6..7 trace=3 link=1 link=1";
    assert_eq!(of(link), ["link 0..3 0..4"]);
    for apart in [
        "a 0..9 trace=1\nb 5..6 trace=2\nc 6..7 trace=3 link=1 link=2",
        "a 0..9 trace=1\nb 5..6 trace=2\n  c 6..7 link=1",
        "a 0..9 trace=1 request=unknown\nb 5..6 trace=2 request=unknown",
        "a 0..9 trace=1\n  b 1..2 request=r\nc 5..6 trace=2\n  d 5..6 request=r",
        "a 0..9 trace=1 request=r link=9\nb 5..6 trace=1 request=r",
    ] {
        assert!(of(apart).is_empty(), "{apart}");
    }
}

#[test]
fn an_id_of_very_many_traces_is_not_that_of_a_request() {
    let lines = (1..=65).map(|trace| format!("a {trace}..99 trace={trace} request=r"));
    let drawing = lines.collect::<Vec<_>>().join("\n");
    assert!(parse(&drawing).finish().stitches().is_empty());
    let fewer = drawing.rsplit_once('\n').unwrap().0;
    assert_eq!(stitches(&parse(fewer).finish()), ["same 0..64 0..65"]);
}
