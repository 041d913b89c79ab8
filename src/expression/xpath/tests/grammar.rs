//! What is an expression, how its parts bind, and what a mistake is told.

use super::{check, compile, document, refused};
use crate::expression::Namespaces;
use crate::expression::xpath::XPath;

#[test]
fn operators_bind_by_their_level_and_to_the_left() {
    let rows = [
        ("1 + 2 * 3", "7"),
        ("(1 + 2) * 3", "9"),
        ("10 - 2 - 3", "5"),
        ("16 div 4 div 2", "2"),
        ("7 mod 4 * 2", "6"),
        ("-2 * -3", "6"),
        ("--3", "3"),
        ("---3", "-3"),
        ("- 3 + 5", "2"),
        ("1 = 1 = 1", "true"),
        ("3 > 2 > 1", "false"),
        ("1 < 2 = 2 > 1", "true"),
        ("1 = 1 and 2 = 3 or 1 = 1", "true"),
        ("1 = 1 or 2 = 3 and 1 = 2", "true"),
        ("1 != 1 or 1 = 1", "true"),
        ("5 mod -2", "1"),
        ("-5 mod 2", "-1"),
        ("1.5 mod .5", "0"),
        ("'a' and not('')", "true"),
    ];
    check(&document("<a/>"), &rows);
}

/// `*`, `and`, `or`, `mod` and `div` are operators only where an operand stands before them.
#[test]
fn names_and_operators_are_told_apart() {
    let scope = document("<and><or>2</or><div>3</div><mod>4</mod><a-b>5</a-b><text>6</text></and>");
    let rows = [
        ("or * div", "6"),
        ("div div div", "1"),
        ("mod mod mod", "0"),
        ("/and/or and /and/div", "true"),
        ("count(*)", "5"),
        ("count(*) * count(*)", "25"),
        ("* * 2", "4"),
        ("a-b", "5"),
        ("or -div", "-1"),
        ("or - div", "-1"),
        ("(/) and /", "true"),
        ("/* and 1", "true"),
        ("child::text", "6"),
        ("count(text/text())", "1"),
        ("*[1]*2", "4"),
        ("or*div", "6"),
        (".='23456'", "true"),
        ("2*.5", "1"),
        ("1.", "1"),
        ("\"it's\"", "it's"),
        ("'say \"a\"'", "say \"a\""),
        ("\n count ( * ) \t", "5"),
        ("child :: or", "2"),
        ("/and/ or", "2"),
        ("@ * | or", "2"),
    ];
    check(&scope, &rows);
}

#[test]
fn short_forms_mean_what_they_stand_for() {
    let scope = document("<a x='1'><b><c>t</c></b><c/></a>");
    for (short, long) in [
        ("//c", "/descendant-or-self::node()/child::c"),
        ("b//c", "child::b/descendant-or-self::node()/child::c"),
        ("@x", "attribute::x"),
        ("..", "parent::node()"),
        (".", "self::node()"),
        (".//c[1]", "self::node()/descendant-or-self::node()/child::c[position() = 1]"),
        ("//c/..", "//c/parent::node()"),
        ("//@x", "/descendant-or-self::node()/attribute::x"),
    ] {
        let same =
            format!("count({short}) = count({long}) and count({short} | {long}) = count({short})");
        check(&scope, &[(&same, "true"), (&format!("boolean({long})"), "true")]);
    }
}

