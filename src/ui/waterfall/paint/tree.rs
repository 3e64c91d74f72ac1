//! The left side: guides, chevron, name, service, duration, errors.

use super::Painter;
use super::glyphs::Glyph;
use crate::model::{OperationKind, SpanFlags, StatusCode};
use crate::scene::format;
use crate::scene::waterfall::Line;
use crate::ui::canvas::{Anchor, Font, Ink};
use crate::ui::icon::Icon;
use crate::ui::waterfall::geometry::{CHEVRON, Column, DEEPEST, GAP, ROW, chevron_left};
use crate::ui::waterfall::sheet::Sheet;

/// Baseline of a text in a row.
pub(super) const BASELINE: f64 = 16.0;
/// Side of an icon in a row.
const ICON: f64 = 14.0;

/// What the row above shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Above {
    /// Nothing.
    None,
    /// A span of this service.
    Service(Option<u16>),
}

impl Painter<'_> {
    /// The left side of a row.
    pub(super) fn tree_row(&mut self, sheet: &Sheet, line: &Line, y: f64, above: Above) {
        self.guides(line, y);
        self.name(sheet, line, y);
        self.service(sheet, line, y, above);
        let right = self.frame.columns.edges(Column::Duration).1;
        let ink = if line.children > 0 {
            Ink::Ink3
        } else {
            Ink::Ink1
        };
        self.body.text(
            Font::Body,
            ink,
            Anchor::End,
            (right, y + BASELINE),
            sheet.texts(line).duration.as_str(),
        );
        self.errors(line, y);
        self.told(sheet, line, y);
    }

    /// Model, tokens and cost.
    fn told(&mut self, sheet: &Sheet, line: &Line, y: f64) {
        if !self.frame.columns.shows(Column::Model) {
            return;
        }
        let (left, right) = self.frame.columns.edges(Column::Model);
        let (text, _) = self.measure.fit(
            self.context,
            Font::Body,
            &line.told.model,
            right - left - 8.0,
        );
        self.body.text(
            Font::Body,
            Ink::Ink2,
            Anchor::Start,
            (left, y + BASELINE),
            text,
        );
        let ink = if line.children > 0 {
            Ink::Ink3
        } else {
            Ink::Ink1
        };
        let texts = sheet.texts(line);
        for (column, text) in [(Column::Tokens, &texts.tokens), (Column::Cost, &texts.cost)] {
            let right = self.frame.columns.edges(column).1;
            self.body.text(
                Font::Body,
                ink,
                Anchor::End,
                (right, y + BASELINE),
                text.as_str(),
            );
        }
    }

    fn guides(&mut self, line: &Line, y: f64) {
        for level in 0..line.depth.min(DEEPEST + 1) {
            let x = chevron_left(level) + CHEVRON / 2.0;
            self.ground
                .rect(Ink::Line, self.surface.snap(x), y, 1.0, ROW);
        }
        if line.children > 0 {
            let icon = if line.expanded {
                Icon::ChevronDown
            } else {
                Icon::ChevronRight
            };
            let left = chevron_left(line.depth);
            self.glyphs.push(
                Ink::Ink2,
                Glyph::Icon(icon, CHEVRON, left, y + (ROW - CHEVRON) / 2.0),
            );
        }
    }

    fn name(&mut self, sheet: &Sheet, line: &Line, y: f64) {
        let mut left = chevron_left(line.depth) + CHEVRON + GAP;
        let right = self.frame.columns.edges(Column::Name).1 - 8.0;
        if line.depth > DEEPEST {
            let depth = line.depth.to_string();
            let width = self.measure.width(self.context, Font::Small, &depth);
            self.body.text(
                Font::Small,
                Ink::Ink3,
                Anchor::Start,
                (left, y + BASELINE),
                depth,
            );
            left += width + GAP;
        }
        if let Some(icon) = icon(line.told.operation) {
            self.glyphs.push(
                Ink::Ink2,
                Glyph::Icon(icon, ICON, left, y + (ROW - ICON) / 2.0),
            );
            left += ICON + GAP;
        }
        let tag = tag(line);
        let tag_room = if tag.is_empty() {
            0.0
        } else {
            self.measure.width(self.context, Font::Small, &tag) + 14.0
        };
        let font = if line.children > 0 {
            Font::Parent
        } else {
            Font::Name
        };
        let ink = if line.status == StatusCode::Error {
            Ink::Error
        } else if line.flags.contains(SpanFlags::PLACEHOLDER) {
            Ink::Ink3
        } else {
            Ink::Ink1
        };
        let room = (right - left - tag_room).max(0.0);
        let (text, width) = self
            .measure
            .fit(self.context, font, &sheet.texts(line).name, room);
        if line.hit {
            self.ground
                .rect(Ink::WarnBg, left - 3.0, y + 3.0, width + 6.0, 17.0);
            self.ground
                .rect(Ink::Warn, left - 3.0, y + 20.0, width + 6.0, 1.0);
        }
        self.body
            .text(font, ink, Anchor::Start, (left, y + BASELINE), text);
        if !tag.is_empty() {
            let start = left + width + 8.0;
            self.over
                .frame(Ink::Line2, [start, y + 4.0, tag_room - 4.0, 16.0], 1.0);
            self.body.text(
                Font::Small,
                Ink::Ink2,
                Anchor::Start,
                (start + 5.0, y + BASELINE),
                tag,
            );
        }
    }

    fn service(&mut self, sheet: &Sheet, line: &Line, y: f64, above: Above) {
        if line.service.is_none() {
            return;
        }
        let (left, right) = self.frame.columns.edges(Column::Service);
        self.glyphs.push(
            Ink::service(line.service),
            Glyph::Service(left, y + ROW / 2.0),
        );
        let room = right - left - 12.0 - 8.0;
        if room < 40.0 || above == Above::Service(line.service) {
            return;
        }
        let (text, _) =
            self.measure
                .fit(self.context, Font::Body, sheet.service(line.service), room);
        self.body.text(
            Font::Body,
            Ink::Ink2,
            Anchor::Start,
            (left + 12.0, y + BASELINE),
            text,
        );
    }

    fn errors(&mut self, line: &Line, y: f64) {
        let right = self.frame.columns.edges(Column::Errors).1;
        let top = y + (ROW - ICON) / 2.0;
        if line.hidden_errors > 0 {
            let own = u32::from(line.status == StatusCode::Error);
            let count = format::count(u64::from(line.hidden_errors.saturating_add(own)));
            let width = self.measure.width(self.context, Font::Small, &count);
            self.body.text(
                Font::Small,
                Ink::Error,
                Anchor::End,
                (right, y + BASELINE),
                count,
            );
            self.glyphs.push(
                Ink::Error,
                Glyph::Icon(Icon::CircleX, ICON, right - width - 4.0 - ICON, top),
            );
        } else if line.status == StatusCode::Error {
            self.glyphs.push(
                Ink::Error,
                Glyph::Icon(Icon::CircleX, ICON, right - ICON, top),
            );
        }
    }
}

/// The icon of a kind (design section 5); none for what is none of them.
pub fn icon(operation: OperationKind) -> Option<Icon> {
    Some(match operation {
        OperationKind::Llm => Icon::MessageSquare,
        OperationKind::Tool => Icon::Wrench,
        OperationKind::Agent => Icon::Bot,
        OperationKind::Retrieval | OperationKind::Embedding | OperationKind::Rerank => {
            Icon::Library
        }
        OperationKind::Handoff => Icon::Forward,
        OperationKind::Guardrail | OperationKind::Evaluator => Icon::ShieldCheck,
        OperationKind::Workflow
        | OperationKind::Chain
        | OperationKind::Setup
        | OperationKind::Prompt => Icon::Workflow,
        OperationKind::Other | OperationKind::Event => return None,
    })
}

/// What else is to be said beside the name.
fn tag(line: &Line) -> String {
    let mut parts = Vec::new();
    if line.flags.contains(SpanFlags::CYCLE) {
        parts.push("cycle".to_owned());
    }
    if line.hidden_hits > 0 {
        parts.push(format::counted(u64::from(line.hidden_hits), "hit"));
    }
    parts.join(", ")
}
