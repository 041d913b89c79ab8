"""moto's server: a Lambda API that we did not write, for the control plane; it runs no code."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from . import aws, client
from .process import clean_environment
from .recorder import free_port, wait_until

KEYS = aws.Keys("testing", "testing")


class Moto:
    """One moto server with the role, the bucket and the layer that the connector's cases need."""

    def __init__(self) -> None:
        self.address = ("127.0.0.1", free_port())
        home = Path(tempfile.mkdtemp(prefix="moto-"))
        program = Path(sys.executable).with_name("moto_server")
        with (home / "log").open("wb") as log:
            self.child = subprocess.Popen(
                [str(program), "-H", self.address[0], "-p", str(self.address[1])],
                stdout=log,
                stderr=log,
                env=clean_environment(home),
            )
        assert wait_until(self._answers, 60), (home / "log").read_text()
        # Otherwise each Invoke looks for a Docker daemon.
        settings = json.dumps({"lambda": {"use_docker": False}})
        client.call(
            self.address, "POST", "/moto-api/config", body=settings, headers={"Content-Type": "application/json"}
        )

    @property
    def url(self) -> str:
        return f"http://{self.address[0]}:{self.address[1]}"

    def prepare(self, values: dict[str, str], code: bytes) -> None:
        """Creates what the cases take for granted in an account."""
        iam = aws.client(self.url, KEYS, service="iam")
        path, _, role = values["role"].partition(":role")[2].rpartition("/")
        iam.create_role(Path=path + "/", RoleName=role, AssumeRolePolicyDocument="{}")
        s3 = aws.client(self.url, KEYS, service="s3")
        s3.create_bucket(Bucket=values["s3Bucket"])
        s3.put_object(Bucket=values["s3Bucket"], Key=values["s3Key"], Body=code)
        layer = {"ZipFile": code}
        aws.client(self.url, KEYS).publish_layer_version(LayerName=values["layerName"], Content=layer)

    def _answers(self) -> bool:
        try:
            return client.call(self.address, "GET", "/moto-api/").status == 200
        except client.Refused:
            return False

    def stop(self) -> None:
        self.child.terminate()
        self.child.wait(20)
