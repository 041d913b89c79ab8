//! The functions that an expression may call: names, argument counts, results.

use super::Function as F;
use crate::expression::xpath::ast::Kind;

/// What a function is called and how.
#[derive(Debug)]
pub(in crate::expression::xpath) struct Signature {
    pub(in crate::expression::xpath) name: &'static str,
    pub(in crate::expression::xpath) function: F,
    /// The fewest and the most arguments.
    pub(in crate::expression::xpath) arguments: (usize, usize),
    pub(in crate::expression::xpath) result: Kind,
    /// Whether it reads the context node: with fewer than this many arguments.
    pub(in crate::expression::xpath) reads_context_below: usize,
}

impl Signature {
    /// Whether an argument must be nodes.
    pub(in crate::expression::xpath) fn takes_nodes(&self) -> bool {
        matches!(self.function, F::Count | F::Sum | F::LocalName | F::NamespaceUri | F::Name)
    }
}

impl F {
    /// The function's row of the table.
    pub(in crate::expression::xpath) fn result(self) -> Kind {
        TABLE.iter().find(|row| row.function == self).map_or(Kind::Unknown, |row| row.result)
    }
}

const ANY: usize = usize::MAX;

const fn row(
    name: &'static str,
    function: F,
    arguments: (usize, usize),
    result: Kind,
    reads_context_below: usize,
) -> Signature {
    Signature { name, function, arguments, result, reads_context_below }
}

/// XPath's core library, then Jaxen's additions, then what XPath 2.0 adds, then Synapse's.
pub(super) const TABLE: &[Signature] = &[
    row("last", F::Last, (0, 0), Kind::Number, 0),
    row("position", F::Position, (0, 0), Kind::Number, 0),
    row("count", F::Count, (1, 1), Kind::Number, 0),
    row("id", F::Id, (1, 1), Kind::Nodes, ANY),
    row("local-name", F::LocalName, (0, 1), Kind::Text, 1),
    row("namespace-uri", F::NamespaceUri, (0, 1), Kind::Text, 1),
    row("name", F::Name, (0, 1), Kind::Text, 1),
    row("string", F::String, (0, 1), Kind::Text, 1),
    row("concat", F::Concat, (2, ANY), Kind::Text, 0),
    row("starts-with", F::StartsWith, (2, 2), Kind::Boolean, 0),
    row("contains", F::Contains, (2, 2), Kind::Boolean, 0),
    row("substring-before", F::SubstringBefore, (2, 2), Kind::Text, 0),
    row("substring-after", F::SubstringAfter, (2, 2), Kind::Text, 0),
    row("substring", F::Substring, (2, 3), Kind::Text, 0),
    row("string-length", F::StringLength, (0, 1), Kind::Number, 1),
    row("normalize-space", F::NormalizeSpace, (0, 1), Kind::Text, 1),
    row("translate", F::Translate, (3, 3), Kind::Text, 0),
    row("boolean", F::Boolean, (1, 1), Kind::Boolean, 0),
    row("not", F::Not, (1, 1), Kind::Boolean, 0),
    row("true", F::True, (0, 0), Kind::Boolean, 0),
    row("false", F::False, (0, 0), Kind::Boolean, 0),
    row("lang", F::Lang, (1, 1), Kind::Boolean, ANY),
    row("number", F::Number, (0, 1), Kind::Number, 1),
    row("sum", F::Sum, (1, 1), Kind::Number, 0),
    row("floor", F::Floor, (1, 1), Kind::Number, 0),
    row("ceiling", F::Ceiling, (1, 1), Kind::Number, 0),
    row("round", F::Round, (1, 1), Kind::Number, 0),
    row("upper-case", F::UpperCase, (1, 2), Kind::Text, 0),
    row("lower-case", F::LowerCase, (1, 2), Kind::Text, 0),
    row("ends-with", F::EndsWith, (2, 2), Kind::Boolean, 0),
    row("matches", F::Matches, (2, 3), Kind::Boolean, 0),
    row("replace", F::Replace, (3, 4), Kind::Text, 0),
    row("string-join", F::StringJoin, (1, 2), Kind::Text, 0),
    row("exists", F::Exists, (1, 1), Kind::Boolean, 0),
    row("empty", F::Empty, (1, 1), Kind::Boolean, 0),
    row("abs", F::Abs, (1, 1), Kind::Number, 0),
    row("min", F::Min, (1, 1), Kind::Number, 0),
    row("max", F::Max, (1, 1), Kind::Number, 0),
    row("avg", F::Avg, (1, 1), Kind::Number, 0),
    row("current-date", F::CurrentDate, (0, 0), Kind::Text, 0),
    row("current-time", F::CurrentTime, (0, 0), Kind::Text, 0),
    row("current-dateTime", F::CurrentDateTime, (0, 0), Kind::Text, 0),
    row("get-property", F::GetProperty, (1, 3), Kind::Unknown, 0),
    row("base64Encode", F::Base64Encode, (1, 2), Kind::Text, 0),
    row("base64Decode", F::Base64Decode, (1, 2), Kind::Text, 0),
    row("url-encode", F::UrlEncode, (1, 2), Kind::Text, 0),
    row("hmac-generate", F::HmacGenerate, (2, 3), Kind::Text, 0),
    row("vault-lookup", F::VaultLookup, (1, 3), Kind::Text, 0),
    row("vault-lookup", F::HashicorpLookup, (2, 3), Kind::Text, 0),
];

/// Names of functions that flows call elsewhere and that are none here, and what to do instead.
pub(super) const INSTEAD: &[(&str, &str)] = &[
    ("vault-lookup", "did you mean `wso2:vault-lookup` or `hashicorp:vault-lookup`?"),
    ("encrypt", "no keystore is read here: let a Lambda function encrypt with a key of AWS KMS"),
    ("decrypt", "no keystore is read here: let a Lambda function decrypt with a key of AWS KMS"),
    (
        "document",
        "a message reads no files: deploy the document as a local entry or a resource and read it with `get-property`",
    ),
];

/// Functions of later XPath versions that people try, to say what is wrong with them.
pub(super) const LATER: &[&str] = &[
    "codepoints-to-string",
    "compare",
    "distinct-values",
    "format-date",
    "format-dateTime",
    "format-number",
    "index-of",
    "reverse",
    "subsequence",
    "tokenize",
];
