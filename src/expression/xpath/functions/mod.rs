//! The function library: finding a function by its name and calling it.

mod encode;
mod later;
mod nodes;
mod property;
mod table;
mod text;

use std::borrow::Cow;

use super::ast::Expr;
use super::eval::{Context, Data, Evaluation, boolean};
use crate::diagnostic::nearest;
use crate::expression::{EvalError, Namespaces, ParseError};

use property::OF_THE_BODY;
pub(super) use table::Signature;
use table::{INSTEAD, LATER, TABLE};

/// A function of the library.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Function {
    Last,
    Position,
    Count,
    Id,
    LocalName,
    NamespaceUri,
    Name,
    String,
    Concat,
    StartsWith,
    Contains,
    SubstringBefore,
    SubstringAfter,
    Substring,
    StringLength,
    NormalizeSpace,
    Translate,
    Boolean,
    Not,
    True,
    False,
    Lang,
    Number,
    Sum,
    Floor,
    Ceiling,
    Round,
    UpperCase,
    LowerCase,
    EndsWith,
    Matches,
    Replace,
    StringJoin,
    Exists,
    Empty,
    Abs,
    Min,
    Max,
    Avg,
    CurrentDate,
    CurrentTime,
    CurrentDateTime,
    GetProperty,
    Base64Encode,
    Base64Decode,
    UrlEncode,
    HmacGenerate,
    VaultLookup,
    HashicorpLookup,
}

/// The namespaces whose functions are those of the library.
const LIBRARIES: [&str; 2] =
    ["http://ws.apache.org/ns/synapse", "http://www.w3.org/2005/xpath-functions"];

/// Finds a function. Synapse tolerates `fn:` before any function and any prefix before
/// `get-property`; secrets are looked up with the prefix of their vault alone.
pub(super) fn find(
    prefix: Option<&str>,
    local: &str,
    namespaces: &Namespaces,
    offset: usize,
) -> Result<&'static Signature, ParseError> {
    let in_library = match prefix {
        None | Some("fn" | "syn" | "synapse") => true,
        Some(prefix) => {
            local == "get-property"
                || namespaces.uri(prefix).is_some_and(|uri| LIBRARIES.contains(&&*uri))
        }
    };
    let found = TABLE.iter().find(|row| match row.function.vault() {
        Some(vault) => row.name == local && prefix == Some(vault),
        None => row.name == local && in_library,
    });
    found.ok_or_else(|| unknown(prefix, local, offset))
}

impl Function {
    /// The prefix of a function that looks up a secret.
    pub(super) fn vault(self) -> Option<&'static str> {
        match self {
            Self::VaultLookup => Some("wso2"),
            Self::HashicorpLookup => Some("hashicorp"),
            _ => None,
        }
    }

    /// Whether a call looks at the payload for other reasons than its arguments.
    pub(super) fn reads_payload(self, arguments: &[Expr]) -> bool {
        let asks = |last: &Expr| matches!(last, Expr::Literal(name) if **name == *OF_THE_BODY);
        self == Self::GetProperty && arguments.last().is_some_and(asks)
    }

    /// Whether it sees more than the document: what the flow and the configuration hold.
    pub(super) fn reads_flow(self) -> bool {
        self == Self::GetProperty || self.vault().is_some()
    }
}

fn unknown(prefix: Option<&str>, local: &str, offset: usize) -> ParseError {
    let written = prefix.map_or_else(|| local.to_owned(), |prefix| format!("{prefix}:{local}"));
    let error = ParseError::new(offset, format!("there is no function `{written}`"));
    if let Some((_, instead)) = INSTEAD.iter().find(|(name, _)| *name == local) {
        return error.help(*instead);
    }
    if LATER.contains(&local) {
        return error.help("it belongs to a later XPath version; this is XPath 1.0");
    }
    match nearest(local, TABLE.iter().map(|row| row.name)) {
        Some(known) if known == local => error.help(format!("write `{known}` without a prefix")),
        Some(known) => error.help(format!("did you mean `{known}`?")),
        None => error,
    }
}

/// A call: its arguments are evaluated when the function asks for them.
struct Call<'c, 's> {
    evaluation: &'c Evaluation<'s>,
    arguments: &'c [Expr],
    context: Context,
}

