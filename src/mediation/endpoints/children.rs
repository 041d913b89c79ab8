//! What groups and recipient lists hold: endpoints, or members.

use std::sync::Arc;

use super::super::{AttributeSpec, Compiler, Kind, check_attributes};
use super::{attribute, compile, required};
use crate::diagnostic::Code;
use crate::endpoint::{Address, Endpoint, Leaf, Suspension, Target};
use crate::xml::document::{Element, Text};

const MEMBER: &[AttributeSpec] = &[
    required("hostName", Kind::Text, "The server's name or address."),
    attribute("httpPort", Kind::Integer, "Its port for requests that came by http."),
    attribute("httpsPort", Kind::Integer, "Its port for requests that came by https."),
];

/// How long a member is left out that has failed, in milliseconds.
const MEMBER_SUSPENSION: i64 = 1_000;

/// The endpoints below an element, and the elements that they were made of.
pub(super) struct Parts<'e> {
    pub(super) endpoints: Vec<Arc<Endpoint>>,
    pub(super) elements: Vec<Element<'e>>,
}

/// Compiles the children of a group. All are compiled, to find what is wrong with them.
pub(super) fn children<'e>(group: Element<'e>, compiler: &mut Compiler<'_>) -> Option<Parts<'e>> {
    let named = |name: &'static str| group.children().filter(move |child| child.name() == name);
    let elements: Vec<_> = named("endpoint").collect();
    let members: Vec<_> = named("member").collect();
    if let (Some(_), Some(member)) = (elements.first(), members.first()) {
        let message = format!("<{}> holds endpoints or members, not both", group.name());
        compiler.diagnostics.report(Code::CONFLICT, member.name_span(), message);
        return None;
    }
    if elements.is_empty() && members.is_empty() {
        let message = format!("<{}> holds no endpoint", group.name());
        compiler
            .diagnostics
            .report(Code::MISSING_CHILD, group.name_span(), message)
            .help("each <endpoint> child is one that the message can go to");
        return None;
    }
    report_twins(&elements, compiler);
    let endpoints: Vec<_> = if members.is_empty() {
        elements.iter().map(|element| compile(*element, compiler)).collect()
    } else {
        members.iter().map(|element| member(*element, compiler)).collect()
    };
    let endpoints = endpoints.into_iter().map(|found| found.map(Arc::new));
    let endpoints = endpoints.collect::<Option<Vec<_>>>()?;
    Some(Parts { endpoints, elements: if members.is_empty() { elements } else { members } })
}

/// Synapse refuses one key twice in a group.
fn report_twins(elements: &[Element<'_>], compiler: &mut Compiler<'_>) {
    let keys: Vec<Text<'_>> = elements
        .iter()
        .filter_map(|element| element.attribute("key"))
        .map(|key| key.value)
        .collect();
    for (index, key) in keys.iter().enumerate() {
        let earlier = keys.iter().take(index).find(|other| other.value == key.value);
        if let Some(earlier) = earlier {
            let message = format!("the endpoint `{}` is in the group already", key.value);
            compiler
                .diagnostics
                .report(Code::CONFLICT, key.span, message)
                .related(earlier.span, "here");
        }
    }
}

fn member(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Endpoint> {
    if !check_attributes(element, MEMBER, compiler) {
        return None;
    }
    let host = compiler.resolved(element.attribute("hostName")?.value)?;
    let mut leaf = Leaf::new(Address::Member {
        host: Arc::from(host.trim()),
        http: port(element, "httpPort", compiler),
        https: port(element, "httpsPort", compiler),
    });
    leaf.suspension = Suspension { initial: MEMBER_SUSPENSION, ..Suspension::default() };
    Some(Endpoint { name: Some(Arc::from(host)), ..Endpoint::new(Target::Leaf(Box::new(leaf))) })
}

fn port(element: Element<'_>, name: &str, compiler: &mut Compiler<'_>) -> Option<u16> {
    let written = element.attribute(name).filter(|port| !port.value.value.trim().is_empty())?;
    let text = compiler.resolved(written.value)?;
    let port = text.trim().parse().ok().filter(|port| *port > 0);
    if port.is_none() {
        let message = format!("`{}` is not a port", text.trim());
        compiler.diagnostics.report(Code::INVALID_VALUE, written.value.span, message);
    }
    port
}
