//! Content codings (RFC 9110, 8.4): what a compressed body holds, and a body compressed.

use std::io::{Read, Write as _};

use brotli_decompressor::Decompressor;
use bytes::Bytes;
use flate2::Compression;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use flate2::write::GzEncoder;
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use ruzstd::decoding::StreamingDecoder;

use super::BodyError;

/// How many times as large as it came a body may become. What gzip can do at most is 1032.
const MAX_RATIO: usize = 1000;
/// What a body may become whatever it came from.
const ALWAYS_ALLOWED: usize = 1 << 20;
/// How many codings a body may have one over the other.
const MAX_CODINGS: usize = 3;
/// What a decoder of zstd may hold to look back at (RFC 9659).
const ZSTD_WINDOW: u64 = 8 << 20;
const BROTLI_BUFFER: usize = 4096;

#[derive(Debug, Clone, Copy)]
enum Coding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

impl Coding {
    fn of(word: &str) -> Option<Self> {
        Some(match word.trim().to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => Self::Gzip,
            "deflate" => Self::Deflate,
            "br" => Self::Brotli,
            "zstd" => Self::Zstd,
            _ => return None,
        })
    }

    fn unpack(self, bytes: &[u8], cap: usize) -> Result<Bytes, BodyError> {
        let mut made = Vec::new();
        match self {
            Self::Gzip => read(MultiGzDecoder::new(bytes), cap, &mut made)?,
            // It says zlib and some send what is inside of it.
            Self::Deflate if is_zlib(bytes) => read(ZlibDecoder::new(bytes), cap, &mut made)?,
            Self::Deflate => read(DeflateDecoder::new(bytes), cap, &mut made)?,
            Self::Brotli => read(Decompressor::new(bytes, BROTLI_BUFFER), cap, &mut made)?,
            Self::Zstd => {
                let mut left = bytes;
                while !left.is_empty() {
                    let frame = StreamingDecoder::new_with_max_window_size(&mut left, ZSTD_WINDOW)
                        .map_err(|error| malformed(&error))?;
                    read(frame, cap, &mut made)?;
                }
            }
        }
        Ok(made.into())
    }
}

/// What a body of these codings (`Content-Encoding`) holds, up to a cap; nothing where one of them
/// is not known, so that the body can only be taken as it is.
pub fn unpacked(bytes: &Bytes, codings: &str, cap: usize) -> Result<Option<Bytes>, BodyError> {
    let words = codings.split(',').map(str::trim);
    let words: Vec<&str> =
        words.filter(|word| !word.is_empty() && !word.eq_ignore_ascii_case("identity")).collect();
    let known: Option<Vec<Coding>> = words.into_iter().map(Coding::of).collect();
    let Some(known) = known else { return Ok(None) };
    if known.len() > MAX_CODINGS {
        let message = format!("it has more than {MAX_CODINGS} content codings");
        return Err(BodyError::Malformed(message));
    }
    let mut content = bytes.clone();
    // The one that was applied last comes off first.
    for coding in known.into_iter().rev() {
        // An empty body holds nothing, in whatever coding.
        if !content.is_empty() {
            let allowed = content.len().saturating_mul(MAX_RATIO).max(ALWAYS_ALLOWED);
            content = coding.unpack(&content, cap.min(allowed))?;
        }
    }
    Ok(Some(content))
}

/// A body that is ours, in the coding that the headers ask for: gzip, which Synapse knows too. Any
/// other word is a leftover of a body that is gone, and goes as well.
pub fn packed(bytes: Bytes, headers: &mut HeaderMap) -> Bytes {
    let Some(word) = headers.get(CONTENT_ENCODING) else { return bytes };
    let is_gzip = word.to_str().is_ok_and(|word| matches!(Coding::of(word), Some(Coding::Gzip)));
    if is_gzip && !bytes.is_empty() {
        let mut encoder = GzEncoder::new(Vec::with_capacity(bytes.len() / 4), Compression::fast());
        // Writing into memory cannot fail.
        if encoder.write_all(&bytes).is_ok()
            && let Ok(made) = encoder.finish()
        {
            return made.into();
        }
    }
    headers.remove(CONTENT_ENCODING);
    bytes
}

fn is_zlib(bytes: &[u8]) -> bool {
    match bytes {
        [first, second, ..] => {
            first & 0x0F == 8 && u16::from_be_bytes([*first, *second]).is_multiple_of(31)
        }
        _ => false,
    }
}

/// Reads what a decoder gives behind what is there, up to the cap in all.
fn read(decoder: impl Read, cap: usize, made: &mut Vec<u8>) -> Result<(), BodyError> {
    let left = cap.saturating_sub(made.len()).saturating_add(1);
    decoder.take(left as u64).read_to_end(made).map_err(|error| malformed(&error))?;
    if made.len() > cap { Err(BodyError::TooLarge { limit: cap as u64 }) } else { Ok(()) }
}

fn malformed(error: &dyn std::fmt::Display) -> BodyError {
    BodyError::Malformed(format!("it cannot be decompressed: {error}"))
}

#[cfg(test)]
mod tests;
