//! The brush: which part of it a pointer takes hold of, and the window it makes.

use crate::ui::state::Window;

/// How far beside an edge it is still taken hold of.
const REACH: f64 = 6.0;

/// A part of the brush.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The left edge.
    Start,
    /// The right edge.
    End,
    /// Between the edges.
    Middle,
    /// Outside: a new brush.
    New,
}

/// What a drag began with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grip {
    /// What was taken hold of.
    pub part: Part,
    /// The time under the pointer.
    pub time: i64,
    /// The window then.
    pub window: Window,
    /// The same as the page has it, for the way back.
    pub before: Option<Window>,
    /// It has moved since.
    pub moved: bool,
}

/// What stands at a pixel. Of two edges in reach the nearer one.
pub fn part(x: f64, left: f64, right: f64) -> Part {
    let (to_left, to_right) = ((x - left).abs(), (x - right).abs());
    if to_left.min(to_right) <= REACH {
        return if to_left < to_right {
            Part::Start
        } else {
            Part::End
        };
    }
    if x > left && x < right {
        Part::Middle
    } else {
        Part::New
    }
}

/// The window while an edge, or a new brush, is drawn to `time`; edges may cross.
pub fn window(part: Part, old: Window, from: i64, time: i64) -> Window {
    let (a, b) = match part {
        Part::Start => (time, old.1),
        Part::End => (old.0, time),
        Part::Middle | Part::New => (from, time),
    };
    (a.min(b), a.max(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_taken_hold_of_from_both_sides() {
        assert_eq!(part(95.0, 100.0, 200.0), Part::Start);
        assert_eq!(part(205.0, 100.0, 200.0), Part::End);
        assert_eq!(part(150.0, 100.0, 200.0), Part::Middle);
        assert_eq!(part(50.0, 100.0, 200.0), Part::New);
        assert_eq!(part(103.0, 100.0, 104.0), Part::End);
    }

    #[test]
    fn a_window_never_turns_round() {
        assert_eq!(window(Part::Start, (10, 20), 10, 25), (20, 25));
        assert_eq!(window(Part::End, (10, 20), 20, 5), (5, 10));
        assert_eq!(window(Part::New, (10, 20), 50, 40), (40, 50));
    }
}
