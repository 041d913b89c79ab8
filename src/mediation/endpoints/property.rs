//! `<property>` of an endpoint: what is set on the message before it is sent.

use std::sync::Arc;

use super::super::{AttributeSpec, Compiler, Kind, check_attributes, check_special};
use super::{attribute, required};
use crate::diagnostic::Code;
use crate::endpoint::{Property, PropertyValue};
use crate::expression::PropertyScope;
use crate::xml::document::Element;

const PROPERTY: &[AttributeSpec] = &[
    required("name", Kind::Text, "The property's name."),
    attribute("value", Kind::Text, "Its value."),
    attribute("expression", Kind::Expression, "An expression that gives its value."),
    attribute(
        "scope",
        Kind::Choice(&["default", "axis2", "axis2-client", "transport"]),
        "Where it is set.",
    ),
];

pub(super) fn compile(element: Element<'_>, compiler: &mut Compiler<'_>) -> Option<Property> {
    if !check_attributes(element, PROPERTY, compiler) {
        return None;
    }
    let name = element.attribute("name")?.value.value.trim();
    let scope = element.attribute("scope").map(|scope| scope.value.value.trim());
    let scope = match scope.unwrap_or_default().to_ascii_lowercase().as_str() {
        "axis2" => PropertyScope::Axis2,
        "axis2-client" => PropertyScope::Axis2Client,
        "transport" => PropertyScope::Transport,
        _ => PropertyScope::Default,
    };
    check_special(element, scope, compiler);
    let value = match (element.attribute("expression"), element.attribute("value")) {
        (Some(expression), _) => {
            PropertyValue::Expression(compiler.expression(expression.value, element)?)
        }
        (None, Some(value)) => PropertyValue::Text(Arc::from(compiler.resolved(value.value)?)),
        (None, None) => {
            let message = format!("the property `{name}` has no value");
            compiler
                .diagnostics
                .report(Code::MISSING_ATTRIBUTE, element.name_span(), message)
                .help("give it a `value` or an `expression`");
            return None;
        }
    };
    Some(Property { name: Arc::from(name), scope, value })
}
