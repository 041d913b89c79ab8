//! Each function: values, nothing, wrong types.

use super::{check, compile, message, result};
use crate::expression::testing::Fixture;

#[test]
fn measures_and_changes_texts() {
    check(
        &message(),
        &[
            ("length('Lahiru')", "6"),
            ("length('')", "0"),
            ("length('né😀')", "4"),
            ("length([\"a\", 3, 5])", "3"),
            ("length(payload.cars)", "6"),
            ("length(vars.text)", "15"),
            (
                "length(34)",
                "! `length()` takes a text or an array as its first argument, not a whole number",
            ),
            ("length(payload.object)", "!"),
            ("length(null)", "! `length()` has nothing as its first argument"),
            ("length(vars.nothing)", "!"),
            ("length(payload.none)", "! payload has nothing at the path"),
            ("toUpper('straße é')", "STRASSE É"),
            ("toUpper(payload.name)", "JOHN"),
            ("toUpper(payload.age)", "30"),
            (
                "toUpper(vars.cars)",
                "! `toUpper()` takes a text as its first argument, not an array",
            ),
            ("toUpper(null)", "!"),
            ("toLower('LAHIRU')", "lahiru"),
            ("'europa ' + toLower('CLIpper')", "europa clipper"),
            ("toLower(true)", "true"),
            ("toUpper(payload.flag)", "TRUE"),
            ("trim(' Ingenuity ')", "Ingenuity"),
            ("trim($[\"string\"])", "Hello World"),
            (r"trim('\t\n x \u00a0')", "x \u{a0}"),
            ("trim(34)", "!"),
            ("subString('Lahiru', 2)", "hiru"),
            ("subString('Lahiru', 2, 4)", "hi"),
            ("subString('Hello', 5)", ""),
            ("subString('Hello', 0, 0)", ""),
            ("subString('Hello', 20)", "! `subString()`: there is no part 20 to 5 of 5 characters"),
            ("subString('Hello', -2)", "!"),
            ("subString('Hello', 3, 2)", "!"),
            ("subString('Hello', 2, 9)", "!"),
            (
                "subString('Hello', 'a')",
                "! `subString()` takes a whole number as its second argument, not a text",
            ),
            ("subString('Hello', 1, 2.5)", "!"),
            ("subString(null, 5)", "!"),
            ("subString('hello', null)", "! `subString()` has nothing as its second argument"),
            ("subString('x😀y', 1, 3)", "😀"),
            ("length(toUpper(subString('Lahiru', 2, 4)))", "2"),
            ("charAt('Hello World', 6)", "W"),
            ("charAt($.string, 0)", " "),
            ("charAt('Hello', -1)", "! `charAt()`: there is no character -1 of 5"),
            ("charAt('Hello', 5)", "!"),
            ("charAt('Hello', '1')", "!"),
            ("replace('Hello', 'l', 'p')", "Heppo"),
            ("replace('Hello', 'x', 'y')", "Hello"),
            ("replace('a.b.c', '.', '-')", "a-b-c"),
            ("replace('John has a ' + payload.cars[2], 'Fiat', payload.cars[1])", "John has a BMW"),
            (
                "replace('Hello', 'l', payload.cars)",
                "! `replace()` takes a text as its third argument, not an array",
            ),
            ("replace('Hello', 1, 'x')", "!"),
        ],
    );
}

#[test]
fn searches_texts() {
    check(
        &message(),
        &[
            ("startsWith('Curiosity', 'Curi')", "true"),
            ("startsWith('Curiosity', 'sity')", "false"),
            ("startsWith('Curiosity', '')", "true"),
            ("startsWith('Curiosity', 34)", "!"),
            ("startsWith(payload.cars, 'Ford')", "!"),
            ("endsWith('Opportunity', 'unity')", "true"),
            ("endsWith('Opportunity', 'tune')", "false"),
            ("endsWith(34, '4')", "!"),
            ("contains('Perseverance', 'sever')", "true"),
            ("contains('Perseverance', 'server')", "false"),
            ("contains('Perseverance', null)", "!"),
            ("contains(payload.cars, 'Ford')", "!"),
            ("indexOf('Hello World', 'World')", "6"),
            ("indexOf('Hello World', 'none')", "-1"),
            ("indexOf('Hello World', 'l', 5)", "9"),
            ("indexOf('Hello World', 'l', 50)", "-1"),
            ("indexOf('Hello World', 'H', -5)", "0"),
            ("indexOf('Hello', '')", "0"),
            ("indexOf('Hello', '', 9)", "5"),
            ("indexOf($.string, 'World')", "7"),
            ("indexOf('né😀x', 'x')", "4"),
            ("indexOf('né😀x', 'x', 3)", "4"),
            ("indexOf('é😀é', 'é', 1)", "3"),
            ("indexOf(5, '5')", "!"),
            ("indexOf('5', 5)", "!"),
            ("indexOf('5', '5', '0')", "!"),
        ],
    );
}

