"""The judges judged: boto3 itself must pass what the engine has to pass, and a planted secret must be found."""

import base64
import json
import socket
import urllib.parse

import pytest
from harness import aws, canary, client
from harness.recorder import Recorder, Reply, free_port

KEYS = aws.Keys("AKIAHARNESS", "se/cret+of=the harness", "a/token+too")
ARN = "arn:aws:lambda:us-east-1:123456789012:function:my-function:live"
CALLS = [
    ("list_functions", {}),
    ("list_functions", {"FunctionVersion": "ALL", "MasterRegion": "us-east-2", "MaxItems": 5}),
    ("get_account_settings", {}),
    ("get_function", {"FunctionName": ARN, "Qualifier": "$LATEST"}),
    (
        "invoke",
        {"FunctionName": "f:$LATEST", "LogType": "Tail", "InvocationType": "Event", "Payload": b'{"a": "\xc3\xa9"}'},
    ),
    ("invoke", {"FunctionName": "f"}),
    (
        "create_function",
        {"FunctionName": "f", "Role": "r", "Code": {"ZipFile": b"zip"}, "Timeout": 3, "Layers": ["a", "b"]},
    ),
    ("untag_resource", {"Resource": ARN, "TagKeys": ["b c", "a&b", "%"]}),
    ("remove_permission", {"FunctionName": "f", "StatementId": "s/1", "RevisionId": "r"}),
]


@pytest.fixture
def recorder():
    recorder = Recorder()
    yield recorder
    recorder.stop()


@pytest.mark.parametrize(("operation", "parameters"), CALLS, ids=lambda value: value if isinstance(value, str) else "")
def test_boto3_passes_the_checks_that_the_engine_must_pass(recorder, operation, parameters):
    try:
        getattr(aws.client(recorder.url, KEYS), operation)(**parameters)
    except Exception as error:  # The canned answer is not always what boto3 can parse; the request is what counts.
        assert recorder.mark() == 1, error
    [sent] = recorder.requests
    aws.assert_well_signed(sent, KEYS)
    aws.assert_same_request(sent, operation, parameters)


def test_a_changed_byte_is_not_well_signed(recorder):
    aws.client(recorder.url, KEYS).invoke(FunctionName="f", Payload=b"{}")
    [sent] = recorder.requests
    aws.assert_well_signed(sent, KEYS)
    sent.body = b"{ }"
    with pytest.raises(AssertionError):
        aws.assert_well_signed(sent, KEYS)


def test_the_recorder_keeps_what_other_servers_tidy_away(recorder):
    target = "//a/%2F/$LATEST;x?b=1&a=&b=%20+"
    answer = client.call(recorder.address, "PUT", target, headers={"X-CaSe": "V"}, body=b"\0\xff")
    [request] = recorder.requests
    assert answer.status == 200
    assert (request.method, request.target, request.body) == ("PUT", target, b"\0\xff")
    assert ("X-CaSe", "V") in request.headers


def test_the_recorder_decodes_chunks_and_forwards():
    behind = Recorder(behaviour=lambda request: Reply(418, request.body, {"X-Behind": "1"}))
    front = Recorder(forward_to=behind.address)
    request = b"POST /x HTTP/1.1\r\nHost: signed.example\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n3\r\nabc\r\n2;e=1\r\nde\r\n0\r\n\r\n"
    reply = client.raw(front.address, request)
    assert reply.startswith(b"HTTP/1.1 418") and reply.endswith(b"\r\n\r\nabcde") and b"X-Behind: 1" in reply
    assert behind.requests[0].header("Host") == "signed.example"
    front.stop()
    behind.stop()


@pytest.mark.parametrize(
    ("fault", "wanted"),
    [("close", "RemoteDisconnected"), ("reset", "ConnectionResetError"), ("half", "IncompleteRead")],
)
def test_the_recorder_misbehaves_as_told(fault, wanted):
    recorder = Recorder(behaviour=lambda _: Reply(fault=fault))
    with pytest.raises(Exception) as raised:
        client.call(recorder.address, "GET", "/")
    assert raised.type.__name__ == wanted
    client.TALLY.broken.pop()
    client.TALLY.abandoned += 1
    recorder.stop()


def test_a_free_port_refuses():
    with pytest.raises(client.Refused):
        client.call(("127.0.0.1", free_port()), "GET", "/")
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", free_port())) != 0


PLANTS = {
    "raw": lambda s: s,
    "url": lambda s: urllib.parse.quote(s, safe=""),
    "url, lower case": lambda s: urllib.parse.quote(s, safe="").replace("%2F", "%2f").replace("%2B", "%2b"),
    "json": lambda s: json.dumps({"key": s}),
    "json with escaped slashes": lambda s: json.dumps({"key": s}).replace("/", "\\/"),
    "base64 at 0": lambda s: base64.b64encode(b"abc" + s.encode()).decode(),
    "base64 at 1": lambda s: base64.b64encode(b"user:" + b"12" + s.encode() + b"!").decode(),
    "base64 at 2": lambda s: base64.b64encode(b"user:" + s.encode() + b"!!").decode(),
    "base64url": lambda s: base64.urlsafe_b64encode(s.encode()).decode(),
    "hexadecimal": lambda s: s.encode().hex(),
    "debug bytes": lambda s: str(list(s.encode())),
}


@pytest.mark.parametrize("plant", PLANTS.values(), ids=PLANTS.keys())
def test_a_planted_secret_is_found(plant):
    canaries = canary.Canaries()
    secret = canaries.new("planted")
    canaries.saw("nothing", b"innocent")
    assert canaries.leaks() == []
    canaries.saw("here", f"before {plant(secret)} after".encode())
    found = canaries.leaks()
    assert found and all(line.startswith("planted #1 as ") and line.endswith(" in here") for line in found)
    assert secret not in "".join(found)
