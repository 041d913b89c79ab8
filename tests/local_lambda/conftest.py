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


def matches_model(value, shape, place: str) -> list[str]:
    """What of a JSON answer AWS's service model does not know, or knows as something else."""
    if value is None:
        return []
    kinds = {"structure": dict, "map": dict, "list": list, "string": str, "boolean": bool, "double": (int, float)}
    if not isinstance(value, kinds.get(shape.type_name, int)):
        return [f"{place} is {value!r}, not a {shape.type_name}"]
    if shape.type_name == "structure":
        named = {member.serialization.get("name", name): member for name, member in shape.members.items()}
        strange = [f"{place}.{name} is not in the model" for name in value if name not in named]
        parts = [(value[name], named[name], f"{place}.{name}") for name in value if name in named]
    else:
        strange = [f"{place} is {value!r}"] if getattr(shape, "enum", []) and value not in shape.enum else []
        inner = {"list": lambda: [(it, shape.member) for it in value], "map": lambda: [(it, shape.value) for it in value.values()]}
        parts = [(*part, f"{place}[]") for part in inner.get(shape.type_name, list)()]
    return strange + [line for part in parts for line in matches_model(*part)]


def judged(client):
    """The client, which from now on holds each answer against the service model."""

    def check(http_response, model, **_):
        shape = model.output_shape
        plain = shape and shape.serialization.get("payload") is None
        if http_response.status_code < 300 and plain and http_response.content:
            assert matches_model(json.loads(http_response.content), shape, model.name) == []

    client.meta.events.register("after-call.lambda", check, unique_id="judged")
    return client


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
        client=judged(aws.client(url, keys)),
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
