"""The calls in README.md and in the comments of the samples, run with bash as they are written, against the answers below them."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from harness import process

ROOT = process.ROOT
README = ROOT / "README.md"
SAMPLES = sorted((ROOT / "sequences").glob("*/*.xml"))
SERVE = re.compile(r"cargo run --release -- (serve .+)")
TOLD = [file for file in SAMPLES if "curl" in file.read_text()]


@dataclass(frozen=True)
class Call:
    """A command and the answer that its `# ` lines promise; `…` stands for what differs from run to run."""

    place: str
    command: str
    answer: str

    def matches(self, output: str) -> bool:
        pattern = ".*".join(re.escape(part) for part in self.answer.split("…"))
        return re.fullmatch(pattern, output.strip(), re.DOTALL) is not None


def calls(place: str, text: str) -> list[Call]:
    """The commands of a text that begin with `curl`, each up to its answer."""
    found, command, answer = [], [], []
    for line in [*text.splitlines(), ""]:
        line = line.strip()
        if line.startswith("#") and command:
            answer.append(line.removeprefix("#").strip())
        elif answer:
            found.append(Call(f"{place}:{len(found) + 1}", "\n".join(command), "\n".join(answer)))
            command, answer = ([line] if line.startswith("curl") else []), []
        elif line.startswith("curl") or command:
            assert line, f"{place}: no answer is written below: {command}"
            command.append(line)
    assert not command, f"{place}: no answer is written below: {command}"
    return found


def shell_blocks(markdown: str) -> str:
    return "\n".join(re.findall(r"```sh\n(.*?)```", markdown, re.DOTALL))


def comments(xml: str) -> str:
    return "\n".join(re.findall(r"<!--(.*?)-->", xml, re.DOTALL))


@pytest.fixture(scope="module")
def start_as_told(needs_engine, cleanup):
    """Starts the engine from the repository's root with the arguments that README.md names, on free ports."""
    assert shutil.which("curl"), "the calls need curl"

    def start() -> process.Process:
        told = SERVE.search(README.read_text())
        assert told, "README.md does not say how to start"
        ports = ["--http-port", "0", "--management-port", "0"]
        engine = process.Process([*shlex.split(told[1], comments=True), *ports], name="readme", cwd=ROOT)
        cleanup.callback(lambda: engine.stop())
        return engine

    return start


def run(engine: process.Process, call: Call) -> None:
    command = call.command
    for port, kind in ((8290, "http"), (9164, "management")):
        command = re.sub(rf"\blocalhost:{port}\b", "%s:%d" % engine.address(kind), command)
    command = command.replace("0.0.0.0", "127.0.0.1")
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, cwd=ROOT)
    told = f"{call.place}: {call.command}\npromised: {call.answer}\nanswered: {done.stdout}{done.stderr}"
    assert done.returncode == 0, told
    assert call.matches(done.stdout), told


def test_the_calls_of_the_readme_answer_as_it_says(start_as_told):
    written = calls("README.md", shell_blocks(README.read_text()))
    assert len(written) >= 10
    engine = start_as_told()
    for call in written:
        run(engine, call)


@pytest.fixture(scope="module")
def engine(start_as_told):
    return start_as_told()


@pytest.mark.parametrize("sample", TOLD, ids=[file.stem for file in TOLD])
def test_a_sample_answers_as_its_comments_say(engine, sample: Path):
    written = calls(sample.name, comments(sample.read_text()))
    assert written
    for call in written:
        run(engine, call)


def test_every_service_of_the_samples_shows_a_call():
    services = [file for file in SAMPLES if file.parent.name in ("apis", "proxy-services")]
    assert services
    assert set(services) <= set(TOLD)


def test_the_samples_have_no_problems(needs_engine):
    done = process.run(["check", "--strict"], cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert "0 errors and 0 warnings" in done.stderr


def test_the_links_of_the_readme_lead_somewhere():
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", README.read_text()):
        if "://" not in target:
            assert (ROOT / target).exists(), target
