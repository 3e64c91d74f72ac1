//! Ticks of a time axis and their labels.
//!
//! Steps are 1, 2 or 5 times a power of ten below a second, then the steps of a clock: 1, 2, 5, 10, 15, 30 seconds and
//! minutes, 1, 2, 3, 6, 12 hours, and 1, 2, 5 times a power of ten days. Ticks stand 60 to 120 pixels apart; where no
//! such step exists (2 would be 55 pixels and 5 be 137) the wider one is taken, so that labels never touch.
//!
//! Labels are short. Deep in a trace, where a label would need many digits, ticks count from a base that stands once
//! at the left: base `35.123 s`, ticks `+450 µs`, `+452 µs`.

use super::format::{Civil, Zone, count};
use super::scale::{Scale, Window};
use crate::model::Timestamp;
use std::fmt::Write as _;

/// Least distance of two ticks in pixels.
pub const MIN_TICK_PX: f64 = 60.0;

const SECOND: i64 = 1_000_000_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Units below a minute.
const UNITS: [(i64, &str); 4] = [(1, "ns"), (1_000, "µs"), (1_000_000, "ms"), (SECOND, "s")];

/// What the ticks count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum AxisTime {
    /// Time since the start of the trace.
    #[default]
    Offset,
    /// Time of day.
    Clock {
        /// Start of the trace since the epoch in nanoseconds.
        origin_ns: i64,
        /// Whose clock.
        zone: Zone,
    },
}

/// One tick.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tick {
    /// Offset from the start of the trace in nanoseconds.
    pub at: i64,
    /// What stands beside it.
    pub label: String,
}

/// The ticks of a window.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Axis {
    /// Nanoseconds between ticks.
    pub step: i64,
    /// Stands once at the left: what the labels are counted from, or the day of a clock; `None` when they say all.
    pub base: Option<String>,
    /// The ticks in order. Offsets before the start of the trace have none.
    pub ticks: Vec<Tick>,
}

/// Ticks for a window over `width` pixels.
pub fn axis(window: Window, width: f64, time: AxisTime) -> Axis {
    let scale = Scale::new(window, width);
    let step = step_for(scale.ns_per_px() * MIN_TICK_PX);
    let (start, end) = scale.window();
    match time {
        AxisTime::Offset => offset_axis(start.max(0), end, step),
        AxisTime::Clock { origin_ns, zone } => clock_axis((start, end), step, origin_ns, zone),
    }
}

/// The smallest step of at least `least` nanoseconds.
pub(super) fn step_for(least: f64) -> i64 {
    let decades = |unit: i64, count: u32| {
        (0..count).flat_map(move |n| [1, 2, 5].map(|digit| digit * unit * 10_i64.pow(n)))
    };
    let seconds = [1, 2, 5, 10, 15, 30].map(|n| n * SECOND);
    let minutes = [1, 2, 5, 10, 15, 30].map(|n| n * MINUTE);
    let hours = [1, 2, 3, 6, 12].map(|n| n * HOUR);
    let mut steps = decades(1, 9)
        .chain(seconds)
        .chain(minutes)
        .chain(hours)
        .chain(decades(DAY, 5));
    steps
        .find(|&step| step as f64 >= least)
        .unwrap_or(100_000 * DAY)
}

/// Multiples of `step` in `from..=to`.
fn multiples(from: i64, to: i64, step: i64) -> impl Iterator<Item = i64> {
    let past = from.rem_euclid(step);
    let first = if past == 0 {
        Some(from)
    } else {
        from.checked_add(step - past)
    };
    std::iter::successors(first, move |at| at.checked_add(step)).take_while(move |&at| at <= to)
}

