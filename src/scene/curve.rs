//! Tokens and cost so far, and how full the context of each call is, over the visible time of a run: made for the pixels
//! of the bars above it.

use super::format::{UNKNOWN, at_least, cost, count, share};
use crate::analysis::calls::Calls;
use crate::analysis::curve::{ContextUse, Curve as Course};
use crate::model::{PicoUsd, SpanRow, TraceRow, TraceStore};
use serde::{Deserialize, Serialize};

/// Which run, and which part of its time at which width.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurveRequest {
    /// The trace.
    pub trace: TraceRow,
    /// Visible time, as offsets from the start of the trace in nanoseconds.
    pub window: (i64, i64),
    /// Width of it in CSS pixels.
    pub width: u16,
}

/// The curves of a run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Curve {
    /// The document it belongs to.
    pub document: u32,
    /// The trace.
    pub trace: TraceRow,
    /// The time it was made for.
    pub window: (i64, i64),
    /// The width it was made for.
    pub width: u16,
    /// Tokens so far.
    pub tokens: Rise,
    /// Cost so far, in 10^-12 US dollars.
    pub cost: Rise,
    /// Calls that are visible, one a pixel at most: the one whose context is fullest.
    pub contexts: Vec<ContextMark>,
    /// The fullest context of the run in millionths; 0 when none is known.
    pub fullest: u32,
    /// What is said of context use: the fullest, and how many calls are of unknown windows.
    pub told: String,
}

/// An amount that rises.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rise {
    /// The pixel from which on an amount holds, and that amount; the first is at 0.
    pub points: Vec<(u16, u64)>,
    /// The amount at the end of the run; 0 when nothing is known.
    pub most: u64,
    /// The same in words.
    pub total: String,
}

/// The context of a call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContextMark {
    /// Its first pixel, and the one behind its last.
    pub x: (u16, u16),
    /// How full it is, in millionths: large windows are used by small parts.
    pub millionths: u32,
    /// The call.
    pub row: SpanRow,
    /// Tokens, window and model in words.
    pub told: String,
}

/// Draws the visible part. `document` is left for the engine to fill.
pub fn curve(store: &TraceStore, calls: &Calls, course: &Course, request: &CurveRequest) -> Curve {
    let (start, end) = request.window;
    let width = request.width.max(1);
    let length = i128::from(end.saturating_sub(start).max(1));
    let pixel = |time: i64| {
        let at = i128::from(time.saturating_sub(start)) * i128::from(width) / length;
        at.clamp(0, i128::from(width)) as u16
    };
    let total = course.total();
    let spent = |cost: PicoUsd| u64::try_from(cost.0).unwrap_or(0);
    let mut drawn = Curve {
        trace: request.trace,
        window: request.window,
        width: request.width,
        tokens: Rise {
            points: Vec::new(),
            most: total.tokens,
            total: told(course.tokens_known, || count(total.tokens)),
        },
        cost: Rise {
            points: Vec::new(),
            most: spent(total.cost),
            total: told(course.cost_known, || cost(total.cost)),
        },
        ..Curve::default()
    };
    let before = course.at(start);
    push(&mut drawn.tokens.points, 0, before.tokens);
    push(&mut drawn.cost.points, 0, spent(before.cost));
    let first = course.steps.partition_point(|step| step.at <= start);
    let visible = course.steps.get(first..).unwrap_or_default();
    for step in visible.iter().take_while(|step| step.at <= end) {
        push(&mut drawn.tokens.points, pixel(step.at), step.tokens);
        push(&mut drawn.cost.points, pixel(step.at), spent(step.cost));
    }
    contexts(store, calls, course, (start, end), &pixel, &mut drawn);
    drawn
}

/// Adds a point; of those in one pixel the last stays, and one that changes nothing is left out.
fn push(points: &mut Vec<(u16, u64)>, x: u16, amount: u64) {
    match points.last_mut() {
        Some(last) if last.0 == x => last.1 = amount,
        Some(last) if last.1 == amount => {}
        _ => points.push((x, amount)),
    }
}

