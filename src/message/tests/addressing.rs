//! WS-Addressing, and where a message without an endpoint may go.

use std::sync::Arc;

use super::{message, request};
use crate::message::{Forwarding, Message, Payload, PropertyScope, Rules};

#[test]
fn addressing_headers_are_seen_once_the_body_was_read() {
    let text = |message: &Message, name: &str| {
        message.property(PropertyScope::Default, name).map(|value| value.to_text())
    };
    for namespace in
        ["http://www.w3.org/2005/08/addressing", "http://schemas.xmlsoap.org/ws/2004/08/addressing"]
    {
        let mut message = message(
            "text/xml",
            format!(
                "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:a=\"{namespace}\">\
                 <e:Header><a:To> http://there/s </a:To><a:Action>urn:go</a:Action>\
                 <a:MessageID>uuid:1</a:MessageID>\
                 <a:ReplyTo><a:Address>http://back/</a:Address></a:ReplyTo></e:Header><e:Body/></e:Envelope>"
            ),
        );
        assert_eq!(text(&message, "To").as_deref(), Some("/shop/v1/orders/7?q=1"));
        assert_eq!(text(&message, "ReplyTo"), None);
        message.payload.xml().unwrap();
        for (name, expected) in [
            ("To", "http://there/s"),
            ("Action", "urn:go"),
            ("MessageID", "uuid:1"),
            ("ReplyTo", "http://back/"),
        ] {
            assert_eq!(text(&message, name).as_deref(), Some(expected), "{name}");
        }
        message.properties.set("To", "http://own/");
        message.properties.set("Action", "urn:own");
        assert_eq!(text(&message, "To").as_deref(), Some("http://own/"));
        message.begin_response(http::StatusCode::OK, None);
        message.set_payload(Payload::from_text("{}"));
        assert_eq!(
            text(&message, "To").as_deref(),
            Some("http://www.w3.org/2005/08/addressing/anonymous"),
            "a response goes to whoever asked"
        );
        assert_eq!(text(&message, "Action"), None);
    }
}

#[test]
fn a_client_sends_on_only_to_hosts_that_the_operator_names() {
    for (hosts, address, allowed) in [
        (&[][..], "http://b:9000/s", false),
        (&["b:9000"], "http://b:9000/s", true),
        (&["b:9000"], "http://b:9001/s", false),
        (&["b"], "http://b:9001/s", true),
        (&["B:443"], "https://b/s", true),
        (&["b:80"], "http://b/s", true),
        (&["b:80"], "https://b/s", false),
        (&["*"], "http://anywhere/", true),
        (&["b"], "http://b@evil/s", false),
        (&["b"], "http://b.evil/s", false),
        (&["*"], "/s", false),
    ] {
        let mut request = request();
        request.uri = address.parse().unwrap();
        let rules = Rules {
            forwarding: Forwarding::new(hosts.iter().map(|host| (*host).to_owned()).collect()),
            ..Rules::default()
        };
        let payload = Payload::from_text("{}").under(Arc::new(rules));
        let mut message = Message::new(Arc::new(request), http::HeaderMap::new(), payload);
        let found = message.destination();
        assert_eq!(found.is_ok(), allowed, "{hosts:?} {address}");
        if let Err(fault) = found {
            assert!(!fault.message.contains('@'), "{}", fault.message);
        }
        message.properties.set("To", "http://flow/");
        assert_eq!(&*message.destination().unwrap(), "http://flow/", "the flow may send anywhere");
        message.properties.remove("To");
        assert!(message.destination().is_err(), "the flow has removed it");
    }
}
