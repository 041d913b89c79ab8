//! The parts of a URI as `java.net.URI` names them.

use percent_encoding::percent_decode_str;

/// A part of a URI by the word of Synapse's language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum UriPart {
    Protocol,
    User,
    Host,
    Port,
    Path,
    Query,
    Ref,
}

/// The words, in the order in which parts stand in a URI.
pub(super) const WORDS: [(&str, UriPart); 7] = [
    ("protocol", UriPart::Protocol),
    ("user", UriPart::User),
    ("host", UriPart::Host),
    ("port", UriPart::Port),
    ("path", UriPart::Path),
    ("query", UriPart::Query),
    ("ref", UriPart::Ref),
];

/// A URI, taken apart.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct UriParts<'u> {
    scheme: Option<&'u str>,
    user: Option<&'u str>,
    host: Option<&'u str>,
    port: Option<&'u str>,
    path: &'u str,
    query: Option<&'u str>,
    fragment: Option<&'u str>,
}

impl<'u> UriParts<'u> {
    pub(super) fn of(uri: &'u str) -> Self {
        let (rest, fragment) = cut(uri, '#');
        let (rest, query) = cut(rest, '?');
        let (scheme, rest) = match rest.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest),
            _ => (None, rest),
        };
        let Some(rest) = rest.strip_prefix("//") else {
            return Self { scheme, path: rest, query, fragment, ..Self::default() };
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(user), place),
            None => (None, authority),
        };
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => {
                (host, Some(port).filter(|port| !port.is_empty()))
            }
            _ => (place, None),
        };
        let host = Some(host).filter(|host| !host.is_empty());
        Self { scheme, user, host, port, path, query, fragment }
    }

    /// A part's text, decoded; a port that is not there is `-1`.
    pub(super) fn text(&self, part: UriPart) -> Option<String> {
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        match part {
            UriPart::Protocol => self.scheme.map(str::to_owned),
            UriPart::User => self.user.map(decoded),
            UriPart::Host => self.host.map(str::to_owned),
            UriPart::Port => Some(self.port.unwrap_or("-1").to_owned()),
            UriPart::Path => Some(decoded(self.path)),
            UriPart::Query => self.query.map(decoded),
            UriPart::Ref => self.fragment.map(decoded),
        }
    }

    /// The decoded value of a parameter of the query; the last where there are several.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs =
            self.query?.rsplit('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let (_, value) = pairs.find(|(found, _)| *found == name)?;
        Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
    }
}

fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, behind)) => (before, Some(behind)),
        None => (text, None),
    }
}

fn is_scheme(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(|first| first.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
}

#[cfg(test)]
mod tests {
    use super::{UriParts, WORDS};

    #[test]
    fn a_uri_has_the_parts_that_java_finds() {
        let full = "https://a%20b:c@shop.example:8443/x/%C3%A4?k=1&n=a%26b#top";
        for (uri, expected) in [
            (full, "https|a b:c|shop.example|8443|/x/ä|k=1&n=a&b|top"),
            ("/orders/7?kind=a", "|||-1|/orders/7|kind=a|"),
            ("http://shop.example", "http||shop.example|-1|||"),
            ("http://[::1]:80/x", "http||[::1]|80|/x||"),
            ("http://[::1]/x?", "http||[::1]|-1|/x||"),
            ("a:b", "a|||-1|b||"),
            ("//host/p", "||host|-1|/p||"),
            ("file:///tmp", "file|||-1|/tmp||"),
            ("x#?:", "|||-1|x||?:"),
            ("", "|||-1|||"),
        ] {
            let parts = UriParts::of(uri);
            let text = WORDS.map(|(_, part)| parts.text(part).unwrap_or_default()).join("|");
            assert_eq!(text, expected, "{uri}");
        }
    }

    #[test]
    fn parameters_are_decoded() {
        let parts = UriParts::of("/x?a=1&b=x%26y&a=2&c&d=p=q");
        for (name, expected) in
            [("a", Some("2")), ("b", Some("x&y")), ("c", Some("")), ("d", Some("p=q")), ("e", None)]
        {
            assert_eq!(parts.parameter(name).as_deref(), expected, "{name}");
        }
    }
}
