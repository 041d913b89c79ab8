//! Which operation a method and a path ask for.

use http::{Method, StatusCode};
use percent_encoding::percent_decode_str;

use super::error::{Answer, ApiError};

macro_rules! operations {
    ($($name:ident $method:ident $path:literal;)*) => {
        /// The operations of the API that the local Lambda answers, named as AWS names them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Operation { $(#[doc = $path] $name,)* }

        impl Operation {
            /// The operation's name.
            pub(super) fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }
        }

        const ROUTES: &[(Operation, Method, &str)] =
            &[$((Operation::$name, Method::$method, $path),)*];
    };
}

operations! {
    AddLayerVersionPermission POST "/2018-10-31/layers/{}/versions/{}/policy";
    AddPermission POST "/2015-03-31/functions/{}/policy";
    CreateAlias POST "/2015-03-31/functions/{}/aliases";
    CreateFunction POST "/2015-03-31/functions";
    DeleteAlias DELETE "/2015-03-31/functions/{}/aliases/{}";
    DeleteFunction DELETE "/2015-03-31/functions/{}";
    DeleteFunctionConcurrency DELETE "/2017-10-31/functions/{}/concurrency";
    DeleteLayerVersion DELETE "/2018-10-31/layers/{}/versions/{}";
    GetAccountSettings GET "/2016-08-19/account-settings";
    GetAlias GET "/2015-03-31/functions/{}/aliases/{}";
    GetFunction GET "/2015-03-31/functions/{}";
    GetFunctionConcurrency GET "/2019-09-30/functions/{}/concurrency";
    GetFunctionConfiguration GET "/2015-03-31/functions/{}/configuration";
    GetLayerVersion GET "/2018-10-31/layers/{}/versions/{}";
    GetLayerVersionByArn GET "/2018-10-31/layers?find=LayerVersion";
    GetLayerVersionPolicy GET "/2018-10-31/layers/{}/versions/{}/policy";
    GetPolicy GET "/2015-03-31/functions/{}/policy";
    Invoke POST "/2015-03-31/functions/{}/invocations";
    InvokeAsync POST "/2014-11-13/functions/{}/invoke-async";
    InvokeWithResponseStream POST "/2021-11-15/functions/{}/response-streaming-invocations";
    ListAliases GET "/2015-03-31/functions/{}/aliases";
    ListFunctions GET "/2015-03-31/functions";
    ListLayerVersions GET "/2018-10-31/layers/{}/versions";
    ListLayers GET "/2018-10-31/layers";
    ListTags GET "/2017-03-31/tags/{}";
    ListVersionsByFunction GET "/2015-03-31/functions/{}/versions";
    PublishLayerVersion POST "/2018-10-31/layers/{}/versions";
    PublishVersion POST "/2015-03-31/functions/{}/versions";
    PutFunctionConcurrency PUT "/2017-10-31/functions/{}/concurrency";
    RemoveLayerVersionPermission DELETE "/2018-10-31/layers/{}/versions/{}/policy/{}";
    RemovePermission DELETE "/2015-03-31/functions/{}/policy/{}";
    TagResource POST "/2017-03-31/tags/{}";
    UntagResource DELETE "/2017-03-31/tags/{}";
    UpdateAlias PUT "/2015-03-31/functions/{}/aliases/{}";
    UpdateFunctionCode PUT "/2015-03-31/functions/{}/code";
    UpdateFunctionConfiguration PUT "/2015-03-31/functions/{}/configuration";
}

/// Finds the operation and the values of the path's labels, in order. One slash at the end is
/// tolerated, as the connector writes it.
pub(super) fn route(
    method: &Method,
    path: &str,
    query: &[(String, String)],
) -> Answer<(Operation, Vec<String>)> {
    let trimmed = path.strip_suffix('/').unwrap_or(path);
    let mut best: Option<(Operation, Vec<String>, bool)> = None;
    for (operation, expected, template) in ROUTES {
        let (template, flag) = match template.split_once('?') {
            Some((template, flag)) => (template, flag.split_once('=')),
            None => (*template, None),
        };
        let flagged =
            flag.is_none_or(|(key, value)| query.iter().any(|(k, v)| k == key && v == value));
        if method != expected || !flagged {
            continue;
        }
        if let Some(labels) = labels(template, trimmed)
            && best.as_ref().is_none_or(|(_, _, was_flagged)| !was_flagged)
        {
            best = Some((*operation, labels, flag.is_some()));
        }
    }
    match best {
        Some((operation, labels, _)) => Ok((operation, labels)),
        None => Err(unroutable(method, path)),
    }
}

