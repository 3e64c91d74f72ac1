//! The calls of a part of the document merged by name: all spans of one name below one and the same frame are one frame.
//!
//! A placeholder is no span: what stands below it stands by itself. A frame's time is the sum of what its spans took, so that
//! spans that ran at the same time count each. Below a span they may together have taken longer than it: then its frame is
//! [as wide](Flame::width) as they are, and its own time stays what it is.

use super::ledger::{Ledger, NONE};
use super::part::Part;
use super::roles::drawn_kind;
use super::self_time::SelfTimes;
use super::treemap::Sum;
use crate::analysis::numbering::Numbering;
use crate::model::{OperationKind, SpanRow, StrId, order};

/// What the width of a frame stands for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Width {
    /// Durations added up.
    #[default]
    Time,
    /// 10^-12 dollars, with everything below.
    Cost,
    /// Tokens in and out, with everything below.
    Tokens,
    /// Spans, with everything below.
    Spans,
}

/// Spans of one name below one frame.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    /// Number of the name.
    pub name: u32,
    /// The frame above, or [`NONE`].
    pub parent: u32,
    /// Frames above.
    pub depth: u32,
    /// Spans.
    pub count: u32,
    /// Spans with everything below.
    pub spans: u32,
    /// Durations added up, in nanoseconds.
    pub total_ns: i128,
    /// The time in which its spans were at work and nothing below them was.
    pub self_ns: i128,
    /// Cost with everything below.
    pub cost: Sum,
    /// Tokens in and out with everything below.
    pub tokens: Sum,
    /// What its spans are drawn as; `None` for more than one kind.
    pub kind: Option<OperationKind>,
    /// The first of its spans.
    pub first: SpanRow,
    /// The time of the width: its own, or that of the frames below, whichever is more.
    wide_ns: i128,
}

/// Frames of a part of a document; each comes behind the one it stands in.
#[derive(Debug, Clone, Default)]
pub struct Flame {
    frames: Vec<Frame>,
    /// Frames by the one they stand in, in order of [`Self::width`] and name; those that stand in none come last.
    order: Vec<u32>,
    /// Where the frames below each begin in the order, and at the end where those that stand in none do.
    begins: Vec<u32>,
    width: Width,
    whole: i128,
}

impl Flame {
    /// Merges the spans of a part.
    pub fn new(ledger: Ledger<'_>, part: &Part, width: Width) -> Self {
        let store = ledger.store;
        let mut frames: Vec<Frame> = Vec::new();
        let mut numbers = Numbering::default();
        let mut self_times = SelfTimes::default();
        let mut frame_of = vec![NONE; store.rows() as usize];
        for row in part.spans(store) {
            let above = store.parent(row);
            let above = above.and_then(|above| frame_of.get(above.0 as usize).copied());
            let parent = above.unwrap_or(NONE);
            let name = store.name_id(row).0;
            let at = numbers.number(Numbering::pair(parent, name));
            if at as usize == frames.len() {
                let depth = frames
                    .get(parent as usize)
                    .map_or(0, |above| above.depth + 1);
                frames.push(Frame::new(name, parent, depth, row));
            }
            if let Some(place) = frame_of.get_mut(row.0 as usize) {
                *place = at;
            }
            let Some(frame) = frames.get_mut(at as usize) else {
                continue;
            };
            let kind = drawn_kind(store, row);
            frame.kind = (frame.count == 0 || frame.kind == Some(kind)).then_some(kind);
            frame.count += 1;
            frame.spans += 1;
            frame.total_ns += i128::from(store.extent(row).duration().0);
            frame.self_ns += i128::from(self_times.of(store, row).self_time().0);
        }
        let at = |row: SpanRow| frame_of.get(row.0 as usize).copied().unwrap_or(NONE) as usize;
        ledger.each_usage(part, &mut |row, usage| {
            let parts = [usage.input, usage.output];
            let known = parts
                .into_iter()
                .flatten()
                .map(i128::from)
                .reduce(|a, b| a + b);
            if let Some(frame) = frames.get_mut(at(row)) {
                frame.tokens.add(known, parts.contains(&None));
            }
        });
        ledger.each_cost(part, &mut |row, cost| {
            let amount = cost.amount.value().map(|amount| i128::from(amount.0));
            if let Some(frame) = frames.get_mut(at(row)) {
                frame.cost.add(amount, !cost.amount.is_complete());
            }
        });
        let mut flame = Self {
            frames,
            width,
            ..Self::default()
        };
        flame.add_up();
        flame.arrange(ledger);
        flame
    }

