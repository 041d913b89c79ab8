//! Session affinity: messages of one session go to one child of a group.

use std::sync::{Arc, Mutex, PoisonError};

use http::HeaderMap;
use http::header::{COOKIE, HeaderName, HeaderValue, SET_COOKIE};

use super::recent::Recent;
use crate::message::{Message, soap_header};
use crate::xml::document::SYNAPSE;
use crate::xml::{NodeId, Tree};

/// How long a session lasts that is not used, where nothing says so, in milliseconds.
pub const USUAL_TIMEOUT: i64 = 120_000;

/// Sessions that are remembered at most; clients make as many as they like.
const SESSIONS: usize = 100_000;

/// The cookies that hold the name of a session.
const COOKIES: [&str; 4] = ["JSESSIONID", "PHPSESSID", "phpMyAdmin", "wordpress_test_cookie"];

const AXIS2: &str = "http://ws.apache.org/namespaces/axis2";
const ADDRESSING: &str = "http://www.w3.org/2005/08/addressing";

/// Where a session's name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Session {
    /// In a cookie that the back-end sets (`http`).
    Cookie,
    /// In a SOAP header of the client's (`simpleClientSession`).
    Client,
    /// In a SOAP header that the back-end asks to be sent back (`soap`).
    Soap,
}

/// Which child each session belongs to.
#[derive(Debug)]
pub struct Affinity {
    /// Where a session's name is.
    pub session: Session,
    /// How long a session lasts that is not used, in milliseconds.
    timeout: i64,
    bound: Mutex<Recent<Bound>>,
}

#[derive(Debug)]
struct Bound {
    child: usize,
    until: i64,
}

impl Session {
    /// Whether its name is in the body.
    pub fn is_in_body(self) -> bool {
        self != Self::Cookie
    }

    /// The names of sessions in a request.
    pub fn of_request(self, message: &Message) -> Vec<Arc<str>> {
        match self {
            Self::Cookie => cookies(&message.headers, &COOKIE),
            Self::Client => soap_text(message, &[(SYNAPSE, "ClientID")]),
            Self::Soap => soap_text(message, &[(AXIS2, "ServiceGroupId")]),
        }
    }

    /// The names of sessions that a response begins.
    pub fn of_response(self, message: &Message) -> Vec<Arc<str>> {
        match self {
            Self::Cookie => cookies(&message.headers, &SET_COOKIE),
            Self::Client => Vec::new(),
            Self::Soap => soap_text(
                message,
                &[
                    (ADDRESSING, "ReplyTo"),
                    (ADDRESSING, "ReferenceParameters"),
                    (AXIS2, "ServiceGroupId"),
                ],
            ),
        }
    }

    /// Takes the name of a session that nobody knows any more out of a request: the back-end that
    /// gets it never gave it.
    pub fn forget(self, message: &mut Message) {
        match self {
            Self::Cookie => forget_cookies(&mut message.headers),
            Self::Client => {}
            Self::Soap => forget_header(message, &[(AXIS2, "ServiceGroupId")]),
        }
    }
}

impl Affinity {
    /// No sessions yet.
    pub fn new(session: Session, timeout: i64) -> Self {
        Self { session, timeout, bound: Mutex::new(Recent::new(SESSIONS)) }
    }

    /// The child that one of these sessions belongs to; the session lasts longer now.
    pub fn child_of(&self, sessions: &[Arc<str>], now: i64) -> Option<usize> {
        let mut bound = self.bound.lock().unwrap_or_else(PoisonError::into_inner);
        sessions.iter().find_map(|session| {
            let found = bound.get(session)?;
            if found.until <= now {
                bound.remove(session);
                return None;
            }
            found.until = now.saturating_add(self.timeout);
            Some(found.child)
        })
    }

    /// Binds sessions to a child.
    pub fn bind(&self, sessions: Vec<Arc<str>>, child: usize, now: i64) {
        let mut bound = self.bound.lock().unwrap_or_else(PoisonError::into_inner);
        for session in sessions {
            let until = now.saturating_add(self.timeout);
            bound.insert(session, Bound { child, until });
        }
    }
}

