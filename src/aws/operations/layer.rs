//! Operations on layers: packages of code that functions share.

use http::Method;

use super::{Kind, Operation, Parameter, body, path, query};

const LAYER: Parameter = path(&["layerName"], "LayerName", "the layer, by name or ARN");
const VERSION: Parameter =
    path(&["layerVersionNumber", "versionNumber"], "VersionNumber", "the layer's version")
        .of(Kind::Long);
const REVISION: Parameter = query(
    &["layerRevisionId", "revisionId"],
    "RevisionId",
    "change the policy only while this is its revision",
);

pub(super) static ADD_LAYER_VERSION_PERMISSION: Operation = Operation {
    name: "addLayerVersionPermission",
    aws_name: "AddLayerVersionPermission",
    method: Method::POST,
    uri: "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy",
    success: 201,
    doc: "Lets an account, an organization or everybody use a layer's version.",
    parameters: &[
        LAYER,
        VERSION,
        body(
            &["layerStatementId", "statementId"],
            "StatementId",
            "the statement's own name within the policy",
        )
        .required(),
        body(&["layerAction", "action"], "Action", "what is allowed: lambda:GetLayerVersion")
            .required(),
        body(&["layerPrincipal", "principal"], "Principal", "an account's number, or * for all")
            .required(),
        body(
            &["layerOrganizationId", "organizationId"],
            "OrganizationId",
            "with the principal *, only the members of this organization",
        ),
        REVISION,
    ],
    when_empty: None,
};

pub(super) static REMOVE_LAYER_VERSION_PERMISSION: Operation = Operation {
    name: "removeLayerVersionPermission",
    aws_name: "RemoveLayerVersionPermission",
    method: Method::DELETE,
    uri: "/2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy/{StatementId}",
    success: 204,
    doc: "Takes a statement out of the policy of a layer's version.",
    parameters: &[
        LAYER,
        VERSION,
        path(&["layerStatementId", "statementId"], "StatementId", "the statement's name"),
        REVISION,
    ],
    when_empty: None,
};
