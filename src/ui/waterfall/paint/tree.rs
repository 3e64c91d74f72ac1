//! The left side: guides, chevron, name, agent or service, model, tokens, cost, duration, errors.

use super::Painter;
use super::glyphs::Glyph;
use crate::model::{OperationKind, SpanFlags, StatusCode};
use crate::scene::format;
use crate::scene::members::kind_member;
use crate::scene::waterfall::told::Role;
use crate::scene::waterfall::{ColourBy, Crossed, Line};
use crate::ui::canvas::{Anchor, Font, Ink, OWN_COLOURS};
use crate::ui::icon::Icon;
use crate::ui::waterfall::geometry::{CHEVRON, Column, DEEPEST, GAP, ROW, badge, chevron_left};
use crate::ui::waterfall::head::agents;
use crate::ui::waterfall::sheet::{Sheet, again};

/// Baseline of a text in a row.
pub(super) const BASELINE: f64 = 16.0;
/// Side of an icon in a row.
const ICON: f64 = 14.0;
/// From the left edge of a mark to its name.
const MARK: f64 = 14.0;
/// Less room than this is not worth a name.
const WORDS: f64 = 32.0;

/// What the row above shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Above {
    /// Nothing.
    None,
    /// A span of this agent, or of this service.
    Member(Option<u16>),
}

impl Painter<'_> {
    /// The left side of a row.
    pub(super) fn tree_row(&mut self, sheet: &Sheet, line: &Line, y: f64, above: Above) {
        self.guides(line, y);
        self.name(sheet, line, y);
        self.owned(sheet, line, y, above);
        let right = self.frame.columns.edges(Column::Duration).1;
        let ink = figure(line);
        self.body.text(
            Font::Body,
            ink,
            Anchor::End,
            (right, y + BASELINE),
            sheet.texts(line).duration.as_str(),
        );
        self.told(sheet, line, y);
    }

    /// Model, tokens and cost.
    fn told(&mut self, sheet: &Sheet, line: &Line, y: f64) {
        if !self.frame.columns.shows(Column::Model) {
            return;
        }
        let (left, right) = self.frame.columns.edges(Column::Model);
        if !line.told.model.is_empty() {
            self.glyphs.push(
                marked(line, Ink::member(ColourBy::Model, line.told.model_member)),
                Glyph::Model(left, y + ROW / 2.0),
            );
            let room = right - left - MARK - 6.0;
            if room >= WORDS {
                self.model(line, (left + MARK, y + BASELINE), room);
            }
        }
        let ink = figure(line);
        let texts = sheet.texts(line);
        for (column, text) in [(Column::Tokens, &texts.tokens), (Column::Cost, &texts.cost)] {
            if !self.frame.columns.shows(column) {
                continue;
            }
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

    /// The name of a model, the short one where the whole would be cut.
    fn model(&mut self, line: &Line, at: (f64, f64), room: f64) {
        let told = &line.told;
        let whole = self.measure.width(self.context, Font::Body, &told.model);
        let name = if whole <= room {
            &told.model
        } else {
            &told.short_model
        };
        let (text, _) = self.measure.fit(self.context, Font::Body, name, room);
        self.body
            .text(Font::Body, worded(line), Anchor::Start, at, text);
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
        if let Some((icon, kind)) = mark(line) {
            let member = kind_member(kind);
            self.glyphs.push(
                marked(line, Ink::member(ColourBy::Kind, Some(member))),
                Glyph::Icon(icon, ICON, left, y + (ROW - ICON) / 2.0),
            );
            left += ICON + GAP;
        }
        let right = self.folded(line, y, right);
        let right = self.flag(line, y, right);
        let right = self.errors(line, y, right);
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
        } else if line.flags.contains(SpanFlags::PLACEHOLDER) || again(line).is_some() || line.aside
        {
            Ink::Ink3
        } else {
            Ink::Ink1
        };
        let room = (right - left - tag_room).max(0.0);
        let texts = sheet.texts(line);
        let (text, width) = self.measure.fit(self.context, font, &texts.name, room);
        if line.hit {
            self.ground
                .rect(Ink::WarnBg, left - 3.0, y + 3.0, width + 6.0, 17.0);
            self.ground
                .rect(Ink::Warn, left - 3.0, y + 20.0, width + 6.0, 1.0);
        }
        self.body
            .text(font, ink, Anchor::Start, (left, y + BASELINE), text);
        let mut end = self.beside(Ink::Ink3, &texts.to, (left + width, y), left + room);
        if !tag.is_empty() {
            let start = end + 8.0;
            self.over
                .frame(Ink::Line2, [start, y + 4.0, tag_room - 4.0, 16.0], 1.0);
            self.body.text(
                Font::Small,
                Ink::Ink2,
                Anchor::Start,
                (start + 5.0, y + BASELINE),
                tag,
            );
            end = start + tag_room - 4.0;
        }
        // It comes later than the rest and moves nothing.
        let ink = match line.status {
            StatusCode::Error => Ink::Error,
            _ => Ink::Ink3,
        };
        self.beside(ink, &texts.preview, (end, y), right);
    }

    /// Words behind others that end at a place, where there is room for some before `right`; says where they end.
    fn beside(&mut self, ink: Ink, words: &str, (end, y): (f64, f64), right: f64) -> f64 {
        let start = end + 6.0;
        let room = right - start;
        if words.is_empty() || room < WORDS {
            return end;
        }
        let (text, width) = self.measure.fit(self.context, Font::Body, words, room);
        let at = (start, y + BASELINE);
        self.body.text(Font::Body, ink, Anchor::Start, at, text);
        start + width
    }

    /// What the column beside the names tells of a line: agents or services, and which.
    pub(super) fn owner(&self, sheet: &Sheet, line: &Line) -> (ColourBy, Option<u16>) {
        if agents(self.frame.columns.told(), sheet.scene.colour) {
            (ColourBy::Agent, line.told.agent_member)
        } else {
            (ColourBy::Service, line.service)
        }
    }

    /// The agent of a line, or its service: a mark, and the name where it is another than that of the line above. What shares
    /// its colour with others is always named.
    fn owned(&mut self, sheet: &Sheet, line: &Line, y: f64, above: Above) {
        let (by, member) = self.owner(sheet, line);
        let Some(number) = member else {
            return;
        };
        let (left, right) = self.frame.columns.edges(Column::Service);
        let (glyph, name) = match by {
            ColourBy::Agent => (Glyph::Agent(left, y + ROW / 2.0), line.told.agent.as_str()),
            _ => (
                Glyph::Service(left, y + ROW / 2.0),
                sheet.service(line.service),
            ),
        };
        self.glyphs
            .push(marked(line, Ink::member(by, member)), glyph);
        let room = right - left - MARK - 6.0;
        if room < WORDS || (above == Above::Member(member) && number < OWN_COLOURS) {
            return;
        }
        let (text, _) = self.measure.fit(self.context, Font::Body, name, room);
        self.body.text(
            Font::Body,
            worded(line),
            Anchor::Start,
            (left + MARK, y + BASELINE),
            text,
        );
    }

    /// How many spans are folded into a line, before `right`; says where the room left of it ends.
    fn folded(&mut self, line: &Line, y: f64, right: f64) -> f64 {
        if line.folded == 0 {
            return right;
        }
        let (from, to) = badge(&self.frame.columns);
        let sign = if line.unfolded { '\u{2212}' } else { '+' };
        if line.unfolded {
            self.ground.rect(Ink::Bg3, from, y + 4.0, to - from, 16.0);
        }
        self.over
            .frame(Ink::Line2, [from, y + 4.0, to - from, 16.0], 1.0);
        let text = format!("{sign}{}", line.folded.min(99));
        let width = self.measure.width(self.context, Font::Small, &text);
        self.body.text(
            Font::Small,
            Ink::Ink2,
            Anchor::Start,
            (f64::midpoint(from, to) - width / 2.0, y + BASELINE),
            text,
        );
        from - 6.0
    }

    /// The flag of the call that crossed the budget, before `right`; says where the room left of it ends.
    fn flag(&mut self, line: &Line, y: f64, right: f64) -> f64 {
        if line.crossed == Crossed::No {
            return right;
        }
        let left = right - ICON;
        self.glyphs.push(
            Ink::Error,
            Glyph::Icon(Icon::Flag, ICON, left, y + (ROW - ICON) / 2.0),
        );
        left - 6.0
    }

    /// Errors in their column, or where there is none at the end of the name; says where the room left of them ends.
    fn errors(&mut self, line: &Line, y: f64, room: f64) -> f64 {
        let (right, in_name) = if self.frame.columns.shows(Column::Errors) {
            (self.frame.columns.edges(Column::Errors).1, false)
        } else {
            (room, true)
        };
        let top = y + (ROW - ICON) / 2.0;
        let mut left = right;
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
            left -= width + 4.0;
        }
        if left < right || line.status == StatusCode::Error {
            left -= ICON;
            let icon = if line.flags.contains(SpanFlags::OVER_BUDGET) {
                Icon::OctagonMinus
            } else {
                Icon::CircleX
            };
            self.glyphs
                .push(Ink::Error, Glyph::Icon(icon, ICON, left, top));
            left -= 6.0;
        }
        if in_name { left } else { room }
    }
}

