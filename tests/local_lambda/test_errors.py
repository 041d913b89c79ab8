"""Each error arrives in AWS's own client as the exception that AWS would raise."""

from __future__ import annotations

import datetime
import json
from unittest import mock

import botocore.auth
import pytest
from botocore.exceptions import ClientError
from harness import aws
from harness import client as http

ROLE = "arn:aws:iam::000000000000:role/any"
GOOD = {
    "FunctionName": "never",
    "Runtime": "python3.12",
    "Role": ROLE,
    "Handler": "app.handler",
    "Code": {"S3Bucket": "code", "S3Key": "deep/fnc.zip"},
}
LAYER = {"LayerName": "CustomFunction", "VersionNumber": 1}
STATEMENT = {"StatementId": "one", "Action": "lambda:InvokeFunction", "Principal": "*"}

# The operation, its parameters, the status and the exception.
ROWS = [
    ("create_function", GOOD | {"FunctionName": "hello"}, 409, "ResourceConflictException"),
    ("create_function", GOOD | {"FunctionName": "a b"}, 400, "ValidationException"),
    ("create_function", GOOD | {"Runtime": "cobol"}, 400, "InvalidParameterValueException"),
    ("create_function", GOOD | {"Role": "me"}, 400, "ValidationException"),
    ("create_function", GOOD | {"MemorySize": 64}, 400, "ValidationException"),
    ("create_function", GOOD | {"MemorySize": 10241}, 400, "ValidationException"),
    ("create_function", GOOD | {"MemorySize": "128"}, 400, "SerializationException"),
    ("create_function", GOOD | {"Timeout": 901}, 400, "ValidationException"),
    ("create_function", GOOD | {"Code": {}}, 400, "InvalidParameterValueException"),
    ("create_function", GOOD | {"Code": {"S3Key": "x"}}, 400, "InvalidParameterValueException"),
    ("create_function", GOOD | {"Code": {"S3Bucket": "no", "S3Key": "x"}}, 400, "InvalidParameterValueException"),
    ("create_function", GOOD | {"Code": {"ZipFile": b"not a zip"}}, 400, "InvalidParameterValueException"),
    ("create_function", GOOD | {"Code": {"ImageUri": "x"}}, 400, "InvalidParameterValueException"),
    ("get_function", {"FunctionName": "none"}, 404, "ResourceNotFoundException"),
    ("get_function", {"FunctionName": "hello", "Qualifier": "9"}, 404, "ResourceNotFoundException"),
    ("get_function", {"FunctionName": "hello:a", "Qualifier": "b"}, 400, "InvalidParameterValueException"),
    (
        "get_function",
        {"FunctionName": "arn:aws:lambda:us-east-1:111111111111:function:hello"},
        403,
        "AccessDeniedException",
    ),
    ("list_functions", {"MasterRegion": "us-east-2"}, 400, "InvalidParameterValueException"),
    ("list_functions", {"MaxItems": 0}, 400, "ValidationException"),
    ("list_functions", {"Marker": "%"}, 400, "InvalidParameterValueException"),
    ("update_function_configuration", {"FunctionName": "hello", "RevisionId": "x"}, 412, "PreconditionFailedException"),
    ("publish_version", {"FunctionName": "hello", "CodeSha256": "x"}, 400, "InvalidParameterValueException"),
    ("create_alias", {"FunctionName": "hello", "FunctionVersion": "$LATEST"}, 400, "ValidationException"),
    ("create_alias", {"FunctionName": "hello", "Name": "a", "FunctionVersion": "9"}, 404, "ResourceNotFoundException"),
    (
        "create_alias",
        {"FunctionName": "two-versions", "Name": "live", "FunctionVersion": "1"},
        409,
        "ResourceConflictException",
    ),
    ("get_alias", {"FunctionName": "hello", "Name": "none"}, 404, "ResourceNotFoundException"),
    (
        "update_alias",
        {"FunctionName": "two-versions", "Name": "live", "RevisionId": "x"},
        412,
        "PreconditionFailedException",
    ),
    ("delete_function", {"FunctionName": "none"}, 404, "ResourceNotFoundException"),
    (
        "delete_function",
        {"FunctionName": "two-versions", "Qualifier": "1"},
        409,
        "ResourceConflictException",
    ),
    ("add_permission", STATEMENT | {"FunctionName": "none"}, 404, "ResourceNotFoundException"),
    ("add_permission", STATEMENT | {"FunctionName": "hello", "Action": "s3:Get"}, 400, "ValidationException"),
    ("add_permission", STATEMENT | {"FunctionName": "hello", "RevisionId": "x"}, 412, "PreconditionFailedException"),
    ("remove_permission", {"FunctionName": "hello", "StatementId": "none"}, 404, "ResourceNotFoundException"),
    ("get_policy", {"FunctionName": "hello"}, 404, "ResourceNotFoundException"),
    ("list_tags", {"Resource": "hello"}, 400, "ValidationException"),
    ("get_layer_version", {"LayerName": "none", "VersionNumber": 1}, 404, "ResourceNotFoundException"),
    ("get_layer_version_policy", LAYER, 404, "ResourceNotFoundException"),
    (
        "put_function_concurrency",
        {"FunctionName": "hello", "ReservedConcurrentExecutions": 901},
        400,
        "InvalidParameterValueException",
    ),
    ("invoke", {"FunctionName": "none"}, 404, "ResourceNotFoundException"),
    ("invoke", {"FunctionName": "echo", "Payload": "{"}, 400, "InvalidRequestContentException"),
    ("invoke", {"FunctionName": "echo", "InvocationType": "Later"}, 400, "ValidationException"),
    ("invoke", {"FunctionName": "echo", "ClientContext": "%"}, 400, "InvalidRequestContentException"),
    ("invoke", {"FunctionName": "echo", "Payload": f'"{"x" * 6_291_455}"'}, 413, "RequestTooLargeException"),
    (
        "invoke",
        {"FunctionName": "echo", "Payload": f'"{"x" * 1_048_575}"', "InvocationType": "Event"},
        413,
        "RequestTooLargeException",
    ),
    # A name that AWS's client knows and the local Lambda does not.
    ("list_event_source_mappings", {}, 404, "UnknownOperationException"),
]


