//! Which models served when: their shares of each stretch of time, one above the other.
//!
//! ```text
//!  100 %  ▓▓ ▓▓    ▓▓
//!         ▓▓ ██    ▓▓    sonnet
//!   50 %  ██ ██    ▓▓    gpt-4o
//!         ██ ██    ██
//!         0       10 s
//! ```
//!
//! A request counts where it began. Stretches in which none began stay empty; what is unknown has no share and is said.

use super::flow::Width;
use super::matrix::{Head, label};
use super::{Sources, model_ink, pico};
use crate::analysis::ledger::NONE;
use crate::analysis::numbering::Numbering;
use crate::analysis::routing::matrix::by_name;
use crate::analysis::routing::over_time::{Buckets, OverTime, range};
use crate::analysis::treemap::Sum;
use crate::model::{SpanRow, TimeRange, Timestamp, order};
use crate::scene::axis::{AxisTime, axis, step_for};
use crate::scene::drawn::ink;
use crate::scene::format::{Civil, Zone, count, counted, duration, share};
use crate::scene::scale::Scale;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;

/// Stretches of time at most: with steps of 1, 2 and 5 there are no fewer than 24 of them.
const MOST: i64 = 60;
/// The whole of a stretch in units of [`SharePart::ends`].
pub const WHOLE: u16 = 10_000;
/// Models that are told apart, where the page asks for as many as it can show.
pub const MODELS: u16 = 12;

/// Shares over time.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Shares {
    /// Models, those with the largest amount first: they stand from below to above in this order.
    pub models: Vec<Head>,
    /// Where the first stretch begins, in nanoseconds since the epoch.
    pub begin: i64,
    /// How long each is, in nanoseconds.
    pub step: i64,
    /// How many there are, empty ones included.
    pub count: u16,
    /// Those in which a request began, in order.
    pub stretches: Vec<Stretch>,
    /// Places on the axis, as parts of its length, and what stands there.
    pub ticks: Vec<(f32, String)>,
    /// What is to be said of the drawing.
    pub caption: String,
}

/// A stretch of time in which something happened.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Stretch {
    /// Its number, from 0.
    pub at: u16,
    /// From when to when.
    pub when: String,
    /// Its amount.
    pub value: String,
    /// Requests that began in it.
    pub calls: u32,
    /// Whether a part of its amount is unknown.
    pub unknown: bool,
    /// Its models, in their order.
    pub parts: Vec<SharePart>,
}

/// What one model did in one stretch.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct SharePart {
    /// Index of the model.
    pub model: u16,
    /// Where its share begins and ends, in parts of [`WHOLE`].
    pub ends: (u16, u16),
    /// Its share of what is known.
    pub share: String,
    /// Its amount.
    pub value: String,
    /// The known amount with all its digits, without a unit; empty when nothing is known.
    pub exact: String,
    /// Whether a part of it is unknown.
    pub unknown: bool,
    /// Requests.
    pub calls: u32,
    /// The first span of it.
    pub first: SpanRow,
}

/// A model while it is added up.
#[derive(Debug, Clone)]
struct Model {
    id: u32,
    name: Option<String>,
    sum: Sum,
    calls: u32,
    first: SpanRow,
    /// Models that stand together, when this is no model.
    others: u32,
}

impl Model {
    fn new(id: u32, name: Option<String>) -> Self {
        Self {
            id,
            name,
            sum: Sum::default(),
            calls: 0,
            first: SpanRow(NONE),
            others: 0,
        }
    }

    fn add(&mut self, sum: Sum, calls: u32, first: SpanRow) {
        self.sum.merge(sum);
        self.calls += calls;
        self.first = self.first.min(first);
    }
}

/// What of the part is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked {
    pub width: Width,
    /// Room of the axis in pixels.
    pub room: u16,
    /// The clock on the wall in minutes east of UTC; `None` counts time from the begin.
    pub zone: Option<i16>,
    /// Models at most; what is less stands together.
    pub most: u16,
}

