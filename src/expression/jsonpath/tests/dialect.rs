//! The language: Jayway's documented examples, its tests' and what it does at the edges.

use super::{STORE, check, parse};
use crate::expression::jsonpath::JsonPath;
use crate::message::Work;

#[test]
fn finds_what_the_manual_says() {
    let authors = r#"["Nigel Rees","Evelyn Waugh","Herman Melville","J. R. R. Tolkien"]"#;
    check(
        STORE,
        &[
            ("$.store.book[*].author", authors),
            ("$..author", authors),
            ("$.store..price", "[8.95,12.99,8.99,22.99,19.95]"),
            ("$..book[2].title", r#"["Moby Dick"]"#),
            ("$..book[-2].title", r#"["Moby Dick"]"#),
            ("$..book[0,1].title", r#"["Sayings of the Century","Sword of Honour"]"#),
            ("$..book[:2].title", r#"["Sayings of the Century","Sword of Honour"]"#),
            ("$..book[1:2].title", r#"["Sword of Honour"]"#),
            ("$..book[-2:].title", r#"["Moby Dick","The Lord of the Rings"]"#),
            ("$..book[2:].title", r#"["Moby Dick","The Lord of the Rings"]"#),
            ("$..book[?(@.isbn)].title", r#"["Moby Dick","The Lord of the Rings"]"#),
            ("$.store.book[?(@.price < 10)].title", r#"["Sayings of the Century","Moby Dick"]"#),
            ("$..book[?(@.price <= $['expensive'])].price", "[8.95,8.99]"),
            ("$..book[?(@.author =~ /.*REES/i)].price", "[8.95]"),
            ("$..book.length()", "4"),
            ("$.store.book.length()", "4"),
            ("$.store.bicycle.*", r#"["red",19.95]"#),
            ("$.store.book[0].*", r#"["reference","Nigel Rees","Sayings of the Century",8.95]"#),
            ("$['store']['book'][0]['title']", r#""Sayings of the Century""#),
            ("$.store.book[3].price", "22.99"),
            ("store.book[0].category", r#""reference""#),
            ("expensive", "10"),
            ("['expensive']", "10"),
            ("*.bicycle.color", r#"["red"]"#),
            ("@.expensive", "10"),
            ("$.expensive.", "10"),
            ("$.expensive  ", "10"),
            ("$.store.book.[0].price", "8.95"),
            ("$.store.[\"bicycle\"].color", r#""red""#),
            ("$..[0].price", "[8.95]"),
            (
                "$..['price','isbn']",
                r#"[{"price":8.99,"isbn":"0-553-21311-3"},{"price":22.99,"isbn":"0-395-19395-8"}]"#,
            ),
        ],
    );
}

#[test]
fn filters_as_jayway_does() {
    check(
        STORE,
        &[
            ("$.store.book[?(@.category == 'reference')].price", "[8.95]"),
            ("$.store.book[?(@['category'] == \"reference\")].price", "[8.95]"),
            ("$.store.book[?('reference' == @.category)].price", "[8.95]"),
            ("$.store.book[?(@.category==@.category)].price", "[8.95,12.99,8.99,22.99]"),
            ("$.store.book[?(@.category != @.category)].price", "[]"),
            ("$.store.book[ ?( @.category != 'fiction' ) ].price", "[8.95]"),
            ("$.store.book[?('a' == 'a')].price", "[8.95,12.99,8.99,22.99]"),
            ("$.store.book[?('a' == 'b')].price", "[]"),
            ("$.store.book[?(!@.isbn)].price", "[8.95,12.99]"),
            ("$.store.book[?(!(@.isbn && @.price > 10))].price", "[8.95,12.99,8.99]"),
            ("$.store.book[?(@.isbn || @.price < 9)].price", "[8.95,8.99,22.99]"),
            ("$.store.book[?(@.isbn && @.price < 9 || @.price == 8.95)].price", "[8.95,8.99]"),
            ("$.store.book[?(@.price == 8.95 || @.isbn && @.price < 9)].price", "[8.95,8.99]"),
            ("$.store.book[?((@.price == 8.95 || @.isbn) && @.price < 8.99)].price", "[8.95]"),
            ("$.store.book[?(@.category in ['reference', 'novel'])].price", "[8.95]"),
            ("$.store.book[?(@.category IN ['reference'])].price", "[8.95]"),
            ("$.store.book[?(@.category nin ['reference'])].price", "[12.99,8.99,22.99]"),
            ("$.store.book[?(@.isbn nin ['0-553-21311-3'])].price", "[8.95,12.99,22.99]"),
            ("$.store.book[?(@.price in [8.950, 12.99])].price", "[8.95,12.99]"),
            ("$.store.book[?(@.title size 9)].title", r#"["Moby Dick"]"#),
            ("$.store.book[?(@.title contains 'Lord')].price", "[22.99]"),
            ("$.store.book[?(@.isbn empty false)].price", "[8.99,22.99]"),
            ("$.store.book[?(@.title.length() > 20)].price", "[]"),
            ("$.store[?(@.book.length() > 3)].bicycle.color", "[\"red\"]"),
            ("$.store.book[?(@.author =~ /.*Tolkien/)].price", "[22.99]"),
            ("$.store.book[?(@.author =~ /Tolkien/)].price", "[]"),
            ("$.store.book[?(/J.*/ =~ @.author)].price", "[22.99]"),
            ("$.store.book[?(@.price =~ /8\\..*/)].price", "[8.95,8.99]"),
            ("$.store.bicycle[?(@.price > 19)].color", r#"["red"]"#),
            ("$.store.bicycle[?(@.price > 20)].color", "[]"),
            ("$..[?(@.price > 20)].title", r#"["The Lord of the Rings"]"#),
            ("$..[?(@.color)].price", "[19.95]"),
            ("$.store.book[?(@.price>10&&@.isbn)].price", "[22.99]"),
            ("$.store.book[?(@.price>$.expensive)].price", "[12.99,22.99]"),
            ("$.store.book[?@.price>10].price", "[12.99,22.99]"),
        ],
    );
}

#[test]
fn compares_across_types() {
    for (document, filter, passes) in [
        (r#"[{"v":"5"}]"#, "@.v == 5", true),
        (r#"[{"v":"5.0"}]"#, "@.v == 5", false),
        (r#"[{"v":"5.0"}]"#, "5 == @.v", true),
        (r#"[{"v":"5"}]"#, "5 == @.v", true),
        (r#"[{"v":"5"}]"#, "@.v == '5'", true),
        (r#"[{"v":5}]"#, "@.v == '5'", true),
        (r#"[{"v":5}]"#, "@.v == '5.0'", true),
        (r#"[{"v":5}]"#, "@.v === '5'", false),
        (r#"[{"v":5}]"#, "@.v !== '5'", true),
        (r#"[{"v":5}]"#, "@.v == '5.1.26'", false),
        (r#"[{"v":"5.1.26"}]"#, "@.v == 5.1", false),
        (r#"[{"v":5.0}]"#, "@.v == 5", true),
        (r#"[{"v":9007199254740993}]"#, "@.v == 9007199254740992", false),
        (r#"[{"v":"5"}]"#, "@.v < '7'", true),
        (r#"[{"v":"10"}]"#, "@.v < '9'", true),
        (r#"[{"v":"10"}]"#, "@.v < 90", false),
        (r#"[{"v":10}]"#, "@.v < '90'", false),
        (r#"[{"v":"100"}]"#, "@.v == 1e2", false),
        (r#"[{"v":"1E+2"}]"#, "@.v == 1e2", true),
        (r#"[{"v":"0.01"}]"#, "@.v == 1e-2", true),
        (r#"[{"v":"0"}]"#, "@.v == -0", true),
        (r#"[{"v":1}]"#, "@.v == 01", true),
        (r#"[{"v":0.5}]"#, "@.v == .5", true),
        (r#"[{"v":"01.0"}]"#, "1 == @.v", true),
        (r#"[{"v":0.1}]"#, "@.v == 0.10", true),
        (r#"[{"v":9007199254740993.0}]"#, "@.v == 9007199254740992", false),
        (r#"[{"v":1}]"#, "!(@.v == 1)", false),
        (r#"[{"v":10}]"#, "@.v < 9", false),
        (r#"[{"v":7}]"#, "@.v < 5.1", false),
        (r#"[{"v":true}]"#, "@.v == true", true),
        (r#"[{"v":true}]"#, "@.v == 'true'", false),
        (r#"[{"v":true}]"#, "@.v < true", false),
        (r#"[{"v":null}]"#, "@.v == null", true),
        (r#"[{"v":null}]"#, "@.v", true),
        (r#"[{"v":null}]"#, "!@.v", false),
        ("[{}]", "@.v == null", false),
        ("[{}]", "@.v != null", true),
        ("[{}]", "@.v == @.w", false),
        ("[{}]", "@.v =~ /.*/", true),
        (r#"[{"v":false}]"#, "@.v =~ /false/", true),
        (r#"[{"v":["a","b"]}]"#, "@.v =~ /B/i", true),
        (r#"[{"v":[1,"a"]}]"#, "@.v == [1,'a']", true),
        (r#"[{"v":[1.0]}]"#, "@.v == [1]", true),
        (r#"[{"v":["1"]}]"#, "@.v == [1]", false),
        (r#"[{"v":{"a":1,"b":2}}]"#, "@.v == {'b':2,'a':1}", true),
        (r#"[{"v":[]}]"#, "@.v empty true", true),
        (r#"[{"v":{}}]"#, "@.v empty true", true),
        (r#"[{"v":1}]"#, "@.v empty true", false),
        (r#"[{"v":[1,2]}]"#, "@.v size 2", true),
        (r#"[{"v":"ab","n":2}]"#, "@.v size @.n", true),
        (r#"[{"v":[1,2]}]"#, "@.v contains 2", true),
        (r#"[{"v":["1"]}]"#, "@.v contains 1", true),
        (r#"[{"v":{"a":1}}]"#, "@.v contains 'a'", false),
        (r#"[{"v":["s","m"]}]"#, "@.v subsetof ['m','s','l']", true),
        (r#"[{"v":["s","x"]}]"#, "@.v subsetof ['m','s']", false),
        (r#"[{"v":["s","x"]}]"#, "@.v anyof ['m','s']", true),
        (r#"[{"v":["x"]}]"#, "@.v anyof ['m','s']", false),
        (r#"[{"v":["x"]}]"#, "@.v noneof ['m','s']", true),
        (r#"[{"v":["s"]}]"#, "@.v noneof ['m','s']", false),
        (r#"[{"v":"s"}]"#, "@.v noneof ['m']", false),
        (r#"[{"v":["a","b"]}]"#, "@.v all ['a']", true),
        (r#"[{"v":["a"]}]"#, "@.v all ['a','b']", false),
        (r#"[{"v":"a"}]"#, "@.v in 'abc'", false),
        (r#"[{"v":"it\\"}]"#, r"@.v == 'it\\'", true),
        (r#"[{"v":"] it"}]"#, "@.v == '] it'", true),
        (r#"[{"v":"&& it"}]"#, "@.v == '&& it'", true),
        (r#"[{"v":"(it"}]"#, r"@.v =~ /\(it/", true),
        (r#"[{"v":"it"}]"#, "@.v =~ /&&|it/", true),
        (r#"[{"v":"x"}]"#, r"@.v =~ /\/|x/", true),
        (r#"[{"v":"x"}]"#, r#"@.v == "abc" || @.v =~ /\/|x/"#, true),
        (r#"[{"v":"/"}]"#, r"@.v =~ /\//", true),
    ] {
        let found = super::found(&format!("$[?({filter})]"), &parse(document));
        assert_eq!(found != "[]", passes, "{filter} on {document}");
    }
}

#[test]
fn counts_from_both_ends() {
    check(
        "[0,1,2,3,4,5,6]",
        &[
            ("$[0]", "0"),
            ("$[-1]", "6"),
            ("$[-7]", "0"),
            ("$[-8]", "!"),
            ("$[7]", "!"),
            ("$[0,-1]", "[0,6]"),
            ("$[ 1 , 2 ]", "[1,2]"),
            ("$[0,9]", "[0]"),
            ("$[2:4]", "[2,3]"),
            ("$[:2]", "[0,1]"),
            ("$[5:]", "[5,6]"),
            ("$[-2:]", "[5,6]"),
            ("$[:-5]", "[0,1]"),
            ("$[1:-4]", "[1,2]"),
            ("$[-3:-1]", "[4,5]"),
            ("$[4:2]", "[]"),
            ("$[0:100]", "[0,1,2,3,4,5,6]"),
            ("$[::3]", "[0,3,6]"),
            ("$[1:6:2]", "[1,3,5]"),
            ("$[::-3]", "[6,3,0]"),
            ("$[::0]", "[]"),
            ("$[:]", "[0,1,2,3,4,5,6]"),
            ("$.*", "[0,1,2,3,4,5,6]"),
            ("$[?(@ > 4)]", "[5,6]"),
            ("$.length()", "7"),
            ("$[1:3].length()", "[null,null]"),
        ],
    );
}

#[test]
fn takes_odd_names() {
    let document = r##"{"x-amz-log-type":"Tail","@type":"t","a b":1,"a.b":2,"it's":3,"é":4,"$":5,"":6,
        "a":{"b-c":{"d:e":7}},"(x)":8,"#text":9,"{y}":10}"##;
    check(
        document,
        &[
            ("$.x-amz-log-type", "\"Tail\""),
            ("$.@type", "\"t\""),
            ("$['a b']", "1"),
            ("$['a.b']", "2"),
            (r"$['it\'s']", "3"),
            (r#"$["it's"]"#, "3"),
            ("$.é", "4"),
            (r"$['\u00e9']", "4"),
            ("$.$", "5"),
            ("$['']", "6"),
            ("$.a.b-c.d:e", "7"),
            ("$['(x)']", "8"),
            ("$.#text", "9"),
            ("$['{y}']", "10"),
            ("$['a b','a.b','none']", r#"{"a b":1,"a.b":2}"#),
            ("$['none','nil']", "{}"),
            ("$['a','it\\'s'].b-c", r#"[{"d:e":7}]"#),
        ],
    );
}

#[test]
fn tells_missing_from_empty() {
    check(
        r#"{"a":{"n":null,"list":[],"text":"x"},"e":{}}"#,
        &[
            ("$.a.b", "!"),
            ("$.a.b.c", "!"),
            ("$.a.n", "null"),
            ("$.a.n.x", "!"),
            ("$.a.text.x", "!"),
            ("$.a.list[0]", "!"),
            ("$.a.list[*]", "[]"),
            ("$.a.list[0:2]", "[]"),
            ("$.a.list[0][*]", "[]"),
            ("$.e.*", "[]"),
            ("$..none", "[]"),
            ("$.a.text[*]", "[]"),
            ("$.a[*].x", "[]"),
            ("$[?(@.zzz)]", "[]"),
        ],
    );
    // Before there is a choice, what is missing is missing.
    for path in ["$.none[*]", "$.none[?(@.x)]", "$.a.text[0:1]", "$.a[0,1]", "$.a.text[?(@.x)]"] {
        let document = parse(r#"{"a":{"text":"x"}}"#);
        let path = JsonPath::compile(path).unwrap();
        assert_eq!(path.read(&document, &Work::default()).unwrap(), None, "{}", path.text());
    }
}

#[test]
fn applies_functions() {
    let document = r#"{"numbers":[1,2,3,4,5,6,7,8,9,10],"text":"héllo","words":["a","b"],"empty":[],
        "list":[[1,2],[3]],"items":[{"price":1.5,"n":2},{"price":2.5,"n":3}],"mixed":[1,"x",null,2],"o":{"k":1,"l":2}}"#;
    check(
        document,
        &[
            ("$.numbers.sum()", "55.0"),
            ("$.numbers.avg()", "5.5"),
            ("$.numbers.min()", "1.0"),
            ("$.numbers.max()", "10.0"),
            ("$.numbers.stddev()", "2.8722813232690143"),
            ("$.numbers.length()", "10"),
            ("$.numbers.size()", "10"),
            ("$.numbers.first()", "1"),
            ("$.numbers.last()", "10"),
            ("$.numbers.index(2)", "3"),
            ("$.numbers.index(-2)", "9"),
            ("$.numbers.index(10)", "!"),
            ("$.numbers[0:2].sum()", "3.0"),
            ("$.mixed.sum()", "3.0"),
            ("$.empty.sum()", "!"),
            ("$.empty.first()", "!"),
            ("$.empty.length()", "0"),
            ("$.text.length()", "!"),
            ("$.numbers.keys()", "!"),
            ("$.mixed[1].length()", "!"),
            ("$.mixed[*].length()", "[null,null,null,null]"),
            ("$.text.sum()", "!"),
            ("$.none.sum()", "!"),
            ("$.none.length()", "!"),
            ("$.o.keys()", r#"["k","l"]"#),
            ("$.o.length()", "2"),
            ("$.words.concat()", "\"ab\""),
            ("$.words.concat('-', $.text, 1)", "\"ab-héllo1\""),
            ("$.concat($.text, '!')", "\"héllo!\""),
            ("$.sum($.numbers, 45)", "100.0"),
            ("$.sum($..price)", "4.0"),
            ("$.words.append('c', {'d': 1})", r#"["a","b","c",{"d":1}]"#),
            ("$.empty.append(1)", "[1]"),
            ("$..price.sum()", "4.0"),
            ("$..price.max()", "2.5"),
            ("$..price.first()", "1.5"),
            ("$..nothing.sum()", "!"),
            ("$.items[*].price.sum()", "4.0"),
            ("$.items[*].keys()", r#"[["price","n"],["price","n"]]"#),
            ("$.list[*].sum()", "[3.0,3.0]"),
            ("$.list[*].length()", "[2,1]"),
            ("$.list[*].first()", "[1,3]"),
            ("$.items.first().price", "1.5"),
            ("$.items.last()['n']", "3"),
            ("$.o.keys().length()", "2"),
            ("$.items[?(@.n > $.list.length())].n", "[3]"),
            ("$.items[?(@.keys() contains 'n')].n", "[2,3]"),
            ("$.length()", "8"),
            ("$.length($.numbers)", "10"),
        ],
    );
}

#[test]
fn refuses_what_is_no_path() {
    for (path, offset, message) in [
        ("", 0, "path is empty"),
        ("   ", 0, "path is empty"),
        ("$x", 1, "expected `.`, `[` or the end, found `x`"),
        ("$.a b", 3, "a name after a dot cannot hold white space"),
        ("$.a..", 5, "expected a name, `*` or `[`, found the end"),
        ("$...a", 3, "expected a name, `*` or `[`, found `.`"),
        ("$.[", 3, "expected a name in quotes, an index, `*` or `?(`, found the end"),
        ("$[a]", 2, "expected a name in quotes, an index, `*` or `?(`, found `a`"),
        ("$['a]", 2, "string is not closed"),
        ("$['a'", 5, "expected `]`, found the end"),
        ("$['a',]", 6, "expected a name in quotes, found `]`"),
        ("$['a' 'b']", 6, "expected `]`, found `'`"),
        ("$[1,]", 4, "expected an index, found `]`"),
        ("$[1.5]", 3, "expected `]`, found `.`"),
        ("$[1:2:3:4]", 9, "expected `]`, found `]`"),
        ("$[99999999999999999999]", 2, "`99999999999999999999` is not an index"),
        ("$.a{b}", 3, "a path cannot hold `{…}` here"),
        ("$[{a}]", 2, "a path cannot hold `{…}` here"),
        ("$.book[(@.length-1)]", 7, "script expressions are not supported"),
        ("$.*a", 3, "expected `.`, `[` or the end, found `a`"),
        ("$['a']b", 6, "expected `.`, `[` or the end, found `b`"),
        ("$.a.nope()", 4, "unknown path function `nope`"),
        ("$.a.lenght()", 4, "unknown path function `lenght`"),
        ("$.a.first(1)", 4, "`first()` does not take 1 arguments"),
        ("$.a.sum(", 8, "expected a value or a path, found the end"),
        ("$..length()", 3, "a function cannot follow `..`"),
        ("$[?(@.a]", 7, "expected `)`, found `]`"),
        ("$[?(@.a == )]", 11, "expected a value or a path, found `)`"),
        ("$[?(@.a = 1)]", 8, "`=` is no operator"),
        ("$[?(@.a like 'b')]", 8, "`like` is no operator"),
        ("$[?(@.a and @.b)]", 8, "`and` is no operator"),
        ("$[?(@.a == b)]", 11, "`b` is not a value"),
        ("$[?(true)]", 4, "a literal alone is no condition"),
        ("$[?(@.a =~ 'x')]", 4, "`=~` needs a pattern on one side"),
        ("$[?(@.a =~ /x)]", 11, "pattern is not closed with `/`"),
        (r"$[?(@.a =~ /x\Xy/)]", 13, r"`\X` is not supported in patterns"),
        ("$[?(@.a =~ /x/q)]", 13, "pattern flag `q` is not supported"),
        ("$[?(@.a == 0.1.2)]", 11, "`0.1.2` is not a number"),
        ("$[?(!@.a == 1)]", 5, "`!` negates no comparison without parentheses"),
        (" $.a", 0, "the path begins with white space"),
        ("$[9007199254740992]", 2, "`9007199254740992` is not an index"),
        ("$[::01]", 4, "a step has no leading zeros"),
        ("$[?(@.a), ?(@.b)]", 8, "only one filter fits between brackets"),
        ("$[?(@.a) x]", 9, "expected `&&`, `||` or the filter's end, found `x`"),
        ("$func:x.a", 0, "`$func:` is no root of a JSONPath"),
        ("$ctx:.a", 5, "the property has no name"),
        (r"$['\u00']", 3, "`\\u` needs four hexadecimal digits of a character"),
    ] {
        let error = JsonPath::compile(path).map(|path| path.text().to_owned()).unwrap_err();
        assert_eq!((error.message.as_str(), error.offset), (message, offset), "{path}");
    }
}

#[test]
fn helps_where_it_refuses() {
    for (path, help) in [
        ("$.a.lenght()", "did you mean `length()`?"),
        ("$x", "the first step after `$` begins with a dot: `$.name`"),
        ("$.a b", "write ['my name']"),
        ("$[?(@.a = 1)]", "write `==`"),
        ("$[?(@.a and @.b)]", "write `&&`"),
        ("$func:x.a", "roots are $, $ctx:, $axis2: and $trp:"),
        ("$.a{b}", "an expression is `{$ctx:name}` or `{function(…)}`; quote a name: ['{x}']"),
        ("$[(@.length-1)]", "a negative index counts from the end: [-1] is the last element"),
    ] {
        let error = JsonPath::compile(path).unwrap_err();
        assert_eq!(error.help.as_deref(), Some(help), "{path}");
    }
}