@pytest.mark.parametrize(
    ("operation", "parameters", "status", "exception"),
    ROWS,
    ids=[f"{number}-{row[0]}-{row[3]}" for number, row in enumerate(ROWS)],
)
def test_the_exception(service, operation, parameters, status, exception):
    known = getattr(service.careless.exceptions, exception, ClientError)
    with pytest.raises(known) as raised:
        getattr(service.careless, operation)(**parameters)
    answer = raised.value.response
    assert answer["Error"]["Code"] == exception
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == status
    assert answer["Error"]["Message"]
    assert answer["ResponseMetadata"]["RequestId"]


def test_throttling(service):
    for _ in range(2):
        try:
            service.client.invoke(FunctionName="throttled")
        except service.client.exceptions.TooManyRequestsException as error:
            answer = error.response
    assert answer["Reason"] == "ReservedFunctionConcurrentInvocationLimitExceeded"
    assert answer["ResponseMetadata"]["HTTPHeaders"]["retry-after"] == "1"


def refused(client) -> tuple[int, str]:
    with pytest.raises(ClientError) as raised:
        client.list_functions()
    answer = raised.value.response
    return answer["ResponseMetadata"]["HTTPStatusCode"], answer["Error"]["Code"]


def test_who_signs(service, canaries):
    stranger = aws.Keys("AKIASTRANGER", canaries.new("a stranger's secret"))
    assert refused(service.client_with(stranger)) == (403, "UnrecognizedClientException")
    liar = aws.Keys(service.keys.access_key, canaries.new("a wrong secret"))
    assert refused(service.client_with(liar)) == (403, "InvalidSignatureException")
    assert service.client_with(service.keys, region="eu-central-1").list_functions()["Functions"]


@pytest.mark.parametrize("minutes", [-6, 6])
def test_a_clock_that_is_wrong(service, minutes):
    wrong = datetime.datetime.now(datetime.UTC).replace(tzinfo=None) + datetime.timedelta(minutes=minutes)
    late = service.client_with(service.keys)
    with mock.patch.object(botocore.auth, "get_current_datetime", lambda *_, **__: wrong):
        assert refused(late) == (403, "InvalidSignatureException")


def test_without_a_signature(service):
    answer = http.call(service.address, "GET", "/2015-03-31/functions")
    assert answer.status == 403
    assert answer.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"
    assert json.loads(answer.body) == {"message": "Missing Authentication Token"}
