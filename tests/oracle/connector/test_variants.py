"""What the connector's own tests leave out: payloads, connections, result variables, spellings, ARNs, stale values."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest
from harness import aws, deployment
from harness.deployment import TELL_FAULT, resource
from harness.recorder import Recorded, Reply

ARN = "arn:aws:lambda:us-east-1:123456789012:function:echo"
# An answer that any re-serialising would change: spaces, null, a number's text, an unknown member.
VERBATIM = b'{ "Unknown" : null,\n  "n": 1.50,"Functions":[ ] }'


def answered(request: Recorded) -> Reply:
    """Always the same answer, with the headers of an Invoke."""
    headers = {"Content-Type": "application/json", "X-Amz-Executed-Version": "$LATEST", "x-amzn-RequestId": "id-1"}
    return Reply(200, VERBATIM, headers)


def invoke(*parameters: str, attributes="") -> str:
    inside = "".join(f"<{p.split('=', 1)[0]}>{p.split('=', 1)[1]}</{p.split('=', 1)[0]}>" for p in parameters)
    return f"<amazonlambda.invoke {attributes}><functionName>echo</functionName>{inside}</amazonlambda.invoke>"


TELL_PROPERTIES = """
<payloadFactory media-type="json">
  <format>{"status":"$1","kept":"$2","payload":"$3","version":"$4"}</format>
  <args>
    <arg expression="${vars.r.attributes.statusCode}"/>
    <arg expression="${payload.mine}"/>
    <arg expression="${vars.r.payload.n}"/>
    <arg expression="${vars.r.headers['X-Amz-Executed-Version']}"/>
  </args>
