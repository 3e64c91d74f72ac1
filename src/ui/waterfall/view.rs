//! What the waterfall remembers between frames, and what stands where. No browser, no messages.

use super::geometry::{
    Axis, CHEVRON, COLUMNS, Columns, HEADER, PAD, Place, ROW, badge, chevron_left, place,
};
use super::previews::Previews;
use super::scroll::Scroll;
use super::sheet::Sheet;
use crate::model::TraceRow;
use crate::scene::drawn::Limit;
use crate::scene::scale::{Scale, fit};
use crate::scene::waterfall::{ColourBy, Level, Line, Waterfall, WaterfallRequest};
use crate::ui::canvas::Point;
use crate::ui::state::Window;

/// What a person chose to see of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Look {
    /// Mark the critical path.
    pub critical_path: bool,
    /// Which spans.
    pub level: Level,
    /// Only those that the filter lets pass.
    pub only_matches: bool,
    /// What colours stand for.
    pub colour: ColourBy,
    /// What the run may cost.
    pub budget: Limit,
}

/// Hot state of the waterfall.
#[derive(Debug, Default)]
pub struct View {
    /// Width and height of the canvas.
    pub size: (f64, f64),
    /// Widths of columns that a person chose.
    pub chosen: [Option<f64>; COLUMNS],
    /// Which lines are on screen.
    pub scroll: Scroll,
    /// The run is one of agents; stays until the next scene, so that columns do not come and go.
    pub told: bool,
    /// The lines at hand.
    pub sheet: Option<Sheet>,
    /// What tools were called with, as far as it was asked for.
    pub previews: Previews,
    /// The trace shown.
    pub trace: Option<TraceRow>,
    /// Length of the trace.
    pub duration: i64,
    /// The line under the pointer.
    pub hover: Option<u32>,
    /// The pointer, while it is over the canvas.
    pub pointer: Option<Point>,
    /// What the pressed pointer does.
    pub drag: Drag,
    /// A measured range.
    pub range: Option<Window>,
    /// What was asked for last.
    pub asked: Option<WaterfallRequest>,
    /// What is at hand is outdated.
    pub stale: bool,
    /// A line to bring into sight as soon as there is room to.
    pub waiting: Option<u32>,
}

/// Lines that may be pinned above a line: its ancestors, but no more than a third of the screen.
pub fn pinned(depth: u32, page: u32) -> f64 {
    f64::from(depth.min(page / 3).min(6)) * ROW
}

/// What the pressed pointer does.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Drag {
    /// Nothing.
    #[default]
    None,
    /// Moves rows and time.
    Pan {
        /// Where it was pressed.
        from: Point,
        /// The window then.
        window: Window,
        /// The scroll position then.
        top: f64,
    },
    /// Measures from this time.
    Measure(i64),
    /// Moves the thumb; where on it the pointer stands.
    Thumb(f64),
}

/// What stands at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The header.
    Header,
    /// The scroll bar.
    Thumb,
    /// The chevron of a line.
    Chevron(u32),
    /// The count of the spans folded into a line.
    Folded(u32),
    /// The left side of a line.
    Tree(u32),
    /// The bar of a line, or close to it.
    Bar(u32),
    /// The triangle of a line whose bar is outside the window.
    Outside(u32),
    /// The right side of a line, away from its bar.
    Time(u32),
    /// No line.
    Empty,
}

impl View {
    /// All of the trace, with a little room.
    pub fn whole(&self) -> Window {
        fit(self.duration)
    }

    /// Widths of the columns.
    pub fn columns(&self) -> Columns {
        Columns::new(self.size.0, self.chosen, self.told)
    }

    /// The time axis for a window.
    pub fn axis(&self, window: Option<Window>) -> Axis {
        let left = self.columns().tree();
        Axis::new(
            window.unwrap_or_else(|| self.whole()),
            left,
            self.size.0 - PAD - left,
        )
    }

    /// Takes the size of the canvas.
    pub fn resize(&mut self, width: f64, height: f64) {
        self.size = (width, height);
        self.scroll.height = (height - HEADER).max(0.0);
        self.scroll.to(self.scroll.top);
        if self.scroll.height > 0.0
            && let Some(line) = self.waiting.take()
        {
            self.reveal(line);
        }
    }

    /// Brings a line into sight, whatever is pinned above it; where the canvas has no size yet, when it has one.
    pub fn reveal(&mut self, line: u32) {
        if self.scroll.height > 0.0 {
            let above = pinned(u32::MAX, self.scroll.page());
            self.scroll.reveal(line, above);
        } else {
            self.waiting = Some(line);
        }
    }

