//! Every kind of body written as every other: bytes and content type.

use super::super::content_type::parameter;
use super::super::*;
use super::message;

const SOAP11_IN: &str = "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Header><h>1</h></e:Header><e:Body><r><a>1</a><b>x</b></r></e:Body></e:Envelope>";
const SOAP12_IN: &str = "<e:Envelope xmlns:e=\"http://www.w3.org/2003/05/soap-envelope\"><e:Header><h>1</h></e:Header><e:Body><r><a>1</a><b>x</b></r></e:Body></e:Envelope>";
const MULTIPART_IN: &str = "--in\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--in\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\nx\r\n--in--\r\n";
const FIELDS: &str = "--B\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n1\r\n--B\r\nContent-Disposition: form-data; name=\"b\"\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\nx\r\n--B--\r\n";

/// A body, and what it is as another kind.
struct Row {
    kind: &'static str,
    body: &'static str,
    json: &'static str,
    xml: &'static str,
    text: &'static str,
    form: &'static str,
    fields: &'static str,
    bytes: &'static str,
}

const ROWS: [Row; 9] = [
    Row {
        kind: "application/json",
        body: "{\"a\": 1, \"b\":\"x\"}",
        json: "{\"a\":1,\"b\":\"x\"}",
        xml: "<jsonObject><a>1</a><b>x</b></jsonObject>",
        text: "{\"a\":1,\"b\":\"x\"}",
        form: "a=1&b=x",
        fields: FIELDS,
        bytes: "{\"a\": 1, \"b\":\"x\"}",
    },
    Row {
        kind: "application/xml",
        body: "<r><a>1</a><b>x</b></r>",
        json: "{\"r\":{\"a\":1,\"b\":\"x\"}}",
        xml: "<r><a>1</a><b>x</b></r>",
        text: "1x",
        form: "a=1&b=x",
        fields: FIELDS,
        bytes: "<r><a>1</a><b>x</b></r>",
    },
    Row {
        kind: "text/xml",
        body: "<r><a>1</a><b>x</b></r>",
        json: "{\"r\":{\"a\":1,\"b\":\"x\"}}",
        xml: "<r><a>1</a><b>x</b></r>",
        text: "1x",
        form: "a=1&b=x",
        fields: FIELDS,
        bytes: "<r><a>1</a><b>x</b></r>",
    },
    Row {
        kind: "text/xml; charset=UTF-8",
        body: SOAP11_IN,
        json: "{\"r\":{\"a\":1,\"b\":\"x\"}}",
        xml: "<r><a>1</a><b>x</b></r>",
        text: "1x",
        form: "a=1&b=x",
        fields: FIELDS,
        bytes: "<r><a>1</a><b>x</b></r>",
    },
    Row {
        kind: "application/soap+xml; charset=UTF-8",
        body: SOAP12_IN,
        json: "{\"r\":{\"a\":1,\"b\":\"x\"}}",
        xml: "<r><a>1</a><b>x</b></r>",
        text: "1x",
        form: "a=1&b=x",
        fields: FIELDS,
        bytes: "<r><a>1</a><b>x</b></r>",
    },
    Row {
        kind: "application/x-www-form-urlencoded",
        body: "a=1&b=x",
        json: "{\"xformValues\":{\"a\":1,\"b\":\"x\"}}",
        xml: "<xformValues><a>1</a><b>x</b></xformValues>",
        text: "1x",
        form: "a=1&b=x",
        fields: FIELDS,
        bytes: "<xformValues><a>1</a><b>x</b></xformValues>",
    },
    Row {
        kind: "multipart/form-data; boundary=in",
        body: MULTIPART_IN,
        json: "{\"mediate\":{\"a\":1,\"b\":\"x\"}}",
        xml: "<mediate><a>1</a><b>x</b></mediate>",
        text: "1x",
        form: "a=1&b=x",
        fields: FIELDS,
        bytes: "<mediate><a>1</a><b>x</b></mediate>",
    },
    Row {
        kind: "text/plain",
        body: "hi",
        json: "{\"text\":\"hi\"}",
        xml: "<text xmlns=\"http://ws.apache.org/commons/ns/payload\">hi</text>",
        text: "hi",
        form: "",
        fields: "--B--\r\n",
        bytes: "hi",
    },
    Row {
        kind: "application/octet-stream",
        body: "hi",
        json: "{\"binary\":\"aGk=\"}",
        xml: "<binary xmlns=\"http://ws.apache.org/commons/ns/payload\">aGk=</binary>",
        text: "hi",
        form: "",
        fields: "--B--\r\n",
        bytes: "hi",
    },
];

