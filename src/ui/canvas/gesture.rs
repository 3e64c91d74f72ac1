//! From pointer and wheel events to what a person means.

/// A place on the canvas in CSS pixels.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Point {
    /// From the left edge.
    pub x: f64,
    /// From the top edge.
    pub y: f64,
}

/// Keys held during a gesture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Modifiers {
    /// Shift.
    pub shift: bool,
    /// Control, or Command on a Mac.
    pub control: bool,
}

/// What a person does with pointer or wheel.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Gesture {
    /// The pointer moves, no button down.
    Hover(Point),
    /// The pointer has left.
    Leave,
    /// The main button goes down.
    Press(Point, Modifiers),
    /// It moves while down, farther than a hand trembles.
    Drag(Point),
    /// It goes up after [`Gesture::Drag`].
    Drop(Point),
    /// It goes up where it went down.
    Click(Point, Modifiers),
    /// Twice the same.
    Double(Point),
    /// The browser has taken the pointer away.
    Cancel,
    /// Control-wheel or pinch: more than 1 enlarges.
    Zoom(Point, f64),
    /// Shift-wheel or a sideways swipe: pixels of time towards the end.
    Pan(f64),
    /// Wheel: pixels of rows towards the end.
    Scroll(f64),
}

/// How far the pointer moves before a press becomes a drag.
const TREMBLE: f64 = 4.0;
/// A pinch of a touch pad comes as control-wheel with small steps, a wheel with a step of about 100.
const PINCH_STEP: f64 = 40.0;

/// Follows the pointers of one canvas.
#[derive(Debug, Default)]
pub(super) struct Pointers {
    down: Vec<(i32, Point)>,
    start: Point,
    modifiers: Modifiers,
    dragging: bool,
    /// Two fingers were down: no click when the last goes up.
    pinched: bool,
}

impl Pointers {
    pub(super) fn press(&mut self, id: i32, at: Point, modifiers: Modifiers) -> Option<Gesture> {
        self.down.retain(|(known, _)| *known != id);
        self.down.push((id, at));
        if self.down.len() == 1 {
            self.start = at;
            self.modifiers = modifiers;
            self.dragging = false;
            self.pinched = false;
            return Some(Gesture::Press(at, modifiers));
        }
        self.pinched = true;
        self.dragging.then_some(Gesture::Cancel)
    }

    pub(super) fn travel(&mut self, id: i32, at: Point) -> Vec<Gesture> {
        let Some(moved) = self.down.iter().position(|(known, _)| *known == id) else {
            return vec![Gesture::Hover(at)];
        };
        if self.down.len() >= 2 {
            return self.pinch(moved, at);
        }
        self.down[moved].1 = at;
        if self.pinched {
            return Vec::new();
        }
        self.dragging |= (at.x - self.start.x).hypot(at.y - self.start.y) > TREMBLE;
        self.dragging
            .then_some(Gesture::Drag(at))
            .into_iter()
            .collect()
    }

    fn pinch(&mut self, moved: usize, at: Point) -> Vec<Gesture> {
        let (a, b) = (self.down[0].1, self.down[1].1);
        self.down[moved].1 = at;
        let (c, d) = (self.down[0].1, self.down[1].1);
        let before = (a.x - b.x).hypot(a.y - b.y).max(1.0);
        let after = (c.x - d.x).hypot(c.y - d.y).max(1.0);
        let from = middle(a, b);
        let to = middle(c, d);
        vec![
            Gesture::Zoom(to, after / before),
            Gesture::Pan(from.x - to.x),
            Gesture::Scroll(from.y - to.y),
        ]
    }

    pub(super) fn release(&mut self, id: i32, at: Point) -> Option<Gesture> {
        self.down.retain(|(known, _)| *known != id);
        if !self.down.is_empty() || self.pinched {
            return None;
        }
        if std::mem::take(&mut self.dragging) {
            Some(Gesture::Drop(at))
        } else {
            Some(Gesture::Click(at, self.modifiers))
        }
    }

    pub(super) fn cancel(&mut self) -> Gesture {
        self.down.clear();
        self.dragging = false;
        Gesture::Cancel
    }
}

