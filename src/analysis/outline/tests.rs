use super::*;
use crate::model::text::parse;

const TREE: &str = "a 0..100\n  b 0..50\n    c 1..2\n    d 3..4\n  e 60..70\n    f 61..62\ng 200..300\n  h 210..220";

/// The visible rows by name, two spaces a level, `+` before what is collapsed.
fn picture(store: &TraceStore, outline: &Outline) -> String {
    let rows = outline.rows_on(0..u32::MAX);
    let lines: Vec<String> = (rows.iter().copied().map(SpanRow))
        .map(|row| {
            let mark = if outline.is_collapsed(row.0) { "+" } else { "" };
            let indent = "  ".repeat(outline.depth(store, row) as usize);
            format!("{indent}{mark}{}", store.name(row))
        })
        .collect();
    lines.join("\n")
}

fn row(store: &TraceStore, name: &str) -> SpanRow {
    let rows = 0..store.rows();
    rows.map(SpanRow)
        .find(|&row| store.name(row) == name)
        .unwrap()
}

#[test]
fn everything_shows_at_first() {
    let store = parse(TREE).finish();
    let outline = Outline::new(&store, TraceRow(0));
    assert_eq!(
        picture(&store, &outline),
        "a\n  b\n    c\n    d\n  e\n    f\ng\n  h"
    );
}

#[test]
fn collapsing_hides_the_subtree_and_expanding_restores_what_was() {
    let store = parse(TREE).finish();
    let mut outline = Outline::new(&store, TraceRow(0));
    outline.collapse(&store, row(&store, "b"));
    assert_eq!(picture(&store, &outline), "a\n  +b\n  e\n    f\ng\n  h");
    outline.collapse(&store, row(&store, "a"));
    assert_eq!(picture(&store, &outline), "+a\ng\n  h");
    outline.expand(&store, row(&store, "a"));
    assert_eq!(picture(&store, &outline), "a\n  +b\n  e\n    f\ng\n  h");
    outline.collapse(&store, row(&store, "c"));
    assert_eq!(outline.total_lines(), 6, "a leaf cannot be collapsed");
}

#[test]
fn a_hidden_row_changes_without_a_line() {
    let store = parse(TREE).finish();
    let mut outline = Outline::new(&store, TraceRow(0));
    outline.collapse(&store, row(&store, "a"));
    outline.collapse(&store, row(&store, "b"));
    assert_eq!(picture(&store, &outline), "+a\ng\n  h");
    outline.expand(&store, row(&store, "a"));
    assert_eq!(picture(&store, &outline), "a\n  +b\n  e\n    f\ng\n  h");
}

#[test]
fn to_depth_collapses_level_by_level() {
    let store = parse(TREE).finish();
    let mut outline = Outline::new(&store, TraceRow(0));
    outline.to_depth(&store, 1);
    assert_eq!(picture(&store, &outline), "a\n  +b\n  +e\ng\n  h");
    outline.to_depth(&store, 0);
    assert_eq!(picture(&store, &outline), "+a\n+g");
    outline.expand(&store, row(&store, "a"));
    assert_eq!(picture(&store, &outline), "a\n  +b\n  +e\n+g");
    outline.expand_all(&store);
    assert_eq!(outline.total_lines(), 8);
}

#[test]
fn reveal_opens_every_ancestor_and_leaves_the_rest() {
    let store = parse(TREE).finish();
    let mut outline = Outline::new(&store, TraceRow(0));
    outline.to_depth(&store, 0);
    outline.reveal(&store, &Levels::default(), row(&store, "f"));
    assert_eq!(picture(&store, &outline), "a\n  +b\n  e\n    f\n+g");
    assert_eq!(outline.line_of(row(&store, "f")), Some(3));
}

#[test]
fn a_hidden_row_is_found_at_the_ancestor_that_hides_it() {
    let store = parse(TREE).finish();
    let mut outline = Outline::new(&store, TraceRow(0));
    outline.to_depth(&store, 0);
    outline.expand(&store, row(&store, "a"));
    assert_eq!(outline.line_of(row(&store, "d")), None);
    assert_eq!(
        outline.visible(&store, row(&store, "d")),
        Some((1, row(&store, "b")))
    );
    assert_eq!(
        outline.visible(&store, row(&store, "h")),
        Some((3, row(&store, "g")))
    );
}

#[test]
fn what_is_collapsed_stays_so_when_spans_join() {
    let store = parse(TREE).finish();
    let mut outline = Outline::new(&store, TraceRow(0));
    assert!(outline.carried(&store, &store).is_none());
    outline.collapse(&store, row(&store, "b"));
    outline.collapse(&store, row(&store, "g"));
    let more = parse(&format!("{TREE}\n  late 250..260\nother 0..1 trace=2")).finish();
    let carried = outline.carried(&store, &more).unwrap();
    assert_eq!(picture(&more, &carried), "a\n  +b\n  e\n    f\n+g");
    let elsewhere = parse("z 0..1 trace=9").finish();
    assert!(outline.carried(&store, &elsewhere).is_none());
}

