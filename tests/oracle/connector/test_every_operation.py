"""Every operation of AWS's own service model that the engine has, with every parameter: the engine asks for what boto3 asks for."""

from __future__ import annotations

import base64
import binascii
import datetime
import json
import re
import struct
from pathlib import Path
from types import SimpleNamespace

import botocore.session
import pytest
from botocore import xform_name
from harness import aws, connector, deployment, process
from harness.deployment import NAMESPACE, resource
from harness.recorder import Recorded, Reply

MODEL = botocore.session.Session().get_service_model("lambda")
OPERATIONS = list(MODEL.operation_names)
MOMENT = datetime.datetime(2026, 2, 28, 23, 59, 58, tzinfo=datetime.UTC)
# Text that only right encoding brings through a path, a query, a header and JSON alike.
AWKWARD = "a b/c:$LATEST&d=e+f%20%2F~"
BODY_BLOBS = {"Payload", "InvokeArgs", "Result"}


def element_name(operation: str) -> str:
    return operation[0].lower() + operation[1:]


def parameter_name(member: str) -> str:
    """AWS's member in the connector's spelling: KMSKeyArn is kmsKeyArn, UUID is uuid, S3Bucket is s3Bucket."""
    run = re.match("[A-Z]+", member).group()
    following = member[len(run) :]
    keep = 1 if len(run) > 1 and following[:1].islower() else 0
    cut = len(run) - keep
    return member[:cut].lower() + member[cut:]


def example(shape, name: str, depth: int = 0):
    """A value of this shape as boto3 takes it."""
    kind = shape.type_name
    if kind == "string":
        return shape.enum[0] if getattr(shape, "enum", None) else f"{AWKWARD}{name}"
    if kind in ("integer", "long"):
        return 7
    if kind in ("double", "float"):
        return 0.25
    if kind == "boolean":
        return True
    if kind == "timestamp":
        return MOMENT
    if kind == "blob":
        return b'{"blob": "\xc3\xa9"}'
    if kind == "list":
        return [] if depth > 6 else [example(shape.member, name, depth + 1)]
    if kind == "map":
        return {"key one": example(shape.value, name, depth + 1)}
    assert kind == "structure", kind
    return {} if depth > 6 else {key: example(value, key, depth + 1) for key, value in shape.members.items()}


def as_text(value, member: str = "") -> str:
    """The same value as the text that a flow would write."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, bytes):
        return value.decode() if member in BODY_BLOBS else base64.b64encode(value).decode()
    if isinstance(value, datetime.datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, dict | list):
        return json.dumps(value, default=_inside, ensure_ascii=False)
    return str(value)


def _inside(value):
    return value.timestamp() if isinstance(value, datetime.datetime) else base64.b64encode(value).decode()


def inputs(operation: str) -> dict:
    shape = MODEL.operation_model(operation).input_shape
    members = shape.members.items() if shape else ()
    return {name: example(value, name) for name, value in members}


def frame(kind: str, payload: bytes) -> bytes:
    """One message of AWS's event stream."""
    named = {":message-type": "event", ":event-type": kind, ":content-type": "application/octet-stream"}
    headers = b"".join(
        struct.pack("!B", len(name)) + name.encode() + b"\x07" + struct.pack("!H", len(value)) + value.encode()
        for name, value in named.items()
    )
    prelude = struct.pack("!II", 16 + len(headers) + len(payload), len(headers))
    message = prelude + struct.pack("!I", binascii.crc32(prelude)) + headers + payload
    return message + struct.pack("!I", binascii.crc32(message))


def answered(request: Recorded) -> Reply:
    if request.path.endswith("/response-streaming-invocations"):
        frames = [frame("PayloadChunk", b"Hello "), frame("PayloadChunk", b"stream"), frame("InvokeComplete", b"{}")]
        headers = {"Content-Type": "application/vnd.amazon.eventstream", "X-Amzn-Remapped-Content-Type": "text/plain"}
        return Reply(200, b"".join(frames), headers)
    return Reply()


@pytest.fixture(scope="module")
def known(needs_engine) -> set[str]:
    """The operations that `myelin check` does not call unknown; those of the connector must be among them."""
    files = {
        f"{operation}.xml": f'<sequence xmlns="{NAMESPACE}" name="{operation}"><amazonlambda.{element_name(operation)}/></sequence>'
        for operation in OPERATIONS
    }
    done = process.run(["check", "--format", "json", str(deployment.write(files))])
    found = [json.loads(line) for line in done.stdout.splitlines()]
    unknown = {Path(it["file"]).stem for it in found if it["code"] == "A601"}
    assert {element[0].upper() + element[1:] for element in connector.ELEMENTS} <= set(OPERATIONS) - unknown
    return set(OPERATIONS) - unknown


@pytest.fixture(scope="module")
def stage(known, canaries, start_recorder, start_engine):
    keys = aws.Keys("AKIAOPERATIONS", canaries.new("secretAccessKey of every operation"), canaries.new("session token"))
    recorder = start_recorder(behaviour=answered)
    resources = []
    for operation in sorted(known):
        element = f"amazonlambda.{element_name(operation)}"
        names = [parameter_name(member) for member in inputs(operation)]
        inside = "".join(f"<{name}>{{json-eval($.{name})}}</{name}>" for name in names)
        flow = f"<amazonlambda.init><region>us-east-1</region></amazonlambda.init><{element}>{inside}</{element}><respond/>"
        resources.append(resource(f"/{operation}", flow))
    env = {"AWS_ENDPOINT_URL_LAMBDA": recorder.url} | keys.environment()
    engine = start_engine({"api.xml": deployment.api("all", *resources)}, env=env)

    def play(operation: str, given: dict):
        if operation not in known:
            pytest.skip("the engine does not have this operation")
        mark = recorder.mark()
        text = {parameter_name(member): as_text(value, member) for member, value in given.items()}
        headers = {"Content-Type": "application/json"}
        answer = engine.call("POST", f"/all/{operation}", headers=headers, body=json.dumps(text))
        return answer, recorder.since(mark)

    return SimpleNamespace(play=play, keys=keys)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_with_every_parameter(stage, operation):
    given = inputs(operation)
    answer, [sent] = stage.play(operation, given)
    assert answer.status == 200
    aws.assert_same_request(sent, xform_name(operation), given)
    aws.assert_well_signed(sent, stage.keys)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_with_required_parameters(stage, operation):
    shape = MODEL.operation_model(operation).input_shape
    given = {name: value for name, value in inputs(operation).items() if name in shape.required_members}
    _, [sent] = stage.play(operation, given)
    aws.assert_same_request(sent, xform_name(operation), given)
    aws.assert_well_signed(sent, stage.keys)


def test_a_streamed_answer_is_collected(stage):
    answer, _ = stage.play("InvokeWithResponseStream", {"FunctionName": "f"})
    assert answer.body == b"Hello stream"


@pytest.mark.parametrize(
    ("member", "parameter"),
    [
        ("FunctionName", "functionName"),
        ("KMSKeyArn", "kmsKeyArn"),
        ("S3Bucket", "s3Bucket"),
        ("UUID", "uuid"),
        ("PrincipalOrgID", "principalOrgID"),
        ("DocumentDBEventSourceConfig", "documentDBEventSourceConfig"),
        ("SourceKMSKeyArn", "sourceKMSKeyArn"),
    ],
)
def test_parameter_names(member, parameter):
    assert parameter_name(member) == parameter