fn labels(template: &str, path: &str) -> Option<Vec<String>> {
    let mut labels = Vec::new();
    let mut parts = path.split('/');
    for wanted in template.split('/') {
        let part = parts.next()?;
        match wanted {
            "{}" if part.is_empty() => return None,
            "{}" => labels.push(percent_decode_str(part).decode_utf8().ok()?.into_owned()),
            _ if part != wanted => return None,
            _ => {}
        }
    }
    parts.next().is_none().then_some(labels)
}

/// AWS authorises before it routes: a path of the API whose label is empty or whose method is
/// another one names no operation that a caller could be allowed to make.
fn unroutable(method: &Method, path: &str) -> ApiError {
    let date = path.split('/').nth(1).unwrap_or_default();
    let of_this_api =
        ROUTES.iter().any(|(_, _, template)| template.split('/').nth(1) == Some(date));
    let empty_label = path.contains("//") || path.ends_with('/');
    let trimmed = path.strip_suffix('/').unwrap_or(path);
    let other_method = ROUTES.iter().any(|(_, _, template)| labels(template, trimmed).is_some());
    if of_this_api && (empty_label || other_method) {
        return ApiError::access_denied(
            "Unable to determine service/operation name to be authorized",
        );
    }
    let message = format!("{method} {path} is not an operation of the local Lambda");
    ApiError::new(StatusCode::NOT_FOUND, "UnknownOperationException", message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(method: &Method, target: &str) -> Result<(Operation, Vec<String>), u16> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query: Vec<_> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .collect();
        route(method, path, &query).map_err(|error| error.status.as_u16())
    }

    #[test]
    fn every_route_finds_itself() {
        for (operation, method, template) in ROUTES {
            let target = template.replace("{}", "x%3Ay");
            let (found, labels) = find(method, &target).unwrap();
            assert_eq!(found, *operation, "{template}");
            assert_eq!(labels.len(), template.matches("{}").count());
            assert!(labels.iter().all(|label| label == "x:y"));
        }
    }

    #[test]
    fn routes_that_differ_by_little() {
        let rows = [
            (Method::GET, "/2015-03-31/functions/", Ok("ListFunctions")),
            (Method::GET, "/2016-08-19/account-settings/", Ok("GetAccountSettings")),
            (Method::GET, "/2015-03-31/functions/pay/", Ok("GetFunction")),
            (Method::GET, "/2018-10-31/layers?find=Other", Ok("ListLayers")),
            (Method::GET, "/2018-10-31/layers?find=LayerVersion", Ok("GetLayerVersionByArn")),
            (Method::DELETE, "/2015-03-31/functions/", Err(403)),
            (Method::POST, "/2015-03-31/functions//policy", Err(403)),
            (Method::DELETE, "/2015-03-31/functions/pay/policy/", Err(403)),
            (Method::PUT, "/2015-03-31/functions/pay/aliases/", Err(403)),
            (Method::GET, "/2015-03-31/functions//configuration", Err(403)),
            (Method::GET, "/", Err(404)),
            (Method::GET, "/2015-03-31/event-source-mappings", Err(404)),
            (Method::GET, "/2018-10-31/functions", Err(404)),
            (Method::GET, "/2015-03-31/functions/pay/x/y/z", Err(404)),
            (Method::GET, "/2015-03-31/functions/%ff", Err(404)),
        ];
        for (method, target, expected) in rows {
            let found = find(&method, target).map(|(operation, _)| operation.name());
            assert_eq!(found, expected, "{method} {target}");
        }
    }
}
