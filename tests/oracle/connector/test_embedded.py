"""`serve --local-lambda`: flows call the embedded Lambda with nothing configured, and only its own keys open it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError
from harness import aws, deployment
from harness.deployment import TELL_FAULT, resource
from harness.recorder import wait_until

LOCAL = aws.Keys("local", "local")
CALL = """<amazonlambda.invoke><functionName>hello</functionName><payload>{json-eval($)}</payload></amazonlambda.invoke>
<respond/>"""


@pytest.fixture(scope="module")
def stage(canaries, start_engine):
    wrong = canaries.new("secretAccessKey that opens nothing")
    flows = {
        "bare": CALL,
        "region": "<amazonlambda.init><region>eu-west-1</region></amazonlambda.init>" + CALL,
        "wrong": f"""<amazonlambda.init><region>us-east-1</region><accessKeyId>AKIAWRONG</accessKeyId>
          <secretAccessKey>{wrong}</secretAccessKey></amazonlambda.init>"""
        + CALL,
    }
    resources = [resource("/" + path, flow, fault=TELL_FAULT) for path, flow in flows.items()]
    engine = start_engine({"api.xml": deployment.api("e", *resources)}, arguments=("--local-lambda",))
    judge = aws.client(engine.url("lambda"), LOCAL)
    judge.create_function(
        FunctionName="hello",
        Runtime="python3.12",
        Role="arn:aws:iam::123456789012:role/any",
        Handler="mdhandler.handler",
        Code={"ZipFile": deployment.function_zip()},
    )
    assert wait_until(lambda: judge.get_function(FunctionName="hello")["Configuration"]["State"] == "Active", 60)
    return SimpleNamespace(engine=engine, judge=judge)


def call(stage, path: str):
    return stage.engine.call("POST", f"/e/{path}", headers={"Content-Type": "application/json"}, body='{"say": "hi"}')


def test_without_any_setting(stage):
    answer = call(stage, "bare")
    assert (answer.status, answer.json()["event"]) == (200, {"say": "hi"})


def test_wrong_keys_are_refused(stage):
    assert call(stage, "wrong").status == 403


def test_another_region_is_another_lambda_or_the_same_but_never_the_network(stage):
    assert call(stage, "region").status in (200, 404)


def test_boto3_with_wrong_keys_is_refused(stage, canaries):
    stranger = aws.client(stage.engine.url("lambda"), aws.Keys("local", canaries.new("a stranger's secret")))
    with pytest.raises(ClientError) as refused:
        stranger.list_functions()
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
