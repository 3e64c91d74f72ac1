//! What is said of frames: amounts, cells, colours, and all of them as a table for other programs.

use super::{Drawing, SAVED};
use crate::analysis::flame::{Frame, Width};
use crate::analysis::treemap::Sum;
use crate::model::{OperationKind, PicoUsd};
use crate::scene::drawn::{Drawn, Item, Mark, Shape, ink};
use crate::scene::format::{UNKNOWN, at_least, cost, count, count_short, counted, duration, share};
use crate::scene::members::{KINDS, kind_member};

impl Drawing<'_> {
    /// What a frame says of itself, which its width may exceed.
    pub(super) fn own(&self, frame: &Frame) -> i128 {
        match self.width {
            Width::Time => frame.total_ns,
            Width::Cost => frame.cost.value().unwrap_or(0),
            Width::Tokens => frame.tokens.value().unwrap_or(0),
            Width::Spans => i128::from(frame.count),
        }
    }

    pub(super) fn cells(&self, frame: &Frame, width: i128) -> Vec<String> {
        vec![
            count(u64::from(frame.count)),
            time(frame.total_ns),
            time(frame.self_ns),
            told(frame.tokens, |tokens| count_short(whole(tokens))),
            told(frame.cost, |amount| cost(pico(amount))),
            self.share(width),
        ]
    }

    pub(super) fn share(&self, width: i128) -> String {
        if self.whole > 0 {
            share(whole(width), whole(self.whole))
        } else {
            UNKNOWN.to_owned()
        }
    }

    pub(super) fn amount(&self, amount: i128) -> String {
        match self.width {
            Width::Time => time(amount),
            Width::Cost => cost(pico(amount)),
            Width::Tokens => count_short(whole(amount)),
            Width::Spans => counted(whole(amount), "span"),
        }
    }

    /// What has no width because its amount is unknown.
    pub(super) fn unknown(&self) -> String {
        let tops = || {
            self.flame
                .below(None)
                .iter()
                .filter_map(|&at| self.frame(at))
        };
        let what = match self.width {
            Width::Cost if tops().any(|frame| !frame.cost.is_complete()) => "cost",
            Width::Tokens if tops().any(|frame| !frame.tokens.is_complete()) => "tokens",
            _ => return String::new(),
        };
        let verb = if what == "cost" { "is" } else { "are" };
        format!("The {what} of some calls {verb} unknown: they have no width.")
    }

    /// All frames, each behind the one it stands in, as numbers for other programs.
    pub(super) fn table(&self) -> Drawn {
        let mut drawn = Drawn::default();
        // The frame, and the number of the one it stands in.
        let back = |above: Option<u32>, number: Option<usize>| {
            let below = self.flame.below(above).iter().rev();
            below.map(move |&at| (at, number)).collect::<Vec<_>>()
        };
        let mut open = back(None, None);
        while let Some((at, above)) = open.pop() {
            let Some(frame) = self.frame(at) else {
                continue;
            };
            if drawn.items.len() >= SAVED {
                drawn.left_out = self.flame.frames().len().saturating_sub(SAVED) as u32;
                break;
            }
            let number = drawn.items.len() + 1;
            let exact = |sum: Sum| {
                sum.value()
                    .map_or_else(String::new, |value| value.to_string())
            };
            let dollars = frame.cost.value().map(|value| pico(value).to_string());
            let is_complete = frame.cost.is_complete() && frame.tokens.is_complete();
            drawn.items.push(Item {
                node: at,
                label: self.label(at),
                cells: vec![
                    number.to_string(),
                    above.map_or_else(String::new, |above| above.to_string()),
                    (frame.depth + 1).to_string(),
                    frame.count.to_string(),
                    frame.total_ns.to_string(),
                    frame.self_ns.to_string(),
                    exact(frame.tokens),
                    dollars.unwrap_or_default(),
                    if is_complete { "yes" } else { "no" }.to_owned(),
                ],
                first: frame.first,
                ..Item::default()
            });
            open.extend(back(Some(at), Some(number)));
        }
        drawn
    }
}

/// The kinds that are seen; several have one colour and one name.
pub(super) fn legend(marks: &[Mark]) -> Vec<(u8, String)> {
    let mut seen = [None; KINDS.len()];
    for mark in marks {
        let kind = mark.ink.checked_sub(ink::KIND);
        let kind = kind.and_then(|kind| OperationKind::ALL.get(usize::from(kind)));
        if let Some(place) = kind.and_then(|&kind| seen.get_mut(usize::from(kind_member(kind)))) {
            place.get_or_insert(mark.ink);
        }
    }
    let named = seen.into_iter().zip(KINDS);
    let mut legend: Vec<(u8, String)> = named
        .filter_map(|(ink, name)| Some((ink?, name.to_owned())))
        .collect();
    let is_mixed = |mark: &Mark| mark.shape == Shape::Cell && mark.ink == ink::NEUTRAL;
    if marks.iter().any(is_mixed) {
        legend.push((ink::NEUTRAL, "several kinds".to_owned()));
    }
    legend
}

fn whole(value: i128) -> u64 {
    u64::try_from(value).unwrap_or(0)
}

fn time(value: i128) -> String {
    duration(i64::try_from(value).unwrap_or(i64::MAX))
}

fn pico(value: i128) -> PicoUsd {
    PicoUsd(i64::try_from(value).unwrap_or(i64::MAX))
}

fn told(sum: Sum, text: impl Fn(i128) -> String) -> String {
    at_least(sum.value().map(text), sum.is_complete())
}
