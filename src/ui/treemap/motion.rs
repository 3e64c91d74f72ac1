//! Going into a rectangle and out of it, seen: the one grows to the whole, or the whole shrinks to one of several.

use crate::scene::drawn::Drawn;
use crate::ui::drawn::names_to;
use std::rc::Rc;

/// How long it takes, in milliseconds.
const LASTS: f64 = 160.0;

/// Left, top, width, height.
pub type Place = [f64; 4];

/// A picture on the way to the next one.
#[derive(Debug)]
pub struct Motion {
    /// The picture before.
    pub from: Rc<Drawn>,
    /// Where the inner picture stands in the outer one.
    inner: Place,
    /// The inner picture is the later one.
    pub inward: bool,
    /// Milliseconds since the page began.
    start: f64,
}

/// What is to be drawn of a motion now.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// How far it is, from 0 to 1.
    pub done: f64,
    /// Where the inner picture is seen now.
    now: Place,
    inner: Place,
}

impl Motion {
    /// The motion from one picture to another; `None` where neither stands in the other, or the person wants no motion.
    pub fn between(from: &Rc<Drawn>, to: &Drawn) -> Option<Self> {
        let (before, after) = (&from.entered, &to.entered);
        if from.document != to.document || before == after || is_unwanted() {
            return None;
        }
        let inward = after.starts_with(before);
        let inner = if inward {
            place_of(from, after)
        } else if before.starts_with(after) {
            place_of(to, before)
        } else {
            None
        };
        Some(Self {
            from: Rc::clone(from),
            inner: inner?,
            inward,
            start: now(),
        })
    }

    /// Where it is now in a picture of this size; `None` when it is over.
    pub fn moment(&self, (width, height): (f64, f64)) -> Option<Moment> {
        let passed = (now() - self.start) / LASTS;
        if !(0.0..1.0).contains(&passed) {
            return None;
        }
        // Fast at first.
        let done = 1.0 - (1.0 - passed).powi(3);
        let whole = [0.0, 0.0, width, height];
        let (begin, end) = if self.inward {
            (self.inner, whole)
        } else {
            (whole, self.inner)
        };
        let mut now = begin;
        for (now, end) in now.iter_mut().zip(end) {
            *now += (end - *now) * done;
        }
        Some(Moment {
            done,
            now,
            inner: self.inner,
        })
    }
}

impl Moment {
    /// Where a rectangle of the outer picture is seen.
    pub fn outer(&self, place: Place) -> Place {
        moved(place, self.inner, self.now)
    }

    /// Where a rectangle of the inner picture is seen, which fills `size` when it stands alone.
    pub fn inner(&self, place: Place, (width, height): (f64, f64)) -> Place {
        moved(place, [0.0, 0.0, width, height], self.now)
    }
}

/// A place after what brings `from` to `to`.
fn moved([left, top, width, height]: Place, from: Place, to: Place) -> Place {
    let (x, y) = (to[2] / from[2].max(1.0), to[3] / from[3].max(1.0));
    [
        to[0] + (left - from[0]) * x,
        to[1] + (top - from[1]) * y,
        width * x,
        height * y,
    ]
}

/// The rectangle of the members that were gone into, or of as many of them as there is one for.
fn place_of(drawn: &Drawn, path: &[Option<String>]) -> Option<Place> {
    let found = (0..drawn.marks.len())
        .map(|mark| (mark, path_in(drawn, mark)))
        .filter(|(_, of)| of.len() > drawn.entered.len() && path.starts_with(of))
        .max_by_key(|(_, of)| of.len());
    let (mark, _) = found?;
    drawn.marks.get(mark).map(|mark| mark.place.map(f64::from))
}

/// The names from the first level down to a mark.
pub fn path_in(drawn: &Drawn, mark: usize) -> Vec<Option<String>> {
    let names = names_to(drawn, mark);
    [drawn.entered.clone(), names].concat()
}

fn is_unwanted() -> bool {
    let query = web_sys::window().and_then(|window| {
        window
            .match_media("(prefers-reduced-motion: reduce)")
            .ok()?
    });
    query.is_some_and(|query| query.matches())
}

fn now() -> f64 {
    let performance = web_sys::window().and_then(|window| window.performance());
    performance.map_or(0.0, |performance| performance.now())
}
