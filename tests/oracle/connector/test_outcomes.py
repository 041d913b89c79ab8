"""How a call can end, blocking and not: AWS's refusals, a function's failure, a network that fails, credentials that are missing."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace

import pytest
from harness import aws, deployment
from harness.deployment import TELL_FAULT, resource
from harness.recorder import Recorded, Reply, free_port


def error(status: int, kind: str, **headers: str) -> Reply:
    body = json.dumps({"Type": "User", "message": f"about {kind}"}).encode()
    return Reply(status, body, {"Content-Type": "application/json", "x-amzn-ErrorType": kind, **headers})


# What the back-end answers for a function of this name.
BACK_END = {
    "refused": error(400, "InvalidParameterValueException"),
    "denied": error(403, "AccessDeniedException"),
    "missing": error(404, "ResourceNotFoundException"),
    "busy": error(409, "ResourceConflictException"),
    "throttled": error(429, "TooManyRequestsException"),
    "broken": error(500, "ServiceException"),
    "gateway": error(502, "KMSDisabledException"),
    "queued": Reply(202, b"", {}),
    "dry": Reply(204, b"", {}),
    "threw": Reply(
        200, b'{"errorMessage":"boom"}', {"Content-Type": "application/json", "X-Amz-Function-Error": "Unhandled"}
    ),
    "scalar": Reply(200, b"12.0", {"Content-Type": "application/json"}),
    "nothing": Reply(200, b"null", {"Content-Type": "application/json"}),
    "closing": Reply(fault="close"),
    "resetting": Reply(fault="reset"),
    "cut": Reply(fault="half"),
    "silent": Reply(fault="stall"),
}
STATUS = {name: reply.status for name, reply in BACK_END.items() if not reply.fault}


def behave(request: Recorded) -> Reply | None:
    return BACK_END[request.path.split("/")[3]]


@pytest.fixture(scope="module")
def stage(canaries, start_recorder, start_engine):
    keys = aws.Keys("AKIAOUTCOMES", canaries.new("secretAccessKey of failing calls"))
    recorder = start_recorder(behaviour=behave)
    region = "<region>us-east-1</region>"
    both = f"<accessKeyId>{keys.access_key}</accessKeyId><secretAccessKey>{keys.secret_key}</secretAccessKey>"
    call = "<amazonlambda.invoke><functionName>{$trp:X-Function}</functionName></amazonlambda.invoke>"

    def init(inside: str) -> str:
        return f"<amazonlambda.init>{inside}</amazonlambda.init>"

    dead = f"<property name='uri.var.apiUrl' value='http://127.0.0.1:{free_port()}'/>"
    flows = {
        "non-blocking": init(region + both + "<blocking>TRUE</blocking>") + call,
        "blocking": init(region + both + "<blocking>true</blocking>") + call,
        "impatient": init(region + both + "<readTimeout>500</readTimeout>") + call,
        "dead": init(region + both) + dead + call,
        "dead-endpoint-url": init(region + both + f"<endpointUrl>http://127.0.0.1:{free_port()}</endpointUrl>") + call,
        "anonymous": init(region) + call,
        "half-a-key": init(region + f"<secretAccessKey>{keys.secret_key}</secretAccessKey>") + call,
        "unknown-connection": call.replace("invoke>", 'invoke configKey="NOWHERE">', 1),
        "bad-number": init(region + both)
        + "<amazonlambda.listFunctions><maxItems>five</maxItems></amazonlambda.listFunctions>",
    }
    resources = [resource("/" + path, flow + "<respond/>", fault=TELL_FAULT) for path, flow in flows.items()]
    engine = start_engine({"api.xml": deployment.api("o", *resources)}, env={"AWS_ENDPOINT_URL_LAMBDA": recorder.url})

    def play(path: str, function: str = "scalar"):
        mark = recorder.mark()
        started = time.monotonic()
        answer = engine.call("POST", f"/o/{path}", headers={"X-Function": function})
        return SimpleNamespace(answer=answer, sent=recorder.since(mark), seconds=time.monotonic() - started)

    return play


@pytest.mark.parametrize("function", STATUS)
def test_non_blocking_passes_every_answer_on(stage, function):
    """Only the exact word `true` means blocking, and without it AWS's refusals are answers like any other."""
    played = stage("non-blocking", function)
    reply = BACK_END[function]
    assert (played.answer.status, played.answer.body) == (reply.status, reply.body)
    for name in ("x-amzn-ErrorType", "X-Amz-Function-Error"):
        assert played.answer.headers.get(name.lower()) == reply.headers.get(name)


@pytest.mark.parametrize("function", [name for name, status in STATUS.items() if status < 300 or status in (400, 500)])
def test_blocking_passes_success_and_two_refusals_on(stage, function):
    played = stage("blocking", function)
    assert (played.answer.status, played.answer.body) == (STATUS[function], BACK_END[function].body)


@pytest.mark.parametrize("function", [name for name, status in STATUS.items() if status > 400 and status != 500])
def test_blocking_turns_the_other_refusals_into_faults(stage, function):
    played = stage("blocking", function)
    assert played.answer.status == 599
    told = played.answer.json()
    assert (str(told["code"]), str(told["status"])) == ("401002", str(STATUS[function]))
    assert told["message"].startswith(f"Transport error: {STATUS[function]} Error: ")


# Codes of a connection that fails, with the longest time it may take to say so.
NETWORK = [
    ("non-blocking", "closing", {"101500", "101501", "101505"}, 5),
    ("non-blocking", "resetting", {"101500", "101501", "101505"}, 5),
    ("non-blocking", "cut", {"101501", "101505", "101510"}, 5),
    ("impatient", "silent", {"101504"}, 5),
    ("dead", "scalar", {"101503"}, 5),
    ("dead-endpoint-url", "scalar", {"101503"}, 5),
    ("blocking", "closing", {"401002"}, 5),
]


@pytest.mark.parametrize(
    ("path", "function", "codes", "seconds"), NETWORK, ids=[f"{row[0]}-{row[1]}" for row in NETWORK]
)
def test_a_network_that_fails_is_a_fault(stage, path, function, codes, seconds):
    played = stage(path, function)
    assert played.answer.status == 599
    assert str(played.answer.json()["code"]) in codes
    assert played.seconds < seconds
    assert len(played.sent) <= 1, "an invocation is never repeated unasked: it may have run"


@pytest.mark.parametrize(
    ("path", "code"),
    [("anonymous", "700007"), ("half-a-key", "700007"), ("unknown-connection", "0")],
)
def test_what_cannot_be_signed_is_a_fault_and_sends_nothing(stage, path, code):
    played = stage(path)
    assert (played.answer.status, played.sent) == (599, [])
    told = played.answer.json()
    assert str(told["code"]) == code and told["message"]


def test_the_unknown_connection_is_named(stage):
    assert "NOWHERE" in stage("unknown-connection").answer.json()["message"]


def test_a_number_that_is_none_is_refused_here(stage):
    played = stage("bad-number")
    assert (played.answer.status, played.sent) == (400, [])
    assert "maxItems" in played.answer.json()["message"]
