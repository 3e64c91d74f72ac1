//! Makes the minimap: one pass over the rows of a trace.
//!
//! Each lane counts, pixel by pixel and member by member (services, or whatever colours stand for), how much of the pixel spans cover. A span adds to the
//! pixels it begins and ends in; those between are counted by a difference at either end, so that a span costs the
//! same however long it is. A span always leaves something in its pixel, be it an instant.

use super::{Minimap, MinimapRect, MinimapRequest};
use crate::analysis::budget::crossing;
use crate::analysis::calls::Calls;
use crate::analysis::cost::Costs;
use crate::analysis::row_set::RowSet;
use crate::model::rows::Scope;
use crate::model::{SpanFlags, TraceStore};
use crate::scene::members::{ColourBy, Members};
use crate::scene::scale::{Scale, fit};

/// Widest minimap in pixels.
pub const MAX_WIDTH: u16 = 8192;

/// Most lanes.
pub const MAX_LANES: u8 = 32;

/// Most rectangles: where colours change more often, pixels are taken together until they fit.
pub const MAX_RECTS: usize = 4000;

/// Members from this number on are counted as one: they share a colour anyway.
pub const OTHERS: u8 = 14;

/// What a span adds to its pixel at least, so that one pixel full of nothing else is drawn.
const TRACE_OF_A_SPAN: f32 = 1e-3;

/// The minimap of a trace; empty for a trace that is not in the store. `document` is left to the caller.
pub fn minimap(
    store: &TraceStore,
    request: &MinimapRequest,
    errors: &RowSet,
    hits: Option<&RowSet>,
    colours: Option<Colours<'_>>,
) -> (Minimap, Vec<MinimapRect>) {
    let mut scene = Minimap {
        colour: if colours.is_some() {
            request.colour
        } else {
            ColourBy::Service
        },
        trace: request.trace,
        width: request.width.clamp(1, MAX_WIDTH),
        ..Minimap::default()
    };
    let Some(trace) = store.trace(request.trace) else {
        return (scene, Vec::new());
    };
    scene.window = fit(trace.range.duration().0);
    let scale = Scale::new(scene.window, f64::from(scene.width));
    let members = colours
        .filter(|_| scene.colour != ColourBy::Service)
        .map(|colours| colours.members(store, request));
    let most = request.lanes.clamp(1, MAX_LANES);
    let mut lanes = Lanes::new(store, &scale, most, members);
    scene.lanes = lanes.fill(store, request);
    let rects = lanes.rects(scene.lanes);
    let pixel = |time: i64| scale.px(time.saturating_sub(trace.range.start.0)) as usize;
    let rows = trace.rows.clone();
    let ends = errors.iter_in(rows.clone());
    let ends = ends.map(|row| pixel(store.extent(row).end.0));
    scene.errors = pixels(ends, scene.width);
    let starts = hits.into_iter().flat_map(|hits| hits.iter_in(rows.clone()));
    let starts = starts.map(|row| pixel(store.start(row).0));
    scene.hits = pixels(starts, scene.width);
    if let Some(colours) = colours {
        let spent = (colours.costs.within(&rows))
            .filter(|(_, cost)| cost.counts)
            .filter_map(|(row, cost)| {
                Some((pixel(store.extent(row).end.0), cost.amount.value()?.0))
            });
        scene.spent = adding_up(spent, scene.width);
        scene.crossed = crossing(store, colours.costs, trace, request.budget)
            .map(|crossed| pixel(store.extent(crossed.row).end.0) as u16);
    }
    (scene, rects)
}

/// Pixels with the thousandths of all amounts that came up to there.
fn adding_up(amounts: impl Iterator<Item = (usize, i64)>, width: u16) -> Vec<(u16, u16)> {
    let mut sums = vec![0_i128; usize::from(width)];
    for (at, amount) in amounts {
        if let Some(sum) = sums.get_mut(at.min(usize::from(width) - 1)) {
            *sum += i128::from(amount.max(0));
        }
    }
    let all: i128 = sums.iter().sum();
    if all == 0 {
        return Vec::new();
    }
    let mut so_far = 0;
    let mut steps = Vec::new();
    for (x, sum) in (0..width).zip(sums) {
        so_far += sum;
        if sum > 0 {
            steps.push((x, (so_far * 1000 / all) as u16));
        }
    }
    steps
}

