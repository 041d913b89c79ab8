//! Rows for `jsontransform`: what a schema makes of values, what it refuses, and rules by message.

use crate::mediators::testing::{Given, problems};

fn by_schema(schema: &'static str, body: &str) -> Result<String, String> {
    let ran = Given::json(body).entry("s", schema).run("<jsontransform schema='s'/>");
    match ran.fault_text() {
        Some(fault) => Err(fault),
        None => Ok(ran.body()),
    }
}

#[test]
fn values_get_the_types_that_the_schema_names() {
    const NESTED: &str = r#"{"type": "object", "properties": {
        "id": {"type": "integer"}, "price": {"type": "number"}, "paid": {"type": "boolean"},
        "name": {"type": "string"}, "none": {"type": "null"}, "any": {},
        "tags": {"type": "array", "items": {"type": "integer"}},
        "pair": {"type": "array", "items": [{"type": "string"}], "additionalItems": {"type": "number"}},
        "who": {"type": "object", "properties": {"age": {"type": "integer"}}}},
        "patternProperties": {"^x-": {"type": "integer"}},
        "additionalProperties": {"type": "string"}}"#;
    for (body, expected) in [
        (r#"{"id": "7"}"#, r#"{"id":7}"#),
        (r#"{"price": "2.50"}"#, r#"{"price":2.50}"#),
        (r#"{"price": 7}"#, r#"{"price":7}"#),
        (r#"{"paid": "true"}"#, r#"{"paid":true}"#),
        (r#"{"name": 7}"#, r#"{"name":"7"}"#),
        (r#"{"name": true}"#, r#"{"name":"true"}"#),
        (r#"{"none": ""}"#, r#"{"none":null}"#),
        (r#"{"any": [1]}"#, r#"{"any":[1]}"#),
        (r#"{"tags": "1"}"#, r#"{"tags":[1]}"#),
        (r#"{"tags": ["1", 2]}"#, r#"{"tags":[1,2]}"#),
        (r#"{"pair": [1, "2", "3"]}"#, r#"{"pair":["1",2,3]}"#),
        (r#"{"who": {"age": "40", "x": "1"}}"#, r#"{"who":{"age":40,"x":"1"}}"#),
        (r#"{"x-a": "1", "y": 2}"#, r#"{"x-a":1,"y":"2"}"#),
        ("{}", "{}"),
    ] {
        assert_eq!(by_schema(NESTED, body).as_deref(), Ok(expected), "{body}");
    }
    assert_eq!(by_schema("true", "[1]").as_deref(), Ok("[1]"));
    assert_eq!(by_schema(r#"{"type": "array"}"#, "7").as_deref(), Ok("[7]"));
    // XML becomes JSON first.
    let ran = Given::xml("<o><id>7</id></o>")
        .entry(
            "s",
            r#"{"type": "object", "properties": {"o": {"type": "object",
            "properties": {"id": {"type": "array", "items": {"type": "string"}}}}}}"#,
        )
        .run("<jsontransform schema='s'/>");
    assert_eq!(ran.body(), r#"{"o":{"id":["7"]}}"#);
}

#[test]
fn what_does_not_fit_is_a_fault() {
    for (schema, body, expected) in [
        (r#"{"type": "integer"}"#, r#""x""#, "`x` is no number"),
        (r#"{"type": "integer"}"#, "2.5", "`2.5` is no whole number"),
        (r#"{"type": "number", "minimum": 3}"#, "2", "a number is 2, below 3"),
        (r#"{"type": "number", "maximum": "3"}"#, "4", "a number is 4, over 3"),
        (r#"{"type": "number", "exclusiveMinimum": 3}"#, "3", "3 is not between its limits"),
        (r#"{"type": "number", "exclusiveMaximum": 3}"#, "3", "3 is not between its limits"),
        (r#"{"type": "number", "multipleOf": 2}"#, "3", "3 is no multiple of 2"),
        (r#"{"type": "number", "enum": [1, 2]}"#, "3", "3 is none of the values"),
        (r#"{"type": "number", "const": 1}"#, "3", "3 is none of the values"),
        (r#"{"type": "boolean"}"#, r#""yes""#, "`yes` is neither true nor false"),
        (r#"{"type": "boolean"}"#, "[true]", "true or false is wanted in place of [true]"),
        (r#"{"type": "string"}"#, "null", "a text is wanted in place of null"),
        (r#"{"type": "string", "minLength": 2}"#, r#""x""#, "the length of a text is 1, below 2"),
        (r#"{"type": "string", "maxLength": 2}"#, r#""xxx""#, "the length of a text is 3, over 2"),
        (r#"{"type": "string", "pattern": "[a-z]"}"#, r#""ab""#, "`ab` does not match `[a-z]`"),
        (
            r#"{"type": "string", "pattern": "("}"#,
            r#""ab""#,
            "a pattern of the schema cannot be used",
        ),
        (r#"{"type": "string", "enum": ["a"]}"#, r#""b""#, "\"b\" is none of the values"),
        (r#"{"type": "null"}"#, "1", "null is wanted in place of 1"),
        (r#"{"type": "array", "minItems": 2}"#, "1", "the number of items is 1, below 2"),
        (r#"{"type": "array", "maxItems": 1}"#, "[1, 2]", "the number of items is 2, over 1"),
        (r#"{"type": "array", "uniqueItems": true}"#, "[1, 2, 1]", "an item is there twice"),
        (r#"{"type": "array", "items": [{}], "additionalItems": false}"#, "[1, 2]", "more items"),
        (r#"{"type": "object"}"#, "[1]", "an object is wanted in place of [1]"),
        (r#"{"type": "object", "required": ["a"]}"#, "{}", "`a` is missing"),
        (r#"{"type": "object", "minProperties": 1}"#, "{}", "the number of members is 0, below 1"),
        (r#"{"type": "object", "additionalProperties": false}"#, r#"{"a": 1}"#, "no member `a`"),
        ("false", "{}", "the schema allows nothing"),
        ("[]", "{}", "a schema is an object, or true or false"),
        ("{oops", "{}", "the schema `s` is not JSON"),
    ] {
        let fault = by_schema(schema, body).unwrap_err();
        assert!(fault.starts_with("0: ") && fault.contains(expected), "{schema} {body}: {fault}");
    }
    let fault = Given::json("{}").run("<jsontransform schema='gone'/>").fault_text().unwrap();
    assert_eq!(fault, "0: no schema named `gone` is deployed");
    let ran = Given::json(r#"{"a": "1"}"#)
        .entry("s", r#"{"type": "object", "properties": {"a": {"type": "integer"}}}"#)
        .property("which", "s")
        .run("<jsontransform schema='{$ctx:which}'/>");
    assert_eq!(ran.body(), r#"{"a":1}"#);
}

#[test]
fn rules_hold_for_one_message() {
    const XML: &str = "<o xmlns:p='urn:p'><n>007</n><p:e/><i>1</i><i>2</i></o>";
    for (name, value, expected) in [
        (
            "synapse.commons.json.output.autoPrimitive",
            "false",
            r#"{"o":{"n":"007","e":null,"i":["1","2"]}}"#,
        ),
        ("synapse.commons.json.output.disableAutoPrimitive.regex", "1", r#""i":["1",2]"#),
        ("synapse.commons.json.output.emptyXmlElemToEmptyStr", "true", r#""e":"""#),
        ("synapse.commons.enableXmlNullForEmptyElement", "false", r#""e":"""#),
        ("synapse.commons.json.preserve.namespace", "true", r#""p_e":null"#),
        ("synapse.commons.json.output.jsonoutAutoArray", "false", r#""i":2"#),
    ] {
        let xml =
            format!("<jsontransform><property name='{name}' value='{value}'/></jsontransform>");
        let body = Given::xml(XML).run(&xml).body();
        assert!(body.contains(expected), "{name}: {body}");
    }
    let both = "<jsontransform><property name='synapse.commons.json.preserve.namespace' value='true'/>\
                <property name='synapse.commons.json.output.namespaceSepChar' value='-'/></jsontransform>";
    let body = Given::xml(XML).streamed().run(both).body();
    assert!(body.contains(r#""p-e":null"#), "{body}");
}

#[test]
fn mistakes_are_found_at_deploy_time() {
    let property =
        |attributes: &str| format!("<jsontransform><property {attributes}/></jsontransform>");
    for (xml, expected) in [
        ("<jsontransform/>".to_owned(), "A204 <jsontransform> says nothing to do"),
        (
            "<jsontransform schema='none'/>".to_owned(),
            "A504 no local entry named `none` is deployed",
        ),
        (
            "<jsontransform schema='a' key='b'/>".to_owned(),
            "A205 <jsontransform> has no attribute `key`",
        ),
        (
            "<jsontransform schema='a'><x/></jsontransform>".to_owned(),
            "A208 <jsontransform> has no child <x>",
        ),
        (property("name='x'"), "A204 <property> needs the attribute `value`"),
        (property("name='x' value='1'"), "A209 `x` has no effect here"),
        (
            property("name='synapse.commons.json.output.autoPrimitive' value='maybe'"),
            "A206 `synapse.commons.json.output.autoPrimitive` cannot be `maybe`: it is true or false",
        ),
        (
            property("name='synapse.commons.json.output.namespaceSepChar' value='--'"),
            "A206 `synapse.commons.json.output.namespaceSepChar` cannot be `--`: it is one character",
        ),
        (
            property("name='synapse.commons.json.output.disableAutoPrimitive.regex' value='('"),
            "A206 `synapse.commons.json.output.disableAutoPrimitive.regex` cannot be `(`",
        ),
    ] {
        let found = problems(&xml);
        assert!(found.iter().any(|text| text.starts_with(expected)), "{xml}: {found:?}");
    }
}
