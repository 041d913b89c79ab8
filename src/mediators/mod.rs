//! One file an element, and the catalogue that lists them.
//!
//! To add a mediator: a file with its `SPEC` and what it compiles to, and one line here.

mod aggregate;
mod blocking;
mod builder;
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
    &builder::SPEC,
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

const JAVA: &str = "it runs Java: move what it does into a function and call it with amazonlambda.invoke, or write it with <payloadFactory>, <enrich> and `${…}`";

/// Mediators of Synapse that cannot be run here: what they need, and what to do instead.
pub static REFUSED: &[(&str, &str)] = &[
    (
        "NTLM",
        "it signs in to Windows servers: call them with a token, or through a proxy that speaks NTLM",
    ),
    ("annotatedCommand", JAVA),
    ("bean", JAVA),
    ("cache", "it is not run yet: cache in front of Myelin or in the back-end, by `Cache-Control`"),
    ("class", JAVA),
    (
        "dataServiceCall",
        "it needs a data service in the same process: ask the service by its URL with <call>",
    ),
    (
        "datamapper",
        "it runs a generated script: write the mapping with <payloadFactory>, <enrich> and <foreach>",
    ),
    (
        "dblookup",
        "it is not run yet: ask the database in a function, or through a service with <call>",
    ),
    (
        "dbreport",
        "it is not run yet: write to the database in a function, or through a service with <call>",
    ),
    ("ejb", JAVA),
    (
        "enqueue",
        "it is not run yet, as there are no priority executors: <clone continueParent=\"true\"> runs a sequence beside the flow",
    ),
    (
        "entitlementService",
        "it asks a XACML server: ask it with <call>, or decide in a function, and <filter> by the answer",
    ),
    (
        "eventPublisher",
        "it needs subscribers in the same process: send the event with <call>, or with a function",
    ),
    (
        "fastXSLT",
        "it is not run yet: transform with <payloadFactory>, <enrich> and <foreach>, or in a function",
    ),
    (
        "oauthService",
        "it asks WSO2's token server: check tokens in a gateway, or ask for their introspection with <call> and <filter> by the answer",
    ),
    (
        "opa",
        "it needs WSO2's client: ask the agent's REST API with <call>, and <filter> by `result`",
    ),
    ("pojoCommand", JAVA),
    ("publishEvent", "it needs WSO2's analytics: send the event with <call>, or with a function"),
    ("rule", "it needs Drools: decide with <switch> and <filter>, or in a function"),
    ("sampler", "it is not run yet: have a queue in front set the pace"),
    (
        "script",
        "it is not run yet: use `${…}`, <payloadFactory> and <enrich>, or a function in JavaScript",
    ),
    ("smooks", "it needs Smooks, a library of Java: use <payloadFactory>, or a function"),
    ("spring", JAVA),
    (
        "store",
        "it is not run yet: put the message into a queue with a function, or go on beside it with <clone continueParent=\"true\">",
    ),
    (
        "throttle",
        "it is not run yet: limit clients in a gateway; `limits.max_in_flight` bounds all requests together",
    ),
    (
        "transaction",
        "it is not run yet, and nothing here takes part in one: have back-ends take a request twice without harm",
    ),
    ("validate", "it is not run yet: test values with <filter>, or the whole body in a function"),
    ("xquery", "it needs Saxon: use <payloadFactory>, <enrich> and <foreach>, or a function"),
    (
        "xslt",
        "it is not run yet: transform with <payloadFactory>, <enrich> and <foreach>, or in a function",
    ),
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