    /// Adds to each frame what is below it: those behind stand in those before.
    fn add_up(&mut self) {
        let mut below = vec![0_i128; self.frames.len()];
        for at in (0..self.frames.len()).rev() {
            let Some(frame) = self.frames.get_mut(at) else {
                continue;
            };
            frame.wide_ns = frame.total_ns.max(below.get(at).copied().unwrap_or(0));
            let frame = *frame;
            let parent = frame.parent as usize;
            if let Some(below) = below.get_mut(parent) {
                *below += frame.wide_ns;
            }
            if let Some(above) = self.frames.get_mut(parent) {
                above.spans += frame.spans;
                above
                    .cost
                    .add(frame.cost.value(), !frame.cost.is_complete());
                let tokens = frame.tokens;
                above.tokens.add(tokens.value(), !tokens.is_complete());
            }
        }
    }

    /// Brings the frames below each in order, the widest first.
    fn arrange(&mut self, ledger: Ledger<'_>) {
        let frames = &self.frames;
        let width = |at: u32| {
            frames
                .get(at as usize)
                .map_or(0, |frame| self.width_of(frame))
        };
        let place = |at: u32| {
            frames
                .get(at as usize)
                .map_or((NONE, 0), |one| (one.parent, one.name))
        };
        let mut order: Vec<u32> = (0..frames.len() as u32).collect();
        order::sort(&mut order, &|a, b| {
            let ((above, name), (other_above, other_name)) = (place(a), place(b));
            let names = || ledger.text(StrId(name)).cmp(ledger.text(StrId(other_name)));
            above
                .cmp(&other_above)
                .then_with(|| width(b).cmp(&width(a)))
                .then_with(names)
        });
        let mut begins = vec![0_u32; frames.len() + 2];
        for frame in frames {
            // Those that stand in none come last.
            let above = (frame.parent as usize).min(frames.len());
            if let Some(count) = begins.get_mut(above + 1) {
                *count += 1;
            }
        }
        let mut sum = 0;
        for begin in &mut begins {
            sum += *begin;
            *begin = sum;
        }
        self.begins = begins;
        self.order = order;
        self.whole = self.below(None).iter().map(|&at| self.width(at)).sum();
    }

    /// All frames.
    pub fn frames(&self) -> &[Frame] {
        &self.frames
    }

    /// The frames below one, or those that stand in none, the widest first, ties by name.
    pub fn below(&self, frame: Option<u32>) -> &[u32] {
        let at = frame.map_or(self.frames.len(), |frame| frame as usize);
        let place = |at: usize| self.begins.get(at).map_or(0, |&place| place as usize);
        self.order.get(place(at)..place(at + 1)).unwrap_or_default()
    }

    /// How wide a frame is: at least as wide as those below it together.
    pub fn width(&self, frame: u32) -> i128 {
        let frame = self.frames.get(frame as usize);
        frame.map_or(0, |frame| self.width_of(frame))
    }

    fn width_of(&self, frame: &Frame) -> i128 {
        match self.width {
            Width::Time => frame.wide_ns,
            Width::Cost => frame.cost.value().unwrap_or(0),
            Width::Tokens => frame.tokens.value().unwrap_or(0),
            Width::Spans => i128::from(frame.spans),
        }
    }

