"""Bad artifacts, bad messages, bad requests and clients that leave: each row of `bad_input.toml` and what must come of it."""

from __future__ import annotations

import json
import time
import tomllib
from types import SimpleNamespace

import pytest
from harness import client, deployment, process
from harness.deployment import ORACLE, TELL_FAULT, resource
from harness.recorder import Recorded, Reply, free_port

TABLE = tomllib.loads((ORACLE / "bad_input.toml").read_text())
# The path below the API's context would be appended to the address of every endpoint.
HERE = '<property name="REST_URL_POSTFIX" scope="axis2" action="remove"/>'
LIMITS = "[limits]\nmax_body = 1048576\n"


def named(rows: list[dict]):
    return pytest.mark.parametrize("row", rows, ids=[row["name"].replace(" ", "-") for row in rows])


def unmarked(xml: str) -> tuple[str, dict[str, int]]:
    """The artifact without its marks, and the place between them, counted from 1 as editors do."""
    text = xml.lstrip("\n")
    before, _, rest = text.partition("«")
    inside, _, after = rest.partition("»")

    def place(prefix: str) -> tuple[int, int]:
        return prefix.count("\n") + 1, len(prefix) - (prefix.rfind("\n") + 1) + 1

    line, column = place(before)
    end_line, end_column = place(before + inside)
    return before + inside + after, {"line": line, "column": column, "end_line": end_line, "end_column": end_column}


def check(*arguments: str) -> tuple[int, list[dict]]:
    """`myelin check --format json`: its exit code and its diagnostics."""
    done = process.run(["check", "--format", "json", *arguments])
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


@named(TABLE["artifact"])
def test_check_names_the_place(needs_engine, row):
    xml, place = unmarked(row["xml"])
    folder = deployment.write({"bad.xml": xml})
    started = time.monotonic()
    code, diagnostics = check(str(folder))
    assert time.monotonic() - started < row.get("seconds", 5)
    warning = row.get("warning", False)
    assert code == (0 if warning else 1)
    first = diagnostics[0]
    assert set(first) == {"file", "line", "column", "end_line", "end_column", "severity", "code", "message", "help"}
    assert (first["code"], first["severity"]) == (row["code"], "warning" if warning else "error")
    assert first["file"].endswith("bad.xml")
    found = (first["line"], first["column"])
    assert found == (place["line"], place["column"])
    assert (first["end_line"], first["end_column"]) == (place["end_line"], place["end_column"])
    assert row.get("help", "") in (first["help"] or "")
    assert check("--strict", str(folder))[0] == 1


@named(TABLE["artifact"])
def test_serve_refuses_errors_and_starts_with_warnings(needs_engine, row):
    files = {"bad.xml": unmarked(row["xml"])[0]}
    if row.get("warning"):
        engine = deployment.serve(files)
        assert engine.stop() == 0, engine.stderr()
        assert row["code"] in engine.stderr()
        return
    with pytest.raises(process.StartFailed) as refused:
        deployment.serve(files).kill()
    assert "exit 1 " in str(refused.value) and row["code"] in str(refused.value)


def test_check_says_when_it_could_not_run(needs_engine):
    assert process.run(["check", "/nowhere/at/all"]).returncode == 2


def test_check_is_silent_about_sound_artifacts(needs_engine):
    folder = deployment.write({"a.xml": deployment.api("a", resource("/", "<respond/>"))})
    assert check(str(folder)) == (0, [])


def behave(request: Recorded) -> Reply:
    """A back-end that does what its path says, and the functions that the rows call."""
    last = request.path.rsplit("/", 1)[-1]
    if request.path in ("/close", "/reset", "/stall", "/half"):
        return Reply(fault=last)
    if request.path == "/malformed":
        return Reply(200, b'{"a": [1, 2', {"Content-Type": "application/json"})
    if request.path.startswith("/status/"):
        return Reply(int(last))
    if "/absent/" in request.path:
        return Reply(404, b'{"Message":"Function not found"}')
    if "/throttled/" in request.path:
        return Reply(429, b'{"message":"Rate Exceeded."}')
    if "/slow/" in request.path:
        return Reply(fault="stall")
    return Reply()


