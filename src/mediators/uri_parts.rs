//! The parts of a URI as `java.net.URI` names them, taken apart and put together.

use std::borrow::Cow;
use std::net::Ipv6Addr;

use percent_encoding::{CONTROLS, percent_decode_str, percent_encode_byte, utf8_percent_encode};

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

impl UriPart {
    /// The part that a word names.
    pub(super) fn of(word: &str) -> Option<Self> {
        WORDS.iter().find(|(known, _)| *known == word).map(|(_, part)| *part)
    }

    /// The word for it.
    pub(super) fn word(self) -> &'static str {
        WORDS[self as usize].0
    }

    /// The signs that stand for themselves in it, beside letters, digits and `-_.!~*'()`.
    fn signs(self) -> &'static str {
        match self {
            Self::Protocol | Self::Host | Self::Port => "",
            Self::User => ";:&=+$,",
            Self::Path => ":@&=+$,;/",
            Self::Query | Self::Ref => ";/?:@&=+$,[]",
        }
    }

    fn keeps(self, byte: u8) -> bool {
        byte.is_ascii_alphanumeric()
            || b"-_.!~*'()".contains(&byte)
            || self.signs().as_bytes().contains(&byte)
    }

    /// A text as it is written in this part.
    pub(super) fn escaped(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Host if text.contains(':') && !text.starts_with('[') => {
                format!("[{text}]").into()
            }
            Self::Port if text == "-1" => "".into(),
            Self::Protocol | Self::Host | Self::Port => text.into(),
            _ if text.bytes().all(|byte| self.keeps(byte)) => text.into(),
            _ => {
                let mut written = String::with_capacity(text.len() + 8);
                for byte in text.bytes() {
                    if self.keeps(byte) {
                        written.push(char::from(byte));
                    } else {
                        written.push_str(percent_encode_byte(byte));
                    }
                }
                written.into()
            }
        }
    }

    /// Whether this part may be written so.
    pub(super) fn is_sound(self, written: &str) -> bool {
        match self {
            Self::Protocol => is_scheme(written),
            Self::Host => is_host(written),
            Self::Port => written.parse::<u16>().is_ok(),
            _ => written.char_indices().all(|(at, c)| match c {
                '%' => written.as_bytes().get(at + 1..at + 3).is_some_and(is_hex),
                c if c.is_ascii() => self.keeps(c as u8),
                c => !c.is_whitespace() && !c.is_control(),
            }),
        }
    }
}

/// A URI, taken apart; its parts are as they are written.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(super) struct UriParts<'u>([Option<Cow<'u, str>>; 7]);

