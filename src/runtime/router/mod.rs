//! Which artifact a request belongs to: an API's resource, a proxy service, the sequence `main`.
//!
//! The tables are built once for a deployment; routing reads them only.

mod api;
mod query;
mod reply;
mod request;

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::Arc;

use http::request::Parts;
use http::{HeaderMap, Method, StatusCode};

use super::access::{Access, Users};
use crate::artifact::{Api, Cors, Loaded, Proxy};
use crate::mediation::Origin;
use crate::message::Route;
pub use reply::{Reply, tell};
use request::Asked;
pub use request::{Routed, Target};

/// The path below which proxies are served.
const SERVICES: &str = "/services/";

/// The routing tables of a deployment.
#[derive(Debug)]
pub struct Router {
    apis: Vec<Api>,
    proxies: HashMap<Arc<str>, Proxy>,
    main: Option<Arc<Origin>>,
    resource_mismatch: Option<Arc<Origin>>,
    method_not_allowed: Option<Arc<Origin>>,
    users: Users,
}

impl Router {
    /// Takes what can be routed to out of a deployment's artifacts.
    pub fn new(loaded: &mut Loaded, access: &Access) -> Self {
        let mut apis = std::mem::take(&mut loaded.apis);
        let cors = Some(&access.cors).filter(|_| access.cors_enabled);
        for api in &mut apis {
            let own = api.handlers.cors.take();
            api.handlers.cors = own.or_else(|| cors.cloned()).filter(Cors::is_on);
        }
        // The API at `/` takes what is left; APIs with a version come before those without one,
        // longer paths before shorter ones.
        apis.sort_by_key(|api| {
            let base = &api.base;
            (base.is_empty(), api.version.is_none(), Reverse(base.len()), Arc::clone(&api.name))
        });
        let proxies = std::mem::take(&mut loaded.proxies);
        Self {
            apis,
            proxies: proxies.into_iter().map(|proxy| (Arc::clone(&proxy.name), proxy)).collect(),
            main: loaded.main.take(),
            resource_mismatch: loaded.resource_mismatch.take(),
            method_not_allowed: loaded.method_not_allowed.take(),
            users: access.users.clone(),
        }
    }

    /// The APIs, in the order in which they are tried.
    pub fn apis(&self) -> &[Api] {
        &self.apis
    }

    /// The proxies, in no order.
    pub fn proxies(&self) -> impl Iterator<Item = &Proxy> {
        self.proxies.values()
    }

    /// Finds what a request over a scheme (`http`, `https`) belongs to, or the answer that it gets
    /// from the engine itself.
    pub fn route(&self, scheme: &str, head: &Parts) -> Routed {
        let asked = &Asked::new(scheme, head);
        if let Some(api) = self.apis.iter().find(|api| api::is_for(api, asked)) {
            return self.route_api(api, asked);
        }
        if let Some((proxy, postfix)) = self.proxy(asked.target) {
            return route_proxy(proxy, postfix, asked);
        }
        match &self.main {
            Some(main) => Routed::To(Box::new(Target {
                route: Route { postfix: Arc::from(behind_main(asked.target)), ..Route::default() },
                origin: Arc::clone(main),
                properties: Vec::new(),
                max_forwards: None,
                told: HeaderMap::new(),
            })),
            None => Routed::Answer(nothing_at(asked)),
        }
    }

    /// The proxy that a path names, and what stands behind its name.
    fn proxy<'t>(&self, target: &'t str) -> Option<(&Proxy, &'t str)> {
        let rest = target.strip_prefix(SERVICES)?;
        let (name, postfix) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        // `NAME.NAMEHttpSoap11Endpoint` is what WSDLs of proxies call one of their ports.
        let service = || name.split_once('.').and_then(|(service, _)| self.proxies.get(service));
        let proxy = self.proxies.get(name).or_else(service)?;
        Some((proxy, postfix))
    }
}

/// What `main` finds behind its path: below `/services/`, what stands behind the name.
fn behind_main(target: &str) -> &str {
    match target.strip_prefix(SERVICES) {
        Some(rest) => rest.find(['/', '?']).map_or("", |at| &rest[at..]),
        None => target.strip_prefix('/').unwrap_or(target),
    }
}

fn route_proxy(proxy: &Proxy, postfix: &str, asked: &Asked<'_>) -> Routed {
    let name = &proxy.name;
    let refuse = |text: String| Routed::Answer(Reply::line(StatusCode::NOT_FOUND, &text));
    if let Some(why) = proxy.idle {
        return refuse(format!("the proxy service `{name}` is {why}"));
    }
    let served = proxy.transports.as_ref().is_none_or(|list| list.contains(&asked.scheme));
    if !served {
        return refuse(format!("the proxy service `{name}` is not served over {}", asked.scheme));
    }
    if let Some(query) = wsdl_query(postfix, asked) {
        return Routed::Answer(wsdl(proxy, query, asked));
    }
    Routed::To(Box::new(Target {
        route: Route {
            proxy: Some(Arc::clone(name)),
            postfix: Arc::from(postfix),
            ..Route::default()
        },
        origin: Arc::clone(&proxy.origin),
        properties: Vec::new(),
        max_forwards: None,
        told: HeaderMap::new(),
    }))
}

/// The query of a request for the WSDL of a proxy, or for what that imports.
fn wsdl_query<'t>(postfix: &'t str, asked: &Asked<'_>) -> Option<&'t str> {
    let query = postfix.strip_prefix('?')?;
    let name = query.split('=').next().unwrap_or_default();
    let asks = matches!(name, "wsdl" | "wsdl2" | "xsd")
        && matches!(*asked.method, Method::GET | Method::HEAD);
    asks.then_some(query)
}

fn wsdl(proxy: &Proxy, query: &str, asked: &Asked<'_>) -> Reply {
    let name = &proxy.name;
    let address =
        format!("{}://{}{SERVICES}{name}", asked.scheme, asked.host.unwrap_or("localhost"));
    if let Some(document) = proxy.wsdl.document(query, &address) {
        return Reply::document(document.into(), "text/xml; charset=UTF-8");
    }
    let text = format!("the proxy service `{name}` has no document `?{query}`");
    Reply::line(StatusCode::NOT_FOUND, &text)
}

fn nothing_at(asked: &Asked<'_>) -> Reply {
    let path = asked.target.split('?').next().unwrap_or_default();
    let text = match path.strip_prefix(SERVICES) {
        Some(name) => format!("no API is at {path}, and no proxy service is named `{name}`"),
        None => format!("no API is at {path}, and no sequence `main` takes what is left"),
    };
    Reply::line(StatusCode::NOT_FOUND, &text)
}

#[cfg(test)]
mod tests;
