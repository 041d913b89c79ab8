//! Free text with `${…}` in it: log messages, payload formats.

use std::sync::Arc;

use super::synapse::SynapseExpression;
use super::{EvalError, Namespaces, ParseError, Remark, Scope};

/// A text, split where expressions stand in it.
#[derive(Debug, Clone)]
pub struct Template {
    segments: Vec<Segment>,
}

/// A part of a [`Template`].
#[derive(Debug, Clone)]
pub enum Segment {
    /// Text that stays as it is.
    Text(Arc<str>),
    /// An expression, whose result takes its place.
    Expression {
        /// The expression.
        expression: SynapseExpression,
        /// Whether it stands directly between double quotes.
        quoted: bool,
        /// Where its `$` is, as a byte offset into the text.
        offset: usize,
    },
}

impl Template {
    /// Splits a text and compiles its expressions. A `${` that is not closed is text. Braces and
    /// string literals inside of an expression may hold `}`. Offsets of errors are those of the
    /// text.
    pub fn compile(text: &str, namespaces: &Namespaces) -> Result<Self, ParseError> {
        let mut segments = Vec::new();
        let mut done = 0;
        let mut from = 0;
        while let Some(offset) = find(text, from) {
            let inner = offset + 2;
            let Some(end) = end_of(text, inner) else { break };
            let expression = text.get(inner..end).unwrap_or_default();
            let expression = SynapseExpression::compile(expression, namespaces)
                .map_err(|error| error.shifted(inner))?
                .shifted(inner);
            push_text(&mut segments, text.get(done..offset));
            let quoted = text.get(..offset).is_some_and(|before| before.ends_with('"'))
                && text.get(end + 1..).is_some_and(|behind| behind.starts_with('"'));
            segments.push(Segment::Expression { expression, quoted, offset });
            done = end + 1;
            from = done;
        }
        push_text(&mut segments, text.get(done..));
        Ok(Self { segments })
    }

    /// The parts, in order; texts are not empty.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// The text, when there is no expression in it.
    pub fn static_text(&self) -> Option<&str> {
        match self.segments.as_slice() {
            [] => Some(""),
            [Segment::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// What was found odd about the expressions; the offsets are those of the text.
    pub fn remarks(&self) -> impl Iterator<Item = &Remark> {
        self.segments.iter().flat_map(|segment| match segment {
            Segment::Text(_) => &[],
            Segment::Expression { expression, .. } => expression.remarks(),
        })
    }

    /// Whether evaluating may look at the payload.
    pub fn reads_payload(&self) -> bool {
        self.segments.iter().any(|segment| match segment {
            Segment::Text(_) => false,
            Segment::Expression { expression, .. } => expression.reads_payload(),
        })
    }

    /// The text with the results of its expressions; one that fails is logged and leaves nothing.
    /// Fails only while the body is unread.
    pub fn evaluate_text(&self, scope: &dyn Scope) -> Result<String, EvalError> {
        let mut text = String::new();
        for segment in &self.segments {
            match segment {
                Segment::Text(part) => text.push_str(part),
                Segment::Expression { expression, .. } => {
                    text.push_str(&expression.evaluate_text(scope)?);
                }
            }
        }
        Ok(text)
    }
}

fn find(text: &str, from: usize) -> Option<usize> {
    Some(from + text.get(from..)?.find("${")?)
}

fn push_text(segments: &mut Vec<Segment>, text: Option<&str>) {
    match text {
        Some(text) if !text.is_empty() => segments.push(Segment::Text(text.into())),
        _ => {}
    }
}

/// Where the brace is that closes an expression: outside of string literals and of inner braces.
/// Where these do not add up, the first brace, as in Synapse.
fn end_of(text: &str, start: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    let mut quote = None;
    let mut depth = 0_usize;
    let mut characters = rest.char_indices();
    while let Some((at, c)) = characters.next() {
        match (c, quote) {
            ('\\', Some(_)) => {
                characters.next();
            }
            (c, Some(open)) => quote = (c != open).then_some(open),
            ('"' | '\'', None) => quote = Some(c),
            ('{', None) => depth += 1,
            ('}', None) if depth == 0 => return Some(start + at),
            ('}', None) => depth -= 1,
            _ => {}
        }
    }
    Some(start + rest.find('}')?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expression::testing::Fixture;
    use crate::json;

    fn message() -> Fixture {
        let payload = br#"{"name":"Ann","n":3,"none":null,"o":{"a":[1]},"q":"say \"hi\""}"#;
        Fixture::new().json(json::parse(payload, &json::Limits::default()).unwrap())
    }

    fn template(text: &str) -> Template {
        Template::compile(text, &Namespaces::default()).unwrap()
    }

    #[test]
    fn fills_in_what_expressions_give() {
        for (text, expected) in [
            ("", ""),
            ("plain", "plain"),
            ("${payload.name}", "Ann"),
            ("Hello ${payload.name}!", "Hello Ann!"),
            ("${payload.name}${payload.n}", "Ann3"),
            ("${ payload.n + 4 } and ${payload.o}", "7 and {\"a\":[1]}"),
            ("[${payload.none}|${payload.missing}]", "[|]"),
            ("é ${payload.name} ü", "é Ann ü"),
            ("costs $5 {x} $", "costs $5 {x} $"),
            ("never ${closed", "never ${closed"),
            ("${payload.n} of ${closed", "3 of ${closed"),
            ("${'}' + \"{\"}", "}{"),
            (r#"${"a\"}" + 'b'}"#, "a\"}b"),
            ("$${payload.n}", "$3"),
            ("{\"name\": \"${payload.name}\"}", "{\"name\": \"Ann\"}"),
            ("${payload.o.a[?(@ in [1])]}", "[1]"),
        ] {
            assert_eq!(template(text).evaluate_text(&message()).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn tells_quoted_places() {
        let text = r#"{"a": "${payload.a}", "b": ${payload.b}, "c": "x${payload.c}", "d": "${payload.d} "}"#;
        let template = template(text);
        let found: Vec<(bool, usize)> = template
            .segments()
            .iter()
            .filter_map(|segment| match segment {
                Segment::Expression { quoted, offset, .. } => Some((*quoted, *offset)),
                Segment::Text(_) => None,
            })
            .collect();
        assert_eq!(found, [(true, 7), (false, 27), (false, 48), (false, 69)]);
    }

    #[test]
    fn says_what_it_needs() {
        assert!(template("a ${payload.x}").reads_payload());
        assert!(!template("a ${vars.x} ${headers.y}").reads_payload());
        assert_eq!(template("plain").static_text(), Some("plain"));
        assert_eq!(template("").static_text(), Some(""));
        assert_eq!(template("${1}").static_text(), None);
        let waiting = template("a ${payload.x}").evaluate_text(&Fixture::new());
        assert!(matches!(waiting, Err(EvalError::NeedBody)));
    }

    #[test]
    fn points_into_the_text() {
        for (text, offset, message) in [
            ("ab ${}", 5, "expression is empty"),
            ("ab ${payload.x +}", 16, "expected a value, found the end"),
            ("${1} ${nope(1)}", 7, "`nope` is unknown here"),
            ("it's ${vars.x's}", 13, "expected an operator or the end, found `'`"),
        ] {
            let error = Template::compile(text, &Namespaces::default()).unwrap_err();
            assert_eq!((error.offset, error.message.as_str()), (offset, message), "{text}");
        }
    }
}
