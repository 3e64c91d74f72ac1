//! Packed sources become text.
//!
//! gzip goes through the browser's own `DecompressionStream`. It stops at a second member, at a cut and at what is no gzip, and
//! then drops what it had decoded but not handed out; so the [`unpack`] module decodes the source once more from its beginning and
//! leaves out what has been given already. zstd, which browsers do not read, is decoded by that module alone.

use super::gzip::Gunzip;
use super::reading::{End, Feed};
use super::unpack::{self, Unpacker};
use crate::web::chunks::Chunks;
use crate::web::link::in_words;
use js_sys::Uint8Array;
use web_sys::Blob;

/// Packed bytes that are decoded at once: some hundred kilobytes to some megabytes of text.
pub const PIECE: u32 = 64 << 10;

/// Reads a gzip source.
pub async fn gunzip(feed: &mut Feed<'_>, blob: &Blob) -> End {
    let Ok(gunzip) = Gunzip::start(blob) else {
        return unpack(feed, blob, unpack::GZIP, 0).await;
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
            Err(_) => return unpack(feed, blob, unpack::GZIP, taken).await,
        }
    }
}

/// Reads a zstd source.
pub async fn unzstd(feed: &mut Feed<'_>, blob: &Blob) -> End {
    unpack(feed, blob, unpack::ZSTD, 0).await
}

/// Decodes a source from its beginning, leaving out the text that has been given; `counted` bytes of the source are counted as
/// read already.
async fn unpack(feed: &mut Feed<'_>, blob: &Blob, format: &str, counted: u64) -> End {
    let unpacker = match unpack::load(format).await {
        Ok(unpacker) => unpacker,
        Err(error) => {
            return End::Failed(format!(
                "the {format} decoder could not be loaded: {}",
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
                unpacker.finish();
                break rest.drain(feed, &unpacker).await.unwrap_or(End::Done);
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
            unpacker.push(&piece);
            if let Some(end) = self.drain(feed, unpacker).await {
                return Some(end);
            }
            let bytes = u64::from(piece.length());
            let known = self.counted.min(bytes);
            self.counted -= known;
            feed.opening.advance(bytes - known);
        }
        None
    }

    /// Gives all text that can be decoded now; why it is over, when it is.
    async fn drain(&mut self, feed: &mut Feed<'_>, unpacker: &Unpacker) -> Option<End> {
        loop {
            let text = match unpacker.pull() {
                Ok(Some(text)) => text,
                Ok(None) => return None,
                Err(error) => return Some(End::Failed(in_words(&error))),
            };
            let known = self.skip.min(u64::from(text.length())) as u32;
            self.skip -= u64::from(known);
            if known < text.length() {
                let flow = feed.chunk(&text.subarray(known, text.length()));
                if feed.is_over(flow) {
                    return Some(End::Stopped);
                }
            } else if feed.opening.control.is_aborted() {
                return Some(End::Stopped);
            }
            feed.opening.turn.give_way().await;
        }
    }
}