    /// How wide all of it is.
    pub fn whole(&self) -> i128 {
        self.whole
    }

    /// The frame of a name below another.
    pub fn find(&self, above: Option<u32>, name: &str, ledger: Ledger<'_>) -> Option<u32> {
        let is_it = |at: &u32| {
            let frame = self.frames.get(*at as usize);
            frame.is_some_and(|frame| ledger.text(StrId(frame.name)) == name)
        };
        self.below(above).iter().copied().find(is_it)
    }
}

impl Frame {
    fn new(name: u32, parent: u32, depth: u32, first: SpanRow) -> Self {
        Self {
            name,
            parent,
            depth,
            count: 0,
            spans: 0,
            total_ns: 0,
            self_ns: 0,
            cost: Sum::default(),
            tokens: Sum::default(),
            kind: None,
            first,
            wide_ns: 0,
        }
    }
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
run 200..210 trace=2
lost 300..310 trace=3 parent=ff";

    fn picture(width: Width) -> String {
        let counted = counted(RUN);
        let ledger = counted.ledger();
        let flame = Flame::new(ledger, &counted.part(), width);
        let mut lines = Vec::new();
        let mut open: Vec<u32> = flame.below(None).iter().rev().copied().collect();
        while let Some(at) = open.pop() {
            let one = flame.frames()[at as usize];
            lines.push(format!(
                "{}{} x{} of {}, {} of {} ns, {:?} tokens, {}\n",
                "  ".repeat(one.depth as usize),
                ledger.text(StrId(one.name)),
                one.count,
                one.spans,
                one.self_ns,
                one.total_ns,
                one.tokens.value(),
                flame.width(at),
            ));
            open.extend(flame.below(Some(at)).iter().rev());
        }
        lines.concat()
    }

    #[test]
    fn spans_of_one_name_below_one_frame_are_one() {
        assert_eq!(
            picture(Width::Spans),
            "run x2 of 7, 35 of 110 ns, Some(8) tokens, 7\n  \
               tool x1 of 3, 10 of 60 ns, Some(4) tokens, 3\n    \
                 chat x2 of 2, 100 of 100 ns, Some(4) tokens, 2\n  \
               chat x2 of 2, 15 of 15 ns, Some(4) tokens, 2\n\
             lost x1 of 1, 10 of 10 ns, None tokens, 1\n"
        );
    }

    #[test]
    fn a_frame_is_at_least_as_wide_as_what_is_below() {
        // Two calls of 50 ns at the same time in a tool of 60 ns: it is 100 wide, and the run 115.
        assert_eq!(
            picture(Width::Time),
            "run x2 of 7, 35 of 110 ns, Some(8) tokens, 115\n  \
               tool x1 of 3, 10 of 60 ns, Some(4) tokens, 100\n    \
                 chat x2 of 2, 100 of 100 ns, Some(4) tokens, 100\n  \
               chat x2 of 2, 15 of 15 ns, Some(4) tokens, 15\n\
             lost x1 of 1, 10 of 10 ns, None tokens, 10\n"
        );
    }

    #[test]
    fn frames_are_found_by_their_names() {
        let counted = counted(RUN);
        let ledger = counted.ledger();
        let flame = Flame::new(ledger, &counted.part(), Width::Time);
        let run = flame.find(None, "run", ledger);
        let tool = flame.find(run, "tool", ledger);
        let chat = flame.find(tool, "chat", ledger);
        assert_eq!(chat.map(|at| flame.frames()[at as usize].depth), Some(2));
        assert_eq!(flame.find(run, "lost", ledger), None);
        assert_eq!(flame.whole(), 125);
        let none = Flame::new(ledger, &Part::default(), Width::Time);
        assert_eq!((none.frames().len(), none.whole()), (0, 0));
        assert!(none.below(None).is_empty());
    }
}
