//! gzip: members one after another, each a header, a deflate stream, a checksum and a length (RFC 1952).

use super::crc::Crc;
use super::{Decoder, ENOUGH};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress, inflate_flags};

/// Deflate looks back at most this far.
const WINDOW: usize = 32 << 10;

/// Flags of a member's header.
const HEADER_CHECKSUM: u8 = 1 << 1;
const EXTRA: u8 = 1 << 2;
const NAME: u8 = 1 << 3;
const COMMENT: u8 = 1 << 4;

/// Reads gzip.
pub struct Inflate {
    input: Vec<u8>,
    state: State,
    deflate: Box<DecompressorOxide>,
    /// The last bytes of output, as a ring.
    window: Vec<u8>,
    window_at: usize,
    crc: Crc,
    /// Length of the member's output so far, modulo 2^32 as its trailer says it.
    len: u32,
    members: u64,
    problem: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before a header, or at the end.
    Header,
    Body,
    Trailer,
    /// Nothing more is read: damage, or something else follows the last member.
    Done,
}

impl std::fmt::Debug for Inflate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Inflate")
            .field("state", &self.state)
            .field("members", &self.members)
            .field("problem", &self.problem)
            .finish_non_exhaustive()
    }
}

impl Default for Inflate {
    fn default() -> Self {
        Self::new()
    }
}

impl Inflate {
    /// A decoder at the start of a file.
    pub fn new() -> Self {
        Self {
            input: Vec::new(),
            state: State::Header,
            deflate: Box::default(),
            window: vec![0; WINDOW],
            window_at: 0,
            crc: Crc::new(),
            len: 0,
            members: 0,
            problem: None,
        }
    }

    fn fail(&mut self, problem: String) {
        self.problem.get_or_insert(problem);
        self.state = State::Done;
    }

    /// Reads on; gives back how many bytes of `input` are done with. Stops early when `out` has enough.
    fn advance(&mut self, input: &[u8], out: &mut Vec<u8>) -> usize {
        let begin = out.len();
        let mut at = 0;
        loop {
            let rest = input.get(at..).unwrap_or_default();
            match self.state {
                State::Header => match header(rest) {
                    Header::Read(len) => {
                        at += len;
                        self.begin_member();
                    }
                    Header::Padding(len) => at += len,
                    Header::Incomplete => return at,
                    Header::Other => {
                        self.state = State::Done;
                        self.foreign(rest);
                    }
                },
                State::Body => {
                    if rest.is_empty() || out.len() - begin >= ENOUGH {
                        return at;
                    }
                    at += self.body(rest, out);
                }
                State::Trailer => {
                    let Some((trailer, _)) = rest.split_first_chunk::<8>() else {
                        return at;
                    };
                    at += 8;
                    self.end_member(*trailer);
                }
                State::Done => return input.len(),
            }
        }
    }

    fn begin_member(&mut self) {
        self.deflate.init();
        self.window_at = 0;
        self.crc.reset();
        self.len = 0;
        self.state = State::Body;
    }

    /// Decodes what fits into the window; gives back how much input it took.
    fn body(&mut self, input: &[u8], out: &mut Vec<u8>) -> usize {
        let flags = inflate_flags::TINFL_FLAG_HAS_MORE_INPUT;
        let from = self.window_at;
        let (status, taken, given) =
            decompress(&mut self.deflate, input, &mut self.window[..], from, flags);
        let output = self.window.get(from..from + given).unwrap_or_default();
        out.extend_from_slice(output);
        self.crc.update(output);
        self.len = self.len.wrapping_add(given as u32);
        self.window_at = (from + given) % WINDOW;
        match status {
            TINFLStatus::Done => self.state = State::Trailer,
            TINFLStatus::NeedsMoreInput | TINFLStatus::HasMoreOutput => {}
            _ => self.fail(format!(
                "the gzip stream is damaged in its member {}",
                self.members + 1
            )),
        }
        taken
    }

    fn end_member(&mut self, trailer: [u8; 8]) {
        let (words, _) = trailer.as_chunks::<4>();
        let word = |at: usize| words.get(at).map_or(0, |word| u32::from_le_bytes(*word));
        self.members += 1;
        self.state = State::Header;
        let differs = (word(0) != self.crc.value())
            .then_some("checksum")
            .or((word(1) != self.len).then_some("length"));
        if let Some(what) = differs {
            let problem = format!(
                "the {what} of member {} of the gzip stream does not match its text",
                self.members
            );
            self.problem.get_or_insert(problem);
        }
    }

    /// What is neither a member nor padding.
    fn foreign(&mut self, rest: &[u8]) {
        let problem = if self.members == 0 {
            "the file does not begin as gzip".to_owned()
        } else {
            format!(
                "{} bytes or more that are not gzip follow the last member",
                rest.len()
            )
        };
        self.problem.get_or_insert(problem);
    }
}

impl Decoder for Inflate {
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
        // A header or trailer that is not complete waits for input, not for another call.
        self.state == State::Body && !self.input.is_empty()
    }

    fn finish(&mut self, out: &mut Vec<u8>) {
        self.push(&[], out);
        while self.is_pending() {
            self.push(&[], out);
        }
        if self.state == State::Done {
            return;
        }
        let between = self.state == State::Header && self.members > 0;
        if !between || !self.input.is_empty() {
            let member = self.members + 1;
            self.fail(format!("the gzip stream ends inside its member {member}"));
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

/// What stands where a member may begin.
enum Header {
    /// A header of this length.
    Read(usize),
    /// Zeros, as tapes and some tools append them.
    Padding(usize),
    /// More is needed, or nothing is left.
    Incomplete,
    /// Something else.
    Other,
}

fn header(bytes: &[u8]) -> Header {
    const MAGIC: [u8; 3] = [0x1F, 0x8B, 8];
    let zeros = bytes.iter().take_while(|&&byte| byte == 0).count();
    if zeros > 0 {
        return Header::Padding(zeros);
    }
    let known = bytes.get(..3).unwrap_or(bytes);
    if !MAGIC.starts_with(known) {
        return Header::Other;
    }
    let Some(&flags) = bytes.get(3) else {
        return Header::Incomplete;
    };
    let len = || {
        let mut len = 10;
        if flags & EXTRA != 0 {
            let field = bytes.get(len..len + 2)?;
            len += 2 + usize::from(*field.first()?) + (usize::from(*field.last()?) << 8);
        }
        for text in [NAME, COMMENT] {
            if flags & text != 0 {
                let rest = bytes.get(len..)?;
                len += rest.iter().position(|&byte| byte == 0)? + 1;
            }
        }
        if flags & HEADER_CHECKSUM != 0 {
            len += 2;
        }
        (len <= bytes.len()).then_some(len)
    };
    match len() {
        Some(len) => Header::Read(len),
        // A name without an end would be read again and again.
        None if bytes.len() > 1 << 17 => Header::Other,
        None => Header::Incomplete,
    }
}
