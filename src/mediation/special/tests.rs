//! The table is in order, and says what its rows mean.

use super::{Effect, SPECIAL, Special};
use crate::message::PropertyScope::{Axis2, Axis2Client, Default};

#[test]
fn rows_are_sorted_and_unique() {
    let order = |scope| [Axis2, Axis2Client, Default].iter().position(|known| *known == scope);
    let keys: Vec<_> = SPECIAL.iter().map(|row| (order(row.scope), row.name)).collect();
    let mut sorted = keys.clone();
    sorted.sort_unstable();
    sorted.dedup();
    assert_eq!(keys, sorted);
    for row in SPECIAL {
        assert!(row.summary.ends_with('.') && row.summary.len() > 10, "{row:?}");
        if let Effect::Unheard(help) = row.effect {
            assert!(!help.is_empty() && !help.ends_with('.'), "{row:?}");
        }
    }
}

#[test]
fn what_does_nothing_is_told() {
    for (scope, name, value, expected) in [
        (Axis2, "HTTP_SC", Some("404"), None),
        (Axis2, "HTTP_SC", Some(" 201 "), None),
        (Axis2, "HTTP_SC", None, None),
        (Axis2, "HTTP_SC", Some("ok"), Some("`ok` is not the status of an answer")),
        (Axis2, "HTTP_SC", Some("100"), Some("`100` is not the status of an answer")),
        (Axis2, "HTTP_SC", Some("1000"), Some("`1000` is not the status of an answer")),
        (Axis2, "HTTP_SC_DESC", Some("All is well"), None),
        (Axis2, "HTTP_SC_DESC", Some("a\r\nb"), Some("`a\\r\\nb` is not one line of text")),
        (Axis2, "HTTP_METHOD", Some("PATCH"), None),
        (Axis2, "HTTP_METHOD", Some("GO ON"), Some("`GO ON` is not an HTTP method")),
        (Axis2, "CHARACTER_SET_ENCODING", Some("ISO-8859-15"), None),
        (
            Axis2,
            "CHARACTER_SET_ENCODING",
            Some("UTF-99"),
            Some("`UTF-99` is not a charset that is known here"),
        ),
        (Axis2, "NO_KEEPALIVE", Some("TRUE"), None),
        (Axis2, "NO_KEEPALIVE", Some("yes"), Some("`yes` is not true or false")),
        (Axis2Client, "FORCE_HTTP_1.0", Some("true"), None),
        (Axis2, "ClientApiNonBlocking", Some("true"), None),
        (Axis2, "enableMTOM", None, Some("the property `enableMTOM` has no effect here")),
        (Default, "enableMTOM", None, None),
        (Default, "preserveProcessedHeaders", Some("true"), None),
        (Default, "preserveProcessedHeaders", None, None),
        (
            Default,
            "preserveProcessedHeaders",
            Some("false"),
            Some("the property `preserveProcessedHeaders` has no effect here"),
        ),
        (
            Default,
            "To",
            None,
            Some("`To` is computed: a property of that name changes nothing in Synapse"),
        ),
        (Default, "uri.var.anything", Some("x"), None),
        (Default, "my.own", Some("x"), None),
    ] {
        let complaint = Special::find(scope, name).and_then(|special| {
            special.complaint(value).or_else(|| special.values.complaint(value?))
        });
        let told = complaint.as_ref().map(|(message, _)| message.as_str());
        assert_eq!(told, expected, "{name} = {value:?}");
    }
}

/// The reference of the documentation is written from the table; `UPDATE_EXPECT=1` writes it.
#[test]
fn the_reference_is_the_table() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/properties.md");
    let text = reference();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(path, &text).unwrap();
    }
    let written = std::fs::read_to_string(path).unwrap_or_default();
    assert!(written == text, "{path} differs from the table: run this with UPDATE_EXPECT=1");
}

fn reference() -> String {
    let mut text = "# Properties with a meaning\n\n\
        What a flow sets with `<property>`, and what comes of it. Any other name is the flow's own.\n\
        `myelin check` warns where one is set to no avail. This file is written from the table in\n\
        `src/mediation/special/rows.rs`.\n"
        .to_owned();
    for (scope, word) in [(Axis2, "axis2"), (Axis2Client, "axis2-client"), (Default, "default")] {
        text.push_str(
            &["\n## Scope `", word, "`\n\n| name | what it means | here |\n|---|---|---|\n"]
                .concat(),
        );
        for row in SPECIAL.iter().filter(|row| row.scope == scope) {
            let here = match row.effect {
                Effect::Honoured => "honoured".to_owned(),
                Effect::Always => "always so; `false` has no effect".to_owned(),
                Effect::Computed => "computed".to_owned(),
                Effect::Idle => "no effect over HTTP, as in Synapse".to_owned(),
                Effect::Unheard(help) => format!("no effect: {help}"),
            };
            text.push_str(&["| `", row.name, "` | ", row.summary, " | ", &here, " |\n"].concat());
        }
    }
    text
}