/// What tells the member of a span.
#[derive(Debug, Clone, Copy)]
pub struct Colours<'a> {
    /// Agents and models by number.
    pub members: &'a Members,
    /// The calls of the document.
    pub calls: &'a Calls,
    /// What they cost.
    pub costs: &'a Costs,
}

impl Colours<'_> {
    /// The member of each row of a trace, [`OTHERS`] at most, `u8::MAX` for none.
    fn members(&self, store: &TraceStore, request: &MinimapRequest) -> Vec<u8> {
        let rows = store
            .trace(request.trace)
            .map_or(0..0, |trace| trace.rows.clone());
        let mut members = vec![u8::MAX; rows.len()];
        let first = rows.start;
        self.members
            .each(store, self.calls, rows, request.colour, |row, member| {
                let member = member.map(|member| member.min(u16::from(OTHERS)) as u8);
                if let (Some(place), Some(member)) =
                    (members.get_mut((row.0 - first) as usize), member)
                {
                    *place = member;
                }
            });
        members
    }
}

/// Every pixel once, ascending.
fn pixels(all: impl Iterator<Item = usize>, width: u16) -> Vec<u16> {
    let mut marked = vec![false; usize::from(width)];
    for at in all {
        if let Some(mark) = marked.get_mut(at.min(usize::from(width) - 1)) {
            *mark = true;
        }
    }
    (0..width).filter(|&at| marked[usize::from(at)]).collect()
}

/// Coverage of lanes.
struct Lanes<'a> {
    scale: &'a Scale,
    width: usize,
    count: usize,
    /// Members with a place of their own, then the others, then spans without one.
    slots: usize,
    /// Slot of each scope, where members are services.
    slot_of_scope: Vec<u8>,
    /// Slot of each row of the trace, where members are anything else.
    slot_of_row: Option<Vec<u8>>,
    /// Covered parts of pixels, by lane, slot and pixel.
    parts: Vec<f32>,
    /// Wholly covered pixels as differences from pixel to pixel, in the same order.
    whole: Vec<i32>,
}

impl<'a> Lanes<'a> {
    fn new(store: &TraceStore, scale: &'a Scale, lanes: u8, members: Option<Vec<u8>>) -> Self {
        let mut slot_of_row = members;
        let own = match &slot_of_row {
            None => store.services().len().min(usize::from(OTHERS)),
            Some(members) => {
                let numbered = members.iter().filter(|&&member| member < OTHERS);
                numbered.max().map_or(0, |&member| usize::from(member) + 1)
            }
        };
        for slot in slot_of_row.iter_mut().flatten() {
            *slot = match *slot {
                u8::MAX => own as u8 + 1,
                member => member.min(own as u8),
            };
        }
        let slots = own + 2;
        let width = scale.width() as usize;
        let slot = |scope: &Scope| {
            let service = *store.resource_service.get(scope.resource as usize)?;
            service.map(|service| usize::from(service).min(own) as u8)
        };
        let lanes = usize::from(lanes);
        Self {
            scale,
            width,
            count: lanes,
            slots,
            slot_of_scope: store
                .scopes()
                .iter()
                .map(|scope| slot(scope).unwrap_or(own as u8 + 1))
                .collect(),
            slot_of_row,
            parts: vec![0.0; lanes * slots * width],
            whole: vec![0; lanes * slots * width],
        }
    }

