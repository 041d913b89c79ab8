//! Rows for what is wrong with a callout; what it does is in `tests/cases/calls`.

use crate::mediators::testing::{Given, problems};

#[test]
fn mistakes_are_found_at_deploy_time() {
    for (xml, expected) in [
        ("<callout url='http://a'/>", "A205 <callout> has no attribute `url`"),
        ("<callout serviceURL='$SYSTEM:NONE_SUCH'/>", "A210 "),
        (
            "<callout serviceURL='http://{system.prop.h}/'/>",
            "A206 there are no Java system properties",
        ),
        ("<callout endpointKey='x'/>", "A502 no endpoint named `x` is deployed"),
        (
            "<callout serviceURL='http://a' endpointKey='x'/>",
            "A209 `endpointKey` is ignored beside `serviceURL`",
        ),
        (
            "<callout serviceURL='http://a'><endpoint><default/></endpoint></callout>",
            "A209 <endpoint> is ignored beside `serviceURL`",
        ),
        ("<callout><endpoint/></callout>", "A207 "),
        ("<callout passHeaders='false'/>", "A209 `passHeaders` is not honoured"),
        ("<callout passHeaders='no'/>", "A206 `passHeaders` cannot be `no`"),
        ("<callout><enableSec policy='p'/></callout>", "A209 <enableSec> is not honoured"),
        ("<callout><configuration/></callout>", "A209 <configuration> is not honoured"),
        ("<callout><sink/></callout>", "A208 <callout> has no child <sink>"),
        ("<callout><source/></callout>", "A204 the <source> of a callout needs `xpath` or `key`"),
        ("<callout><source type='body'/></callout>", "A206 `type` cannot be `body`"),
        ("<callout><source xpath='//a['/></callout>", "A401 "),
        ("<callout><target/></callout>", "A204 the <target> of a callout needs `xpath` or `key`"),
        ("<callout><target xpath='1'/></callout>", "A206 a target is a place in the message"),
        ("<callout><target xpath='$ctx:a'/></callout>", "A206 a target is a place in the message"),
        (
            "<callout><target type='body' key='k'/></callout>",
            "A205 <target> has no attribute `type`",
        ),
    ] {
        let found = problems(xml);
        assert!(found.iter().any(|text| text.starts_with(expected)), "{xml}: {found:?}");
    }
}

#[test]
fn what_cannot_be_sent_is_a_fault_before_anybody_is_called() {
    for (source, expected) in [
        ("xpath='//none'", "0: the source of the callout selects no element"),
        ("xpath='count(//a)'", "0: the source of the callout selects no element"),
        ("key='none'", "0: `none` is neither a property nor an entry with XML"),
        ("key='text'", "0: `text` is neither a property nor an entry with XML"),
    ] {
        let xml = format!("<callout serviceURL='http://127.0.0.1:1/'><source {source}/></callout>");
        let fault = Given::xml("<a/>").property("text", "x").run(&xml).fault_text();
        assert_eq!(fault.as_deref(), Some(expected), "{source}");
    }
}
