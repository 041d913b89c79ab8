//! `amazonlambda.init`: what the operations behind it use, kept in the message's properties.
//!
//! Properties and not a hidden place, since flows read them (`$ctx:region`), and copy and
//! override them (`uri.var.apiUrl`) between `init` and an operation.

use std::sync::Arc;

use super::Written;
use crate::aws::Endpoint;
use crate::diagnostic::Code;
use crate::expression::{Dynamic, DynamicOptions};
use crate::mediation::{Compiler, Flow, Interrupt, Outcome, Run};
use crate::message::Value;

/// A parameter of `init` and the property that it is kept in.
struct Row {
    names: &'static [&'static str],
    property: &'static str,
}

const fn row(names: &'static [&'static str], property: &'static str) -> Row {
    Row { names, property }
}

/// The connector's own four, and what it lacks: temporary keys, profiles, addresses, time limits.
const PARAMETERS: [Row; 9] = [
    row(&["region"], "region"),
    row(&["accessKeyId"], "accessKeyId"),
    row(&["secretAccessKey"], "secretAccessKey"),
    row(&["blocking"], "amazonLambdaBlocking"),
    row(&["sessionToken"], "amazonlambda.sessionToken"),
    row(&["profile"], "amazonlambda.profile"),
    row(&["endpointUrl", "apiUrl"], "amazonlambda.endpointUrl"),
    row(&["connectTimeout"], "amazonlambda.connectTimeout"),
    row(&["readTimeout"], "amazonlambda.readTimeout"),
];

/// Written by tools; they mean nothing to a call.
const IGNORED: [&str; 2] = ["name", "connectionType"];

/// Who the caller is would change if one of these were ignored.
const IDENTITY: [&str; 4] = ["roleArn", "roleSessionName", "roleRegion", "externalId"];

#[derive(Debug)]
pub(super) struct Init(Vec<(&'static str, Dynamic)>);

pub(super) fn compile(written: &[Written<'_>], compiler: &mut Compiler<'_>) -> Option<Init> {
    let mut given = Vec::new();
    let mut sound = true;
    for (name, text, element) in written {
        let matches = |row: &&Row| row.names.iter().any(|known| known.eq_ignore_ascii_case(name));
        if let Some(row) = PARAMETERS.iter().find(matches) {
            let value = compiler.dynamic_with(*text, *element, DynamicOptions::default());
            sound &= value.is_some();
            given.extend(value.map(|value| (row.property, value)));
        } else if IDENTITY.contains(name) {
            let message =
                format!("`{name}` is not supported: the call would be made as somebody else");
            compiler
                .diagnostics
                .report(Code::INVALID_VALUE, element.name_span(), message)
                .help("name the role in a profile, and the profile here with <profile>");
            sound = false;
        } else if !IGNORED.contains(name) {
            let known = PARAMETERS.iter().flat_map(|row| row.names).copied();
            compiler
                .diagnostics
                .report(
                    Code::UNKNOWN_PARAMETER,
                    element.name_span(),
                    format!("init has no parameter `{name}`"),
                )
                .help("it is ignored")
                .did_you_mean(name, known);
        }
    }
    sound.then_some(Init(given))
}

impl Run for Init {
    /// All values are computed before the first is set, so that one which needs the body changes
    /// nothing. What is not given is removed: nothing of an earlier connection is left.
    fn run(&self, flow: &mut Flow) -> Result<Outcome, Interrupt> {
        let mut values = Vec::with_capacity(self.0.len());
        for (property, dynamic) in &self.0 {
            values.push((*property, dynamic.evaluate_text(&flow.view())?));
        }
        let properties = &mut flow.message.properties;
        for row in &PARAMETERS {
            if let Some((name, value)) = values.iter().rev().find(|(name, _)| *name == row.property)
            {
                properties.set(*name, Value::Text(Arc::clone(value)));
            } else if properties.get(row.property).is_some() {
                properties.remove(row.property);
            }
        }
        let region = properties.text("region").unwrap_or_default();
        let (host, url) = addresses(&region);
        properties.set("terminationString", "aws4_request");
        properties.set("service", "lambda");
        properties.set("uri.var.httpRequestUri", "/");
        properties.set("hostName", host);
        properties.set("uri.var.apiUrl", url);
        Ok(Outcome::Next)
    }
}

/// The host and the URL of a region, as flows find them in `hostName` and `uri.var.apiUrl`.
pub(super) fn addresses(region: &str) -> (String, String) {
    match Endpoint::of_region(region) {
        Ok(endpoint) => {
            let url = endpoint.to_string();
            (url.trim_start_matches("https://").to_owned(), url)
        }
        Err(_) => (String::new(), String::new()),
    }
}
