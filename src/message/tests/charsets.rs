//! Charsets in and out, by rows.

use super::super::*;
use super::message;

/// What a flow does before the message is sent.
#[derive(Clone, Copy)]
enum Does {
    Nothing,
    Xml,
    Json,
}

fn sent(message: &mut Message) -> (Vec<u8>, String) {
    let outgoing = message.render(None).unwrap();
    let Rendered::Bytes(bytes) = &outgoing.body else { panic!("a stream") };
    (bytes.to_vec(), outgoing.content_type().unwrap_or_default().to_owned())
}

use Does::{Json, Nothing, Xml};

/// Content type, body, what a flow does and says; body and content type that are sent.
type Row = (
    &'static str,
    &'static [u8],
    Does,
    &'static [(&'static str, &'static str)],
    &'static [u8],
    &'static str,
);

const CHARSET: &str = "CHARACTER_SET_ENCODING";
const LATIN1: (&str, &str) = (CHARSET, "ISO-8859-1");
const SILENT: (&str, &str) = ("setCharacterEncoding", "false");

const ROWS: &[Row] = &[
    // What is rewritten stays in the charset that it came in.
    (
        "text/xml; charset=ISO-8859-1",
        b"<a>\xfc</a>",
        Xml,
        &[],
        b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xfc</a>",
        "text/xml; charset=ISO-8859-1",
    ),
    (
        "application/json; charset=windows-1252",
        b"{\"a\": \"\x80\"}",
        Json,
        &[],
        b"{\"a\":\"\x80\"}",
        "application/json; charset=windows-1252",
    ),
    // A declaration or a mark tells how to read, and not how to write.
    (
        "application/xml",
        b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xfc</a>",
        Xml,
        &[],
        "<a>ü</a>".as_bytes(),
        "application/xml",
    ),
    ("application/xml", b"\xfe\xff\0<\0a\0/\0>", Xml, &[], b"<a/>", "application/xml"),
    ("application/xml", b"<\0a\0/\0>\0", Xml, &[], b"<a/>", "application/xml"),
    ("application/json", b"\xff\xfe{\0}\0", Json, &[], b"{}", "application/json"),
    ("application/json", b"\0{\0}", Json, &[], b"{}", "application/json"),
    ("application/json", b"\xef\xbb\xbf{}", Json, &[], b"{}", "application/json"),
    (
        "text/plain; charset=nonsense",
        b"<a/>",
        Nothing,
        &[("messageType", "text/plain")],
        b"<a/>",
        "text/plain",
    ),
    // What is not rewritten keeps its bytes and its words.
    (
        "text/xml; charset=ISO-8859-1",
        b"<a>\xfc</a>",
        Nothing,
        &[],
        b"<a>\xfc</a>",
        "text/xml; charset=ISO-8859-1",
    ),
    // A flow says in which charset to write.
    (
        "application/xml",
        "<a>ü€</a>".as_bytes(),
        Xml,
        &[LATIN1],
        b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xfc&#8364;</a>",
        "application/xml; charset=ISO-8859-1",
    ),
    (
        "application/xml",
        "<a>ü</a>".as_bytes(),
        Nothing,
        &[LATIN1],
        b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xfc</a>",
        "application/xml; charset=ISO-8859-1",
    ),
    (
        "application/json",
        "{\"a\": \"ü€\"}".as_bytes(),
        Nothing,
        &[LATIN1],
        b"{\"a\": \"\xfc\\u20ac\"}",
        "application/json; charset=ISO-8859-1",
    ),
    ("text/plain", "ü€".as_bytes(), Nothing, &[LATIN1], b"\xfc?", "text/plain; charset=ISO-8859-1"),
    (
        "application/json",
        b"{}",
        Nothing,
        &[("ContentType", "application/json; charset=UTF-16")],
        b"\xfe\xff\0{\0}",
        "application/json; charset=UTF-16",
    ),
    (
        "text/plain; charset=Shift_JIS",
        b"\x93\xfa\x96\x7b",
        Nothing,
        &[("messageType", "text/plain; charset=EUC-JP")],
        b"\xc6\xfc\xcb\xdc",
        "text/plain; charset=EUC-JP",
    ),
    (
        "application/json",
        b"{}",
        Nothing,
        &[(CHARSET, "UTF-8")],
        b"{}",
        "application/json; charset=UTF-8",
    ),
    ("image/png", b"\xfc", Nothing, &[LATIN1], b"\xfc", "image/png"),
    // Nothing is said of the charset.
    (
        "application/xml",
        "<a>ü</a>".as_bytes(),
        Xml,
        &[LATIN1, SILENT],
        b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><a>\xfc</a>",
        "application/xml",
    ),
    ("application/json; charset=UTF-8", b"{ }", Json, &[SILENT], b"{}", "application/json"),
    ("application/json", b"{}", Nothing, &[(CHARSET, "UTF-8"), SILENT], b"{}", "application/json"),
    (
        "application/json",
        b"{ }",
        Json,
        &[SILENT, ("ContentType", "application/json; charset=utf-8")],
        b"{}",
        "application/json; charset=utf-8",
    ),
    // Forms have theirs in what is escaped.
    (
        "application/x-www-form-urlencoded; charset=ISO-8859-1",
        b"a=%FC+x",
        Nothing,
        &[("messageType", "application/json")],
        "{\"xformValues\":{\"a\":\"ü x\"}}".as_bytes(),
        "application/json",
    ),
    (
        "application/xml",
        "<f><a>ü x</a></f>".as_bytes(),
        Nothing,
        &[("messageType", "application/x-www-form-urlencoded"), LATIN1],
        b"a=%FC+x",
        "application/x-www-form-urlencoded; charset=ISO-8859-1",
    ),
];

#[test]
fn bodies_are_read_and_written_in_their_charset() {
    for (kind, body, does, properties, expected, expected_type) in ROWS {
        let mut message = message(kind, *body);
        match does {
            Nothing => {}
            Xml => drop(message.payload.xml_mut().unwrap()),
            Json => drop(message.payload.json_mut().unwrap()),
        }
        for (name, value) in *properties {
            message.set_property(PropertyScope::Axis2, &(*name).into(), (*value).into()).unwrap();
        }
        let (bytes, stated) = sent(&mut message);
        let shown = String::from_utf8_lossy(&bytes).into_owned();
        assert_eq!(
            (bytes.as_slice(), stated.as_str()),
            (*expected, *expected_type),
            "{kind} {properties:?}: {shown}"
        );
    }
}

#[test]
fn a_charset_that_nobody_knows_is_the_flows_fault() {
    let mut message = message("application/json", "{}");
    message.axis2.set("CHARACTER_SET_ENCODING", "UTF-99");
    let fault = Fault::from(message.render(None).unwrap_err());
    assert_eq!(&*fault.message, "the charset `UTF-99` is not supported");
    assert_eq!(fault.side, Side::Flow);
}

#[test]
fn text_that_a_flow_made_says_that_it_is_utf8() {
    let mut message = message("application/json", "{}");
    message.set_payload(Payload::from_text("grün"));
    message.set_content_type("text/plain");
    assert_eq!(sent(&mut message), ("grün".into(), "text/plain; charset=UTF-8".into()));
}
