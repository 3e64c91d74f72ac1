//! Expanding and collapsing as the page asks for it.

use super::waterfall::{OutlineAction, OutlineState};
use crate::analysis::levels::Levels;
use crate::analysis::outline::Outline;
use crate::model::{SpanRow, TraceStore};

/// Does what is asked and says how the outline stands; `document` is left to the caller.
///
/// The row an action names is described with its own line, or, for [`OutlineAction::LineOf`], with the line of the
/// ancestor that hides it (then `row` is that ancestor). Rows of another trace change nothing and are not described.
pub fn apply(
    outline: &mut Outline,
    store: &TraceStore,
    levels: &Levels,
    action: OutlineAction,
) -> OutlineState {
    let row = match action {
        OutlineAction::Get => None,
        OutlineAction::Expand(row) => {
            outline.expand(store, row);
            Some(row)
        }
        OutlineAction::Collapse(row) => {
            outline.collapse(store, row);
            Some(row)
        }
        OutlineAction::ExpandAll => {
            outline.expand_all(store);
            None
        }
        OutlineAction::CollapseAll => {
            outline.to_depth(store, 0);
            None
        }
        OutlineAction::ToDepth(depth) => {
            outline.to_depth(store, depth);
            None
        }
        OutlineAction::Reveal(row) => {
            outline.reveal(store, levels, row);
            Some(row)
        }
        OutlineAction::Unfold(row) => {
            outline.unfold(store, levels, row);
            Some(row)
        }
        OutlineAction::LineOf(row) => outline.visible(store, row).map(|(_, row)| row),
        OutlineAction::RowAt(line) => outline.row_at(line),
    };
    match row {
        Some(row) if outline.rows().contains(&row.0) => describe(outline, store, row),
        _ => OutlineState {
            total_lines: outline.total_lines(),
            ..OutlineState::default()
        },
    }
}

fn describe(outline: &Outline, store: &TraceStore, row: SpanRow) -> OutlineState {
    let extent = store.extent(row);
    let origin = store
        .trace(outline.trace())
        .map_or(extent.start, |trace| trace.range.start);
    OutlineState {
        document: 0,
        total_lines: outline.total_lines(),
        line: outline.line_of(row),
        row: Some(row),
        span_id: store.span_id_text(row).unwrap_or_default(),
        extent: (extent.start.since(origin).0, extent.end.since(origin).0),
        parent: outline.parent(store, row),
        children: outline.has_children(store, row),
        expanded: outline.is_expanded(store, row),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TraceRow;
    use crate::model::text::parse;

    #[test]
    fn each_action_says_where_its_row_stands() {
        let store = parse("a 10..110\n  b 20..60\n    c 30..40\nd 120..130").finish();
        let mut outline = Outline::new(&store, TraceRow(0));
        let mut act = |action| apply(&mut outline, &store, &Levels::default(), action);
        let state = act(OutlineAction::Collapse(SpanRow(0)));
        assert_eq!(
            (state.total_lines, state.line, state.expanded),
            (2, Some(0), false)
        );
        assert!(state.children);
        let state = act(OutlineAction::LineOf(SpanRow(2)));
        assert_eq!((state.line, state.row), (Some(0), Some(SpanRow(0))));
        let state = act(OutlineAction::Reveal(SpanRow(2)));
        assert_eq!((state.total_lines, state.line), (4, Some(2)));
        assert_eq!(state.extent, (20, 30));
        assert_eq!(state.parent, Some(SpanRow(1)));
        assert_eq!(state.span_id, "0000000000000003");
        assert_eq!(act(OutlineAction::RowAt(3)).row, Some(SpanRow(3)));
        assert_eq!(act(OutlineAction::RowAt(4)).row, None);
        let state = act(OutlineAction::CollapseAll);
        assert_eq!((state.total_lines, state.row), (2, None));
        assert_eq!(act(OutlineAction::ToDepth(1)).total_lines, 3);
        let state = act(OutlineAction::Expand(SpanRow(1)));
        assert_eq!(
            (state.total_lines, state.line, state.expanded),
            (4, Some(1), true)
        );
        assert_eq!(act(OutlineAction::ExpandAll).total_lines, 4);
        let state = act(OutlineAction::Collapse(SpanRow(77)));
        assert_eq!((state.total_lines, state.row), (4, None));
        assert_eq!(act(OutlineAction::Get).total_lines, 4);
    }
}
