//! Instants, durations and ranges in integer nanoseconds.
//!
//! Epoch nanoseconds of today exceed 2^53, so they are subtracted as integers and turned into `f64` last.

use serde::{Deserialize, Serialize};

/// An instant: nanoseconds since the Unix epoch.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Timestamp(pub i64);

/// A duration in nanoseconds; never negative where a column holds it.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Nanos(pub i64);

impl Timestamp {
    /// The time from `earlier` to `self`; negative when `self` is the earlier one, saturating at the ends of the range.
    pub fn since(self, earlier: Timestamp) -> Nanos {
        Nanos(self.0.saturating_sub(earlier.0))
    }

    /// The instant `duration` later, saturating.
    #[must_use]
    pub fn after(self, duration: Nanos) -> Timestamp {
        Timestamp(self.0.saturating_add(duration.0))
    }
}

impl Nanos {
    /// As seconds, for display and pixel arithmetic only.
    pub fn to_seconds(self) -> f64 {
        self.0 as f64 / 1e9
    }
}

/// A half-open range of time, `start <= t < end`; empty when both are equal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct TimeRange {
    /// First instant inside.
    pub start: Timestamp,
    /// First instant after.
    pub end: Timestamp,
}

impl TimeRange {
    /// A range from `start` to `end`; an `end` before `start` gives the empty range at `start`.
    pub fn new(start: Timestamp, end: Timestamp) -> Self {
        Self {
            start,
            end: end.max(start),
        }
    }

    /// Length, zero or more.
    pub fn duration(self) -> Nanos {
        self.end.since(self.start)
    }

    /// Whether `time` lies inside.
    pub fn contains(self, time: Timestamp) -> bool {
        self.start <= time && time < self.end
    }
}