    /// Takes every span of the trace in; says how many lanes are in use.
    fn fill<'s>(&mut self, store: &'s TraceStore, request: &MinimapRequest) -> u8 {
        let Some(trace) = store.trace(request.trace) else {
            return 0;
        };
        // Pixels of a time since the epoch: one subtraction and one multiplication.
        let left = trace.range.start.0.saturating_add(self.scale.window().0);
        let pixels = 1.0 / self.scale.ns_per_px();
        let px = |time: i64| time.saturating_sub(left) as f64 * pixels;
        let end = trace.range.end.0;
        let deepest = self.count as u32 - 1;
        let mut used = 0;
        // Columns side by side: a look-up per row and column would take half as long again.
        let rows = trace.rows.start as usize..trace.rows.end as usize;
        let column = |column: &'s [i64]| column.get(rows.clone()).unwrap_or_default();
        let spans = column(&store.start)
            .iter()
            .zip(column(&store.duration))
            .zip(store.depth.get(rows.clone()).unwrap_or_default())
            .zip(store.scope.get(rows.clone()).unwrap_or_default())
            .zip(store.flags.get(rows.clone()).unwrap_or_default());
        let slot_of_row = self.slot_of_row.take();
        for (at, ((((&start, &duration), &depth), &scope), &flags)) in spans.enumerate() {
            if flags.contains(SpanFlags::PLACEHOLDER) {
                continue;
            }
            let stop = if flags.contains(SpanFlags::RUNNING) {
                end
            } else {
                start.saturating_add(duration)
            };
            let lane = depth.min(deepest);
            used = used.max(lane + 1);
            let slot = match &slot_of_row {
                None => self.slot(scope),
                Some(slots) => usize::from(slots.get(at).copied().unwrap_or(0)),
            };
            let base = (lane as usize * self.slots + slot) * self.width;
            self.add(base, px(start), px(stop));
        }
        used as u8
    }

    fn slot(&self, scope: u32) -> usize {
        let slot = self.slot_of_scope.get(scope as usize);
        slot.map_or(self.slots - 1, |&slot| usize::from(slot))
    }

    /// Adds a span from pixel `from` to pixel `to` to the pixels that begin at `base`.
    fn add(&mut self, base: usize, from: f64, to: f64) {
        let last = self.width as u32 - 1;
        let (first, end) = ((from as u32).min(last), (to as u32).min(last));
        let parts = &mut self.parts[base..base + self.width];
        if first == end {
            parts[first as usize] += ((to - from) as f32).max(TRACE_OF_A_SPAN);
            return;
        }
        parts[first as usize] += ((f64::from(first) + 1.0 - from) as f32).max(TRACE_OF_A_SPAN);
        // Ending where a pixel begins leaves nothing in it.
        parts[end as usize] += (to - f64::from(end)) as f32;
        if first + 1 < end {
            self.whole[base + first as usize + 1] += 1;
            self.whole[base + end as usize] -= 1;
        }
    }

    /// Rectangles of the first lanes, at most [`MAX_RECTS`].
    fn rects(&mut self, lanes: u8) -> Vec<MinimapRect> {
        for row in self.whole.chunks_mut(self.width) {
            let mut open = 0;
            for pixel in row {
                open += *pixel;
                *pixel = open;
            }
        }
        let mut pixels = 1;
        loop {
            let mut rects = Vec::new();
            for lane in 0..lanes {
                self.push_lane(lane, pixels, &mut rects);
            }
            if rects.len() <= MAX_RECTS || pixels >= self.width {
                return rects;
            }
            pixels *= 2;
        }
    }

    /// Runs of one colour in a lane, looking at `pixels` pixels at a time.
    fn push_lane(&self, lane: u8, pixels: usize, rects: &mut Vec<MinimapRect>) {
        let first = rects.len();
        for x in (0..self.width).step_by(pixels) {
            let end = (x + pixels).min(self.width);
            let Some(member) = self.strongest(lane, x..end) else {
                continue;
            };
            match rects[first..].last_mut() {
                Some(last) if last.member == member && usize::from(last.x + last.width) == x => {
                    last.width += (end - x) as u16;
                }
                _ => rects.push(MinimapRect {
                    x: x as u16,
                    width: (end - x) as u16,
                    lane,
                    member,
                }),
            }
        }
    }

    /// The member that covers most of these pixels; `None` when nothing does.
    fn strongest(&self, lane: u8, pixels: std::ops::Range<usize>) -> Option<u8> {
        let mut best = (0.0, None);
        for slot in 0..self.slots {
            let base = (usize::from(lane) * self.slots + slot) * self.width;
            let at = base + pixels.start..base + pixels.end;
            let whole: i32 = self.whole[at.clone()].iter().sum();
            let covered = whole as f32 + self.parts[at].iter().sum::<f32>();
            if covered > best.0 {
                best = (covered, Some(slot));
            }
        }
        let none = self.slots - 1;
        best.1
            .map(|slot| if slot == none { u8::MAX } else { slot as u8 })
    }
}

#[cfg(test)]
mod tests;
