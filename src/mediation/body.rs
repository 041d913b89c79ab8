//! The body off the wire: collected up to the limit, and unpacked where it is compressed.

use std::io::Read;

use bytes::Bytes;
use flate2::read::{MultiGzDecoder, ZlibDecoder};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;

use super::Flow;
use crate::message::{Cause, Direction, Fault, Side};
use crate::transport::{self, BodyError};

/// Reads the body off the wire, up to the limit.
pub(super) async fn collect_body(flow: &mut Flow) -> Result<(), Fault> {
    let from_client = flow.message.direction == Direction::Request;
    let Some(stream) = flow.message.payload.take_stream() else {
        return Err(Fault::new(Fault::PAYLOAD, "the message body was already sent on and is gone"));
    };
    let limits = &flow.services.limits;
    match transport::collect(stream, limits.body, limits.body_idle).await {
        Ok(bytes) => {
            let read = unpacked(bytes, &mut flow.message.headers, limits.body);
            flow.message.payload.fill(read.map_err(|error| body_fault(&error, from_client))?);
            Ok(())
        }
        Err(error) => Err(body_fault(&error, from_client)),
    }
}

fn body_fault(error: &BodyError, from_client: bool) -> Fault {
    let fault = Fault::new(Fault::PAYLOAD, error.to_string());
    let fault = if from_client { fault.blame(Side::Client) } else { fault.blame(Side::Backend) };
    match error {
        BodyError::TooLarge { .. } => fault.because(Cause::TooLarge),
        BodyError::Stalled { .. } => fault.because(Cause::Stalled),
        _ => fault.because(Cause::Connection),
    }
}

/// A compressed body as what it holds, with the header that said so gone: flows read bodies, and
/// a client's `Accept-Encoding` reaches the back-end. Encodings that are not known stay.
fn unpacked(bytes: Bytes, headers: &mut HeaderMap, cap: usize) -> Result<Bytes, BodyError> {
    let encoding = headers.get(CONTENT_ENCODING).and_then(|value| value.to_str().ok());
    let read = match encoding.map(|word| word.trim().to_ascii_lowercase()).as_deref() {
        Some("gzip" | "x-gzip") => up_to(MultiGzDecoder::new(&*bytes), cap)?,
        Some("deflate") => up_to(ZlibDecoder::new(&*bytes), cap)?,
        _ => return Ok(bytes),
    };
    headers.remove(CONTENT_ENCODING);
    Ok(read)
}

fn up_to(decoder: impl Read, cap: usize) -> Result<Bytes, BodyError> {
    let mut read = Vec::new();
    let limit = cap as u64;
    decoder
        .take(limit.saturating_add(1))
        .read_to_end(&mut read)
        .map_err(|error| BodyError::Malformed(error.to_string()))?;
    if read.len() > cap { Err(BodyError::TooLarge { limit }) } else { Ok(read.into()) }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};
    use http::HeaderMap;
    use http::header::CONTENT_ENCODING;

    use super::unpacked;
    use crate::transport::BodyError;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn compressed_bodies_are_read_as_what_they_hold() {
        let mut zlib = ZlibEncoder::new(Vec::new(), Compression::default());
        zlib.write_all(b"{}").unwrap();
        for (encoding, bytes, expected, gone) in [
            ("gzip", gzip(b"{}"), &b"{}"[..], true),
            (" X-GZip", gzip(b"{}"), b"{}", true),
            ("deflate", zlib.finish().unwrap(), b"{}", true),
            ("br", b"?".to_vec(), b"?", false),
            ("identity", b"{}".to_vec(), b"{}", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(CONTENT_ENCODING, encoding.parse().unwrap());
            assert_eq!(unpacked(bytes.into(), &mut headers, 100).unwrap(), expected, "{encoding}");
            assert_eq!(headers.is_empty(), gone, "{encoding}");
        }
    }

    #[test]
    fn what_unpacks_to_too_much_or_to_nothing_is_refused() {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_ENCODING, "gzip".parse().unwrap());
        let bomb = gzip(&vec![b'x'; 1 << 20]);
        let error = unpacked(bomb.into(), &mut headers, 1000).unwrap_err();
        assert_eq!(error, BodyError::TooLarge { limit: 1000 });
        let error = unpacked("no gzip".into(), &mut headers, 1000).unwrap_err();
        assert!(matches!(error, BodyError::Malformed(_)), "{error:?}");
    }
}
