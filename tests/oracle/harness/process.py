"""Starts and stops the binary, reads the contract's lines from its stdout and keeps all that it prints."""

from __future__ import annotations

import atexit
import os
import queue
import signal
import subprocess
import tempfile
import threading
import time
from pathlib import Path

from . import client
from .canary import CANARIES

ROOT = Path(__file__).resolve().parents[3]
# Everything of ours, and of other crates that see messages, keys or addresses whatever they would tell.
LOG = "trace,hyper=trace,hyper_util=trace,h2=trace,rustls=trace,aws=trace,aws_config=trace,aws_smithy=trace,tokio=trace"
START_SECONDS = 30.0
STOP_SECONDS = 20.0


def binary() -> Path | None:
    """The engine under test: `MYELIN_BIN`, else the `ci` build of this checkout, else none."""
    if named := os.environ.get("MYELIN_BIN"):
        return Path(named)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    built = target / "ci" / "myelin"
    return built if built.exists() else None


def clean_environment(home: Path, extra: dict[str, str] | None = None) -> dict[str, str]:
    """An environment in which no credential, region or endpoint of the machine can be found."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "MYELIN_"))}
    for proxy in ("http_proxy", "https_proxy", "all_proxy"):
        kept.pop(proxy, None)
        kept.pop(proxy.upper(), None)
    kept |= {"HOME": str(home), "AWS_EC2_METADATA_DISABLED": "true"}
    return kept | (extra or {})


class StartFailed(AssertionError):
    """The process ended or stayed silent instead of saying `ready`."""


class Process:
    """One running `myelin`: its listeners by kind, everything it printed, and an orderly end."""

    def __init__(self, arguments: list[str], *, env=None, name="myelin", until="ready", cwd=None):
        found = binary()
        assert found is not None, "no binary: set MYELIN_BIN or build with `cargo build --profile ci`"
        self.folder = Path(tempfile.mkdtemp(prefix=f"{name}-"))
        self.stdout_path, self.stderr_path = self.folder / "stdout", self.folder / "stderr"
        CANARIES.watch(self.stdout_path)
        CANARIES.watch(self.stderr_path)
        self.listeners: dict[str, tuple[str, int]] = {}
        self.lines: queue.Queue[str | None] = queue.Queue()
        with self.stderr_path.open("wb") as stderr:
            self.child = subprocess.Popen(
                [str(found), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=stderr,
                env=clean_environment(self.folder, {"MYELIN_LOG": LOG} | (env or {})),
                cwd=cwd,
            )
        # A test that fails half way must not leave an engine behind.
        atexit.register(self.kill)
        threading.Thread(target=self._pump, daemon=True).start()
        self._await(until)

    def _pump(self) -> None:
        with self.stdout_path.open("wb") as copy:
            for line in self.child.stdout:
                copy.write(line)
                copy.flush()
                self.lines.put(line.decode(errors="replace").rstrip("\n"))
        self.lines.put(None)

    def _await(self, until: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                line = self.lines.get(timeout=max(0.01, deadline - time.monotonic()))
            except queue.Empty:
                self.kill()
                raise StartFailed(f"no `{until}` within {START_SECONDS} s\n{self.stderr()}") from None
            if line is None:
                code = self.child.wait()
                raise StartFailed(f"exit {code} before `{until}`\n{self.stderr()}")
            if line.startswith("listening "):
                fields = dict(part.split("=", 1) for part in line.split()[1:])
                host, _, port = fields["addr"].rpartition(":")
                self.listeners[fields["kind"]] = (host.strip("[]"), int(port))
            if line == until or line.startswith(until + " "):
                return

    def address(self, kind: str = "http") -> tuple[str, int]:
        """Where the listener of this kind accepts."""
        return self.listeners[kind]

    def url(self, kind: str = "http") -> str:
        host, port = self.address(kind)
        return f"http://{host}:{port}"

    def call(self, method, target, **options) -> client.Answer:
        """One request to the HTTP listener, see `client.call`."""
        return client.call(self.address(), method, target, **options)

    def stderr(self) -> str:
        return self.stderr_path.read_text(errors="replace") if self.stderr_path.exists() else ""

    def stop(self) -> int:
        """SIGTERM, then the exit code; a process that does not drain in time is killed and reported."""
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            try:
                self.child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
                raise AssertionError(f"still running {STOP_SECONDS} s after SIGTERM\n{self.stderr()[-4000:]}") from None
        return self.child.returncode

    def kill(self) -> None:
        if self.child.poll() is None:
            self.child.kill()
            self.child.wait()


def run(arguments: list[str], *, env=None, timeout=60.0, cwd=None) -> subprocess.CompletedProcess[str]:
    """Runs the binary to its end (`check`, `eval`, a `serve` that must refuse) and keeps its output for the search."""
    found = binary()
    assert found is not None, "no binary: set MYELIN_BIN or build with `cargo build --profile ci`"
    home = Path(tempfile.mkdtemp(prefix="myelin-run-"))
    done = subprocess.run(
        [str(found), *arguments],
        env=clean_environment(home, env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=cwd,
    )
    CANARIES.saw(f"output of {' '.join(arguments[:1])}", (done.stdout + done.stderr).encode())
    return done
