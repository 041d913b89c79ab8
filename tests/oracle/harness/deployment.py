"""Builds a configuration folder and artifacts for one engine and starts it."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

from . import process
from .aws import Keys

ORACLE = Path(__file__).resolve().parents[1]
NAMESPACE = "http://ws.apache.org/ns/synapse"


def write(files: dict[str, str | bytes], *, prefix="deployment-") -> Path:
    """A new folder with these files, by relative path."""
    root = Path(tempfile.mkdtemp(prefix=prefix))
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return root


def api(name: str, *resources: str) -> str:
    """An API artifact at `/NAME` from the XML of its resources."""
    inside = "\n".join(resources)
    return f'<api xmlns="{NAMESPACE}" name="{name}" context="/{name}">\n{inside}\n</api>\n'


def resource(path: str, flow: str, *, methods="POST GET", fault: str = "") -> str:
    """A resource whose flow is the given mediators; `fault` is what its fault sequence does."""
    ending = f"<faultSequence>{fault}</faultSequence>" if fault else ""
    return f'<resource methods="{methods}" uri-template="{path}"><inSequence>{flow}</inSequence>{ending}</resource>'


# Answers a fault with its properties as JSON, so that a test can read them.
TELL_FAULT = """
<payloadFactory media-type="json">
  <format>{"code":"$1","message":"$2","status":"$3"}</format>
  <args>
    <arg expression="get-property('ERROR_CODE')"/>
    <arg expression="get-property('ERROR_MESSAGE')"/>
    <arg expression="get-property('axis2','HTTP_SC')"/>
  </args>
</payloadFactory>
<property name="HTTP_SC" value="599" scope="axis2"/>
<property name="messageType" value="application/json" scope="axis2"/>
<respond/>
"""


def serve(
    artifacts: Path | dict[str, str],
    *,
    settings: str = "",
    env: dict[str, str] | None = None,
    arguments: tuple[str, ...] = (),
) -> process.Process:
    """Starts `myelin serve` on free ports with these artifacts and this deployment.toml."""
    root = artifacts if isinstance(artifacts, Path) else write(artifacts, prefix="artifacts-")
    config = write({"deployment.toml": settings}, prefix="config-")
    command = ["serve", "--config", str(config), "--artifacts", str(root)]
    command += ["--http-port", "0", "--management-port", "0", *arguments]
    return process.Process(command, env=env, name="engine")


def toml_keys(keys: list[Keys]) -> str:
    """Credentials as the local Lambda's settings want them."""
    rows = ", ".join(f'{{ id = "{key.access_key}", secret = "{key.secret_key}" }}' for key in keys)
    return f"access_keys = [{rows}]"


def local_lambda(keys: list[Keys], *, functions: Path | None = None, buckets: Path | None = None) -> process.Process:
    """Starts `myelin lambda serve` on a free port, accepting these credentials and reading S3 code from `buckets`."""
    lines = ["[local_lambda]", toml_keys(keys)]
    if buckets:
        lines.append(f's3_dir = "{buckets}"')
    config = write({"deployment.toml": "\n".join(lines) + "\n"}, prefix="lambda-config-")
    folder = functions or write({}, prefix="functions-")
    command = ["lambda", "serve", "--config", str(config), "--port", "0", "--functions", str(folder)]
    return process.Process(command, name="lambda")


HANDLER = '''\
import json, os, time


def handler(event, context):
    """Does what the event asks for, so that one function serves every test."""
    if not isinstance(event, dict):
        return event
    print("log line of", event.get("say", "nobody"))
    if "sleep" in event:
        time.sleep(event["sleep"])
    if "fail" in event:
        raise ValueError(event["fail"])
    return {"event": event, "context": getattr(context, "function_name", None)}
'''


def function_zip() -> bytes:
    """The code of the tests' function: the module `mdhandler` with `handler`."""
    folder = Path(tempfile.mkdtemp(prefix="code-"))
    with zipfile.ZipFile(folder / "fnc.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mdhandler.py", HANDLER)
    return (folder / "fnc.zip").read_bytes()


def buckets(bucket: str, key: str, content: bytes) -> Path:
    """A folder that stands for S3: one folder a bucket, one file an object."""
    return write({f"{bucket}/{key}": content}, prefix="s3-")
