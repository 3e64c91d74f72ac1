//! Times of a span's events, ready to be drawn.

use crate::model::order::{RowMap, sort_items};
use crate::model::{SpanRow, StrId, TimeRange, Timestamp, TraceStore};

/// Spans with more events than this are kept.
const MANY: usize = 64;

/// The events of one span by time.
#[derive(Debug, Clone, Default)]
pub struct SpanEvents {
    times: Vec<Timestamp>,
    exception: Option<StrId>,
}

impl SpanEvents {
    fn fill(&mut self, store: &TraceStore, row: SpanRow) {
        let events = store.events(row);
        self.times.clear();
        self.times.extend(
            events
                .iter()
                .filter_map(|event| event.event.time)
                .map(Timestamp),
        );
        sort_items(&mut self.times, Timestamp::cmp);
        self.exception = events.iter().find_map(|event| event.event.exception_type);
    }

    /// Type of the first exception in file order; `None` without one.
    pub fn exception(&self) -> Option<StrId> {
        self.exception
    }

    /// Event times within `window`; of those less than `apart` nanoseconds after one another only the first.
    pub fn within(&self, window: TimeRange, apart: i64) -> impl Iterator<Item = Timestamp> {
        let mut left = &self.times[self.times.partition_point(|&time| time < window.start)..];
        std::iter::from_fn(move || {
            let &first = left.first().filter(|&&time| time <= window.end)?;
            let until = Timestamp(first.0.saturating_add(apart.max(1)));
            left = &left[left.partition_point(|&time| time < until)..];
            Some(first)
        })
    }
}

/// Events of rows on demand, kept for rows with many. One per document.
#[derive(Debug, Clone, Default)]
pub struct EventTimes {
    many: RowMap<SpanEvents>,
    last: Option<SpanRow>,
    last_events: SpanEvents,
}

impl EventTimes {
    /// The events of a row.
    pub fn of(&mut self, store: &TraceStore, row: SpanRow) -> &SpanEvents {
        if self.last == Some(row) {
            return &self.last_events;
        }
        if store.events(row).len() > MANY {
            return self.many.find_or_insert(row.0, || {
                let mut events = SpanEvents::default();
                events.fill(store, row);
                events
            });
        }
        self.last = Some(row);
        self.last_events.fill(store, row);
        &self.last_events
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::text::parse;

    fn times(drawing: &str, window: (i64, i64), apart: i64) -> Vec<i64> {
        let store = parse(drawing).finish();
        let window = TimeRange::new(Timestamp(window.0), Timestamp(window.1));
        let mut events = EventTimes::default();
        let times: Vec<i64> = (events.of(&store, SpanRow(0)).within(window, apart))
            .map(|time| time.0)
            .collect();
        let again: Vec<i64> = (events.of(&store, SpanRow(0)).within(window, apart))
            .map(|time| time.0)
            .collect();
        assert_eq!(times, again);
        times
    }

    #[test]
    fn events_stand_by_time_within_the_window() {
        let drawing = "a 0..100 event=50 event=10 event=90 event=11";
        assert_eq!(times(drawing, (0, 100), 1), [10, 11, 50, 90]);
        assert_eq!(times(drawing, (11, 60), 1), [11, 50]);
        assert_eq!(times(drawing, (0, 100), 40), [10, 50, 90]);
        assert!(times("a 0..100", (0, 100), 1).is_empty());
    }

    #[test]
    fn many_events_are_kept_and_thinned() {
        use std::fmt::Write as _;
        let mut drawing = String::from("a 0..1000");
        for at in (0..1000).rev() {
            let _ = write!(drawing, " event={at}");
        }
        assert_eq!(times(&drawing, (0, 1000), 250), [0, 250, 500, 750]);
    }
}
