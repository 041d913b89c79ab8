//! Literals and operators.

use super::{check, message};

#[test]
fn reads_literals() {
    check(
        &message(),
        &[
            ("5", "5"),
            ("-5", "-5"),
            ("007", "7"),
            ("5.50", "5.50"),
            ("-0.5", "-0.5"),
            ("00.5", "0.5"),
            ("3000000000", "3000000000"),
            ("12345678901234567890", "12345678901234567890"),
            ("\"a 'b' c\"", "a 'b' c"),
            ("'a \"b\" c'", "a \"b\" c"),
            (r#""a\"b""#, "a\"b"),
            (r"'tab\tnew\nline\\'", "tab\tnew\nline\\"),
            (r"'\u00e9\/\101'", "é/A"),
            ("''", ""),
            ("true", "true"),
            ("false", "false"),
            ("null", "null"),
            ("[1, 'a', 2.50, true, null, [2]]", r#"[1,"a",2.50,true,null,[2]]"#),
            ("[]", "[]"),
            ("[payload.age, vars.name]", r#"[30,"Ann"]"#),
            ("(5)", "5"),
            ("  ( ( 5 ) )  ", "5"),
            ("\n1\t+\r\n2", "3"),
        ],
    );
}

#[test]
fn adds() {
    check(
        &message(),
        &[
            ("5 + 3 + -1", "7"),
            ("5.5 + 3", "8.5"),
            ("5.5 + 3.5", "9.0"),
            ("0.1 + 0.2", "0.3"),
            ("2147483647 + 1", "2147483648"),
            ("9223372036854775807 + 1", "! the result of `+` is beyond 64 bits"),
            ("'abc' + 'xyz'", "abcxyz"),
            ("'a' + ''", "a"),
            ("vars.num1 + vars.num3", "7.5"),
            ("vars.num1 + payload.age", "40"),
            ("payload.price + 1", "11.50"),
            ("payload.name + '!'", "John!"),
            ("'abc' + 5", "! `+` takes two numbers or two texts, not a text and a whole number"),
            ("5 + 'abc'", "!"),
            ("5 + null", "! `+` takes two numbers or two texts, not a whole number and nothing"),
            ("null + null", "!"),
            ("true + true", "!"),
            ("vars.cars + 'x'", "!"),
            ("payload.null + 1", "!"),
            ("vars.none + 5", "! variable `none` is not set"),
            ("string(5) + 'abc'", "5abc"),
            ("headers.X-Id + '!'", "!"),
            ("vars.nan + 1", "NaN"),
        ],
    );
}

#[test]
fn subtracts_and_multiplies() {
    check(
        &message(),
        &[
            ("5 - 30 + 2 - 10", "-33"),
            ("5.5 - 3", "2.5"),
            ("5.5 - 3.5", "2.0"),
            ("10 - 0.1", "9.9"),
            ("-2147483648 - 1", "-2147483649"),
            ("vars.num1 - vars.num3", "12.5"),
            ("5 - 'bla'", "! `-` takes two numbers, not a whole number and a text"),
            ("'b' - 'a'", "!"),
            ("5 * 3 * -2", "-30"),
            ("5.5 * 3", "16.5"),
            ("5.5 * 3.5", "19.25"),
            ("1.10 * 2", "2.20"),
            ("100000 * 100000", "10000000000"),
            ("9223372036854775807 * 2", "!"),
            ("vars.num1 * vars.num3", "-25.0"),
            ("5 * 'bla'", "!"),
            ("5 * null", "!"),
            ("99999999999999999999 * 99999999999999999999.5", "1.0E40"),
        ],
    );
}

#[test]
fn divides_as_synapse_does() {
    check(
        &message(),
        &[
            ("9 / 3", "3"),
            ("10 / 4", "2.5"),
            ("10 / 3", "3.3333333333333335"),
            ("vars.num1 / 2", "5"),
            // The quotient of decimals has the scale of the dividend.
            ("10 / 4.0", "3.0"),
            ("10.0 / 4", "2.5"),
            ("10.0 / 3", "3.3"),
            ("1 / 0.3", "3.0"),
            ("0.10 / 3", "0.03"),
            ("10 / 2 / -2.5 * 2", "-4.0"),
            ("6000000000 / 2", "3.0E9"),
            ("1 / 0", "! division by zero"),
            ("1.5 / 0", "! division by zero"),
            ("1 / 0.0", "! division by zero"),
            ("5 / 'bla'", "!"),
            ("10 % 3", "1"),
            ("-10 % 3", "-1"),
            ("5.5 % 3", "2.5"),
            ("5.5 % 3.5", "2.0"),
            ("vars.num1 % 2", "0"),
            ("5 % 0", "! division by zero"),
            ("5 % 'bla'", "!"),
        ],
    );
}

#[test]
fn compares_numbers() {
    check(
        &message(),
        &[
            ("5 > 3", "true"),
            ("5 > -3.4", "true"),
            ("-5 > -3.4", "false"),
            ("5 < 3", "false"),
            ("-5 < -3.4", "true"),
            ("5 >= 5", "true"),
            ("5 >= 5.0", "true"),
            ("5 <= 4.999", "false"),
            ("2.50 <= 2.5", "true"),
            ("payload.age > vars.num1", "true"),
            ("payload.price >= 10.5", "true"),
            ("headers.X-Id < 43", "true"),
            ("5 > 'bla'", "! `>` takes two numbers, not a whole number and a text"),
            ("'b' > 'a'", "!"),
            ("5 > null", "!"),
            ("true >= false", "!"),
            ("payload.big > 5", "true"),
            ("9223372036854775807 < 3000000000.5", "false"),
            ("float(payload.big) > 5", "true"),
            ("now() > 1", "true"),
            ("vars.nan > 1", "false"),
            ("1 < 2 == true", "true"),
            ("3 > 2 > 1", "!"),
        ],
    );
}

#[test]
fn compares_texts_of_values() {
    check(
        &message(),
        &[
            ("-5.3 == -5.3", "true"),
            ("5 == 3", "false"),
            ("5 == 5.0", "false"),
            ("5 == '5'", "true"),
            ("true == true", "true"),
            ("true == 'true'", "true"),
            ("true == false", "false"),
            ("'abc' == \"abc\"", "true"),
            ("'abc' == 'ABC'", "false"),
            ("null == null", "true"),
            ("null == 0", "false"),
            ("null == ''", "false"),
            ("'John' == payload.name", "true"),
            ("null == payload.null", "true"),
            ("payload.null == null", "true"),
            ("payload.name == null", "false"),
            ("payload.cars == vars.cars", "false"),
            ("payload.items[0] == payload.items[0]", "true"),
            ("'abc' == payload.none", "!"),
            ("-5.3 != -5.3", "false"),
            ("5 != 3", "true"),
            ("null != null", "false"),
            ("null != 1", "true"),
            ("payload.name != 'Jim'", "true"),
            ("'x' != payload.none", "!"),
        ],
    );
}

#[test]
fn joins_conditions_tighter_than_it_compares() {
    check(
        &message(),
        &[
            ("true and true", "true"),
            ("true and false", "false"),
            ("true && true && false", "false"),
            ("true or false", "true"),
            ("false || false", "false"),
            ("true or false and false", "true"),
            ("false and false or true", "false"),
            ("(5 > 3) and (2 > 1)", "true"),
            (
                "5 > 3 and 2 > 1",
                "! `and` takes two booleans, not a whole number and a whole number",
            ),
            ("true == true and false", "false"),
            ("vars.done and payload.flag", "true"),
            ("exists(vars.none) or true", "true"),
            ("true or vars.none", "! variable `none` is not set"),
            ("false and (1 / 0 == 1)", "! division by zero"),
            ("5 and 'bla'", "!"),
            ("5 and null", "!"),
            ("'true' and true", "! `and` takes two booleans, not a text and a boolean"),
            ("not(true) or true", "true"),
            ("1 + 2 * 3", "7"),
            ("(1 + 2) * 3", "9"),
            ("10 - 2 - 3", "5"),
            ("2 * 3 % 4", "2"),
            ("1 + 1 == 2", "true"),
        ],
    );
}

#[test]
fn chooses() {
    check(
        &message(),
        &[
            ("true ? true : false", "true"),
            ("false ? true : false", "false"),
            ("false ? true : false ? false : true", "true"),
            ("true ? false ? false : true : false", "true"),
            ("5 > 4 ? (false ? false : true) : false", "true"),
            ("5.2 > 5 ? 5 : 4", "5"),
            ("vars.num1 > vars.num2 ? $..price : 1 / 0", "[10.50,5.5,15,25.25]"),
            ("payload.null == null ? 123 : 456", "123"),
            ("exists($.fullName) ? $.fullName : $.name", "John"),
            ("true ? [1] : [2]", "[1]"),
            ("true ? 'a:b' : 'c'", "a:b"),
            ("'bla' ? true : 123", "! the condition before `?` is a text, not a boolean"),
            ("payload.null ? 1 : 2", "! the condition before `?` is nothing, not a boolean"),
            ("null ? 4 : 5", "!"),
            ("45 == (5 + 34 ? true : 456)", "!"),
            ("vars.none ? 1 : 2", "! variable `none` is not set"),
            ("payload.cars[true ? 1 : 0]", "BMW"),
        ],
    );
}
