//! Requests by rows, and against those that botocore makes.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use super::*;
use crate::aws::operations::find;

fn request(operation: &str, values: &[(&str, &str)]) -> Result<WireRequest, RequestError> {
    let values: Vec<_> =
        values.iter().map(|(name, value)| (*name, ParamValue::text(*value))).collect();
    build_named(find(operation).unwrap(), &values)
}

fn target(request: &WireRequest) -> String {
    let mark = if request.query.is_empty() { "" } else { "?" };
    format!("{} {}{mark}{}", request.method, request.path, request.query)
}

fn document(operation: &str, values: &[(&str, &str)]) -> String {
    String::from_utf8(request(operation, values).unwrap().body.to_vec()).unwrap()
}

#[test]
fn paths_and_queries_are_encoded() {
    const INVOKE: &str = "POST /2015-03-31/functions";
    for (operation, values, expected) in [
        ("invoke", vec![("functionName", "f")], format!("{INVOKE}/f/invocations")),
        ("invoke", vec![("functionName", " f\n")], format!("{INVOKE}/f/invocations")),
        ("invoke", vec![("functionName", "f:PROD")], format!("{INVOKE}/f%3APROD/invocations")),
        (
            "invoke",
            vec![("functionName", "arn:aws:lambda:eu-west-1:123456789012:function:f:$LATEST")],
            format!(
                "{INVOKE}/arn%3Aaws%3Alambda%3Aeu-west-1%3A123456789012%3Afunction%3Af%3A%24LATEST\
                 /invocations"
            ),
        ),
        (
            "invoke",
            vec![("FUNCTIONNAME", "a/b?c"), ("qualifier", "$LATEST")],
            format!("{INVOKE}/a%2Fb%3Fc/invocations?Qualifier=%24LATEST"),
        ),
        (
            "listFunctions",
            vec![("maxItems", "5"), ("masterRegion", "us-east-2"), ("functionVersion", "ALL")],
            "GET /2015-03-31/functions?FunctionVersion=ALL&MasterRegion=us-east-2&MaxItems=5"
                .into(),
        ),
        (
            "listFunctions",
            vec![("marker", "a+b c=")],
            "GET /2015-03-31/functions?Marker=a%2Bb%20c%3D".into(),
        ),
        (
            "getAccountSettings",
            vec![("apiVersionGetAccountSettings", "x")],
            "GET /2016-08-19/account-settings".into(),
        ),
        (
            "removeLayerVersionPermission",
            vec![
                ("layerName", "l"),
                ("layerVersionNumber", "1.0"),
                ("statementId", "s"),
                ("layerRevisionId", "r"),
            ],
            "DELETE /2018-10-31/layers/l/versions/1/policy/s?RevisionId=r".into(),
        ),
    ] {
        assert_eq!(target(&request(operation, &values).unwrap()), expected);
    }
}

#[test]
fn an_empty_path_parameter_is_named_and_an_empty_get_function_lists() {
    for (operation, values, parameter) in [
        ("invoke", vec![("functionName", "")], "functionName"),
        ("invoke", vec![], "functionName"),
        ("getAlias", vec![("functionName", "f"), ("aliasName", " ")], "aliasName"),
        ("removePermission", vec![("functionName", "f")], "permissionStatementId"),
        ("addLayerVersionPermission", vec![("layerVersionNumber", "x")], "layerName"),
    ] {
        let error = request(operation, &values).unwrap_err();
        assert_eq!(error, RequestError::EmptyPath { parameter }, "{operation}");
    }
    let list = request("getFunction", &[("functionName", ""), ("qualifier", "1")]).unwrap();
    assert_eq!(target(&list), "GET /2015-03-31/functions");
    assert_eq!(list.operation.name, "listFunctions");
}

