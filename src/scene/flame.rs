//! The flame graph: spans merged by name (see [`crate::analysis::flame`]), each frame below the one it stands in.
//!
//! Of a [`DrawRequest`] it takes the part, the path that was gone into, the measure (an index of [`WIDTHS`]), the width and
//! `plain`; of [`Drawn`] it fills in marks with an item each, or for `plain` items alone.

use super::drawn::{DrawRequest, Drawn, Item, Mark, Shape, ink};
use super::format::{UNKNOWN, at_least, cost, count, count_short, counted, duration, share};
use super::members::{KINDS, kind_member};
use crate::analysis::flame::{Flame, Frame, Width};
use crate::analysis::ledger::{Ledger, NONE};
use crate::analysis::part::Part;
use crate::analysis::treemap::Sum;
use crate::model::{OperationKind, PicoUsd, StrId};

/// What widths can stand for.
pub const WIDTHS: [(Width, &str); 4] = [
    (Width::Time, "Time"),
    (Width::Cost, "Cost"),
    (Width::Tokens, "Tokens"),
    (Width::Spans, "Spans"),
];

/// The cells of an item. Cost and tokens are those of everything below, too.
pub const FACTS: [&str; 6] = ["Spans", "Total", "Self", "Tokens", "Cost", "Share"];

/// Height of a frame in pixels.
pub const ROW: f32 = 20.0;
/// Frames below each other at most.
pub const LEVELS: usize = 120;
/// Narrower frames are drawn as one.
const SMALLEST: f64 = 2.0;
/// Marks at most.
const MARKS: usize = 20_000;
/// Frames that are saved.
const SAVED: usize = 100_000;

/// Merges and lays out a part of the document.
pub fn flame(ledger: Ledger<'_>, part: &Part, request: &DrawRequest) -> Drawn {
    let width = WIDTHS.get(usize::from(request.measure));
    let width = width.map_or(Width::Time, |(width, _)| *width);
    let flame = Flame::new(ledger, part, width);
    let mut drawing = Drawing {
        ledger,
        flame: &flame,
        width,
        alone: alone(&flame),
        whole: flame.whole(),
    };
    if request.plain {
        return drawing.table();
    }
    let mut drawn = Drawn::default();
    let mut root = None;
    for name in request.path.iter().flatten() {
        let Some(next) = flame.find(root, name, ledger) else {
            break;
        };
        root = Some(next);
        drawn.entered.push(Some(name.clone()));
        drawn.crumbs.push(drawing.label(next));
    }
    if let Some(root) = root {
        drawing.whole = flame.width(root);
    }
    drawing.lay_out(root, f64::from(request.size.0.max(1)), &mut drawn);
    drawn.legend = legend(&drawn.marks);
    drawn.total = vec![drawing.amount(drawing.whole)];
    drawn.unknown = drawing.unknown();
    drawn
}

struct Drawing<'d> {
    ledger: Ledger<'d>,
    flame: &'d Flame,
    width: Width,
    /// Names that only one frame has.
    alone: Vec<bool>,
    /// What the picture is wide.
    whole: i128,
}

/// For each frame whether no other has its name.
fn alone(flame: &Flame) -> Vec<bool> {
    let most = flame.frames().iter().map(|frame| frame.name).max();
    let mut times = vec![0_u8; most.map_or(0, |most| most as usize + 1)];
    for frame in flame.frames() {
        if let Some(times) = times.get_mut(frame.name as usize) {
            *times = times.saturating_add(1);
        }
    }
    let is_alone = |frame: &Frame| times.get(frame.name as usize) == Some(&1);
    flame.frames().iter().map(is_alone).collect()
}

/// A frame that is about to be drawn.
struct Place {
    frame: u32,
    left: f64,
    level: usize,
    /// The mark it stands in; none for the first level.
    above: Option<u32>,
}

