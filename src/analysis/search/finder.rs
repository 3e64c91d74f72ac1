//! Finding short patterns in many bytes, letters of ASCII in any case.
//!
//! Two bytes of the pattern, the rarest it has, are compared at eight places at a time in plain 64-bit arithmetic;
//! only where both fit is the whole pattern compared. Bytes in which nothing fits pass at one to two gigabytes a
//! second, without vector instructions.

/// Finds any of a few patterns.
#[derive(Debug, Clone, Default)]
pub(super) struct Finder {
    patterns: Vec<Pattern>,
}

impl Finder {
    /// Finds any of these; an empty pattern, or none at all, is found everywhere.
    pub fn new(patterns: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let patterns: Vec<Pattern> = patterns.into_iter().map(Pattern::new).collect();
        if patterns.iter().any(|pattern| pattern.bytes.is_empty()) {
            return Self::default();
        }
        Self { patterns }
    }

    /// Where the first pattern to come begins, from `from` on.
    pub fn find(&self, bytes: &[u8], from: usize) -> Option<usize> {
        match self.patterns.as_slice() {
            [] => (from <= bytes.len()).then_some(from),
            [only] => only.find(bytes, from),
            all => all
                .iter()
                .filter_map(|pattern| pattern.find(bytes, from))
                .min(),
        }
    }
}

/// One pattern.
#[derive(Debug, Clone)]
struct Pattern {
    /// Letters of ASCII in lower case.
    bytes: Vec<u8>,
    /// Places of the two bytes looked for, ascending; equal in a pattern of one byte.
    places: (usize, usize),
}

impl Pattern {
    fn new(mut bytes: Vec<u8>) -> Self {
        bytes.make_ascii_lowercase();
        let mut order: Vec<usize> = (0..bytes.len()).collect();
        order.sort_by_key(|&at| commonness(bytes[at]));
        let first = order.first().copied().unwrap_or(0);
        // A second place with another byte says more than the same byte again.
        let second = order.iter().copied().find(|&at| bytes[at] != bytes[first]);
        let second = second.or(order.get(1).copied()).unwrap_or(first);
        Self {
            bytes,
            places: (first.min(second), first.max(second)),
        }
    }

    fn find(&self, bytes: &[u8], from: usize) -> Option<usize> {
        let len = self.bytes.len();
        // Places at which the pattern would still fit.
        let places = (bytes.len() + 1).checked_sub(from + len)?;
        let text = bytes.get(from..)?;
        let first = text.get(self.places.0..self.places.0 + places)?;
        let second = text.get(self.places.1..self.places.1 + places)?;
        let (first, second) = (first.as_chunks::<8>().0, second.as_chunks::<8>().0);
        let (first, second) = (first.as_chunks::<4>().0, second.as_chunks::<4>().0);
        let lanes = (self.lanes(self.places.0), self.lanes(self.places.1));
        for (block, a) in first.iter().enumerate() {
            // Both have as many blocks, so this never ends the loop.
            let Some(b) = second.get(block) else { break };
            let fits = [
                fits(a[0], b[0], lanes),
                fits(a[1], b[1], lanes),
                fits(a[2], b[2], lanes),
                fits(a[3], b[3], lanes),
            ];
            if fits[0] | fits[1] | fits[2] | fits[3] != 0
                && let Some(place) = self.look(text, block * 32, fits)
            {
                return Some(from + place);
            }
        }
        // Byte by byte the whole pattern is dear to compare, so the two bytes come first here too.
        let ((wanted_first, fold_first), (wanted_second, fold_second)) = lanes;
        let fits = |byte: u8, fold: u64, wanted: u64| byte | fold as u8 == wanted as u8;
        (first.len() * 32..places)
            .find(|&place| {
                fits(text[place + self.places.0], fold_first, wanted_first)
                    && fits(text[place + self.places.1], fold_second, wanted_second)
                    && self.stands_at(text, place)
            })
            .map(|place| from + place)
    }

