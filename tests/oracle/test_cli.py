"""What somebody sees who mistypes a path, takes a taken port, or is tired of waiting for the end."""

from __future__ import annotations

import signal
import socket
import subprocess
import threading
import time

import pytest
from harness import deployment, process

pytestmark = pytest.mark.usefixtures("needs_engine")

FREE = ("--http-port", "0", "--management-port", "0")


def refused(*arguments: str, cwd=None) -> subprocess.CompletedProcess[str]:
    done = process.run([*arguments], cwd=cwd, timeout=20)
    assert done.returncode in (1, 2), done
    assert "ready" not in done.stdout
    return done


def test_a_folder_that_is_not_there_is_named_and_so_is_how_to_name_another(tmp_path):
    for command in (["serve", *FREE], ["check"]):
        done = refused(*command, cwd=tmp_path)
        assert "sequences: there is no such file or folder" in done.stderr
        assert "--artifacts PATH" in done.stderr


def test_an_empty_folder_is_a_warning(tmp_path):
    done = process.run(["check", str(tmp_path)])
    assert done.returncode == 0
    assert f"warning[A103]: no artifacts are in {tmp_path}" in done.stderr
    assert process.run(["check", "--strict", str(tmp_path)]).returncode == 1


def test_a_taken_port_is_named_and_so_is_its_flag(tmp_path):
    artifacts = deployment.write({"a.xml": deployment.api("a", deployment.resource("/", "<respond/>"))})
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for flag in ("--http-port", "--management-port"):
            ports = dict([FREE[:2], FREE[2:]]) | {flag: port}
            arguments = [part for pair in ports.items() for part in pair]
            done = refused("serve", "--artifacts", str(artifacts), *arguments, cwd=tmp_path)
            assert port in done.stderr and f"choose another with {flag}" in done.stderr


def test_a_configuration_that_is_not_there_is_named():
    for command in ("serve", "check"):
        done = refused(command, "--config", "nowhere")
        assert done.returncode == 2
        assert "cannot read nowhere/deployment.toml" in done.stderr


def test_functions_that_are_not_there_are_named():
    done = refused("lambda", "serve", "--port", "0", "--functions", "nowhere")
    assert "there is no folder of functions nowhere" in done.stderr


def test_the_port_of_the_local_lambda_is_named_when_it_is_taken():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = refused("lambda", "serve", "--port", port)
        assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
        assert "help: something else uses the port" in done.stderr


def test_functions_are_listed_and_connections_tried_without_an_account():
    listed = process.run(["functions", "list", "--local-lambda"], cwd=process.ROOT)
    assert listed.returncode == 0 and "add-numbers" in listed.stdout
    tried = process.run(["functions", "test-connection", "--local-lambda"], cwd=process.ROOT)
    assert tried.returncode == 0 and "lambda:ListFunctions" in tried.stdout


def test_keys_that_the_local_lambda_lacks_are_told_of_where_its_owner_looks():
    artifacts = {
        "a.xml": deployment.api(
            "a",
            deployment.resource(
                "/",
                "<amazonlambda.init><accessKeyId>mine</accessKeyId><secretAccessKey>it</secretAccessKey></amazonlambda.init>"
                "<amazonlambda.invoke><functionName>f</functionName></amazonlambda.invoke><respond/>",
            ),
        )
    }
    engine = deployment.serve(artifacts, arguments=("--local-lambda",))
    answer = engine.call("GET", "/a/")
    assert engine.stop() == 0
    assert answer.status == 403
    assert "`[local_lambda] access_keys` lacks" in engine.stderr()


def test_a_call_without_keys_says_quickly_where_was_looked():
    artifacts = {
        "a.xml": deployment.api(
            "a",
            deployment.resource(
                "/",
                "<amazonlambda.init><region>us-east-1</region></amazonlambda.init>"
                "<amazonlambda.invoke><functionName>f</functionName></amazonlambda.invoke><respond/>",
            ),
        )
    }
    # A metadata service that takes the connection and never answers, as on networks that drop what they do not know.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        metadata = f"http://127.0.0.1:{silent.getsockname()[1]}"
        environment = {"AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": metadata}
        engine = deployment.serve(artifacts, env=environment)
        began = time.monotonic()
        first = engine.call("GET", "/a/")
        took = time.monotonic() - began
        again = engine.call("GET", "/a/")
        assert engine.stop() == 0
    for answer in (first, again):
        assert answer.status == 500
        assert b"700007" in answer.body and b"AWS_ACCESS_KEY_ID" in answer.body
    assert took < 5
    assert time.monotonic() - began - took < 3


def test_a_second_interrupt_does_not_wait_for_the_drain():
    """The first one does: the back-end never answers, and the drain has half a minute."""
    silent = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{silent.getsockname()[1]}/"
    flow = f'<call><endpoint><address uri="{address}"/></endpoint></call><respond/>'
    engine = deployment.serve({"a.xml": deployment.api("a", deployment.resource("/", flow))})

    def ask():
        with socket.create_connection(engine.address()) as client:
            client.sendall(b"GET /a/ HTTP/1.1\r\nHost: a\r\n\r\n")
            client.recv(1)

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    with silent:
        connection, _ = silent.accept()
        with connection:
            engine.child.send_signal(signal.SIGINT)
            with pytest.raises(subprocess.TimeoutExpired):
                engine.child.wait(1)
            began = time.monotonic()
            engine.child.send_signal(signal.SIGINT)
            assert engine.child.wait(10) == 0
            assert time.monotonic() - began < 5
    asking.join(5)


def test_every_command_has_help():
    functions = [["functions"], ["functions", "list"], ["functions", "test-connection"]]
    for command in ([], ["serve"], ["check"], ["lambda"], ["lambda", "serve"], *functions):
        done = process.run([*command, "--help"])
        assert done.returncode == 0 and "Usage: myelin" in done.stdout
    assert process.run(["--version"]).stdout.startswith("myelin ")
