//! Every function, comparisons and conversions between types.

use super::{check, document, refused, text, try_text};
use crate::expression::PropertyScope;
use crate::expression::testing::Fixture;

#[test]
fn core_library() {
    let scope = document(
        "<r xml:lang='en-GB'><a xml:id='one' x='1'> 1 </a><a xml:id='two'>2</a><m:b \
         xmlns:m='urn:m'>z</m:b><?p d?></r>",
    );
    let rows = [
        ("last()", "1"),
        ("position()", "1"),
        ("count(//a)", "2"),
        ("count(//nothing)", "0"),
        ("string(id('two'))", "2"),
        ("count(id('two one three two'))", "2"),
        ("count(id(//a/@xml:id))", "2"),
        ("local-name()", "r"),
        ("local-name(//m:b)", "b"),
        ("local-name(//@x)", "x"),
        ("local-name(//processing-instruction())", "p"),
        ("local-name(//nothing)", ""),
        ("local-name(/)", ""),
        ("namespace-uri(//m:b)", "urn:m"),
        ("namespace-uri()", ""),
        ("name(//m:b)", "m:b"),
        ("name(//@xml:id)", "xml:id"),
        ("name(//a/text())", ""),
        ("string()", " 1 2z"),
        ("string(//a)", " 1 "),
        ("string(1 = 1)", "true"),
        ("concat('a', 1, true(), //a[2])", "a1true2"),
        ("starts-with('abc', 'ab')", "true"),
        ("starts-with('abc', '')", "true"),
        ("starts-with('', 'a')", "false"),
        ("ends-with('abc', 'bc')", "true"),
        ("contains('abc', 'b')", "true"),
        ("contains('abc', '')", "true"),
        ("contains('', 'a')", "false"),
        ("substring-before('1999/04/01', '/')", "1999"),
        ("substring-after('1999/04/01', '/')", "04/01"),
        ("substring-after('1999/04/01', '19')", "99/04/01"),
        ("substring-before('a', 'b')", ""),
        ("substring-after('a', 'b')", ""),
        ("substring-after('abc', '')", "abc"),
        ("substring-before('abc', '')", ""),
        ("substring('12345', 2, 3)", "234"),
        ("substring('12345', 2)", "2345"),
        ("substring('12345', 1.5, 2.6)", "234"),
        ("substring('12345', 0, 3)", "12"),
        ("substring('12345', 0 div 0, 3)", ""),
        ("substring('12345', 1, 0 div 0)", ""),
        ("substring('12345', -42, 1 div 0)", "12345"),
        ("substring('12345', -1 div 0, 1 div 0)", ""),
        ("substring('añ\u{1F600}b', 3, 1)", "\u{1F600}"),
        ("string-length('añ\u{1F600}b')", "4"),
        ("string-length()", "5"),
        ("normalize-space(' a \t\n b  ')", "a b"),
        ("normalize-space()", "1 2z"),
        ("normalize-space('\u{a0}a')", "\u{a0}a"),
        ("translate('bar', 'abc', 'AB')", "BAr"),
        ("translate('--aaa--', 'abc-', 'ABC')", "AAA"),
        ("translate('aa', 'aa', 'xy')", "xx"),
        ("upper-case('aß')", "ASS"),
        ("lower-case('AÉ')", "aé"),
    ];
    check(&scope, &rows);
}