    /// Takes a new number of lines.
    pub fn set_total(&mut self, total: u32) {
        self.scroll.total = total;
        self.scroll.to(self.scroll.top);
    }

    /// The line drawn at a height, be it pinned or in its place.
    pub fn line_at(&self, y: f64) -> Option<&Line> {
        let sheet = self.sheet.as_ref()?;
        let y = y - HEADER;
        if y < 0.0 {
            return None;
        }
        let pins = sheet.pins(&self.scroll);
        match pins.get((y / ROW) as usize) {
            Some(pinned) => Some(pinned),
            None => sheet.line(self.scroll.line_at(y)),
        }
    }

    /// What stands at a point.
    pub fn target(&self, at: Point, window: Option<Window>) -> Target {
        if at.y < HEADER {
            return Target::Header;
        }
        if at.x >= self.size.0 - PAD && self.scroll.thumb().is_some() {
            return Target::Thumb;
        }
        let Some(line) = self.line_at(at.y) else {
            return Target::Empty;
        };
        let columns = self.columns();
        let tree = columns.tree();
        if at.x < tree {
            let (from, to) = badge(&columns);
            if line.folded > 0 && at.x >= from && at.x < to {
                return Target::Folded(line.line);
            }
            let left = chevron_left(line.depth);
            let on_chevron = line.children > 0 && at.x >= left - 6.0 && at.x < left + CHEVRON + 3.0;
            return if on_chevron {
                Target::Chevron(line.line)
            } else {
                Target::Tree(line.line)
            };
        }
        match place(
            &self.axis(window),
            (line.start, line.end),
            (tree + 1.0, self.size.0),
        ) {
            Place::Before if at.x < tree + 64.0 => Target::Outside(line.line),
            Place::After if at.x > self.size.0 - 80.0 => Target::Outside(line.line),
            Place::Inside { left, right, .. } if at.x >= left - 4.0 && at.x <= right + 4.0 => {
                Target::Bar(line.line)
            }
            _ => Target::Time(line.line),
        }
    }

    /// A line by number, also a pinned one of the last scene.
    pub fn line(&self, number: u32) -> Option<&Line> {
        let sheet = self.sheet.as_ref()?;
        sheet
            .line(number)
            .or_else(|| sheet.scene.pinned.iter().find(|line| line.line == number))
    }

    /// The scene to ask for before the canvas has a size: that of one as large as `room`, which does for any smaller one.
    pub fn wanted_ahead(
        &self,
        room: (f64, f64),
        window: Option<Window>,
        look: Look,
    ) -> Option<WaterfallRequest> {
        if self.size.0 > 0.0 {
            return None;
        }
        let mut guess = Self {
            chosen: self.chosen,
            told: self.told,
            trace: self.trace,
            duration: self.duration,
            ..Self::default()
        };
        guess.resize(room.0, room.1);
        // How many lines there are is not known either.
        guess.set_total(u32::MAX);
        guess.wanted(window, look)
    }

    /// The scene to ask for, when what was asked for last does not do.
    pub fn wanted(&self, window: Option<Window>, look: Look) -> Option<WaterfallRequest> {
        let trace = self.trace?;
        if self.size.0 <= 0.0 {
            return None;
        }
        let axis = self.axis(window);
        let page = self.scroll.page() + 2;
        let (first, after) = self.scroll.visible();
        if !self.stale
            && let Some(asked) = &self.asked
        {
            let margin = page / 2;
            let from = first.saturating_sub(margin);
            let to = after.saturating_add(margin).min(self.scroll.total);
            let covered =
                asked.first_line <= from && asked.first_line.saturating_add(asked.lines) >= to;
            let shown = axis.window();
            let in_time = asked.window.0 <= shown.0 && asked.window.1 >= shown.1;
            let asked_per_pixel = Scale::new(asked.window, asked.width).ns_per_px();
            let ratio = asked_per_pixel / axis.scale.ns_per_px();
            if asked.trace == trace
                && (asked.critical_path, asked.level, asked.colour)
                    == (look.critical_path, look.level, look.colour)
                && (asked.only_matches, asked.budget) == (look.only_matches, look.budget)
                && covered
                && in_time
                && (0.6..1.7).contains(&ratio)
            {
                return None;
            }
        }
        // A screen more on each side, in both directions, so that panning and scrolling find something there.
        let (start, end) = axis.window();
        let length = end.saturating_sub(start);
        let whole = self.whole();
        let wide = (
            start.saturating_sub(length).max(whole.0.min(start)),
            end.saturating_add(length).min(whole.1.max(end)),
        );
        Some(WaterfallRequest {
            trace,
            first_line: first.saturating_sub(page),
            lines: page * 3,
            window: wide,
            width: Scale::new(wide, 1.0).ns_per_px() / axis.scale.ns_per_px(),
            critical_path: look.critical_path,
            level: look.level,
            only_matches: look.only_matches,
            colour: look.colour,
            budget: look.budget,
        })
    }

