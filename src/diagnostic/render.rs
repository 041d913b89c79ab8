//! Diagnostics as people and programs read them.

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::mask::masked;
use super::{Diagnostic, Severity, Sources, Span};
use crate::json::{Number, Object, Value};

/// Whether a terminal's colours are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rendering {
    /// Plain text.
    Plain,
    /// With ANSI colours.
    Coloured,
}

/// A diagnostic for people: the place with its line, what is wrong, what to do.
pub fn render_human(diagnostic: &Diagnostic, sources: &Sources, rendering: Rendering) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(diagnostic.message.as_str()).id(diagnostic.code.id());
    let mut group = Group::with_title(title);
    if let Some(span) = diagnostic.span.filter(|span| sources.text(span.file).is_empty()) {
        // Of what could not be read, or is empty, there is no line to show.
        group = group.element(Origin::path(sources.path(span.file).display().to_string()));
    } else if let Some(span) = diagnostic.span {
        group = group.element(snippet(sources, span, AnnotationKind::Primary, None));
    }
    for (span, why) in &diagnostic.related {
        group = group.element(snippet(sources, *span, AnnotationKind::Context, Some(why)));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let renderer = match rendering {
        Rendering::Plain => Renderer::plain(),
        Rendering::Coloured => Renderer::styled(),
    };
    renderer.render(&[group])
}

fn snippet<'s>(
    sources: &'s Sources,
    span: Span,
    kind: AnnotationKind,
    label: Option<&'s String>,
) -> Snippet<'s, annotate_snippets::Annotation<'s>> {
    let text = sources.text(span.file);
    let range = first_line(text, span);
    let annotation = kind.span(range.clone()).label(label.map(String::as_str));
    Snippet::source(masked(text, range))
        .path(sources.path(span.file).display().to_string())
        .annotation(annotation)
}

/// A caret under the first line of a span says enough; a whole element would fill the screen.
fn first_line(text: &str, span: Span) -> std::ops::Range<usize> {
    let start = (span.start as usize).min(text.len());
    let end = (span.end as usize).clamp(start, text.len());
    let line_end =
        text.get(start..end).and_then(|piece| piece.find('\n')).map_or(end, |at| start + at);
    start..line_end.max(start)
}

/// A diagnostic as one line of JSON: `file, line, column, end_line, end_column, severity, code,
/// message, help`.
pub fn render_json(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let mut object = Object::new();
    let number = |value: usize| Value::Number(Number::from(value as i64));
    if let Some(span) = diagnostic.span {
        let start = sources.position(span.file, span.start);
        let end = sources.position(span.file, span.end);
        object.insert("file", Value::string(sources.path(span.file).display().to_string()));
        object.insert("line", number(start.line));
        object.insert("column", number(start.column));
        object.insert("end_line", number(end.line));
        object.insert("end_column", number(end.column));
    } else {
        for member in ["file", "line", "column", "end_line", "end_column"] {
            object.insert(member, Value::Null);
        }
    }
    object.insert("severity", Value::string(diagnostic.severity.as_str()));
    object.insert("code", Value::string(diagnostic.code.id()));
    object.insert("message", Value::string(diagnostic.message.as_str()));
    let help = diagnostic.help.as_deref().map_or(Value::Null, Value::string);
    object.insert("help", help);
    Value::Object(object).to_text()
}
