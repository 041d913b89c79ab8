"""Carbon archives that Python's zipfile packs are what archives of our own writer are."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from harness import deployment, process

CASES = process.ROOT / "tests/archives"

pytestmark = pytest.mark.usefixtures("needs_engine")


def packed(files: dict[str, bytes], compression=zipfile.ZIP_DEFLATED) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", compression) as archive:
        folders = {str(parent) for name in files for parent in Path(name).parents} - {"."}
        for folder in sorted(folders):
            archive.mkdir(folder)
        for name, content in files.items():
            archive.writestr(name, content)
    return memory.getvalue()


def files(folder: Path, compression=zipfile.ZIP_DEFLATED) -> dict[str, bytes]:
    """The files below a folder; folders with the name of an archive are packed."""
    found: dict[str, bytes] = {}
    for path in sorted(folder.iterdir()):
        if path.is_file():
            found[path.name] = path.read_bytes()
        elif path.suffix in (".car", ".zip"):
            found[path.name] = packed(files(path, compression), compression)
        else:
            below = files(path, compression).items()
            found.update({f"{path.name}/{name}": content for name, content in below})
    return found


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED])
@pytest.mark.parametrize("case", sorted(CASES.iterdir()), ids=lambda case: case.name)
def test_archives_of_python_are_read_as_ours(case, compression):
    content = files(case, compression)
    expected = content.pop("expected.txt").decode()
    folder = deployment.write(content)
    done = process.run(["check", str(folder)], env={"host": "localhost"})
    *lines, summary = expected.rstrip().splitlines()
    heard = done.stderr.replace(f"{folder}/", "")
    for line in lines:
        assert line in heard
    artifacts, errors = summary.split(": ")
    sound = errors.startswith("0 errors")
    assert done.returncode == (0 if sound else 1)
    if sound and artifacts != "no artifacts":
        assert artifacts in heard


def test_an_archive_is_served(tmp_path):
    flow = "<payloadFactory media-type='text'><format key='gov:/texts/hello.txt'/></payloadFactory><respond/>"
    role = "EnterpriseIntegrator"
    parts = {"hello": ("synapse/api", "hello.xml"), "texts": ("registry/resource", "registry-info.xml")}
    listed = "".join(f'<dependency artifact="{name}" version="1.0.0" include="true" serverRole="{role}"/>' for name in parts)
    content = {
        "artifacts.xml": f'<artifacts><artifact name="x" version="1" type="carbon/application">{listed}</artifact></artifacts>',
        "hello_1.0.0/hello.xml": deployment.api("hello", deployment.resource("/", flow)),
        "texts_1.0.0/registry-info.xml": "<resources><item><file>hello.txt</file>"
        "<path>/_system/governance/texts</path></item></resources>",
        "texts_1.0.0/resources/hello.txt": "hello from an archive",
    }
    for name, (kind, file) in parts.items():
        content[f"{name}_1.0.0/artifact.xml"] = (
            f'<artifact name="{name}" version="1.0.0" type="{kind}" serverRole="{role}"><file>{file}</file></artifact>'
        )
    car = tmp_path / "carbonapps/hello_1.0.0.car"
    car.parent.mkdir()
    car.write_bytes(packed({name: text.encode() for name, text in content.items()}))
    engine = deployment.serve(tmp_path)
    answer = engine.call("GET", "/hello/")
    assert (answer.status, answer.body) == (200, b"hello from an archive")
    assert engine.stop() == 0
    assert [path.name for path in tmp_path.rglob("*")] == ["carbonapps", "hello_1.0.0.car"]
