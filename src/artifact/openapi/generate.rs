//! A definition made of an API's resources: what they say of paths, methods and parameters.

use http::Method;
use serde_json::{Map, Value, json};

use super::super::mapping::Mapping;
use super::super::resource::METHODS;
use super::super::{Api, Resource};

/// The definition of an API.
pub(super) fn definition(api: &Api) -> Value {
    let mut paths = Map::new();
    for resource in &api.resources {
        let described = Described::of(&resource.mapping);
        let path = paths.entry(described.path.as_str()).or_insert_with(|| Map::new().into());
        let Some(path) = path.as_object_mut() else { continue };
        for method in methods(resource) {
            // The earlier resource takes what two of them could.
            path.entry(method.to_ascii_lowercase())
                .or_insert_with(|| operation(&described, method, resource));
        }
    }
    let mut definition = json!({
        "openapi": "3.0.3",
        "info": { "title": &*api.name, "version": api.version.as_deref().unwrap_or("1.0.0") },
        "servers": servers(api),
        "paths": paths,
    });
    if api.handlers.basic_auth.is_some() {
        definition["components"] =
            json!({ "securitySchemes": { "basic": { "type": "http", "scheme": "basic" } } });
        definition["security"] = json!([{ "basic": [] }]);
    }
    definition
}

/// Without a host of its own an API is where its definition was fetched.
fn servers(api: &Api) -> Value {
    let base = if api.base.is_empty() { "/" } else { &api.base };
    let Some(host) = &api.hostname else { return json!([{ "url": base }]) };
    let port = api.port.map(|port| format!(":{port}")).unwrap_or_default();
    let schemes = api.scheme.map_or(vec!["https", "http"], |scheme| vec![scheme]);
    schemes
        .into_iter()
        .map(|scheme| json!({ "url": format!("{scheme}://{host}{port}{base}") }))
        .collect()
}

fn methods(resource: &Resource) -> Vec<&str> {
    if resource.methods.is_empty() {
        return METHODS.to_vec();
    }
    resource.methods.iter().map(Method::as_str).collect()
}

fn operation(described: &Described, method: &str, resource: &Resource) -> Value {
    let mut operation = json!({ "responses": { "default": { "description": "Any answer." } } });
    if !described.parameters.is_empty() {
        operation["parameters"] = described.parameters.clone().into();
    }
    if matches!(method, "POST" | "PUT" | "PATCH") {
        let media = resource.content_type.as_deref().unwrap_or("*/*");
        operation["requestBody"] = json!({ "content": { media: { "schema": {} } } });
    }
    operation
}

/// The paths of a resource in OpenAPI's words.
#[derive(Debug, PartialEq)]
struct Described {
    path: String,
    parameters: Vec<Value>,
}

impl Described {
    fn of(mapping: &Mapping) -> Self {
        match mapping {
            Mapping::Default => Self::literal("/*"),
            Mapping::Mapping(mapping) => Self::literal(mapping.text()),
            Mapping::Template(template) => Self::template(template.text()),
        }
    }

    fn literal(path: &str) -> Self {
        let slash = if path.starts_with('/') { "" } else { "/" };
        Self { path: format!("{slash}{path}"), parameters: Vec::new() }
    }

    fn template(text: &str) -> Self {
        let (path, query) = split_query(text);
        let mut described = Self { path: String::new(), parameters: Vec::new() };
        let mut rest = path;
        while let Some((before, expression, after)) = next_expression(rest) {
            described.path.push_str(before);
            described.expression(expression);
            rest = after;
        }
        described.path.push_str(rest);
        let mut literal = String::new();
        let mut rest = query;
        while let Some((before, expression, after)) = next_expression(rest) {
            literal.push_str(before);
            if expression.starts_with(['?', '&']) {
                described.expression(expression);
            }
            rest = after;
        }
        literal.push_str(rest);
        for (name, _) in literal.split('&').filter_map(|pair| pair.split_once('=')) {
            described.parameter(name, "query", true);
        }
        if !described.path.starts_with('/') {
            described.path.insert(0, '/');
        }
        described
    }

    /// `x`, `+x`, `/x,y`, `?x,y`: what stands between two braces.
    fn expression(&mut self, expression: &str) {
        let (operator, list) = match expression.chars().next() {
            Some(first @ ('+' | '#' | '.' | '/' | ';' | '?' | '&')) => (first, &expression[1..]),
            _ => (' ', expression),
        };
        for (at, name) in list.split(',').enumerate() {
            let name = name.split([':', '*']).next().unwrap_or_default().trim();
            match operator {
                '?' | '&' => self.parameter(name, "query", false),
                // A fragment is never sent.
                '#' => {}
                _ => {
                    match operator {
                        '.' | '/' => self.path.push(operator),
                        ';' => self.path.extend([";", name, "="]),
                        _ if at > 0 => self.path.push(','),
                        _ => {}
                    }
                    self.path.extend(["{", name, "}"]);
                    self.parameter(name, "path", true);
                }
            }
        }
    }

    fn parameter(&mut self, name: &str, place: &str, required: bool) {
        let known = |one: &Value| one["name"] == name && one["in"] == place;
        if !name.is_empty() && !self.parameters.iter().any(known) {
            self.parameters.push(json!({
                "name": name, "in": place, "required": required, "schema": { "type": "string" },
            }));
        }
    }
}

/// Splits at the first question mark outside of braces.
fn split_query(text: &str) -> (&str, &str) {
    let mut inside = false;
    let at = text.find(|character| {
        inside = character == '{' || (inside && character != '}');
        character == '?' && !inside
    });
    match at {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, ""),
    }
}

/// What stands before the next expression, the expression, and what follows it.
fn next_expression(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('{')?;
    let (expression, after) = rest.split_once('}')?;
    Some((before, expression, after))
}

#[cfg(test)]
mod tests {
    use super::Described;

    #[test]
    fn templates_become_paths_and_parameters() {
        for (template, expected) in [
            ("/", "/"),
            ("/orders/{id}", "/orders/{id} id:path!"),
            (
                "/orders/{id}/lines?from={start}&all=1",
                "/orders/{id}/lines id:path! from:query! all:query!",
            ),
            ("/search{?q,page}", "/search q:query page:query"),
            ("/search?q={q}{&page}", "/search page:query q:query!"),
            ("/files{/folder,name}", "/files/{folder}/{name} folder:path! name:path!"),
            ("/a{.ext}{;v}{#part}", "/a.{ext};v={v} ext:path! v:path!"),
            ("/{+rest}/{rest}/*", "/{rest}/{rest}/* rest:path!"),
            ("/{x:3}/{y*}", "/{x}/{y} x:path! y:path!"),
        ] {
            let described = Described::template(template);
            let mut words = vec![described.path];
            words.extend(described.parameters.iter().map(|one| {
                let required = if one["required"] == true { "!" } else { "" };
                let text = |name: &str| one[name].as_str().unwrap_or_default().to_owned();
                format!("{}:{}{required}", text("name"), text("in"))
            }));
            assert_eq!(words.join(" "), expected, "{template}");
        }
    }
}