</payloadFactory>
<property name="messageType" value="application/json" scope="axis2"/>
"""

# Spellings that reach AWS as the same request as the connector's own: flow, boto3's operation, its parameters.
SPELLINGS = {
    "the engine's own prefix": (
        "<amazonlambda.getFunction><functionName>f</functionName></amazonlambda.getFunction>",
        "get_function",
        {"FunctionName": "f"},
    ),
    "the prefix of old samples": (
        "<awslambda.getFunction><functionName>f</functionName></awslambda.getFunction>",
        "get_function",
        {"FunctionName": "f"},
    ),
    "a template call": (
        """<call-template target="org.wso2.carbon.connector.amazonlambda.getFunction">
             <with-param name="functionName" value="f"/><with-param name="qualifier" value="3"/>
           </call-template>""",
        "get_function",
        {"FunctionName": "f", "Qualifier": "3"},
    ),
    "AWS's member names": (
        "<amazonlambda.createAlias><FunctionName>f</FunctionName><Name>n</Name><functionversion>1</functionversion>"
        "<description>d</description></amazonlambda.createAlias>",
        "create_alias",
        {"FunctionName": "f", "Name": "n", "FunctionVersion": "1", "Description": "d"},
    ),
    "the documentation's name of the weights": (
        "<property name='w' value='{&quot;2&quot;:0.05}'/><amazonlambda.updateAlias><functionName>f</functionName><aliasName>n</aliasName>"
        "<updatedAliasAdditionalVersionWeight>{$ctx:w}</updatedAliasAdditionalVersionWeight></amazonlambda.updateAlias>",
        "update_alias",
        {"FunctionName": "f", "Name": "n", "RoutingConfig": {"AdditionalVersionWeights": {"2": 0.05}}},
    ),
    "the template's name of the weights": (
        "<property name='w' value='{&quot;2&quot;:0.05}'/><amazonlambda.updateAlias><functionName>f</functionName><aliasName>n</aliasName>"
        "<updatedAliasAdditionalVersionWeights>{$ctx:w}</updatedAliasAdditionalVersionWeights></amazonlambda.updateAlias>",
        "update_alias",
        {"FunctionName": "f", "Name": "n", "RoutingConfig": {"AdditionalVersionWeights": {"2": 0.05}}},
    ),
    "the documentation's name of the listed version": (
        "<amazonlambda.listFunctions><functionVersion>ALL</functionVersion></amazonlambda.listFunctions>",
        "list_functions",
        {"FunctionVersion": "ALL"},
    ),
    "names from before the first release": (
        "<amazonlambda.addPermission><functionName>f</functionName><action>a</action><principal>p</principal>"
        "<statementId>s</statementId><sourceARN>arn</sourceARN><qualifier>q</qualifier></amazonlambda.addPermission>",
        "add_permission",
        {
            "FunctionName": "f",
            "Action": "a",
            "Principal": "p",
            "StatementId": "s",
            "SourceArn": "arn",
            "Qualifier": "q",
        },
    ),
    "the layer's names from before the first release": (
        "<amazonlambda.addLayerVersionPermission><layerName>l</layerName><versionNumber>7</versionNumber><action>a</action>"
        "<principal>*</principal><organizationId>o</organizationId><statementId>s</statementId></amazonlambda.addLayerVersionPermission>",
        "add_layer_version_permission",
        {
            "LayerName": "l",
            "VersionNumber": 7,
            "Action": "a",
            "Principal": "*",
            "OrganizationId": "o",
            "StatementId": "s",
        },
    ),
    "the payload's name from before the first release": (
        "<property name='p' value='{&quot;a&quot;:1}'/><amazonlambda.invoke><functionName>f</functionName>"
        "<requestPayload>{$ctx:p}</requestPayload></amazonlambda.invoke>",
        "invoke",
        {"FunctionName": "f", "Payload": b'{"a":1}'},
    ),
    "another api version": (
        "<amazonlambda.getAccountSettings><apiVersionGetAccountSettings>1999-12-31</apiVersionGetAccountSettings></amazonlambda.getAccountSettings>",
        "get_account_settings",
        {},
    ),
    "a function's ARN with an alias": (
        f"<amazonlambda.getFunction><functionName>{ARN}:live</functionName></amazonlambda.getFunction>",
        "get_function",
        {"FunctionName": f"{ARN}:live"},
    ),
    "a partial ARN": (
        "<amazonlambda.invoke><functionName>123456789012:function:echo</functionName><qualifier>$LATEST</qualifier></amazonlambda.invoke>",
        "invoke",
        {"FunctionName": "123456789012:function:echo", "Qualifier": "$LATEST"},
    ),
    "a name with its alias": (
        "<amazonlambda.deleteFunction><functionName>echo:live</functionName></amazonlambda.deleteFunction>",
        "delete_function",
        {"FunctionName": "echo:live"},
    ),
    "a layer's ARN": (
        "<amazonlambda.removeLayerVersionPermission><layerName>arn:aws:lambda:us-east-1:123456789012:layer:l</layerName>"
        "<layerVersionNumber>1</layerVersionNumber><layerStatementId>s t/u</layerStatementId><layerRevisionId>r&amp;r</layerRevisionId>"
        "</amazonlambda.removeLayerVersionPermission>",
        "remove_layer_version_permission",
        {
            "LayerName": "arn:aws:lambda:us-east-1:123456789012:layer:l",
            "VersionNumber": 1,
            "StatementId": "s t/u",
            "RevisionId": "r&r",
        },
    ),
    "lists in all their forms": (
        "<amazonlambda.createFunction><functionName>f</functionName><role>r</role>"
        '<securityGroupIds>sg-1, sg-2</securityGroupIds><subnetIds>a","b</subnetIds>'
        '<layers>["arn:1","arn:2"]</layers></amazonlambda.createFunction>',
        "create_function",
        {
            "FunctionName": "f",
            "Role": "r",
            "VpcConfig": {"SecurityGroupIds": ["sg-1", "sg-2"], "SubnetIds": ["a", "b"]},
            "Layers": ["arn:1", "arn:2"],
        },
    ),
    "values of every type": (
        "<property name='env' value='{&quot;K&quot;:&quot;V \\&quot; \\\\ é&quot;}'/><property name='tags' value='{&quot;t&quot;:&quot;u&quot;}'/>"
        '<amazonlambda.createFunction><functionName>f</functionName><role>r</role><functionDescription>two  spaces "quoted" \\ é</functionDescription>'
        '<zipFile>"UEsDBA=="</zipFile><targetArn>dead</targetArn><environmentVariables>{$ctx:env}</environmentVariables>'
        "<kmsKeyArn>k</kmsKeyArn><memorySize>128</memorySize><publish>true</publish><tags>{$ctx:tags}</tags>"
        "<timeout>30</timeout><mode>Active</mode></amazonlambda.createFunction>",
        "create_function",
        {
            "FunctionName": "f",
            "Role": "r",
            "Description": 'two  spaces "quoted" \\ é',
            "Code": {"ZipFile": b"PK\x03\x04"},
            "DeadLetterConfig": {"TargetArn": "dead"},
            "Environment": {"Variables": {"K": 'V " \\ é'}},
            "KMSKeyArn": "k",
            "MemorySize": 128,
            "Publish": True,
            "Tags": {"t": "u"},
            "Timeout": 30,
            "TracingConfig": {"Mode": "Active"},
        },
    ),
    "a bare base64 archive": (
        "<amazonlambda.createFunction><functionName>f</functionName><role>r</role><zipFile>UEsDBA==</zipFile></amazonlambda.createFunction>",
        "create_function",
        {"FunctionName": "f", "Role": "r", "Code": {"ZipFile": b"PK\x03\x04"}},
    ),
}
# Payloads that must arrive byte for byte; the header that carries them takes no line breaks.
PAYLOADS = {
    "object": '{"b": 1,  "a":[1,2.50, null],"u":"\\u00e9","b":2}',
    "array": '[1,  2.0,"x" ]',
    "number": "12.0",
    "string": '"text"',
    "null": "null",
    "text that is no JSON": "hello  {world",
    "empty": "",
}


@pytest.fixture(scope="module")
def stage(canaries, start_recorder, start_engine):
    """One engine whose flows call a back-end that always gives the same answer."""
    keys = aws.Keys("AKIAVARIANTS", canaries.new("init secretAccessKey"))
    other = aws.Keys("AKIAOTHER", canaries.new("connection secretAccessKey"), canaries.new("connection sessionToken"))
    recorder = start_recorder(behaviour=answered)
    init = f"""<amazonlambda.init><region>us-east-1</region><accessKeyId>{keys.access_key}</accessKeyId>
      <secretAccessKey>{keys.secret_key}</secretAccessKey></amazonlambda.init>"""
    entry = f"""<localEntry xmlns="{deployment.NAMESPACE}" key="CONNECTION"><description>kept apart</description><amazonlambda.init>
      <connectionType>amazonLambda</connectionType><name>CONNECTION</name><region>{{$ctx:where}}</region>
      <accessKeyId>{other.access_key}</accessKeyId><secretAccessKey>{other.secret_key}</secretAccessKey>
      <sessionToken>{other.token}</sessionToken></amazonlambda.init></localEntry>"""
    where = '<property name="where" value="eu-central-1"/>'
    flows = {
        "payload": init + invoke("payload={$trp:X-Payload}") + "<respond/>",
        "json": init + invoke("payload={json-eval($.event)}") + "<respond/>",
        "no-payload": init + invoke() + "<respond/>",
        "literal": init + invoke('payload={"a":1}') + "<respond/>",
        "headers": init
        + invoke("x-amz-invocation-type=Event", "x-amz-log-type=Tail", "x-amz-client-context=e30=")
        + "<respond/>",
        "connection": where + invoke(attributes='configKey="CONNECTION"') + "<respond/>",
        "connection-by-expression": where
        + "<property name='c' value='CONNECTION'/>"
        + invoke(attributes='configKey="{$ctx:c}"')
        + "<respond/>",
        "last-init-wins": where + invoke(attributes='configKey="CONNECTION"') + init + invoke() + "<respond/>",
        "variable": init + invoke("responseVariable=r") + TELL_PROPERTIES + "<respond/>",
        "variable-and-body": init + invoke("responseVariable=r", "overwriteBody=TRUE") + "<respond/>",
        "body-is-kept": init + invoke("responseVariable=r", "overwriteBody=no") + "<respond/>",
        "overwrite-without-variable": init + invoke("overwriteBody=false") + "<respond/>",
        "stale": init
        + invoke("qualifier=7")
        + "<amazonlambda.getFunction><functionName>echo</functionName></amazonlambda.getFunction><respond/>",
        "empty-is-absent": init + invoke("qualifier=", "x-amz-log-type={$ctx:nothing}") + "<respond/>",
    }
    named = {name: f"spelling-{number}" for number, name in enumerate(SPELLINGS)}
    flows |= {named[name]: init + flow + "<respond/>" for name, (flow, _, _) in SPELLINGS.items()}
    resources = [resource("/" + path, flow, fault=TELL_FAULT) for path, flow in flows.items()]
    artifacts = {"api.xml": deployment.api("v", *resources), "connection.xml": entry}
    engine = start_engine(artifacts, env={"AWS_ENDPOINT_URL_LAMBDA": recorder.url})

    def play(path: str, **options):
        """Calls a flow; returns the answer and the requests that it caused."""
        mark = recorder.mark()
        options.setdefault("headers", {"Content-Type": "application/json"})
        answer = engine.call("POST", f"/v/{path}", **options)
        return answer, recorder.since(mark)

    return SimpleNamespace(play=play, keys=keys, other=other, named=named)


@pytest.mark.parametrize("name", SPELLINGS)
def test_spelling(stage, name):
    _, operation, parameters = SPELLINGS[name]
    answer, [sent] = stage.play(stage.named[name])
    assert answer.status == 200
    aws.assert_same_request(sent, operation, parameters)
    aws.assert_well_signed(sent, stage.keys)


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_payload_arrives_byte_for_byte(stage, payload):
    headers = {"Content-Type": "application/json", "X-Payload": payload}
    _, [sent] = stage.play("payload", headers=headers, body=b'{"inbound":true}')
    assert sent.body == payload.encode()
    aws.assert_well_signed(sent, stage.keys)


@pytest.mark.parametrize("event", ['{"a":1.50,"b":[{}]}', "[1,2]", "12.0", "true"])
def test_payload_taken_from_the_body_keeps_its_meaning(stage, event):
    _, [sent] = stage.play("json", body=f'{{"event": {event}}}')
    assert json.loads(sent.body) == json.loads(event)
    assert "1.50" not in event or b"1.50" in sent.body


def test_the_inbound_body_is_not_the_payload(stage):
    _, [sent] = stage.play("no-payload", body=b'{"inbound":true}')
    assert sent.body == b""


def test_a_literal_json_object_is_a_value(stage):
    _, [sent] = stage.play("literal")
    assert sent.body == b'{"a":1}'


def test_invoke_headers(stage):
    _, [sent] = stage.play("headers")
    wanted = {"FunctionName": "echo", "InvocationType": "Event", "LogType": "Tail", "ClientContext": "e30="}
    aws.assert_same_request(sent, "invoke", wanted)
    aws.assert_well_signed(sent, stage.keys)


def test_the_answer_passes_verbatim(stage):
    answer, _ = stage.play("no-payload", body=b'{"inbound":true}')
    assert answer.body == VERBATIM
    assert answer.headers["content-type"].startswith("application/json")
    assert answer.headers["x-amz-executed-version"] == "$LATEST"


@pytest.mark.parametrize("path", ["connection", "connection-by-expression"])
def test_connection(stage, path):
    """The entry's expressions are evaluated at the call: the region comes from the message."""
    _, [sent] = stage.play(path)
    aws.assert_well_signed(sent, stage.other, region="eu-central-1")


