//! Packed sources become text.
//!
//! gzip goes through the browser's own `DecompressionStream`. It stops at a second member, at a cut and at what is no gzip, and
//! then drops what it had decoded but not handed out; so the [`unpack`] module decodes the source once more from its beginning and
//! leaves out what has been given already. zstd, which browsers do not read, is decoded by that module alone.

use super::gzip::Gunzip;
use super::reading::{End, Feed};
use super::unpack::{self, Format, Unpacker};
use crate::engine::Flow;
use crate::web::chunks::Chunks;
use crate::web::link::in_words;
use js_sys::Uint8Array;
use web_sys::Blob;

/// Packed bytes that are decoded at once: some hundred kilobytes to some megabytes of text.
pub const PIECE: u32 = 64 << 10;

/// Reads a gzip source.
pub async fn gunzip(feed: &mut Feed<'_>, blob: &Blob) -> End {
    let Ok(gunzip) = Gunzip::start(blob) else {
        return unpack(feed, blob, Format::Gzip, 0).await;
    };
    feed.opening.control.set_reading(Some(&gunzip.text));
    let mut taken = 0;
    loop {
        match gunzip.text.next().await {
            Ok(Some(chunk)) => {
                let flow = feed.chunk(&chunk);
                let total = gunzip.taken();
                feed.opening.advance(total - taken);
                taken = total;
                if feed.is_over(flow) {
                    gunzip.text.cancel();
                    return End::Stopped;
                }
                feed.opening.turn.give_way().await;
            }
            Ok(None) => return End::Done,
            Err(_) => return unpack(feed, blob, Format::Gzip, taken).await,
        }
    }
}

/// Reads a zstd source.
pub async fn unzstd(feed: &mut Feed<'_>, blob: &Blob) -> End {
    unpack(feed, blob, Format::Zstd, 0).await
}

/// Decodes a source from its beginning, leaving out the text that has been given; `counted` bytes of the source are counted as
/// read already.
async fn unpack(feed: &mut Feed<'_>, blob: &Blob, format: Format, counted: u64) -> End {
    let unpacker = match unpack::load(format).await {
        Ok(unpacker) => unpacker,
        Err(error) => {
            return End::Failed(format!(
                "the {} decoder could not be loaded: {}",
                format.as_str(),
                in_words(&error)
            ));
        }
    };
    let mut rest = Rest {
        skip: feed.given,
        counted,
    };
    let chunks = Chunks::new(&blob.stream());
    feed.opening.control.set_reading(Some(&chunks));
    let end = loop {
        match chunks.next().await {
            Ok(Some(chunk)) => {
                if let Some(end) = rest.decode(feed, &unpacker, &chunk).await {
                    break end;
                }
            }
            Ok(None) => {
                let last = unpacker.finish();
                break match rest.give(feed, &last) {
                    Some(end) => end,
                    None => unpacker.problem().map_or(End::Done, End::Failed),
                };
            }
            Err(error) => break End::Failed(in_words(&error)),
        }
    };
    chunks.cancel();
    unpacker.free();
    end
}

/// What is still to be left out.
struct Rest {
    /// Bytes of text that have been given.
    skip: u64,
    /// Bytes of the source that have been counted.
    counted: u64,
}

impl Rest {
    /// Decodes a chunk of the source; why it is over, when it is.
    async fn decode(
        &mut self,
        feed: &mut Feed<'_>,
        unpacker: &Unpacker,
        chunk: &Uint8Array,
    ) -> Option<End> {
        let length = chunk.length();
        for from in (0..length).step_by(PIECE as usize) {
            let piece = chunk.subarray(from, (from + PIECE).min(length));
            let mut text = unpacker.push(&piece);
            loop {
                if let Some(end) = self.give(feed, &text) {
                    return Some(end);
                }
                feed.opening.turn.give_way().await;
                if !unpacker.pending() {
                    break;
                }
                text = unpacker.push(&Uint8Array::new_with_length(0));
            }
            if let Some(problem) = unpacker.problem() {
                return Some(End::Failed(problem));
            }
            let bytes = u64::from(piece.length());
            let known = self.counted.min(bytes);
            self.counted -= known;
            feed.opening.advance(bytes - known);
        }
        None
    }

    /// Gives the text that is new to the engine; why it is over, when it is.
    fn give(&mut self, feed: &mut Feed<'_>, text: &Uint8Array) -> Option<End> {
        let length = text.length();
        let known = self.skip.min(u64::from(length)) as u32;
        self.skip -= u64::from(known);
        let flow = if known < length {
            feed.chunk(&text.subarray(known, length))
        } else {
            Flow::Continue
        };
        feed.is_over(flow).then_some(End::Stopped)
    }
}
