//! What `log` writes.

use std::io::Write;
use std::sync::{Arc, Mutex};

use tracing_subscriber::fmt::MakeWriter;

use crate::mediators::testing::{Given, problems};

/// Collects what is logged.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

fn logged(given: Given, mediators: &str) -> String {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt()
        .with_writer(lines.clone())
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .without_time()
        .finish();
    tracing::subscriber::with_default(subscriber, || given.run(mediators).message().id());
    let all = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    all.lines().filter(|line| line.contains("myelin::log")).collect::<Vec<_>>().join("\n")
}

#[test]
fn lines_say_what_they_are_asked_to() {
    let given = || Given::json("{\"id\": 7}").property("p", "one\ntwo");
    for (xml, expected, not) in [
        ("<log/>", "To: /shop/orders/7?kind=a%20b, MessageID: urn:uuid:", "Payload"),
        ("<log level='simple'/>", "Direction: request", "Payload"),
        ("<log level='full'/>", "Direction: request, Payload: {\"id\":7}", "Envelope"),
        (
            "<log level='custom'><property name='a' value='1'/><property name='b' expression='json-eval($.id)'/></log>",
            "a = 1, b = 7",
            "To:",
        ),
        (
            "<log level='custom' separator=' | '><property name='a' value='1'/><property name='b' value='2'/></log>",
            "a = 1 | b = 2",
            ",",
        ),
        (
            "<log level='custom' separator='\\t'><property name='a' value='1'/><property name='b' value='2'/></log>",
            "a = 1\tb = 2",
            ",",
        ),
        (
            "<property name='correlation_id' scope='axis2' value='c-7'/><log><property name='a' value='1'/></log>",
            ", correlation_id: c-7, Direction: request, a = 1",
            "Payload",
        ),
        (
            "<log level='full'><property name='a' value='1'/></log>",
            "Payload: {\"id\":7}, a = 1",
            "Envelope",
        ),
        (
            "<log level='headers'><message>hello</message><property name='a' value='1'/></log>",
            "hello, a = 1",
            "To:",
        ),
        (
            "<log><message>order ${payload.id} of ${props.synapse.none}!</message></log>",
            "order 7 of !",
            "To:",
        ),
        ("<log level='simple'><message>hello</message></log>", "hello, To: ", "Payload"),
        (
            "<log logFullPayload='true' logMessageID='true'><message>hello</message></log>",
            "MessageID: urn:uuid:",
            "To:",
        ),
        (
            "<log logFullPayload='true'><message>hello</message></log>",
            "hello, Payload: {\"id\":7}",
            "To:",
        ),
        (
            "<log category='ERROR'><message>hello</message></log>",
            "ERROR myelin::log: hello",
            "INFO",
        ),
        (
            "<log category='FATAL'><message>hello</message></log>",
            "ERROR myelin::log: hello",
            "INFO",
        ),
        (
            "<log category='trace'><message>hello</message></log>",
            "TRACE myelin::log: hello",
            "INFO",
        ),
        // A value cannot begin a line of its own.
        (
            "<log level='custom'><property name='p' expression='$ctx:p'/></log>",
            "p = one\\ntwo",
            "\ntwo",
        ),
        ("<header name='To' value='http://there/'/><log/>", "To: http://there/, ", "/shop"),
    ] {
        let line = logged(given(), xml);
        assert!(line.contains(expected) && !line.contains(not), "{xml}: {line}");
    }
    let soap = Given::typed(
        "text/xml",
        "<e:Envelope xmlns:e='http://schemas.xmlsoap.org/soap/envelope/'><e:Header><h>1</h></e:Header><e:Body/></e:Envelope>",
    );
    let line = logged(soap.header("SOAPAction", "\"urn:do\""), "<log level='headers'/><log/>");
    assert!(line.contains("h : 1"), "{line}");
    assert!(line.contains(", WSAction: urn:do, SOAPAction: \"urn:do\", MessageID: "), "{line}");
    let answer = logged(given().response(), "<log/>");
    assert!(answer.contains("Direction: response"), "{answer}");
    let xml = logged(Given::xml("<a/>"), "<log level='full'/>");
    assert!(xml.contains("Envelope: <soapenv:Envelope") && xml.contains("<a/>"), "{xml}");
}

#[test]
fn mistakes_are_found_at_deploy_time() {
    for (xml, expected) in [
        ("<log level='none'/>", "A206 `level` cannot be `none`"),
        ("<log category='LOUD'/>", "A206 `category` cannot be `LOUD`"),
        ("<log><property value='1'/></log>", "A204 <property> needs the attribute `name`"),
        ("<log><property name='x'/></log>", "A204 a property of a log needs a value"),
        ("<log><property name='x' expression='//a['/></log>", "A401 "),
        (
            "<log><property name='x' value='1' scope='axis2'/></log>",
            "A205 <property> has no attribute `scope`",
        ),
        ("<log><message>${payload.}</message></log>", "A401 expected a name"),
        ("<log><msg/></log>", "A208 <log> has no child <msg>"),
    ] {
        let found = problems(xml);
        assert!(found.iter().any(|text| text.starts_with(expected)), "{xml}: {found:?}");
        assert_eq!(found.len(), 1, "{xml}: {found:?}");
    }
}
