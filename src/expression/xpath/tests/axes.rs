//! Every axis from every kind of node, positions, and document order.

use super::{check, count, document};
use crate::expression::testing::Fixture;

/// Nodes are called by the letter of their element.
fn scope() -> Fixture {
    document("<r><a><b i='1'/><c i='2'><d/><!--x--><e/></c><f/></a><?p q?><g><h/>text<i/></g></r>")
}

/// The names on an axis, in the order of positions, and those in document order.
#[test]
fn axes_walk_their_way() {
    let rows: &[(&str, &str, &[&str])] = &[
        ("//c", "child::*", &["d", "e"]),
        ("//c", "parent::*", &["a"]),
        ("//d", "ancestor::*", &["c", "a", "r"]),
        ("//d", "ancestor-or-self::*", &["d", "c", "a", "r"]),
        ("//a", "descendant::*", &["b", "c", "d", "e", "f"]),
        ("//a", "descendant-or-self::*", &["a", "b", "c", "d", "e", "f"]),
        ("//b", "following-sibling::*", &["c", "f"]),
        ("//f", "preceding-sibling::*", &["c", "b"]),
        ("//c", "following::*", &["f", "g", "h", "i"]),
        ("//h", "preceding::*", &["f", "e", "d", "c", "b", "a"]),
        ("//e", "self::*", &["e"]),
        ("//c/@i", "parent::*", &["c"]),
        ("//c/@i", "ancestor::*", &["c", "a", "r"]),
        ("//c/@i", "following::*", &["d", "e", "f", "g", "h", "i"]),
        ("//c/@i", "preceding::*", &["b"]),
        ("//c/namespace::xml", "ancestor::*", &["c", "a", "r"]),
        ("//c/comment()", "following::*", &["e", "f", "g", "h", "i"]),
        ("//processing-instruction()", "preceding-sibling::*", &["a"]),
        ("//g/text()", "preceding::*", &["h", "f", "e", "d", "c", "b", "a"]),
        ("/.", "descendant::*", &["r", "a", "b", "c", "d", "e", "f", "g", "h", "i"]),
        ("/.", "child::*", &["r"]),
    ];
    let scope = scope();
    for (from, axis, expected) in rows {
        for (index, name) in expected.iter().enumerate() {
            check(&scope, &[(&format!("name({from}/{axis}[{}])", index + 1), name)]);
            check(&scope, &[(&format!("name({from}/{axis}[position() = {}])", index + 1), name)]);
        }
        let last = expected.last().copied().unwrap_or_default();
        check(&scope, &[(&format!("name({from}/{axis}[last()])"), last)]);
        assert_eq!(count(&format!("{from}/{axis}"), &scope), expected.len(), "{from}/{axis}");
    }
}

#[test]
fn nodes_without_relations_have_none() {
    let scope = scope();
    for path in [
        "//@i/child::node()",
        "//@i/descendant::node()",
        "//@i/attribute::*",
        "//@i/following-sibling::node()",
        "//@i/preceding-sibling::node()",
        "//@i/namespace::*",
        "//@i/self::*",
        "//@i/descendant-or-self::*",
        "//c/namespace::*/self::*",
        "/..",
        "/following::node()",
        "/preceding::node()",
        "/namespace::*",
        "/attribute::*",
        "//comment()/child::node()",
        "//a/attribute::node()",
    ] {
        assert_eq!(count(path, &scope), 0, "{path}");
    }
    for path in ["//@i", "//@i/self::node()", "//@*/descendant-or-self::node()", "//@node()"] {
        assert_eq!(count(path, &scope), 2, "{path}");
    }
}

