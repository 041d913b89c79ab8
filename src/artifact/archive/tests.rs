//! Archives that were made to harm, and those that are only damaged.

use std::io::{Cursor, Write as _};

use ::zip::ZipWriter;
use ::zip::write::SimpleFileOptions;

use super::zip::{LIMITS, Limits, Zip};

fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// Replaces bytes wherever they are; the writer does not write what is asked for here.
fn forged(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    while let Some(at) = bytes.windows(from.len()).position(|found| found == from) {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}

/// Adds flags to the heads of all entries, or overwrites their unpacked sizes.
fn patched(mut bytes: Vec<u8>, patch: impl Fn(&mut [u8], bool)) -> Vec<u8> {
    for (mark, is_local) in [(b"PK\x03\x04", true), (b"PK\x01\x02", false)] {
        let at = bytes.windows(4).position(|found| found == mark).unwrap();
        patch(&mut bytes[at..], is_local);
    }
    bytes
}

fn refusal(bytes: &[u8], limits: &Limits) -> String {
    Zip::open(bytes, limits).err().unwrap_or_default()
}

#[test]
fn what_was_made_to_harm_is_refused_by_the_name_of_its_entry() {
    let link = {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer.add_symlink("a/link", "/etc/passwd", SimpleFileOptions::default()).unwrap();
        writer.finish().unwrap().into_inner()
    };
    let zeros = vec![0; 2 * 1024 * 1024];
    let bomb = packed(&[("small", b"x"), ("bomb", &zeros)]);
    let twice = forged(packed(&[("a/b", b"1"), ("a/c", b"2")]), b"a/c", b"a/b");
    let encrypted = patched(packed(&[("secret", b"x")]), |head, is_local| {
        head[if is_local { 6 } else { 8 }] |= 1;
    });
    let many = packed(&[("a", b""), ("b", b""), ("c", b"")]);
    let few = Limits { entries: 2, ..LIMITS };
    let small = Limits { bytes: 5, ..LIMITS };
    for (bytes, limits, expected) in [
        (link, LIMITS, "the entry `a/link` is a symbolic link"),
        (twice, LIMITS, "the entry `a/b` is there twice"),
        (encrypted, LIMITS, "the entry `secret` is encrypted"),
        (bomb, LIMITS, "the entry `bomb` unpacks to more than 100 times its size"),
        (many, few, "it has more than 2 entries"),
        (
            packed(&[("a", b"1234"), ("b", b"56")]),
            small,
            "it unpacks to more than 5 bytes, at the entry `b`",
        ),
        (packed(&[("a", b"1234")]), small, ""),
    ] {
        assert_eq!(refusal(&bytes, &limits), expected);
    }
}

#[test]
fn names_that_lead_out_refuse_the_archive() {
    for (name, why) in [
        ("../evil", "leads out of the archive"),
        ("a/../../evil", "leads out of the archive"),
        ("/etc/evil", "has an absolute name"),
        ("..\\evil", "has a backslash in its name"),
        ("C:/evil", "names a drive"),
        ("a\0evil", "has a control character in its name"),
        ("\u{2025}/evil", "leads out of the archive"),
    ] {
        // ASCII of the same length as the writer leaves it alone.
        let plain = "x".repeat(name.len());
        let bytes = forged(packed(&[(&plain, b"evil")]), plain.as_bytes(), name.as_bytes());
        let bytes = patched(bytes, |head, is_local| {
            // The name is in UTF-8.
            head[if is_local { 7 } else { 9 }] |= 0x08;
        });
        let shown: String = name.chars().flat_map(char::escape_debug).collect();
        assert_eq!(refusal(&bytes, &LIMITS), format!("the entry `{shown}` {why}"));
    }
}

#[test]
fn what_is_damaged_is_refused() {
    let whole = packed(&[("a", b"some text that is long enough to be damaged")]);
    for bytes in [b"not a zip".as_slice(), &[], &whole[..whole.len() / 2]] {
        assert_eq!(refusal(bytes, &LIMITS), "it is no ZIP archive, or it is damaged");
    }
    let mut flipped = whole.clone();
    flipped[40] ^= 0xff;
    let small = patched(whole.clone(), |head, is_local| {
        let at = if is_local { 22 } else { 24 };
        head[at..at + 4].copy_from_slice(&3_u32.to_le_bytes());
    });
    for bytes in [flipped, small] {
        let read = Zip::open(&bytes, &LIMITS).unwrap().read("a").unwrap();
        assert_eq!(read, Err("the entry `a` is damaged".to_owned()));
    }
    assert!(Zip::open(&whole, &LIMITS).unwrap().read("a").unwrap().is_ok());
    assert!(Zip::open(&whole, &LIMITS).unwrap().read("b").is_none());
}
