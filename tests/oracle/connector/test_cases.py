"""The connector's 44 cases, blocking and not: the client's status, and every request equal to boto3's and signed as botocore signs."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from harness import aws, connector, deployment
from harness.recorder import Recorded

VALUES, CASES = connector.load()
PROXY = connector.HERE / "artifacts" / "proxy-services" / "amazonlambda.xml"


@dataclass
class Outcome:
    """What the client got and what went over the wire meanwhile."""

    status: int
    requests: list[Recorded]


@dataclass
class Run:
    """All cases, run once in their order."""

    keys: aws.Keys
    values: dict[str, str]
    outcomes: dict[int, Outcome]


def run_all(engine, recorder, keys, blocking: str) -> Run:
    """Plays the rows of `cases.toml` through the proxy."""
    values = VALUES | {"accessKeyId": keys.access_key, "secretAccessKey": keys.secret_key, "blocking": blocking}
    outcomes = {}
    for case in CASES:
        mark = recorder.mark()
        headers = {"Content-Type": "application/json", "Action": f"urn:{case.action}", "X-Inbound": "stays here"}
        answer = engine.call("POST", "/services/amazonlambda", headers=headers, body=case.body(values))
        outcomes[case.number] = Outcome(answer.status, recorder.since(mark))
    return Run(keys, values, outcomes)


@pytest.fixture(scope="module", params=["false", "true"], ids=["non-blocking", "blocking"])
def played(request, canaries, start_recorder, start_engine, start_lambda) -> Run:
    keys = aws.Keys("AKIAMYELINCASES", canaries.new("connector secretAccessKey"))
    code = deployment.function_zip()
    buckets = deployment.buckets(VALUES["s3Bucket"], VALUES["s3Key"], code)
    service = start_lambda([keys], buckets=buckets)
    recorder = start_recorder(forward_to=service.address("lambda"))
    aws.client(recorder.url, keys).publish_layer_version(LayerName=VALUES["layerName"], Content={"ZipFile": code})
    engine = start_engine({"proxy.xml": PROXY.read_text()}, env={"AWS_ENDPOINT_URL_LAMBDA": recorder.url})
    return run_all(engine, recorder, keys, request.param)


@pytest.fixture(scope="module")
def played_against_moto(canaries, cleanup, start_recorder, start_engine) -> Run:
    from harness.moto import Moto

    moto = Moto()
    cleanup.callback(moto.stop)
    moto.prepare(VALUES, deployment.function_zip())
    keys = aws.Keys("AKIAMYELINMOTO", canaries.new("secretAccessKey for moto"))
    recorder = start_recorder(forward_to=moto.address)
    engine = start_engine({"proxy.xml": PROXY.read_text()}, env={"AWS_ENDPOINT_URL_LAMBDA": recorder.url})
    return run_all(engine, recorder, keys, "false")


CASE = pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.number:02}-{case.request}")


@CASE
def test_status(played, case):
    assert played.outcomes[case.number].status == case.status


@CASE
def test_requests(played, case):
    """The Java connector ends two paths in a slash (account settings, the list of functions).

    AWS's model has none there and boto3 sends none, so neither do we.
    """
    requests = played.outcomes[case.number].requests
    if case.local:
        assert requests == []
        return
    [sent] = requests
    operation, parameters = case.boto3_call(played.values)
    aws.assert_same_request(sent, operation, parameters)
    aws.assert_well_signed(sent, played.keys)
    assert sent.header("X-Inbound") is None and sent.header("Action") is None, "the client's headers are not AWS's"


@CASE
def test_moto_answers_the_same(played_against_moto, case):
    """A second back-end that we did not write: its answers reach the client as they are."""
    outcome = played_against_moto.outcomes[case.number]
    assert outcome.status == connector.moto_differences().get(case.number, case.status)
    assert [sent.status for sent in outcome.requests] == ([] if case.local else [outcome.status])


def test_every_row_is_there():
    assert sorted(case.number for case in CASES) == list(range(1, 45))
    assert {case.action for case in CASES} == set(connector.ELEMENTS)
    files = {path.stem for path in (connector.HERE / "requests").glob("*.json")}
    # The connector has this request and no test that sends it.
    assert files - {case.request for case in CASES} == {"getAccountSettings_optional"}
    assert len(files) == 45
