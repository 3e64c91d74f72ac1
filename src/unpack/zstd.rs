//! zstd: frames one after another (RFC 8878). The blocks are decoded by `ruzstd`; what stands around them is read here,
//! so that input may end anywhere and so that a cut frame gives what it holds back.

use super::{Decoder, ENOUGH};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use ruzstd::io::Read as _;

/// Windows beyond this are refused: they are how much memory a frame asks for.
const LARGEST_WINDOW: u64 = 100 << 20;

/// An empty last block and a checksum: what makes the decoder give everything it holds back.
const LAST_BLOCK: [u8; 7] = [1, 0, 0, 0, 0, 0, 0];

/// Reads zstd.
pub struct Unzstd {
    input: Vec<u8>,
    state: State,
    decoder: FrameDecoder,
    frames: u64,
    problem: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before a frame, or at the end.
    Frame,
    /// Inside a frame. The flag says whether a checksum follows its last block.
    Block(bool),
    /// So many bytes of a skippable frame are left.
    Skip(usize),
    /// Nothing more is read.
    Done,
}

impl std::fmt::Debug for Unzstd {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unzstd")
            .field("state", &self.state)
            .field("frames", &self.frames)
            .field("problem", &self.problem)
            .finish_non_exhaustive()
    }
}

impl Default for Unzstd {
    fn default() -> Self {
        Self::new()
    }
}

/// What stands where a frame may begin.
enum Start {
    /// A header of this length; whether the frame ends with a checksum; the window it asks for.
    Frame {
        len: usize,
        checksum: bool,
        window: u64,
    },
    /// A skippable frame of this length.
    Skippable(usize),
    Incomplete,
    Other,
}

impl Unzstd {
    /// A decoder at the start of a file.
    pub fn new() -> Self {
        Self {
            input: Vec::new(),
            state: State::Frame,
            decoder: FrameDecoder::new(),
            frames: 0,
            problem: None,
        }
    }

    /// Reads on; gives back how many bytes of `input` are done with. Stops early when `out` has enough.
    fn advance(&mut self, input: &[u8], out: &mut Vec<u8>) -> usize {
        let begin = out.len();
        let mut at = 0;
        loop {
            let rest = input.get(at..).unwrap_or_default();
            match self.state {
                State::Frame => match start(rest) {
                    Start::Frame {
                        len,
                        checksum,
                        window,
                    } => {
                        at += len;
                        self.begin_frame(rest, checksum, window);
                    }
                    Start::Skippable(len) => {
                        at += 8;
                        self.state = State::Skip(len);
                    }
                    Start::Incomplete => return at,
                    Start::Other => self.foreign(rest),
                },
                State::Skip(left) => {
                    let skipped = left.min(rest.len());
                    at += skipped;
                    self.state = if skipped == left {
                        State::Frame
                    } else {
                        State::Skip(left - skipped)
                    };
                    if skipped < left {
                        return at;
                    }
                }
                State::Block(checksum) => {
                    let Some(len) = block_len(rest, checksum) else {
                        return at;
                    };
                    if out.len() - begin >= ENOUGH {
                        return at;
                    }
                    let Some(block) = rest.get(..len) else {
                        return at;
                    };
                    at += len;
                    self.block(block, out);
                }
                State::Done => return input.len(),
            }
        }
    }

    fn begin_frame(&mut self, mut header: &[u8], checksum: bool, window: u64) {
        if window > LARGEST_WINDOW {
            let (asked, most) = (window >> 20, LARGEST_WINDOW >> 20);
            self.fail(format!(
                "a zstd frame asks for a window of {asked} MiB; at most {most} MiB are read"
            ));
            return;
        }
        match self.decoder.reset(&mut header) {
            Ok(()) => self.state = State::Block(checksum),
            Err(error) => self.fail(format!("a zstd frame cannot be read: {error}")),
        }
    }

    /// Decodes one whole block.
    fn block(&mut self, mut block: &[u8], out: &mut Vec<u8>) {
        let one = BlockDecodingStrategy::UptoBlocks(1);
        let decoded = self.decoder.decode_blocks(&mut block, one);
        if let Err(error) = decoded {
            let frame = self.frames + 1;
            self.give_back(out);
            self.fail(format!(
                "the zstd stream is damaged in its frame {frame}: {error}"
            ));
            return;
        }
        self.drain(out);
        if self.decoder.is_finished() {
            self.frames += 1;
            self.state = State::Frame;
            let stored = self.decoder.get_checksum_from_data();
            if stored.is_some() && stored != self.decoder.get_calculated_checksum() {
                let problem = format!(
                    "the checksum of frame {} of the zstd stream does not match its text",
                    self.frames
                );
                self.problem.get_or_insert(problem);
            }
        }
    }

    /// Appends what the decoder does not need any more.
    fn drain(&mut self, out: &mut Vec<u8>) {
        let before = out.len();
        out.resize(before + self.decoder.can_collect(), 0);
        let room = out.get_mut(before..).unwrap_or_default();
        let given = self.decoder.read(room).unwrap_or(0);
        out.truncate(before + given);
    }

