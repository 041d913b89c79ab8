//! Lambda's operations as data: one row an operation, from which requests, the connector's
//! elements and the manual are made.

mod account;
mod alias;
mod function;
mod invoke;
mod layer;
mod permission;
#[cfg(test)]
mod tests;

use http::Method;

/// Every operation, sorted by name.
pub static OPERATIONS: &[&Operation] = &[
    &layer::ADD_LAYER_VERSION_PERMISSION,
    &permission::ADD_PERMISSION,
    &alias::CREATE_ALIAS,
    &function::CREATE_FUNCTION,
    &alias::DELETE_ALIAS,
    &function::DELETE_FUNCTION,
    &account::GET_ACCOUNT_SETTINGS,
    &alias::GET_ALIAS,
    &function::GET_FUNCTION,
    &function::GET_FUNCTION_CONFIGURATION,
    &invoke::INVOKE,
    &function::LIST_FUNCTIONS,
    &layer::REMOVE_LAYER_VERSION_PERMISSION,
    &permission::REMOVE_PERMISSION,
    &alias::UPDATE_ALIAS,
];

/// The operation of a name as flows write it (`invoke`), exactly.
pub fn find(name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().copied().find(|operation| operation.name == name)
}

/// One operation of the Lambda API.
#[derive(Debug)]
pub struct Operation {
    /// The name in flows: `getFunction`.
    pub name: &'static str,
    /// AWS's name: `GetFunction`; also the IAM action, `lambda:GetFunction`, except for `Invoke`.
    pub aws_name: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The path with `{Member}` for each path parameter, and a constant query where AWS has one.
    pub uri: &'static str,
    /// The status of success that AWS documents; the real answer is passed on whatever it is.
    pub success: u16,
    /// What it does, in a sentence.
    pub doc: &'static str,
    /// What it takes, in the order in which body members are written.
    pub parameters: &'static [Parameter],
    /// The operation that runs instead when the last path parameter is empty, as AWS's routing
    /// has it: `GET /functions/` is the list of functions.
    pub when_empty: Option<&'static str>,
}

/// One parameter of an operation.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// The names it answers to, without regard to case; an earlier one beats a later one.
    pub names: &'static [&'static str],
    /// Where it goes.
    pub location: Location,
    /// How its text is read.
    pub kind: Kind,
    /// Whether AWS refuses a call without it.
    pub required: bool,
    /// What it is, in a phrase.
    pub doc: &'static str,
}

/// Where a parameter goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    /// A segment of the path, by AWS's member name.
    Path(&'static str),
    /// A query parameter.
    Query(&'static str),
    /// A header, in lower case.
    Header(&'static str),
    /// A member of the JSON body, `Timeout`, or a member of a member, `Code.S3Bucket`.
    Body(&'static str),
    /// The body itself, byte for byte; the member's name in AWS's model.
    WholeBody(&'static str),
}

/// How the text of a parameter is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text as it is.
    Text,
    /// A 32-bit whole number.
    Integer,
    /// A 64-bit whole number.
    Long,
    /// `true` or `false`.
    Boolean,
    /// A JSON object with AWS's member names.
    Object,
    /// A JSON object whose member names are the user's.
    Map,
    /// A list of texts: a JSON array, or texts separated by commas.
    TextList,
    /// A list of JSON objects.
    ObjectList,
    /// Binary data, in Base64.
    Blob,
    /// Bytes that go out untouched.
    Raw,
}

/// A parameter found by its name: which row, and which of its names was used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Binding {
    pub(super) index: usize,
    pub(super) rank: usize,
}

/// What a name in a flow stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// A parameter of the operation.
    Parameter(Binding),
    /// `apiVersion…`: accepted, without effect, since the path's version is AWS's affair.
    Ignored,
}

impl Operation {
    /// What a parameter's name stands for; `None` for an unknown one. Case does not matter.
    pub fn resolve(&self, name: &str) -> Option<Named> {
        for (index, parameter) in self.parameters.iter().enumerate() {
            let rank = parameter.names.iter().position(|known| known.eq_ignore_ascii_case(name));
            if let Some(rank) = rank {
                return Some(Named::Parameter(Binding { index, rank }));
            }
        }
        let prefix = name.get(..API_VERSION.len())?;
        prefix.eq_ignore_ascii_case(API_VERSION).then_some(Named::Ignored)
    }

    /// The row that a binding of this operation points to.
    pub fn parameter(&self, binding: Binding) -> Option<&'static Parameter> {
        self.parameters.get(binding.index)
    }

    /// Whether the request carries a JSON document.
    pub fn has_json_body(&self) -> bool {
        self.parameters.iter().any(|parameter| matches!(parameter.location, Location::Body(_)))
    }
}

impl Parameter {
    /// The name that messages use: the connector's.
    pub fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }
}

const API_VERSION: &str = "apiVersion";

/// A text parameter that AWS does not insist on; the methods below say what differs.
const fn text(names: &'static [&'static str], location: Location, doc: &'static str) -> Parameter {
    Parameter { names, location, kind: Kind::Text, required: false, doc }
}

const fn path(names: &'static [&'static str], wire: &'static str, doc: &'static str) -> Parameter {
    text(names, Location::Path(wire), doc).required()
}

const fn query(names: &'static [&'static str], wire: &'static str, doc: &'static str) -> Parameter {
    text(names, Location::Query(wire), doc)
}

const fn header(
    names: &'static [&'static str],
    wire: &'static str,
    doc: &'static str,
) -> Parameter {
    text(names, Location::Header(wire), doc)
}

const fn body(names: &'static [&'static str], wire: &'static str, doc: &'static str) -> Parameter {
    text(names, Location::Body(wire), doc)
}

impl Parameter {
    const fn of(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    const fn required(mut self) -> Self {
        self.required = true;
        self
    }
}