impl Evaluation<'_> {
    pub(super) fn call(
        &self,
        function: Function,
        arguments: &[Expr],
        context: Context,
    ) -> Result<Data, EvalError> {
        let call = Call { evaluation: self, arguments, context };
        Ok(match function {
            Function::Last => Data::Number(context.size as f64),
            Function::Position => Data::Number(context.position as f64),
            Function::Count => Data::Number(call.nodes("count")?.len() as f64),
            Function::Sum => Data::Number(call.sum()?),
            Function::Id => Data::Nodes(call.by_id()?),
            Function::LocalName => call.local_name()?.into(),
            Function::NamespaceUri => call.namespace_uri()?.into(),
            Function::Name => call.name()?.into(),
            Function::Lang => Data::Boolean(call.lang()?),
            Function::Boolean => Data::Boolean(call.truth(0)?),
            Function::Not => Data::Boolean(!call.truth(0)?),
            Function::True => Data::Boolean(true),
            Function::False => Data::Boolean(false),
            Function::Number => Data::Number(call.number_or_context()?),
            Function::Floor => Data::Number(call.number(0)?.floor()),
            Function::Ceiling => Data::Number(call.number(0)?.ceil()),
            Function::Round => Data::Number(text::round(call.number(0)?)),
            Function::String => call.text_or_context()?.into(),
            Function::Concat => call.concat()?.into(),
            Function::StartsWith => Data::Boolean(call.text(0)?.starts_with(&*call.text(1)?)),
            Function::EndsWith => Data::Boolean(call.text(0)?.ends_with(&*call.text(1)?)),
            Function::Contains => Data::Boolean(call.text(0)?.contains(&*call.text(1)?)),
            Function::SubstringBefore => call.around(|(before, _)| before)?.into(),
            Function::SubstringAfter => call.around(|(_, after)| after)?.into(),
            Function::Substring => call.substring()?.into(),
            Function::StringLength => Data::Number(call.text_or_context()?.chars().count() as f64),
            Function::NormalizeSpace => text::normalize(&call.text_or_context()?).into(),
            Function::Translate => call.translate()?.into(),
            Function::UpperCase => call.text(0)?.to_uppercase().into(),
            Function::LowerCase => call.text(0)?.to_lowercase().into(),
            Function::Matches => Data::Boolean(call.matches()?),
            Function::Replace => call.replace()?.into(),
            Function::StringJoin => call.string_join()?.into(),
            Function::Exists => Data::Boolean(!call.is_empty()?),
            Function::Empty => Data::Boolean(call.is_empty()?),
            Function::Abs => Data::Number(call.number(0)?.abs()),
            Function::Min => call.fold(later::lesser)?,
            Function::Max => call.fold(later::greater)?,
            Function::Avg => call.average()?,
            Function::CurrentDate => call.now("yyyy-MM-ddXXX")?.into(),
            Function::CurrentTime => call.now("HH:mm:ss.SSSXXX")?.into(),
            Function::CurrentDateTime => call.now("yyyy-MM-dd'T'HH:mm:ss.SSSXXX")?.into(),
            Function::GetProperty => call.get_property()?,
            Function::Base64Encode => call.base64_encode()?.into(),
            Function::Base64Decode => call.base64_decode()?.into(),
            Function::UrlEncode => call.url_encode()?.into(),
            Function::HmacGenerate => call.hmac_generate()?.into(),
            Function::VaultLookup => Data::Text(call.vault_lookup()?),
            Function::HashicorpLookup => Data::Text(call.hashicorp_lookup()?),
        })
    }
}

impl Call<'_, '_> {
    fn has(&self, index: usize) -> bool {
        index < self.arguments.len()
    }

    /// An argument as it is; missing ones were refused when the expression was compiled.
    fn argument(&self, index: usize) -> Result<Data, EvalError> {
        match self.arguments.get(index) {
            Some(argument) => self.evaluation.eval(argument, self.context),
            None => Ok(Data::Missing),
        }
    }

    fn text(&self, index: usize) -> Result<String, EvalError> {
        let data = self.argument(index)?;
        self.evaluation.text(&data).map(Cow::into_owned)
    }

    fn number(&self, index: usize) -> Result<f64, EvalError> {
        let data = self.argument(index)?;
        self.evaluation.number(&data)
    }

    fn truth(&self, index: usize) -> Result<bool, EvalError> {
        self.argument(index).map(|data| boolean(&data))
    }
}

impl From<String> for Data {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}
