//! Lists in pages: `MaxItems`, `Marker` and the marker of the next page.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use serde_json::{Map, Value};

use super::error::{Answer, ApiError};
use super::request::Call;

/// Answers one page of items that are sorted by a key. The marker carries the last key, not a
/// place, so that items may come and go between two pages.
pub(super) fn page<T>(
    call: &Call,
    member: &str,
    most: usize,
    items: impl IntoIterator<Item = (String, T)>,
    show: impl Fn(&T) -> Value,
) -> Answer<Value> {
    let size = size(call, most)?;
    let after = call.parameter("Marker").map(decode).transpose()?;
    let mut items = items
        .into_iter()
        .skip_while(|(key, _)| after.as_ref().is_some_and(|after| key <= after))
        .peekable();
    let mut shown = Vec::new();
    let mut last = None;
    while shown.len() < size
        && let Some((key, item)) = items.next()
    {
        shown.push(show(&item));
        last = Some(key);
    }
    let mut body = Map::new();
    if items.peek().is_some()
        && let Some(last) = last
    {
        body.insert("NextMarker".into(), BASE64.encode(last).into());
    }
    body.insert(member.into(), shown.into());
    Ok(Value::Object(body))
}

/// AWS answers at most `most` items however many are asked for.
fn size(call: &Call, most: usize) -> Answer<usize> {
    let Some(text) = call.parameter("MaxItems") else { return Ok(most) };
    let refused = |rule: &str| {
        ApiError::validation(format!(
            "1 validation error detected: Value '{text}' at 'maxItems' failed to satisfy \
             constraint: Member must have value {rule}"
        ))
    };
    match text.parse::<usize>() {
        Ok(0) => Err(refused("greater than or equal to 1")),
        Ok(size) if size > 10_000 => Err(refused("less than or equal to 10000")),
        Ok(size) => Ok(size.min(most)),
        Err(_) => Err(ApiError::serialization("MaxItems can not be converted to an Integer")),
    }
}

fn decode(marker: &str) -> Answer<String> {
    BASE64
        .decode(marker)
        .ok()
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .ok_or_else(|| ApiError::invalid_parameter("The provided marker is not valid."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local_lambda::tests::call;

    fn keys(query: &str, total: usize) -> Answer<(Vec<String>, Option<String>)> {
        let items = (0..total).map(|n| (format!("{n:03}"), n));
        let body = page(&call(query), "Items", 50, items, |n| Value::from(*n))?;
        let shown = body["Items"].as_array().unwrap().iter().map(Value::to_string).collect();
        Ok((shown, body["NextMarker"].as_str().map(str::to_owned)))
    }

    #[test]
    fn pages_follow_each_other() {
        let (first, marker) = keys("MaxItems=2", 5).unwrap();
        assert_eq!(first, ["0", "1"]);
        let (second, marker) = keys(&format!("MaxItems=2&Marker={}", marker.unwrap()), 5).unwrap();
        assert_eq!(second, ["2", "3"]);
        let (third, marker) = keys(&format!("MaxItems=2&Marker={}", marker.unwrap()), 5).unwrap();
        assert_eq!((third.as_slice(), marker), (["4".to_owned()].as_slice(), None));
    }

    #[test]
    fn sizes() {
        assert_eq!(keys("", 60).unwrap().0.len(), 50);
        assert_eq!(keys("MaxItems=9999", 60).unwrap().0.len(), 50);
        assert_eq!(keys("MaxItems=60", 5).unwrap().1, None);
        for query in ["MaxItems=0", "MaxItems=10001", "MaxItems=x", "Marker=%25"] {
            assert_eq!(keys(query, 5).unwrap_err().status, 400, "{query}");
        }
    }
}
