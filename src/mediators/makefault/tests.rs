//! Faults by rows: versions, codes, details, what they replace, and what the client gets.

use crate::expression::PropertyScope;
use crate::mediators::testing::{Given, problems};
use crate::message::Direction;

const NAMESPACES: &str = "xmlns:s1='http://schemas.xmlsoap.org/soap/envelope/' \
                          xmlns:s2='http://www.w3.org/2003/05/soap-envelope'";

/// The mediator with attributes and children, and the namespaces that codes need.
fn makefault(attributes: &str, children: &str) -> String {
    format!("<makefault {NAMESPACES} {attributes}>{children}</makefault>")
}

const SOAP11: &str = "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'>\
                      <e:Header><h>1</h></e:Header><e:Body><b>2</b></e:Body></e:Envelope>";
const SOAP12: &str = "<e:Envelope xmlns:e='http://www.w3.org/2003/05/soap-envelope'>\
                      <e:Body><b>2</b></e:Body></e:Envelope>";

fn fault11(inner: &str) -> String {
    format!(
        "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\">\
         <soapenv:Body><soapenv:Fault>{inner}</soapenv:Fault></soapenv:Body></soapenv:Envelope>"
    )
}

fn fault12(inner: &str) -> String {
    fault11(inner).replace(
        "http://schemas.xmlsoap.org/soap/envelope/",
        "http://www.w3.org/2003/05/soap-envelope",
    )
}

#[test]
fn a_fault_is_of_the_version_that_is_stated() {
    let reason = "<reason expression='$ctx:why'/>";
    for (attributes, children, expected) in [
        (
            "",
            "<code value='s1:Server'/><reason value='no &amp; more'/>",
            fault11(
                "<faultcode>soapenv:Server</faultcode><faultstring>no &amp; more</faultstring>",
            ),
        ),
        (
            "version='soap11'",
            "<code expression=\"'Client'\"/><reason expression='//b'/><role> urn:me </role><detail/>",
            fault11(
                "<faultcode>soapenv:Client</faultcode><faultstring>2</faultstring>\
                 <faultactor>urn:me</faultactor><detail/>",
            ),
        ),
        (
            "version='soap12'",
            "<code value='s2:Receiver'/><reason value='x'/><node>urn:n</node><role>urn:r</role>\
             <detail>some text</detail>",
            fault12(
                "<soapenv:Code><soapenv:Value>soapenv:Receiver</soapenv:Value></soapenv:Code>\
                 <soapenv:Reason><soapenv:Text xml:lang=\"en\">x</soapenv:Text></soapenv:Reason>\
                 <soapenv:Node>urn:n</soapenv:Node><soapenv:Role>urn:r</soapenv:Role>\
                 <soapenv:Detail>some text</soapenv:Detail>",
            ),
        ),
        (
            "version='soap11'",
            "<code value='s1:MustUnderstand'/><reason value='x'/>\
             <detail><p:a>1</p:a><c xmlns=''/></detail>",
            fault11(
                "<faultcode>soapenv:MustUnderstand</faultcode><faultstring>x</faultstring>\
                 <detail><p:a xmlns:p=\"urn:p\">1</p:a><c/></detail>",
            ),
        ),
        (
            "version='soap11'",
            "<code expression=\"'soapenv:Server'\"/><reason value=''/><detail expression='//b'/>",
            fault11("<faultcode>soapenv:Server</faultcode><faultstring/><detail><b>2</b></detail>"),
        ),
        (
            "version='soap11'",
            "<code value='s1:Server'/><reason value='x'/><detail expression='count(//b)'/>",
            fault11(
                "<faultcode>soapenv:Server</faultcode><faultstring>x</faultstring>\
                 <detail>1</detail>",
            ),
        ),
    ] {
        let xml = makefault(attributes, children);
        let ran = Given::typed("text/xml", "<a><b>2</b></a>").run(&xml);
        assert_eq!(ran.body(), expected, "{xml}");
    }
    let ran =
        Given::xml("<a/>").property("why", "because").run(&makefault("version='pox'", reason));
    assert_eq!(ran.body(), "<Exception>because</Exception>");
}

