//! Paths with expressions in them.

use super::{STORE, parse};
use crate::expression::testing::Fixture;
use crate::expression::{EvalError, Expression, Namespaces, PropertyScope};

fn compile(path: &str) -> Expression {
    Expression::compile(&format!("json-eval({path})"), &Namespaces::default())
        .unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn message() -> Fixture {
    let properties = [
        ("whole", "$.store.bicycle"),
        ("shelf", "store"),
        ("steps", "store.book[0]"),
        ("book", "book"),
        ("at", "2"),
        ("slice", "1:3"),
        ("title", "Moby Dick"),
        ("word", "fiction"),
        ("price", "8.95"),
        ("list", r#"["fiction", "novel"]"#),
        ("pattern", "J. .*"),
        ("path", "a/b"),
        ("quotes", r#"it's "so" \ here"#),
        ("sly", "x' || 1 == 1 || '"),
        ("field", "category"),
        ("json", r#"{"a b": {"x": 1}}"#),
        ("key", "a b"),
        ("blank", ""),
    ];
    let message = Fixture::new().json(parse(STORE));
    properties.into_iter().fold(message, |message, (name, value)| {
        message.property(PropertyScope::Default, name, value)
    })
}

#[test]
fn expressions_come_first() {
    for (path, expected) in [
        // Synapse's own tests.
        ("{$ctx:whole}", r#"{"color":"red","price":19.95}"#),
        ("$.{$ctx:shelf}.book[3].author", "J. R. R. Tolkien"),
        // Parts of a path.
        ("$.store.{$ctx:book}[0].price", "8.95"),
        ("{$ctx:steps}.title", "Sayings of the Century"),
        ("$.{get-property('shelf')}.bicycle.color", "red"),
        ("$.{get-property('default', 'shelf')}.bicycle.color", "red"),
        ("$.store.{json-eval($ctx:book)}[0].price", "8.95"),
        ("$.store.{${props.synapse.book}}[0].price", "8.95"),
        ("$.{json-eval($.{$ctx:whole2}.nothing)}store.bicycle.color", ""),
        // Keys.
        ("$.store.book[{$ctx:at}].title", "Moby Dick"),
        ("$.store.book[{$ctx:slice}].price", "[12.99,8.99]"),
        ("$.store.book[{$ctx:at},0].price", "[8.99,8.95]"),
        ("$['{$ctx:shelf}'].bicycle.color", "red"),
        ("$[{$ctx:shelf}].bicycle.color", "red"),
        ("$ctx:json[{$ctx:key}].x", "1"),
        ("$ctx:json['{$ctx:key}'].x", "1"),
        // Values in filters.
        ("$.store.book[?(@.title == {$ctx:title})].price", "[8.99]"),
        ("$.store.book[?(@.title == '{$ctx:title}')].price", "[8.99]"),
        ("$.store.book[?(@.category != {$ctx:word})].price", "[8.95]"),
        ("$.store.book[?(@.price == {$ctx:price})].title", r#"["Sayings of the Century"]"#),
        ("$.store.book[?({$ctx:price} == @.price)].title", r#"["Sayings of the Century"]"#),
        ("$.store.book[?(@.category in {$ctx:list})].length()", "[4,5,5]"),
        ("$.store.book[?(@.category in [{$ctx:word}, 'x'])].price", "[12.99,8.99,22.99]"),
        ("$.store.book[?(@.{$ctx:field} == 'reference')].price", "[8.95]"),
        ("$.store.book[?(@['{$ctx:field}'] == 'reference')].price", "[8.95]"),
        ("$.store.book[?(@.author =~ /{$ctx:pattern}/)].price", "[22.99]"),
        ("$.store.book[?(@.author =~ /{$ctx:path}/)].price", "[]"),
        // What is written stays in its place.
        ("$.store.book[?(@.title == '{$ctx:sly}')].price", "[]"),
        ("$.store.book[?(@.title == {$ctx:sly})].price", "[]"),
        ("$.store.book[?(@.title == \"{$ctx:quotes}\")].price", "[]"),
        ("$.store.book[?(@.title == '{$ctx:blank}')].price", "[]"),
        // No expressions: a quantifier, a quoted name, an object.
        ("$.store.book[?(@.author =~ /[A-Z]{1}.{11,15}/)].length()", "[4,5,5]"),
        ("$['{x}']", ""),
        ("$.store.book[?(@ == {'a':1})]", "[]"),
    ] {
        let found = compile(path).evaluate_text(&message());
        if path.contains("whole2") {
            assert!(found.is_err() || found.is_ok_and(|text| text.is_empty()), "{path}");
            continue;
        }
        assert_eq!(&*found.unwrap_or_else(|error| panic!("{path}: {error}")), expected, "{path}");
    }
}

#[test]
fn knows_what_it_reads() {
    for (path, reads) in [
        ("{$ctx:whole}", true),
        ("$.{$ctx:book}", true),
        ("$ctx:json[{$ctx:key}]", false),
        ("$ctx:json[{json-eval($.key)}]", true),
    ] {
        let path = compile(path);
        assert!(matches!(path, Expression::DynamicPath(_)), "{path:?}");
        assert_eq!(path.reads_payload(), reads, "{path:?}");
    }
    assert!(matches!(compile("$.a['{x}']"), Expression::JsonPath(_)));
    let waiting = compile("$.{json-eval($.a)}").evaluate(&Fixture::new());
    assert!(matches!(waiting, Err(EvalError::NeedBody)));
}

#[test]
fn says_what_is_wrong() {
    let namespaces = Namespaces::default();
    let nested = |count: usize| format!("{}$.a{}", "{json-eval(".repeat(count), ")}".repeat(count));
    for (path, offset, message) in [
        ("$.a[{$ctx:x +}]".to_owned(), 13, "expected"),
        ("$.{json-eval($.a[)}".to_owned(), 17, "expected"),
        ("$.a{b}".to_owned(), 3, "a path cannot hold `{…}` here"),
        ("$.a.{}".to_owned(), 4, "a path cannot hold `{…}` here"),
        (nested(5_000), 88, "expressions are nested too deeply"),
    ] {
        let error = Expression::json_path(&path, &namespaces).unwrap_err();
        assert!(error.message.contains(message), "{}", error.message);
        assert_eq!(error.offset, offset, "{}", path.get(..40).unwrap_or(&path));
    }
    let error = compile("$.store[{$ctx:blank}{$ctx:at}").evaluate(&message()).unwrap_err();
    assert!(error.to_string().contains("gives is no path"), "{error}");
}
