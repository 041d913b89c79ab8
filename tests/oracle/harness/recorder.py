"""A back-end that writes down exactly what arrives and then forwards it, answers as told, or misbehaves."""

from __future__ import annotations

import http.client
import os
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade", "content-length"}


@dataclass
class Recorded:
    """One request as it came over the wire; `target` is the request line's path and query, undecoded."""

    method: str
    target: str
    headers: list[tuple[str, str]]
    body: bytes
    status: int | None = None

    def header(self, name: str) -> str | None:
        """The value of a header, or none; repeated ones are joined as HTTP allows."""
        values = [value for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> str:
        return self.target.partition("?")[2]


@dataclass
class Reply:
    """A canned answer. `fault` says how to misbehave instead: `close`, `reset`, `stall` or `half`."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})
    delay: float = 0.0
    fault: str | None = None


class Recorder:
    """Listens on a free port of the loopback; `behaviour` decides each reply, none of it means forward."""

    def __init__(
        self, forward_to: tuple[str, int] | None = None, behaviour: Callable[[Recorded], Reply | None] | None = None
    ):
        self.forward_to, self.behaviour = forward_to, behaviour
        self.requests: list[Recorded] = []
        self.arrived = threading.Condition()
        self.released = threading.Event()
        recorder = self

        class Handler(_Handler):
            owner = recorder

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.server.block_on_close = False
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def address(self) -> tuple[str, int]:
        return self.server.server_address[:2]

    @property
    def url(self) -> str:
        host, port = self.address
        return f"http://{host}:{port}"

    def since(self, mark: int) -> list[Recorded]:
        """The requests after the first `mark` ones."""
        with self.arrived:
            return self.requests[mark:]

    def mark(self) -> int:
        """How many requests came so far."""
        with self.arrived:
            return len(self.requests)

    def wait_for(self, count: int, seconds: float = 15.0) -> bool:
        """Waits until so many requests came in all; false if they did not."""
        with self.arrived:
            return self.arrived.wait_for(lambda: len(self.requests) >= count, seconds)

    def record(self, request: Recorded) -> None:
        with self.arrived:
            self.requests.append(request)
            self.arrived.notify_all()

    def stop(self) -> None:
        self.released.set()
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    owner: Recorder
    protocol_version = "HTTP/1.1"
    # Without it the header and the body leave in two segments and wait for each other.
    wbufsize = -1

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except (ConnectionError, TimeoutError):
            self.close_connection = True

    def __getattr__(self, name: str):
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _serve(self) -> None:
        # `self.path` has lost a doubled slash at its start; the request line has not.
        target = self.requestline.split(" ")[1]
        request = Recorded(self.command, target, list(self.headers.items()), self._body())
        self.owner.record(request)
        reply = self.owner.behaviour(request) if self.owner.behaviour else None
        if reply is None:
            reply = self._forwarded(request) if self.owner.forward_to else Reply()
        request.status = reply.status
        self._send(reply)

    def _body(self) -> bytes:
        if "chunked" in (self.headers.get("Transfer-Encoding") or "").lower():
            body = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            return body
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _forwarded(self, request: Recorded) -> Reply:
        """Passes the request on unchanged, its Host too: the signature covers it."""
        connection = http.client.HTTPConnection(*self.owner.forward_to, timeout=120)
        try:
            connection.putrequest(request.method, request.target, skip_host=True, skip_accept_encoding=True)
            for name, value in request.headers:
                if name.lower() not in HOP_BY_HOP:
                    connection.putheader(name, value)
            if request.body or request.method in ("POST", "PUT"):
                connection.putheader("Content-Length", str(len(request.body)))
            connection.endheaders(request.body or None)
            answer = connection.getresponse()
            kept = {name: value for name, value in answer.getheaders() if name.lower() not in HOP_BY_HOP}
            return Reply(answer.status, answer.read(), kept)
        finally:
            connection.close()

    def _send(self, reply: Reply) -> None:
        if reply.delay:
            self.owner.released.wait(reply.delay)
        if reply.fault:
            self._misbehave(reply)
            return
        self.send_response_only(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        bodyless = reply.status in (204, 304)
        if not bodyless:
            self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        if not bodyless and self.command != "HEAD":
            self.wfile.write(reply.body)
        self.wfile.flush()

    def _misbehave(self, reply: Reply) -> None:
        self.close_connection = True
        if reply.fault == "half":
            self.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"cut')
            self.wfile.flush()
        elif reply.fault == "reset":
            # Closing with a linger of zero sends RST; the server's own shutdown would send FIN first.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            os.close(self.connection.detach())
        elif reply.fault == "stall":
            self.owner.released.wait(120)
        elif reply.fault != "close":
            raise ValueError(reply.fault)

    def log_message(self, *_):
        """The requests themselves are the log."""


def free_port() -> int:
    """A port on which nothing listened a moment ago: for addresses that must refuse."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition: Callable[[], bool], seconds: float = 15.0) -> bool:
    """Polls a condition until it holds; false if it never did."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
