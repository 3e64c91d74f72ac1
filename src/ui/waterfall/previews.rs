//! What tools were called with, beside their names. Only the sources have it, so it is asked for once the rows have come to rest,
//! and only for rows on screen.

use super::sheet::Sheet;
use super::stage::Stage;
use super::view::View;
use crate::engine::protocol::{Reply, Request};
use crate::model::order::RowMap;
use crate::model::{OperationKind, SpanFlags, SpanRow};
use crate::scene::waterfall::Line;

/// So many rows are remembered.
const MOST: usize = 2000;

/// Texts that are known, by row; empty where there is nothing to say.
#[derive(Debug, Default)]
pub struct Previews {
    document: u32,
    texts: RowMap<String>,
}

impl Previews {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.texts = RowMap::default();
    }

    /// Remembers texts of a document; of an earlier one nothing stays.
    pub fn keep(&mut self, document: u32, rows: &[SpanRow], texts: Vec<String>) {
        if self.document != document || self.texts.rows().len() + texts.len() > MOST {
            self.clear();
        }
        self.document = document;
        for (row, text) in rows.iter().zip(texts) {
            self.texts.insert(row.0, text);
        }
    }

    /// Writes what is known into a sheet.
    pub fn write(&self, sheet: &mut Sheet) {
        if self.document == sheet.scene.document {
            sheet.set_previews(|line| self.texts.find(line.row.0).filter(|_| has_preview(line)));
        }
    }
}

/// Whether a line says what it was called with: tools and retrievals do, unless something more telling stands there.
fn has_preview(line: &Line) -> bool {
    let kind = line.told.operation;
    let is_asked = matches!(
        kind,
        OperationKind::Tool | OperationKind::Retrieval | OperationKind::Rerank
    );
    is_asked && line.told.to.is_empty() && !line.flags.contains(SpanFlags::PLACEHOLDER)
}

impl View {
    /// Rows on screen whose preview is not known yet.
    pub fn without_preview(&self) -> Vec<SpanRow> {
        let Some(sheet) = &self.sheet else {
            return Vec::new();
        };
        let known =
            (self.previews.document == sheet.scene.document).then_some(&self.previews.texts);
        let is_known = |row: SpanRow| known.is_some_and(|texts| texts.find(row.0).is_some());
        let (first, after) = self.scroll.visible();
        (first..after)
            .filter_map(|number| sheet.line(number))
            .filter(|line| has_preview(line) && !is_known(line.row))
            .map(|line| line.row)
            .collect()
    }
}

impl Stage {
    /// Asks for the previews that are missing on screen, one question at a time.
    pub(super) fn ask_previews(&self) {
        let rows = self.view.borrow().without_preview();
        if rows.is_empty() || self.previewing.replace(true) {
            return;
        }
        self.spawn(|stage| async move {
            let question = Request::Previews { rows: rows.clone() };
            let answer = stage.app.ask(question).await;
            stage.previewing.set(false);
            let Ok(Reply::Previews { document, texts }) = answer.map(|answer| answer.reply) else {
                return;
            };
            {
                let mut view = stage.view.borrow_mut();
                let View {
                    previews, sheet, ..
                } = &mut *view;
                let Some(sheet) = sheet.as_mut().filter(|it| it.scene.document == document) else {
                    return;
                };
                previews.keep(document, &rows, texts);
                previews.write(sheet);
            }
            stage.mark();
            stage.mirror_soon();
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::TraceRow;
    use crate::scene::waterfall::Waterfall;

    fn line(row: u32, kind: OperationKind) -> Line {
        let mut line = Line {
            row: SpanRow(row),
            line: row,
            ..Line::default()
        };
        line.told.operation = kind;
        line
    }

    fn view(document: u32) -> View {
        let mut skill = line(2, OperationKind::Tool);
        skill.told.to = "triage".to_owned();
        let mut lines = vec![
            line(0, OperationKind::Agent),
            line(1, OperationKind::Tool),
            skill,
            line(3, OperationKind::Retrieval),
        ];
        lines.extend((4..40).map(|row| line(row, OperationKind::Tool)));
        let mut view = View {
            trace: Some(TraceRow(0)),
            ..View::default()
        };
        view.resize(1000.0, 24.0 + 5.0 * 24.0 - 1.0);
        view.accept(Waterfall {
            document,
            total_lines: 40,
            lines,
            ..Waterfall::default()
        });
        view
    }

    #[test]
    fn previews_are_asked_for_rows_on_screen_that_have_none() {
        let mut view = view(1);
        assert_eq!(
            view.without_preview(),
            [1, 3, 4].map(SpanRow),
            "a skill is named already"
        );
        view.previews.keep(1, &[SpanRow(1)], vec![String::new()]);
        assert_eq!(view.without_preview(), [3, 4].map(SpanRow));
        view.scroll.to(24.0 * 30.0);
        assert_eq!(view.without_preview()[0], SpanRow(30));
    }

    #[test]
    fn what_is_known_stands_in_every_scene_of_its_document_only() {
        let mut before = view(1);
        before.previews.keep(
            1,
            &[SpanRow(1), SpanRow(2)],
            vec!["a: 1".into(), "b".into()],
        );
        let previews = before.previews;
        let told = |document: u32| {
            let mut view = view(document);
            let sheet = view.sheet.as_mut().unwrap();
            previews.write(sheet);
            let texts = |at: u32| sheet.texts(sheet.line(at).unwrap()).preview.clone();
            [texts(1), texts(2)]
        };
        assert_eq!(told(1), ["a: 1", ""]);
        assert_eq!(told(2), ["", ""]);
    }

    #[test]
    fn no_more_than_so_many_are_remembered() {
        let mut previews = Previews::default();
        for row in 0..5_000 {
            previews.keep(1, &[SpanRow(row)], vec!["x".into()]);
            assert!(previews.texts.rows().len() <= MOST);
            assert!(previews.texts.find(row).is_some());
        }
    }
}
