//! What pointer and wheel do: rows scroll, time pans and zooms, clicks select and open.

use super::stage::Stage;
use super::view::{Drag, Target};
use crate::scene::scale::{around, clamped, panned, zoomed};
use crate::ui::canvas::{Gesture, Modifiers, Point};
use crate::ui::state::Window;

/// Changes of the window that follow closer than this are one step of history, in milliseconds.
const ONE_GESTURE: f64 = 700.0;

impl Stage {
    pub(super) fn answer(&self, gesture: Gesture) {
        match gesture {
            Gesture::Hover(at) => self.hover(at),
            Gesture::Leave => self.leave(),
            Gesture::Press(at, modifiers) => self.press(at, modifiers),
            Gesture::Drag(at) => self.drag(at),
            Gesture::Drop(_) => self.drop_drag(),
            Gesture::Click(at, _) => self.click(at),
            Gesture::Double(at) => self.double(at),
            Gesture::Cancel => self.view.borrow_mut().drag = Drag::None,
            Gesture::Zoom(at, factor) => {
                self.hide_tip();
                let axis = self.view.borrow().axis(self.window());
                self.zoom_at(axis.time(at.x), factor);
            }
            Gesture::Pan(by) => {
                self.hide_tip();
                let per_pixel = self.view.borrow().axis(self.window()).scale.ns_per_px();
                self.pan_by((by * per_pixel) as i64);
            }
            Gesture::Scroll(by) => {
                self.hide_tip();
                self.scroll_by(by);
            }
        }
    }

    /// The window shown, `None` for all of the run.
    pub(super) fn window(&self) -> Option<Window> {
        self.app.window.get_untracked()
    }

    /// The window shown.
    pub(super) fn present(&self) -> Window {
        self.window().unwrap_or_else(|| self.view.borrow().whole())
    }

    /// Shows a window while a gesture lasts; its first step is remembered for the way back.
    pub(super) fn move_window(&self, window: Window) {
        let whole = self.view.borrow().whole();
        let window = (window != whole).then_some(window);
        let before = self.window();
        if before == window {
            return;
        }
        let now = js_sys::Date::now();
        if now - self.moved_at.replace(now) > ONE_GESTURE {
            self.app.remember_window(before);
        }
        self.app.window.set(window);
    }

    /// Shows a window as a step of its own.
    pub fn go_to_window(&self, window: Window) {
        let (whole, duration) = {
            let view = self.view.borrow();
            (view.whole(), view.duration)
        };
        let window = clamped(window, duration);
        self.app.zoom_to((window != whole).then_some(window));
        self.moved_at.set(f64::NEG_INFINITY);
    }

    /// Shows all of the run.
    pub fn fit(&self) {
        self.app.zoom_to(None);
        self.moved_at.set(f64::NEG_INFINITY);
    }

    /// Enlarges (`factor` above 1) around a time.
    pub fn zoom_at(&self, time: i64, factor: f64) {
        let duration = self.view.borrow().duration;
        self.move_window(zoomed(self.present(), time, 1.0 / factor, duration));
    }

    /// Moves the window towards the end.
    pub fn pan_by(&self, by: i64) {
        let duration = self.view.borrow().duration;
        self.move_window(panned(self.present(), by, duration));
    }

    pub(super) fn scroll_by(&self, by: f64) {
        {
            let mut view = self.view.borrow_mut();
            let top = view.scroll.top;
            view.scroll.to(top + by);
            let at = view.pointer;
            view.hover = at.and_then(|at| view.line_at(at.y).map(|line| line.line));
        }
        self.mark();
        self.mirror_soon();
    }

    fn hover(&self, at: Point) {
        let window = self.window();
        let target = {
            let mut view = self.view.borrow_mut();
            view.pointer = Some(at);
            view.hover = view.line_at(at.y).map(|line| line.line);
            view.target(at, window)
        };
        self.mark();
        self.plan_tip(target, at);
    }

    fn leave(&self) {
        {
            let mut view = self.view.borrow_mut();
            view.pointer = None;
            view.hover = None;
        }
        self.hide_tip();
        self.mark();
    }

