//! The decoders of the unpack module: members and frames, cuts, damage, bounded output.

#[path = "../src/unpack/mod.rs"]
mod unpack;

use miniz_oxide::deflate::compress_to_vec;
use ruzstd::encoding::CompressionLevel;
use unpack::{Decoder, Inflate, Unzstd};

fn unpacked(decoder: &mut impl Decoder, bytes: &[u8], chunk: usize) -> (Vec<u8>, Option<String>) {
    let mut out = Vec::new();
    for chunk in bytes.chunks(chunk) {
        decoder.push(chunk, &mut out);
        while decoder.is_pending() {
            decoder.push(&[], &mut out);
        }
    }
    decoder.finish(&mut out);
    (out, decoder.problem().map(str::to_owned))
}

fn inflate(bytes: &[u8], chunk: usize) -> (Vec<u8>, Option<String>) {
    unpacked(&mut Inflate::new(), bytes, chunk)
}

fn unzstd(bytes: &[u8], chunk: usize) -> (Vec<u8>, Option<String>) {
    unpacked(&mut Unzstd::new(), bytes, chunk)
}

/// CRC-32 bit by bit.
fn crc(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |state, &byte| {
        (0..8).fold(state ^ u32::from(byte), |state, _| {
            (state >> 1) ^ ((state & 1) * 0xEDB8_8320)
        })
    })
}

fn text() -> Vec<u8> {
    (0..120_000_u32)
        .flat_map(|i| {
            (i.wrapping_mul(2_654_435_761) >> 20)
                .to_string()
                .into_bytes()
        })
        .collect()
}

/// A member with the flags and fields of `header` behind the first three bytes.
fn member_with(header: &[u8], text: &[u8]) -> Vec<u8> {
    let len = text.len() as u32;
    [
        &[0x1F, 0x8B, 8],
        header,
        &compress_to_vec(text, 6),
        &crc(text).to_le_bytes(),
        &len.to_le_bytes(),
    ]
    .concat()
}

fn member(text: &[u8]) -> Vec<u8> {
    member_with(&[0; 7], text)
}

#[test]
fn several_members_in_any_chunking() {
    let text = text();
    let (first, second) = text.split_at(100_000);
    let flags = 0b1_1110;
    let fields = b"\x05\x00extraname\0comment\0cc";
    let named = member_with(&[&[flags, 0, 0, 0, 0, 0, 0], &fields[..]].concat(), second);
    let bytes = [member(first), member(b""), named, vec![0; 512]].concat();
    for chunk in [1, 7, 1000, 65_536, bytes.len()] {
        assert_eq!(inflate(&bytes, chunk), (text.clone(), None), "{chunk}");
    }
}

#[test]
fn a_cut_gives_everything_before_it() {
    let text = text();
    let bytes = member(&text);
    for cut in [
        1,
        9,
        10,
        11,
        500,
        bytes.len() / 2,
        bytes.len() - 9,
        bytes.len() - 8,
        bytes.len() - 1,
    ] {
        let (out, problem) = inflate(&bytes[..cut], 4096);
        assert!(text.starts_with(&out));
        assert_eq!(
            problem.as_deref(),
            Some("the gzip stream ends inside its member 1"),
            "{cut}"
        );
        if cut > bytes.len() / 2 {
            assert!(out.len() > text.len() / 3);
        }
    }
    let (out, problem) = inflate(&bytes[..bytes.len() - 8], 4096);
    assert_eq!((out, problem.is_some()), (text, true));
}

#[test]
fn damage_is_told_and_what_came_before_stays() {
    let text = text();
    let mut bytes = member(&text);
    let middle = bytes.len() / 2;
    bytes[middle..middle + 64].fill(0xFF);
    let (out, problem) = inflate(&bytes, 4096);
    let same = out.iter().zip(&text).take_while(|(a, b)| a == b).count();
    assert!(same > text.len() / 3);
    assert!(problem.is_some());

    let mut bytes = member(b"text");
    let checksum = bytes.len() - 8;
    bytes[checksum] ^= 1;
    let (out, problem) = inflate(&bytes, 4096);
    assert_eq!(out, b"text");
    assert_eq!(
        problem.as_deref(),
        Some("the checksum of member 1 of the gzip stream does not match its text")
    );
    let (out, problem) = inflate(&[&member(b"text")[..], b"not gzip"].concat(), 5);
    assert_eq!(out, b"text");
    assert!(problem.unwrap().contains("follow the last member"));
    assert_eq!(
        inflate(b"{}", 1).1.as_deref(),
        Some("the file does not begin as gzip")
    );
    assert!(inflate(b"", 1).1.is_some());
}

