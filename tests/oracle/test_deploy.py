"""The files in deploy/ name settings and flags that there are, and no secrets."""

from __future__ import annotations

import re
import textwrap

import pytest
from harness import deployment, process

DEPLOY = process.ROOT / "deploy"


def check(env: dict[str, str], config: str = "") -> None:
    """Settings that are wrong or mean nothing are problems of `check --strict`, artifacts or not."""
    folder = deployment.write({"deployment.toml": config})
    arguments = ["check", "--strict", "--config", str(folder), str(process.ROOT / "sequences")]
    done = process.run(arguments, env=env)
    assert done.returncode == 0, done.stderr


def test_the_variables_of_the_container_are_settings(needs_engine):
    text = (DEPLOY / "Containerfile").read_text()
    (line,) = re.findall(r"^ENV (.*)$", text, re.MULTILINE)
    variables = dict(part.split("=", 1) for part in line.split())
    assert variables
    names = (process.ROOT / "docs/settings.md").read_text()
    for name in variables:
        assert f"| `{name.removeprefix('MYELIN_').split('_', 1)[1].lower()}` |" in names
    check(variables)


def test_the_settings_of_the_pods_are_settings(needs_engine):
    text = (DEPLOY / "kubernetes/myelin.yaml").read_text()
    inside = re.search(r"^  deployment\.toml: \|\n((?:    .*\n|\n)+)", text, re.MULTILINE)
    assert inside
    check({}, textwrap.dedent(inside[1]))


@pytest.mark.parametrize("file", ["Containerfile", "myelin.service", "kubernetes/myelin.yaml"])
def test_no_file_holds_keys(file):
    text = (DEPLOY / file).read_text()
    assert not re.search(r"AKIA|ASIA|(SECRET|SESSION)_?(ACCESS_KEY|TOKEN)", text, re.IGNORECASE)


def test_the_flags_of_the_service_are_flags(needs_engine):
    text = (DEPLOY / "myelin.service").read_text()
    (command,) = re.findall(r"^ExecStart=\S+ (serve .*)$", text, re.MULTILINE)
    known = process.run(["serve", "--help"]).stdout
    for flag in re.findall(r"--[a-z-]+", command):
        assert flag in known
