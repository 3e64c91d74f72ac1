//! One piece of a content: a text, a call, a result, a document.

use super::content::{View, title};
use super::fold::{fold, preview};
use super::json::Part;
use super::links::step_link;
use super::media::media;
use super::prose::{Look, prose};
use super::tree::tree;
use crate::scene::details::conversation::{Piece, PieceKind};
use crate::scene::details::proof::{Line, LineKind};
use crate::scene::format;
use crate::ui::dom::{El, div, el, span};
use crate::ui::icon::Icon;
use std::rc::Rc;

impl View {
    fn text(&self, piece: &Piece, look: Look) -> El {
        prose(self.owner, &piece.value, look, &self.as_written)
    }

    /// One piece; `None` for those that are drawn with others.
    pub fn part(&self, at: usize) -> Option<El> {
        let piece = self.piece(at)?;
        Some(match piece.kind {
            PieceKind::Text => self.text(piece, Look::Prose),
            PieceKind::Value if piece.label.is_empty() => {
                let data = matches!(title(&self.details), Some("Tool call" | "Embedding"));
                self.text(piece, if data { Look::Data } else { Look::Prose })
            }
            PieceKind::Value => {
                let (view, label) = (self.clone(), piece.label.clone());
                let preview = preview(&piece.value.text);
                fold("fold inner", label, preview, move || {
                    div("message-body")
                        .child(view.piece(at).map(|piece| view.text(piece, Look::Data)))
                })
            }
            PieceKind::Reasoning => {
                let view = self.clone();
                fold(
                    "fold inner",
                    "Reasoning".to_owned(),
                    preview(&piece.value.text),
                    move || {
                        div("message-body")
                            .child(view.piece(at).map(|piece| view.text(piece, Look::Prose)))
                    },
                )
            }
            PieceKind::Rationale => div("rationale").child((
                div("content-title").child((
                    el("h3").child(if piece.label.is_empty() {
                        "Why this step"
                    } else {
                        &piece.label
                    }),
                    el("code").class("hint ellipsis").child(piece.note.as_str()),
                )),
                self.text(piece, Look::Prose),
            )),
            PieceKind::Call => self.call(at, piece),
            PieceKind::Result | PieceKind::Failure => self.result(at, piece),
            PieceKind::Media => media(self.owner, &piece.label, &piece.value),
            PieceKind::Link => div("media is-link").child((
                span("hint").child(if piece.label.is_empty() {
                    "file"
                } else {
                    &piece.label
                }),
                span("prose-address").child(piece.value.text.as_str()),
            )),
            PieceKind::Citation => div("citation").child((
                (!piece.value.text.is_empty())
                    .then(|| span("citation-quote").child(piece.value.text.as_str())),
                span("hint").child("Source "),
                span("").child(piece.label.as_str()),
                span("prose-address").child(piece.note.as_str()),
            )),
            PieceKind::Document => self.document(piece),
            PieceKind::Offered | PieceKind::Called => self.offered(at, piece),
            PieceKind::Score => div("content-score").child((
                div("content-title").child((
                    el("h3").child(piece.label.as_str()),
                    el("b").child(piece.note.as_str()),
                )),
                (piece.value.bytes > 0).then(|| self.text(piece, Look::Prose)),
            )),
            PieceKind::Omitted => el("p").class("hint").child(format!(
                "{} more pieces are not shown here; see Raw.",
                piece.label
            )),
            _ => return None,
        })
    }

    /// The span of the tool that a call or a result belongs to.
    fn ran(&self, at: usize) -> Option<El> {
        let place = at.to_string();
        let mut lines = self.details.relations.iter();
        let is_it = |line: &&Line| line.kind == LineKind::Ran && line.cells.first() == Some(&place);
        step_link(self.owner, lines.find(is_it)?, false)
    }

    fn call(&self, at: usize, piece: &Piece) -> El {
        let id = (!piece.note.is_empty()).then(|| {
            el("code")
                .class("hint ellipsis")
                .attr("title", piece.note.clone())
                .child(format::short_id(&piece.note))
        });
        let name = if piece.label.is_empty() {
            "(no name)"
        } else {
            &piece.label
        };
        let head =
            div("call-head").child((Icon::Wrench.el(14), el("b").child(name), id, self.ran(at)));
        let arguments = (piece.value.bytes > 0).then(|| self.text(piece, Look::Data));
        div("call")
            .attr("data-call", piece.note.clone())
            .child((head, arguments))
    }

    fn result(&self, at: usize, piece: &Piece) -> El {
        let failed = piece.kind == PieceKind::Failure;
        let id = (!piece.note.is_empty()).then(|| {
            el("code")
                .class("hint ellipsis")
                .attr("title", piece.note.clone())
                .child(format::short_id(&piece.note))
        });
        let within_section = piece.label.is_empty() && piece.note.is_empty();
        let name = if piece.label.is_empty() {
            "Tool"
        } else {
            &piece.label
        };
        let error =
            failed.then(|| span("result-error is-err").child((Icon::CircleX.el(14), "error")));
        let head = (!within_section || failed).then(|| {
            let named = (!within_section).then(|| {
                (
                    Icon::Wrench.el(14),
                    el("b").child(name),
                    span("hint").child("result"),
                    id,
                    self.ran(at),
                )
            });
            div("message-head").child((named, error))
        });
        let body = self.text(piece, Look::Data);
        div(if failed { "result is-failed" } else { "result" }).child((head, body))
    }

    fn document(&self, piece: &Piece) -> El {
        let name = if piece.label.is_empty() {
            "(no id)"
        } else {
            &piece.label
        };
        let head = div("document-head").child((
            el("b").child(name),
            span("grow"),
            span("hint").child(piece.note.as_str()),
        ));
        let text = (piece.value.bytes > 0).then(|| self.text(piece, Look::Prose));
        div("document").child((head, text))
    }

    fn offered(&self, at: usize, piece: &Piece) -> El {
        let called = piece.kind == PieceKind::Called;
        let mark = called.then(|| span("chip").child((Icon::Check.el(12), "called")));
        let purpose = (!piece.note.is_empty()).then(|| span("muted").child(piece.note.as_str()));
        let head = div("offered-head").child((
            Icon::Wrench.el(14),
            el("b").child(piece.label.as_str()),
            mark,
        ));
        let view = self.clone();
        let schema = (piece.value.bytes > 2).then(|| {
            fold(
                "fold inner",
                "Schema".to_owned(),
                String::new(),
                move || {
                    let piece = view.piece(at);
                    let part =
                        piece.and_then(|piece| Part::tree(&Rc::from(piece.value.text.as_str())));
                    let text = piece
                        .filter(|_| part.is_none())
                        .map(|piece| view.text(piece, Look::Data));
                    div("message-body").child((part.map(|part| tree(&part)), text))
                },
            )
        });
        div("offered").child((head, purpose, schema))
    }
}