/// The colour of a line's figures: those of a sum stand back, as does all of a line that is set aside.
fn figure(line: &Line) -> Ink {
    if line.children > 0 || line.aside {
        Ink::Ink3
    } else {
        Ink::Ink1
    }
}

/// The colour of words beside the name.
fn worded(line: &Line) -> Ink {
    if line.aside { Ink::Ink3 } else { Ink::Ink2 }
}

/// The colour of a mark.
pub(super) fn marked(line: &Line, ink: Ink) -> Ink {
    if line.aside { ink.faint() } else { ink }
}

/// The icon of a line and the kind whose colour it has: a role goes before the kind.
fn mark(line: &Line) -> Option<(Icon, OperationKind)> {
    let operation = line.told.operation;
    match line.told.role {
        Some(Role::SkillLoad) => Some((Icon::BookOpen, operation)),
        Some(Role::Handoff | Role::Delegation) => Some((Icon::Forward, OperationKind::Handoff)),
        Some(Role::Enqueue) => Some((icon(operation).unwrap_or(Icon::Upload), operation)),
        Some(Role::Dequeue) => Some((icon(operation).unwrap_or(Icon::Download), operation)),
        Some(Role::Agent) | None => Some((icon(operation)?, operation)),
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
    if line.flags.contains(SpanFlags::STITCHED) {
        parts.push("stitched".to_owned());
    }
    if line.flags.contains(SpanFlags::CYCLE) {
        parts.push("cycle".to_owned());
    }
    if line.flags.contains(SpanFlags::OVER_BUDGET) {
        parts.push("budget".to_owned());
    }
    parts.extend(again(line).map(str::to_owned));
    if line.hidden_hits > 0 {
        parts.push(format::counted(u64::from(line.hidden_hits), "hit"));
    }
    parts.join(", ")
}
