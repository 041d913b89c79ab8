"""AWS's own client and signer as judges: what boto3 would have sent, and how botocore would have signed what we sent."""

from __future__ import annotations

import datetime
import functools
import json
import os
import urllib.parse
from dataclasses import dataclass
from unittest import mock

import botocore.auth
import botocore.session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from .recorder import Recorded

REGION = "us-east-1"


@dataclass(frozen=True)
class Keys:
    """One credential; `token` is a session token."""

    access_key: str
    secret_key: str
    token: str | None = None

    def environment(self) -> dict[str, str]:
        """As the variables that every AWS SDK reads."""
        named = {"AWS_ACCESS_KEY_ID": self.access_key, "AWS_SECRET_ACCESS_KEY": self.secret_key}
        return named | ({"AWS_SESSION_TOKEN": self.token} if self.token else {})


@functools.cache
def _session() -> botocore.session.Session:
    """Shared, because it takes longest to read the service model; no configuration file of the machine counts."""
    session = botocore.session.Session()
    session.set_config_variable("config_file", os.devnull)
    session.set_config_variable("credentials_file", os.devnull)
    return session


def client(endpoint: str, keys: Keys, *, region=REGION, service="lambda", validate=True):
    """AWS's own client without retries; `endpoint` is where it sends."""
    return _session().create_client(
        service,
        region_name=region,
        endpoint_url=endpoint,
        aws_access_key_id=keys.access_key,
        aws_secret_access_key=keys.secret_key,
        aws_session_token=keys.token,
        config=Config(retries={"max_attempts": 0}, parameter_validation=validate, read_timeout=70),
    )


class _Captured(Exception):
    """Carries the finished request out of botocore before it is sent."""

    def __init__(self, request):
        super().__init__("captured")
        self.request = request


def would_send(operation: str, parameters: dict, keys: Keys, *, endpoint: str, region=REGION) -> Recorded:
    """The request that boto3 makes for `operation` (`list_functions`), signed, never sent."""
    sender = client(endpoint, keys, region=region, validate=False)

    def stop(request, **_):
        raise _Captured(request)

    sender.meta.events.register_first("before-send.lambda", stop)
    try:
        getattr(sender, operation)(**parameters)
    except _Captured as captured:
        request = captured.request
    parts = urllib.parse.urlsplit(request.url)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    headers = [(name, _text(value)) for name, value in request.headers.items()]
    body = request.body.read() if hasattr(request.body, "read") else request.body or b""
    return Recorded(request.method, target, headers, body.encode() if isinstance(body, str) else body)


def _text(value) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


# Members of a request that say nothing about what is asked for.
NOT_PARAMETERS = {"x-amz-date", "x-amz-security-token", "x-amz-content-sha256"}


def meaning(request: Recorded) -> dict:
    """What a request asks for, without the ways in which two right clients may differ."""
    query = urllib.parse.parse_qsl(request.query, keep_blank_values=True)
    parameters = {k.lower(): v for k, v in request.headers if k.lower().startswith("x-amz-")}
    return {
        "method": request.method,
        "path": [urllib.parse.unquote(segment) for segment in request.path.split("/")],
        "query": sorted(query),
        "headers": {k: v for k, v in parameters.items() if k not in NOT_PARAMETERS},
        "body": _members(request.body),
    }


def _members(body: bytes):
    try:
        return json.loads(body) if body else b""
    except ValueError:
        return body


def authorization_fields(header: str) -> dict[str, str]:
    """`Credential`, `SignedHeaders` and `Signature` of an Authorization header."""
    scheme, _, rest = header.partition(" ")
    assert scheme == "AWS4-HMAC-SHA256", scheme
    return dict(part.strip().split("=", 1) for part in rest.split(","))


def resigned(request: Recorded, keys: Keys) -> dict[str, str]:
    """The fields of the Authorization header that botocore makes of this request: its method, target, body, signed headers and date."""
    sent = authorization_fields(request.header("Authorization"))
    _, _, region, service, _ = sent["Credential"].split("/")
    signed = {name: request.header(name) or "" for name in sent["SignedHeaders"].split(";")}
    moment = request.header("X-Amz-Date")
    again = AWSRequest(request.method, f"http://{request.header('Host')}{request.target}", signed, request.body)
    at = datetime.datetime.strptime(moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=datetime.UTC)
    with mock.patch.object(botocore.auth, "get_current_datetime", lambda *_, **__: at):
        SigV4Auth(Credentials(keys.access_key, keys.secret_key, keys.token), service, region).add_auth(again)
    return authorization_fields(again.headers["Authorization"])


def assert_well_signed(request: Recorded, keys: Keys, *, region=REGION) -> None:
    """AWS would accept this signature, and it covers all that AWS wants covered."""
    sent = authorization_fields(request.header("Authorization"))
    moment = request.header("X-Amz-Date")
    assert sent["Credential"] == f"{keys.access_key}/{moment[:8]}/{region}/lambda/aws4_request"
    present = {name.lower() for name, _ in request.headers}
    wanted = {"host"} | {name for name in present if name.startswith("x-amz-")} | ({"content-type"} & present)
    assert wanted <= set(sent["SignedHeaders"].split(";")), "AWS refuses a request whose x-amz headers are not signed"
    assert request.header("X-Amz-Security-Token") == keys.token
    assert resigned(request, keys) == sent


def assert_same_request(sent: Recorded, operation: str, parameters: dict, *, region=REGION) -> None:
    """The engine asked for exactly what boto3 asks for with these parameters."""
    nobody = Keys("nobody", "nothing")
    expected = would_send(operation, parameters, nobody, endpoint=f"http://{sent.header('Host')}", region=region)
    assert meaning(sent) == meaning(expected)
