//! What is said of expressions that compile but cannot be meant.

use super::compile;

fn remarks(text: &str) -> Vec<(usize, String, String)> {
    let compiled = compile(text);
    let said = compiled.remarks().iter();
    said.map(|remark| (remark.offset, remark.message.clone(), remark.help.clone())).collect()
}

#[test]
fn says_how_conditions_are_read() {
    for (text, offset, read, meant) in [
        (
            "payload.a > 1 and payload.b > 1",
            14,
            "payload.a > (1 and payload.b) > 1",
            "(payload.a > 1) and (payload.b > 1)",
        ),
        ("1 == 2 || true", 7, "1 == (2 or true)", "(1 == 2) or true"),
        (
            "vars.a&&vars.b==vars.c",
            6,
            "(vars.a and vars.b) == vars.c",
            "vars.a and (vars.b == vars.c)",
        ),
        (
            "not(vars.x) and (1 > 2) or vars.y + 1 != 3 ? 1 : 2",
            12,
            "(not(vars.x) and (1 > 2) or vars.y + 1) != 3",
            "not(vars.x) and (1 > 2) or (vars.y + 1 != 3)",
        ),
    ] {
        let found = remarks(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(found[0].0, offset, "{text}");
        assert!(found[0].1.ends_with(&format!(": this is `{read}`")), "{text}: {}", found[0].1);
        assert_eq!(found[0].2, format!("if that is not meant, write `{meant}`"), "{text}");
        // The cure has nothing odd about it.
        assert_eq!(remarks(meant), [], "{meant}");
    }
}

#[test]
fn says_what_never_fits() {
    for (text, offset, message) in [
        ("'a' + 1", 4, "`+` takes two numbers or two texts, and here it gets a text and a number"),
        ("payload.x + true", 10, "gets something and a boolean"),
        ("length('a') - toUpper('b')", 12, "`-` takes two numbers, and here it gets a number and"),
        ("[1] * 2", 4, "gets an array and a number"),
        ("null + 'x'", 5, "gets nothing and a text"),
        (
            "payload.x and 5",
            10,
            "`and` takes two booleans, and here it gets something and a number",
        ),
        ("exists(vars.x) > 2", 15, "gets a boolean and a number"),
        ("1 < payload.x < 10", 14, "gets a boolean and a number"),
        ("xpath('count(//a)') > 3", 20, "gets a text and a number"),
        ("(payload.a + 'x') / 2", 18, "gets a text and a number"),
        ("payload.x > 'b'", 10, "gets something and a text"),
        ("(true ? 'a' : 'b') > payload.x", 19, "gets a text and something"),
        ("payload.a[1 + 'x']", 12, "gets a number and a text"),
        ("vars.a[?(@.b == length('x' + 1))]", 27, "gets a text and a number"),
        ("5 ? 1 : 2", 0, "the condition before `?` is a number, not a boolean"),
        ("true ? ('x' ? 1 : 2) : 3", 8, "the condition before `?` is a text"),
    ] {
        let found = remarks(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(found[0].0, offset, "{text}");
        assert!(found[0].1.contains(message), "{text}: {}", found[0].1);
        assert!(!found[0].2.is_empty(), "{text}");
    }
}

#[test]
fn says_what_is_one_name() {
    for (text, offset, name) in [
        ("vars.total-1", 5, "total-1"),
        ("payload.a.count-10", 10, "count-10"),
        ("1 + $.n-1 * 2", 6, "n-1"),
        ("vars.a-vars.b", 5, "a-vars"),
        ("vars.x.y-2[0]", 7, "y-2"),
        ("object(vars.x).y-2", 15, "y-2"),
    ] {
        let found = remarks(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(found[0].0, offset, "{text}");
        assert_eq!(found[0].1, format!("`{name}` is one name: hyphens are part of names"));
        assert!(found[0].2.contains(&format!("[\"{name}\"]")), "{}", found[0].2);
    }
}

#[test]
fn says_what_has_nothing_to_ask() {
    for (text, offset, message) in [
        ("wso2-vault('db')", 0, "`wso2-vault()` gives nothing: Myelin has no vault to ask"),
        ("'a' + secret('db')", 6, "`secret()` gives nothing: Myelin has no vault to ask"),
        ("hashicorp-vault('a', 'b')", 0, "`hashicorp-vault()` gives nothing"),
    ] {
        let found = remarks(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert_eq!(found[0].0, offset, "{text}");
        assert!(found[0].1.starts_with(message), "{text}: {}", found[0].1);
    }
}

#[test]
fn has_nothing_to_say_of_what_may_be_meant() {
    for text in [
        "payload.a + payload.b",
        "payload.a + 1 > 2",
        "(payload.a > 1) and (payload.b > 1)",
        "vars.a and not(vars.b) or exists(vars.c)",
        "'a' + string(5)",
        "'a' == 5",
        "payload.x == null ? 'none' : payload.x",
        "registry('a') + 'x'",
        "registry('a').property('b')",
        "split('a,b', ',')[0] + 'x'",
        "vars[\"total-1\"] + payload['a']['b-2']",
        "headers.X-Request-Id",
        "payload.no-hyphen",
        "payload.a[1 - 1] - 1",
        "payload.items[?(@.a > 1 && @.b > 2)]",
        "now() - 1",
    ] {
        assert_eq!(remarks(text), [], "{text}");
    }
}
