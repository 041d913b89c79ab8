//! Cross-origin rules: which pages of other origins may read an API's answers.

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, VARY,
};
use http::{HeaderMap, HeaderValue};

/// What browsers are told about an API. Without an origin it is off.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cors {
    origins: Vec<Box<str>>,
    headers: Option<HeaderValue>,
    methods: Option<HeaderValue>,
    credentials: bool,
}

impl Cors {
    /// Sets the origins, separated by commas; `*` is any.
    pub fn set_origins(&mut self, list: &str) {
        self.origins = words(list).map(Box::from).collect();
    }

    /// Sets the headers that requests may have, separated by commas; says whether they are names.
    pub fn set_headers(&mut self, list: &str) -> bool {
        let value = HeaderValue::from_str(&words(list).collect::<Vec<_>>().join(", ")).ok();
        let sound = value.is_some();
        self.headers = value.filter(|value| !value.is_empty());
        sound
    }

    /// Sets the methods that are told, separated by commas, instead of the resource's own; says
    /// whether they are words.
    pub fn set_methods(&mut self, list: &str) -> bool {
        let value = HeaderValue::from_str(&words(list).collect::<Vec<_>>().join(", ")).ok();
        let sound = value.is_some();
        self.methods = value.filter(|value| !value.is_empty());
        sound
    }

    /// Sets whether requests may come with cookies and the like.
    pub fn set_credentials(&mut self, allowed: bool) {
        self.credentials = allowed;
    }

    /// Whether it lets anybody in.
    pub fn is_on(&self) -> bool {
        !self.origins.is_empty()
    }

    /// What is added to the answer to a request from an origin, for a resource of some methods.
    pub fn headers(&self, origin: Option<&HeaderValue>, methods: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        let any = self.origins.iter().any(|known| &**known == "*");
        // Credentials and `*` exclude each other: the origin is named then.
        let named = !any || self.credentials;
        if named {
            headers.insert(VARY, HeaderValue::from_static("Origin"));
        }
        let listed =
            |origin: &&HeaderValue| any || self.origins.iter().any(|one| **origin == **one);
        let allowed = match origin.filter(listed) {
            Some(origin) if named => origin.clone(),
            _ if any && !named => HeaderValue::from_static("*"),
            _ => return headers,
        };
        headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, allowed);
        let methods = self.methods.clone().or_else(|| HeaderValue::from_str(methods).ok());
        headers.extend(methods.map(|methods| (ACCESS_CONTROL_ALLOW_METHODS, methods)));
        headers.extend(self.headers.clone().map(|names| (ACCESS_CONTROL_ALLOW_HEADERS, names)));
        if self.credentials {
            let allowed = HeaderValue::from_static("true");
            headers.insert(ACCESS_CONTROL_ALLOW_CREDENTIALS, allowed);
        }
        headers
    }
}

fn words(list: &str) -> impl Iterator<Item = &str> {
    list.split(',').map(str::trim).filter(|word| !word.is_empty())
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::Cors;

    #[test]
    fn tells_an_origin_what_it_may() {
        const PAGE: &str = "https://page.example";
        let own = format!(
            "vary: Origin; access-control-allow-origin: {PAGE}; access-control-allow-methods: GET"
        );
        let two = format!("https://other.example, {PAGE}");
        for (origins, credentials, origin, expected) in [
            ("", false, Some(PAGE), "vary: Origin".to_owned()),
            (
                "*",
                false,
                Some(PAGE),
                "access-control-allow-origin: *; access-control-allow-methods: GET".to_owned(),
            ),
            (
                "*",
                false,
                None,
                "access-control-allow-origin: *; access-control-allow-methods: GET".to_owned(),
            ),
            ("*", true, Some(PAGE), format!("{own}; access-control-allow-credentials: true")),
            ("*", true, None, "vary: Origin".to_owned()),
            (&two, false, Some(PAGE), own),
            (&two, false, Some("https://page.example.evil"), "vary: Origin".to_owned()),
            (&two, false, None, "vary: Origin".to_owned()),
        ] {
            let mut cors = Cors::default();
            cors.set_origins(origins);
            cors.set_credentials(credentials);
            let origin = origin.map(|text| HeaderValue::from_str(text).unwrap());
            let told = cors.headers(origin.as_ref(), "GET");
            let told: Vec<_> = told
                .iter()
                .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
                .collect();
            assert_eq!(told.join("; "), expected, "{origins} {credentials} {origin:?}");
        }
    }

    #[test]
    fn names_that_are_none_are_not_told() {
        let mut cors = Cors::default();
        assert!(cors.set_headers("Authorization ,Content-Type,"));
        assert_eq!(cors.headers.as_ref().unwrap(), "Authorization, Content-Type");
        assert!(!cors.set_headers("a\nb"));
        assert_eq!(cors.headers, None);
        assert!(cors.set_methods("GET,POST"));
        cors.set_origins("*");
        assert_eq!(cors.headers(None, "PUT")["access-control-allow-methods"], "GET, POST");
    }
}
