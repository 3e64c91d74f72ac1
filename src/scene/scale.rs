//! Time and pixels: the scale of a time axis, and how zooming and panning change its window.
//!
//! Times are offsets from the start of the trace in integer nanoseconds, positions are CSS pixels as `f64`. Differences
//! are taken as integers first. A window of up to 2^50 ns (13 days) brings every nanosecond back exactly from its
//! position; longer ones are off by at most one part in 2^50 of the window. A position comes back within half a
//! nanosecond's width (and the same part of the window).

/// The narrowest window in nanoseconds.
pub const MIN_WINDOW: i64 = 10;

/// A window of time: `start < end`, as offsets from the start of the trace in nanoseconds.
pub type Window = (i64, i64);

/// A window laid over a width.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    start: i64,
    /// At least one.
    len: u64,
    /// At least one.
    width: f64,
}

impl Scale {
    /// A window over `width` pixels. An empty or reversed window counts as one nanosecond, a width below a pixel (or
    /// not a number) as one.
    pub fn new((start, end): Window, width: f64) -> Self {
        Self {
            start,
            len: if end > start { end.abs_diff(start) } else { 1 },
            width: if width.is_finite() {
                width.max(1.0)
            } else {
                1.0
            },
        }
    }

    /// The window.
    pub fn window(&self) -> Window {
        (self.start, self.start.saturating_add_unsigned(self.len))
    }

    /// The width in pixels.
    pub fn width(&self) -> f64 {
        self.width
    }

    /// Nanoseconds a pixel.
    pub fn ns_per_px(&self) -> f64 {
        self.len as f64 / self.width
    }

    /// Where a time lies; outside of `0..width` for one outside of the window.
    pub fn px(&self, time: i64) -> f64 {
        let from_start = if time >= self.start {
            time.abs_diff(self.start) as f64
        } else {
            -(time.abs_diff(self.start) as f64)
        };
        from_start * self.width / self.len as f64
    }

    /// The nearest nanosecond to a position. Not-a-number is the start.
    pub fn time(&self, px: f64) -> i64 {
        // A conversion of `f64` to an integer stops at its bounds.
        let from_start = (px * self.len as f64 / self.width).round() as i128;
        let time = i128::from(self.start).saturating_add(from_start);
        time.clamp(i64::MIN.into(), i64::MAX.into()) as i64
    }
}

/// The widest window: a trace of this duration with a little room on both sides.
pub fn fit(duration: i64) -> Window {
    let duration = duration.max(0);
    let room = (duration / 50).max(MIN_WINDOW);
    (-room, duration.saturating_add(room))
}

/// The window moved and shortened to lie within [`fit`] and to be no narrower than [`MIN_WINDOW`].
pub fn clamped(window: Window, duration: i64) -> Window {
    let (first, last) = fit(duration);
    let widest = last.saturating_sub(first);
    let (start, end) = window;
    let len = end.saturating_sub(start).clamp(MIN_WINDOW, widest);
    let start = start.clamp(first, last.saturating_sub(len));
    (start, start.saturating_add(len))
}

/// The window `factor` times as long around a time that stays where it is on the screen: below 1 zooms in. What would
/// leave the trace is moved back. A factor that is not a positive number changes nothing.
pub fn zoomed(window: Window, around: i64, factor: f64, duration: i64) -> Window {
    if !(factor > 0.0 && factor.is_finite()) {
        return clamped(window, duration);
    }
    let (start, end) = window;
    let old = end.saturating_sub(start).max(1);
    let (first, last) = fit(duration);
    let widest = last.saturating_sub(first);
    let len = ((old as f64 * factor).round() as i64).clamp(MIN_WINDOW, widest);
    let before = around.saturating_sub(start) as f64 * (len as f64 / old as f64);
    let start = around.saturating_sub(before.round() as i64);
    clamped((start, start.saturating_add(len)), duration)
}

/// The window moved by `by` nanoseconds, as far as the trace goes; its length stays.
pub fn panned(window: Window, by: i64, duration: i64) -> Window {
    let (start, end) = clamped(window, duration);
    let (first, last) = fit(duration);
    let by = by.clamp(first.saturating_sub(start), last.saturating_sub(end));
    (start + by, end + by)
}