impl<'u> UriParts<'u> {
    pub(super) fn of(uri: &'u str) -> Self {
        let (rest, fragment) = cut(uri, '#');
        let (scheme, rest) = match rest.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) => (Some(scheme), rest),
            _ => (None, rest),
        };
        if scheme.is_some() && !rest.starts_with('/') {
            // Such as `urn:a:b`: nothing in it has a name.
            return Self::made([scheme, None, None, None, None, None, fragment]);
        }
        let (rest, query) = cut(rest, '?');
        let Some(rest) = rest.strip_prefix("//") else {
            return Self::made([scheme, None, None, None, Some(rest), query, fragment]);
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
        Self::made([scheme, user, host, port, Some(path), query, fragment])
    }

    fn made(parts: [Option<&'u str>; 7]) -> Self {
        Self(parts.map(|part| part.map(Cow::Borrowed)))
    }

    /// The same parts, on their own.
    pub(super) fn into_owned(self) -> UriParts<'static> {
        UriParts(self.0.map(|part| part.map(|part| Cow::Owned(part.into_owned()))))
    }

    /// A part's text, decoded; a port that is not there is `-1`.
    pub(super) fn text(&self, part: UriPart) -> Option<String> {
        let raw = self.0[part as usize].as_deref();
        match part {
            UriPart::Protocol | UriPart::Host => raw.map(str::to_owned),
            UriPart::Port => Some(raw.unwrap_or("-1").to_owned()),
            _ => raw.map(decoded),
        }
    }

    /// The decoded value of a parameter of the query; the last where there are several.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = self
            .written(UriPart::Query)
            .rsplit('&')
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let (_, value) = pairs.find(|(found, _)| *found == name)?;
        Some(decoded(value))
    }

    /// The query as it is written, without the parameters of a name.
    pub(super) fn without_parameter(&self, name: &str) -> String {
        let is_other = |pair: &&str| decoded(pair.split('=').next().unwrap_or_default()) != name;
        let others: Vec<_> = self.written(UriPart::Query).split('&').filter(is_other).collect();
        others.join("&")
    }

    /// A part as it is written; empty where there is none.
    pub(super) fn written(&self, part: UriPart) -> &str {
        self.0[part as usize].as_deref().unwrap_or_default()
    }

    /// Writes a part; an empty one is none.
    pub(super) fn write(&mut self, part: UriPart, written: String) {
        let kept = part == UriPart::Path || !written.is_empty();
        self.0[part as usize] = kept.then_some(Cow::Owned(written));
    }

    /// The first part that must not be written as it is.
    pub(super) fn malformed(&self) -> Option<UriPart> {
        WORDS.iter().map(|(_, part)| *part).find(|part| {
            self.0[*part as usize].as_deref().is_some_and(|written| !part.is_sound(written))
        })
    }

    /// The URI of these parts. Fails with the first that stands where it would be read as another
    /// one: a path without a slash behind a host, a path `//x` without a host.
    pub(super) fn to_uri(&self) -> Result<String, UriPart> {
        let mut parts = self.clone();
        let [scheme, user, host, port, path, query, fragment] = &mut parts.0;
        if host.is_none() {
            (*user, *port) = (None, None);
        }
        *path = Some(path.take().unwrap_or_default());
        let mut uri = String::new();
        for (before, part, behind) in [
            ("", &*scheme, ":"),
            ("//", &host.as_ref().map(|_| Cow::Borrowed("")), ""),
            ("", &*user, "@"),
            ("", &*host, ""),
            (":", &*port, ""),
            ("", &*path, ""),
            ("?", &*query, ""),
            ("#", &*fragment, ""),
        ] {
            if let Some(part) = part {
                uri.extend([before, part.as_ref(), behind]);
            }
        }
        if let Some(part) = parts.malformed().or_else(|| parts.difference(&UriParts::of(&uri))) {
            return Err(part);
        }
        Ok(utf8_percent_encode(&uri, CONTROLS).to_string())
    }

    fn difference(&self, other: &UriParts<'_>) -> Option<UriPart> {
        let differs = |part: &UriPart| self.0[*part as usize] != other.0[*part as usize];
        WORDS.iter().map(|(_, part)| *part).find(differs)
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
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

/// A name, an IPv4 address, or an IPv6 address in brackets.
fn is_host(text: &str) -> bool {
    if let Some(rest) = text.strip_prefix('[') {
        rest.strip_suffix(']').is_some_and(|address| address.parse::<Ipv6Addr>().is_ok())
    } else {
        let of_name = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
        !text.is_empty() && text.bytes().all(of_name)
    }
}

fn is_hex(digits: &[u8]) -> bool {
    digits.iter().all(u8::is_ascii_hexdigit)
}

#[cfg(test)]
mod tests {
    use super::{UriPart, UriParts, WORDS};

    #[test]
    fn a_uri_has_the_parts_that_java_finds() {
        let full = "https://a%20b:c@shop.example:8443/x/%C3%A4?k=1&n=a%26b#top";
        for (uri, expected) in [
            (full, "https|a b:c|shop.example|8443|/x/ä|k=1&n=a&b|top"),
            ("/orders/7?kind=a", "|||-1|/orders/7|kind=a|"),
            ("http://shop.example", "http||shop.example|-1|||"),
            ("http://[::1]:80/x", "http||[::1]|80|/x||"),
            ("http://[::1]/x?", "http||[::1]|-1|/x||"),
            ("a:b?c#d", "a|||-1|||d"),
            ("//host/p", "||host|-1|/p||"),
            ("file:///tmp", "file|||-1|/tmp||"),
            ("x#?:", "|||-1|x||?:"),
            ("/x?a:b", "|||-1|/x|a:b|"),
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

    #[test]
    fn a_uri_that_is_taken_apart_is_put_together_again() {
        for uri in [
            "https://a%20b:c@shop.example:8443/x/%2F?k=1&n=a%26b#top",
            "http://my_host/",
            "http://[::1]:80",
            "//host",
            "/x?",
            "?a",
            "file:/tmp",
            "",
        ] {
            assert_eq!(UriParts::of(uri).to_uri().as_deref(), Ok(uri));
        }
        assert_eq!(UriParts::of("file:///tmp").to_uri().unwrap(), "file:/tmp");
        assert_eq!(UriParts::of("/ä").to_uri().unwrap(), "/%C3%A4");
    }

    #[test]
    fn what_makes_no_uri_is_known_by_its_part() {
        use UriPart::{Host, Path, Port, Protocol, Query, Ref, User};
        for (uri, part) in [
            ("http://a b/", Host),
            ("http://a:b:1/", Host),
            ("http://[x]/", Host),
            ("http://[]/", Host),
            ("http://h:70000/", Port),
            ("http://a^@h/", User),
            ("http://h/a b", Path),
            ("http://h/%4", Path),
            ("http://h/%zz", Path),
            ("http://h/?a|b", Query),
            ("http://h/#a`", Ref),
        ] {
            assert_eq!(UriParts::of(uri).malformed(), Some(part), "{uri}");
        }
        for (uri, part, written, wrong) in [
            ("http://h", Path, "x", Host),
            ("/x", Path, "//x/y", Host),
            ("/x", Protocol, "1a", Protocol),
            ("http:/x", Path, "x", Path),
            ("urn:a", Path, "", Path),
            ("/x", Path, "a:b", Protocol),
        ] {
            let mut parts = UriParts::of(uri);
            parts.write(part, written.to_owned());
            assert_eq!(parts.to_uri(), Err(wrong), "{uri} {written}");
        }
    }
}
