//! The tooltip of a bar or a name: what the row has no room for. Nothing stands only here.

use super::legend::mark;
use super::sheet::{Sheet, again, crossed, duration, name, role};
use super::stage::Stage;
use super::view::Target;
use crate::model::{OperationKind, SpanFlags, StatusCode, Timestamp};
use crate::scene::format;
use crate::scene::waterfall::Line;
use crate::ui::canvas::Point;
use crate::ui::dom::{El, Parts, div, el, parts, px, span};
use crate::ui::state::AppState;
use crate::ui::words::zone;
use leptos::prelude::set_timeout_with_handle;
use std::rc::Rc;
use std::time::Duration;

/// How long the pointer rests before the tooltip comes.
const REST: Duration = Duration::from_millis(300);
/// Room between pointer and tooltip.
const DISTANCE: f64 = 12.0;
/// Widest tooltip (design section 6), and what it is at most high.
const SIZE: (f64, f64) = (320.0, 168.0);
/// Longer names are cut: the tooltip is not the inspector.
const LONGEST_NAME: usize = 240;

/// A tooltip.
#[derive(Debug, Clone, PartialEq)]
pub struct Tip {
    /// The line it tells of.
    line: u32,
    /// Left and top edge.
    at: (f64, f64),
    name: String,
    service: Option<(Option<u16>, String)>,
    facts: Vec<(&'static str, String)>,
    notes: Vec<String>,
}

impl Stage {
    /// Shows a tooltip when the pointer rests on a bar or a name; hides one of another line at once.
    pub(super) fn plan_tip(&self, target: Target, at: Point) {
        let line = match target {
            Target::Bar(line)
            | Target::Tree(line)
            | Target::Chevron(line)
            | Target::Folded(line)
            | Target::Outside(line) => Some(line),
            Target::Header | Target::Thumb | Target::Time(_) | Target::Empty => None,
        };
        let shown = self
            .shown
            .tip
            .with_untracked(|tip| tip.as_ref().map(|tip| tip.line));
        if shown.is_some() && shown == line {
            return;
        }
        self.hide_tip();
        let Some(line) = line else {
            return;
        };
        let stage = self.me.clone();
        let timer = set_timeout_with_handle(
            move || {
                if let Some(stage) = stage.upgrade() {
                    stage.tip_timer.take();
                    stage.show_tip(line, at);
                }
            },
            REST,
        );
        self.tip_timer.set(timer.ok());
    }

    /// No tooltip, nor one to come.
    pub(super) fn hide_tip(&self) {
        if let Some(timer) = self.tip_timer.take() {
            timer.clear();
        }
        if self.shown.tip.with_untracked(Option::is_some) {
            self.shown.tip.set(None);
        }
    }

