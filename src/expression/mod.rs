//! The three expression languages and the forms they appear in: compiled once, evaluated often.
//!
//! An expression sees a message only through [`Scope`]; it never changes one and never waits.

mod budget;
mod charset;
pub mod dates;
mod dynamic;
pub mod java_regex;
pub mod jsonpath;
mod namespaces;
mod number;
mod scope;
pub mod synapse;
mod template;
#[cfg(test)]
pub(crate) mod testing;
pub mod xpath;

use std::sync::Arc;

use crate::message::Value;
use jsonpath::{DynamicPath, JsonPath};
use synapse::SynapseExpression;
use xpath::XPath;

pub use dynamic::{Dynamic, DynamicOptions};
pub use namespaces::Namespaces;
pub use scope::{EvalError, ParseError, Remark, Scope};
pub use template::{Segment, Template};

pub use crate::message::PropertyScope;

/// A language that expressions are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// XPath 1.0.
    XPath,
    /// JSONPath, `json-eval(…)`.
    JsonPath,
    /// Synapse expressions, `${…}`.
    Synapse,
}

/// A compiled expression of any language.
#[derive(Debug, Clone)]
pub enum Expression {
    /// XPath 1.0.
    XPath(XPath),
    /// JSONPath.
    JsonPath(JsonPath),
    /// JSONPath with expressions in it.
    DynamicPath(DynamicPath),
    /// A Synapse expression.
    Synapse(SynapseExpression),
}

impl Expression {
    /// Compiles the text of an expression attribute: `json-eval(…)` is JSONPath, `${…}` as a whole
    /// is a Synapse expression, anything else is XPath.
    pub fn compile(text: &str, namespaces: &Namespaces) -> Result<Self, ParseError> {
        let written = text.trim_ascii();
        let before = text.len() - text.trim_ascii_start().len();
        if let Some(path) = written.strip_prefix(JSON_EVAL) {
            let offset = before + JSON_EVAL.len();
            let Some(path) = path.strip_suffix(')') else {
                let end = before + written.len();
                return Err(ParseError::new(end, "`json-eval(` is not closed").help("add `)`"));
            };
            return Self::json_path(path, namespaces).map_err(|error| error.shifted(offset));
        }
        if let Some(inner) = whole_synapse_expression(written) {
            let offset = before + "${".len();
            return SynapseExpression::compile(inner, namespaces)
                .map(|expression| Self::Synapse(expression.shifted(offset)))
                .map_err(|error| error.shifted(offset));
        }
        XPath::compile(text, namespaces).map(Self::XPath)
    }

    /// Compiles a JSONPath without `json-eval(…)` around it.
    pub fn json_path(path: &str, namespaces: &Namespaces) -> Result<Self, ParseError> {
        Ok(match DynamicPath::compile(path, namespaces)? {
            Some(path) => Self::DynamicPath(path),
            None => Self::JsonPath(JsonPath::compile(path)?),
        })
    }

    /// The language that the expression is written in.
    pub fn language(&self) -> Language {
        match self {
            Self::XPath(_) => Language::XPath,
            Self::JsonPath(_) | Self::DynamicPath(_) => Language::JsonPath,
            Self::Synapse(_) => Language::Synapse,
        }
    }

    /// Whether evaluating may look at the payload.
    pub fn reads_payload(&self) -> bool {
        match self {
            Self::XPath(xpath) => xpath.reads_payload(),
            Self::JsonPath(path) => path.reads_payload(),
            Self::DynamicPath(path) => path.reads_payload(),
            Self::Synapse(expression) => expression.reads_payload(),
        }
    }

    /// What was found odd about the expression; the offsets are those of the text.
    pub fn remarks(&self) -> &[Remark] {
        match self {
            Self::XPath(_) | Self::JsonPath(_) | Self::DynamicPath(_) => &[],
            Self::Synapse(expression) => expression.remarks(),
        }
    }

    /// The expression with the places of its remarks counted in a text that has so many bytes
    /// before it.
    pub fn shifted(self, bytes: usize) -> Self {
        match self {
            Self::Synapse(expression) => Self::Synapse(expression.shifted(bytes)),
            other => other,
        }
    }