#[test]
fn the_better_name_and_the_last_value_win() {
    for (values, expected) in [
        (vec![("description", "b"), ("createAliasDescription", "a")], r#"{"Description":"a"}"#),
        (vec![("createAliasDescription", ""), ("description", "b")], r#"{"Description":"b"}"#),
        (vec![("description", "a"), ("Description", "b")], r#"{"Description":"b"}"#),
        (vec![("description", "a"), ("description", "")], "{}"),
        (
            vec![("routingConfig", "{}"), ("aliasAdditionalVersionWeights", r#"{"2":0.05}"#)],
            r#"{"RoutingConfig":{}}"#,
        ),
    ] {
        let mut values = values;
        values.push(("functionName", "f"));
        assert_eq!(document("createAlias", &values), expected);
    }
    // The same wherever the shortcut stands in the table.
    let weights = [("functionName", "f"), ("aliasAdditionalVersionWeights", r#"{"2":0.050}"#)];
    let expected = r#"{"RoutingConfig":{"AdditionalVersionWeights":{"2":0.050}}}"#;
    assert_eq!(document("createAlias", &weights), expected);
}

#[test]
fn texts_become_what_the_members_need() {
    for (name, text, expected) in [
        ("memorySize", "128", r#"{"MemorySize":128}"#),
        ("memorySize", r#" "0128" "#, r#"{"MemorySize":128}"#),
        ("timeout", "3.0", r#"{"Timeout":3}"#),
        ("publish", "TRUE", r#"{"Publish":true}"#),
        ("publish", "\"false\"", r#"{"Publish":false}"#),
        ("functionDescription", "a \"b\"\n  {c}", r#"{"Description":"a \"b\"\n  {c}"}"#),
        ("s3ObjectVersion", "null", r#"{"Code":{"S3ObjectVersion":"null"}}"#),
        ("zipFile", "UEsDBA==", r#"{"Code":{"ZipFile":"UEsDBA=="}}"#),
        ("zipFile", "\"UEsDBA==\"", r#"{"Code":{"ZipFile":"UEsDBA=="}}"#),
        ("zipFile", "UEsD\nBA", r#"{"Code":{"ZipFile":"UEsDBA=="}}"#),
        ("layers", "arn:a:1", r#"{"Layers":["arn:a:1"]}"#),
        ("layers", "arn:a:1, arn:b:2,", r#"{"Layers":["arn:a:1","arn:b:2"]}"#),
        ("layers", r#"[ "arn:a:1" ]"#, r#"{"Layers":[ "arn:a:1" ]}"#),
        ("subnetIds", r#"a","b"#, r#"{"VpcConfig":{"SubnetIds":["a","b"]}}"#),
        ("fileSystemConfigs", r#"{"Arn":"a"}"#, r#"{"FileSystemConfigs":[{"Arn":"a"}]}"#),
        (
            "environmentVariables",
            r#"{"b":"1","a":"2"}"#,
            r#"{"Environment":{"Variables":{"b":"1","a":"2"}}}"#,
        ),
        ("tags", r#" {"n":1.10} "#, r#"{"Tags":{"n":1.10}}"#),
        ("mode", "Active", r#"{"TracingConfig":{"Mode":"Active"}}"#),
        ("targetArn", "arn:q", r#"{"DeadLetterConfig":{"TargetArn":"arn:q"}}"#),
        ("kmsKeyArn", "", "{}"),
        ("tags", "\n", "{}"),
    ] {
        assert_eq!(document("createFunction", &[(name, text)]), expected, "{name}: {text}");
    }
}

#[test]
fn bad_text_is_refused_without_repeating_it() {
    let deep = format!("{}1{}", r#"{"a":"#.repeat(200_000), "}".repeat(200_000));
    for (operation, name, text, problem) in [
        ("createFunction", "memorySize", "lots", "is not a whole number in range"),
        ("createFunction", "memorySize", "2147483648", "is not a whole number in range"),
        ("createFunction", "timeout", "1.5", "is not a whole number in range"),
        ("createFunction", "publish", "yes", "is neither true nor false"),
        ("createFunction", "zipFile", "%%%", "is not valid Base64"),
        ("createFunction", "tags", "[1]", "is JSON, but not an object"),
        (
            "createFunction",
            "layers",
            "[1",
            "is not valid JSON: EOF while parsing a list at line 1 column 2",
        ),
        ("createFunction", "layers", ",", "names nothing"),
        (
            "createFunction",
            "environmentVariables",
            "{\"SECRET\":hunter2}",
            "is not valid JSON: expected value at line 1 column 11",
        ),
        (
            "createFunction",
            "tags",
            "{} {}",
            "is not valid JSON: trailing characters at line 1 column 4",
        ),
        ("invoke", "logType", "Ta\nil", "cannot be sent in a header"),
        ("listFunctions", "maxItems", "five", "is not a whole number in range"),
    ] {
        let RequestError::Invalid { problem: found, .. } =
            request(operation, &[(name, text), valid(operation)]).unwrap_err()
        else {
            panic!("{name}");
        };
        assert_eq!(found, problem, "{name}");
    }
    assert!(request("createFunction", &[("environment", &deep)]).is_ok());
    for name in [".", ".."] {
        let error = request("invoke", &[("functionName", name)]).unwrap_err();
        assert_eq!(error.to_string(), "parameter functionName is not a name");
    }
    let unknown = request("invoke", &[("functionNam", "f")]).unwrap_err();
    assert_eq!(unknown.to_string(), "invoke has no parameter functionNam");
    let binary = ParamValue::Bytes(Bytes::from_static(b"\xff"));
    let values = [("functionName", ParamValue::text("f")), ("logType", binary)];
    assert!(build_named(find("invoke").unwrap(), &values).is_err());
}

#[test]
fn a_payload_goes_out_byte_for_byte() {
    for payload in ["{\"a\": 1.10 }", "12.0", "\"x\"", "not json", " \n"] {
        let request = request("invoke", &[("functionName", "f"), ("payload", payload)]).unwrap();
        assert_eq!(request.body, payload);
        assert_eq!(request.headers.get("content-type").unwrap(), "application/octet-stream");
    }
    let bytes = ParamValue::Bytes(Bytes::from_static(b"\x00\xff"));
    let values = [("functionName", ParamValue::text("f")), ("payload", bytes)];
    let raw = build_named(find("invoke").unwrap(), &values).unwrap();
    assert_eq!(raw.body, &b"\x00\xff"[..]);
    let empty = request("invoke", &[("functionName", "f"), ("payload", "")]).unwrap();
    assert!(empty.body.is_empty() && empty.headers.is_empty());
    let values = [("zipFile", ParamValue::Bytes(Bytes::from_static(b"PK\x03\x04")))];
    let package = build_named(find("createFunction").unwrap(), &values).unwrap();
    assert_eq!(package.body, r#"{"Code":{"ZipFile":"UEsDBA=="}}"#);
}

#[test]
fn debug_shows_no_values() {
    let secret = [("environmentVariables", r#"{"PASSWORD":"hunter2"}"#)];
    let request = request("createFunction", &secret).unwrap();
    assert!(!format!("{request:?}{:?}", ParamValue::text("hunter2")).contains("hunter2"));
}

/// A parameter that is in nobody's way.
fn valid(operation: &str) -> (&'static str, &'static str) {
    if operation == "listFunctions" { ("marker", "m") } else { ("functionName", "f") }
}

/// The same calls, serialised by botocore from AWS's own member names.
#[test]
fn requests_equal_those_of_botocore() {
    let cases: Value = serde_json::from_str(CASES).unwrap();
    let Some(answers) = botocore() else {
        println!("left out: python3 with botocore is not installed");
        return;
    };
    for (case, theirs) in cases.as_array().unwrap().iter().zip(answers.as_array().unwrap()) {
        let name = case["operation"].as_str().unwrap();
        let values: Vec<(&str, &str)> = serde::Deserialize::deserialize(&case["ours"]).unwrap();
        let ours = request(name, &values).unwrap();
        assert_eq!(ours.method, theirs["method"].as_str().unwrap(), "{name}");
        assert_eq!(ours.path, theirs["path"].as_str().unwrap(), "{name}");
        assert_eq!(ours.query, theirs["query"].as_str().unwrap(), "{name}");
        for (header, value) in &ours.headers {
            if header.as_str().starts_with("x-amz-") {
                let theirs = &theirs["headers"][header.as_str()];
                assert_eq!(value.to_str().unwrap(), theirs, "{name} {header}");
            }
        }
        let body = theirs["body"].as_str().unwrap();
        if ours.operation.has_json_body() {
            let ours: Value = serde_json::from_slice(&ours.body).unwrap();
            assert_eq!(ours, serde_json::from_str::<Value>(body).unwrap(), "{name}");
        } else {
            assert_eq!(ours.body, body, "{name}");
        }
    }
}

const CASES: &str = include_str!("../../../tests/data/lambda_requests/cases.json");

fn botocore() -> Option<Value> {
    let script = include_str!("../../../tests/data/lambda_requests/serialize.py");
    let mut child = Command::new("python3")
        .args(["-c", script])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .ok()?;
    child.stdin.take().unwrap().write_all(CASES.as_bytes()).ok()?;
    let output = child.wait_with_output().ok()?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(error.contains("ModuleNotFoundError"), "{error}");
        return None;
    }
    Some(serde_json::from_slice(&output.stdout).unwrap())
}
