"""Functions that run: stubs and processes, called by AWS's own client."""

from __future__ import annotations

import base64
import concurrent.futures
import json
import os
import shutil

import pytest
from harness import aws, deployment
from harness.recorder import wait_until

from .conftest import package

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="there is no node on this machine")


def test_stubs(call):
    assert call("hello", {"name": "Ada"})["json"]["message"] == "Hello, Ada!"
    assert call("echo", {"a": [1, 2]})["json"] == {"a": [1, 2]}
    assert [call("flaky").get("FunctionError") for _ in range(3)] == ["Unhandled", "Unhandled", None]
    failed = call("failing")
    assert (failed["StatusCode"], failed["FunctionError"]) == (200, "Unhandled")
    assert failed["json"]["errorType"] == "ValueError"
    assert set(failed["json"]) == {"errorType", "errorMessage", "stackTrace", "requestId"}


def test_the_shipped_python_function(call):
    answer = call("add-numbers", {"number1": 5, "number2": 7}, LogType="Tail")
    assert answer["json"] == 12
    assert "adding [5, 7]" in answer["log"]


@needs_node
def test_the_shipped_node_function(call):
    answer = call("node-greeting", {"name": "Ada"}, LogType="Tail")
    assert answer["json"] == {"message": "Good day, Ada!", "function": "node-greeting", "remaining": True}
    assert "\tINFO\tgreeting Ada" in answer["log"]


def test_ways_to_name_a_function(call, client):
    arn = client.get_function(FunctionName="two-versions")["Configuration"]["FunctionArn"]
    for name in ("two-versions:1", arn + ":stable", arn.split(":lambda:us-east-1:")[1] + ":1"):
        answer = call(name)
        assert (answer["ExecutedVersion"], answer["json"]) == ("1", {"version": "1"})
    assert call("two-versions", Qualifier="2")["ExecutedVersion"] == "2"
    seen = {call("two-versions:live")["ExecutedVersion"] for _ in range(200)}
    assert seen == {"1", "2"}


def test_the_log(call):
    answer = call("add-numbers", {"a": 1}, LogType="Tail")
    request_id = answer["ResponseMetadata"]["RequestId"]
    lines = answer["log"].splitlines()
    assert lines[0] == f"START RequestId: {request_id} Version: $LATEST"
    assert lines[-2] == f"END RequestId: {request_id}"
    assert lines[-1].startswith(f"REPORT RequestId: {request_id}\tDuration: ")
    assert "LogResult" not in call("add-numbers", {"a": 1})


def test_a_trial_does_not_run(call, create, tmp_path):
    mark = tmp_path / "mark"
    create("marked", {"app.py": f"def handler(event, context):\n    open({str(mark)!r}, 'a').write('x')\n"})
    trial = call("marked", InvocationType="DryRun")
    assert (trial["StatusCode"], trial["json"]) == (204, None)
    assert not mark.exists()
    event = call("marked", InvocationType="Event")
    assert (event["StatusCode"], event["json"]) == (202, None)
    assert wait_until(mark.exists, 20)
    assert mark.read_text() == "x"


def test_the_client_context(call, create):
    create("context", {"app.py": "def handler(event, context):\n    return context.client_context.custom\n"})
    context = base64.b64encode(json.dumps({"custom": {"k": "v"}}).encode()).decode()
    assert call("context", ClientContext=context)["json"] == {"k": "v"}


def test_a_function_that_raises(call, create):
    create("raises", {"app.py": "def handler(event, context):\n    raise KeyError(event['what'])\n"})
    answer = call("raises", {"what": "x"}, LogType="Tail")
    assert answer["FunctionError"] == "Unhandled"
    assert answer["json"]["errorType"] == "KeyError"
    assert answer["json"]["errorMessage"] == "'x'"
    assert answer["json"]["requestId"] == answer["ResponseMetadata"]["RequestId"]
    assert "[ERROR] KeyError: 'x'" in answer["log"]


def test_a_function_that_is_late(call, create):
    files = {"app.py": "import os, time\n\n\ndef handler(event, context):\n    time.sleep(event['sleep'])\n    return os.getpid()\n"}
    create("late", files, Timeout=1)
    before = call("late", {"sleep": 0})["json"]
    answer = call("late", {"sleep": 30})
    assert answer["FunctionError"] == "Unhandled"
    assert answer["json"]["errorMessage"].endswith("Task timed out after 1.00 seconds")
    after = call("late", {"sleep": 0})["json"]
    assert isinstance(after, int) and after != before


def test_many_at_once(call, create):
    files = {"app.py": "import time\n\n\ndef handler(event, context):\n    time.sleep(0.2)\n    return event['n']\n"}
    create("many", files, Timeout=60)
    with concurrent.futures.ThreadPoolExecutor(40) as pool:
        answers = list(pool.map(lambda n: call("many", {"n": n})["json"], range(40)))
    assert answers == list(range(40))


def test_a_function_that_calls_another(call, create):
    """The environment leads AWS's SDKs back to this Lambda; here the function only shows it."""
    create("shows", {"app.py": "import os\n\n\ndef handler(event, context):\n    return dict(os.environ)\n"})
    environment = call("shows")["json"]
    assert environment["AWS_ENDPOINT_URL_LAMBDA"].startswith("http://127.0.0.1:")
    assert environment["AWS_ACCESS_KEY_ID"] == "AKIALOCALLAMBDATESTS"
    assert "MYELIN_LOG" not in environment


def test_a_stream(client):
    answer = client.invoke_with_response_stream(FunctionName="echo", Payload='{"a": 1}', LogType="Tail")
    events = list(answer["EventStream"])
    assert events[0]["PayloadChunk"]["Payload"] == b'{"a": 1}'
    assert base64.b64decode(events[-1]["InvokeComplete"]["LogResult"]).startswith(b"START")


@pytest.mark.parametrize("end", ["stop", "kill"])
def test_no_process_outlives_the_service(needs_engine, canaries, end):
    keys = aws.Keys("AKIASHORT", canaries.new("a short service's key"))
    running = deployment.local_lambda([keys])
    client = aws.client(running.url("lambda"), keys)
    processes = []
    for name, runtime, files in RUNNING:
        if shutil.which({"python": "python3"}.get(name, name)) is None:
            continue
        client.create_function(
            FunctionName=name,
            Runtime=runtime,
            Role="arn:aws:iam::000000000000:role/any",
            Handler="app.handler",
            Code={"ZipFile": package(files)},
        )
        processes.append(json.load(client.invoke(FunctionName=name)["Payload"]))
    assert all(lives(process) for process in processes)
    getattr(running, end)()
    assert wait_until(lambda: not any(lives(process) for process in processes), 20)


RUNNING = [
    ("python", "python3.12", {"app.py": "import os\n\n\ndef handler(event, context):\n    return os.getpid()\n"}),
    ("node", "nodejs20.x", {"app.mjs": "export const handler = async () => process.pid;\n"}),
]


def lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