#[test]
fn mistakes_are_told_with_their_place() {
    for (text, offset, message, help) in [
        ("", 0, "the expression is empty", ""),
        ("  ", 0, "the expression is empty", ""),
        ("/a b", 3, "an operator is expected, not `b`", ""),
        ("/a/", 3, "a name, `*` or a node type is expected, but the expression ends", ""),
        ("//", 2, "a name, `*` or a node type is expected, but the expression ends", ""),
        ("/a[1", 4, "`]` is expected, but the expression ends", ""),
        ("(1 + 2", 6, "`)` is expected, but the expression ends", ""),
        ("1 +", 3, "a path or a value is expected, but the expression ends", ""),
        ("1 + )", 4, "a path or a value is expected here", ""),
        ("a)", 1, "the end of the expression is expected here", ""),
        ("'abc", 0, "the text is not closed", "end it with another '"),
        (
            "a ! b",
            2,
            "`!` is not an operator",
            "write `!=` for unequal and `not(…)` for the opposite",
        ),
        ("a && b", 2, "`&` is not an operator", "write `and`"),
        ("a # b", 2, "`#` has no meaning in XPath", ""),
        ("é/ü;", 5, "`;` has no meaning in XPath", ""),
        ("$", 0, "a variable's name must follow `$`", ""),
        ("$ctx:*", 0, "a variable's name must follow `$`", ""),
        ("$bdoy", 0, "there is no variable `$bdoy`", "did you mean `$body`?"),
        (
            "$orderId",
            0,
            "there is no variable `$orderId`",
            "a property is `$ctx:orderId`, a variable `$var:orderId`, a header `$trp:orderId`",
        ),
        ("1 + $cxt:a", 4, "there is no variable `$cxt:a`", "did you mean `$ctx:a`?"),
        (
            "$zzzzzz:a",
            0,
            "there is no variable `$zzzzzz:a`",
            "the scopes are $axis2:, $config:, $ctx:, $func:, $operation:, $sys:, $trp:, $url:, $var:",
        ),
        (
            "//q:a",
            2,
            "the prefix `q` is not bound to a namespace",
            "declare it: xmlns:q=\"…\" on this element or around it",
        ),
        (
            "//soapenc:*",
            2,
            "the prefix `soapenc` is not bound to a namespace",
            "did you mean `soapenv`?",
        ),
        (
            "a/@q:b",
            3,
            "the prefix `q` is not bound to a namespace",
            "declare it: xmlns:q=\"…\" on this element or around it",
        ),
        ("cuont(a)", 0, "there is no function `cuont`", "did you mean `count`?"),
        ("m:count(a)", 0, "there is no function `m:count`", "write `count` without a prefix"),
        (
            "tokenize('a', 'b')",
            0,
            "there is no function `tokenize`",
            "it belongs to a later XPath version; this is XPath 1.0",
        ),
        (
            "vault-lookup('a')",
            0,
            "there is no function `vault-lookup`",
            "did you mean `wso2:vault-lookup` or `hashicorp:vault-lookup`?",
        ),
        ("count()", 0, "`count` takes one argument, not 0", ""),
        ("true(1)", 0, "`true` takes no arguments, not 1", ""),
        ("1 + concat('a')", 4, "`concat` takes at least 2 arguments, not 1", ""),
        ("substring('a', 1, 2, 3)", 0, "`substring` takes 2 to 3 arguments, not 4", ""),
        ("contains('a')", 0, "`contains` takes 2 arguments, not 1", ""),
        ("count('a')", 6, "`count` needs nodes, and this is text", ""),
        ("sum(1 + 1)", 4, "`sum` needs nodes, and this is a number", ""),
        ("'a'/b", 0, "a step needs nodes, and this is text", ""),
        ("(1 = 2)[1]", 0, "`[` needs nodes, and this is a truth value", ""),
        ("a | 1", 0, "`|` needs nodes, and this is a number", ""),
        ("chidl::a", 0, "there is no axis `chidl`", "did you mean `child::`?"),
        (
            "a/b()",
            2,
            "a step cannot call the function `b`",
            "call it around the path, or in a predicate: `path[function(.)]`",
        ),
        ("text('a')", 5, "`)` is expected here", ""),
        ("count(a,)", 8, "a path or a value is expected here", ""),
        ("/ and /", 7, "a name, `*` or a node type is expected, but the expression ends", ""),
        (".[1]", 1, "the end of the expression is expected here", ""),
    ] {
        let error = refused(text);
        assert_eq!((error.offset, error.message.as_str()), (offset, message), "{text}");
        assert_eq!(error.help.unwrap_or_default(), help, "{text}");
    }
}

#[test]
fn unprefixed_names_are_in_no_namespace() {
    let scope = document("<a xmlns='urn:m'><b xmlns=''/></a>");
    check(
        &scope,
        &[("count(/a)", "0"), ("count(/m:a)", "1"), ("count(/m:a/b)", "1"), ("count(/m:*)", "1")],
    );
}

#[test]
fn nesting_is_bounded_and_length_is_not() {
    let nested = |depth: usize| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    assert!(XPath::compile(&nested(90), &Namespaces::default()).is_ok());
    for text in [
        nested(1000),
        format!("{}1{}", "not(".repeat(1000), ")".repeat(1000)),
        format!("a{}", "[a".repeat(1000)),
        vec!["1"; 1000].join(" + "),
        vec!["1"; 1000].join(" = "),
        "(".repeat(100_000),
    ] {
        let error = refused(&text);
        assert!(error.message.contains("nests deeper"), "{error}");
    }
    compile(&vec!["a"; 5000].join(" or "));
    compile(&vec!["a"; 5000].join(" | "));
    compile(&vec!["a"; 5000].join("/"));
    compile(&format!("{}1", "-".repeat(5000)));
}
