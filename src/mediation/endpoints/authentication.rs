//! `<authentication>` of http endpoints.

use super::super::{AttributeSpec, Children, Compiler, Kind, check_attributes};
use super::{number, required, wrong};
use crate::diagnostic::Code;
use crate::endpoint::{Authentication, Field, Grant, GrantKind};
use crate::expression::Dynamic;
use crate::xml::document::Element;

const WAYS: &[&str] = &["basicAuth", "oauth"];

/// The ways to a token, and which children say for whom.
const GRANTS: [(&str, &[&str]); 3] = [
    ("clientCredentials", &[]),
    ("authorizationCode", &["refreshToken"]),
    ("passwordCredentials", &["username", "password"]),
];

/// What all of them have.
const COMMON: [&str; 11] = [
    "tokenUrl",
    "clientId",
    "clientSecret",
    "authMode",
    "requestParameters",
    "customHeaders",
    "connectionTimeout",
    // Nobody waits for a connection: there is always another one.
    "connectionRequestTimeout",
    "socketTimeout",
    "useGlobalProxyConfigs",
    "proxyConfigs",
];

const NAMED: &[AttributeSpec] = &[required("name", Kind::Text, "Its name.")];

/// The `<authentication>` of an endpoint. An endpoint that would send without it is refused.
pub(super) fn compile(
    parent: Element<'_>,
    compiler: &mut Compiler<'_>,
) -> Result<Option<Authentication>, ()> {
    let Some(element) = parent.child("authentication") else { return Ok(None) };
    let way = one_of(element, WAYS, compiler).ok_or(())?;
    let compiled = match way.name() {
        "basicAuth" => basic(way, compiler),
        _ => grant(way, compiler).map(|grant| Authentication::OAuth(Box::new(grant))),
    };
    compiled.map(Some).ok_or(())
}

fn basic(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Authentication> {
    compiler.check_children(element, Children::Named(&["username", "password"]));
    let username = value(element, "username", compiler);
    let password = value(element, "password", compiler);
    Some(Authentication::Basic { username: username?, password: password? })
}

fn grant(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Grant> {
    const NAMES: &[&str] = &["clientCredentials", "authorizationCode", "passwordCredentials"];
    let element = one_of(element, NAMES, compiler)?;
    check_grant(element, compiler);
    let kind = kind(element, compiler);
    let token_url = value(element, "tokenUrl", compiler);
    let client = client(element, compiler);
    let mut grant = Grant::new(kind?, token_url?);
    grant.client = client.ok()?;
    if let Some(mode) = element.child("authMode") {
        grant.auth_mode = Some(auth_mode(mode, compiler)?);
    }
    grant.parameters = fields(element, "requestParameters", "parameter", compiler)?;
    grant.headers = fields(element, "customHeaders", "header", compiler)?;
    let millis = |name, compiler: &mut Compiler<'_>| {
        number::<i64>(element.child(name)?, "a number of ms", compiler)
    };
    let positive = |millis: Option<i64>| millis.and_then(|millis| u64::try_from(millis).ok());
    grant.connection_timeout = positive(millis("connectionTimeout", compiler));
    grant.socket_timeout = positive(millis("socketTimeout", compiler));
    warn_of_proxies(element, compiler);
    Some(grant)
}

/// The one child that says how; none and two are reported.
fn one_of<'d>(
    element: Element<'d>,
    names: &'static [&'static str],
    compiler: &mut Compiler<'_>,
) -> Option<Element<'d>> {
    compiler.check_children(element, Children::Named(names));
    let mut known = element.children().filter(|child| names.contains(&child.name()));
    let (first, second) = (known.next(), known.next());
    if let (Some(first), Some(second)) = (first, second) {
        let message = format!("<{}> says two ways", element.name());
        compiler
            .diagnostics
            .report(Code::CONFLICT, second.name_span(), message)
            .help("keep one of the two")
            .related(first.name_span(), "this is the other one");
        return None;
    }
    if first.is_none() {
        let message = format!("<{}> does not say how", element.name());
        compiler
            .diagnostics
            .report(Code::MISSING_CHILD, element.name_span(), message)
            .help(format!("give it one of <{}>", names.join(">, <")));
    }
    first
}