fn contexts(
    store: &TraceStore,
    calls: &Calls,
    course: &Course,
    (start, end): (i64, i64),
    pixel: &dyn Fn(i64) -> u16,
    drawn: &mut Curve,
) {
    let mut unknown = 0;
    let mut fullest: Option<(u32, ContextUse)> = None;
    let mut shown: Vec<(u16, u16, u32, ContextUse)> = Vec::new();
    for used in &course.contexts {
        let Some(millionths) = millionths(used) else {
            unknown += 1;
            continue;
        };
        if fullest.is_none_or(|(most, _)| millionths > most) {
            fullest = Some((millionths, *used));
        }
        if used.extent.1 < start || used.extent.0 > end {
            continue;
        }
        let (left, right) = (pixel(used.extent.0), pixel(used.extent.1));
        match shown.last_mut() {
            // Calls within one pixel cannot be told apart.
            Some(last) if last.0 == left && last.1 <= left.saturating_add(1) => {
                if millionths > last.2 {
                    *last = (left, right, millionths, *used);
                }
            }
            _ => shown.push((left, right, millionths, *used)),
        }
    }
    let say = |used: &ContextUse| {
        let window = used.window.unwrap_or(0);
        let model = calls.model(store, used.row).map_or("", |id| store.text(id));
        format!(
            "{} of {} tokens ({}), {model}",
            count(used.input),
            count(window),
            share(used.input, window)
        )
    };
    drawn.contexts = shown
        .iter()
        .map(|&(left, right, millionths, used)| ContextMark {
            x: (left, right.max(left.saturating_add(1))),
            millionths,
            row: used.row,
            told: say(&used),
        })
        .collect();
    drawn.fullest = fullest.map_or(0, |(most, _)| most.max(1));
    drawn.told = match (fullest, unknown) {
        (None, 0) => UNKNOWN.to_owned(),
        (None, calls) => format!(
            "{UNKNOWN} ({} of models with an unknown window)",
            super::format::counted(calls, "call")
        ),
        (Some((_, used)), 0) => format!("at most {}", say(&used)),
        (Some((_, used)), calls) => {
            format!(
                "at most {}; {} of models with an unknown window",
                say(&used),
                super::format::counted(calls, "call")
            )
        }
    };
}

fn millionths(used: &ContextUse) -> Option<u32> {
    let window = used.window.filter(|&window| window > 0)?;
    let part = u128::from(used.input) * 1_000_000 / u128::from(window);
    Some(u32::try_from(part).unwrap_or(u32::MAX))
}

/// A total: unknown, at least, or all there is.
fn told((some, all): (bool, bool), value: impl FnOnce() -> String) -> String {
    at_least(some.then(value), all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::cost::Costs;
    use crate::model::text::parse;
    use crate::semantics::prices::{PriceBook, PriceTable};

    fn drawn(drawing: &str, window: (i64, i64), width: u16) -> Curve {
        let store = parse(drawing).finish();
        let table = "# columns: model provider input output cache_read cache_write reasoning retired context\nm\t\t1\t2\t-\t-\t-\t-\t100";
        let book = PriceBook::new(PriceTable::parse(table).unwrap(), PriceTable::default());
        let calls = Calls::new(&store);
        let costs = Costs::new(&store, &calls, &book);
        let course = Course::new(&store, &calls, &costs, &book, TraceRow(0));
        curve(
            &store,
            &calls,
            &course,
            &CurveRequest {
                trace: TraceRow(0),
                window,
                width,
            },
        )
    }

    const RUN: &str = "run 0..100\n  a 0..20 is=llm tokens=30/10 model=m\n  b 40..60 is=llm tokens=80/20 model=m\n  c 60..90 is=llm tokens=5/5 model=n";

    #[test]
    fn what_is_visible_rises_from_what_was_before() {
        let whole = drawn(RUN, (0, 100), 100);
        assert_eq!(
            whole.tokens.points,
            [(0, 0), (20, 40), (60, 140), (90, 150)]
        );
        assert_eq!(
            (whole.tokens.most, whole.tokens.total.as_str()),
            (150, "150")
        );
        let part = drawn(RUN, (50, 70), 40);
        assert_eq!(part.tokens.points, [(0, 40), (20, 140)]);
        assert_eq!(part.tokens.most, 150, "the axis stays while time is zoomed");
        assert_eq!(whole.cost.total, "≥ $0.0002", "of n no price is known");
    }

    #[test]
    fn contexts_say_how_full_they_are() {
        let whole = drawn(RUN, (0, 100), 100);
        let marks: Vec<((u16, u16), u32)> = whole
            .contexts
            .iter()
            .map(|mark| (mark.x, mark.millionths))
            .collect();
        assert_eq!(marks, [((0, 20), 300_000), ((40, 60), 800_000)]);
        assert_eq!(whole.fullest, 800_000);
        assert_eq!(
            whole.told,
            "at most 80 of 100 tokens (80 %), m; 1 call of models with an unknown window"
        );
        assert_eq!(drawn(RUN, (0, 30), 100).contexts.len(), 1);
        assert_eq!(
            drawn(RUN, (0, 100), 1).contexts[0].millionths,
            800_000,
            "the fullest of those in a pixel"
        );
        assert_eq!(
            drawn("a 0..5", (0, 5), 10),
            Curve {
                window: (0, 5),
                width: 10,
                tokens: Rise {
                    points: vec![(0, 0)],
                    most: 0,
                    total: "-".to_owned()
                },
                cost: Rise {
                    points: vec![(0, 0)],
                    most: 0,
                    total: "-".to_owned()
                },
                told: "-".to_owned(),
                ..Curve::default()
            }
        );
    }
}