#[test]
fn splits_as_java_does() {
    check(
        &message(),
        &[
            ("split('a b,c', '[, ]')", r#"["a","b","c"]"#),
            ("length(split('NASA, launches; rovers to explore. Mars', '[,; .]+'))", "6"),
            ("split(' Moon Mars ', ',')", "[\" Moon Mars \"]"),
            ("split('a,b,,c,,', ',')", r#"["a","b","","c"]"#),
            ("split(',a', ',')", r#"["","a"]"#),
            ("split(',', ',')", "[]"),
            ("split('', ',')", "[\"\"]"),
            ("split('abc', '')", r#"["a","b","c"]"#),
            (r"split('a.b', '\\.')", r#"["a","b"]"#),
            (r"split('a1b22c', '\\d+')", r#"["a","b","c"]"#),
            ("split('a|b', '|')", r#"["a","|","b"]"#),
            ("split('a-b', vars.name + '|-')", r#"["a","b"]"#),
            ("split('aXbXc', 'X')[1]", "b"),
            ("split('a,b', ',').length()", "2"),
            ("split('a', vars.name + '(')", "!"),
            ("split(payload.cars, '34')", "!"),
            ("split('a', 34)", "!"),
            ("split('a', null)", "!"),
        ],
    );
}

#[test]
fn calculates() {
    check(
        &message(),
        &[
            ("abs(-5)", "5"),
            ("abs(5)", "5"),
            ("abs(-5.0)", "5.0"),
            ("abs(vars.num3)", "2.5"),
            ("abs(-3000000000)", "3000000000"),
            ("abs('5')", "! `abs()` takes a number as its first argument, not a text"),
            ("abs(payload.cars)", "!"),
            ("abs(null)", "!"),
            ("floor(-5.4)", "-6"),
            ("floor(5.9)", "5"),
            ("floor(5)", "5"),
            ("floor(vars.num3)", "-3"),
            ("floor(-1 * vars.num3)", "2"),
            ("floor('5')", "!"),
            ("ceil(-5.4)", "-5"),
            ("ceil(5.1)", "6"),
            ("ceil(7)", "7"),
            // What was rounded is still a decimal.
            ("ceil(5.2) / 4", "2.0"),
            ("ceil(true)", "!"),
            ("round(5.4)", "5"),
            ("round(5.5)", "6"),
            ("round(-2.5)", "-2"),
            ("round(-2.6)", "-3"),
            ("round(vars.num1 + vars.num2)", "15"),
            ("round(12.345, 2)", "12.35"),
            ("round(12.3, 2)", "12.3"),
            ("round(5, 2)", "5"),
            ("round(2.5, 0)", "! `round()`: the number of decimal places has to be positive"),
            ("round(2.5, 1.5)", "!"),
            ("round(payload)", "!"),
            ("sqrt(25)", "5.0"),
            ("sqrt(2)", "1.4142135623730951"),
            ("sqrt(-25.0)", "NaN"),
            ("sqrt(vars.num3 * vars.num3)", "2.5"),
            ("sqrt('4')", "!"),
            ("log(1000)", "3.0"),
            ("log(8, 2)", "3.0"),
            ("log(0)", "-Infinity"),
            ("log('1')", "!"),
            ("log(1, '1')", "!"),
            ("pow(2, 3)", "8.0"),
            ("pow(2, 0)", "1.0"),
            ("pow(2, -2)", "0.25"),
            ("pow(vars.num3, -2)", "0.16"),
            ("pow(10, 8)", "1.0E8"),
            ("pow('2', 3)", "!"),
            ("pow(2, null)", "!"),
        ],
    );
}

#[test]
fn encodes_and_decodes() {
    check(
        &message(),
        &[
            ("base64encode('Hello World')", "SGVsbG8gV29ybGQ="),
            ("base64encode('é')", "w6k="),
            ("base64encode('é', 'ISO-8859-1')", "6Q=="),
            ("base64encode(vars.name, 'UTF-8')", "QW5u"),
            ("base64encode('Hello', 'UTF-99')", "! the charset `UTF-99` is not supported"),
            ("base64encode(34)", "!"),
            ("base64encode(null)", "!"),
            ("base64decode('YWRtaW46YWRtaW4=')", "admin:admin"),
            ("base64decode('YWRtaW46YWRtaW4')", "admin:admin"),
            ("base64decode(vars.encoded)", "WSO2MI"),
            ("base64decode('6Q==', 'ISO-8859-1')", "é"),
            ("base64decode('a?b')", "! `base64decode()`: the text is not base64"),
            ("base64decode(34)", "!"),
            ("urlEncode('Hello World')", "Hello%20World"),
            ("urlEncode('a*b~c-d_e.f/é+')", "a%2Ab%7Ec-d_e.f%2F%C3%A9%2B"),
            ("urlEncode('é', 'ISO-8859-1')", "%E9"),
            ("urlEncode('a b*', 'ISO-8859-1')", "a+b*"),
            ("urlEncode('a b*', 'UTF-8')", "a%20b%2A"),
            ("urlEncode('Hello', 'UTF-99')", "!"),
            ("urlEncode(34)", "!"),
            ("urlDecode('Hello+World%21')", "Hello World!"),
            ("urlDecode('%C3%A9')", "é"),
            ("urlDecode('%E9', 'ISO-8859-1')", "é"),
            ("urlDecode('é%26')", "é&"),
            ("urlDecode('100%')", "! `urlDecode()`: `%` without two digits"),
            ("urlDecode('%zz')", "!"),
            ("urlDecode(34)", "!"),
        ],
    );
}

#[test]
fn asks_for_types() {
    check(
        &message(),
        &[
            ("isString('Hello')", "true"),
            ("isString('34')", "true"),
            ("isString(34)", "false"),
            ("isString(payload.name)", "true"),
            ("isString(payload.cars)", "false"),
            ("isString(null)", "!"),
            ("isNumber(34)", "true"),
            ("isNumber(3.4)", "true"),
            ("isNumber('34')", "false"),
            ("isNumber(payload.big)", "true"),
            ("isNumber(headers.X-Id)", "true"),
            ("isNumber(vars.done)", "false"),
            ("isNumber(null)", "!"),
            ("isArray(['Hello', 34])", "true"),
            ("isArray('Hello')", "false"),
            ("isArray(payload.cars) && isArray(vars.cars)", "true"),
            ("isArray(vars.text)", "true"),
            (r#"isArray("[1,2,{\"abc\":5}]")"#, "true"),
            (r#"isArray("[1,2,{\"abc:5}]")"#, "false"),
            ("isArray(payload)", "false"),
            ("isArray(null)", "!"),
            ("isObject(payload)", "true"),
            ("isObject(payload.items[0])", "true"),
            ("isObject('Hello')", "false"),
            (r#"isObject("{\"hello\": \"world\"}")"#, "true"),
            (r#"isObject("{\"hello: \"world\"}")"#, "false"),
            ("isObject(payload.age)", "false"),
            ("isObject(null)", "!"),
            ("exists(payload.name)", "true"),
            ("exists(payload.none)", "false"),
            ("exists(payload.null)", "false"),
            ("exists(vars.none)", "false"),
            ("exists(headers.None)", "false"),
            ("exists(null)", "false"),
            ("exists('')", "true"),
            ("exists(1 / 0)", "false"),
            ("exists(vars.name.x)", "false"),
            ("not(true)", "false"),
            ("not(5 > 6)", "true"),
            ("not(5 > 6) ? 1 : 2", "1"),
            ("not(123)", "! `not()` takes a boolean as its first argument, not a whole number"),
            ("not('true')", "!"),
            ("not(null)", "!"),
        ],
    );
}

#[test]
fn converts() {
    check(
        &message(),
        &[
            ("string(12) + ' Angry Men'", "12 Angry Men"),
            ("string('Hello')", "Hello"),
            ("string(true)", "true"),
            ("string(2.50)", "2.50"),
            ("string(vars.whole)", "4.0"),
            ("string(vars.cars)", r#"["Ford","BMW","KIA"]"#),
            ("string(payload.items[0])", r#"{"id":1,"price":5.5,"tags":["a"]}"#),
            ("isString(string(5))", "true"),
            ("string(null)", "!"),
            ("integer(34)", "34"),
            ("integer('34')", "34"),
            ("integer('-34')", "-34"),
            ("integer(payload.age) + 1", "31"),
            ("integer(ceil(5.2))", "6"),
            ("integer('Hello')", "! `integer()`: the value is no whole number"),
            ("integer(34.5)", "!"),
            ("integer('5.0')", "!"),
            ("integer(null)", "!"),
            ("integer(payload)", "!"),
            ("float(-34)", "-34.0"),
            ("float('2.50')", "2.5"),
            ("float(2.50)", "2.50"),
            ("float('1e3')", "1000.0"),
            ("float(' 7 ')", "7.0"),
            ("float(payload.age) + vars.num2", "35.0"),
            ("float('Hello')", "! `float()`: the value is no number"),
            ("float('inf')", "!"),
            ("float(payload)", "!"),
            ("boolean('true')", "true"),
            ("boolean('TRUE')", "true"),
            ("boolean(true)", "true"),
            ("boolean('bla')", "false"),
            ("boolean('1')", "false"),
            ("boolean(1)", "false"),
            ("boolean(payload)", "false"),
            ("boolean('0') || (5 > 2)", "true"),
            ("boolean(props.synapse.flag) ? 1 : 2", "1"),
            ("boolean(null)", "!"),
            (r#"object("{\"hello\":\"world\"}")"#, r#"{"hello":"world"}"#),
            (r#"object("{\"hello\":\"world\"}").hello"#, "world"),
            (r#"object("{\"hello\":\"world\"}")["hello"]"#, "world"),
            ("object(payload.items[1]).id", "2"),
            ("object(vars.escaped).a", "1"),
            (
                "object('[1]')",
                "! `object()` takes a JSON object or its text as its first argument, not a text",
            ),
            ("object(34)", "!"),
            ("object(null)", "!"),
            (r#"array("[\"Hello\",\"World\"]")"#, r#"["Hello","World"]"#),
            (r#"array("[\"Hello\",\"World\"]")[0]"#, "Hello"),
            ("array(vars.text)[2].a", "b"),
            ("array(payload.cars)[1:3]", r#"["BMW","Fiat"]"#),
            ("array('{}')", "!"),
            ("array(34)", "!"),
            ("array(payload)", "!"),
            ("toUpper(array(vars.cars)[2])", "KIA"),
        ],
    );
}

#[test]
fn looks_up() {
    check(
        &message(),
        &[
            ("registry('conf/a.json')", r#"{"k":["v"]}"#),
            ("registry('conf/a.json').k[0]", "v"),
            ("registry('conf/a.json').property('owner')", "ops"),
            ("registry('conf/' + 'a.json')['k']", r#"["v"]"#),
            ("registry('none')", "! `registry()`: there is no resource `none`"),
            ("registry('conf/a.json').property('none')", "!"),
            ("registry(5)", "!"),
            ("registry('none').bla", "!"),
            ("wso2-vault('db')", "s3cret"),
            ("secret('db')", "s3cret"),
            ("wso2-vault('none')", "! `wso2-vault()`: no secret has the alias `none`"),
            ("wso2-vault(5)", "!"),
            ("hashicorp-vault('kv/app', 'password')", "pw"),
            ("hashicorp-vault('kv', 'app', 'password')", "pw"),
            ("hashicorp-vault('kv/app', 'none')", "!"),
        ],
    );
}

#[test]
fn tells_the_time() {
    check(
        &message(),
        &[
            ("now()", "1700000000123"),
            ("now() - 1700000000000", "123"),
            ("formatDateTime(now(), 'yyyy')", "2023"),
            ("formatDateTime(1709823845006, \"yyyy-MM\")", "2024-03"),
            (
                "formatDateTime('1709823845006', 'yyyy')",
                "! `formatDateTime()` takes a number as its first argument, not a text",
            ),
            ("formatDateTime(now(), 5)", "!"),
            (
                "formatDateTime(now(), 'XXX')",
                "! `formatDateTime()`: `X` asks for a time zone, which the value does not have",
            ),
            ("formatDateTime(now(), 'b')", "!"),
            ("formatDateTime(now(), 'dddd')", "!"),
            ("formatDateTime(now(), \"'open\")", "!"),
            ("formatDateTime('29/09/1988', 'dd/MM/yyyy', 'yyyy-MM-dd')", "1988-09-29"),
            ("formatDateTime('29-09-1988', 'dd-MM-yyyy', 'yyyy MMM dd')", "1988 Sep 29"),
            ("formatDateTime('11-22-33', 'HH-mm-ss', 'HH mm ss')", "11 22 33"),
            (
                "formatDateTime('50-22-33', 'HH-mm-ss', 'HH mm ss')",
                "! `formatDateTime()`: the text has no valid time",
            ),
            (
                "formatDateTime('2024-03-07', 'yyyy-MM-dd', 'HH:mm')",
                "! `formatDateTime()`: `H` asks for a time, which the value does not have",
            ),
            ("formatDateTime('x', 'yyyy', 'yyyy')", "!"),
            ("formatDateTime(5, 'yyyy', 'yyyy')", "!"),
            ("formatDateTime(null, 'yyyy', 'yyyy')", "!"),
        ],
    );
}

/// Pairs of text and pattern, and what `yyyy-MM-dd HH:mm:ss.SSS`, or the part of it that there is,
/// makes of them in Java.
#[test]
fn reads_dates_and_times_by_patterns() {
    let full = "[yyyy-MM-dd][ HH:mm:ss.SSS]";
    for (text, pattern, expected) in [
        ("20240307150405", "yyyyMMddHHmmss", "2024-03-07 15:04:05.000"),
        ("2024-03-07T15:04:05.123", "yyyy-MM-dd'T'HH:mm:ss.SSS", "2024-03-07 15:04:05.123"),
        ("2024-03-07T15:04:05.123456", "uuuu-MM-dd'T'HH:mm:ss.SSSSSS", "2024-03-07 15:04:05.123"),
        ("7.3.24 3:04 PM", "d.M.yy h:mm a", "2024-03-07 15:04:00.000"),
        ("7.3.24 12:04 AM", "d.M.yy h:mm a", "2024-03-07 00:04:00.000"),
        ("Thu, 7 March 2024", "EEE, d MMMM yyyy", "2024-03-07"),
        ("Thursday Mar 07 2024", "EEEE MMM dd yyyy", "2024-03-07"),
        ("2024-067", "yyyy-DDD", "2024-03-07"),
        ("31/02/2024", "dd/MM/yyyy", "2024-02-29"),
        ("24", "kk", " 00:00:00.000"),
        ("15", "HH", " 15:00:00.000"),
        ("2024-03-07", "yyyy-MM-dd[ HH:mm]", "2024-03-07"),
        ("2024-03-07 15:04", "yyyy-MM-dd[ HH:mm]", "2024-03-07 15:04:00.000"),
        ("at 15 o'clock", "'at' HH 'o''clock'", " 15:00:00.000"),
    ] {
        let expression = format!("formatDateTime({text:?}, {pattern:?}, '{full}')");
        assert_eq!(result(&expression, &Fixture::new()), expected, "{expression}");
    }
    for (text, pattern) in [
        ("2024-13-01", "yyyy-MM-dd"),
        ("2024-02-32", "yyyy-MM-dd"),
        ("2024-02-30x", "yyyy-MM-dd"),
        ("24-02-30", "yyyy-MM-dd"),
        ("2024-2-3", "yyyy-MM-dd"),
        ("Wed 2024-03-07", "EEE yyyy-MM-dd"),
        ("13:00 PM", "h:mm a"),
        ("3:00", "h:mm"),
        ("2024", "yyyy"),
        ("2024-400", "yyyy-DDD"),
        ("99:99", "HH:mm"),
    ] {
        let expression = format!("formatDateTime({text:?}, {pattern:?}, '{full}')");
        assert!(result(&expression, &Fixture::new()).starts_with("! "), "{expression}");
    }
}

#[test]
fn writes_dates_and_times_by_patterns() {
    let read = "formatDateTime('2024-03-07 15:04:05.006', 'yyyy-MM-dd HH:mm:ss.SSS',";
    for (pattern, expected) in [
        ("G GGGG uu u y yyyyy", "AD Anno Domini 24 2024 2024 02024"),
        ("M MM MMM MMMM MMMMM", "3 03 Mar March M"),
        ("d dd D DDD", "7 07 67 067"),
        ("E EEEE EEEEE e ee", "Thu Thursday T 5 05"),
        ("Q QQ QQQ QQQQ", "1 01 Q1 1st quarter"),
        ("h hh K k H a", "3 03 3 15 15 PM"),
        ("m mm s ss", "4 04 5 05"),
        ("S SSS SSSSSS", "0 006 006000"),
        ("A n", "54245006 6000000"),
        ("'T' '' [d]", "T ' 7"),
    ] {
        let expression = format!("{read} {pattern:?})");
        assert_eq!(result(&expression, &Fixture::new()), expected, "{expression}");
    }
}

#[test]
fn takes_paths_on_results() {
    check(
        &message(),
        &[
            ("split('a,b', ',')[0]", "a"),
            ("string(vars.cars)[1]", "BMW"),
            ("trim(' x ').y", "! the result of `trim()` holds no JSON to take a path on"),
            ("object(payload).items[?(@.id == vars.index)].price", "[15]"),
        ],
    );
    assert!(compile("object(vars.escaped)[payload.x]").reads_payload());
}