    /// Takes a scene; `false` when it is of another trace.
    pub fn accept(&mut self, scene: Waterfall) -> bool {
        if self.trace != Some(scene.trace) {
            return false;
        }
        self.duration = scene.duration_ns;
        self.set_total(scene.total_lines);
        self.told = scene.is_told;
        let mut sheet = Sheet::new(scene);
        self.previews.write(&mut sheet);
        self.sheet = Some(sheet);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SpanRow;

    fn view() -> View {
        let lines: Vec<Line> = (0..40)
            .map(|line| Line {
                row: SpanRow(line),
                line,
                start: i64::from(line) * 10,
                end: i64::from(line) * 10 + 10,
                ..Line::default()
            })
            .collect();
        let mut view = View {
            trace: Some(TraceRow(0)),
            ..View::default()
        };
        view.resize(1000.0, 24.0 + 240.0);
        view.accept(Waterfall {
            trace: TraceRow(0),
            duration_ns: 400,
            total_lines: 40,
            lines,
            ..Waterfall::default()
        });
        view
    }

    fn at(x: f64, y: f64) -> Point {
        Point { x, y }
    }

    #[test]
    fn a_point_finds_its_line_and_part() {
        let view = view();
        assert_eq!(view.target(at(50.0, 10.0), None), Target::Header);
        assert_eq!(view.target(at(50.0, 30.0), None), Target::Tree(0));
        let axis = view.axis(None);
        assert_eq!(
            view.target(at(axis.x(15), 24.0 + 36.0), None),
            Target::Bar(1)
        );
        assert_eq!(
            view.target(at(axis.x(200), 24.0 + 36.0), None),
            Target::Time(1)
        );
        let later = Some((200, 300));
        assert_eq!(view.target(at(axis.left, 30.0), later), Target::Outside(0));
        assert_eq!(view.target(at(995.0, 100.0), None), Target::Thumb);
    }

    #[test]
    fn nothing_is_asked_while_what_was_asked_does() {
        let mut view = view();
        let first = view.wanted(None, Look::default()).unwrap();
        assert_eq!((first.first_line, first.lines), (0, 36));
        view.asked = Some(first);
        let path = Look {
            critical_path: true,
            ..Look::default()
        };
        let steps = Look {
            level: Level::Steps,
            ..Look::default()
        };
        assert!(
            view.wanted(None, steps).is_some(),
            "another level is asked for"
        );
        assert_eq!(view.wanted(None, Look::default()), None);
        assert!(
            view.wanted(None, path).is_some(),
            "the critical path is asked for"
        );
        assert!(
            view.wanted(Some((0, 100)), Look::default()).is_some(),
            "zoomed in four times"
        );
        view.scroll.to(10_000.0);
        let next = view.wanted(None, Look::default()).unwrap();
        assert!(next.first_line > 0 && next.first_line + next.lines >= 40);
    }

    #[test]
    fn a_line_revealed_before_the_canvas_has_a_size_is_seen_when_it_has() {
        for line in [0, 4, 20, 39] {
            let mut view = View::default();
            view.set_total(40);
            view.reveal(line);
            view.resize(1000.0, 24.0 + 240.0);
            let y = view.scroll.y(line);
            let above = pinned(u32::MAX, view.scroll.page()).min(f64::from(line) * ROW);
            assert!(y >= above && y + ROW <= 240.0, "line {line} stands at {y}");
        }
    }

    #[test]
    fn an_outdated_scene_is_asked_for_again() {
        let mut view = view();
        view.asked = view.wanted(None, Look::default());
        view.stale = true;
        assert!(view.wanted(None, Look::default()).is_some());
    }

    #[test]
    fn panning_within_the_margin_asks_nothing() {
        let mut view = view();
        view.asked = view.wanted(Some((100, 200)), Look::default());
        assert_eq!(view.asked.as_ref().unwrap().window, (0, 300));
        assert_eq!(view.wanted(Some((50, 150)), Look::default()), None);
        assert!(view.wanted(Some((250, 350)), Look::default()).is_some());
    }

    #[test]
    fn a_scene_of_another_trace_is_left() {
        let mut view = view();
        assert!(!view.accept(Waterfall {
            trace: TraceRow(7),
            ..Waterfall::default()
        }));
        assert_eq!(view.scroll.total, 40);
    }
}
