//! Roots and paths.

use super::{check, compile, message, parse};
use crate::expression::testing::{Fixture, envelope};
use crate::expression::{Namespaces, PropertyScope};
use crate::message::Value;

#[test]
fn reads_the_payload() {
    check(
        &message(),
        &[
            ("payload.name", "John"),
            ("$.name", "John"),
            ("payload[\"name\"]", "John"),
            ("payload['name']", "John"),
            ("$[\"name\"]", "John"),
            ("payload.[\"name\"]", "John"),
            ("payload . name", "John"),
            ("payload.no-hyphen", "h"),
            ("$.cars[1]", "BMW"),
            ("$.cars[-1]", "KIA"),
            ("$.cars[10]", "! payload has nothing at the path"),
            ("payload.random", "! payload has nothing at the path"),
            ("payload.name.x", "! payload has nothing at the path"),
            ("payload.null", "null"),
            ("payload.null.x", "!"),
            ("payload.empty", ""),
            ("payload.price", "10.50"),
            ("payload.big", "3000000000"),
            ("payload.flag", "true"),
            ("payload.list", "[]"),
            ("payload.object", "{}"),
            ("payload.items[0].tags", r#"["a"]"#),
            ("$.cars[$.index]", "BMW"),
            ("$.cars[payload.index]", "BMW"),
            ("$.cars[vars.index]", "Fiat"),
            ("payload[payload.member]", "30"),
            ("payload[vars.key]", "John"),
            ("payload['na' + 'me']", "John"),
            ("$.cars[1 + 2]", "Honda"),
            ("$.cars[0,1]", r#"["Ford","BMW"]"#),
            ("$.cars[$.index,4]", r#"["BMW","Lexus"]"#),
            ("$.cars[$.index:5]", r#"["BMW","Fiat","Honda","Lexus"]"#),
            ("$.cars[:2]", r#"["Ford","BMW"]"#),
            ("$.cars[-1:]", r#"["KIA"]"#),
            ("$.cars[-payload.index:]", r#"["KIA"]"#),
            ("$.cars[:-vars.num2]", r#"["Ford"]"#),
            ("payload.cars[payload.index + 3:]", r#"["Lexus","KIA"]"#),
            ("$.cars[0:5:2]", r#"["Ford","Fiat","Lexus"]"#),
            ("$.cars[0:vars.num2:vars.index]", r#"["Ford","Fiat","Lexus"]"#),
            (
                "$.cars[payload.flag]",
                "! a name or an index between brackets is neither text nor a number",
            ),
            ("$.cars[payload.null]", "!"),
            ("$.cars[vars.none]", "! variable `none` is not set"),
            ("$.cars[payload.price:]", "! an index between brackets is no whole number"),
            ("$.cars[*]", r#"["Ford","BMW","Fiat","Honda","Lexus","KIA"]"#),
            ("$.items[*].id", "[1,2,3]"),
            ("$.items.*.id", "[1,2,3]"),
            ("$..id", "[1,2,3]"),
            ("$..nothing", "[]"),
            ("payload..tags", r#"[["a"],[],["b","c"]]"#),
            ("payload.items[0]['id','price']", r#"{"id":1,"price":5.5}"#),
            ("payload.payload.vars.configs.iop", "4"),
            ("payload.payload.in", "1"),
            ("payload.payload.size", "2"),
            ("payload.payload.vars.pqr * payload.payload.vars.configs.iop", "8"),
        ],
    );
}

#[test]
fn filters_with_what_the_flow_holds() {
    check(
        &message(),
        &[
            ("$.items[?(@.price > 10)].id", "[2,3]"),
            ("$.items[?(@.price>10)].id", "[2,3]"),
            ("$.items[?(@.id == $.index)].price", "[5.5]"),
            ("$.items[?(@.id == payload.index)].price", "[5.5]"),
            ("$.items[?(@.id == vars.index)].price", "[15]"),
            ("$.items[?(@.price > integer(headers.price) )].id", "!"),
            ("$.items[?(@.price > headers.price)].id", "[2,3]"),
            ("$.items[?(@.price > float(headers.price))].id", "[2,3]"),
            ("$.items[?(@.id > vars.num1 )].id", "[]"),
            ("$.items[?(vars.index == @.id)].id", "[2]"),
            ("$.items[?(@.id == props.axis2.HTTP_SC)].id", "[]"),
            ("$.items[?(@.id == vars.response.payload.rows[0].n)].id", "[1]"),
            ("$.items[?(@.id < length(vars.cars))].id", "[1,2]"),
            ("$.items[?(@.id == params.functionParams.p)].id", "[]"),
            ("$.items[?(@.id >= 2 && @.price < 20)].id", "[2]"),
            ("$.items[?(@.id == 1 || @.id == 3)].id", "[1,3]"),
            ("$.items[?(!(@.id == 1))].id", "[2,3]"),
            ("$.items[?(@.tags)].id", "[1,2,3]"),
            ("$.items[?(@.tags size 2)].id", "[3]"),
            ("$.items[?(@.tags empty true)].id", "[2]"),
            ("$.items[?(@.tags contains 'b')].id", "[3]"),
            ("$.items[?(@.id in [1, 3])].id", "[1,3]"),
            ("$.items[?(@.id nin [1, 3])].id", "[2]"),
            ("$.items[?(@.tags subsetof ['a','b'])].id", "[1,2]"),
            ("$.items[?(@.tags anyof ['c'])].id", "[3]"),
            ("$.items[?(@.tags noneof ['c'])].id", "[1,2]"),
            ("$.cars[?(@ =~ /.*O.*/i)]", r#"["Ford","Honda"]"#),
            ("$.cars[?(@ in vars.cars)]", r#"["Ford","BMW","KIA"]"#),
            ("$.cars[?(@ == null)]", "[]"),
            ("$.items[?(@.id == vars.nothing)]", "[]"),
            ("$.items[?(@.id == vars.none)]", "! variable `none` is not set"),
            ("vars.cars[?(@ == payload.cars[0])]", r#"["Ford"]"#),
        ],
    );
}

#[test]
fn ends_paths_with_functions() {
    check(
        &message(),
        &[
            ("$.cars.length()", "6"),
            ("payload.cars.size()", "6"),
            ("$..price.min()", "5.5"),
            ("$..price.max()", "25.25"),
            ("$.cars.first()", "Ford"),
            ("$.cars.last()", "KIA"),
            ("object($.items.first()).id", "1"),
            ("$.items[0].keys()", r#"["id","price","tags"]"#),
            ("$.items.[0].keys()", r#"["id","price","tags"]"#),
            ("round($..price.avg())", "14"),
            ("round($..price.stddev())", "7"),
            ("$..id.sum()", "6.0"),
            ("payload.cars.length() + 1", "7"),
            ("payload.cars.length() > 3", "true"),
            ("payload.none.length()", "!"),
        ],
    );
}

#[test]
fn reads_variables() {
    check(
        &message(),
        &[
            ("vars.name", "Ann"),
            ("vars[\"name\"]", "Ann"),
            ("vars.[\"name\"]", "Ann"),
            ("vars.\"name\"", "Ann"),
            ("vars[\"my var\"]", "spaced"),
            ("vars.num1", "10"),
            ("vars.num3", "-2.5"),
            ("vars.whole", "4.0"),
            ("vars.nothing", "null"),
            ("vars.scalar", "plain"),
            ("vars.none", "! variable `none` is not set"),
            ("vars.none.a", "! variable `none` is not set"),
            ("vars.cars[1]", "BMW"),
            ("vars.cars[5]", "! variable `cars` has nothing at the path"),
            ("vars.text[2].a", "b"),
            ("vars[\"text\"][0]", "1"),
            ("vars.num1[0]", "! variable `num1` holds no JSON to take a path on"),
            ("vars.name.x", "! variable `name` holds no JSON to take a path on"),
            ("vars.response.payload.ok", "true"),
            ("vars.response.payload.rows[*].n", "[1,2]"),
            ("vars.response.payload.rows[?(@.n > 1)].n", "[2]"),
            ("vars.response.headers['Content-Type']", "text/plain"),
            ("vars.response.headers.Content-Type", "text/plain"),
            ("vars.response.['attributes'].statusCode", "201"),
            ("vars[\"response\"][\"attributes\"][\"statusCode\"] + 1", "202"),
        ],
    );
}

#[test]
fn reads_headers_properties_parameters_and_configs() {
    check(
        &message(),
        &[
            ("headers.Host", "example.org"),
            ("headers[\"Host\"]", "example.org"),
            ("headers.[\"Host\"]", "example.org"),
            ("headers.X-Id", "42"),
            ("headers.X-Id + 1", "43"),
            ("headers.price", "10.0"),
            ("headers.None", "! header `None` is not set"),
            ("props.synapse.phrase", "Now I am"),
            ("properties.synapse.phrase", "Now I am"),
            ("props.synapse.count", "42"),
            ("props.synapse.count + 1", "43"),
            ("props.synapse[\"selected book\"]", "Animal Farm"),
            ("props.synapse.[\"selected book\"]", "Animal Farm"),
            ("props.synapse.flag", "true"),
            ("isString(props.synapse.flag)", "true"),
            ("props.synapse.empty", ""),
            ("props.synapse.none", "! property `none` is not set"),
            ("props.synapse.json", r#"{"a":{"b":[7,8]}}"#),
            ("props.synapse.json.a.b[1]", "8"),
            ("props.synapse.phrase.x", "! property `phrase` holds no JSON to take a path on"),
            ("props.axis2.HTTP_SC", "202"),
            ("properties.axis2.HTTP_SC + 1", "203"),
            ("props.axis2.none", "! axis2 property `none` is not set"),
            ("params.queryParams.q", "find me"),
            ("params.queryParams.n + 1", "13"),
            ("params.queryParams[\"q\"]", "find me"),
            ("params.queryParams.none", "! query parameter `query.param.none` is not set"),
            ("params.pathParams.id", "77"),
            ("params.uriParams.id", "77"),
            ("params.functionParams.p", "5"),
            ("params.functionParams.p * 2", "10"),
            ("params.functionParams.doc.x", "1"),
            ("params.functionParams.none", "! template parameter `none` is not set"),
            ("configs.url", "http://x"),
            ("config.url", "http://x"),
            ("configs.limit", "9.5"),
            ("configs.none", "! config `none` is not set"),
        ],
    );
}

#[test]
fn types_texts_of_headers() {
    for (text, kind, expected) in [
        ("12", "Int", "12"),
        ("-12", "Int", "-12"),
        ("+12", "Int", "12"),
        ("007", "Int", "7"),
        ("9999999999", "Int", "9999999999"),
        ("99999999999999999999", "Json", "1.0E20"),
        ("1.10", "Json", "1.1"),
        ("1e3", "Json", "1000.0"),
        (" 1.5 ", "Json", "1.5"),
        ("1e999", "Text", "1e999"),
        ("1d", "Text", "1d"),
        ("0x1F", "Text", "0x1F"),
        ("NaN", "Text", "NaN"),
        ("infinity", "Text", "infinity"),
        ("1.2.3", "Text", "1.2.3"),
        ("true", "Text", "true"),
        ("", "Text", ""),
        ("-", "Text", "-"),
    ] {
        let message = Fixture::new().property(PropertyScope::Transport, "h", text);
        let value = compile("headers.h").try_evaluate(&message).unwrap();
        assert_eq!(&*value.to_text(), expected, "{text}");
        assert!(format!("{value:?}").starts_with(kind), "{text} gives {value:?}");
    }
}

#[test]
fn reads_xml_by_xpath() {
    let namespaces = Namespaces::default();
    let compile = |text: &str| super::SynapseExpression::compile(text, &namespaces).unwrap();
    let message = Fixture::new()
        .xml(envelope("", "<order><id>7</id><line q='2'>a</line><line>b</line></order>"))
        .json(parse(r#"{"order":{"id":7}}"#))
        .content_type("application/xml")
        .variable("response", super::json_value(r#"{"xml":"<r><a>1</a><a>2</a></r>"}"#));
    for (text, expected) in [
        ("xpath('//id')", "7"),
        ("xpath(\"//line/@q\")", "2"),
        ("xpath('count(//line)')", "2"),
        ("xpath('//none')", ""),
        ("xpath('//id/text()') + 'x'", "7x"),
        ("integer(xpath('//id')) + 1", "8"),
        ("xpath('//' + 'id')", "7"),
        ("true ? xpath('//id') : 0", "7"),
        ("xpath('/a[2]', 'response.xml')", "2"),
        ("payload.order.id", "7"),
    ] {
        assert_eq!(&*compile(text).evaluate_text(&message).unwrap(), expected, "{text}");
    }
    assert!(matches!(compile("xpath('//line[2]')").evaluate(&message), Ok(Value::Xml(_))));
    let whole = compile("payload").evaluate_text(&message).unwrap();
    assert!(whole.contains("<order>") && whole.contains("Body"), "{whole}");
    assert!(matches!(compile(" $ ").evaluate(&message), Ok(Value::Xml(_))));
    // Other XML types are seen as JSON.
    let other = Fixture::new().json(parse("{\"a\":1}")).content_type("text/xml");
    assert_eq!(&*compile("payload").evaluate_text(&other).unwrap(), "{\"a\":1}");
    for text in ["xpath('//' + '[')", "xpath('/a', 'response.none')", "xpath('/a', 'none.xml')"] {
        assert!(compile(text).try_evaluate(&message).is_err(), "{text}");
    }
}