    /// The result with its type.
    pub fn evaluate(&self, scope: &dyn Scope) -> Result<Value, EvalError> {
        match self {
            Self::XPath(xpath) => Ok(xpath.evaluate(scope)?.to_value()),
            Self::JsonPath(path) => path.evaluate(scope),
            Self::DynamicPath(path) => path.evaluate(scope),
            Self::Synapse(expression) => expression.evaluate(scope),
        }
    }

    /// The result as text, by the rules of the language.
    pub fn evaluate_text(&self, scope: &dyn Scope) -> Result<Arc<str>, EvalError> {
        match self {
            Self::XPath(xpath) => Ok(xpath.evaluate(scope)?.to_text()),
            Self::JsonPath(path) => Ok(path.evaluate(scope)?.to_text()),
            Self::DynamicPath(path) => Ok(path.evaluate(scope)?.to_text()),
            Self::Synapse(expression) => expression.evaluate_text(scope),
        }
    }

    /// The result as the condition of a filter: XPath's `boolean()`, in the other languages only
    /// what reads `true`.
    pub fn evaluate_bool(&self, scope: &dyn Scope) -> Result<bool, EvalError> {
        match self {
            Self::XPath(xpath) => Ok(xpath.evaluate(scope)?.to_bool()),
            Self::JsonPath(path) => Ok(path.evaluate(scope)?.is_true()),
            Self::DynamicPath(path) => Ok(path.evaluate(scope)?.is_true()),
            Self::Synapse(expression) => Ok(expression.evaluate(scope)?.is_true()),
        }
    }
}

const JSON_EVAL: &str = "json-eval(";

/// The text between `${` and `}` where they enclose all of it.
fn whole_synapse_expression(text: &str) -> Option<&str> {
    text.strip_prefix("${")?.strip_suffix('}')
}

#[cfg(test)]
mod tests {
    use super::testing::{Fixture, envelope};
    use super::{Expression, Language, Namespaces, PropertyScope};
    use crate::json;

    fn compile(text: &str) -> Expression {
        let namespaces = Namespaces::default();
        Expression::compile(text, &namespaces).unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    fn flow() -> Fixture {
        let payload = json::parse(
            b"{\"a\": {\"b\": [1, 2]}, \"t\": true, \"s\": \"TRUE\", \"no\": \"x\", \"n\": null}",
            &json::Limits::default(),
        );
        Fixture::new().json(payload.unwrap()).xml(envelope("", "<a><b>x</b></a>")).property(
            PropertyScope::Default,
            "p",
            "value",
        )
    }

    #[test]
    fn the_text_says_which_language_it_is() {
        for (text, language, reads, expected) in [
            ("//b", Language::XPath, true, "x"),
            (" $ctx:p ", Language::XPath, false, "value"),
            ("json-eval($.a.b)", Language::JsonPath, true, "[1,2]"),
            (" json-eval($.a.b[1]) ", Language::JsonPath, true, "2"),
            ("json-eval($.n)", Language::JsonPath, true, "null"),
            ("json-eval($.nothing)", Language::JsonPath, true, ""),
            ("json-eval($ctx:p)", Language::JsonPath, false, "value"),
            ("${payload.a.b[1] + 1}", Language::Synapse, true, "3"),
            ("${xpath('//b')}", Language::Synapse, true, "x"),
            (" ${props.synapse.p} ", Language::Synapse, false, "value"),
            ("${payload.nothing}", Language::Synapse, true, ""),
        ] {
            let expression = compile(text);
            assert_eq!(expression.language(), language, "{text}");
            assert_eq!(expression.reads_payload(), reads, "{text}");
            assert_eq!(&*expression.evaluate_text(&flow()).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn conditions_follow_their_language() {
        for (text, expected) in [
            ("//b", true),
            ("//nothing", false),
            ("'false'", true),
            ("json-eval($.t)", true),
            ("json-eval($.s)", true),
            ("json-eval($.no)", false),
            ("json-eval($.nothing)", false),
            ("${1 < 2}", true),
            ("${payload.s}", true),
            ("${payload.nothing == 1}", false),
            ("${payload.nothing}", false),
        ] {
            assert_eq!(compile(text).evaluate_bool(&flow()).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn offsets_count_from_the_start_of_the_text() {
        for (text, offset) in
            [("a b", 2), ("json-eval($.a", 13), (" json-eval($.a[)", 15), (" ${1 + }", 7)]
        {
            let error = Expression::compile(text, &Namespaces::default()).unwrap_err();
            assert_eq!(error.offset, offset, "{text}: {error}");
        }
    }
}