/// Draws shares of a part of the document.
pub(super) fn shares(of: Sources<'_>, asked: Asked) -> Shares {
    let Some(range) = range(of.ledger, of.part) else {
        return Shares::default();
    };
    let zone = asked.zone.map(|minutes| Zone::Minutes(minutes.into()));
    let buckets = buckets(range, zone);
    let found = OverTime::new(of.ledger, of.part, buckets);
    let mut numbers = Numbering::default();
    let mut models: Vec<Model> = Vec::new();
    // Rows that own no amount of this kind, such as tools with a price among tokens, have no part in it.
    let list: Vec<(u32, Model)> = (found.list().iter())
        .map(|share| {
            let mut part = Model::new(share.model, None);
            let amounts = &share.amounts;
            part.add(asked.width.of(amounts), amounts.calls, amounts.first);
            (share.bucket, part)
        })
        .filter(|(_, part)| part.calls > 0 || is_told(part.sum))
        .collect();
    for (_, part) in &list {
        let at = numbers.number(u64::from(part.id)) as usize;
        if at == models.len() {
            models.push(Model::new(part.id, found.name(part.id)));
        }
        models[at].add(part.sum, part.calls, part.first);
    }
    let places = rank(&mut models, &numbers, asked.most);
    let mut drawn = Shares {
        begin: buckets.begin,
        step: buckets.step,
        count: buckets.count as u16,
        stretches: stretches(&list, &numbers, &places, asked.width),
        ticks: Vec::new(),
        models: Vec::new(),
        caption: String::new(),
    };
    for stretch in &mut drawn.stretches {
        let begin = buckets.begin + buckets.step * i64::from(stretch.at);
        stretch.when = when((begin, buckets.step), range.start, zone);
    }
    let base = ticks(&mut drawn, asked.room, zone);
    drawn.caption = caption(&drawn, &models, base, zone);
    let mut whole = Sum::default();
    for model in &models {
        whole.merge(model.sum);
    }
    drawn.models = (models.iter())
        .map(|model| head(of, model, whole, asked.width))
        .collect();
    drawn
}

/// Whether an amount says more than that there is none.
fn is_told(sum: Sum) -> bool {
    !sum.is_complete() || sum.value().is_some_and(|value| value != 0)
}

/// Stretches of a fitting length; on a clock they begin at its round times.
fn buckets(range: TimeRange, zone: Option<Zone>) -> Buckets {
    let length = range.end.0.saturating_sub(range.start.0).max(1);
    let step = step_for(length as f64 / MOST as f64);
    let shift = zone.map_or(0, Zone::shift);
    let past = zone.map_or(0, |_| {
        (range.start.0.saturating_add(shift)).rem_euclid(step)
    });
    let begin = range.start.0.saturating_sub(past);
    let count = (range.end.0.saturating_sub(begin).max(1) - 1) / step + 1;
    Buckets {
        begin,
        step,
        count: count.clamp(1, MOST + 2) as u32,
    }
}

/// Puts models with the largest amount first, what has no name behind them, and those that are too many together; gives the
/// place of each number.
fn rank(models: &mut Vec<Model>, numbers: &Numbering, most: u16) -> Vec<u16> {
    order::sort_items(models, |a, b| {
        (a.name.is_none().cmp(&b.name.is_none()))
            .then_with(|| (b.sum.value(), b.calls).cmp(&(a.sum.value(), a.calls)))
            .then_with(|| by_name(a.name.as_deref(), b.name.as_deref()))
    });
    let most = usize::from(most.max(2));
    let last = (most - 1) as u16;
    let mut places = vec![0; models.len()];
    for (model, place) in models.iter().zip(0_u16..) {
        if let Some(number) = numbers.get(u64::from(model.id)) {
            places[number as usize] = if models.len() > most {
                place.min(last)
            } else {
                place
            };
        }
    }
    if models.len() > most {
        let others = models.split_off(most - 1);
        let mut rest = Model::new(NONE, None);
        for other in &others {
            rest.add(other.sum, other.calls, other.first);
        }
        rest.others = others.len() as u32;
        models.push(rest);
    }
    places
}

/// Stretches with their parts, in order.
fn stretches(
    list: &[(u32, Model)],
    numbers: &Numbering,
    places: &[u16],
    width: Width,
) -> Vec<Stretch> {
    let place = |part: &Model| {
        let number = numbers.get(u64::from(part.id));
        let place = number.and_then(|number| places.get(number as usize));
        place.copied().unwrap_or(0)
    };
    let key = |at: u32| {
        let entry = list.get(at as usize);
        entry.map_or((0, 0), |(bucket, part)| (*bucket, place(part)))
    };
    let mut order: Vec<u32> = (0..list.len() as u32).collect();
    order::sort(&mut order, &|a, b| key(a).cmp(&key(b)));
    let mut all: Vec<(u32, Vec<(u16, Model)>)> = Vec::new();
    for (bucket, part) in order.iter().filter_map(|&at| list.get(at as usize)) {
        if all.last().is_none_or(|(last, _)| last != bucket) {
            all.push((*bucket, Vec::new()));
        }
        let Some((_, parts)) = all.last_mut() else {
            continue;
        };
        let place = place(part);
        match parts.last_mut() {
            Some((known, sums)) if *known == place => {
                sums.add(part.sum, part.calls, part.first);
            }
            _ => parts.push((place, part.clone())),
        }
    }
    let stretches = all.iter();
    stretches
        .map(|(bucket, parts)| stretch(*bucket, parts, width))
        .collect()
}

