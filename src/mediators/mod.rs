//! One file an element, and the catalogue that lists them.
//!
//! To add a mediator: a file with its `SPEC` and what it compiles to, and one line here.

mod aggregate;
mod blocking;
mod call;
mod call_template;
mod callout;
mod clone;
mod conditional_router;
mod drop;
mod embed;
mod enrich;
mod evaluators;
mod filter;
mod foreach;
mod gathered;
mod header;
mod in_out;
mod inline;
mod item;
mod iterate;
mod json_transform;
mod log;
mod loopback;
mod makefault;
mod payload_factory;
mod property;
mod property_group;
mod respond;
mod rewrite;
mod scatter_gather;
mod send;
mod sequence;
mod switch;
mod target;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod throw_error;
mod uri_parts;
mod values;
mod variable;

use crate::mediation::MediatorSpec;

pub use send::send_step;

/// Every mediator, sorted by the element's name.
pub static CATALOGUE: &[&MediatorSpec] = &[
    &aggregate::SPEC,
    &call::SPEC,
    &call_template::SPEC,
    &callout::SPEC,
    &clone::SPEC,
    &conditional_router::SPEC,
    &drop::SPEC,
    &enrich::SPEC,
    &filter::SPEC,
    &foreach::SPEC,
    &header::SPEC,
    &in_out::IN,
    &iterate::SPEC,
    &json_transform::SPEC,
    &log::SPEC,
    &loopback::SPEC,
    &makefault::SPEC,
    &in_out::OUT,
    &payload_factory::SPEC,
    &property::SPEC,
    &property_group::SPEC,
    &respond::SPEC,
    &rewrite::SPEC,
    &scatter_gather::SPEC,
    &send::SPEC,
    &sequence::SPEC,
    &switch::SPEC,
    &throw_error::SPEC,
    &variable::SPEC,
];

const JAVA: &str =
    "it needs a Java class; move what it does into a script, a template or a function";
const LATER: &str = "it is a mediator of Synapse that Myelin does not run yet";

/// Mediators of Synapse that cannot be run here, and what to do instead.
pub static REFUSED: &[(&str, &str)] = &[
    ("NTLM", "call the back-end with a token, or through a proxy that speaks NTLM"),
    ("annotatedCommand", JAVA),
    ("bean", JAVA),
    ("builder", LATER),
    ("cache", LATER),
    ("class", JAVA),
    ("dataServiceCall", "call the data service's URL with <call>"),
    ("datamapper", "use <payloadFactory> or <enrich>"),
    ("dblookup", LATER),
    ("dbreport", LATER),
    ("ejb", JAVA),
    ("enqueue", LATER),
    ("entitlementService", "check the rights in a function or a back-end that you call"),
    ("eventPublisher", "send the event with <call> or <send>"),
    ("fastXSLT", LATER),
    ("oauthService", "check the token in a function or a back-end that you call"),
    ("opa", "ask the policy agent with <call>"),
    ("pojoCommand", JAVA),
    ("publishEvent", "send the event with <call> or <send>"),
    ("rule", "move the rules into a function"),
    ("sampler", LATER),
    ("script", LATER),
    ("smooks", "use <payloadFactory>, or a function"),
    ("spring", JAVA),
    ("store", LATER),
    ("throttle", LATER),
    ("transaction", LATER),
    ("validate", LATER),
    ("xquery", "use <payloadFactory> or <enrich>"),
    ("xslt", LATER),
];

/// An attribute that may be left out.
const fn optional(
    name: &'static str,
    kind: crate::mediation::Kind,
    description: &'static str,
) -> crate::mediation::AttributeSpec {
    crate::mediation::AttributeSpec { name, kind, required: false, default: None, description }
}

/// An attribute that must be there.
const fn required(
    name: &'static str,
    kind: crate::mediation::Kind,
    description: &'static str,
) -> crate::mediation::AttributeSpec {
    crate::mediation::AttributeSpec { name, kind, required: true, default: None, description }
}

/// An attribute that has a value when it is left out.
const fn defaulted(
    name: &'static str,
    kind: crate::mediation::Kind,
    default: &'static str,
    description: &'static str,
) -> crate::mediation::AttributeSpec {
    crate::mediation::AttributeSpec {
        name,
        kind,
        required: false,
        default: Some(default),
        description,
    }
}
