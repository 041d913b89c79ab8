//! Paths on messages, and the places that they name.

use super::{STORE, parse};
use crate::expression::jsonpath::JsonPath;
use crate::expression::testing::Fixture;
use crate::expression::{EvalError, PropertyScope};
use crate::json;
use crate::message::{Value, Work};

fn evaluate(path: &str, scope: &Fixture) -> Value {
    JsonPath::compile(path).unwrap().evaluate(scope).unwrap()
}

#[test]
fn converts_what_it_finds() {
    let message = Fixture::new().json(parse(
        r#"{"t":"text","i":7,"d":1.50,"big":123456789012345678901,"e":1e400,"z":-0,"b":true,"n":null,
            "o":{"a":1},"l":[1,"x"],"w":{"members":{"a":1}},"v":{"elements":[1]},"u":{"elements":[1],"x":2}}"#,
    ));
    for (path, text, kind) in [
        ("$.t", "text", "Text"),
        ("$.i", "7", "Int"),
        ("$.d", "1.50", "Json"),
        ("$.big", "123456789012345678901", "Json"),
        ("$.e", "1e400", "Json"),
        ("$.z", "-0", "Json"),
        ("$.b", "true", "Bool"),
        ("$.n", "null", "Json"),
        ("$.o", r#"{"a":1}"#, "Json"),
        ("$.l", r#"[1,"x"]"#, "Json"),
        ("$.l[*]", r#"[1,"x"]"#, "Json"),
        ("$.l[5:]", "[]", "Json"),
        ("$..none", "[]", "Json"),
        ("$.none", "", "Text"),
        ("$.none[*]", "", "Text"),
        ("$.l.length()", "2", "Int"),
        ("$.w", r#"{"a":1}"#, "Json"),
        ("$.v", "[1]", "Json"),
        ("$.u", r#"{"elements":[1],"x":2}"#, "Json"),
    ] {
        let value = evaluate(path, &message);
        assert_eq!(&*value.to_text(), text, "{path}");
        assert!(format!("{value:?}").starts_with(kind), "{path} gives {value:?}");
    }
    assert!(matches!(evaluate("$.n", &message), Value::Json(null) if *null == json::Value::Null));
    // The whole payload is not unwrapped.
    let wrapped = Fixture::new().json(parse(r#"{"elements":[1]}"#));
    assert_eq!(&*evaluate("$", &wrapped).to_text(), r#"{"elements":[1]}"#);
    assert_eq!(&*evaluate("$.", &wrapped).to_text(), r#"{"elements":[1]}"#);
}

#[test]
fn starts_from_properties() {
    let message = Fixture::new()
        .property(PropertyScope::Default, "order", r#"{"id":5,"lines":[{"sku":"a"}]}"#)
        .property(PropertyScope::Default, "parsed", Value::Json(parse(r#"{"x":[1,2]}"#).into()))
        .property(PropertyScope::Default, "plain", "just text")
        .property(PropertyScope::Transport, "X-Meta", r#"{"k":"v"}"#)
        .property(PropertyScope::Axis2, "REST", "[1,2]");
    for (path, expected) in [
        ("$ctx:order.id", "5"),
        ("$ctx:order.lines[0].sku", "a"),
        ("$ctx:order..sku", "[\"a\"]"),
        ("$ctx:order", r#"{"id":5,"lines":[{"sku":"a"}]}"#),
        ("$ctx:order.none", ""),
        ("$ctx:parsed.x[1]", "2"),
        ("$ctx:parsed.x.length()", "2"),
        ("$ctx:plain", "just text"),
        ("$ctx:plain.x", ""),
        ("$ctx:none.x", ""),
        ("$ctx:none", ""),
        ("$trp:X-Meta.k", "v"),
        ("$axis2:REST[-1]", "2"),
    ] {
        assert_eq!(&*evaluate(path, &message).to_text(), expected, "{path}");
        assert!(!JsonPath::compile(path).unwrap().reads_payload());
    }
    assert_eq!(message.looks.get(), 0);
}

#[test]
fn waits_for_the_body() {
    let path = JsonPath::compile("$.a").unwrap();
    assert!(path.reads_payload());
    assert!(matches!(path.evaluate(&Fixture::new()), Err(EvalError::NeedBody)));
}

#[test]
fn knows_what_is_definite() {
    for (path, definite) in [
        ("$", true),
        ("$.a[0]['b']", true),
        ("$['a','b']", true),
        ("$['a','b'].c", false),
        ("$.a[0,1]", false),
        ("$.a[0:1]", false),
        ("$..a", false),
        ("$.*", false),
        ("$[?(@.a)]", false),
        ("$.a.length()", true),
        ("$..a.length()", true),
        ("$.a[*].length()", false),
    ] {
        assert_eq!(JsonPath::compile(path).unwrap().is_definite(), definite, "{path}");
    }
    for (path, whole) in [("$", true), ("$.", true), ("$.a", false), ("$ctx:a", false)] {
        assert_eq!(JsonPath::compile(path).unwrap().is_whole_payload(), whole, "{path}");
    }
}

#[test]
fn locates_and_changes() {
    let mut document = parse(STORE);
    let locate = |path: &str, document: &json::Value| -> Vec<String> {
        let places = JsonPath::compile(path).unwrap().locate(document, &Work::default()).unwrap();
        places.iter().map(ToString::to_string).collect()
    };
    for (path, expected) in [
        ("$", vec!["$"]),
        (
            "$.store.bicycle['color','price']",
            vec!["$['store']['bicycle']['color']", "$['store']['bicycle']['price']"],
        ),
        ("$..book[-1].title", vec!["$['store']['book'][3]['title']"]),
        ("$.store.book[0,0]", vec!["$['store']['book'][0]"]),
        ("$.store.bicycle[?(@.price)]", vec!["$['store']['bicycle']"]),
        ("$.none", vec![]),
        ("$.none[*]", vec![]),
    ] {
        assert_eq!(locate(path, &document), expected, "{path}");
    }
    let books = JsonPath::compile("$..book[?(@.price > 10)]").unwrap();
    let places = books.locate(&document, &Work::default()).unwrap();
    assert_eq!(places.len(), 2);
    *places[0].get_mut(&mut document).unwrap() = json::Value::Null;
    for place in places.iter().rev() {
        assert!(place.remove(&mut document).is_some());
    }
    assert_eq!(locate("$..book[*]", &document).len(), 2);
    assert_eq!(places[1].remove(&mut document), None);
    assert_eq!(places[1].get_mut(&mut document), None);

    let length = JsonPath::compile("$..book.length()").unwrap();
    let error = length.locate(&document, &Work::default()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the path `$..book.length()` ends in a function, which is no place"
    );
}

#[test]
fn names_the_parent_of_a_member() {
    let (parent, name) = JsonPath::compile("$.store.bicycle.color").unwrap().parent().unwrap();
    assert_eq!(&*name, "color");
    let document = parse(STORE);
    assert_eq!(
        parent.locate(&document, &Work::default()).unwrap()[0].to_string(),
        "$['store']['bicycle']"
    );
    for path in ["$", "$.a[0]", "$.a.length()", "$..a"] {
        assert!(JsonPath::compile(path).unwrap().parent().is_none(), "{path}");
    }
}
