//! AWS's event stream as a server writes it: length, headers, payload, two checksums.

/// Adds a message of a kind to a stream.
pub(super) fn write(stream: &mut Vec<u8>, event: &str, content_type: &str, payload: &[u8]) {
    let mut headers = Vec::new();
    for (name, value) in
        [(":message-type", "event"), (":event-type", event), (":content-type", content_type)]
    {
        headers.push(name.len() as u8);
        headers.extend_from_slice(name.as_bytes());
        // Seven is the type of a text.
        headers.push(7);
        headers.extend_from_slice(&(value.len() as u16).to_be_bytes());
        headers.extend_from_slice(value.as_bytes());
    }
    let start = stream.len();
    let total = 16 + headers.len() + payload.len();
    stream.extend_from_slice(&(total as u32).to_be_bytes());
    stream.extend_from_slice(&(headers.len() as u32).to_be_bytes());
    let prelude = crc32(stream.get(start..).unwrap_or_default());
    stream.extend_from_slice(&prelude.to_be_bytes());
    stream.extend_from_slice(&headers);
    stream.extend_from_slice(payload);
    let whole = crc32(stream.get(start..).unwrap_or_default());
    stream.extend_from_slice(&whole.to_be_bytes());
}

/// The checksum of Ethernet and ZIP.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { (crc >> 1) ^ 0xedb8_8320 } else { crc >> 1 }
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_of_the_textbook() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
    }
}
