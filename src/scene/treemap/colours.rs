//! Which colour a node has, and what the colours stand for.

use crate::analysis::treemap::{AllFigures, Figures, Level, MIXED, Node, Treemap};
use crate::model::PicoUsd;
use crate::model::{OperationKind, StrId};
use crate::scene::drawn::{Mark, ink};
use crate::scene::format::cost;
use crate::scene::members::Members;

/// Names that a legend has room for.
const LEGEND: usize = 12;

/// The level that a choice of colours stands for.
pub(super) fn level(choice: u8) -> Option<Level> {
    match choice {
        0 => Some(Level::Model),
        1 => Some(Level::Agent),
        2 => Some(Level::Kind),
        _ => None,
    }
}

/// Inks of one drawing.
pub(super) enum Colours<'m> {
    /// Agents and models have the numbers that they have everywhere.
    Members(&'m Members, bool),
    /// Kinds have fixed colours.
    Kinds,
    /// The least and most 10^-12 dollars a token, where any are known.
    Prices(Option<(f64, f64)>),
}

impl<'m> Colours<'m> {
    pub fn new(
        members: &'m Members,
        treemap: &Treemap<'_>,
        figures: &AllFigures,
        choice: u8,
    ) -> Self {
        match choice {
            0 => Self::Members(members, true),
            1 => Self::Members(members, false),
            2 => Self::Kinds,
            _ => {
                let all = (1..treemap.count()).map(|at| figures.of(treemap, at));
                let prices = all.filter_map(|figures| price(&figures));
                Self::Prices(prices.fold(None, |limits, price| {
                    let (least, most) = limits.unwrap_or((price, price));
                    Some((f64::min(least, price), f64::max(most, price)))
                }))
            }
        }
    }

    pub fn of(&self, node: &Node, figures: &Figures) -> u8 {
        match self {
            Self::Members(members, is_model) => {
                let id = Some(StrId(node.colour)).filter(|_| node.colour < MIXED);
                if *is_model {
                    ink::of(members.model(id), ink::MODEL)
                } else {
                    ink::of(members.agent(id), ink::AGENT)
                }
            }
            Self::Kinds if (node.colour as usize) < OperationKind::ALL.len() => {
                ink::KIND + node.colour as u8
            }
            Self::Kinds => ink::NEUTRAL,
            Self::Prices(limits) => match (limits, price(figures)) {
                (Some(limits), Some(price)) => ink::HEAT + step(*limits, price),
                _ => ink::NEUTRAL,
            },
        }
    }

    /// What the inks of some marks stand for, those that come first before others.
    pub fn legend(&self, treemap: &Treemap<'_>, marks: &[Mark]) -> Vec<(u8, String)> {
        if let Self::Prices(limits) = self {
            let Some((least, most)) = *limits else {
                return Vec::new();
            };
            // A millionth of a dollar a token is a dollar a million of them.
            let text = |price: f64| format!("{} per million", cost(PicoUsd((price * 1e6) as i64)));
            return vec![
                (ink::HEAT, text(least)),
                (ink::HEAT + ink::STEPS - 1, text(most)),
            ];
        }
        let mut legend: Vec<(u8, String)> = Vec::new();
        for mark in marks {
            if mark.ink == ink::NEUTRAL || legend.iter().any(|(known, _)| *known == mark.ink) {
                continue;
            }
            let member = treemap.node(mark.node).map(|node| node.colour);
            if let (Some(colours), Some(member)) = (treemap.colours(), member)
                && member != MIXED
            {
                legend.push((mark.ink, colours.label(member)));
            }
        }
        let lacks = |mark: &Mark| mark.ink == ink::NEUTRAL;
        let others = marks.iter().any(lacks) && legend.len() <= LEGEND;
        crate::model::order::sort_items(&mut legend, |a, b| a.0.cmp(&b.0));
        legend.truncate(LEGEND);
        if others {
            legend.push((ink::NEUTRAL, "several or none".to_owned()));
        }
        legend
    }
}

/// 10^-12 dollars a token.
fn price(figures: &Figures) -> Option<f64> {
    let (cost, tokens) = (figures.cost.value()?, figures.tokens.value()?);
    (cost > 0 && tokens > 0).then(|| cost as f64 / tokens as f64)
}

/// One of seven steps, each by the same factor above the one before.
fn step((least, most): (f64, f64), price: f64) -> u8 {
    let range = (most / least).ln();
    if range <= 0.0 {
        return 3;
    }
    let step = (price / least).ln() / range * f64::from(ink::STEPS);
    (step as u8).min(ink::STEPS - 1)
}
