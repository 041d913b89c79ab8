//! Values that may be dynamic: keys, names, parameters of templates and connectors.

use std::sync::Arc;

use super::{
    EvalError, Expression, Namespaces, ParseError, Remark, Scope, whole_synapse_expression,
};
use crate::json;
use crate::message::Value;

/// A value attribute that is static text, or an expression in braces.
#[derive(Clone)]
pub struct Dynamic(Form);

#[derive(Clone)]
enum Form {
    Static(Arc<str>),
    Now(Arc<Expression>),
    Deferred(Arc<Expression>),
    /// Evaluates to the text of the XPath expression that is then deferred.
    Written(Arc<Expression>, Namespaces),
}

/// What a place for dynamic values allows.
#[derive(Debug, Clone, Copy, Default)]
pub struct DynamicOptions {
    /// Whether a JSON object stands for itself. Synapse would read it as an XPath expression in
    /// braces and refuse it.
    pub allow_json_literal: bool,
}

impl Dynamic {
    /// Compiles a value: `{expr}` is evaluated at once, `{{expr}}` where it is used, and all else
    /// is static, `${expr}` without braces around it too. Only braces at the very ends count.
    pub fn compile(
        text: &str,
        namespaces: &Namespaces,
        options: DynamicOptions,
    ) -> Result<Self, ParseError> {
        if options.allow_json_literal && is_json_object(text) {
            return Ok(Self(Form::Static(text.into())));
        }
        if let Some((inner, before)) = deferred_part(text) {
            let expression = Arc::new(compile_at(inner, before, namespaces)?);
            // Synapse's way to write an expression whose text a property holds.
            let written = inner.contains("get-property");
            return Ok(Self(if written {
                Form::Written(expression, namespaces.clone())
            } else {
                Form::Deferred(expression)
            }));
        }
        match text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
            Some(inner) => Ok(Self(Form::Now(Arc::new(compile_at(inner, 1, namespaces)?)))),
            None => Ok(Self(Form::Static(text.into()))),
        }
    }

    /// A value that is text whatever it looks like.
    pub fn literal(text: impl Into<Arc<str>>) -> Self {
        Self(Form::Static(text.into()))
    }

    /// Whether the value is the same for every message.
    pub fn is_static(&self) -> bool {
        self.static_text().is_some()
    }

    /// The value where it is the same for every message.
    pub fn static_text(&self) -> Option<&Arc<str>> {
        match &self.0 {
            Form::Static(text) => Some(text),
            _ => None,
        }
    }

    /// Whether the value is literal text that looks like a Synapse expression: here that takes
    /// braces around it, `{${…}}`, and somebody should be told.
    pub fn is_bare_synapse_expression(&self) -> bool {
        self.static_text().is_some_and(|text| whole_synapse_expression(text.trim_ascii()).is_some())
    }

    /// What was found odd about the expression; the offsets are those of the value.
    pub fn remarks(&self) -> &[Remark] {
        self.expression().map_or(&[], Expression::remarks)
    }

    /// Whether evaluating may look at the payload.
    pub fn reads_payload(&self) -> bool {
        match &self.0 {
            Form::Static(_) => false,
            Form::Now(expression) | Form::Deferred(expression) => expression.reads_payload(),
            Form::Written(..) => true,
        }
    }

    /// The value for this message. A deferred expression is evaluated now as well: a place that
    /// passes nothing on is where it is used.
    pub fn evaluate(&self, scope: &dyn Scope) -> Result<Value, EvalError> {
        match &self.0 {
            Form::Static(text) => Ok(Value::Text(Arc::clone(text))),
            Form::Now(expression) | Form::Deferred(expression) => expression.evaluate(scope),
            Form::Written(expression, namespaces) => {
                rewrite(expression, namespaces, scope)?.evaluate(scope)
            }
        }
    }

    /// As [`Dynamic::evaluate`], as text.
    pub fn evaluate_text(&self, scope: &dyn Scope) -> Result<Arc<str>, EvalError> {
        match &self.0 {
            Form::Static(text) => Ok(Arc::clone(text)),
            Form::Now(expression) | Form::Deferred(expression) => expression.evaluate_text(scope),
            Form::Written(expression, namespaces) => {
                rewrite(expression, namespaces, scope)?.evaluate_text(scope)
            }
        }
    }

    /// The expression to pass on unevaluated where the value says so: `{{expr}}`.
    pub fn deferred(&self) -> Option<&Arc<Expression>> {
        match &self.0 {
            Form::Deferred(expression) | Form::Written(expression, _) => Some(expression),
            Form::Static(_) | Form::Now(_) => None,
        }
    }

    /// The expression that a template gets for this message: [`Dynamic::deferred`], or, where that
    /// asks `get-property`, the XPath expression whose text it gives.
    pub fn defer(&self, scope: &dyn Scope) -> Result<Option<Arc<Expression>>, EvalError> {
        match &self.0 {
            Form::Deferred(expression) => Ok(Some(Arc::clone(expression))),
            Form::Written(expression, namespaces) => {
                rewrite(expression, namespaces, scope).map(|written| Some(Arc::new(written)))
            }
            Form::Static(_) | Form::Now(_) => Ok(None),
        }
    }

    fn expression(&self) -> Option<&Expression> {
        match &self.0 {
            Form::Static(_) => None,
            Form::Now(expression) | Form::Deferred(expression) | Form::Written(expression, _) => {
                Some(expression)
            }
        }
    }
}

