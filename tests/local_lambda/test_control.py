"""Functions, versions, aliases, permissions, tags and layers as AWS's own client sees them."""

from __future__ import annotations

import json

import pytest
from harness.deployment import function_zip


def test_a_function_from_a_package(create, client):
    made = create(
        "made",
        Description="made by a test",
        Timeout=7,
        MemorySize=256,
        Tags={"team": "a"},
        Environment={"Variables": {"MODE": "x"}},
        Publish=True,
    )
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert (made["Version"], made["State"], made["Timeout"]) == ("1", "Active", 7)
    shown = client.get_function(FunctionName="made")
    assert shown["Configuration"]["FunctionArn"].endswith(":function:made")
    assert shown["Tags"] == {"team": "a"}
    configuration = client.get_function_configuration(FunctionName="made", Qualifier="1")
    assert configuration["FunctionArn"].endswith(":function:made:1")
    assert configuration["Environment"]["Variables"] == {"MODE": "x"}
    client.get_waiter("function_active_v2").wait(FunctionName="made")


def test_a_function_from_a_bucket(client):
    made = client.create_function(
        FunctionName="from-a-bucket",
        Runtime="python3.12",
        Role="arn:aws:iam::000000000000:role/any",
        Handler="mdhandler.handler",
        Code={"S3Bucket": "code", "S3Key": "deep/fnc.zip", "S3ObjectVersion": "null"},
    )
    assert made["CodeSize"] == len(function_zip())


def test_pages_of_functions(create, client):
    for number in range(3):
        create(f"paged-{number}")
    pages = list(client.get_paginator("list_functions").paginate(PaginationConfig={"PageSize": 2}))
    assert all(len(page["Functions"]) <= 2 for page in pages)
    names = [function["FunctionName"] for page in pages for function in page["Functions"]]
    assert names == sorted(set(names))
    assert {"hello", "echo", "paged-0", "paged-1", "paged-2"} <= set(names)
    versions = client.list_functions(FunctionVersion="ALL")["Functions"]
    assert {"$LATEST", "1", "2"} <= {it["Version"] for it in versions if it["FunctionName"] == "two-versions"}


def test_updates_and_versions(create, client):
    create("updated")
    first = client.publish_version(FunctionName="updated", Description="first")
    assert (first["Version"], first["ResponseMetadata"]["HTTPStatusCode"]) == ("1", 201)
    changed = client.update_function_configuration(FunctionName="updated", Timeout=20)
    assert changed["Timeout"] == 20
    code = client.update_function_code(FunctionName="updated", ZipFile=function_zip(), Publish=True)
    assert code["Version"] == "2"
    assert code["CodeSha256"] != first["CodeSha256"]
    listed = client.list_versions_by_function(FunctionName="updated")["Versions"]
    assert [version["Version"] for version in listed] == ["$LATEST", "1", "2"]
    assert client.get_function(FunctionName="updated:1")["Configuration"]["CodeSha256"] == first["CodeSha256"]


def test_aliases(create, client):
    create("aliased", Publish=True)
    made = client.create_alias(FunctionName="aliased", Name="live", FunctionVersion="1", Description="d")
    assert made["AliasArn"].endswith(":function:aliased:live")
    assert client.get_alias(FunctionName="aliased", Name="live")["RevisionId"] == made["RevisionId"]
    updated = client.update_alias(FunctionName="aliased", Name="live", FunctionVersion="$LATEST")
    assert updated["FunctionVersion"] == "$LATEST"
    pages = client.get_paginator("list_aliases").paginate(FunctionName="aliased")
    assert [alias["Name"] for page in pages for alias in page["Aliases"]] == ["live"]
    gone = client.delete_alias(FunctionName="aliased", Name="live")
    assert gone["ResponseMetadata"]["HTTPStatusCode"] == 204


def test_permissions(create, client):
    create("permitted")
    added = client.add_permission(
        FunctionName="permitted",
        StatementId="bucket",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
        SourceArn="arn:aws:s3:::bucket",
        SourceAccount="000000000000",
    )
    statement = json.loads(added["Statement"])
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    policy = client.get_policy(FunctionName="permitted")
    assert json.loads(policy["Policy"])["Statement"] == [statement]
    client.remove_permission(FunctionName="permitted", StatementId="bucket", RevisionId=policy["RevisionId"])
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_policy(FunctionName="permitted")


def test_tags(create, client):
    arn = create("tagged")["FunctionArn"]
    client.tag_resource(Resource=arn, Tags={"a": "1", "b": "2"})
    client.untag_resource(Resource=arn, TagKeys=["a"])
    assert client.list_tags(Resource=arn)["Tags"] == {"b": "2"}


def test_layers(client):
    for text in ("one", "two"):
        made = client.publish_layer_version(
            LayerName="shared",
            Description=text,
            Content={"ZipFile": function_zip()},
            CompatibleRuntimes=["python3.12"],
        )
    assert made["Version"] == 2
    assert client.get_layer_version(LayerName="shared", VersionNumber=1)["Description"] == "one"
    assert client.get_layer_version_by_arn(Arn=made["LayerVersionArn"])["Description"] == "two"
    versions = client.list_layer_versions(LayerName="shared")["LayerVersions"]
    assert [version["Version"] for version in versions] == [2, 1]
    assert {"shared", "CustomFunction"} <= {layer["LayerName"] for layer in client.list_layers()["Layers"]}
    client.delete_layer_version(LayerName="shared", VersionNumber=1)
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_layer_version(LayerName="shared", VersionNumber=1)


def test_permissions_of_the_shipped_layer(client):
    layer = {"LayerName": "CustomFunction", "VersionNumber": 1}
    added = client.add_layer_version_permission(
        **layer, StatementId="all", Action="lambda:GetLayerVersion", Principal="*"
    )
    policy = client.get_layer_version_policy(**layer)
    assert policy["RevisionId"] == added["RevisionId"]
    client.remove_layer_version_permission(**layer, StatementId="all", RevisionId=policy["RevisionId"])
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_layer_version_policy(**layer)


def test_the_account_and_reserved_concurrency(create, client):
    create("reserved")
    client.put_function_concurrency(FunctionName="reserved", ReservedConcurrentExecutions=5)
    assert client.get_function_concurrency(FunctionName="reserved")["ReservedConcurrentExecutions"] == 5
    limits = client.get_account_settings()["AccountLimit"]
    assert limits["UnreservedConcurrentExecutions"] == limits["ConcurrentExecutions"] - 5
    client.delete_function_concurrency(FunctionName="reserved")
    assert "Concurrency" not in client.get_function(FunctionName="reserved")


def test_deletion(create, client):
    create("deleted", Publish=True)
    client.delete_function(FunctionName="deleted", Qualifier="1")
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_function(FunctionName="deleted", Qualifier="1")
    gone = client.delete_function(FunctionName="deleted")
    assert gone["ResponseMetadata"]["HTTPStatusCode"] == 204
    with pytest.raises(client.exceptions.ResourceNotFoundException):
        client.get_function(FunctionName="deleted")
