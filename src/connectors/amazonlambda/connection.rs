//! The connection of a message: what `init` left in its properties.

use std::sync::Arc;
use std::time::Duration;

use super::init::addresses;
use crate::aws::{Connection, Credentials, Source};
use crate::message::{Fault, Properties};
use crate::transport::Timeouts;

/// How a call is made.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) connection: Connection,
    pub(super) blocking: bool,
    pub(super) timeouts: Timeouts,
}

/// Reads the connection from the properties of a message.
pub(super) fn of(properties: &Properties, defaults: Timeouts) -> Result<Call, Fault> {
    let text = |name: &str| properties.text(name).filter(|text| !text.trim().is_empty());
    let credentials = Credentials::given(
        text("accessKeyId").as_deref(),
        text("secretAccessKey").as_deref(),
        text("amazonlambda.sessionToken").as_deref(),
    )
    .map_err(|error| Fault::new(Fault::INVALID_KEY, error.to_string()))?;
    let source = match credentials {
        Some(credentials) => Source::Static(credentials),
        None => Source::Chain { profile: text("amazonlambda.profile") },
    };
    let region = text("region");
    let endpoint = endpoint(properties, region.as_deref());
    Ok(Call {
        connection: Connection { source, region, endpoint },
        // Only this exact word, as in the connector.
        blocking: text("amazonLambdaBlocking").as_deref() == Some("true"),
        timeouts: timeouts(properties, defaults)?,
    })
}

/// A flow points elsewhere by overriding `uri.var.apiUrl` behind `init`.
fn endpoint(properties: &Properties, region: Option<&str>) -> Option<Arc<str>> {
    let text = |name: &str| properties.text(name).filter(|text| !text.trim().is_empty());
    let overridden = text("uri.var.apiUrl").filter(|url| {
        let (_, usual) = addresses(region.unwrap_or_default());
        let java = format!("https://lambda.{}.amazonaws.com", region.unwrap_or_default());
        **url != *usual && **url != *java
    });
    overridden.or_else(|| text("amazonlambda.endpointUrl"))
}

fn timeouts(properties: &Properties, mut timeouts: Timeouts) -> Result<Timeouts, Fault> {
    if let Some(connect) = millis(properties, "amazonlambda.connectTimeout")? {
        timeouts.connect = connect;
    }
    if let Some(read) = millis(properties, "amazonlambda.readTimeout")? {
        timeouts.response = Some(read);
    }
    Ok(timeouts)
}

fn millis(properties: &Properties, name: &str) -> Result<Option<Duration>, Fault> {
    let Some(text) = properties.text(name).filter(|text| !text.trim().is_empty()) else {
        return Ok(None);
    };
    match text.trim().parse() {
        Ok(millis) => Ok(Some(Duration::from_millis(millis))),
        Err(_) => Err(Fault::flow(format!("`{text}` is not a number of ms for {name}"))),
    }
}
