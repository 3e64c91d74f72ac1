//! Kind, status and flags of a span, and where its text stands.

use serde::{Deserialize, Serialize};

/// OTLP `Span.SpanKind`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum SpanKind {
    /// 0, or anything unknown.
    #[default]
    Unspecified,
    /// 1
    Internal,
    /// 2
    Server,
    /// 3
    Client,
    /// 4
    Producer,
    /// 5
    Consumer,
}

impl SpanKind {
    /// From the enum's number; `None` when the specification does not define it.
    pub fn from_number(number: u64) -> Option<Self> {
        Some(match number {
            0 => Self::Unspecified,
            1 => Self::Internal,
            2 => Self::Server,
            3 => Self::Client,
            4 => Self::Producer,
            5 => Self::Consumer,
            _ => return None,
        })
    }

    /// From the enum's name, with or without `SPAN_KIND_`, any case.
    pub fn from_name(name: &str) -> Option<Self> {
        let upper = name.to_ascii_uppercase();
        Some(match upper.strip_prefix("SPAN_KIND_").unwrap_or(&upper) {
            "UNSPECIFIED" => Self::Unspecified,
            "INTERNAL" => Self::Internal,
            "SERVER" => Self::Server,
            "CLIENT" => Self::Client,
            "PRODUCER" => Self::Producer,
            "CONSUMER" => Self::Consumer,
            _ => return None,
        })
    }

    /// The word the field uses, lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unspecified => "unspecified",
            Self::Internal => "internal",
            Self::Server => "server",
            Self::Client => "client",
            Self::Producer => "producer",
            Self::Consumer => "consumer",
        }
    }
}

/// OTLP `Status.StatusCode`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum StatusCode {
    /// 0: nothing was said.
    #[default]
    Unset,
    /// 1
    Ok,
    /// 2: the only error there is.
    Error,
}

impl StatusCode {
    /// From the enum's number; `None` when the specification does not define it.
    pub fn from_number(number: u64) -> Option<Self> {
        Some(match number {
            0 => Self::Unset,
            1 => Self::Ok,
            2 => Self::Error,
            _ => return None,
        })
    }

    /// From the enum's name, with or without `STATUS_CODE_`, any case.
    pub fn from_name(name: &str) -> Option<Self> {
        let upper = name.to_ascii_uppercase();
        Some(match upper.strip_prefix("STATUS_CODE_").unwrap_or(&upper) {
            "UNSET" => Self::Unset,
            "OK" => Self::Ok,
            "ERROR" => Self::Error,
            _ => return None,
        })
    }

    /// The word the field uses, lower case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unset => "unset",
            Self::Ok => "ok",
            Self::Error => "error",
        }
    }
}

/// What is special about a row; a set of bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SpanFlags(pub u16);

impl SpanFlags {
    /// Not a span: stands for a parent that is in no file. In no count.
    pub const PLACEHOLDER: Self = Self(1);
    /// The parent named is not in the document; stands under a placeholder.
    pub const ORPHAN: Self = Self(1 << 1);
    /// Its chain of parents came back to itself; drawn as a root.
    pub const CYCLE: Self = Self(1 << 2);
    /// No end time: still running when the file was written.
    pub const RUNNING: Self = Self(1 << 3);
    /// The recorded end lies before the start; duration counts as zero.
    pub const ENDS_BEFORE_START: Self = Self(1 << 4);
    /// No start time; drawn at the start of its trace.
    pub const NO_START: Self = Self(1 << 5);
    /// Has at least one event.
    pub const EVENTS: Self = Self(1 << 6);
    /// Has at least one link.
    pub const LINKS: Self = Self(1 << 7);
    /// Its span id is not 8 bytes; the text is kept aside.
    pub const ODD_ID: Self = Self(1 << 8);
    /// Has an event named `exception`.
    pub const EXCEPTION: Self = Self(1 << 9);
    /// At least one attribute value, or its trace state, is not in the dictionary and must be read from the source.
    pub const UNINDEXED: Self = Self(1 << 10);
    /// Starts before its parent.
    pub const BEFORE_PARENT: Self = Self(1 << 11);
    /// Log records name it.
    pub const LOGS: Self = Self(1 << 12);
    /// It was refused because a budget was spent: an exception, an `error.type` or the message of its status says so.
    pub const OVER_BUDGET: Self = Self(1 << 13);
    /// Made of log records, which tell what spans would.
    pub const FROM_LOG: Self = Self(1 << 14);

    /// Not a span: heads traces of one request that were recorded apart. In no count; has [`Self::PLACEHOLDER`] too.
    pub const STITCHED: Self = Self(1 << 15);

    /// Whether all bits of `other` are set.
    pub fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Sets the bits of `other`.
    pub fn insert(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// Clears the bits of `other`.
    pub fn remove(&mut self, other: Self) {
        self.0 &= !other.0;
    }
}

/// Where the JSON text of one span or record stands: bytes of one source, as decompressed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SourceRange {
    /// Index of the source in order of opening.
    pub source: u16,
    /// First byte, counted in the decompressed text; below 2^48.
    pub offset: u64,
    /// Length in bytes; zero when there is no text.
    pub len: u32,
}

impl SourceRange {
    /// Source and offset in one word, as the column holds them.
    pub(crate) fn pack(self) -> u64 {
        u64::from(self.source) << 48 | self.offset & 0xFFFF_FFFF_FFFF
    }

    pub(crate) fn unpack(word: u64, len: u32) -> Self {
        Self {
            source: (word >> 48) as u16,
            offset: word & 0xFFFF_FFFF_FFFF,
            len,
        }
    }
}
