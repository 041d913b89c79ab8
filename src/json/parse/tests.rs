//! JSONTestSuite, what it leaves open, errors, limits, and the way back to text.

use std::path::Path;

use super::super::{JsonErrorKind, Value};
use super::{Limits, MAX_DEPTH, parse};

fn read(text: &str) -> Value {
    parse(text.as_bytes(), &Limits::default()).unwrap()
}

#[test]
fn the_json_test_suite_passes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/conformance/json-parsing");
    let Ok(files) = std::fs::read_dir(&folder) else {
        println!("left out: {} is not here", folder.display());
        return;
    };
    let (mut counts, mut wrong) = ([0; 3], Vec::new());
    for file in files.map(Result::unwrap) {
        let name = file.file_name().into_string().unwrap();
        let result = parse(&std::fs::read(file.path()).unwrap(), &Limits::default());
        let (group, is_right) = match name.split('_').next() {
            Some("y") => (0, result.is_ok()),
            Some("n") => (1, result.is_err()),
            Some("i") => (2, true),
            _ => continue,
        };
        counts[group] += 1;
        if !is_right {
            wrong.push((name, result));
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
    assert_eq!(counts, [95, 188, 35], "y_, n_ and i_");
}

#[test]
fn compact_text_survives() {
    let texts = [
        "null",
        "[]",
        "{}",
        r#""""#,
        r#"{"a":1.10,"b":[1e400,-0,123456789012345678901234567890,0.1E-7],"c":{"d":[{}]}}"#,
        r#"["\u0000\u001f\"\\/\b\f\n\r\tä€😀"]"#,
        r#"[[],[[]],{"":{"":[]}}]"#,
    ];
    for text in texts {
        assert_eq!(read(text).to_text(), text);
        assert_eq!(read(&read(text).to_pretty()), read(text));
    }
}

#[test]
fn pretty_text_is_indented() {
    let expected = "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": []\n}";
    assert_eq!(read(r#"{"a":[1,{}],"b":[]}"#).to_pretty(), expected);
}

#[test]
fn escapes_are_read_and_marks_tolerated() {
    let rows = [
        (r#""\u00e4\ud83d\ude00\/""#, "ä😀/"),
        ("\u{FEFF} \"x\" ", "x"),
        (r#""a\u0000b""#, "a\0b"),
    ];
    for (text, expected) in rows {
        assert_eq!(read(text).as_str(), Some(expected));
    }
}

#[test]
fn the_last_of_equal_members_wins_at_the_first_place() {
    assert_eq!(read(r#"{"a":1,"b":2,"a":3}"#).to_text(), r#"{"a":3,"b":2}"#);
    let many: Vec<_> = (0..200_000).map(|n| format!("\"k{}\":{n}", n % 100_000)).collect();
    let Value::Object(object) = read(&format!("{{{}}}", many.join(","))) else { panic!() };
    assert_eq!(object.len(), 100_000);
    let (name, value) = object.iter().next().unwrap();
    assert_eq!((&**name, value.to_text()), ("k0", "100000".to_owned()));
}

#[test]
fn records_share_their_member_names() {
    let Value::Array(items) = read(r#"[{"name":1},{"name":2}]"#) else { panic!() };
    let key = |at: usize| match &items[at] {
        Value::Object(object) => object.iter().next().unwrap().0.clone(),
        _ => panic!(),
    };
    assert!(std::sync::Arc::ptr_eq(&key(0), &key(1)));
}

#[test]
fn errors_say_what_is_expected_and_where() {
    let rows = [
        ("", 1, 1, "the document ends where a value is expected"),
        ("[1,\n 2 3]", 2, 4, "'3' stands where ',' or ']' is expected"),
        ("[,]", 1, 2, "',' stands where a value or ']' is expected"),
        ("[1,]", 1, 4, "']' stands where a value is expected"),
        ("{a:1}", 1, 2, "'a' stands where a member name or '}' is expected"),
        ("{\"ä\":1,}", 1, 8, "'}' stands where a member name is expected"),
        ("{\"a\" 1}", 1, 6, "'1' stands where ':' is expected"),
        ("{\"a\":1", 1, 7, "the document ends where ',' or '}' is expected"),
        ("[-x]", 1, 3, "'x' stands where a digit is expected"),
        ("1.e5", 1, 3, "'e' stands where a digit is expected"),
        ("nul", 1, 1, "'n' stands where a value is expected"),
        ("1 2", 1, 3, "'2' stands where the end of the document is expected"),
        ("[\"abc", 1, 2, "a string that never ends"),
        ("\"a\nb\"", 1, 3, "U+000A in a string must be escaped"),
        (r#""\x""#, 1, 2, "a backslash begins no escape here"),
        (r#""\u12g4""#, 1, 2, "'\\u' needs four hexadecimal digits"),
        (r#""\ud800x""#, 1, 2, "half of a surrogate pair"),
        (r#""\udc00""#, 1, 2, "half of a surrogate pair"),
        (r#""\ud800\u0041""#, 1, 2, "half of a surrogate pair"),
        ("\u{0}", 1, 1, "U+0000 stands where a value is expected"),
    ];
    for (text, line, column, message) in rows {
        let error = parse(text.as_bytes(), &Limits::default()).unwrap_err();
        assert_eq!((error.line, error.column), (line, column), "{text:?}: {error}");
        assert_eq!(error.message, message, "{text:?}");
        assert_eq!(error.limit(), None);
    }
    let error = parse(b"[\"\xE9\"]", &Limits::default()).unwrap_err();
    assert_eq!((error.offset, &*error.message), (2, "the document is not in UTF-8"));
}

#[test]
fn limits_hold() {
    let limits = Limits { bytes: 10_000_000, depth: 128, values: 1_000 };
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    assert!(parse(nested(128).as_bytes(), &limits).is_ok());
    let rows = [
        ("depth", nested(129)),
        ("depth", nested(1_000_000)),
        ("depth", "{\"a\":".repeat(1_000_000)),
        ("values", format!("[{}0]", "0,".repeat(1_000))),
        ("size", " ".repeat(10_000_001)),
    ];
    for (name, text) in rows {
        let error = parse(text.as_bytes(), &limits).unwrap_err();
        assert_eq!(error.kind, JsonErrorKind::Limit(name), "{error}");
    }
    let deep = Limits { depth: usize::MAX, ..limits };
    assert!(parse(nested(1_025).as_bytes(), &deep).unwrap_err().limit().is_some());
}

/// Values are compared, cloned and dropped by recursion, which their depth bounds: half of a
/// worker's stack is enough for the deepest, without optimisation.
#[test]
fn the_deepest_document_needs_little_stack() {
    let work = || {
        let deep = Limits { depth: MAX_DEPTH, ..Limits::default() };
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let inner = if close == "]" { "" } else { "1" };
            let text = format!("{}{inner}{}", open.repeat(MAX_DEPTH), close.repeat(MAX_DEPTH));
            let value = parse(text.as_bytes(), &deep).unwrap();
            let copy = value.clone();
            assert!(copy == value);
            assert_eq!(copy.to_text(), text);
            drop(value);
        }
    };
    std::thread::Builder::new().stack_size(1 << 20).spawn(work).unwrap().join().unwrap();
}
