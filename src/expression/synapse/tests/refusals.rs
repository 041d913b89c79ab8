//! What does not compile, where, and the help.

use super::SynapseExpression;
use crate::expression::Namespaces;
use crate::expression::testing::Fixture;
use crate::message::Value;

fn refusal(text: &str) -> crate::expression::ParseError {
    match SynapseExpression::compile(text, &Namespaces::default()) {
        Ok(_) => panic!("{text} compiles"),
        Err(error) => error,
    }
}

#[test]
fn points_at_what_is_wrong() {
    for (text, offset, message) in [
        ("", 0, "expression is empty"),
        ("  ", 0, "expression is empty"),
        ("5 >> 3", 3, "expected a value, found `>`"),
        ("5 +", 3, "expected a value, found the end"),
        ("5 5", 2, "expected an operator or the end, found `5`"),
        ("5 -3", 2, "expected an operator, found a negative number"),
        ("5-3", 1, "expected an operator, found a negative number"),
        ("a = b", 0, "`a` is unknown here"),
        ("vars.a = 1", 7, "expected an operator or the end, found `=`"),
        ("vars.a & vars.b", 7, "expected an operator or the end, found `&`"),
        ("vars.a | vars.b", 7, "expected an operator or the end, found `|`"),
        ("!vars.a", 0, "`!` is no operator"),
        ("-vars.a", 0, "only numbers can be negative"),
        ("(1", 2, "expected `)`, found the end"),
        ("[1", 2, "expected `,`, found the end"),
        ("[1,]", 3, "expected a value, found `]`"),
        ("'open", 0, "string is not closed"),
        (r"'\d'", 1, r"`\d` is no escape"),
        ("1.", 1, "expected an operator or the end, found `.`"),
        (".5", 0, "expected a value, found `.`"),
        ("9999999999999999999999999999999999999999", 0, "number has too many digits"),
        ("true ? 1", 8, "expected `:`, found the end"),
        ("true ? : 2", 7, "expected a value, found `:`"),
        ("vars", 4, "expected `.` and the name of one of `vars`, found the end"),
        ("vars.", 5, "expected a name, found the end"),
        ("vars[name]", 5, "expected a name in quotes, found `n`"),
        ("vars.name[", 10, "expected a name in quotes, an index, `*` or `?(`, found the end"),
        ("headers.X Y", 10, "expected an operator or the end, found `Y`"),
        ("props.axis3.x", 6, "`props` has no part `axis3`"),
        ("props.x", 6, "`props` has no part `x`"),
        ("params.query.x", 7, "`params` has no part `query`"),
        ("payload.x.nope()", 10, "unknown path function `nope`"),
        ("payload.a b", 10, "expected an operator or the end, found `b`"),
        ("payload.a[?(@.x > )]", 18, "expected a value or a path, found `)`"),
        ("payload.a[?(@.x like 'a')]", 16, "`like` is no operator"),
        ("payload.a[?(@.x == nope)]", 19, "`nope` is unknown here"),
        ("payload.a[(@.length-1)]", 11, "expected a value, found `@`"),
        ("payload.a[1 2]", 12, "expected `]`, found `2`"),
        ("nope(1)", 0, "`nope` is unknown here"),
        ("length()", 0, "`length()` does not take 0 arguments"),
        ("length('a', 'b')", 0, "`length()` does not take 2 arguments"),
        ("now(1)", 0, "`now()` does not take 1 argument"),
        ("length('a'", 10, "expected `,`, found the end"),
        ("length('a' 'b')", 11, "expected `,`, found `'`"),
        ("split('a', '(')", 12, "the group is not closed"),
        ("split('a', 'b**')", 14, "`*` repeats nothing"),
        ("length", 0, "`length` is unknown here"),
        ("and true", 0, "`and` is unknown here"),
    ] {
        let error = refusal(text);
        assert_eq!((error.message.as_str(), error.offset), (message, offset), "{text}");
    }
}

