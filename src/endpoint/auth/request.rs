//! Asks an OAuth server for a token (RFC 6749, 4 to 6).

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Uri};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::super::Waits;
use super::super::errors::place_of;
use super::grant::{Claims, Grant};
use super::tokens::Issued;
use super::{header, refused};
use crate::json::{self, Value};
use crate::message::Fault;
use crate::transport::{Client, Timeouts, body, collect};

/// The largest answer: a token and a few words about it.
const LARGEST: usize = 1024 * 1024;

const ENCODED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Asks for a token; `refresh` is the refresh token that the last answer brought.
pub(super) async fn token(
    grant: &Grant,
    claims: &Claims,
    refresh: Option<String>,
    client: &Client,
    waits: Waits,
) -> Result<Issued, Fault> {
    let uri: Uri = claims.token_url.trim().parse().map_err(|_| refused("`tokenUrl` is no URL"))?;
    let place = place_of(&uri);
    let mut request = Request::post(uri)
        .body(body::full(form(claims, refresh.as_deref())))
        .map_err(|_| refused("`tokenUrl` is no URL"))?;
    *request.headers_mut() = headers(claims)?;
    let waits = timeouts(grant, waits);
    let failed = |why: String| refused(format_args!("{place}: {why}"));
    let response = client.send(request, waits).await.map_err(|error| failed(error.to_string()))?;
    let status = response.status();
    let bytes = collect(response.into_body(), LARGEST, waits.idle).await;
    let bytes = bytes.map_err(|error| failed(error.to_string()))?;
    let answer = json::parse(&bytes, &json::Limits::default()).ok();
    if !status.is_success() {
        let why = answer.as_ref().and_then(reason).map(|why| format!(" ({why})"));
        return Err(failed(format!("it answers {status}{}", why.unwrap_or_default())));
    }
    let answer = answer.ok_or_else(|| failed("its answer is no JSON".to_owned()))?;
    let text = |name: &str| answer.get(name).and_then(Value::as_str).filter(|it| !it.is_empty());
    let token = text("access_token");
    let token = token.ok_or_else(|| failed("its answer has no `access_token`".to_owned()))?;
    Ok(Issued {
        header: header("Bearer", token)?,
        lifetime: answer.get("expires_in").and_then(seconds),
        refresh: text("refresh_token").map(str::to_owned),
    })
}

fn headers(claims: &Claims) -> Result<HeaderMap, Fault> {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    headers.insert(CONTENT_TYPE, form);
    for (name, value) in &claims.headers {
        let wrong = || refused(format_args!("`{name}` of <customHeaders> cannot be a header"));
        let key = name.trim().parse::<HeaderName>().map_err(|_| wrong())?;
        let mut value = HeaderValue::from_str(value.trim()).map_err(|_| wrong())?;
        value.set_sensitive(true);
        headers.insert(key, value);
    }
    if let Some(basic) = &claims.basic {
        headers.insert(AUTHORIZATION, header("Basic", &BASE64.encode(basic))?);
    }
    Ok(headers)
}

fn form(claims: &Claims, refresh: Option<&str>) -> String {
    let mut form = String::new();
    for (name, value) in &claims.form {
        let value = refresh.filter(|_| name == "refresh_token").unwrap_or(value);
        if !form.is_empty() {
            form.push('&');
        }
        form.extend(utf8_percent_encode(name, ENCODED));
        form.push('=');
        form.extend(utf8_percent_encode(value, ENCODED));
    }
    form
}

fn timeouts(grant: &Grant, waits: Waits) -> Timeouts {
    let own = |millis: Option<u64>| millis.filter(|millis| *millis > 0).map(Duration::from_millis);
    let socket = own(grant.socket_timeout);
    Timeouts {
        connect: own(grant.connection_timeout).unwrap_or(waits.connect),
        response: Some(socket.unwrap_or(waits.response)),
        idle: socket.or(waits.idle),
        ..Timeouts::default()
    }
}

/// The server's word for what is wrong (`invalid_client`); its sentences may repeat what was sent.
fn reason(answer: &Value) -> Option<&str> {
    const LONGEST: usize = 40;
    let word = answer.get("error")?.as_str()?;
    let plain = word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    (plain && word.len() <= LONGEST).then_some(word)
}

/// A number of seconds; some servers write it as a text.
fn seconds(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_i64().and_then(|number| u64::try_from(number).ok()),
        Value::String(_) => value.as_str()?.trim().parse().ok(),
        _ => None,
    }
}
