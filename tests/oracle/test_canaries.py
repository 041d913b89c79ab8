"""Runs last: no secret of the session shows anywhere, and no request went without its answer."""

from __future__ import annotations

import pytest
from harness import aws, deployment, process
from harness.client import TALLY
from harness.deployment import NAMESPACE, TELL_FAULT, resource
from harness.recorder import Reply, free_port


@pytest.fixture(scope="module")
def provoked(canaries, start_recorder, start_engine):
    """Secrets in every place where a flow may have one, each on a way that fails and tells all it knows."""
    keys = aws.Keys("AKIAPROVOKED", canaries.new("environment secret"), canaries.new("environment token"))
    inline = canaries.new("inline secretAccessKey")
    password = canaries.new("basic password")
    recorder = start_recorder(behaviour=lambda request: Reply(403, b'{"message":"no"}'))
    dead = f"http://127.0.0.1:{free_port()}"
    init = f"<amazonlambda.init><region>us-east-1</region><accessKeyId>A</accessKeyId><secretAccessKey>{inline}</secretAccessKey>"
    call = "<amazonlambda.invoke><functionName>f</functionName></amazonlambda.invoke><respond/>"
    basic = (
        f"<authentication><basicAuth><username>u</username><password>{password}</password></basicAuth></authentication>"
    )
    flows = {
        "refused": f"{init}<blocking>true</blocking></amazonlambda.init>{call}",
        "dead": f"{init}<endpointUrl>{dead}</endpointUrl></amazonlambda.init>{call}",
        "half": init.replace("<accessKeyId>A</accessKeyId>", "") + f"</amazonlambda.init>{call}",
        "environment": f"<amazonlambda.init><region>us-east-1</region><blocking>true</blocking></amazonlambda.init>{call}",
        "basic": f'<call><endpoint><http method="get" uri-template="{dead}/x">{basic}</http></endpoint></call><respond/>',
        "properties": f'{init}</amazonlambda.init><log level="full"/>{call}',
    }
    resources = [resource("/" + path, flow, fault='<log level="full"/>' + TELL_FAULT) for path, flow in flows.items()]
    env = {"AWS_ENDPOINT_URL_LAMBDA": recorder.url} | keys.environment()
    engine = start_engine({"api.xml": deployment.api("secret", *resources)}, env=env)
    shown = f'<amazonlambda.init><secretAccessKey>{canaries.new("shown key")}</secretAccessKey><regoin>x</regoin></amazonlambda.init>'
    done = process.run(["check", str(deployment.write({"s.xml": f'<sequence xmlns="{NAMESPACE}" name="s">\n{shown}\n</sequence>'}))])
    assert "<secretAccessKey>***" in done.stderr, "the line is shown without its secret"
    for path in flows:
        engine.call("POST", f"/secret/{path}", headers={"Authorization": f"Bearer {canaries.new('inbound token')}"})
    return engine


def test_the_logs_are_as_talkative_as_they_can_be(provoked):
    assert " DEBUG myelin" in provoked.stderr(), "the search means little unless everything is logged"


def test_no_secret_leaks(provoked, canaries):
    assert len(canaries.secrets) >= 5
    assert canaries.leaks() == []


def test_every_request_was_answered(provoked):
    assert TALLY.holds(), TALLY