fn check_grant(element: Element<'_>, compiler: &mut Compiler<'_>) {
    let own = GRANTS.iter().find(|(name, _)| *name == element.name()).map_or(&[][..], |it| it.1);
    let known = || COMMON.iter().chain(own).copied();
    for child in element.children().filter(|child| !known().any(|name| name == child.name())) {
        let message = format!("<{}> has no child <{}>", element.name(), child.name());
        compiler
            .diagnostics
            .report(Code::UNKNOWN_CHILD, child.name_span(), message)
            .help("it is ignored")
            .did_you_mean(child.name(), known());
    }
}

fn kind(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<GrantKind> {
    Some(match element.name() {
        "authorizationCode" => GrantKind::RefreshToken(value(element, "refreshToken", compiler)?),
        "passwordCredentials" => {
            let username = value(element, "username", compiler);
            let password = value(element, "password", compiler);
            GrantKind::Password(username?, password?)
        }
        _ => GrantKind::ClientCredentials,
    })
}

/// Who asks. Only a password says enough by itself.
fn client(
    element: Element<'_>,
    compiler: &mut Compiler<'_>,
) -> Result<Option<(Dynamic, Dynamic)>, ()> {
    let is_silent = element.child("clientId").is_none() && element.child("clientSecret").is_none();
    if is_silent && element.name() == "passwordCredentials" {
        return Ok(None);
    }
    let id = value(element, "clientId", compiler);
    let secret = value(element, "clientSecret", compiler);
    id.zip(secret).map(Some).ok_or(())
}

/// The value of a child that has to be there.
fn value(element: Element<'_>, name: &str, compiler: &mut Compiler<'_>) -> Option<Dynamic> {
    let child = element.child(name);
    let Some(child) =
        child.filter(|child| child.text().is_some_and(|it| !it.value.trim().is_empty()))
    else {
        let place = child.map_or(element.name_span(), |child| child.name_span());
        let message = format!("<{}> needs a <{name}> with a text", element.name());
        compiler.diagnostics.report(Code::MISSING_CHILD, place, message);
        return None;
    };
    dynamic(child, compiler)
}

/// The text of an element: an expression in braces, a deploy-time value, or itself.
fn dynamic(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Dynamic> {
    let text = element.text()?;
    let resolved = compiler.resolved(text.as_text())?;
    if resolved == text.value {
        compiler.dynamic(text.as_text(), element)
    } else {
        Some(Dynamic::literal(resolved))
    }
}

fn auth_mode(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Dynamic> {
    let mode = dynamic(element, compiler)?;
    let is_known = |word: &str| {
        ["header", "payload"].iter().any(|known| known.eq_ignore_ascii_case(word.trim()))
    };
    if let (Some(word), Some(text)) = (mode.static_text(), element.text())
        && !is_known(word)
    {
        wrong(&text, "`header` or `payload`", compiler);
        return None;
    }
    Some(mode)
}

/// Named values in a list.
fn fields(
    element: Element<'_>,
    list: &str,
    item: &'static str,
    compiler: &mut Compiler<'_>,
) -> Option<Vec<Field>> {
    let Some(list) = element.child(list) else { return Some(Vec::new()) };
    let mut fields = Vec::new();
    for child in list.children() {
        if child.name() != item {
            let message = format!("<{}> has no child <{}>", list.name(), child.name());
            compiler
                .diagnostics
                .report(Code::UNKNOWN_CHILD, child.name_span(), message)
                .help(format!("write <{item} name=\"…\">"));
            continue;
        }
        if !check_attributes(child, NAMED, compiler) {
            return None;
        }
        let name = child.attribute("name")?.value.value.trim();
        let value = match child.text() {
            Some(_) => dynamic(child, compiler)?,
            None => Dynamic::literal(""),
        };
        fields.push((name.into(), value));
    }
    Some(fields)
}

fn warn_of_proxies(element: Element<'_>, compiler: &mut Compiler<'_>) {
    let says_yes = |element: Element<'_>| {
        element.text().is_some_and(|text| text.value.trim().eq_ignore_ascii_case("true"))
    };
    let global = element.child("useGlobalProxyConfigs").filter(|child| says_yes(*child));
    let enabled = element
        .child("proxyConfigs")
        .and_then(|child| child.child("proxyEnabled"))
        .filter(|it| says_yes(*it));
    for child in global.into_iter().chain(enabled) {
        let message = format!("<{}> is not honoured", child.name());
        compiler
            .diagnostics
            .report(Code::NOT_HONOURED, child.name_span(), message)
            .help("the token is asked for without a proxy");
    }
}