#[test]
fn without_a_version_a_code_of_soap_12_follows_the_message() {
    let xml = makefault("", "<code value='s2:Sender'/><reason value='x'/><detail><d/></detail>");
    for (content_type, body, expected) in [
        ("text/xml", SOAP11, "<faultcode>soapenv:Client</faultcode>"),
        ("application/soap+xml", SOAP12, "<soapenv:Value>soapenv:Sender</soapenv:Value>"),
        ("text/xml", "<a/>", "<Exception>x</Exception>"),
        ("application/xml", "<a/>", "<Exception>x</Exception>"),
        ("application/xml", "<a", "<Exception>x</Exception>"),
    ] {
        let found = Given::typed(content_type, body).run(&xml).body();
        assert!(found.contains(expected), "{content_type} {body}: {found}");
    }
}

#[test]
fn plain_faults_are_the_detail_or_the_reason() {
    for (children, expected) in [
        ("<reason value='r'/><detail>d</detail>", "<Exception>d</Exception>"),
        ("<reason value='r'/><detail expression='//b'/>", "<Exception>2</Exception>"),
        ("<reason value='r'/><detail><d>x</d></detail>", "<Exception>r</Exception>"),
        ("<reason value='r'/>", "<Exception>r</Exception>"),
        ("", "<Exception/>"),
    ] {
        let ran = Given::xml("<a><b>2</b></a>").run(&makefault("version='pox'", children));
        assert_eq!(ran.body(), expected, "{children}");
    }
    // In an envelope only the body's element is another.
    let ran =
        Given::typed("text/xml", SOAP11).run(&makefault("version='pox'", "<reason value='r'/>"));
    let body = ran.body();
    assert!(
        body.contains("<h>1</h>") && body.contains("<Exception>r</Exception></e:Body>"),
        "{body}"
    );
}

#[test]
fn headers_of_soap_stay() {
    let xml = makefault("", "<code value='s1:Server'/><reason value='x'/>");
    let body = Given::typed("text/xml", SOAP11).streamed().run(&xml).body();
    assert!(body.contains("<soapenv:Header><h>1</h></soapenv:Header><soapenv:Body>"), "{body}");
    // A body that cannot be read does not keep a fault from telling so.
    let body = Given::typed("text/xml", "<oops").run(&xml).body();
    assert!(body.contains("<faultstring>x</faultstring>"), "{body}");
}