def test_last_init_wins(stage):
    _, [first, second] = stage.play("last-init-wins")
    aws.assert_well_signed(first, stage.other, region="eu-central-1")
    aws.assert_well_signed(second, stage.keys)


def test_response_variable(stage):
    answer, _ = stage.play("variable", body=b'{"mine": "here"}')
    assert answer.status == 200
    assert {k: str(v) for k, v in answer.json().items()} == {
        "status": "200",
        "kept": "here",
        "payload": "1.50",
        "version": "$LATEST",
    }


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("variable-and-body", VERBATIM),
        ("body-is-kept", b'{"mine":  "here"}'),
        ("overwrite-without-variable", VERBATIM),
    ],
)
def test_which_body_goes_on(stage, path, body):
    answer, _ = stage.play(path, body=b'{"mine":  "here"}')
    assert (answer.status, answer.body) == (200, body)


def test_no_value_outlives_its_call(stage):
    _, [first, second] = stage.play("stale")
    aws.assert_same_request(first, "invoke", {"FunctionName": "echo", "Qualifier": "7"})
    aws.assert_same_request(second, "get_function", {"FunctionName": "echo"})


def test_empty_is_absent(stage):
    _, [sent] = stage.play("empty-is-absent")
    aws.assert_same_request(sent, "invoke", {"FunctionName": "echo"})