@pytest.fixture(scope="module")
def stage(start_recorder, start_engine):
    recorder = start_recorder(behaviour=behave)
    places = {"@DEAD@": f"127.0.0.1:{free_port()}", "@BACKEND@": "{}:{}".format(*recorder.address)}

    def placed(flow: str) -> str:
        for mark, place in places.items():
            flow = flow.replace(mark, place)
        return flow

    flows = [HERE + placed(row["flow"]) for row in TABLE["message"]]
    resources = [resource(f"/{number}", flow) for number, flow in enumerate(flows)]
    resources += [resource(f"/told/{number}", flow, fault=TELL_FAULT) for number, flow in enumerate(flows)]
    slow = HERE + placed(
        """<call><endpoint><address uri="http://@BACKEND@/first"/></endpoint></call>
           <call><endpoint><address uri="http://@BACKEND@/second"/></endpoint></call><respond/>"""
    )
    resources.append(resource("/leave", slow))
    engine = start_engine({"api.xml": deployment.api("m", *resources)}, settings=LIMITS)
    return SimpleNamespace(engine=engine, recorder=recorder)


def send(stage, row: dict, path: str) -> client.Answer:
    body = row.get("body", "") * row.get("repeat", 1)
    headers = {"Content-Type": row.get("type", "application/json")}
    started = time.monotonic()
    answer = stage.engine.call("POST", path, headers=headers, body=body)
    assert time.monotonic() - started < row.get("seconds", 5)
    return answer


def number(row: dict) -> int:
    return TABLE["message"].index(row)


@named(TABLE["message"])
def test_what_the_client_gets(stage, row):
    assert send(stage, row, f"/m/{number(row)}").status == row["status"]


@named([row for row in TABLE["message"] if "code" in row or "codes" in row])
def test_what_the_fault_sequence_is_told(stage, row):
    answer = send(stage, row, f"/m/told/{number(row)}")
    assert answer.status == 599
    assert str(answer.json()["code"]) in row.get("codes", [row.get("code")])
    assert answer.json()["message"]


def test_a_body_without_a_length_meets_the_same_cap(stage):
    row = next(row for row in TABLE["message"] if row["status"] == 413)
    chunk = (row["body"] * row["repeat"]).encode()
    head = f"POST /m/{number(row)} HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
    received = client.raw(stage.engine.address(), head.encode() + b"%x\r\n%s\r\n0\r\n\r\n" % (len(chunk), chunk))
    assert received.startswith(b"HTTP/1.1 413")


@named(TABLE["raw"])
def test_a_request_that_is_none(stage, row):
    request = row["raw"].replace("@LONG@", "x" * 2_000_000).encode()
    received = client.raw(stage.engine.address(), request)
    assert received.startswith(f"HTTP/1.1 {row['status']} ".encode())


def test_a_client_that_leaves_cancels_nothing(stage):
    """The client goes away while the first call is under way; the second one still happens."""

    def hold(request: Recorded) -> Reply:
        return Reply(delay=1.0) if request.path == "/first" else behave(request)

    stage.recorder.behaviour = hold
    try:
        mark = stage.recorder.mark()
        with client.abandoned(stage.engine.address(), b"GET /m/leave HTTP/1.1\r\nHost: h\r\n\r\n"):
            assert stage.recorder.wait_for(mark + 1)
        assert stage.recorder.wait_for(mark + 2), "the flow stopped when its client left"
        assert [request.path for request in stage.recorder.since(mark)] == ["/first", "/second"]
    finally:
        stage.recorder.behaviour = behave


def test_the_engine_is_well_after_all_this(stage):
    row = next(row for row in TABLE["message"] if row["status"] == 503)
    assert send(stage, row, f"/m/{number(row)}").status == 503
    assert stage.engine.child.poll() is None
    assert "panicked" not in stage.engine.stderr()