#[test]
fn the_client_gets_the_form_that_the_message_has() {
    let soap = makefault("version='soap11'", "<code value='s1:Server'/><reason value='x'/>");
    let soap12 = makefault("version='soap12'", "<code value='s2:Receiver'/><reason value='x'/>");
    let plain = makefault("version='pox'", "<reason value='x'/>");
    let json = r#"{"Fault":{"faultcode":"soapenv:Server","faultstring":"x"}}"#;
    let status = |code: u16| format!("<property name='HTTP_SC' scope='axis2' value='{code}'/>");
    let as_200 = "<property name='FAULTS_AS_HTTP_200' scope='axis2' value='true'/>";
    for (content_type, mediators, code, stated, body) in [
        ("text/xml", soap.clone(), 500, "text/xml", "<soapenv:Envelope"),
        ("text/plain", soap.clone(), 500, "text/xml", "<soapenv:Envelope"),
        ("", soap.clone(), 500, "text/xml", "<soapenv:Envelope"),
        ("text/xml", soap12.clone(), 500, "application/soap+xml", "<soapenv:Envelope"),
        ("application/xml", soap.clone(), 500, "application/xml", "<soapenv:Fault"),
        ("application/json", soap.clone(), 500, "application/json", json),
        ("application/json", plain.clone(), 500, "application/json", r#"{"Exception":"x"}"#),
        ("text/plain", plain.clone(), 500, "application/xml", "<Exception>x</Exception>"),
        ("text/xml", format!("{soap}{as_200}"), 200, "text/xml", "<soapenv:Envelope"),
        ("text/xml", format!("{plain}{as_200}"), 200, "application/xml", "<Exception>"),
        ("text/xml", format!("{soap}{}", status(422)), 422, "text/xml", "<soapenv:Envelope"),
    ] {
        let source = if content_type.contains("json") { "{}" } else { "<a/>" };
        let ran = Given::typed(content_type, source).run(&format!("{mediators}<respond/>"));
        let told = ran.answer.unwrap();
        let heard = told.headers.get("content-type").unwrap().to_str().unwrap();
        let found = (told.status, heard.split(';').next().unwrap());
        assert_eq!(found, (code, stated), "{content_type} {mediators}");
        assert!(told.body.starts_with(body), "{content_type} {mediators}: {}", told.body);
    }
}

#[test]
fn a_fault_is_a_response_to_whom_the_message_names() {
    let given =
        || Given::xml("<a/>").property("ReplyTo", "urn:reply").property("FaultTo", "urn:fault");
    let children = "<code value='s1:Server'/><reason value='x'/>";
    for (attributes, to, direction) in [
        ("", "urn:fault", Direction::Response),
        ("version='pox'", "urn:reply", Direction::Response),
        ("response='false'", "urn:fault", Direction::Request),
        ("version='pox' response='false'", "/shop/orders/7?kind=a%20b", Direction::Request),
    ] {
        let ran = given().run(&makefault(attributes, children));
        assert_eq!(ran.property("To"), to, "{attributes}");
        assert_eq!(ran.message().direction, direction, "{attributes}");
        assert_eq!(ran.property("FAULT"), "TRUE", "{attributes}");
    }
    let ran = Given::xml("<a/>").run(&makefault("", children));
    assert_eq!(ran.message().property(PropertyScope::Default, "To").map(|to| to.to_text()), None);
    assert_eq!(ran.property("RelatesTo"), ran.property("MessageID"));
    let reason = "<code value='s1:Server'/><reason expression='json-eval($.a)'/>";
    let failed = Given::json("{oops").run(&makefault("", reason));
    assert!(failed.fault_text().is_some(), "what fails changes nothing");
}

#[test]
fn mistakes_are_found_at_deploy_time() {
    let code = "<code value='s1:Server'/>";
    let both = "<code value='s1:Server'/><reason value='x'/>";
    let with = |children: &str| format!("{both}{children}");
    for (attributes, children, expected) in [
        ("version='soap13'", both.to_owned(), "A206 `version` cannot be `soap13`"),
        ("response='no'", both.to_owned(), "A206 `response` cannot be `no`"),
        ("kind='x'", both.to_owned(), "A205 <makefault> has no attribute `kind`"),
        ("", String::new(), "A207 <makefault> needs the child <code>"),
        ("", code.to_owned(), "A207 <makefault> needs the child <reason>"),
        ("", format!("<code/>{both}"), "A204 the <code> of the fault is empty"),
        ("", format!("{code}<reason/>"), "A204 the <reason> of the fault is empty"),
        ("", "<code value='Server'/>".to_owned(), "A206 the code `Server` has no prefix"),
        ("", "<code value='q:Server'/>".to_owned(), "A206 the prefix `q` is not declared"),
        (
            "",
            "<code value='p:Server'/>".to_owned(),
            "A206 the prefix `p` is not that of the fault's version",
        ),
        (
            "version='soap11'",
            "<code value='s2:Receiver'/>".to_owned(),
            "A206 the prefix `s2` is not that of the fault's version",
        ),
        ("", "<code value='s1:Receiver'/>".to_owned(), "A206 `Receiver` is no code of a fault"),
        ("", "<code value='s2:Server'/>".to_owned(), "A206 `Server` is no code of a fault"),
        ("", with("<node>a b</node>"), "A206 `a b` is no URI"),
        ("", with("<cause/>"), "A208 <makefault> has no child <cause>"),
        ("", with("<detail text='x'/>"), "A205 <detail> has no attribute `text`"),
        ("", with("<detail expression='//a['/>"), "A401 "),
        ("version='soap11'", with("<node>urn:n</node>"), "A208 <node> is ignored"),
        ("version='pox'", with(""), "A208 <code> is ignored"),
        ("version='pox'", with("<detail><d/></detail>"), "A208 <d> is ignored"),
    ] {
        let found = problems(&makefault(attributes, &children));
        let matches = found.iter().any(|text| text.starts_with(expected));
        assert!(matches, "{attributes} {children}: {found:?}");
    }
}