#[test]
fn rows_of_another_trace_are_left_alone() {
    let store = parse("a 0..9 trace=1\nb 10..20 trace=2\n  c 11..12 trace=2").finish();
    let mut outline = Outline::new(&store, TraceRow(1));
    assert_eq!(picture(&store, &outline), "b\n  c");
    outline.collapse(&store, SpanRow(0));
    outline.reveal(&store, &Levels::default(), SpanRow(0));
    outline.expand(&store, SpanRow(99));
    assert_eq!(picture(&store, &outline), "b\n  c");
    assert_eq!(outline.visible(&store, SpanRow(0)), None);
    outline.collapse(&store, SpanRow(1));
    assert_eq!(picture(&store, &outline), "+b");
    assert_eq!(Outline::new(&store, TraceRow(7)).total_lines(), 0);
}

const RUN: &str = "\
planner 0..100 is=agent agent=planner
  sequence 1..30 is=chain
    wrapper 2..29 is=llm
      call 3..28 is=llm
        POST 4..27
  search 31..60 is=tool tool=search
    critic 32..59 is=agent agent=critic
      judge 33..58 is=llm
cleanup 90..100
  search 91..99 is=tool tool=search";

fn run() -> (TraceStore, Levels, Outline) {
    let store = parse(RUN).finish();
    let calls = crate::analysis::calls::Calls::new(&store);
    let levels = Levels::new(&store, &calls, TraceRow(0));
    let outline = Outline::new(&store, TraceRow(0));
    (store, levels, outline)
}

#[test]
fn a_level_hides_rows_and_keeps_the_tree() {
    let (store, levels, mut outline) = run();
    assert!(outline.set_level(&store, &levels, Level::Steps));
    assert_eq!(
        picture(&store, &outline),
        "planner\n  call\n  search\n    critic\n      judge\nsearch"
    );
    let planner = row(&store, "planner");
    let children: Vec<_> = outline.children(&store, planner).collect();
    assert_eq!(children, [row(&store, "call"), row(&store, "search")]);
    assert_eq!(outline.descendants(&store, planner), 4);
    assert_eq!(outline.parent(&store, row(&store, "call")), Some(planner));
    assert!(!outline.has_children(&store, row(&store, "call")));
    assert!(outline.set_level(&store, &levels, Level::Agents));
    assert_eq!(picture(&store, &outline), "planner\n  critic");
    assert!(!outline.set_level(&store, &levels, Level::Agents));
    assert!(outline.set_level(&store, &levels, Level::Everything));
    assert_eq!(outline.total_lines(), 10);
}

#[test]
fn collapsing_works_on_what_is_shown() {
    let (store, levels, mut outline) = run();
    outline.collapse(&store, row(&store, "sequence"));
    outline.set_level(&store, &levels, Level::Steps);
    let steps = "planner\n  call\n  search\n    critic\n      judge\nsearch";
    assert_eq!(
        picture(&store, &outline),
        steps,
        "a hidden row hides nothing"
    );
    outline.collapse(&store, row(&store, "search"));
    assert_eq!(
        picture(&store, &outline),
        "planner\n  call\n  +search\nsearch"
    );
    assert_eq!(
        outline.visible(&store, row(&store, "judge")),
        Some((2, row(&store, "search")))
    );
    assert_eq!(
        outline.visible(&store, row(&store, "sequence")),
        Some((0, row(&store, "planner")))
    );
    outline.to_depth(&store, 2);
    assert_eq!(
        picture(&store, &outline),
        "planner\n  call\n  search\n    +critic\nsearch"
    );
    outline.expand_all(&store);
    assert_eq!(picture(&store, &outline), steps);
}

#[test]
fn a_hidden_row_is_revealed_by_itself_and_one_at_a_time() {
    let (store, levels, mut outline) = run();
    outline.set_level(&store, &levels, Level::Agents);
    outline.collapse(&store, row(&store, "planner"));
    outline.reveal(&store, &levels, row(&store, "POST"));
    assert_eq!(picture(&store, &outline), "planner\n  POST\n  critic");
    outline.reveal(&store, &levels, row(&store, "cleanup"));
    assert_eq!(picture(&store, &outline), "planner\n  critic\ncleanup");
    outline.set_level(&store, &levels, Level::Steps);
    assert_eq!(outline.line_of(row(&store, "cleanup")), None);
}

