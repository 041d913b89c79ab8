"""A plain HTTP client that changes nothing and counts everything."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
from dataclasses import dataclass, field

from .canary import CANARIES


@dataclass
class Answer:
    """What came back: status, headers by lower-case name (the last one wins) and the whole body."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self):
        return json.loads(self.body)


@dataclass
class Tally:
    """Every request ends in exactly one of these."""

    sent: int = 0
    answered: int = 0
    refused: int = 0
    abandoned: int = 0
    broken: list[str] = field(default_factory=list)

    def holds(self) -> bool:
        """Nothing went missing: what was sent was answered, refused, or left by us on purpose."""
        return not self.broken and self.sent == self.answered + self.refused + self.abandoned


TALLY = Tally()


class Refused(ConnectionRefusedError):
    """Nothing listens there."""


def call(address, method, target, *, headers=None, body=b"", timeout=60.0) -> Answer:
    """Sends one request on a connection of its own; `address` is (host, port)."""
    host, port = address
    if isinstance(body, str):
        body = body.encode()
    TALLY.sent += 1
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        connection.putrequest(method, target, skip_accept_encoding=True)
        given = {name.lower() for name in headers or {}}
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        if not given & {"content-length", "transfer-encoding"} and (body or method in ("POST", "PUT", "PATCH")):
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body or None)
        reply = connection.getresponse()
        answer = Answer(reply.status, {k.lower(): v for k, v in reply.getheaders()}, reply.read())
    except ConnectionRefusedError as error:
        TALLY.refused += 1
        raise Refused(str(error)) from error
    except (OSError, http.client.HTTPException) as error:
        TALLY.broken.append(f"{method} {target}: {error!r}")
        raise
    finally:
        connection.close()
    TALLY.answered += 1
    seen = repr(answer.headers).encode() + b"\n" + answer.body
    CANARIES.saw(f"answer to {method} {target.split('?')[0]}", seen)
    return answer


@contextlib.contextmanager
def abandoned(address, request: bytes):
    """Sends raw bytes and goes away at the end of the block without waiting for the answer."""
    TALLY.sent += 1
    TALLY.abandoned += 1
    with socket.create_connection(address, timeout=10) as connection:
        connection.sendall(request)
        yield


def raw(address, request: bytes, timeout=30.0) -> bytes:
    """Sends raw bytes and returns what comes until the other side closes, at most `timeout` seconds between two pieces.

    It leaves its own side open: a server may take a half-closed connection for a client that went away.
    """
    TALLY.sent += 1
    received = b""
    with socket.create_connection(address, timeout=timeout) as connection:
        try:
            connection.sendall(request)
        except OSError:
            pass  # Who refuses a request may answer and close before it has read all of it.
        try:
            while chunk := connection.recv(65536):
                received += chunk
        except ConnectionResetError:
            pass
    if received:
        TALLY.answered += 1
    else:
        TALLY.broken.append("raw request without an answer")
    CANARIES.saw("answer to a raw request", received)
    return received
