"""Fixtures for every test of the running binary: engines, local Lambdas, recording back-ends; and the search for secrets at the end."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from harness import deployment, process
from harness.canary import CANARIES
from harness.recorder import Recorder


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The search for secrets and the count of answers look at all that happened, so they come last."""
    items.sort(key=lambda item: item.path.name == "test_canaries.py")


def pytest_report_header() -> str:
    return f"engine under test: {process.binary() or 'none: the tests that need it are left out'}"


@pytest.fixture(scope="session")
def needs_engine() -> None:
    """Leaves a test out where no binary was built; with MYELIN_BIN set it must be there."""
    found = process.binary()
    if found is None:
        pytest.skip("no binary: build with `cargo build --profile ci` or set MYELIN_BIN")
    assert found.exists(), f"MYELIN_BIN names {found}, which does not exist"


@pytest.fixture(scope="session")
def canaries():
    """The session's secrets; `canaries.new(name)` makes one."""
    return CANARIES


@pytest.fixture(scope="module")
def cleanup() -> Iterator[contextlib.ExitStack]:
    """Closed when the module's tests are through, in reverse order."""
    with contextlib.ExitStack() as stack:
        yield stack


@pytest.fixture(scope="module")
def start_recorder(cleanup):
    """Starts a back-end: `start_recorder(forward_to=None, behaviour=None)`."""

    def start(**options) -> Recorder:
        recorder = Recorder(**options)
        cleanup.callback(recorder.stop)
        return recorder

    return start


@pytest.fixture(scope="module")
def start_engine(needs_engine, cleanup):
    """Starts `myelin serve`, see `deployment.serve`; it must drain and exit 0 at the end of the module."""

    def start(*arguments, **options) -> process.Process:
        engine = deployment.serve(*arguments, **options)
        cleanup.callback(lambda: _ended_well(engine))
        return engine

    return start


@pytest.fixture(scope="module")
def start_lambda(needs_engine, cleanup):
    """Starts a local Lambda of its own, see `deployment.local_lambda`."""

    def start(*arguments, **options) -> process.Process:
        service = deployment.local_lambda(*arguments, **options)
        cleanup.callback(lambda: _ended_well(service))
        return service

    return start


def _ended_well(running: process.Process) -> None:
    code = running.stop()
    assert code == 0, f"exit {code} after SIGTERM\n{running.stderr()[-4000:]}"