#[test]
fn points_into_xpath_literals() {
    let error = refusal("1 + xpath('//a[')");
    assert!((11..=16).contains(&error.offset), "{error} at {}", error.offset);
    let error = refusal("xpath('/a[', 'v')");
    assert!((7..=11).contains(&error.offset), "{error} at {}", error.offset);
    assert!(refusal("xpath('//p:a')").message.contains('p'));
}

#[test]
fn helps() {
    for (text, help) in [
        ("lenght('a')", "did you mean `length`?"),
        ("toupper('a')", "did you mean `toUpper`?"),
        ("substring('a', 1)", "did you mean `subString`?"),
        ("var.x", "did you mean `vars`?"),
        ("header.x", "did you mean `headers`?"),
        ("payloads.x", "did you mean `payload`?"),
        ("wso2", "quote a text: \"wso2\""),
        ("props.synapze.x", "did you mean `props.synapse`?"),
        ("params.queryParam.x", "did you mean `params.queryParams`?"),
        ("params.x.y", "write one of queryParams, pathParams, uriParams, functionParams"),
        ("a -1", "quote a text: \"a\""),
        ("1 -1", "put a space behind the minus sign: `a - 1`"),
        ("!true", "write not(…)"),
        ("vars.a = 1", "equality is `==`"),
        ("subString('a')", "write subString(text, start[, end])"),
        ("vars.a[?(@.b and @.c)]", "write `&&`"),
        (r"'\d'", r"a backslash is written twice: `\\d`"),
        ("payload.é", "write names that hold other characters as [\"…\"]"),
        ("payload.a.lenght()", "did you mean `length()`?"),
    ] {
        assert_eq!(refusal(text).help.as_deref(), Some(help), "{text}");
    }
}

#[test]
fn bounds_hostile_expressions() {
    let compiles = |text: &str| SynapseExpression::compile(text, &Namespaces::default()).is_ok();
    assert!(compiles(&format!("{}1{}", "(".repeat(40), ")".repeat(40))));
    assert!(compiles(&format!("1{}", " + 1".repeat(400))));
    for text in [
        format!("{}1{}", "(".repeat(10_000), ")".repeat(10_000)),
        format!("{}1", "true ? 1 : ".repeat(10_000)),
        format!("{}1{}", "abs(".repeat(10_000), ")".repeat(10_000)),
        format!("{}1{}", "[".repeat(10_000), "]".repeat(10_000)),
        format!("{}1{}", "$[$.a + ".repeat(10_000), "]".repeat(10_000)),
        format!("{}1{}", "$[?(@ == ".repeat(10_000), ")]".repeat(10_000)),
    ] {
        let error = refusal(&text);
        assert!(error.message.contains("too deeply"), "{error}");
    }
    for operator in ["+", "and", "*", "=="] {
        let error = refusal(&format!("1{}", format!(" {operator} 1").repeat(20_000)));
        assert_eq!(error.message, "expression has too many operators");
    }
}

#[test]
fn bounds_what_an_evaluation_makes() {
    let text = |length: usize| Value::text("a".repeat(length));
    let message = Fixture::new().variable("some", text(1 << 10)).variable("much", text(1 << 20));
    let evaluate = |text: &str| {
        SynapseExpression::compile(text, &Namespaces::default()).unwrap().try_evaluate(&message)
    };
    assert!(evaluate("length(replace(vars.some, 'a', vars.some))").is_ok());
    for hostile in ["replace(vars.much, 'a', vars.much)", "replace(vars.much, '', vars.much)"] {
        let error = evaluate(hostile).unwrap_err().to_string();
        assert!(error.contains("limits.expression.steps"), "{error}");
    }
    let sum = format!("vars.much{}", " + vars.much".repeat(400));
    assert!(evaluate(&sum).unwrap_err().to_string().contains("limits.expression.steps"));
    // Looking for a text takes no time that grows with both lengths.
    assert!(evaluate("indexOf(vars.much, replace(vars.some, 'a', vars.some) + 'b')").is_ok());
}
