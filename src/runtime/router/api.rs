//! Routing inside APIs: which one, which resource, and what to say when there is none.

use std::borrow::Cow;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http::header::{
    ACCESS_CONTROL_REQUEST_METHOD, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName,
    MAX_FORWARDS, ORIGIN, TRANSFER_ENCODING, USER_AGENT,
};
use http::{HeaderMap, Method, StatusCode};

use super::{Asked, Reply, Routed, Router, Target, query, tell};
use crate::artifact::mapping::{BrokenEncoding, Mapping, UrlMapping, Variable};
use crate::artifact::{Api, Definition, Resource};
use crate::mediation::Origin;
use crate::message::{Route, Work};

/// What a resource without methods takes, and `Allow` says.
const EVERY_METHOD: &str = "GET, POST, PUT, DELETE, OPTIONS, HEAD, PATCH";

/// Whether a request is an API's by path, scheme, host and port.
pub(super) fn is_for(api: &Api, asked: &Asked<'_>) -> bool {
    let Some(rest) = asked.target.strip_prefix(&*api.base) else { return false };
    // An API at `/` takes paths only: `OPTIONS *` has none.
    let path = rest.starts_with(['/', '?']) || (rest.is_empty() && !api.base.is_empty());
    let scheme = api.scheme.is_none_or(|scheme| scheme == asked.scheme);
    path && scheme && is_at(api, asked)
}

fn is_at(api: &Api, asked: &Asked<'_>) -> bool {
    if api.hostname.is_none() && api.port.is_none() {
        return true;
    }
    let Some(host) = asked.host else { return false };
    // The brackets of an IPv6 address hold colons of their own.
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, port.parse().ok()),
        _ => (host, Some(if asked.scheme == "https" { 443 } else { 80 })),
    };
    let same_name = api.hostname.as_ref().is_none_or(|wanted| name.eq_ignore_ascii_case(wanted));
    same_name && (api.port.is_none() || api.port == port)
}

/// The part of a URL that an API's resources see.
#[derive(Debug)]
struct Below<'t> {
    /// Path and query, with a slash at its start.
    target: Cow<'t, str>,
    /// As received, which may be empty or begin with the query.
    postfix: &'t str,
}

impl<'t> Below<'t> {
    fn new(postfix: &'t str) -> Self {
        let target = match postfix {
            "" => Cow::Borrowed("/"),
            query if query.starts_with('?') => Cow::Owned(format!("/{query}")),
            path => Cow::Borrowed(path),
        };
        Self { target, postfix }
    }

    fn path(&self) -> &str {
        self.target.split_once('?').map_or(&*self.target, |(path, _)| path)
    }

    fn query(&self) -> Option<&str> {
        self.target.split_once('?').map(|(_, query)| query)
    }
}

impl Router {
    /// A request of an API. Whoever may not call it learns nothing about it.
    pub(super) fn route_api(&self, api: &Api, asked: &Asked<'_>) -> Routed {
        let below = Below::new(asked.target.strip_prefix(&*api.base).unwrap_or_default());
        let (resource, mut routed) = self.route_below(api, &below, asked);
        let cors = api.handlers.cors.as_ref();
        // A browser asks without credentials whether it may send them.
        let asks_before = cors.is_some()
            && resource.is_some()
            && matches!(routed, Routed::Answer(_))
            && asked.method == Method::OPTIONS
            && asked.headers.contains_key(ACCESS_CONTROL_REQUEST_METHOD);
        if api.handlers.basic_auth.is_some()
            && !asks_before
            && let Some(reply) = self.refuse(asked)
        {
            routed = Routed::Answer(reply);
        }
        let Some(cors) = cors else { return routed };
        let methods = resource.map_or_else(|| EVERY_METHOD.to_owned(), allowed);
        let told = cors.headers(asked.headers.get(ORIGIN), &methods);
        match &mut routed {
            Routed::To(target) => target.told = told,
            Routed::Answer(reply) => tell(told, &mut reply.headers),
        }
        routed
    }