/// A window that shows a bar with room on both sides, as after a double click. An instant gets the narrowest window.
pub fn around(bar: (i64, i64), duration: i64) -> Window {
    let (start, end) = bar;
    let room = (end.saturating_sub(start) / 10).max(MIN_WINDOW / 2);
    clamped(
        (start.saturating_sub(room), end.saturating_add(room)),
        duration,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_window_spans_the_width() {
        let scale = Scale::new((100, 1100), 500.0);
        for (time, px) in [(100, 0.0), (1100, 500.0), (600, 250.0), (0, -50.0)] {
            assert!((scale.px(time) - px).abs() < 1e-9, "{time}");
        }
        assert_eq!(
            (scale.time(0.0), scale.time(250.4), scale.time(-50.0)),
            (100, 601, 0)
        );
    }

    #[test]
    fn nonsense_is_bounded() {
        for scale in [
            Scale::new((5, 5), f64::NAN),
            Scale::new((9, 2), -1.0),
            Scale::new((i64::MIN, i64::MAX), f64::INFINITY),
        ] {
            assert!(scale.px(i64::MAX).is_finite() && scale.px(i64::MIN).is_finite());
            let _ = (
                scale.time(f64::NAN),
                scale.time(f64::INFINITY),
                scale.window(),
            );
        }
        let _ = (
            fit(i64::MAX),
            fit(i64::MIN),
            clamped((i64::MIN, i64::MAX), i64::MAX),
        );
        assert_eq!(zoomed((0, 100), 50, f64::NAN, 100), (0, 100));
        assert_eq!(clamped((70, 20), 100), (70, 80));
    }

    #[test]
    fn a_trace_without_length_can_be_shown() {
        let (start, end) = fit(0);
        assert!(start < 0 && end > 0 && end - start >= MIN_WINDOW);
        assert_eq!(clamped((0, 0), 0), (0, 10));
    }

    #[test]
    fn zoom_keeps_the_time_under_the_pointer() {
        assert_eq!(zoomed((0, 1000), 250, 0.5, 1000), (125, 625));
        assert_eq!(zoomed((125, 625), 250, 2.0, 1000), (0, 1000));
        assert_eq!(zoomed((0, 1000), 0, 0.5, 1000), (0, 500));
        assert_eq!(zoomed((0, 1000), 500, 100.0, 1000), fit(1000));
        let deep = zoomed((400, 600), 500, 1e-9, 1000);
        assert_eq!(deep, (495, 505));
    }

    #[test]
    fn pan_stops_at_the_ends() {
        assert_eq!(panned((100, 200), 50, 1000), (150, 250));
        assert_eq!(panned((100, 200), -500, 1000), (-20, 80));
        assert_eq!(panned((100, 200), i64::MAX, 1000), (920, 1020));
    }

    #[test]
    fn a_bar_gets_room() {
        assert_eq!(around((500, 600), 1000), (490, 610));
        assert_eq!(around((500, 500), 1000), (495, 505));
        assert_eq!(around((0, 1000), 1000), fit(1000));
    }

    proptest! {
        #[test]
        fn a_time_comes_back_exactly(
            start in -(1_i64 << 50)..1 << 50,
            len in 1_i64..1 << 50,
            part in 0.0..1.0_f64,
            width in 1.0..10_000.0_f64,
        ) {
            let scale = Scale::new((start, start + len), width);
            let time = start + (len as f64 * part) as i64;
            prop_assert_eq!(scale.time(scale.px(time)), time);
        }

        #[test]
        fn a_position_is_stable(
            start in any::<i64>(),
            end in any::<i64>(),
            part in 0.0..1.0_f64,
            width in 1.0..10_000.0_f64,
        ) {
            let scale = Scale::new((start, end), width);
            let px = part * width;
            let back = scale.px(scale.time(px));
            let bound = 0.5 / scale.ns_per_px() + width / (1_u64 << 50) as f64;
            prop_assert!((back - px).abs() <= bound, "{} to {}", px, back);
        }

        #[test]
        fn windows_stay_within_the_trace(
            window in any::<(i64, i64)>(),
            duration in 0..i64::MAX / 2,
            around in any::<i64>(),
            factor in 0.0..100.0_f64,
        ) {
            let (first, last) = fit(duration);
            for (start, end) in [
                clamped(window, duration),
                zoomed(window, around, factor, duration),
                panned(window, around, duration),
            ] {
                prop_assert!(first <= start && end <= last && end - start >= MIN_WINDOW);
            }
        }
    }
}