fn names_session(pair: &str) -> bool {
    let name = pair.split('=').next().unwrap_or_default().trim();
    COOKIES.contains(&name)
}

/// The cookies `name=value` of a header that name sessions.
fn cookies(headers: &HeaderMap, header: &HeaderName) -> Vec<Arc<str>> {
    let values = headers.get_all(header).iter().filter_map(|value| value.to_str().ok());
    // What follows the first pair of a Set-Cookie are its attributes, and none has such a name.
    let pairs = values.flat_map(|value| value.split(';')).map(str::trim);
    pairs.filter(|pair| names_session(pair)).map(Arc::from).collect()
}

fn forget_cookies(headers: &mut HeaderMap) {
    if cookies(headers, &COOKIE).is_empty() {
        return;
    }
    let values = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let left: Vec<&str> = values
        .flat_map(|value| value.split(';'))
        .map(str::trim)
        .filter(|pair| !pair.is_empty() && !names_session(pair))
        .collect();
    let left = HeaderValue::from_str(&left.join("; ")).ok().filter(|left| !left.is_empty());
    headers.remove(COOKIE);
    if let Some(left) = left {
        headers.insert(COOKIE, left);
    }
}

/// The text at a path of elements below the SOAP header; empty texts name nothing.
fn soap_text(message: &Message, path: &[(&str, &str)]) -> Vec<Arc<str>> {
    let Ok(tree) = message.payload.xml() else { return Vec::new() };
    let text = element_at(tree, path).map(|found| Arc::from(tree.string_value(found).trim()));
    text.into_iter().filter(|text: &Arc<str>| !text.is_empty()).collect()
}

fn forget_header(message: &mut Message, path: &[(&str, &str)]) {
    let Ok(tree) = message.payload.xml() else { return };
    if element_at(tree, path).is_some()
        && let Ok(tree) = message.payload.xml_mut()
        && let Some(found) = element_at(tree, path)
    {
        tree.detach(found);
    }
}

fn element_at(tree: &Tree, path: &[(&str, &str)]) -> Option<NodeId> {
    let header = soap_header(tree)?;
    path.iter()
        .try_fold(header, |parent, (namespace, local)| tree.child(parent, Some(namespace), local))
}

#[cfg(test)]
mod tests {
    use super::{Affinity, HeaderMap, Session, cookies, forget_cookies};
    use http::header::COOKIE;

    #[test]
    fn only_cookies_of_sessions_count() {
        let mut headers = HeaderMap::new();
        let value = "theme=dark; JSESSIONID=1; NOT_JSESSIONID=2";
        headers.append(COOKIE, value.parse().unwrap());
        headers.append(COOKIE, "PHPSESSID=3".parse().unwrap());
        let found = cookies(&headers, &COOKIE);
        assert_eq!(found, ["JSESSIONID=1".into(), "PHPSESSID=3".into()]);
        forget_cookies(&mut headers);
        assert_eq!(headers[COOKIE], "theme=dark; NOT_JSESSIONID=2");
        let mut headers = HeaderMap::new();
        headers.append(COOKIE, "JSESSIONID=1".parse().unwrap());
        forget_cookies(&mut headers);
        assert!(headers.is_empty());
    }

    #[test]
    fn a_session_ends_when_it_was_not_used_for_its_timeout() {
        let affinity = Affinity::new(Session::Cookie, 100);
        let session = || vec!["a".into()];
        assert_eq!(affinity.child_of(&session(), 0), None);
        affinity.bind(session(), 2, 0);
        for (now, expected) in [(99, Some(2)), (150, Some(2)), (249, Some(2)), (349, None)] {
            assert_eq!(affinity.child_of(&session(), now), expected, "{now}");
        }
        affinity.bind(session(), 1, 400);
        affinity.bind(session(), 0, 410);
        assert_eq!(affinity.child_of(&["b".into(), "a".into()], 420), Some(0));
    }
}