#[test]
fn what_is_folded_into_a_row_can_be_shown() {
    let (store, levels, mut outline) = run();
    let call = row(&store, "call");
    outline.unfold(&store, &levels, call);
    assert_eq!(outline.total_lines(), 10, "nothing is folded at this level");
    outline.set_level(&store, &levels, Level::Steps);
    outline.unfold(&store, &levels, call);
    assert!(outline.is_unfolded(call));
    assert_eq!(
        picture(&store, &outline),
        "planner\n  wrapper\n    call\n  search\n    critic\n      judge\nsearch"
    );
    outline.reveal(&store, &levels, row(&store, "wrapper"));
    outline.unfold(&store, &levels, call);
    assert_eq!(
        picture(&store, &outline),
        "planner\n  call\n  search\n    critic\n      judge\nsearch"
    );
}

fn set(rows: &[u32]) -> RowSet {
    RowSet::from_rows(100, |row| rows.contains(&row))
}

#[test]
fn a_filter_leaves_what_passes_and_what_stands_above() {
    let store = parse(TREE).finish();
    let none = Levels::new(
        &store,
        &crate::analysis::calls::Calls::default(),
        TraceRow(0),
    );
    let mut outline = Outline::new(&store, TraceRow(0));
    let d = row(&store, "d");
    assert!(outline.set_matches(&store, &none, Some((&set(&[d.0]), Stamp([1; 4])))));
    assert_eq!(picture(&store, &outline), "a\n  b\n    d");
    assert_eq!(outline.hidden_by_filter(), Some(5));
    let aside = |outline: &Outline, name| outline.is_aside(row(&store, name));
    assert!(aside(&outline, "a") && aside(&outline, "b") && !aside(&outline, "d"));
    let a = row(&store, "a");
    assert_eq!(
        (
            outline.descendants(&store, a),
            outline.descendants_at_level(&store, a)
        ),
        (2, 5)
    );
    // The same stamp stands for the same rows; another one brings others.
    assert!(!outline.set_matches(&store, &none, Some((&set(&[]), Stamp([1; 4])))));
    let more = set(&[row(&store, "b").0, d.0, row(&store, "g").0]);
    assert!(outline.set_matches(&store, &none, Some((&more, Stamp([2; 4])))));
    assert_eq!(picture(&store, &outline), "a\n  b\n    d\ng");
    assert!(aside(&outline, "a") && !aside(&outline, "b"));
    // What was asked for is shown all the same, and is one less that is hidden.
    outline.reveal(&store, &none, row(&store, "h"));
    assert_eq!(picture(&store, &outline), "a\n  b\n    d\ng\n  h");
    assert_eq!(outline.hidden_by_filter(), Some(3));
    assert!(outline.set_matches(&store, &none, Some((&set(&[]), Stamp([3; 4])))));
    assert_eq!(picture(&store, &outline), "h");
    assert!(outline.set_matches(&store, &none, None));
    assert_eq!(outline.total_lines(), 8);
    assert_eq!(outline.hidden_by_filter(), None);
    assert!(!aside(&outline, "a"));
}

#[test]
fn a_filter_narrows_a_level_and_looks_into_folds() {
    let (store, levels, mut outline) = run();
    outline.set_level(&store, &levels, Level::Steps);
    // A row that the level hides keeps those above it.
    let post = set(&[row(&store, "POST").0]);
    outline.set_matches(&store, &levels, Some((&post, Stamp([1; 4]))));
    assert_eq!(picture(&store, &outline), "planner\n  call");
    assert!(outline.is_aside(row(&store, "call")));
    assert_eq!(outline.hidden_by_filter(), Some(4));
    // What is folded into a row passes for it.
    let wrapper = set(&[row(&store, "wrapper").0]);
    outline.set_matches(&store, &levels, Some((&wrapper, Stamp([2; 4]))));
    assert_eq!(picture(&store, &outline), "planner\n  call");
    assert!(!outline.is_aside(row(&store, "call")));
    outline.set_level(&store, &levels, Level::Agents);
    assert_eq!(picture(&store, &outline), "planner");
    assert_eq!(outline.hidden_by_filter(), Some(1));
    outline.set_level(&store, &levels, Level::Everything);
    assert_eq!(
        picture(&store, &outline),
        "planner\n  sequence\n    wrapper\n      call"
    );
}

#[test]
fn placeholders_are_no_hidden_spans() {
    let store = parse("a 0..9\nlost 3..4 parent=ff\n  low 3..4").finish();
    let levels = Levels::new(
        &store,
        &crate::analysis::calls::Calls::default(),
        TraceRow(0),
    );
    let mut outline = Outline::new(&store, TraceRow(0));
    let low = set(&[row(&store, "low").0]);
    outline.set_matches(&store, &levels, Some((&low, Stamp([1; 4]))));
    assert_eq!(
        (outline.total_lines(), outline.hidden_by_filter()),
        (3, Some(1))
    );
}
