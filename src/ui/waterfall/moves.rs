//! Selection and outline: walking the tree, expanding and collapsing, bringing into view.

use super::stage::Stage;
use super::view::pinned;
use crate::engine::protocol::{Reply, Request};
use crate::model::SpanRow;
use crate::scene::waterfall::{Line, OutlineAction, OutlineState};
use crate::ui::state::Selection;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// Where a key leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// So many lines down; up when negative.
    By(i64),
    /// So many screens down.
    Pages(i64),
    /// The first line.
    First,
    /// The last line.
    Last,
}

impl Stage {
    /// The selected row, when it is one of the run shown.
    fn selected(&self) -> Option<SpanRow> {
        let trace = self.view.borrow().trace;
        self.app.selection.with_untracked(|selection| {
            selection
                .as_ref()
                .filter(|it| Some(it.trace) == trace)
                .map(|it| it.row)
        })
    }

    /// Selects a line at hand and scrolls it into view.
    pub(super) fn select_line(&self, line: &Line) {
        self.select_row(line.row, line.span_id.clone());
        self.show_line(line.line, line.depth);
    }

    fn select_row(&self, row: SpanRow, span_id: String) {
        let Some((trace, trace_id)) = self
            .app
            .run
            .with_untracked(|run| run.as_ref().map(|run| (run.trace, run.trace_id.clone())))
        else {
            return;
        };
        self.own.set(Some(row));
        self.app.select(Some(Selection {
            row,
            trace,
            trace_id,
            span_id,
        }));
    }

    fn show_line(&self, line: u32, depth: u32) {
        {
            let mut view = self.view.borrow_mut();
            let pins = pinned(depth, view.scroll.page());
            view.scroll.show(line, pins);
        }
        self.mark();
        self.mirror_now();
    }

    /// Runs an outline action and takes over what it says of the whole. `None` when the run has changed meanwhile.
    async fn outline(&self, action: OutlineAction) -> Option<OutlineState> {
        let trace = self.view.borrow().trace?;
        let look = self.look();
        let changes = !matches!(
            action,
            OutlineAction::Get | OutlineAction::LineOf(_) | OutlineAction::RowAt(_)
        );
        let answer = self
            .app
            .ask(Request::Outline {
                trace,
                action,
                level: look.level,
                only_matches: look.only_matches,
            })
            .await
            .ok()?;
        let Reply::Outline(outline) = answer.reply else {
            return None;
        };
        let mut view = self.view.borrow_mut();
        if view.trace != Some(trace) {
            return None;
        }
        view.set_total(outline.total_lines);
        view.stale |= changes;
        drop(view);
        self.mark();
        Some(outline)
    }