#[test]
fn sets_are_in_document_order_without_duplicates() {
    let scope = scope();
    let rows = [
        ("count(//c/ancestor::* | //d/ancestor::*)", "3"),
        ("count(//*/ancestor-or-self::*)", "10"),
        ("count(//*/..)", "5"),
        ("count(//*/following::*)", "7"),
        ("count(//*/preceding::*)", "7"),
        ("count(//*//*)", "9"),
        ("name(//e/ancestor::*)", "r"),
        ("name((//e/ancestor::*)[1])", "r"),
        ("name(//e/ancestor::*[1])", "c"),
        ("name((//g | //b | //d)[2])", "d"),
        ("name((//i | //a)[last()])", "i"),
        ("name(//h/preceding::*)", "a"),
        ("name((//f/preceding-sibling::*)[1])", "b"),
        ("name((//*)[10])", "i"),
        ("name((//*/@i | //c)[1]/..)", "b"),
        ("name((//c/@i | //c | //d)[1])", "c"),
        ("name((//c/@i | //c | //d)[2])", "i"),
        ("name((//d/.. | //d | //a)[2])", "c"),
        ("//*[self::b or self::c]/@i[1] = 2", "true"),
    ];
    check(&scope, &rows);
}

#[test]
fn predicates_count_within_their_step() {
    let scope = document("<r><l><x>1</x><x>2</x></l><l><x>3</x><x>4</x><x k=''>5</x></l></r>");
    let rows = [
        ("count(//x[1])", "2"),
        ("count((//x)[1])", "1"),
        ("string(//l[2]/x[2])", "4"),
        ("string((//x)[4])", "4"),
        ("count(//x[last()])", "2"),
        ("string(//l[2]/x[last() - 1])", "4"),
        ("count(//x[position() < 3])", "4"),
        ("string(//x[. > 2][2])", "4"),
        ("string(//x[2][. > 2])", "4"),
        ("count(//l[x = 3])", "1"),
        ("count(//l[x[3]])", "1"),
        ("count(//x[@k])", "1"),
        ("count(//x[not(@k)])", "4"),
        ("count(//x[1.5])", "0"),
        ("count(//x[0])", "0"),
        ("count(//x[-1])", "0"),
        ("count(//x[1 div 0])", "0"),
        ("count(//x[0 div 0])", "0"),
        ("count(//x['1'])", "5"),
        ("count(//x[''])", "0"),
        ("count(//x[true()])", "5"),
        ("count(//x[count(../x)])", "2"),
        ("string(/r/l[last()]/x[position() = last()])", "5"),
        ("string(//l[2]/x[. = preceding-sibling::x + 1][last()])", "4"),
        ("count(/descendant::x[3])", "1"),
        ("string(/descendant::x[3])", "3"),
        ("count(//x/ancestor::*[1][self::l])", "2"),
        ("string((//x | //l)[self::x][last()])", "5"),
    ];
    check(&scope, &rows);
}

#[test]
fn node_tests_choose_by_kind_and_name() {
    let scope = document(
        "<r xmlns:p='urn:m' xmlns:q='urn:n' p:k='1' q:k='2' k='3'>t<p:a/><q:a/><a/><!--c--><?x y?>\
         <?z w?><b xml:lang='en'/></r>",
    );
    let rows = [
        ("count(/r/*)", "4"),
        ("count(/r/node())", "8"),
        ("count(/r/text())", "1"),
        ("count(/r/comment())", "1"),
        ("count(/r/processing-instruction())", "2"),
        ("string(/r/processing-instruction('x'))", "y"),
        ("count(/r/a)", "1"),
        ("count(/r/m:a)", "1"),
        ("count(/r/n:*)", "1"),
        ("count(/r/@*)", "3"),
        ("string(/r/@m:k)", "1"),
        ("string(/r/@n:*)", "2"),
        ("string(/r/@k)", "3"),
        ("string(//@xml:lang)", "en"),
        ("count(/r/namespace::*)", "3"),
        ("string(/r/namespace::p)", "urn:m"),
        ("count(/r/a/namespace::*)", "3"),
        ("name(/r/namespace::*[. = 'urn:n'])", "q"),
        ("local-name(/r/namespace::q)", "q"),
        ("namespace-uri(/r/namespace::q)", ""),
    ];
    check(&scope, &rows);
}