impl Drawing<'_> {
    fn frame(&self, at: u32) -> Option<&Frame> {
        self.flame.frames().get(at as usize)
    }

    fn name(&self, at: u32) -> &str {
        let frame = self.frame(at);
        frame.map_or("", |frame| self.ledger.text(StrId(frame.name)))
    }

    fn label(&self, at: u32) -> String {
        let name = self.name(at);
        if name.is_empty() { "(no name)" } else { name }.to_owned()
    }

    /// Draws what was gone into, or everything, level by level.
    fn lay_out(&self, root: Option<u32>, wide: f64, drawn: &mut Drawn) {
        if self.whole <= 0 {
            return;
        }
        let scale = wide / self.whole as f64;
        // The places of one level, and of the next.
        let mut level = Vec::new();
        match root {
            Some(frame) => level.push(Place {
                frame,
                left: 0.0,
                level: 0,
                above: None,
            }),
            None => self.beside(None, (0.0, 0, None), scale, &mut level, drawn),
        }
        while !level.is_empty() {
            let mut next = Vec::new();
            for place in level {
                if drawn.marks.len() >= MARKS {
                    drawn.left_out = drawn.left_out.saturating_add(1);
                    continue;
                }
                let mark = drawn.marks.len() as u32;
                self.draw(&place, scale, drawn);
                let below = self.flame.below(Some(place.frame));
                if place.level + 1 < LEVELS {
                    let from = (place.left, place.level + 1, Some(mark));
                    self.beside(Some(place.frame), from, scale, &mut next, drawn);
                } else {
                    drawn.left_out = drawn.left_out.saturating_add(below.len() as u32);
                }
            }
            level = next;
        }
    }

    /// Places the frames below one from the left, and draws those that are too small as one.
    fn beside(
        &self,
        above: Option<u32>,
        (mut left, level, mark): (f64, usize, Option<u32>),
        scale: f64,
        places: &mut Vec<Place>,
        drawn: &mut Drawn,
    ) {
        let below = self.flame.below(above);
        let width = |at: &u32| self.flame.width(*at);
        let large = below.partition_point(|at| width(at) as f64 * scale >= SMALLEST);
        // One of them alone is drawn as what it is.
        let shown = |at: &&u32| width(at) > 0;
        let small: Vec<u32> = below.iter().skip(large).filter(shown).copied().collect();
        let is_one = small.len() == 1;
        let end = large + usize::from(is_one);
        for &frame in below.iter().take(end) {
            places.push(Place {
                frame,
                left,
                level,
                above: mark,
            });
            left += width(&frame) as f64 * scale;
        }
        let Some(&first) = small.first().filter(|_| !is_one) else {
            return;
        };
        let sum: i128 = small.iter().map(width).sum();
        let at = drawn.marks.len() as u32;
        drawn.marks.push(Mark {
            place: place(left, level, sum as f64 * scale),
            shape: Shape::Rest,
            parent: mark.unwrap_or(at),
            node: NONE,
            ink: ink::NEUTRAL,
            member: None,
            label: counted(small.len() as u64, "small frame"),
            value: self.amount(sum),
            cached: 0,
            first: self
                .frame(first)
                .map_or_else(Default::default, |frame| frame.first),
        });
        drawn.items.push(Item {
            node: NONE,
            cells: vec![String::new(); FACTS.len() - 1]
                .into_iter()
                .chain([self.share(sum)])
                .collect(),
            ..Item::default()
        });
    }

    fn draw(&self, of: &Place, scale: f64, drawn: &mut Drawn) {
        let Some(frame) = self.frame(of.frame) else {
            return;
        };
        let width = self.flame.width(of.frame);
        let at = drawn.marks.len() as u32;
        let name = self.name(of.frame).to_owned();
        drawn.marks.push(Mark {
            place: place(of.left, of.level, width as f64 * scale),
            shape: Shape::Cell,
            parent: of.above.unwrap_or(at),
            node: of.frame,
            ink: ink_of(frame.kind),
            member: Some(name.clone()),
            label: self.label(of.frame),
            value: self.amount(self.own(frame)),
            cached: 0,
            first: frame.first,
        });
        let is_alone = self.alone.get(of.frame as usize).copied().unwrap_or(false);
        drawn.items.push(Item {
            node: of.frame,
            member: is_alone.then_some(name),
            cells: self.cells(frame, width),
            has_parts: !self.flame.below(Some(of.frame)).is_empty(),
            first: frame.first,
            ..Item::default()
        });
    }

    /// What a frame says of itself, which its width may exceed.
    fn own(&self, frame: &Frame) -> i128 {
        match self.width {
            Width::Time => frame.total_ns,
            Width::Cost => frame.cost.value().unwrap_or(0),
            Width::Tokens => frame.tokens.value().unwrap_or(0),
            Width::Spans => i128::from(frame.count),
        }
    }

    fn cells(&self, frame: &Frame, width: i128) -> Vec<String> {
        vec![
            count(u64::from(frame.count)),
            time(frame.total_ns),
            time(frame.self_ns),
            told(frame.tokens, |tokens| count_short(whole(tokens))),
            told(frame.cost, |amount| cost(pico(amount))),
            self.share(width),
        ]
    }

    fn share(&self, width: i128) -> String {
        if self.whole > 0 {
            share(whole(width), whole(self.whole))
        } else {
            UNKNOWN.to_owned()
        }
    }

    fn amount(&self, amount: i128) -> String {
        match self.width {
            Width::Time => time(amount),
            Width::Cost => cost(pico(amount)),
            Width::Tokens => count_short(whole(amount)),
            Width::Spans => counted(whole(amount), "span"),
        }
    }

    /// What has no width because its amount is unknown.
    fn unknown(&self) -> String {
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
    fn table(&self) -> Drawn {
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

fn place(left: f64, level: usize, width: f64) -> [f32; 4] {
    [left as f32, level as f32 * ROW, width as f32, ROW]
}

fn ink_of(kind: Option<OperationKind>) -> u8 {
    kind.map_or(ink::NEUTRAL, |kind| ink::KIND + kind as u8)
}

/// The kinds that are seen; several have one colour and one name.
fn legend(marks: &[Mark]) -> Vec<(u8, String)> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::ledger::tests::counted;

    const RUN: &str = "run 0..100 agent=ops is=agent
  chat 0..10 is=llm model=m tokens=3/1
  tool 20..80 is=tool
    chat 20..70 is=llm model=m tokens=1/1
    chat 20..70 is=llm model=m tokens=1/1
  chat 90..95 is=llm model=m
  tiny 95..96
  tinier 96..97
run 200..210 trace=2";

    fn drawn(drawing: &str, request: &DrawRequest) -> Drawn {
        let counted = counted(drawing);
        flame(counted.ledger(), &counted.part(), request)
    }

    fn request(measure: u8, path: &[&str], width: u16) -> DrawRequest {
        DrawRequest {
            measure,
            path: path.iter().map(|&name| Some(name.to_owned())).collect(),
            size: (width, 0),
            ..DrawRequest::default()
        }
    }

    fn picture(drawn: &Drawn) -> String {
        let line = |mark: &Mark| {
            let [left, top, width, _] = mark.place;
            format!(
                "{} {} {left:.0}+{width:.0} {}\n",
                top / ROW,
                mark.label,
                mark.value
            )
        };
        drawn.marks.iter().map(line).collect()
    }

    /// A child lies within its parent, one level below; nothing overlaps.
    fn check(drawn: &Drawn, room: f32) {
        assert_eq!(drawn.marks.len(), drawn.items.len());
        for (at, mark) in (0_u32..).zip(&drawn.marks) {
            let [left, top, width, _] = mark.place;
            let above = &drawn.marks[mark.parent as usize];
            assert!(mark.parent <= at, "{}", mark.label);
            let [outer, over, wide, _] = if mark.parent == at {
                [0.0, -ROW, room, ROW]
            } else {
                above.place
            };
            assert!((top - over - ROW).abs() < 0.01, "{}", mark.label);
            assert!(left >= outer - 0.1, "{}", mark.label);
            assert!(left + width <= outer + wide + 0.1, "{}", mark.label);
        }
        let mut places: Vec<[f32; 4]> = drawn.marks.iter().map(|mark| mark.place).collect();
        places.sort_by(|a, b| (a[1], a[0]).partial_cmp(&(b[1], b[0])).unwrap());
        for pair in places.windows(2) {
            let is_beside = pair[0][0] + pair[0][2] <= pair[1][0] + 0.1;
            assert!(pair[0][1] < pair[1][1] || is_beside, "{pair:?}");
        }
    }

    #[test]
    fn frames_stand_below_each_other() {
        let time = drawn(RUN, &request(0, &[], 234));
        check(&time, 234.0);
        assert_eq!(
            picture(&time),
            "0 run 0+234 110 ns\n\
             1 tool 0+200 60 ns\n\
             1 chat 200+30 15 ns\n\
             1 tinier 230+2 1 ns\n\
             1 tiny 232+2 1 ns\n\
             2 chat 0+200 100 ns\n"
        );
        assert_eq!(
            time.items[0].cells,
            ["2", "110 ns", "33 ns", "≥ 8", "≥ $11.00", "100 %"]
        );
        assert_eq!(time.items[2].cells[5], "13 %", "of what is drawn");
        assert_eq!(time.items[1].member.as_deref(), Some("tool"));
        assert_eq!(time.items[2].member, None, "chats stand elsewhere, too");
        let cost = drawn(RUN, &request(1, &[], 110));
        check(&cost, 110.0);
        assert_eq!(
            picture(&cost),
            "0 run 0+110 $11.00\n1 tool 0+60 $6.00\n1 chat 60+50 $5.00\n2 chat 0+60 $6.00\n"
        );
        assert!(cost.unknown.contains("cost"), "a chat has no tokens");
        let spans = drawn(RUN, &request(3, &[], 90));
        check(&spans, 90.0);
        assert_eq!(picture(&spans).lines().next(), Some("0 run 0+90 2 spans"));
    }

    #[test]
    fn frames_that_are_too_small_are_one() {
        let time = drawn(RUN, &request(0, &[], 117));
        check(&time, 117.0);
        let rest = time.marks.iter().find(|mark| mark.shape == Shape::Rest);
        let rest = rest.unwrap();
        assert_eq!(
            (rest.label.as_str(), rest.value.as_str()),
            ("2 small frames", "2 ns")
        );
        assert!((rest.place[2] - 2.0).abs() < 0.01);
    }

    #[test]
    fn a_frame_is_gone_into() {
        let inner = drawn(RUN, &request(0, &["run", "tool"], 100));
        check(&inner, 100.0);
        assert_eq!(inner.crumbs, ["run", "tool"]);
        assert_eq!(picture(&inner), "0 tool 0+100 60 ns\n1 chat 0+100 100 ns\n");
        let other = drawn(RUN, &request(0, &["run", "gone", "tool"], 100));
        assert_eq!(
            other.entered,
            [Some("run".to_owned())],
            "as far as there is such"
        );
    }

    #[test]
    fn kinds_are_told_and_no_order_of_siblings_matters() {
        let time = drawn(RUN, &request(0, &[], 500));
        let names: Vec<&str> = time.legend.iter().map(|(_, name)| name.as_str()).collect();
        assert_eq!(names, ["LLM", "tool", "other", "several kinds"]);
        let back = "run 200..210 trace=2\nrun 0..100 agent=ops is=agent
  tinier 96..97
  tiny 95..96
  chat 90..95 is=llm model=m
  tool 20..80 is=tool
    chat 20..70 is=llm model=m tokens=1/1
    chat 20..70 is=llm model=m tokens=1/1
  chat 0..10 is=llm model=m tokens=3/1";
        let back = drawn(back, &request(0, &[], 500));
        assert_eq!(picture(&time), picture(&back));
    }

    #[test]
    fn many_names_and_deep_calls_have_an_end() {
        let name = |at: u32| format!("  name{at} {}..{}\n", at * 20, at * 20 + 20);
        let names: String = (0..5000).map(name).collect();
        let wide = drawn(&format!("run 0..100000\n{names}"), &request(0, &[], 800));
        check(&wide, 800.0);
        assert_eq!(wide.marks.len(), 2);
        assert_eq!(wide.marks[1].label, "5,000 small frames");
        let level = |at: usize| format!("{}deep 0..1000\n", "  ".repeat(at));
        let deep: String = (0..300).map(level).collect();
        let deep = drawn(&deep, &request(0, &[], 800));
        check(&deep, 800.0);
        assert_eq!((deep.marks.len(), deep.left_out), (LEVELS, 1));
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        let none = drawn("a 0..10", &request(1, &[], 100));
        assert_eq!((none.marks.len(), none.unknown.as_str()), (0, ""));
        let one = drawn("a 0..10", &request(0, &[], 100));
        assert_eq!(picture(&one), "0 a 0+100 10 ns\n");
    }

    #[test]
    fn all_frames_are_saved_with_what_they_stand_in() {
        let table = drawn(
            RUN,
            &DrawRequest {
                plain: true,
                ..request(0, &[], 0)
            },
        );
        let rows: Vec<String> = (table.items.iter())
            .map(|item| format!("{} {}", item.label, item.cells.join("|")))
            .collect();
        assert_eq!(
            rows,
            [
                "run 1||1|2|110|33|8|11|no",
                "tool 2|1|2|1|60|10|4|6|yes",
                "chat 3|2|3|2|100|100|4|6|yes",
                "chat 4|1|2|2|15|15|4|5|no",
                "tinier 5|1|2|1|1|1|||yes",
                "tiny 6|1|2|1|1|1|||yes",
            ]
        );
    }
}