    pub(super) fn spawn<F: Future<Output = ()> + 'static>(&self, work: impl FnOnce(Rc<Self>) -> F) {
        if let Some(stage) = self.me.upgrade() {
            spawn_local(work(stage));
        }
    }

    /// Expands or collapses a line.
    pub(super) fn toggle(&self, line: &Line) {
        let action = if line.expanded {
            OutlineAction::Collapse(line.row)
        } else {
            OutlineAction::Expand(line.row)
        };
        self.spawn(|stage| async move {
            stage.outline(action).await;
        });
    }

    /// Shows what is folded into a line, or folds it again.
    pub(super) fn unfold(&self, row: SpanRow) {
        self.spawn(|stage| async move {
            stage.outline(OutlineAction::Unfold(row)).await;
        });
    }

    /// The same for the selected line; `false` when nothing is folded into it.
    pub(super) fn unfold_selected(&self) -> bool {
        let row = self.selected().filter(|row| {
            let view = self.view.borrow();
            let line = view.sheet.as_ref().and_then(|sheet| sheet.line_of(*row));
            line.is_some_and(|line| line.folded > 0)
        });
        if let Some(row) = row {
            self.unfold(row);
        }
        row.is_some()
    }

    /// Changes what is expanded all over; the selection, or the nearest ancestor still shown, stays on screen.
    pub fn outline_all(&self, action: OutlineAction) {
        self.spawn(|stage| async move {
            let selected = stage.selected();
            stage.outline(action).await;
            let line = match selected {
                Some(row) => stage
                    .outline(OutlineAction::LineOf(row))
                    .await
                    .and_then(|outline| outline.line),
                None => None,
            };
            if let Some(line) = line {
                stage.view.borrow_mut().reveal(line);
                stage.mark();
            }
        });
    }

    /// Expands what hides a row, scrolls to it and brings its bar into the window.
    pub fn reveal(&self, row: SpanRow) {
        self.spawn(|stage| async move {
            let Some(outline) = stage.outline(OutlineAction::Reveal(row)).await else {
                return;
            };
            if let Some(line) = outline.line {
                stage.view.borrow_mut().reveal(line);
            }
            stage.bring_into_window(outline.extent);
            stage.mark();
            stage.mirror_soon();
        });
    }

    /// Selects the line a step away from the selected one.
    pub fn step(&self, step: Step) {
        let page = i64::from(self.view.borrow().scroll.page());
        let selected = self.selected();
        let at_hand = selected.and_then(|row| {
            let view = self.view.borrow();
            let line = view.sheet.as_ref()?.line_of(row)?.line;
            Some(line)
        });
        if selected.is_none() || at_hand.is_some() {
            self.step_from(at_hand, step, page);
            return;
        }
        self.spawn(|stage| async move {
            let line = match selected {
                Some(row) => stage
                    .outline(OutlineAction::LineOf(row))
                    .await
                    .and_then(|outline| outline.line),
                None => None,
            };
            stage.step_from(line, step, page);
        });
    }

    fn step_from(&self, from: Option<u32>, step: Step, page: i64) {
        let (total, top) = {
            let view = self.view.borrow();
            (
                i64::from(view.scroll.total),
                i64::from(view.scroll.visible().0),
            )
        };
        if total == 0 {
            return;
        }
        let target = match (step, from) {
            (Step::First, _) => 0,
            (Step::Last, _) => total - 1,
            // Without a selection the first step goes to the first line on screen.
            (Step::By(_) | Step::Pages(_), None) => top,
            (Step::By(lines), Some(from)) => i64::from(from) + lines,
            (Step::Pages(pages), Some(from)) => i64::from(from) + pages * page,
        };
        self.go_to_line(target.clamp(0, total - 1) as u32);
    }

    fn go_to_line(&self, number: u32) {
        let at_hand = {
            let view = self.view.borrow();
            if view.stale {
                None
            } else {
                view.line(number).cloned()
            }
        };
        if let Some(line) = at_hand {
            self.select_line(&line);
            return;
        }
        self.spawn(|stage| async move {
            if let Some(outline) = stage.outline(OutlineAction::RowAt(number)).await {
                stage.take(outline);
            }
        });
    }

    /// Selects the row an answer names.
    fn take(&self, outline: OutlineState) {
        if let (Some(row), Some(line)) = (outline.row, outline.line) {
            self.select_row(row, outline.span_id);
            // It may be below as many lines as are ever pinned.
            self.show_line(line, u32::MAX);
        }
    }

    /// Collapses the selected line, or goes to its parent when there is nothing to collapse.
    pub fn leftwards(&self) {
        let Some(row) = self.selected() else {
            self.step(Step::By(0));
            return;
        };
        self.spawn(|stage| async move {
            let Some(outline) = stage.outline(OutlineAction::LineOf(row)).await else {
                return;
            };
            if outline.row == Some(row) && outline.children && outline.expanded {
                stage.outline(OutlineAction::Collapse(row)).await;
            } else if let Some(parent) = if outline.row == Some(row) {
                outline.parent
            } else {
                outline.row
            } && let Some(outline) = stage.outline(OutlineAction::LineOf(parent)).await
            {
                stage.take(outline);
            }
        });
    }

    /// Expands the selected line, or goes to its first child when it is expanded.
    pub fn rightwards(&self) {
        let Some(row) = self.selected() else {
            self.step(Step::By(0));
            return;
        };
        self.spawn(|stage| async move {
            let Some(outline) = stage.outline(OutlineAction::LineOf(row)).await else {
                return;
            };
            if !outline.children || outline.row != Some(row) {
                return;
            }
            if !outline.expanded {
                stage.outline(OutlineAction::Expand(row)).await;
            } else if let Some(line) = outline.line {
                stage.go_to_line(line + 1);
            }
        });
    }

    /// Zooms to the selected span.
    pub fn zoom_to_selection(&self) {
        let Some(row) = self.selected() else {
            return;
        };
        self.spawn(|stage| async move {
            if let Some(outline) = stage.outline(OutlineAction::LineOf(row)).await
                && outline.row == Some(row)
            {
                stage.zoom_to_extent(outline.extent);
            }
        });
    }
}