fn offset_axis(start: i64, end: i64, step: i64) -> Axis {
    let labels = |base: i64| {
        let sign = if base > 0 { "+" } else { "" };
        let style = Style::for_step(step, end - base)?;
        let ticks = multiples(start, end, step).map(|at| Tick {
            at,
            label: format!("{sign}{}", style.label(at - base)),
        });
        Some(ticks.collect())
    };
    if let Some(ticks) = labels(0) {
        return Axis {
            step,
            base: None,
            ticks,
        };
    }
    let coarse = if step < SECOND { coarser(step) } else { DAY };
    let base = start - start % coarse;
    let ticks = labels(base).unwrap_or_default();
    Axis {
        step,
        base: Some(exact_offset(base, coarse)),
        ticks,
    }
}

fn clock_axis((start, end): Window, step: i64, origin_ns: i64, zone: Zone) -> Axis {
    // Ticks stand at round times of the clock on the wall.
    let shift = origin_ns.saturating_add(zone.shift());
    let wall = |offset: i64| shift.saturating_add(offset);
    let first = wall(start);
    let civil = |wall: i64| Civil::new(Timestamp(wall), Zone::Utc);
    let coarse = coarser(step);
    let base = first.saturating_sub(first.rem_euclid(coarse));
    let fine = Style::for_step(step, wall(end).saturating_sub(base)).filter(|_| step < SECOND);
    let label = |at: i64| {
        let civil = civil(at);
        match &fine {
            Some(style) => format!("+{}", style.label(at - base)),
            None if step >= DAY || (civil.hour, civil.minute, civil.second) == (0, 0, 0) => {
                civil.date()
            }
            None if step >= MINUTE => format!("{:02}:{:02}", civil.hour, civil.minute),
            None => civil.time(),
        }
    };
    let ticks = multiples(first, wall(end), step).map(|at| Tick {
        at: at.saturating_sub(shift),
        label: label(at),
    });
    let base = if fine.is_some() {
        let civil = civil(base);
        let digits = decimals(coarse);
        let rest = i64::from(civil.nanosecond) / coarse;
        match digits {
            0 => civil.time(),
            _ => format!("{}.{rest:0digits$}", civil.time()),
        }
    } else {
        civil(first).date()
    };
    Axis {
        step,
        base: Some(base),
        ticks: ticks.collect(),
    }
}

/// The unit a thousand times the one that fits the step: what a base is a multiple of.
fn coarser(step: i64) -> i64 {
    let fitting = UNITS.iter().rfind(|(unit, _)| *unit <= step);
    fitting.map_or(SECOND, |&(unit, _)| (unit * 1000).min(SECOND))
}

/// Digits behind the point that a multiple of `unit` needs in seconds.
fn decimals(unit: i64) -> usize {
    (SECOND / unit.clamp(1, SECOND)).ilog10() as usize
}

/// How the labels of one axis are written.
struct Style {
    unit: i64,
    name: &'static str,
    decimals: usize,
}

impl Style {
    /// `None` when labels up to `largest` would be too long.
    fn for_step(step: i64, largest: i64) -> Option<Self> {
        let fitting = UNITS.iter().rposition(|(unit, _)| *unit <= step)?;
        let (unit, name) = UNITS[fitting];
        // `999d 23h 59m` has room, seconds behind days have not.
        let days = match step {
            ..MINUTE => 1,
            MINUTE..HOUR => 1000,
            _ => i64::MAX / DAY,
        };
        if unit == SECOND && largest >= days * DAY {
            return None;
        }
        if unit == SECOND || largest < unit * 1000 {
            return Some(Self {
                unit,
                name,
                decimals: 0,
            });
        }
        let &(coarse, name) = UNITS.get(fitting + 1)?;
        let short = largest < unit * 100_000 && largest < MINUTE;
        short.then(|| Self {
            unit: coarse,
            name,
            decimals: 3 - (step / unit).ilog10() as usize,
        })
    }

    fn label(&self, value: i64) -> String {
        if value == 0 {
            return "0".to_owned();
        }
        if self.unit == SECOND && value >= MINUTE {
            return clock_offset(value / SECOND);
        }
        let mut text = count((value / self.unit).unsigned_abs());
        if self.decimals > 0 {
            let digits = self.decimals;
            let rest = value % self.unit / (self.unit / 10_i64.pow(digits as u32));
            let _ = write!(text, ".{rest:0digits$}");
        }
        let _ = write!(text, " {}", self.name);
        text
    }
}