/// Compiles the expression whose text another one gives.
fn rewrite(
    expression: &Expression,
    namespaces: &Namespaces,
    scope: &dyn Scope,
) -> Result<Expression, EvalError> {
    let text = expression.evaluate_text(scope)?;
    Expression::compile(&text, namespaces).map_err(|error| {
        EvalError::failed(format!("what a deferred expression gives is no expression: {error}"))
    })
}

fn compile_at(
    inner: &str,
    before: usize,
    namespaces: &Namespaces,
) -> Result<Expression, ParseError> {
    Expression::compile(inner, namespaces)
        .map(|expression| expression.shifted(before))
        .map_err(|error| error.shifted(before))
}

/// The expression within double braces and where it starts. Blanks around them do not count, as
/// they do around single ones.
fn deferred_part(text: &str) -> Option<(&str, usize)> {
    let inner = text.trim_ascii().strip_prefix("{{")?.strip_suffix("}}")?;
    let blanks = text.len() - text.trim_ascii_start().len();
    Some((inner, blanks + 2))
}

fn is_json_object(text: &str) -> bool {
    text.trim_ascii_start().starts_with('{')
        && json::parse(text.as_bytes(), &json::Limits::default()).is_ok()
}

impl std::fmt::Debug for Dynamic {
    /// Keeps the static text to itself: it may be a secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.expression() {
            Some(expression) => f.debug_tuple("Dynamic").field(expression).finish(),
            None => f.debug_tuple("Dynamic").field(&"static").finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Dynamic, DynamicOptions};
    use crate::expression::testing::Fixture;
    use crate::expression::{Expression, Namespaces, PropertyScope};

    const JSON: DynamicOptions = DynamicOptions { allow_json_literal: true };

    fn compile(text: &str) -> Dynamic {
        Dynamic::compile(text, &Namespaces::default(), JSON).unwrap()
    }

    fn flow() -> Fixture {
        Fixture::new().property(PropertyScope::Default, "name", "value").property(
            PropertyScope::Default,
            "path",
            "concat('x', $ctx:name)",
        )
    }

    #[test]
    fn only_braces_at_the_ends_make_an_expression() {
        for (text, expected) in [
            ("plain", "plain"),
            ("", ""),
            ("{$ctx:name}", "value"),
            (" {$ctx:name}", " {$ctx:name}"),
            ("{$ctx:name}\n", "{$ctx:name}\n"),
            ("a{$ctx:name}", "a{$ctx:name}"),
            ("${vars.x}", "${vars.x}"),
            ("{\"a\": {\"b\": 1}}", "{\"a\": {\"b\": 1}}"),
            ("{}", "{}"),
            ("[1]", "[1]"),
            ("{{$ctx:name}}", "value"),
            (" {{ $ctx:name }} ", "value"),
            ("{{get-property('path')}}", "xvalue"),
            ("{${props.synapse.name}}", "value"),
            ("{{${props.synapse.name}}}", "value"),
            ("{json-eval($ctx:name)}", "value"),
        ] {
            assert_eq!(&*compile(text).evaluate_text(&flow()).unwrap(), expected, "{text}");
        }
    }

    #[test]
    fn a_missing_property_is_told_from_empty_text() {
        let missing = compile("{$ctx:nothing}");
        assert!(missing.evaluate(&flow()).unwrap().is_null());
        assert!(!compile("").evaluate(&flow()).unwrap().is_null());
    }

    #[test]
    fn says_what_it_is() {
        let text = compile("queue");
        assert!(text.is_static() && text.deferred().is_none() && !text.reads_payload());
        assert!(compile(" ${payload.a} ").is_bare_synapse_expression());
        assert!(!compile("a ${payload.a}").is_bare_synapse_expression());
        let deferred = compile("{{//a}}");
        assert!(deferred.deferred().is_some() && deferred.reads_payload());
        assert!(compile("{//a}").deferred().is_none());
        assert!(!format!("{:?}", Dynamic::literal("hunter2")).contains("hunter2"));
    }

    #[test]
    fn a_deferred_expression_is_passed_on() {
        let flow = flow();
        assert!(compile("{$ctx:name}").defer(&flow).unwrap().is_none());
        let passed = compile("{{$ctx:name}}").defer(&flow).unwrap().unwrap();
        assert_eq!(&*passed.evaluate_text(&flow).unwrap(), "value");
        let written = compile("{{get-property('path')}}").defer(&flow).unwrap().unwrap();
        assert!(
            matches!(&*written, Expression::XPath(xpath) if xpath.text().starts_with("concat"))
        );
        let unusable = compile("{{get-property('nothing')}}").defer(&flow).unwrap_err();
        assert!(unusable.to_string().contains("no expression"), "{unusable}");
    }

    #[test]
    fn offsets_count_from_the_start_of_the_value() {
        for (text, offset) in
            [("{a b}", 3), (" {{a b}}", 5), ("{{}}", 2), ("{'a}", 1), ("{json-eval($.a[)}", 15)]
        {
            let options = DynamicOptions::default();
            let error = Dynamic::compile(text, &Namespaces::default(), options).unwrap_err();
            assert_eq!(error.offset, offset, "{text}: {error}");
        }
        let options = DynamicOptions::default();
        assert!(Dynamic::compile("{\"a\": 1}", &Namespaces::default(), options).is_err());
    }
}
