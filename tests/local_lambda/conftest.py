"""A local Lambda with the shipped functions, and AWS's own client to judge it."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from harness import aws, deployment

FUNCTIONS = Path(__file__).resolve().parents[2] / "config" / "functions"
ROLE = "arn:aws:iam::000000000000:role/any"


def package(files: dict[str, str]) -> bytes:
    """A deployment package whose files are executable."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            info = zipfile.ZipInfo(name)
            info.external_attr = 0o755 << 16
            archive.writestr(info, text)
    return out.getvalue()


@pytest.fixture(scope="module")
def service(canaries, start_lambda):
    """The running service: `client` signs with its key, `keys` is that key, `client_with` signs with another."""
    keys = aws.Keys("AKIALOCALLAMBDATESTS", canaries.new("the local Lambda's key"))
    buckets = deployment.buckets("code", "deep/fnc.zip", deployment.function_zip())
    running = start_lambda([keys], functions=FUNCTIONS, buckets=buckets)
    url = running.url("lambda")
    return SimpleNamespace(
        url=url,
        address=running.address("lambda"),
        keys=keys,
        client=aws.client(url, keys),
        # Sends what AWS's client would refuse itself.
        careless=aws.client(url, keys, validate=False),
        client_with=lambda other, **options: aws.client(url, other, **options),
    )


@pytest.fixture(scope="module")
def client(service):
    return service.client


@pytest.fixture(scope="module")
def create(client):
    """Creates a function from files or from other code: `create(name, files, Handler=...)`."""

    def create(name, files=None, **parameters):
        settings = {
            "Runtime": "python3.12",
            "Role": ROLE,
            "Handler": "app.handler",
            "Code": {"ZipFile": package(files or {"app.py": "def handler(event, context):\n    return event\n"})},
        }
        return client.create_function(FunctionName=name, **(settings | parameters))

    return create


@pytest.fixture(scope="module")
def call(client):
    """Invokes a function and gives the answer with its payload as `json` and its log as `log`."""

    def call(name, event=None, **parameters):
        answer = client.invoke(FunctionName=name, Payload=json.dumps(event or {}), **parameters)
        payload = answer["Payload"].read()
        answer["json"] = json.loads(payload) if payload else None
        answer["log"] = base64.b64decode(answer.get("LogResult", "")).decode()
        return answer

    return call