#[test]
fn core_library_of_truth_and_numbers() {
    let scope = document("<r xml:lang='en-GB'><a> 1 </a><a>2</a><m:b xmlns:m='urn:m'>z</m:b></r>");
    let rows = [
        ("boolean(0)", "false"),
        ("boolean(0 div 0)", "false"),
        ("boolean(-1)", "true"),
        ("boolean('false')", "true"),
        ("boolean('')", "false"),
        ("boolean(//nothing)", "false"),
        ("boolean(//a)", "true"),
        ("not(//nothing)", "true"),
        ("true()", "true"),
        ("false()", "false"),
        ("lang('en')", "true"),
        ("lang('EN-gb')", "true"),
        ("lang('e')", "false"),
        ("count(//a[lang('en')])", "2"),
        ("number('  12.5 ')", "12.5"),
        ("number('-3')", "-3"),
        ("number('+3')", "3"),
        ("number('1e3')", "1000"),
        ("number('1E-2')", "0.01"),
        ("number('1e')", "NaN"),
        ("number('e1')", "NaN"),
        ("number('1d')", "1"),
        ("number('2.5F')", "2.5"),
        ("number('d')", "NaN"),
        ("number('Infinity')", "Infinity"),
        ("number('-Infinity')", "-Infinity"),
        ("number('infinity')", "NaN"),
        ("number('1e400')", "Infinity"),
        ("number('--3')", "NaN"),
        ("number('- 3')", "NaN"),
        ("number('0x10')", "NaN"),
        ("number('1,5')", "NaN"),
        ("number('1_0')", "NaN"),
        ("number('\u{a0}5')", "NaN"),
        ("number('1 2')", "NaN"),
        ("number('')", "NaN"),
        ("number('.')", "NaN"),
        ("number('-')", "NaN"),
        ("number('.5')", "0.5"),
        ("number('5.')", "5"),
        ("number('inf')", "NaN"),
        ("number(true())", "1"),
        ("number()", "NaN"),
        ("sum(//a)", "3"),
        ("sum(//nothing)", "0"),
        ("sum(//a | //m:b)", "NaN"),
        ("floor(2.6)", "2"),
        ("floor(-2.5)", "-3"),
        ("ceiling(2.2)", "3"),
        ("ceiling(-0.5)", "0"),
        ("round(2.5)", "3"),
        ("round(-2.5)", "-2"),
        ("round(0.49999999999999994)", "0"),
        ("round(0 div 0)", "NaN"),
        ("round(1 div 0)", "Infinity"),
        ("fn:concat('a', 'b')", "ab"),
        ("fn:string-length('abc')", "3"),
    ];
    check(&scope, &rows);
}

/// Expected values from the specification of XPath 2.0's functions.
#[test]
fn functions_of_xpath_2() {
    let scope = document("<r><n>2</n><n>-7</n><n>3</n><t>x</t></r>").now(1_709_823_845_006);
    let rows = [
        ("matches('abracadabra', 'bra')", "true"),
        ("matches('abracadabra', '^bra')", "false"),
        ("matches('ABRA', 'bra', 'i')", "true"),
        ("replace('abracadabra', 'bra', '*')", "a*cada*"),
        ("replace('abracadabra', 'a.*?a', '*')", "*c*bra"),
        ("replace('abracadabra', 'a(.)', 'a$1$1')", "abbraccaddabbra"),
        ("replace('1.5', '\\.', '\\$')", "1$5"),
        ("replace('Ab', 'B', '$0$0', 'i')", "Abb"),
        ("string-join(//n, ', ')", "2, -7, 3"),
        ("string-join(//n)", "2-73"),
        ("string-join(//nothing, ',')", ""),
        ("exists(//n)", "true"),
        ("exists(//nothing)", "false"),
        ("empty($ctx:nothing)", "true"),
        ("empty('')", "false"),
        ("abs(-1.5)", "1.5"),
        ("max(//n)", "3"),
        ("min(//n)", "-7"),
        ("max(//n | //t)", "NaN"),
        ("min(//nothing)", ""),
        ("avg(//n[. > 0])", "2.5"),
        ("avg(//nothing)", ""),
        ("substring(current-date(), 1, 8)", "2024-03-"),
        ("substring(current-time(), 9, 4)", ".006"),
        ("substring(fn:current-dateTime(), 20, 4)", ".006"),
    ];
    check(&scope, &rows);
    for (expression, part) in [
        ("matches('a', '(')", "`matches`"),
        ("matches('a', 'a', 'q')", "flags"),
        ("replace('a', 'a', '$')", "`replace`"),
        ("replace('a', 'a', '$x')", "`replace`"),
        ("replace('a', 'a', '\\n')", "`replace`"),
    ] {
        let error = try_text(expression, &scope).unwrap_err().to_string();
        assert!(error.contains(part), "{expression}: {error}");
    }
}

#[test]
fn numbers_are_written_as_jaxen_does() {
    let rows = [
        ("1", "1"),
        ("1.0", "1"),
        ("0.1", "0.1"),
        ("-0", "0"),
        ("1 div 3", "0.3333333333333333"),
        ("10000000000", "10000000000"),
        ("1000000 * 1000000 * 1000000 * 1000000", "1000000000000000000000000"),
        ("1 div 10000000", "0.0000001"),
        ("0.1 + 0.2", "0.30000000000000004"),
        ("1000000000000000000000", "1000000000000000000000"),
        ("number('1.5e21')", "1500000000000000000000"),
        ("123456789012345678", "123456789012345680"),
        ("9007199254740993", "9007199254740992"),
        ("9223372036854775807", "9223372036854776000"),
        ("18446744073709551616", "18446744073709552000"),
        ("100000000000000000000000000.5", "100000000000000000000000000"),
        ("12345678.5", "12345678.5"),
        ("123456789.123456789", "123456789.12345679"),
        ("0.0001", "0.0001"),
        ("number('1e-7')", "0.0000001"),
        ("1 div 1000000000000", "0.000000000001"),
        ("number('1e-400')", "0"),
        ("4.35", "4.35"),
        ("1.50", "1.5"),
        ("-1.5", "-1.5"),
        ("0 * -1", "0"),
        ("round(-0.4)", "0"),
        ("1.5 mod 0.5", "0"),
        ("1 div 0", "Infinity"),
        ("-1 div 0", "-Infinity"),
        ("0 div 0", "NaN"),
    ];
    check(&Fixture::new(), &rows);
    for (number, written) in rows {
        check(&Fixture::new(), &[(&format!("concat({number}, '')"), written)]);
    }
}