    fn route_below<'a>(
        &self,
        api: &'a Api,
        below: &Below<'_>,
        asked: &Asked<'_>,
    ) -> (Option<&'a Resource>, Routed) {
        if let Some(reply) = definition(api, below, asked) {
            return (None, Routed::Answer(reply));
        }
        let mut properties = Vec::new();
        match find(api, below, asked, &mut properties) {
            Ok(Some(resource)) => {
                (Some(resource), route_resource(api, resource, below, asked, properties))
            }
            Ok(None) => (None, self.no_resource(api, below, asked)),
            Err(error) => (None, broken(error)),
        }
    }

    /// What whoever is no user is told: who they are is asked of those who did not say it.
    fn refuse(&self, asked: &Asked<'_>) -> Option<Reply> {
        let Some(credentials) = credentials(asked) else { return Some(Reply::challenge()) };
        (!self.users.know(&credentials)).then(|| Reply::empty(StatusCode::FORBIDDEN))
    }

    /// Says why no resource takes a request: its path, its method, or one of the other filters.
    fn no_resource(&self, api: &Api, below: &Below<'_>, asked: &Asked<'_>) -> Routed {
        let mut at_path =
            api.resources.iter().filter(|resource| has_path(resource, below)).peekable();
        if at_path.peek().is_none() {
            return or_handler(api, below, self.resource_mismatch.as_ref(), || {
                Reply::empty(StatusCode::NOT_FOUND)
            });
        }
        if at_path.clone().any(|resource| takes_method(resource, asked.method)) {
            return Routed::Answer(Reply::empty(StatusCode::BAD_REQUEST));
        }
        or_handler(api, below, self.method_not_allowed.as_ref(), || {
            let mut methods: Vec<&Method> = Vec::new();
            for method in at_path.flat_map(|resource| &resource.methods) {
                if !methods.contains(&method) {
                    methods.push(method);
                }
            }
            Reply::empty(StatusCode::METHOD_NOT_ALLOWED).allowing(&join(methods.into_iter()))
        })
    }
}

/// `?swagger.json` and `?swagger.yaml` right behind the context: the API's definition.
fn definition(api: &Api, below: &Below<'_>, asked: &Asked<'_>) -> Option<Reply> {
    let query = below.query()?;
    if below.path() != "/" || !matches!(*asked.method, Method::GET | Method::HEAD) {
        return None;
    }
    let Definition { json, yaml } = &api.definition;
    match query {
        "swagger.json" => Some(Reply::document(json.clone(), "application/json; charset=UTF-8")),
        "swagger.yaml" => Some(Reply::document(yaml.clone(), "application/yaml; charset=UTF-8")),
        _ => None,
    }
}

/// `name:password` of `Authorization: Basic …`.
fn credentials(asked: &Asked<'_>) -> Option<Vec<u8>> {
    let (scheme, encoded) = header(asked, &AUTHORIZATION)?.trim().split_once(' ')?;
    let basic = scheme.eq_ignore_ascii_case("basic");
    basic.then(|| BASE64.decode(encoded.trim()).ok()).flatten()
}

fn or_handler(
    api: &Api,
    below: &Below<'_>,
    handler: Option<&Arc<Origin>>,
    otherwise: impl FnOnce() -> Reply,
) -> Routed {
    match handler {
        None => Routed::Answer(otherwise()),
        Some(origin) => Routed::To(Box::new(Target {
            route: route(api, None, below),
            origin: Arc::clone(origin),
            properties: Vec::new(),
            max_forwards: None,
            told: HeaderMap::new(),
        })),
    }
}

fn broken(error: BrokenEncoding) -> Routed {
    Routed::Answer(Reply::line(StatusCode::BAD_REQUEST, &error.to_string()))
}

fn route(api: &Api, resource: Option<&Resource>, below: &Below<'_>) -> Route {
    Route {
        api: Some(Arc::clone(&api.name)),
        context: Some(Arc::clone(&api.context)),
        version: api.version.clone(),
        resource: resource.and_then(|resource| resource.mapping.text().cloned()),
        proxy: None,
        postfix: Arc::from(below.postfix),
    }
}

fn route_resource(
    api: &Api,
    resource: &Resource,
    below: &Below<'_>,
    asked: &Asked<'_>,
    mut properties: Vec<Variable>,
) -> Routed {
    let mut max_forwards = None;
    if asked.method == Method::OPTIONS {
        let forwards =
            header(asked, &MAX_FORWARDS).and_then(|text| text.trim().parse::<u32>().ok());
        if !resource.methods.contains(&Method::OPTIONS) || forwards == Some(0) {
            return Routed::Answer(Reply::empty(StatusCode::OK).allowing(&allowed(resource)));
        }
        max_forwards = forwards.map(|forwards| forwards - 1);
    }
    if let Some(query) = below.query()
        && let Err(error) = query::add(query, &mut properties)
    {
        return broken(error);
    }
    Routed::To(Box::new(Target {
        route: route(api, Some(resource), below),
        origin: Arc::clone(&resource.origin),
        properties,
        max_forwards,
        told: HeaderMap::new(),
    }))
}