/// Seconds in the two largest units that matter, and finer ones as far as they are not zero: `1m 05s`, `2h 04m 30s`.
fn clock_offset(seconds: i64) -> String {
    let (days, hours) = (seconds / 86_400, seconds / 3600 % 24);
    let (minutes, seconds) = (seconds / 60 % 60, seconds % 60);
    let parts = [(days, 'd'), (hours, 'h'), (minutes, 'm'), (seconds, 's')];
    let is_set = |part: &(i64, char)| part.0 > 0;
    let first = parts.iter().position(is_set).unwrap_or(3);
    let last = parts.iter().rposition(is_set).unwrap_or(3);
    let last = last.max((first + 1).min(3));
    let mut text = format!("{}{}", parts[first].0, parts[first].1);
    for (value, name) in &parts[first + 1..=last] {
        let _ = write!(text, " {value:02}{name}");
    }
    text
}

/// A multiple of `unit` in full: `35.123 s`, `2m 05s 123 ms`.
fn exact_offset(value: i64, unit: i64) -> String {
    let (seconds, rest) = (value / SECOND, value % SECOND);
    let digits = decimals(unit);
    if value < MINUTE {
        return match digits {
            0 => format!("{seconds} s"),
            _ => format!("{seconds}.{:0digits$} s", rest / unit),
        };
    }
    let mut text = clock_offset(seconds);
    let known = UNITS.iter().rfind(|(known, _)| *known <= unit);
    if let Some((unit, name)) = known
        && rest >= *unit
    {
        let _ = write!(text, " {} {name}", count((rest / unit).unsigned_abs()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The axis in one line.
    #[track_caller]
    fn picture(window: Window, width: f64, time: AxisTime, expected: &str) {
        let axis = axis(window, width, time);
        let labels: Vec<_> = axis.ticks.iter().map(|tick| tick.label.as_str()).collect();
        let base = axis
            .base
            .map(|base| format!("[{base}] "))
            .unwrap_or_default();
        assert_eq!(format!("{base}{}", labels.join(", ")), expected);
    }

    #[test]
    fn labels_have_one_fitting_unit() {
        let offset = AxisTime::Offset;
        let s = SECOND;
        picture(
            (0, 400),
            480.0,
            offset,
            "0, 50 ns, 100 ns, 150 ns, 200 ns, 250 ns, 300 ns, 350 ns, 400 ns",
        );
        picture((0, 4 * s), 300.0, offset, "0, 1 s, 2 s, 3 s, 4 s");
        picture((0, 2 * s), 300.0, offset, "0, 0.5 s, 1.0 s, 1.5 s, 2.0 s");
        picture((-s, s / 2), 600.0, offset, "0, 200 ms, 400 ms");
        picture(
            (0, 41 * s),
            500.0,
            offset,
            "0, 5 s, 10 s, 15 s, 20 s, 25 s, 30 s, 35 s, 40 s",
        );
        picture((50 * s, 100 * s), 200.0, offset, "1m 00s, 1m 15s, 1m 30s");
        picture(
            (0, 3 * HOUR),
            360.0,
            offset,
            "0, 30m 00s, 1h 00m, 1h 30m, 2h 00m, 2h 30m, 3h 00m",
        );
        picture(
            (7200 * s, 7260 * s),
            240.0,
            offset,
            "2h 00m, 2h 00m 15s, 2h 00m 30s, 2h 00m 45s, 2h 01m",
        );
        picture(
            (0, 5 * DAY),
            300.0,
            offset,
            "0, 1d 00h, 2d 00h, 3d 00h, 4d 00h, 5d 00h",
        );
    }

    #[test]
    fn deep_in_a_trace_ticks_count_from_a_base() {
        let offset = AxisTime::Offset;
        picture(
            (35_123_450_000, 35_123_456_000),
            200.0,
            offset,
            "[35.123 s] +450 µs, +452 µs, +454 µs, +456 µs",
        );
        picture(
            (125_000_000_000, 125_000_000_030),
            200.0,
            offset,
            "[2m 05s] +0, +10 ns, +20 ns, +30 ns",
        );
        picture(
            (125_000_300_000, 125_000_310_000),
            200.0,
            offset,
            "[2m 05s] +300 µs, +305 µs, +310 µs",
        );
        picture(
            (125_000_300_000, 125_000_300_020),
            130.0,
            offset,
            "[2m 05s 300 µs] +0, +10 ns, +20 ns",
        );
        picture(
            (180 * SECOND, 181 * SECOND),
            310.0,
            offset,
            "[3m 00s] +0, +0.2 s, +0.4 s, +0.6 s, +0.8 s, +1.0 s",
        );
    }

    #[test]
    fn clock_ticks_stand_at_round_times() {
        let origin_ns = 1_763_647_331_408_000_000; // 2025-11-20 14:02:11.408
        let clock = AxisTime::Clock {
            origin_ns,
            zone: Zone::Utc,
        };
        picture(
            (0, 10 * SECOND),
            120.0,
            clock,
            "[2025-11-20] 14:02:15, 14:02:20",
        );
        picture(
            (0, 300_000_000),
            200.0,
            clock,
            "[14:02:11] +500 ms, +600 ms, +700 ms",
        );
        picture(
            (0, 300),
            200.0,
            clock,
            "[14:02:11.408000] +0, +100 ns, +200 ns, +300 ns",
        );
        picture(
            (0, 24 * HOUR),
            240.0,
            clock,
            "[2025-11-20] 18:00, 2025-11-21, 06:00, 12:00",
        );
        let zone = Zone::Minutes(330);
        let local = AxisTime::Clock { origin_ns, zone };
        picture(
            (0, 2 * HOUR),
            240.0,
            local,
            "[2025-11-20] 20:00, 20:30, 21:00, 21:30",
        );
        let axis = axis((0, 2 * HOUR), 240.0, local);
        let first = Civil::new(Timestamp(origin_ns + axis.ticks[0].at), zone);
        assert_eq!((first.time(), first.nanosecond), ("20:00:00".to_owned(), 0));
    }

    #[test]
    fn labels_differ_where_the_step_is_fine_and_the_time_far() {
        let start = 86_399_114_031_200_151;
        let axis = axis((start, start + 1_125_968_799_849), 605.98, AxisTime::Offset);
        assert_eq!(axis.base.as_deref(), Some("999d 00h"));
        for pair in axis.ticks.windows(2) {
            assert_ne!(pair[0].label, pair[1].label, "{pair:?}");
            assert!(pair[0].label.chars().count() <= 12, "{pair:?}");
        }
    }

    proptest! {
        #[test]
        fn ticks_keep_their_distance(
            start in 0..1_i64 << 60,
            len in 1..1_i64 << 60,
            width in 200.0..4000.0_f64,
            clock in any::<bool>(),
            origin_ns in any::<i64>(),
        ) {
            let time = if clock {
                AxisTime::Clock { origin_ns, zone: Zone::Minutes(-570) }
            } else {
                AxisTime::Offset
            };
            let axis = axis((start, start + len), width, time);
            let px = axis.step as f64 * width / len as f64;
            prop_assert!(px >= MIN_TICK_PX * 0.999, "{px}");
            // One nanosecond is the finest step, and hours have a step of three.
            prop_assert!(px <= 181.0 || axis.step == 1, "{px}");
            prop_assert!(axis.ticks.len() as f64 <= width / MIN_TICK_PX + 2.0);
            for pair in axis.ticks.windows(2) {
                prop_assert_eq!(pair[1].at - pair[0].at, axis.step);
                prop_assert!(pair[0].label != pair[1].label, "{:?}", pair);
                prop_assert!(pair[0].label.chars().count() <= 12, "{:?}", pair);
            }
        }
    }
}