#[test]
fn a_file_of_zeros_comes_in_bounded_pieces() {
    let bytes = member(&vec![0; 9_000_000]);
    let mut inflate = Inflate::new();
    let (mut total, mut largest) = (0, 0);
    let mut input = &bytes[..];
    loop {
        let mut out = Vec::new();
        inflate.push(input, &mut out);
        input = &[];
        total += out.len();
        largest = largest.max(out.len());
        if !inflate.is_pending() {
            break;
        }
    }
    assert_eq!(total, 9_000_000);
    assert!(largest <= 2 << 20);
}

fn frame(text: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(text, CompressionLevel::Fastest)
}

#[test]
fn several_frames_and_skippable_ones_in_any_chunking() {
    let text = text();
    let (first, second) = text.split_at(100_000);
    let skippable = [&[0x5A, 0x2A, 0x4D, 0x18, 5, 0, 0, 0][..], b"other"].concat();
    let bytes = [skippable.clone(), frame(first), skippable, frame(second)].concat();
    for chunk in [1, 7, 1000, 65_536, bytes.len()] {
        let (out, problem) = unzstd(&bytes, chunk);
        assert_eq!(problem, None, "{chunk}");
        assert!(out == text, "{chunk}");
    }
}

#[test]
fn a_cut_gives_every_block_before_it() {
    let text = text();
    let bytes = frame(&text);
    for cut in [
        1,
        5,
        6,
        9,
        500,
        bytes.len() / 2,
        bytes.len() - 4,
        bytes.len() - 1,
    ] {
        let (out, problem) = unzstd(&bytes[..cut], 4096);
        assert!(text.starts_with(&out), "{cut}");
        assert_eq!(
            problem.as_deref(),
            Some("the zstd stream ends inside its frame 1"),
            "{cut}"
        );
        if cut >= bytes.len() / 2 {
            assert!(out.len() > text.len() / 4, "{cut}: {}", out.len());
        }
    }
}

#[test]
fn a_damaged_block_is_told_and_what_came_before_stays() {
    let text = text();
    let mut bytes = frame(&text);
    let late = bytes.len() - 20_000;
    bytes[late..late + 5000].fill(0xA5);
    let (out, problem) = unzstd(&bytes, 4096);
    let same = out.iter().zip(&text).take_while(|(a, b)| a == b).count();
    assert!(same > text.len() / 4, "{same}");
    assert!(problem.is_some());
    let (out, problem) = unzstd(&[&frame(b"text")[..], b"{}"].concat(), 3);
    assert_eq!(out, b"text");
    assert!(problem.unwrap().contains("follow the last frame"));
    assert!(unzstd(b"", 1).1.is_some());
    assert_eq!(
        unzstd(b"{}", 1).1.as_deref(),
        Some("the file does not begin as zstd")
    );
}

#[test]
fn a_window_of_terabytes_is_refused() {
    let (out, problem) = unzstd(&[0x28, 0xB5, 0x2F, 0xFD, 0, 0xFF, 1, 0, 0], 9);
    assert!(out.is_empty());
    assert!(problem.unwrap().contains("at most 100 MiB"));
}

#[test]
fn mutated_streams_never_panic() {
    let text = text();
    let streams = [member(&text[..50_000]), frame(&text[..50_000])];
    for seed in 0..60_u32 {
        for bytes in &streams {
            let mut bytes = bytes.clone();
            let at = seed.wrapping_mul(2_654_435_761) as usize % bytes.len().min(300 << (seed % 8));
            bytes[at] ^= 1 << (seed % 8);
            inflate(&bytes, 997);
            unzstd(&bytes, 997);
        }
    }
}