fn allowed(resource: &Resource) -> String {
    if resource.methods.is_empty() {
        return EVERY_METHOD.to_owned();
    }
    join(resource.methods.iter().filter(|method| **method != Method::OPTIONS))
}

fn join<'m>(methods: impl Iterator<Item = &'m Method>) -> String {
    methods.map(Method::as_str).collect::<Vec<_>>().join(", ")
}

/// The resource of a request: exact mappings, then the longest prefix, then extensions, then
/// templates in document order, then the default resource.
fn find<'a>(
    api: &'a Api,
    below: &Below<'_>,
    asked: &Asked<'_>,
    found: &mut Vec<Variable>,
) -> Result<Option<&'a Resource>, BrokenEncoding> {
    if let Some(resource) = find_mapping(api, below.path(), asked) {
        return Ok(Some(resource));
    }
    let mut default = None;
    for resource in &api.resources {
        match &resource.mapping {
            Mapping::Template(template) if accepts(resource, asked) => {
                found.clear();
                if template.matches(&below.target, found)? {
                    return Ok(Some(resource));
                }
            }
            Mapping::Default if default.is_none() && accepts(resource, asked) => {
                default = Some(resource);
            }
            _ => {}
        }
    }
    found.clear();
    Ok(default)
}

fn find_mapping<'a>(api: &'a Api, path: &str, asked: &Asked<'_>) -> Option<&'a Resource> {
    let candidates = || {
        api.resources.iter().filter_map(|resource| match &resource.mapping {
            Mapping::Mapping(mapping) if accepts(resource, asked) => Some((resource, mapping)),
            _ => None,
        })
    };
    let first = |matches: fn(&UrlMapping, &str) -> bool| {
        candidates().find(|(_, mapping)| matches(mapping, path)).map(|(resource, _)| resource)
    };
    let longest = || {
        let lengths = candidates()
            .filter_map(|(resource, mapping)| Some((resource, mapping.prefix_length(path)?)));
        // The first of equals wins, and `max_by_key` gives the last.
        let mut best: Option<(&Resource, usize)> = None;
        for (resource, length) in lengths {
            if best.is_none_or(|(_, longest)| length > longest) {
                best = Some((resource, length));
            }
        }
        best.map(|(resource, _)| resource)
    };
    first(UrlMapping::is_exactly).or_else(longest).or_else(|| first(UrlMapping::is_extension_of))
}

/// Whether a path is a resource's, whatever else it asks for.
fn has_path(resource: &Resource, below: &Below<'_>) -> bool {
    match &resource.mapping {
        Mapping::Default => true,
        Mapping::Mapping(mapping) => mapping.matches(below.path()),
        Mapping::Template(template) => {
            template.matches(&below.target, &mut Vec::new()).unwrap_or(false)
        }
    }
}

/// Whether everything but the path fits a resource. `OPTIONS` fits always.
fn accepts(resource: &Resource, asked: &Asked<'_>) -> bool {
    resource.scheme.is_none_or(|scheme| scheme == asked.scheme)
        && (asked.method == Method::OPTIONS
            || (takes_method(resource, asked.method)
                && accepts_content(resource, asked)
                && accepts_agent(resource, asked)))
}

fn takes_method(resource: &Resource, method: &Method) -> bool {
    resource.methods.is_empty() || resource.methods.contains(method) || method == Method::OPTIONS
}

fn accepts_content(resource: &Resource, asked: &Asked<'_>) -> bool {
    let Some(wanted) = &resource.content_type else { return true };
    match header(asked, &CONTENT_TYPE) {
        Some(sent) => *sent == **wanted,
        None => !has_body(asked),
    }
}

fn has_body(asked: &Asked<'_>) -> bool {
    let length = header(asked, &CONTENT_LENGTH).is_some_and(|length| length.trim() != "0");
    length || asked.headers.contains_key(TRANSFER_ENCODING)
}

fn accepts_agent(resource: &Resource, asked: &Asked<'_>) -> bool {
    let Some(wanted) = &resource.user_agent else { return true };
    // A head is small: what costs more than the default is meant to hold a worker up.
    let steps = Work::default().regex;
    let matches = |agent| wanted.is_match(agent, steps).unwrap_or(false);
    header(asked, &USER_AGENT).is_some_and(matches)
}

fn header<'r>(asked: &Asked<'r>, name: &HeaderName) -> Option<&'r str> {
    asked.headers.get(name).and_then(|value| value.to_str().ok())
}
