//! A call of the API, taken apart: labels, query, headers, and the members of its JSON body.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use http::HeaderMap;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use super::arn::{FunctionRef, Owner};
use super::error::{Answer, ApiError};

/// One call after its signature was verified.
#[derive(Debug)]
pub(super) struct Call {
    /// The region that the call was signed for.
    pub region: String,
    /// The account that answers.
    pub account: String,
    /// The id of this request, a UUID.
    pub request_id: String,
    /// The values of the path's labels, decoded, in the order of the path.
    pub labels: Vec<String>,
    /// The query's parameters, decoded.
    pub query: Vec<(String, String)>,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// The members of a JSON body; a member that is null counts as absent.
#[derive(Debug, Default)]
pub(super) struct Members(Map<String, Value>);

impl Call {
    /// Whose resources the call speaks of.
    pub(super) fn owner(&self) -> Owner<'_> {
        Owner { region: &self.region, account: &self.account }
    }

    /// A label of the path by its place; a route without it has none.
    pub(super) fn label(&self, place: usize) -> &str {
        self.labels.get(place).map_or("", String::as_str)
    }

    /// A parameter of the query; an empty one counts as absent.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.query
            .iter()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    /// Every value of a parameter of the query.
    pub(super) fn parameters(&self, name: &str) -> Vec<&str> {
        self.query.iter().filter(|(key, _)| key == name).map(|(_, value)| value.as_str()).collect()
    }

    /// A header's text; one that is not ASCII counts as absent.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok()).filter(|text| !text.is_empty())
    }

    /// The function that the path names, with its qualifier.
    pub(super) fn function(&self) -> Answer<FunctionRef> {
        FunctionRef::with_qualifier(self.label(0), self.parameter("Qualifier"), self.owner())
    }

    /// The members of the body.
    pub(super) fn members(&self) -> Answer<Members> {
        if self.body.is_empty() {
            return Ok(Members::default());
        }
        match serde_json::from_slice(&self.body) {
            Ok(Value::Object(members)) => Ok(Members(members)),
            Ok(_) => Err(ApiError::serialization("the request body must be a JSON object")),
            Err(error) => {
                Err(ApiError::serialization(format!("the request body is not JSON: {error}")))
            }
        }
    }
}

/// Takes a query apart.
pub(super) fn parse_query(query: &str) -> Vec<(String, String)> {
    let decode =
        |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decode(name), decode(value)))
        .collect()
}

impl From<Map<String, Value>> for Members {
    fn from(members: Map<String, Value>) -> Self {
        Self(members)
    }
}

impl Members {
    /// The value of a member that is there and not null.
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A text member.
    pub(super) fn text(&self, name: &str) -> Answer<Option<&str>> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(other) => Err(wrong_type(other, "a String")),
        }
    }

    /// A text member that is owned and not empty.
    pub(super) fn owned(&self, name: &str) -> Answer<Option<String>> {
        Ok(self.text(name)?.filter(|text| !text.is_empty()).map(str::to_owned))
    }

    /// A whole number.
    pub(super) fn integer(&self, name: &str) -> Answer<Option<i64>> {
        match self.get(name) {
            None => Ok(None),
            Some(value) => value.as_i64().map(Some).ok_or_else(|| wrong_type(value, "an Integer")),
        }
    }

    /// A truth value; absent is false.
    pub(super) fn flag(&self, name: &str) -> Answer<bool> {
        match self.get(name) {
            None => Ok(false),
            Some(value) => value.as_bool().ok_or_else(|| wrong_type(value, "a Boolean")),
        }
    }

    /// A member of members.
    pub(super) fn object(&self, name: &str) -> Answer<Option<Self>> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Object(members)) => Ok(Some(Self(members.clone()))),
            Some(other) => Err(wrong_type(other, "a Structure")),
        }
    }

    /// A list of texts.
    pub(super) fn texts(&self, name: &str) -> Answer<Option<Vec<String>>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let Value::Array(items) = value else { return Err(wrong_type(value, "a List")) };
        let text = |item: &Value| match item {
            Value::String(text) => Ok(text.clone()),
            other => Err(wrong_type(other, "a String")),
        };
        items.iter().map(text).collect::<Answer<_>>().map(Some)
    }

    /// A map from text to text.
    pub(super) fn text_map(&self, name: &str) -> Answer<Option<BTreeMap<String, String>>> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let Value::Object(members) = value else { return Err(wrong_type(value, "a Map")) };
        let entry = |(key, value): (&String, &Value)| match value {
            Value::String(text) => Ok((key.clone(), text.clone())),
            other => Err(wrong_type(other, "a String")),
        };
        members.iter().map(entry).collect::<Answer<_>>().map(Some)
    }

    /// Bytes, written in base64.
    pub(super) fn blob(&self, name: &str) -> Answer<Option<Vec<u8>>> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        BASE64
            .decode(text)
            .map(Some)
            .map_err(|_| ApiError::serialization(format!("the member {name} is not base64")))
    }
}

fn wrong_type(value: &Value, wanted: &str) -> ApiError {
    let found = match value {
        Value::Null => "NULL_VALUE",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
        Value::Array(_) => "START_ARRAY",
        Value::Object(_) => "START_OBJECT",
    };
    ApiError::serialization(format!("{found} can not be converted to {wanted}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(text: &str) -> Members {
        match serde_json::from_str(text).unwrap() {
            Value::Object(members) => Members(members),
            _ => panic!("not an object"),
        }
    }

    #[test]
    fn members_have_types() {
        let members =
            members(r#"{"t":"x","n":3,"b":true,"l":["a"],"m":{"k":"v"},"z":"AAE=","none":null}"#);
        assert_eq!(members.text("t").unwrap(), Some("x"));
        assert_eq!(members.text("none").unwrap(), None);
        assert_eq!(members.integer("n").unwrap(), Some(3));
        assert!(members.flag("b").unwrap());
        assert_eq!(members.texts("l").unwrap().unwrap(), ["a"]);
        assert_eq!(members.text_map("m").unwrap().unwrap()["k"], "v");
        assert_eq!(members.blob("z").unwrap().unwrap(), [0, 1]);
        for error in [
            members.text("n").unwrap_err(),
            members.integer("t").unwrap_err(),
            members.flag("t").unwrap_err(),
            members.texts("m").unwrap_err(),
            members.text_map("l").unwrap_err(),
            members.blob("t").unwrap_err(),
        ] {
            assert_eq!(error.kind, "SerializationException");
        }
        assert_eq!(
            members.integer("t").unwrap_err().message,
            "STRING_VALUE can not be converted to an Integer"
        );
    }

    #[test]
    fn queries() {
        let expected = vec![
            ("Marker".to_owned(), "a b".to_owned()),
            ("tagKeys".to_owned(), "x:y".to_owned()),
            ("flag".to_owned(), String::new()),
        ];
        assert_eq!(parse_query("Marker=a%20b&tagKeys=x%3Ay&flag"), expected);
        assert!(parse_query("").is_empty());
    }
}