fn envelope(version: &str, row: &Row) -> String {
    let has_header = row.kind.contains("; charset");
    let header = if has_header { "<soapenv:Header><h>1</h></soapenv:Header>" } else { "" };
    format!(
        "<soapenv:Envelope xmlns:soapenv=\"{version}\">{header}<soapenv:Body>{}</soapenv:Body></soapenv:Envelope>",
        row.xml
    )
}

#[test]
fn every_kind_is_written_as_every_other() {
    for row in &ROWS {
        for to in [
            "application/json",
            "application/xml",
            "text/xml",
            "application/soap+xml",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "text/plain",
            "application/octet-stream",
            "application/vnd.unlisted",
        ] {
            let mut message = message(row.kind, row.body);
            message.set_property(PropertyScope::Axis2, &"messageType".into(), to.into()).unwrap();
            let outgoing = message.render(None).unwrap();
            let Rendered::Bytes(bytes) = &outgoing.body else { panic!("a stream") };
            let stated = outgoing.content_type().unwrap();
            let boundary = parameter(stated, "boundary").unwrap_or_default();
            let written = String::from_utf8_lossy(bytes).into_owned();
            let is_same = Format::of(row.kind) == Format::of(to);
            let (expected, expected_type) = match Format::of(to) {
                Format::Multipart if is_same => (row.body.to_owned(), row.kind.to_owned()),
                _ if is_same => (row.body.to_owned(), to.to_owned()),
                Format::Json => (row.json.to_owned(), to.to_owned()),
                Format::Xml => (row.xml.to_owned(), to.to_owned()),
                Format::Soap11 => (envelope(SOAP11, row), to.to_owned()),
                Format::Soap12 => (envelope(SOAP12, row), to.to_owned()),
                Format::Form => (row.form.to_owned(), to.to_owned()),
                Format::Multipart => (
                    row.fields.replace("--B", &format!("--{boundary}")),
                    format!("{to}; boundary={boundary}"),
                ),
                Format::Text => (row.text.to_owned(), format!("{to}; charset=UTF-8")),
                _ => (row.bytes.to_owned(), to.to_owned()),
            };
            assert_eq!(written, expected, "{} -> {to}", row.kind);
            assert_eq!(stated, expected_type, "{} -> {to}", row.kind);
        }
    }
}

