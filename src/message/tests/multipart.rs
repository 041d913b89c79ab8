//! Multipart bodies as flows see and change them.

use super::super::*;
use super::{content_of, message};

const FILE: &str = "--b\r\nContent-Disposition: form-data; name=\"note\"\r\nContent-Type: application/json; charset=ISO-8859-1\r\n\r\n{\"n\":1}\r\n--b\r\nContent-Disposition: form-data; name=\"doc\"; filename=\"C:\\a.bin\"\r\nContent-Type: application/x-own\r\n\r\n\x01\r\n\x02\r\n--b\r\nContent-Disposition: form-data\r\n\r\nnameless\r\n--b--\r\n";
const KIND: &str = "multipart/form-data; boundary=b";

fn written(message: &mut Message) -> String {
    let outgoing = message.render(None).unwrap();
    let Rendered::Bytes(bytes) = &outgoing.body else { panic!("a stream") };
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn files_are_base64_with_a_name_and_a_type() {
    let message = message(KIND, FILE);
    assert_eq!(
        content_of(&message.payload),
        "<mediate><note content-type=\"application/json\">{\"n\":1}</note><doc filename=\"C:\\a.bin\" content-type=\"application/x-own\">AQ0KAg==</doc></mediate>"
    );
    assert_eq!(&message.payload.bytes().unwrap()[..], FILE.as_bytes(), "looking changes nothing");
}

#[test]
fn a_changed_form_sends_files_as_files_where_the_flow_says_so() {
    for (decode, name, content) in [
        ("true", "; filename=\"C:\\a.bin\"\r\nContent-Type: application/x-own", "\x01\r\n\x02"),
        ("false", "\r\nContent-Type: text/plain; charset=UTF-8", "AQ0KAg=="),
    ] {
        let mut message = message(KIND, FILE);
        message.payload.xml_mut().unwrap();
        message.axis2.set("DECODE_MULTIPART_DATA", decode);
        message.axis2.set("ContentType", "multipart/form-data; boundary=out; charset=UTF-8");
        let expected = format!(
            "--out\r\nContent-Disposition: form-data; name=\"note\"\r\nContent-Type: application/json; charset=UTF-8\r\n\r\n{{\"n\":1}}\r\n--out\r\nContent-Disposition: form-data; name=\"doc\"{name}\r\n\r\n{content}\r\n--out--\r\n"
        );
        assert_eq!(written(&mut message), expected, "{decode}");
        let stated = message.render(None).unwrap().content_type().map(str::to_owned);
        assert_eq!(stated.as_deref(), Some("multipart/form-data; boundary=out"));
    }
}

#[test]
fn a_flow_makes_fields_and_files_of_xml() {
    let xml = "<f xmlns:x=\"http://org.apache.axis2/xsd/form-data\"><x:file name=\"up\" filename=\"a.txt\" content-type=\"text/csv\">aGk=</x:file><x:file>aGk=</x:file><town><name>N</name></town></f>";
    let mut message = message("application/xml", xml);
    message.axis2.set("messageType", "multipart/form-data");
    message.axis2.set("ContentType", "multipart/form-data; boundary=b");
    assert_eq!(
        written(&mut message),
        "--b\r\nContent-Disposition: form-data; name=\"up\"; filename=\"a.txt\"\r\nContent-Type: text/csv\r\n\r\nhi\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"esb-generated-file\"\r\nContent-Type: text/plain\r\n\r\nhi\r\n--b\r\nContent-Disposition: form-data; name=\"town\"\r\nContent-Type: application/xml; charset=UTF-8\r\n\r\n<town><name>N</name></town>\r\n--b--\r\n"
    );
}

#[test]
fn names_that_xml_does_not_allow_are_written_as_in_json() {
    let field = "--b\r\nContent-Disposition: form-data; name=\"a[1]\"\r\n\r\nx\r\n--b--";
    for (kind, body, root, sent) in [
        ("application/x-www-form-urlencoded", "a%5B1%5D=x", "xformValues", "a%5B1%5D=x"),
        (KIND, field, "mediate", "name=\"a[1]\""),
    ] {
        let mut message = message(kind, body);
        let name = "a_JsonReader_91_1_JsonReader_93_";
        let expected = format!("<{root}><{name}>x</{name}></{root}>");
        assert_eq!(content_of(&message.payload), expected);
        let json = message.payload.json().unwrap().to_text();
        assert_eq!(json, format!("{{\"{root}\":{{\"a[1]\":\"x\"}}}}"));
        message.payload.xml_mut().unwrap();
        assert!(written(&mut message).contains(sent), "{kind}");
    }
}

const MTOM: &str =
    "multipart/related; type=\"application/xop+xml\"; start=\"<root@x>\"; boundary=b";

fn mtom(include: &str) -> String {
    format!(
        "--b\r\nContent-ID: <a%20b@x>\r\n\r\nno\r\n--b\r\nContent-ID: <pic@x>\r\nContent-Type: image/png\r\n\r\n\x01\x02\r\n--b\r\nContent-ID: <root@x>\r\nContent-Type: application/xop+xml; charset=UTF-8; type=\"text/xml\"\r\n\r\n<e:Envelope xmlns:e=\"{SOAP11}\"><e:Body><pic>{include}</pic></e:Body></e:Envelope>\r\n--b--"
    )
}

fn include(href: &str) -> String {
    format!("<x:Include xmlns:x=\"http://www.w3.org/2004/08/xop/include\" href=\"{href}\"/>")
}

#[test]
fn attachments_are_in_the_places_that_refer_to_them() {
    let mut message = message(MTOM, mtom(&include("cid:pic%40x")));
    assert_eq!(content_of(&message.payload), "<pic>AQI=</pic>");
    assert!(message.payload.is_soap().unwrap());
    message.payload.xml_mut().unwrap();
    let outgoing = message.render(None).unwrap();
    assert_eq!(outgoing.content_type(), Some("text/xml"), "what is rewritten has no parts");
    let plain = "--b\r\nContent-Type: application/xml\r\n\r\n<a>1</a>\r\n--b\r\n\r\nother\r\n--b--";
    let message = super::message("multipart/related; boundary=b", plain);
    assert_eq!(content_of(&message.payload), "<a>1</a>");
}

#[test]
fn multipart_bodies_that_are_none_say_why() {
    let twice = include("cid:pic@x").repeat(2);
    for (kind, body, expected) in [
        (
            KIND,
            "x".to_owned(),
            "malformed multipart/form-data: no part begins with the boundary `b`",
        ),
        (
            "multipart/form-data",
            FILE.to_owned(),
            "malformed multipart/form-data: the content type names no boundary",
        ),
        (KIND, FILE[..60].to_owned(), "malformed multipart/form-data: the last part has no end"),
        (MTOM, "--b--".to_owned(), "malformed multipart/related: there is no part"),
        (
            MTOM,
            mtom(&include("cid:none")),
            "malformed multipart/related: no part is left for `cid:none`",
        ),
        (MTOM, mtom(&twice), "malformed multipart/related: no part is left for `cid:pic@x`"),
        (MTOM, mtom("<"), "malformed XML"),
    ] {
        let error = message(kind, body).payload.xml().unwrap_err();
        assert!(error.to_string().starts_with(expected), "{error}");
        assert_eq!(Fault::from(error).side, Side::Client);
    }
}
