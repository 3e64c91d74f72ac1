//! Numbers of the WebAssembly binary format: LEB128, and a place in bytes that reads them.

use crate::failure::{Failure, Outcome};

/// A place in a module's bytes.
#[derive(Debug, Clone)]
pub struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Bytes read so far.
    pub fn at(&self) -> usize {
        self.at
    }

    pub fn is_at_end(&self) -> bool {
        self.at >= self.bytes.len()
    }

    pub fn byte(&mut self) -> Outcome<u8> {
        let byte = self.bytes.get(self.at).copied().ok_or_else(cut)?;
        self.at += 1;
        Ok(byte)
    }

    pub fn take(&mut self, count: usize) -> Outcome<&'a [u8]> {
        let end = self.at.checked_add(count).ok_or_else(cut)?;
        let taken = self.bytes.get(self.at..end).ok_or_else(cut)?;
        self.at = end;
        Ok(taken)
    }

    /// What lies between an earlier place and this one.
    pub fn since(&self, from: usize) -> &'a [u8] {
        self.bytes.get(from..self.at).unwrap_or_default()
    }

    pub fn rest(&mut self) -> &'a [u8] {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        self.at = self.bytes.len();
        rest
    }

    /// An unsigned number of 32 bits.
    pub fn number(&mut self) -> Outcome<u32> {
        let mut value = 0_u32;
        for shift in (0..35).step_by(7) {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Ok(value);
            }
        }
        Err(Failure::new(
            "the module holds a number of more than 32 bits",
        ))
    }

    /// A number as a length.
    pub fn length(&mut self) -> Outcome<usize> {
        Ok(self.number()? as usize)
    }

    /// Passes a signed number of any width.
    pub fn skip_signed(&mut self) -> Outcome {
        while self.byte()? >= 0x80 {}
        Ok(())
    }

    pub fn name(&mut self) -> Outcome<&'a [u8]> {
        let length = self.length()?;
        self.take(length)
    }
}

/// Appends a number.
pub fn push(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Appends a length and the bytes.
pub fn push_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    push(out, bytes.len() as u32);
    out.extend_from_slice(bytes);
}

/// Appends a signed number, as constants are written.
pub fn push_signed(out: &mut Vec<u8>, mut value: i32) {
    loop {
        let byte = (value & 0x7f) as u8;
        value >>= 7;
        let done = (value == 0 && byte & 0x40 == 0) || (value == -1 && byte & 0x40 != 0);
        out.push(if done { byte } else { byte | 0x80 });
        if done {
            return;
        }
    }
}

fn cut() -> Failure {
    Failure::new("the module ends early")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        for value in [0, 1, 127, 128, 300, 16_383, 16_384, u32::MAX] {
            let mut bytes = Vec::new();
            push(&mut bytes, value);
            assert_eq!(Cursor::new(&bytes).number().unwrap(), value);
        }
        let mut bytes = Vec::new();
        push_signed(&mut bytes, 64);
        assert_eq!(bytes, [0xc0, 0x00]);
    }

    #[test]
    fn what_is_cut_is_refused() {
        assert!(Cursor::new(&[0x80]).number().is_err());
        assert!(Cursor::new(&[3, 1, 2]).name().is_err());
        assert!(Cursor::new(&[0xff; 6]).number().is_err());
    }
}