#[test]
fn the_action_of_soap_goes_where_the_version_has_it() {
    let soap12 = "application/soap+xml; charset=UTF-8; action=\"urn:a\"";
    for (kind, body, header, to, expected_type, expected_header) in [
        (soap12, SOAP12_IN, None, Format::Soap11, "text/xml", Some("\"urn:a\"")),
        (soap12, SOAP12_IN, None, Format::Soap12, soap12, None),
        (
            "text/xml",
            SOAP11_IN,
            Some("\"urn:a\""),
            Format::Soap12,
            "application/soap+xml; action=\"urn:a\"",
            None,
        ),
        ("text/xml", SOAP11_IN, Some("urn:a"), Format::Soap11, "text/xml", Some("urn:a")),
        ("text/xml", "<r/>", Some("urn:a"), Format::Soap11, "text/xml", Some("\"urn:a\"")),
        ("text/xml", SOAP11_IN, None, Format::Soap12, "application/soap+xml", None),
        ("application/json", "{}", Some("urn:a"), Format::Xml, "application/xml", Some("urn:a")),
    ] {
        let mut message = message(kind, body);
        if let Some(header) = header {
            message.set_header("SOAPAction", header).unwrap();
        }
        let mut headers = message.headers.clone();
        message.render(Some(to)).unwrap().describe(&mut headers);
        let text = |name| headers.get(name).map(|value| value.to_str().unwrap());
        assert_eq!(text("content-type"), Some(expected_type), "{kind} -> {to:?}");
        assert_eq!(text("soapaction"), expected_header, "{kind} -> {to:?}");
    }
    // What a flow says with <header name="Action"> counts more than what the client said, also of
    // a body that goes as it came; what it has removed is not said in a content type.
    for (kind, body, to, said, expected_type, expected_header) in [
        ("text/xml", SOAP11_IN, None, "urn:own", "text/xml", Some("\"urn:own\"")),
        ("text/xml", SOAP11_IN, None, "", "text/xml", Some("\"urn:a\"")),
        (
            "text/xml",
            SOAP11_IN,
            Some(Format::Soap12),
            "urn:own",
            "application/soap+xml; action=\"urn:own\"",
            None,
        ),
        (
            soap12,
            SOAP12_IN,
            None,
            "urn:own",
            "application/soap+xml; charset=UTF-8; action=\"urn:own\"",
            None,
        ),
        (soap12, SOAP12_IN, None, "", "application/soap+xml; charset=UTF-8", None),
        ("application/xml", "<r/>", None, "urn:own", "application/xml", None),
        ("application/json", "{}", None, "urn:own", "application/json", None),
    ] {
        let mut message = message(kind, body);
        if kind == "text/xml" {
            message.set_header("SOAPAction", "\"urn:a\"").unwrap();
        }
        let value = if said.is_empty() { Value::Null } else { Value::text(said) };
        message.properties.set("Action", value);
        let mut headers = message.headers.clone();
        message.render(to).unwrap().describe(&mut headers);
        let text = |name| headers.get(name).map(|value| value.to_str().unwrap());
        assert_eq!(text("content-type"), Some(expected_type), "{kind} {said}");
        assert_eq!(text("soapaction"), expected_header, "{kind} {said}");
    }
    // What a flow says with <header name="Action">, behind a messageType that hid the request's.
    let mut message = message("application/json", "{}");
    message.properties.set("Action", "urn:own");
    message.set_content_type("application/soap+xml");
    let stated = message.render(None).unwrap().content_type().map(str::to_owned);
    assert_eq!(stated.as_deref(), Some("application/soap+xml; action=\"urn:own\""));
}

#[test]
fn an_endpoint_that_asks_for_soap_gets_an_envelope() {
    for (kind, body, asked, expected) in [
        ("text/xml", "<r/>", Format::Soap11, "<soapenv:Body><r/></soapenv:Body>"),
        ("text/xml", "<r/>", Format::Soap12, "<soapenv:Body><r/></soapenv:Body>"),
        ("text/xml", "", Format::Soap11, "<soapenv:Body/>"),
        ("application/json", "{\"a\":1}", Format::Soap11, "<jsonObject><a>1</a></jsonObject>"),
        ("text/xml", SOAP11_IN, Format::Soap11, SOAP11_IN),
        ("text/xml", SOAP11_IN, Format::Soap12, SOAP12),
        ("text/xml", SOAP11_IN, Format::Xml, "<r><a>1</a><b>x</b></r>"),
    ] {
        let mut message = message(kind, body);
        let outgoing = message.render(Some(asked)).unwrap();
        let Rendered::Bytes(bytes) = &outgoing.body else { panic!("a stream") };
        let written = String::from_utf8_lossy(bytes);
        assert!(written.contains(expected), "{kind} -> {asked:?}: {written}");
        assert_eq!(Format::of(outgoing.content_type().unwrap()), asked, "{kind} -> {asked:?}");
    }
}
