//! The shape of a run: an agent works in turns, each a model call and the tools it asked for; some tools are other agents.
//!
//! Spans are written when they end, children before parents, so a run of a million spans needs no memory.

use std::io::{self, Write};

use super::batch::{Batches, Service};
use super::parts::{Identity, Times};
use super::random::Random;
use super::span;

/// Start of the first trace: 2025-10-09 08:53:20 UTC.
pub const EPOCH_NANOS: u64 = 1_760_000_000_000_000_000;

const MILLISECOND: u64 = 1_000_000;

/// An agent with more spans to spend than this shares them out to agents of its own.
const CROWD: u64 = 2000;

/// Where a part of a run stands.
#[derive(Debug, Clone, Copy)]
struct Place {
    trace: (u64, u64),
    /// Zero at the root.
    parent: u64,
    service: Service,
    start: u64,
}

/// How a part of a run ended.
#[derive(Debug, Clone, Copy)]
struct End {
    time: u64,
    failed: bool,
}

/// Writes one trace of exactly `spans` spans, at least 1; returns its root.
pub fn trace<W: Write>(
    random: &mut Random,
    batches: &mut Batches<W>,
    start: u64,
    spans: u64,
    previous: Option<Identity>,
) -> io::Result<Identity> {
    let place = Place {
        trace: (random.unique(), random.unique()),
        parent: 0,
        service: Service::Orchestrator,
        start,
    };
    // A run that answers an earlier one says so.
    let link = previous.filter(|_| random.chance(120));
    let id = random.unique();
    batches.summary.traces += 1;
    let mut writer = Run { random, batches };
    writer.agent(place, id, spans, link)?;
    Ok(Identity {
        trace: place.trace,
        span: id,
        parent: 0,
    })
}

/// One trace being written.
#[derive(Debug)]
struct Run<'a, W> {
    random: &'a mut Random,
    batches: &'a mut Batches<W>,
}

impl<W: Write> Run<'_, W> {
    /// An agent that spends `spans` spans, itself included.
    fn agent(
        &mut self,
        place: Place,
        id: u64,
        spans: u64,
        link: Option<Identity>,
    ) -> io::Result<End> {
        let inside = Place {
            parent: id,
            ..place
        };
        let mut left = spans - 1;
        let mut end = End {
            time: place.start + self.milliseconds(1, 6),
            failed: false,
        };
        while left > 0 {
            let at = |time| Place {
                start: time,
                ..inside
            };
            end = self.model_call(at(end.time))?;
            left -= 1;
            if left == 0 {
                break;
            }
            let step = if left > CROWD {
                self.crowd(at(end.time), &mut left)?
            } else if left > 12 && self.random.chance(90) {
                let share = self.random.between(6, left.min(90));
                left -= share;
                self.handed_over(at(end.time), share)?
            } else {
                self.tools(at(end.time), &mut left)?
            };
            end.time = step.time;
            // Most failures are worked around; the last one counts.
            end.failed = step.failed && left == 0;
        }
        let times = Times {
            start: place.start,
            end: end.time + self.milliseconds(0, 4),
        };
        let identity = Identity {
            trace: place.trace,
            span: id,
            parent: place.parent,
        };
        span::agent(
            self.random,
            self.batches,
            place.service,
            identity,
            times,
            end.failed,
            link,
        )?;
        Ok(End {
            time: times.end,
            failed: end.failed,
        })
    }

    /// Agents at work at the same time.
    fn crowd(&mut self, place: Place, left: &mut u64) -> io::Result<End> {
        let mut end = End {
            time: place.start,
            failed: false,
        };
        for _ in 0..self.random.between(2, 6) {
            if *left <= CROWD {
                break;
            }
            let share = self.random.between(*left / 40, *left / 8).max(6);
            *left -= share;
            let one = self.handed_over(place, share)?;
            end.time = end.time.max(one.time);
            end.failed |= one.failed;
        }
        Ok(end)
    }

    /// An agent of another service.
    fn handed_over(&mut self, place: Place, spans: u64) -> io::Result<End> {
        let service = *self.random.pick(&[Service::Research, Service::Support]);
        let start = place.start + self.milliseconds(2, 40);
        let id = self.random.unique();
        self.agent(
            Place {
                service,
                start,
                ..place
            },
            id,
            spans,
            None,
        )
    }

    /// The tools of one turn, in parallel or one after the other.
    fn tools(&mut self, place: Place, left: &mut u64) -> io::Result<End> {
        let parallel = self.random.chance(400);
        let mut end = End {
            time: place.start,
            failed: false,
        };
        for _ in 0..self.random.between(1, 3) {
            if *left == 0 {
                break;
            }
            let start = if parallel { place.start } else { end.time };
            let inner = self.random.between(0, 2).min(*left - 1);
            *left -= 1 + inner;
            let one = self.tool(Place { start, ..place }, inner)?;
            end.time = end.time.max(one.time);
            end.failed |= one.failed;
        }
        Ok(end)
    }

    /// A tool that runs `inner` requests to other systems.
    fn tool(&mut self, place: Place, inner: u64) -> io::Result<End> {
        let identity = self.identity(place);
        let start = place.start + self.milliseconds(0, 3);
        let mut time = start + self.milliseconds(1, 30);
        for _ in 0..inner {
            let times = Times {
                start: time,
                end: time + self.milliseconds(2, 900),
            };
            let child = self.identity(Place {
                parent: identity.span,
                ..place
            });
            span::request(self.random, self.batches, child, times)?;
            time = times.end + self.milliseconds(0, 2);
        }
        let times = Times {
            start,
            end: time + self.milliseconds(0, 10),
        };
        let failed = self.random.chance(30);
        span::tool(self.random, self.batches, identity, times, failed)?;
        Ok(End {
            time: times.end,
            failed,
        })
    }

    fn model_call(&mut self, place: Place) -> io::Result<End> {
        let identity = self.identity(place);
        let start = place.start + self.milliseconds(0, 8);
        let times = Times {
            start,
            end: start + self.milliseconds(250, 9000),
        };
        let failed = self.random.chance(6);
        span::model_call(
            self.random,
            self.batches,
            place.service,
            identity,
            times,
            failed,
        )?;
        Ok(End {
            time: times.end,
            failed,
        })
    }

    fn identity(&mut self, place: Place) -> Identity {
        Identity {
            trace: place.trace,
            span: self.random.unique(),
            parent: place.parent,
        }
    }

    /// A duration in nanoseconds, more often short.
    fn milliseconds(&mut self, low: u64, high: u64) -> u64 {
        self.random.skewed(low * MILLISECOND, high * MILLISECOND)
    }
}
