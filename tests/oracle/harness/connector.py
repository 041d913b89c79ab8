"""The connector's vocabulary in boto3's words, and its 44 cases as data."""

from __future__ import annotations

import json
import string
import tomllib
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parents[1] / "connector"

# For each element: boto3's method and, for each parameter, the dotted place of the member and its type.
# Parameters that begin with apiVersion are the connector's own and reach nobody.
ELEMENTS: dict[str, tuple[str, dict[str, str]]] = {
    "getAccountSettings": ("get_account_settings", {}),
    "createFunction": (
        "create_function",
        {
            "functionName": "FunctionName",
            "functionDescription": "Description",
            "s3Bucket": "Code.S3Bucket",
            "s3Key": "Code.S3Key",
            "s3ObjectVersion": "Code.S3ObjectVersion",
            "handler": "Handler",
            "role": "Role",
            "runtime": "Runtime",
        },
    ),
    "getFunction": ("get_function", {"functionName": "FunctionName", "qualifier": "Qualifier"}),
    "getFunctionConfiguration": (
        "get_function_configuration",
        {"functionName": "FunctionName", "qualifier": "Qualifier"},
    ),
    "invoke": (
        "invoke",
        {
            "functionName": "FunctionName",
            "qualifier": "Qualifier",
            "x-amz-invocation-type": "InvocationType",
            "x-amz-log-type": "LogType",
            "x-amz-client-context": "ClientContext",
            "payload": "Payload",
        },
    ),
    "listFunctions": (
        "list_functions",
        {
            "functionVersionToBeListed": "FunctionVersion",
            "marker": "Marker",
            "masterRegion": "MasterRegion",
            "maxItems": "MaxItems:int",
        },
    ),
    "deleteFunction": ("delete_function", {"functionName": "FunctionName", "deleteFunctionQualifier": "Qualifier"}),
    "createAlias": (
        "create_alias",
        {
            "functionName": "FunctionName",
            "createAliasDescription": "Description",
            "functionVersion": "FunctionVersion",
            "aliasName": "Name",
        },
    ),
    "getAlias": ("get_alias", {"functionName": "FunctionName", "aliasName": "Name"}),
    "updateAlias": (
        "update_alias",
        {
            "functionName": "FunctionName",
            "aliasName": "Name",
            "updatedAliasDescription": "Description",
            "functionVersion": "FunctionVersion",
            "aliasRevisionId": "RevisionId",
        },
    ),
    "deleteAlias": ("delete_alias", {"functionName": "FunctionName", "aliasName": "Name"}),
    "addPermission": (
        "add_permission",
        {
            "functionName": "FunctionName",
            "permissionQualifier": "Qualifier",
            "permissionAction": "Action",
            "permissionPrincipal": "Principal",
            "permissionStatementId": "StatementId",
        },
    ),
    "removePermission": (
        "remove_permission",
        {
            "functionName": "FunctionName",
            "permissionStatementId": "StatementId",
            "permissionQualifier": "Qualifier",
            "permissionRevisionId": "RevisionId",
        },
    ),
    "addLayerVersionPermission": (
        "add_layer_version_permission",
        {
            "layerName": "LayerName",
            "layerVersionNumber": "VersionNumber:int",
            "layerAction": "Action",
            "layerPrincipal": "Principal",
            "layerStatementId": "StatementId",
        },
    ),
    "removeLayerVersionPermission": (
        "remove_layer_version_permission",
        {
            "layerName": "LayerName",
            "layerVersionNumber": "VersionNumber:int",
            "layerStatementId": "StatementId",
        },
    ),
}
CONNECTION = {"accessKeyId", "secretAccessKey", "region", "blocking"}


@dataclass(frozen=True)
class Case:
    """One row of `cases.toml`."""

    number: int
    action: str
    request: str
    status: int
    local: bool = False

    def body(self, values: dict[str, str]) -> str:
        """The request's JSON with its placeholders filled."""
        template = (HERE / "requests" / f"{self.request}.json").read_text()
        return string.Template(template).substitute(values)

    def boto3_call(self, values: dict[str, str]) -> tuple[str, dict]:
        """What boto3 has to be asked for to mean the same; empty parameters count as not given."""
        given = {k: v for k, v in json.loads(self.body(values)).items() if v and k not in CONNECTION}
        if self.action == "getFunction" and "functionName" not in given:
            # GET /functions/ without a name is the collection: the connector's users get the list.
            return "list_functions", {}
        operation, members = ELEMENTS[self.action]
        parameters: dict = {}
        for name, value in given.items():
            if name.startswith("apiVersion"):
                continue
            place, _, kind = members[name].partition(":")
            *parents, last = place.split(".")
            holder = parameters
            for parent in parents:
                holder = holder.setdefault(parent, {})
            holder[last] = int(value) if kind == "int" else value
        return operation, parameters


def load() -> tuple[dict[str, str], list[Case]]:
    """The shared values and the cases in the order in which they run."""
    table = tomllib.loads((HERE / "cases.toml").read_text())
    return table["values"], [Case(**row) for row in table["case"]]


def moto_differences() -> dict[int, int]:
    """The status that moto answers, for the cases in which it is not AWS's."""
    table = tomllib.loads((HERE / "cases.toml").read_text())
    return {number: row["status"] for row in table["moto"] for number in row["numbers"]}