#[test]
fn comparisons_follow_the_types() {
    let scope = document("<r><a>1</a><a>2</a><b>2</b><b>3</b><t>x</t><e/></r>");
    let rows = [
        ("//a = //b", "true"),
        ("//a != //b", "true"),
        ("//a = //t", "false"),
        ("//a < //b", "true"),
        ("//a > //b", "false"),
        ("//b > //a", "true"),
        ("//b <= //a", "true"),
        ("//a >= //b", "true"),
        ("//t < //a", "false"),
        ("//t >= //a", "false"),
        ("//t = //t", "true"),
        ("//t != //t", "false"),
        ("//a != //a", "true"),
        ("//a = 2", "true"),
        ("//a != 2", "true"),
        ("2 = //a", "true"),
        ("1 < //a", "true"),
        ("2 < //a", "false"),
        ("//a < 2", "true"),
        ("//a = '1'", "true"),
        ("//a = '1.0'", "false"),
        ("//a = 1.0", "true"),
        ("//t = 'x'", "true"),
        ("//t < 'x'", "false"),
        ("//t != 1", "true"),
        ("//nothing = ''", "false"),
        ("//nothing != ''", "false"),
        ("//e = ''", "true"),
        ("//nothing = false()", "true"),
        ("//a = true()", "true"),
        ("//a > false()", "true"),
        ("true() > //nothing", "true"),
        ("//nothing = //nothing", "false"),
        ("0 div 0 = 0 div 0", "false"),
        ("0 div 0 != 0 div 0", "true"),
        ("0 div 0 < 1", "false"),
        ("'1' = 1", "true"),
        ("'a' = 'a'", "true"),
        ("'a' < 'b'", "false"),
        ("'1' < '2'", "true"),
        ("true() = 'x'", "true"),
        ("true() = 2", "true"),
        ("false() = ''", "true"),
        ("true() > false()", "true"),
        ("1 = true()", "true"),
    ];
    check(&scope, &rows);
}

#[test]
fn encoding_functions() {
    let rows = [
        ("base64Encode('Man')", "TWFu"),
        ("base64Encode('é')", "w6k="),
        ("base64Encode('é', 'ISO-8859-1')", "6Q=="),
        ("base64Encode('€', 'windows-1252')", "gA=="),
        ("base64Encode('é', 'US-ASCII')", "Pw=="),
        ("base64Encode('a', 'UTF-16')", "/v8AYQ=="),
        ("base64Encode('a', 'utf-16le')", "YQA="),
        ("base64Encode('')", ""),
        ("base64Decode('TWFu')", "Man"),
        ("base64Decode('w6k=')", "é"),
        ("base64Decode('w6k')", "é"),
        ("base64Decode('6Q==', 'ISO-8859-1')", "é"),
        ("base64Decode('gA==', 'windows-1252')", "€"),
        ("base64Decode('/v8AYQ==', 'UTF-16')", "a"),
        ("base64Decode('TW Fu\n')", "Man"),
        ("base64Decode('-_8')", "\u{fffd}\u{fffd}"),
        ("base64Decode('ICBhICA=')", "a"),
        ("base64Decode('')", ""),
        ("base64Decode('A')", ""),
        ("base64Decode('!!')", ""),
        ("url-encode('a b&c=d/e?f=g+h i')", "a%20b&c=d/e?f=g+h%20i"),
        ("url-encode('a+b%')", "a%2Bb%25"),
        ("url-encode('é')", "%C3%A9"),
        ("url-encode('é', 'ISO-8859-1')", "%E9"),
        ("url-encode('')", ""),
    ];
    check(&Fixture::new(), &rows);
    for expression in ["base64Encode('a', 'klingon')", "url-encode('a', 'iso-2022-jp')"] {
        let error = try_text(expression, &Fixture::new()).unwrap_err().to_string();
        assert!(error.contains("is not supported"), "{error}");
    }
}

