//! Codings by rows; what other programs packed (brotli 1.2, zstd 1.5) is what we unpack.

use std::io::{Read as _, Write as _};

use bytes::Bytes;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

use super::{packed, unpacked};
use crate::transport::BodyError;

const TEXT: &[u8] = b"{\"a\":1}";
const BROTLI: &[u8] = b"\x0b\x03\x80\x7b\x22\x61\x22\x3a\x31\x7d\x03";
const ZSTD: &[u8] = b"\x28\xb5\x2f\xfd\x20\x07\x39\x00\x00\x7b\x22\x61\x22\x3a\x31\x7d";
/// The same, for a decoder that looks back 128 MiB.
const WIDE_ZSTD: &[u8] = b"\x28\xb5\x2f\xfd\x00\x88\x39\x00\x00\x7b\x22\x61\x22\x3a\x31\x7d";
/// Two MiB of zeros.
const BROTLI_BOMB: &[u8] = b"\x9b\xff\xff\x1f\xf8\x27\x00\xe2\xb1\x40\x20\xf7\xfe\x03";

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn zlib(text: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn deflate(text: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn compressed_bodies_are_read_as_what_they_hold() {
    let two_frames = [ZSTD, ZSTD].concat();
    let two_members = [gzip(b"{"), gzip(b"}")].concat();
    for (codings, bytes, expected) in [
        ("gzip", gzip(TEXT), Some(TEXT)),
        (" X-GZip ", gzip(TEXT), Some(TEXT)),
        ("gzip", two_members, Some(b"{}")),
        ("deflate", zlib(TEXT), Some(TEXT)),
        ("deflate", deflate(TEXT), Some(TEXT)),
        ("br", BROTLI.to_vec(), Some(TEXT)),
        ("zstd", ZSTD.to_vec(), Some(TEXT)),
        ("zstd", two_frames, Some(b"{\"a\":1}{\"a\":1}")),
        ("br, gzip", gzip(BROTLI), Some(TEXT)),
        ("identity", TEXT.to_vec(), Some(TEXT)),
        ("identity,,gzip", gzip(TEXT), Some(TEXT)),
        ("gzip", Vec::new(), Some(b"")),
        ("zstd", Vec::new(), Some(b"")),
        // Not HTTP's: what some clients write who mean a charset.
        ("UTF-8", TEXT.to_vec(), None),
        ("gzip, aws-chunked", TEXT.to_vec(), None),
    ] {
        let found = unpacked(&bytes.into(), codings, 100).unwrap();
        assert_eq!(found.as_deref(), expected, "{codings}");
    }
}

#[test]
fn what_unpacks_to_too_much_or_to_nothing_is_refused() {
    let too_large = |limit| BodyError::TooLarge { limit };
    let million = gzip(&vec![b'x'; 1 << 20]);
    let nested = gzip(&gzip(&vec![b'x'; 4 << 20]));
    for (codings, bytes, cap, expected) in [
        ("gzip", million.clone(), 1000, Some(too_large(1000))),
        ("gzip, gzip", nested, 2 << 20, Some(too_large(2 << 20))),
        // Within the cap, and yet too many times as large as it came.
        ("br", BROTLI_BOMB.to_vec(), 100 << 20, Some(too_large(1 << 20))),
        ("gzip", million, 2 << 20, None),
        ("zstd", WIDE_ZSTD.to_vec(), 1000, Some(BodyError::Malformed(String::new()))),
        ("gzip", b"no gzip".to_vec(), 1000, Some(BodyError::Malformed(String::new()))),
        ("gzip", gzip(TEXT)[..15].to_vec(), 1000, Some(BodyError::Malformed(String::new()))),
        ("deflate", b"\xff\xff".to_vec(), 1000, Some(BodyError::Malformed(String::new()))),
        ("br", BROTLI[..6].to_vec(), 1000, Some(BodyError::Malformed(String::new()))),
        ("zstd", ZSTD[..12].to_vec(), 1000, Some(BodyError::Malformed(String::new()))),
        ("gzip,gzip,gzip,gzip", gzip(TEXT), 1000, Some(BodyError::Malformed(String::new()))),
    ] {
        let found = match unpacked(&bytes.into(), codings, cap) {
            Ok(_) => None,
            Err(BodyError::Malformed(_)) => Some(BodyError::Malformed(String::new())),
            Err(error) => Some(error),
        };
        assert_eq!(found, expected, "{codings} within {cap}");
    }
}

#[test]
fn a_body_is_packed_as_the_headers_ask_and_leftovers_go() {
    for (word, body, stays) in [
        (None, TEXT, false),
        (Some("gzip"), TEXT, true),
        (Some("GZIP"), TEXT, true),
        (Some("gzip"), b"", false),
        (Some("br"), TEXT, false),
        (Some("identity"), TEXT, false),
    ] {
        let mut headers = HeaderMap::new();
        if let Some(word) = word {
            headers.insert(CONTENT_ENCODING, word.parse().unwrap());
        }
        let made = packed(Bytes::from_static(body), &mut headers);
        assert_eq!(headers.contains_key(CONTENT_ENCODING), stays, "{word:?}");
        let mut read = Vec::new();
        if stays {
            GzDecoder::new(&*made).read_to_end(&mut read).unwrap();
        } else {
            read.extend_from_slice(&made);
        }
        assert_eq!(read, body, "{word:?}");
    }
}