fn stretch(bucket: u32, parts: &[(u16, Model)], width: Width) -> Stretch {
    // Nothing is credited: a share is a part of something.
    let amount = |sum: Sum| sum.value().unwrap_or(0).max(0);
    let whole: i128 = parts.iter().map(|(_, part)| amount(part.sum)).sum();
    let end = |below: i128| {
        let end = below * i128::from(WHOLE) / whole.max(1);
        end.clamp(0, i128::from(WHOLE)) as u16
    };
    let mut all = Sum::default();
    let mut below = 0;
    let mut drawn = Stretch {
        at: bucket as u16,
        ..Stretch::default()
    };
    for (model, part) in parts {
        all.merge(part.sum);
        drawn.calls += part.calls;
        let begin = below;
        below += amount(part.sum);
        let known = part.sum.value();
        drawn.parts.push(SharePart {
            model: *model,
            ends: (end(begin), end(below)),
            share: known.map_or(String::new(), |_| {
                share(super::whole(amount(part.sum)), super::whole(whole))
            }),
            value: width.text(part.sum),
            exact: known.map_or(String::new(), |known| match width {
                Width::Cost => pico(known).to_string(),
                _ => known.to_string(),
            }),
            unknown: !part.sum.is_complete(),
            calls: part.calls,
            first: part.first,
        });
    }
    drawn.value = width.text(all);
    drawn.unknown = !all.is_complete();
    drawn
}

fn head(of: Sources<'_>, model: &Model, whole: Sum, width: Width) -> Head {
    let (part, all) = (model.sum.value(), whole.value());
    Head {
        label: match model.others {
            0 => label(model.name.as_deref(), "no model"),
            others => counted(u64::from(others), "other model"),
        },
        note: part.zip(all).map_or(String::new(), |(part, all)| {
            share(super::whole(part), super::whole(all))
        }),
        ink: match model.others {
            0 => model_ink(of, model.id),
            _ => ink::NEUTRAL,
        },
        name: model.name.clone(),
        value: width.text(model.sum),
        calls: model.calls,
        // What stands for several is no model that could be chosen.
        full: match model.others {
            0 => String::new(),
            others => count(u64::from(others)),
        },
        first: model.first,
    }
}

/// Writes the ticks; gives what they count from.
fn ticks(drawn: &mut Shares, room: u16, zone: Option<Zone>) -> Option<String> {
    let length = drawn.step.saturating_mul(i64::from(drawn.count));
    let time = match zone {
        Some(zone) => AxisTime::Clock {
            origin_ns: drawn.begin,
            zone,
        },
        None => AxisTime::Offset,
    };
    let room = f64::from(room.max(1));
    let scale = Scale::new((0, length), room);
    let axis = axis((0, length), room, time);
    let ticks = axis.ticks.into_iter();
    drawn.ticks = ticks
        .map(|tick| ((scale.px(tick.at) / room) as f32, tick.label))
        .collect();
    axis.base
}

/// From when to when a stretch lasts.
fn when((begin, step): (i64, i64), origin: Timestamp, zone: Option<Zone>) -> String {
    let end = begin.saturating_add(step);
    let Some(zone) = zone else {
        let since = |time: i64| match time.saturating_sub(origin.0) {
            0 => "0".to_owned(),
            since => duration(since),
        };
        return format!("{} to {}", since(begin), since(end));
    };
    let (from, to) = (
        Civil::new(Timestamp(begin), zone),
        Civil::new(Timestamp(end), zone),
    );
    // As many digits behind the second as the step has.
    let digits = (0..9_u32).find(|&digits| step % 10_i64.pow(9 - digits) == 0);
    let digits = digits.unwrap_or(9);
    let time = |civil: &Civil| {
        let mut text = civil.time();
        if digits > 0 {
            let fraction = format!("{:09}", civil.nanosecond);
            text.push('.');
            text.push_str(fraction.get(..digits as usize).unwrap_or_default());
        }
        text
    };
    if from.date() == to.date() {
        return format!("{} {} to {}", from.date(), time(&from), time(&to));
    }
    format!(
        "{} {} to {} {}",
        from.date(),
        time(&from),
        to.date(),
        time(&to)
    )
}

fn caption(drawn: &Shares, models: &[Model], base: Option<String>, zone: Option<Zone>) -> String {
    let mut text = format!(
        "each request where it began, in steps of {}",
        duration(drawn.step)
    );
    if let (Some(base), Some(zone)) = (base, zone) {
        let _ = write!(text, "; from {base} {}", zone.name());
    }
    let unknown = models.iter().any(|model| !model.sum.is_complete());
    if unknown {
        text.push_str("; hatched: unknown");
    }
    text
}

#[cfg(test)]
mod tests;
