//! Hostile messages and expressions end with an error, in bounded time and stack.

use super::{check, compile, document};
use crate::expression::testing::Fixture;
use crate::message::{Rules, Work};
use crate::xml::{Name, Tree};

fn wide(count: usize) -> Fixture {
    document(&format!("<r>{}</r>", "<a/>".repeat(count)))
}

#[test]
fn work_is_bounded() {
    let scope = wide(5_000).rules(budget());
    for expression in [
        "count(//a[count(//a) > 0])",
        "count(//a/preceding::a)",
        "count(//a[preceding-sibling::a[last()]])",
        "//a[//a[//a = 'x'] = 'x']",
    ] {
        assert!(is_stopped(expression, &scope), "{expression}");
    }
    assert!(!is_stopped("count(//a[@x or not(.)])", &scope));
}

#[test]
fn nested_searches_are_stopped() {
    let scope = wide(10_000);
    for expression in [
        "//*[//*[//*]]",
        "count(//*[count(//*[//*]) > 0])",
        "//*[evaluate(concat('//', '*[//*]'))]",
    ] {
        assert!(is_stopped(expression, &scope), "{expression}");
    }
}

/// A budget that is large against the documents.
fn budget() -> Rules {
    Rules { work: Work { steps: 100_000, ..Work::default() }, ..Rules::default() }
}

fn is_stopped(expression: &str, scope: &Fixture) -> bool {
    match compile(expression).evaluate(scope) {
        Ok(_) => false,
        Err(error) => error.to_string().contains("`limits.expression.steps`"),
    }
}

#[test]
fn text_counts_as_work() {
    let text = "x".repeat(1 << 20);
    let scope = document(&format!("<r><t>{text}</t>{}</r>", "<a/>".repeat(2000))).rules(budget());
    assert!(is_stopped("count(//a[contains(//t, 'y')])", &scope));
    assert!(!is_stopped("contains(//t, 'y')", &scope));
}

#[test]
fn sets_are_compared_without_trying_all_pairs() {
    let scope = wide(20_000);
    check(
        &scope,
        &[
            ("//a = //a", "true"),
            ("//a != //a", "false"),
            ("//a < //a", "false"),
            ("count(//a | //a)", "20000"),
            ("count(//a/..)", "1"),
            ("count(//a/ancestor-or-self::*)", "20001"),
            ("count(//a[1] | //a[last()])", "2"),
        ],
    );
}

#[test]
fn depth_costs_no_stack() {
    let mut tree = Tree::new();
    let mut parent = Tree::ROOT;
    for _ in 0..100_000 {
        let child = tree.create_element(Name::local("a"));
        tree.append_child(parent, child);
        parent = child;
    }
    let scope = Fixture::new().xml(tree);
    check(
        &scope,
        &[
            ("count(//a)", "100000"),
            ("count(//a[not(a)]/ancestor::a)", "99999"),
            ("string(//a[last()])", ""),
            ("count(//a/a)", "99999"),
        ],
    );
}