    /// Compares the whole pattern at the places of a block where both bytes fit.
    #[inline(never)]
    fn look(&self, text: &[u8], block: usize, fits: [u64; 4]) -> Option<usize> {
        for (word, mut left) in fits.into_iter().enumerate() {
            while left != 0 {
                let place = block + word * 8 + left.trailing_zeros() as usize / 8;
                if self.stands_at(text, place) {
                    return Some(place);
                }
                left &= left - 1;
            }
        }
        None
    }

    /// The byte at a place eight times, and the bits that make its letters lower case.
    fn lanes(&self, place: usize) -> (u64, u64) {
        const ONES: u64 = 0x0101_0101_0101_0101;
        let byte = self.bytes[place];
        let fold = if byte.is_ascii_lowercase() { 0x20 } else { 0 };
        (u64::from(byte) * ONES, fold * ONES)
    }

    fn stands_at(&self, text: &[u8], place: usize) -> bool {
        text.get(place..place + self.bytes.len())
            .is_some_and(|text| text.eq_ignore_ascii_case(&self.bytes))
    }
}

/// The top bit of every byte where both texts have the bytes wanted; of some bytes above such a one too.
///
/// The release is built for size: what runs for every eight bytes says so itself.
#[expect(clippy::inline_always, reason = "five times as fast in the release")]
#[inline(always)]
fn fits(a: [u8; 8], b: [u8; 8], ((first, fold_first), (second, fold_second)): Lanes) -> u64 {
    let a = (u64::from_le_bytes(a) | fold_first) ^ first;
    let b = (u64::from_le_bytes(b) | fold_second) ^ second;
    let differs = a | b;
    differs.wrapping_sub(0x0101_0101_0101_0101) & !differs & 0x8080_8080_8080_8080
}

/// For both bytes: the byte eight times, and the bits that make its letters lower case.
type Lanes = ((u64, u64), (u64, u64));

/// How often a byte is met in traces, roughly: rare ones are looked for first.
fn commonness(byte: u8) -> u8 {
    const LETTERS: &[u8] = b"zqjxkwvbyfghpmuldcrsnoaite";
    match byte {
        b'a'..=b'z' => {
            let rank = LETTERS.iter().position(|&letter| letter == byte);
            100 + rank.unwrap_or(0) as u8
        }
        b'0'..=b'9' => 110,
        b' ' | b'_' | b'.' => 115,
        b'"' | b'\\' | b':' | b',' => 120,
        _ => 50,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn patterns_are_found_in_any_case() {
        let finder = Finder::new([b"Error".to_vec()]);
        assert_eq!(finder.find(b"no eRRor here", 0), Some(3));
        assert_eq!(finder.find(b"no eRRor here", 4), None);
        assert_eq!(finder.find(b"erro", 0), None);
        assert_eq!(finder.find(b"", 0), None);
        assert_eq!(finder.find(b"error", 9), None);
        let finder = Finder::new([b"[".to_vec()]);
        assert_eq!(finder.find(b"{[", 0), Some(1), "only letters are folded");
        assert_eq!(Finder::new([]).find(b"abc", 1), Some(1));
    }

    #[test]
    fn the_first_of_several_patterns_wins() {
        let finder = Finder::new([b"late".to_vec(), b"early".to_vec()]);
        assert_eq!(finder.find(b"an early bird is not late", 0), Some(3));
    }

    proptest! {
        #[test]
        fn finds_what_a_plain_search_finds(
            text in "[abAB. ]{0,200}",
            pattern in "[abAB. ]{1,5}",
            from in 0..50_usize,
        ) {
            let finder = Finder::new([pattern.clone().into_bytes()]);
            let (text, pattern) = (text.to_lowercase(), pattern.to_lowercase());
            let plain = text.get(from..).and_then(|rest| rest.find(&pattern)).map(|at| from + at);
            prop_assert_eq!(finder.find(text.to_uppercase().as_bytes(), from), plain);
        }
    }
}
