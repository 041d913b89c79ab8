//! `query.param.x`: the query string as properties.

use std::sync::Arc;

use crate::artifact::mapping::{BrokenEncoding, Variable, decode};

/// Adds the pairs of a query string as properties, the last of a name winning. A piece without
/// `=` belongs to the value before it, as if its `&` had been meant.
pub(super) fn add(query: &str, properties: &mut Vec<Variable>) -> Result<(), BrokenEncoding> {
    let first = properties.len();
    let mut current: Option<usize> = None;
    for piece in query.trim_end_matches('&').split('&') {
        if let Some((name, value)) = piece.split_once('=') {
            let name = format!("query.param.{name}");
            let value: Arc<str> = Arc::from(decode(value, true)?);
            let known = properties.iter().skip(first).position(|(known, _)| **known == *name);
            let at = known.map_or(properties.len(), |at| first + at);
            match properties.get_mut(at) {
                Some(slot) => slot.1 = value,
                None => properties.push((name.into(), value)),
            }
            current = Some(at);
        } else if let Some((_, value)) = current.and_then(|at| properties.get_mut(at)) {
            *value = Arc::from(format!("{value}&{piece}"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::add;

    #[test]
    fn reads_queries_as_synapse_does() {
        for (query, expected) in [
            ("a=1", "a=1"),
            ("a=1&b=2", "a=1;b=2"),
            ("a=1&a=2", "a=2"),
            ("a=", "a="),
            ("a=x+y%20z", "a=x y z"),
            ("a=x=y", "a=x=y"),
            ("a=R&D&b=1", "a=R&D;b=1"),
            ("flag", ""),
            ("flag&a=1", "a=1"),
            ("", ""),
            ("a=1&", "a=1"),
            ("a%5B0%5D=1", "a%5B0%5D=1"),
            ("=1", "=1"),
        ] {
            let mut properties = Vec::new();
            add(query, &mut properties).unwrap();
            let pairs = properties
                .iter()
                .map(|(name, value)| format!("{}={value}", name.replace("query.param.", "")));
            assert_eq!(pairs.collect::<Vec<_>>().join(";"), expected, "{query}");
        }
        assert!(add("a=%zz", &mut Vec::new()).is_err());
    }
}