/// The vectors of RFC 2104, RFC 2202 and RFC 4231 that are text.
#[test]
fn signatures() {
    let rows = [
        (
            "hmac-generate('what do ya want for nothing?', 'Jefe')",
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79",
        ),
        (
            "hmac-generate('what do ya want for nothing?', 'Jefe', 'HmacMD5')",
            "750c783e6ab0b503eaa86e310a5db738",
        ),
        (
            "hmac-generate('what do ya want for nothing?', 'Jefe', 'HmacSHA224')",
            "a30e01098bc6dbbf45690f3a7e9e6d0f8bbea2a39e6148008fd05e44",
        ),
        (
            "hmac-generate('what do ya want for nothing?', 'Jefe', 'HmacSHA256')",
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (
            "hmac-generate('what do ya want for nothing?', 'Jefe', 'HmacSHA384')",
            "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649",
        ),
        (
            "hmac-generate('what do ya want for nothing?', 'Jefe', 'HmacSHA512')",
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737",
        ),
    ];
    check(&Fixture::new(), &rows);
    for (expression, part) in
        [("hmac-generate('a', 'b', 'HmacSHA3')", "HmacSHA3"), ("hmac-generate('a', '')", "secret")]
    {
        let error = try_text(expression, &Fixture::new()).unwrap_err().to_string();
        assert!(error.contains(part), "{error}");
    }
}

#[test]
fn secrets_are_named_and_never_told() {
    let scope = Fixture::new().secret("db.password", "hunter2");
    assert_eq!(text("wso2:vault-lookup('db.password')", &scope), "hunter2");
    let error = try_text("wso2:vault-lookup('db.passwd')", &scope).unwrap_err().to_string();
    assert_eq!(error, "no secret has the alias `db.passwd`");
    let scope = Fixture::new().secret("db/users/password", "hunter2").secret("a", "b");
    let rows = [
        ("hashicorp:vault-lookup('db/users', 'password')", "hunter2"),
        ("hashicorp:vault-lookup('db', 'users', 'password')", "hunter2"),
        ("wso2:vault-lookup('a', 'FILE', 'DOCKER')", "b"),
    ];
    check(&scope, &rows);
}

#[test]
fn expressions_in_texts_are_evaluated() {
    let scope =
        document("<r p='//b' q='$ctx:secret' z='m:n'><a>1</a><b>2</b><m:n xmlns:m='urn:m'/></r>")
            .property(PropertyScope::Default, "secret", "hunter2");
    let rows = [
        ("evaluate('//a') + evaluate('//b')", "3"),
        ("evaluate('1 + 1')", "2"),
        ("evaluate(@p)", "2"),
        ("count(evaluate(concat('//', '*')))", "4"),
        ("evaluate(concat('/', '/*'))[2]", "1"),
        ("name(evaluate(@z))", "m:n"),
        ("//*[evaluate(concat('position()', ''))= 2]", "2"),
        ("evaluate('$ctx:secret')", "hunter2"),
    ];
    check(&scope, &rows);
    for (expression, part) in [
        ("evaluate(@q)", "a variable cannot stand in an expression that is computed"),
        ("evaluate(concat('get-property(', '1)'))", "`get-property` cannot stand"),
        ("evaluate(concat('wso2:vault-lookup(', '1)'))", "`vault-lookup` cannot stand"),
        ("evaluate(concat('evaluate(', '.)'))", "`evaluate` cannot stand"),
        ("evaluate(string(//a/@none))", "the expression is empty"),
        ("evaluate(concat('a', '['))", "is expected"),
    ] {
        let error = try_text(expression, &scope).unwrap_err().to_string();
        assert!(error.starts_with("what `evaluate` is given is no expression: "), "{error}");
        assert!(error.contains(part), "{error}");
    }
    assert_eq!(refused("1 + evaluate('a b')").offset, 16);
}

#[test]
fn what_is_not_offered_says_what_is() {
    for (expression, part) in [
        ("encrypt('a', 'k', 'p', 'alias')", "AWS KMS"),
        ("decrypt('a', 'k', 'p', 'alias')", "AWS KMS"),
        ("document('a.xml')/a", "`get-property`"),
    ] {
        let error = refused(expression);
        assert!(error.message.starts_with("there is no function"), "{error}");
        assert!(error.help.unwrap().contains(part), "{expression}");
    }
}