    fn show_tip(&self, number: u32, at: Point) {
        let view = self.view.borrow();
        let (Some(sheet), Some(line)) = (&view.sheet, view.line(number)) else {
            return;
        };
        let left = (at.x + DISTANCE).min(view.size.0 - SIZE.0 - 8.0).max(4.0);
        let below = at.y + DISTANCE + 4.0;
        let top = if below + SIZE.1 > view.size.1 {
            (at.y - DISTANCE - SIZE.1).max(4.0)
        } else {
            below
        };
        let tip = tip(self.app, sheet, line, (left, top));
        drop(view);
        self.shown.tip.set(Some(tip));
    }
}

/// What is odd about a span, in a sentence.
const NOTES: [(SpanFlags, &str); 8] = [
    (
        SpanFlags::OVER_BUDGET,
        "Stopped by a budget: it was refused because a budget was spent.",
    ),
    (
        SpanFlags::RUNNING,
        "No end was recorded: still running when the file was written.",
    ),
    (SpanFlags::ORPHAN, "Its parent is in no file."),
    (
        SpanFlags::CYCLE,
        "Its chain of parents came back to itself; it is drawn as a root.",
    ),
    (SpanFlags::FROM_LOG, "Told by log records."),
    (SpanFlags::BEFORE_PARENT, "Starts before its parent."),
    (SpanFlags::ENDS_BEFORE_START, "Ends before it starts."),
    (
        SpanFlags::NO_START,
        "No start was recorded; it is drawn at the start of the run.",
    ),
];

fn tip(app: AppState, sheet: &Sheet, line: &Line, at: (f64, f64)) -> Tip {
    let placeholder = line.flags.contains(SpanFlags::PLACEHOLDER);
    let mut facts = Vec::new();
    let mut notes = Vec::new();
    if line.flags.contains(SpanFlags::STITCHED) {
        notes.push("Stitched: no span, and in no count. That these traces belong to one request is inferred.".to_owned());
    } else if placeholder {
        notes.push("No file holds this span. Its children are shown under it.".to_owned());
    } else {
        let utc = app.settings.with_untracked(|settings| settings.utc);
        let instant = sheet.scene.origin_ns.saturating_add(line.start);
        facts.push(("start", format!("at {}", format::duration(line.start))));
        facts.push(("", full_instant(instant, utc)));
        facts.push(("duration", sheet.texts(line).duration.clone()));
        if let Some(own) = self_time(sheet, line) {
            facts.push(("self time", format::duration(own)));
        }
        facts.push(("status", status(line)));
        let told = &line.told;
        let texts = sheet.texts(line);
        let kind = match told.operation {
            OperationKind::Other => String::new(),
            kind => kind.as_str().to_owned(),
        };
        let recorded = if told.title.is_empty() {
            ""
        } else {
            line.name.as_str()
        };
        if !recorded.is_empty() {
            facts.push(("span", recorded.chars().take(LONGEST_NAME).collect()));
        }
        let role = role(line).unwrap_or_default();
        let asked = match told.operation {
            OperationKind::Tool => "arguments",
            _ => "query",
        };
        for (name, text) in [
            (asked, &texts.preview),
            ("kind", &kind),
            ("role", &role),
            ("agent", &told.agent),
            ("model", &told.model),
            ("tokens", &texts.tokens),
            ("cost", &texts.cost),
        ] {
            if !text.is_empty() {
                facts.push((name, text.clone()));
            }
        }
    }
    if let Some(words) = crossed(sheet, line) {
        let mut letters = words.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        notes.push(format!(
            "{}.",
            first.into_iter().chain(letters).collect::<String>()
        ));
    }
    for (flag, words) in NOTES {
        if line.flags.contains(flag) {
            notes.push(words.to_owned());
        }
    }
    if let Some(again) = again(line) {
        notes.push(format!(
            "A {again}: another span tells of the same call, and is counted."
        ));
    }
    if line.folded > 0 {
        let spans = format::counted(u64::from(line.folded), "span");
        let act = if line.unfolded { "hides" } else { "shows" };
        notes.push(format!(
            "Stands for {spans} that told the same; U {act} them."
        ));
    }
    if line.aside {
        notes.push("The filter does not let it pass.".to_owned());
    }
    if line.hidden_errors > 0 {
        notes.push(format!(
            "{} hidden below.",
            format::counted(u64::from(line.hidden_errors), "error")
        ));
    }
    Tip {
        line: line.line,
        at,
        name: name(line).chars().take(LONGEST_NAME).collect(),
        service: line
            .service
            .map(|index| (Some(index), sheet.service(Some(index)).to_owned())),
        facts,
        notes,
    }
}

fn full_instant(time: i64, utc: bool) -> String {
    let time = Timestamp(time);
    format::instant_full(time, zone(utc, time))
}

fn status(line: &Line) -> String {
    match line.status {
        StatusCode::Unset => "-".to_owned(),
        StatusCode::Ok => "ok".to_owned(),
        StatusCode::Error if line.error.is_empty() || line.error == "error" => "error".to_owned(),
        StatusCode::Error => format!("error {}", line.error),
    }
}

/// Self time, when the scene holds all of the span.
fn self_time(sheet: &Sheet, line: &Line) -> Option<i64> {
    duration(line)?;
    let (start, end) = sheet.scene.window;
    if line.children == 0 || line.start < start || line.end > end {
        return None;
    }
    Some(line.self_parts.iter().fold(0_i64, |sum, (from, to)| {
        sum.saturating_add(to.saturating_sub(*from))
    }))
}

/// Shows the tooltip of a stage.
pub fn tip_box(stage: &Rc<Stage>) -> Parts {
    let stage = stage.clone();
    parts(move || stage.shown.tip.get().map(shown))
}

fn shown(tip: Tip) -> El {
    let (left, top) = tip.at;
    let facts: Vec<(El, El)> = tip
        .facts
        .into_iter()
        .map(|(label, value)| (el("dt").child(label), el("dd").child(value)))
        .collect();
    let notes: Vec<El> = tip
        .notes
        .into_iter()
        .map(|note| el("p").child(note))
        .collect();
    let service = tip
        .service
        .map(|(index, name)| span("tip-service").child((mark(index), name)));
    div("tip")
        .attr("role", "tooltip")
        .style(
            "transform",
            &format!("translate({}, {})", px(left), px(top)),
        )
        .child((
            el("b").child(tip.name),
            service,
            el("dl").child(facts),
            notes,
        ))
}