    /// Appends what the decoder holds back because later blocks might have pointed at it.
    fn give_back(&mut self, out: &mut Vec<u8>) {
        let one = BlockDecodingStrategy::UptoBlocks(1);
        if self.decoder.decode_blocks(&LAST_BLOCK[..], one).is_ok() {
            self.drain(out);
        }
    }

    fn fail(&mut self, problem: String) {
        self.problem.get_or_insert(problem);
        self.state = State::Done;
    }

    /// What is no frame.
    fn foreign(&mut self, rest: &[u8]) {
        let problem = if self.frames == 0 {
            "the file does not begin as zstd".to_owned()
        } else {
            format!(
                "{} bytes or more that are not zstd follow the last frame",
                rest.len()
            )
        };
        self.fail(problem);
    }
}

impl Decoder for Unzstd {
    fn push(&mut self, input: &[u8], out: &mut Vec<u8>) {
        if self.input.is_empty() {
            let used = self.advance(input, out);
            self.input
                .extend_from_slice(input.get(used..).unwrap_or_default());
            return;
        }
        let mut held = std::mem::take(&mut self.input);
        held.extend_from_slice(input);
        let used = self.advance(&held, out);
        held.drain(..used);
        self.input = held;
    }

    fn is_pending(&self) -> bool {
        match self.state {
            State::Block(checksum) => {
                block_len(&self.input, checksum).is_some_and(|len| len <= self.input.len())
            }
            _ => false,
        }
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        self.push(&[], out);
        while self.is_pending() {
            self.push(&[], out);
        }
        let frame = self.frames + 1;
        match self.state {
            State::Done => return,
            State::Frame if self.input.is_empty() && self.frames > 0 => {}
            State::Block(_) => {
                self.give_back(out);
                self.fail(format!("the zstd stream ends inside its frame {frame}"));
            }
            State::Frame | State::Skip(_) => {
                self.fail(format!("the zstd stream ends inside its frame {frame}"));
            }
        }
        self.state = State::Done;
    }

    fn problem(&self) -> Option<&str> {
        // A wrong checksum does not end the stream: it is told at the end.
        self.problem
            .as_deref()
            .filter(|_| self.state == State::Done)
    }
}

fn start(bytes: &[u8]) -> Start {
    const MAGIC: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];
    let begin = bytes.get(..4).unwrap_or(bytes);
    if begin.is_empty() {
        return Start::Incomplete;
    }
    let skippable = |bytes: &[u8]| {
        bytes
            .iter()
            .zip([0x50, 0x2A, 0x4D, 0x18])
            .enumerate()
            .all(|(at, (&byte, magic))| {
                if at == 0 {
                    byte & 0xF0 == magic
                } else {
                    byte == magic
                }
            })
    };
    if skippable(begin) {
        let Some(&[a, b, c, d]) = bytes.get(4..8) else {
            return Start::Incomplete;
        };
        return Start::Skippable(u32::from_le_bytes([a, b, c, d]) as usize);
    }
    if !MAGIC.starts_with(begin) {
        return Start::Other;
    }
    let Some(&descriptor) = bytes.get(4) else {
        return Start::Incomplete;
    };
    let single = descriptor >> 5 & 1;
    let dictionary = [0, 1, 2, 4][usize::from(descriptor & 3)];
    let size = match (descriptor >> 6, single) {
        (0, single) => usize::from(single),
        (flag, _) => 1 << flag,
    };
    let size_at = 5 + usize::from(1 - single) + dictionary;
    let len = size_at + size;
    let Some(header) = bytes.get(..len) else {
        return Start::Incomplete;
    };
    let window = if single == 0 {
        let byte = header.get(5).copied().unwrap_or_default();
        let base = 1_u64 << (10 + (byte >> 3));
        base + (base >> 3) * u64::from(byte & 7)
    } else {
        let digits = header.get(size_at..).unwrap_or_default();
        let content = digits
            .iter()
            .rev()
            .fold(0_u64, |value, &byte| value << 8 | u64::from(byte));
        content + if size == 2 { 256 } else { 0 }
    };
    Start::Frame {
        len,
        checksum: descriptor >> 2 & 1 == 1,
        window,
    }
}

/// Length of the block that begins here, its header and the frame's checksum included; `None` when the header is cut.
fn block_len(bytes: &[u8], checksum: bool) -> Option<usize> {
    let &[a, b, c] = bytes.get(..3)? else {
        return None;
    };
    let header = u32::from_le_bytes([a, b, c, 0]);
    let content = match header >> 1 & 3 {
        // One byte, repeated.
        1 => 1,
        _ => (header >> 3) as usize,
    };
    let is_last = header & 1 == 1;
    Some(3 + content + if is_last && checksum { 4 } else { 0 })
}
