//! The minimap: the whole trace in a few lanes, one per depth, in colours. [`lanes`] makes it.

pub mod lanes;

use super::members::ColourBy;
use crate::analysis::budget::Limit;
use crate::model::TraceRow;
use serde::{Deserialize, Serialize};

/// Which trace at which size.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MinimapRequest {
    /// The trace.
    pub trace: TraceRow,
    /// Width in CSS pixels.
    pub width: u16,
    /// Lanes; what is deeper shares the last one.
    pub lanes: u8,
    /// What colours stand for.
    pub colour: ColourBy,
    /// What the run may cost.
    pub budget: Limit,
}

/// What the minimap shows. The rectangles ride in a buffer, see [`MinimapRect`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Minimap {
    /// The document it belongs to.
    pub document: u32,
    /// The trace.
    pub trace: TraceRow,
    /// Width it was made for: as asked, but at most [`lanes::MAX_WIDTH`].
    pub width: u16,
    /// The time it spans, as offsets from the start of the trace: [`crate::scene::scale::fit`] of its duration.
    pub window: (i64, i64),
    /// Lanes in use.
    pub lanes: u8,
    /// What colours stand for: as asked, or what the trace can tell.
    pub colour: ColourBy,
    /// Pixels in which a span with an error ends, ascending.
    pub errors: Vec<u16>,
    /// Pixels in which a search hit starts, ascending.
    pub hits: Vec<u16>,
    /// How the known cost of the trace adds up: pixels in which something that cost ends, ascending, and the thousandths of it
    /// that are spent there; empty when nothing is known to have cost anything.
    pub spent: Vec<(u16, u16)>,
    /// The pixel in which a call ended with which the run cost more than it may.
    pub crossed: Option<u16>,
}

/// One rectangle of a lane.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MinimapRect {
    /// Left edge in pixels.
    pub x: u16,
    /// Width in pixels, at least 1.
    pub width: u16,
    /// Lane from the top.
    pub lane: u8,
    /// Number of the member that takes most of it, [`lanes::OTHERS`] for any from there on; `u8::MAX` for none.
    pub member: u8,
}

impl MinimapRect {
    /// Bytes of one rectangle in the buffer.
    pub const BYTES: usize = 6;

    /// Writes rectangles as they ride in a buffer: x, width (little endian), lane, member.
    pub fn encode(rects: &[Self]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(rects.len() * Self::BYTES);
        for rect in rects {
            bytes.extend(rect.x.to_le_bytes());
            bytes.extend(rect.width.to_le_bytes());
            bytes.extend([rect.lane, rect.member]);
        }
        bytes
    }

    /// Reads rectangles back; what is left over at the end is ignored.
    pub fn decode(bytes: &[u8]) -> impl Iterator<Item = Self> {
        let (rects, _) = bytes.as_chunks::<{ Self::BYTES }>();
        rects.iter().map(|&[x0, x1, w0, w1, lane, member]| Self {
            x: u16::from_le_bytes([x0, x1]),
            width: u16::from_le_bytes([w0, w1]),
            lane,
            member,
        })
    }
}