fn middle(a: Point, b: Point) -> Point {
    Point {
        x: f64::midpoint(a.x, b.x),
        y: f64::midpoint(a.y, b.y),
    }
}

/// What a turn of the wheel means; `delta` in pixels.
pub(super) fn wheel(at: Point, delta: (f64, f64), modifiers: Modifiers) -> Gesture {
    let (dx, dy) = delta;
    if modifiers.control {
        let strength = if dy.abs() < PINCH_STEP { 0.01 } else { 0.0022 };
        return Gesture::Zoom(at, (-dy * strength).exp());
    }
    if modifiers.shift {
        // Some systems turn a shifted wheel sideways themselves.
        return Gesture::Pan(if dx.abs() > dy.abs() { dx } else { dy });
    }
    if dx.abs() > dy.abs() {
        Gesture::Pan(dx)
    } else {
        Gesture::Scroll(dy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: f64, y: f64) -> Point {
        Point { x, y }
    }

    #[test]
    fn a_trembling_hand_still_clicks() {
        let mut pointers = Pointers::default();
        let shift = Modifiers {
            shift: true,
            control: false,
        };
        assert_eq!(
            pointers.press(1, at(10.0, 10.0), shift),
            Some(Gesture::Press(at(10.0, 10.0), shift))
        );
        assert!(pointers.travel(1, at(12.0, 11.0)).is_empty());
        assert_eq!(
            pointers.release(1, at(12.0, 11.0)),
            Some(Gesture::Click(at(12.0, 11.0), shift))
        );
    }

    #[test]
    fn a_drag_ends_with_a_drop() {
        let mut pointers = Pointers::default();
        pointers.press(1, at(0.0, 0.0), Modifiers::default());
        assert_eq!(
            pointers.travel(1, at(9.0, 0.0)),
            [Gesture::Drag(at(9.0, 0.0))]
        );
        assert_eq!(
            pointers.travel(1, at(1.0, 0.0)),
            [Gesture::Drag(at(1.0, 0.0))]
        );
        assert_eq!(
            pointers.release(1, at(1.0, 0.0)),
            Some(Gesture::Drop(at(1.0, 0.0)))
        );
        assert_eq!(
            pointers.travel(1, at(2.0, 0.0)),
            [Gesture::Hover(at(2.0, 0.0))]
        );
    }

    #[test]
    fn two_fingers_pinch_and_never_click() {
        let mut pointers = Pointers::default();
        pointers.press(1, at(0.0, 0.0), Modifiers::default());
        assert_eq!(pointers.press(2, at(10.0, 0.0), Modifiers::default()), None);
        let gestures = pointers.travel(2, at(20.0, 0.0));
        assert_eq!(gestures[0], Gesture::Zoom(at(10.0, 0.0), 2.0));
        assert_eq!(pointers.release(2, at(20.0, 0.0)), None);
        assert!(pointers.travel(1, at(50.0, 50.0)).is_empty());
        assert_eq!(pointers.release(1, at(50.0, 50.0)), None);
    }

    #[test]
    fn the_wheel_scrolls_pans_and_zooms() {
        let plain = Modifiers::default();
        let shift = Modifiers {
            shift: true,
            control: false,
        };
        let control = Modifiers {
            shift: false,
            control: true,
        };
        assert_eq!(
            wheel(at(0.0, 0.0), (0.0, 100.0), plain),
            Gesture::Scroll(100.0)
        );
        assert_eq!(wheel(at(0.0, 0.0), (7.0, 2.0), plain), Gesture::Pan(7.0));
        assert_eq!(
            wheel(at(0.0, 0.0), (0.0, 100.0), shift),
            Gesture::Pan(100.0)
        );
        assert_eq!(
            wheel(at(0.0, 0.0), (100.0, 0.0), shift),
            Gesture::Pan(100.0)
        );
        let Gesture::Zoom(_, factor) = wheel(at(0.0, 0.0), (0.0, -100.0), control) else {
            panic!("control-wheel zooms");
        };
        assert!(factor > 1.2 && factor < 1.3);
    }
}
