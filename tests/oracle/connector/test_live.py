"""Invoke against a Lambda that runs code: results, failures, events, dry runs and logs as the client of a flow sees them."""

from __future__ import annotations

import base64
from types import SimpleNamespace

import pytest
from harness import aws, deployment
from harness.deployment import TELL_FAULT, resource
from harness.recorder import wait_until


@pytest.fixture(scope="module")
def stage(canaries, start_lambda, start_engine):
    keys = aws.Keys("AKIALIVE", canaries.new("secretAccessKey of live calls"))
    service = start_lambda([keys])
    judge = aws.client(service.url("lambda"), keys)
    role = "arn:aws:iam::123456789012:role/any"
    code = {"ZipFile": deployment.function_zip()}
    made = judge.create_function(
        FunctionName="echo", Runtime="python3.12", Role=role, Handler="mdhandler.handler", Code=code, Timeout=5
    )
    assert wait_until(lambda: judge.get_function(FunctionName="echo")["Configuration"]["State"] == "Active", 60)
    call = """<amazonlambda.invoke><functionName>{$trp:X-Function}</functionName><payload>{json-eval($)}</payload>
      <x-amz-invocation-type>{$trp:X-Type}</x-amz-invocation-type><x-amz-log-type>{$trp:X-Log}</x-amz-log-type></amazonlambda.invoke><respond/>"""

    def init(blocking: str) -> str:
        return f"""<amazonlambda.init><region>us-east-1</region><accessKeyId>{keys.access_key}</accessKeyId>
          <secretAccessKey>{keys.secret_key}</secretAccessKey><blocking>{blocking}</blocking></amazonlambda.init>"""

    resources = [resource(f"/{blocking}", init(blocking) + call, fault=TELL_FAULT) for blocking in ("true", "false")]
    engine = start_engine(
        {"api.xml": deployment.api("live", *resources)}, env={"AWS_ENDPOINT_URL_LAMBDA": service.url("lambda")}
    )

    def invoke(payload, *, function="echo", kind="", log="", blocking="false"):
        headers = {"Content-Type": "application/json", "X-Function": function, "X-Type": kind, "X-Log": log}
        return engine.call("POST", f"/live/{blocking}", headers=headers, body=payload)

    return SimpleNamespace(invoke=invoke, arn=made["FunctionArn"])


BLOCKING = pytest.mark.parametrize("blocking", ["false", "true"])


@BLOCKING
@pytest.mark.parametrize("payload", ['{"say": "é\\"", "n": 1.5}'])
def test_result(stage, blocking, payload):
    answer = stage.invoke(payload, blocking=blocking)
    assert answer.status == 200
    assert answer.json() == {"event": {"say": 'é"', "n": 1.5}, "context": "echo"}


@pytest.mark.parametrize("payload", ["[1, 2]", "[]"])
def test_result_that_is_no_object(stage, payload):
    answer = stage.invoke(payload)
    assert (answer.status, answer.json()) == (200, [1, 2] if "1" in payload else [])


@BLOCKING
def test_function_error_is_an_answer(stage, blocking):
    answer = stage.invoke('{"fail": "boom"}', blocking=blocking)
    assert answer.status == 200
    assert answer.json()["errorMessage"] == "boom"
    if blocking == "false":
        assert answer.headers["x-amz-function-error"] == "Unhandled"


@BLOCKING
@pytest.mark.parametrize(("kind", "status"), [("Event", 202), ("DryRun", 204)])
def test_kinds_without_a_result(stage, blocking, kind, status):
    answer = stage.invoke('{"say": "nothing back"}', kind=kind, blocking=blocking)
    assert (answer.status, answer.body) == (status, b"")


def test_log_tail(stage):
    answer = stage.invoke('{"say": "tail"}', log="Tail")
    assert b"log line of tail" in base64.b64decode(answer.headers["x-amz-log-result"])


def test_names(stage):
    account = stage.arn.split(":")[4]
    for name in (stage.arn, f"{account}:function:echo", "echo:$LATEST", stage.arn + ":$LATEST"):
        assert stage.invoke('{"say": "name"}', function=name).status == 200, name


def test_a_function_that_does_not_exist(stage):
    answer = stage.invoke("{}", function="nobody")
    assert (answer.status, answer.headers["x-amzn-errortype"].split(":")[0]) == (404, "ResourceNotFoundException")
    told = stage.invoke("{}", function="nobody", blocking="true").json()
    assert (str(told["code"]), str(told["status"])) == ("401002", "404")


def test_a_function_that_takes_too_long(stage):
    answer = stage.invoke('{"sleep": 30}')
    assert answer.status == 200 and answer.headers["x-amz-function-error"] == "Unhandled"
    assert "timed out" in answer.json()["errorMessage"].lower()