    fn press(&self, at: Point, modifiers: Modifiers) {
        self.hide_tip();
        self.mirror.set_by_pointer(true);
        let window = self.window();
        let present = self.present();
        let mut view = self.view.borrow_mut();
        let target = view.target(at, window);
        let tree = view.columns().tree();
        view.drag = match target {
            Target::Thumb => {
                let y = at.y - super::geometry::HEADER;
                let (top, height) = view.scroll.thumb().unwrap_or_default();
                let grip = if y >= top && y <= top + height {
                    y - top
                } else {
                    height / 2.0
                };
                let to = view.scroll.at_thumb(y - grip);
                view.scroll.to(to);
                Drag::Thumb(grip)
            }
            _ if at.x > tree && (modifiers.shift || target == Target::Header) => {
                Drag::Measure(view.axis(window).time(at.x))
            }
            _ => Drag::Pan {
                from: at,
                window: present,
                top: view.scroll.top,
            },
        };
        drop(view);
        self.mark();
    }

    fn drag(&self, at: Point) {
        let window = self.window();
        let drag = self.view.borrow().drag;
        match drag {
            Drag::None => {}
            Drag::Thumb(grip) => {
                let mut view = self.view.borrow_mut();
                let to = view.scroll.at_thumb(at.y - super::geometry::HEADER - grip);
                view.scroll.to(to);
                drop(view);
                self.mirror_soon();
            }
            Drag::Measure(from) => {
                let mut view = self.view.borrow_mut();
                let whole = view.whole();
                let to = view.axis(window).time(at.x);
                let (start, end) = (from.min(to).max(whole.0), from.max(to).min(whole.1));
                view.range = (start < end).then_some((start, end));
                drop(view);
                self.publish_range();
            }
            Drag::Pan { from, window, top } => {
                let per_pixel = self.view.borrow().axis(Some(window)).scale.ns_per_px();
                let duration = self.view.borrow().duration;
                self.view.borrow_mut().scroll.to(top + from.y - at.y);
                self.move_window(panned(
                    window,
                    ((from.x - at.x) * per_pixel) as i64,
                    duration,
                ));
                self.mirror_soon();
            }
        }
        self.mark();
    }

    fn drop_drag(&self) {
        self.view.borrow_mut().drag = Drag::None;
        self.moved_at.set(f64::NEG_INFINITY);
    }

    fn click(&self, at: Point) {
        let window = self.window();
        let (target, line) = {
            let mut view = self.view.borrow_mut();
            view.drag = Drag::None;
            let target = view.target(at, window);
            (target, view.line_at(at.y).cloned())
        };
        if self.view.borrow().range.is_some() {
            self.drop_range();
        }
        let Some(line) = line else {
            self.mirror.focus();
            return;
        };
        match target {
            Target::Header | Target::Thumb | Target::Empty => return,
            Target::Chevron(_) => {
                self.toggle(&line);
                return;
            }
            Target::Folded(_) => {
                self.unfold(line.row);
                return;
            }
            Target::Outside(_) => self.bring_into_window((line.start, line.end)),
            Target::Tree(_) | Target::Bar(_) | Target::Time(_) => {}
        }
        self.select_line(&line);
        self.mirror.focus();
    }

    fn double(&self, at: Point) {
        let window = self.window();
        let line = {
            let view = self.view.borrow();
            match view.target(at, window) {
                Target::Tree(_) | Target::Bar(_) | Target::Time(_) | Target::Outside(_) => {
                    view.line_at(at.y).cloned()
                }
                _ => None,
            }
        };
        if let Some(line) = line {
            self.zoom_to_extent((line.start, line.end));
        }
    }

    /// Zooms to a bar, with some room on either side.
    pub(super) fn zoom_to_extent(&self, extent: Window) {
        let duration = self.view.borrow().duration;
        self.go_to_window(around(extent, duration));
    }

    /// Pans so that a bar is visible, without zooming.
    pub(super) fn bring_into_window(&self, (start, end): Window) {
        let (from, to) = self.present();
        if start <= to && end >= from {
            return;
        }
        let length = to.saturating_sub(from);
        let bar = end.saturating_sub(start);
        // A bar that fits stands in the middle; of a longer one the start is shown.
        let lead = if bar < length {
            (length - bar) / 2
        } else {
            length / 10
        };
        let duration = self.view.borrow().duration;
        let by = start.saturating_sub(lead).saturating_sub(from);
        self.go_to_window(panned((from, to), by, duration));
    }

    pub(super) fn publish_range(&self) {
        let view = self.view.borrow();
        let axis = view.axis(self.window());
        let range = view
            .range
            .map(|(start, end)| ((start, end), f64::midpoint(axis.x(start), axis.x(end))));
        drop(view);
        self.shown.range.set(range);
    }

    /// Forgets the measured range; says whether there was one.
    pub fn drop_range(&self) -> bool {
        let had = self.view.borrow_mut().range.take().is_some();
        if had {
            self.shown.range.set(None);
            self.mark();
        }
        had
    }
}
