//! Operations on aliases: names that point to one or two versions of a function.

use http::Method;

use super::{Kind, Operation, Parameter, body, path};

const FUNCTION: Parameter = path(&["functionName"], "FunctionName", "the function, by name or ARN");
const ALIAS: Parameter = path(&["aliasName", "name"], "Name", "the alias");
const VERSION: Parameter =
    body(&["functionVersion"], "FunctionVersion", "the version that the alias points to");
const ROUTING: Parameter = body(
    &["routingConfig"],
    "RoutingConfig",
    "a second version and its share of the calls; beats the weights alone",
)
.of(Kind::Object);

pub(super) static CREATE_ALIAS: Operation = Operation {
    name: "createAlias",
    aws_name: "CreateAlias",
    method: Method::POST,
    uri: "/2015-03-31/functions/{FunctionName}/aliases",
    success: 201,
    doc: "Creates an alias of a function's version.",
    parameters: &[
        FUNCTION,
        body(&["aliasName", "name"], "Name", "the new alias").required(),
        VERSION.required(),
        body(&["createAliasDescription", "description"], "Description", "what the alias is for"),
        ROUTING,
        body(
            &["aliasAdditionalVersionWeights", "additionalVersionWeights"],
            "RoutingConfig.AdditionalVersionWeights",
            r#"a second version and its share of the calls, `{"2":0.05}`"#,
        )
        .of(Kind::Map),
    ],
    when_empty: None,
};

pub(super) static DELETE_ALIAS: Operation = Operation {
    name: "deleteAlias",
    aws_name: "DeleteAlias",
    method: Method::DELETE,
    uri: "/2015-03-31/functions/{FunctionName}/aliases/{Name}",
    success: 204,
    doc: "Deletes an alias.",
    parameters: &[FUNCTION, ALIAS],
    when_empty: None,
};

pub(super) static GET_ALIAS: Operation = Operation {
    name: "getAlias",
    aws_name: "GetAlias",
    method: Method::GET,
    uri: "/2015-03-31/functions/{FunctionName}/aliases/{Name}",
    success: 200,
    doc: "Reads an alias.",
    parameters: &[FUNCTION, ALIAS],
    when_empty: None,
};

pub(super) static UPDATE_ALIAS: Operation = Operation {
    name: "updateAlias",
    aws_name: "UpdateAlias",
    method: Method::PUT,
    uri: "/2015-03-31/functions/{FunctionName}/aliases/{Name}",
    success: 200,
    doc: "Changes an alias: what it points to, its description or its weights.",
    parameters: &[
        FUNCTION,
        ALIAS,
        VERSION,
        body(&["updatedAliasDescription", "description"], "Description", "what the alias is for"),
        ROUTING,
        body(
            &[
                "updatedAliasAdditionalVersionWeights",
                "updatedAliasAdditionalVersionWeight",
                "additionalVersionWeights",
            ],
            "RoutingConfig.AdditionalVersionWeights",
            r#"a second version and its share of the calls, `{"2":0.05}`"#,
        )
        .of(Kind::Map),
        body(
            &["aliasRevisionId", "revisionId"],
            "RevisionId",
            "change it only while this is its revision",
        ),
    ],
    when_empty: None,
};
