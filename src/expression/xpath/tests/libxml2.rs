//! libxml2 as a second opinion: its `xmllint` evaluates the same expressions on the same document.

use std::process::{Command, Stdio};

use super::{compile, document};
use crate::expression::xpath::Object;

const DOCUMENT: &str = "<r xmlns:p='urn:p' k='0'><a i='1'>1<b>x</b>2</a><a i='2'><b>y</b><c n='3'/>\
    <!--note--></a><p:a i='4'>7.5</p:a><d><a>-3</a><a> 12 </a><b xml:lang='de-CH'>ß</b></d><?t u?></r>";

const PATHS: &[&str] = &[
    "/r/a",
    "//a",
    "//b",
    "//*",
    "//node()",
    "//@*",
    "//@i",
    "//a[1]",
    "(//a)[1]",
    "//a[last()]",
    "//a[@i]",
    "//a[@i > 1]",
    "//a[b = 'y']",
    "//a[not(@i)]",
    "//text()",
    "//b/..",
    "//b/../..",
    "//c/ancestor::*",
    "//c/ancestor::*[2]",
    "//c/preceding::*",
    "//c/preceding::*[1]",
    "//b/following::*",
    "//b/following::*[1]",
    "//d/*[2]",
    "//d/a[. < 0]",
    "//a | //b",
    "(//b | //a)[3]",
    "//*[@*]",
    "//*[count(*) > 1]",
    "//a/following-sibling::*[1]",
    "//d/preceding-sibling::*[2]",
    "//*[self::a or self::c]",
    "//*[local-name() = 'a']",
    "//comment()",
    "//processing-instruction('t')",
    "//b[lang('de')]",
    "//a[position() mod 2 = 1]",
    "//a[string-length(.) > 2]",
    "//*[. = //b]",
    "/r/a[2]/c/@n",
    "//@i[. > 1]/..",
    "//nothing",
    "descendant::a[2]",
    "descendant-or-self::*[last()]",
    "//a/self::a[1]",
    "/descendant::b[2]",
    "//a[b][1]",
    "//a[1][b]",
    "//*[last()]",
    "//*[position() = last() - 1]",
    "//d//b/ancestor::*[1]",
];

const VALUES: &[&str] = &[
    "sum(//@i)",
    "count(//a) * 2 - 1",
    "string(//a)",
    "number(//a[3])",
    "1 div 4",
    "-7 mod 3",
    "7 mod -3",
    "5.5 mod 2",
    "round(-1.5)",
    "round(2.5)",
    "floor(-0.1)",
    "ceiling(1.1)",
    "substring('12345', 1.5, 2.6)",
    "substring('abc', 0)",
    "substring('abc', -1, 3)",
    "translate('hello', 'el', 'ip')",
    "normalize-space('  a  b ')",
    "concat(//b, '-', //c/@n)",
    "//a = //b",
    "//a != //a",
    "//@i < 2",
    "//@i > //c/@n",
    "true() = //nothing",
    "'' = //nothing",
    "boolean(//nothing)",
    "not(//a)",
    "string(1 = 1) = 'true'",
    "starts-with(//b, 'x')",
    "substring-after('a=b', '=')",
    "string-length(normalize-space(//d))",
    "name(//*[4])",
    "namespace-uri(//*[. = 7.5])",
    "0.1 + 0.2 = 0.3",
    "'1.0' = 1",
    "'a' < 'b'",
    "1 < 2 < 3",
    "count(//a/namespace::*)",
    "local-name(//*[@i = 4])",
    "lang('en')",
    "string(/)",
    "count(/) + count(/..)",
    "2 > 1 = true()",
    "number('  4 ')",
    "number('4a')",
    "1 div 0",
];

#[test]
fn libxml2_agrees() {
    let has_it = Command::new("xmllint").arg("--version").stderr(Stdio::null()).status().is_ok();
    if !has_it {
        println!("left out: xmllint is not installed");
        return;
    }
    // A set is told by the places of its nodes among all nodes, so that nothing depends on how
    // either side writes XML.
    let places = |path: &str| {
        format!(
            "concat(count({path}), ' ', sum(({path})[self::*]/@i), ' ', string(({path})[1]), ' ', \
             string(({path})[last()]), ' ', name(({path})[2]))"
        )
    };
    let rows: Vec<String> = PATHS
        .iter()
        .map(|path| places(path))
        .chain(VALUES.iter().map(|value| format!("string({value})")))
        .collect();
    let scope = document(DOCUMENT);
    let mut wrong = Vec::new();
    for row in &rows {
        let ours = match compile(row).evaluate(&scope).unwrap() {
            Object::Text(text) => text.as_ref().to_owned(),
            _ => panic!("{row} is not text"),
        };
        let theirs = xmllint(row);
        if ours != theirs {
            wrong.push(format!("{row}\n   gives {ours:?}, libxml2 {theirs:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

/// The context of `xmllint` is the document; ours the root element.
fn xmllint(expression: &str) -> String {
    let from_root = expression.replace("descendant::a[2]", "r/descendant::a[2]");
    let from_root =
        from_root.replace("descendant-or-self::*[last()]", "r/descendant-or-self::*[last()]");
    let from_root = from_root.replace("lang('en')", "boolean(/r[lang('en')])");
    let mut child = Command::new("xmllint")
        .args(["--xpath", &from_root, "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), DOCUMENT.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{expression}: {}", String::from_utf8_lossy(&output.stderr));
    text.strip_suffix('\n').unwrap_or(&text).to_owned()
}
