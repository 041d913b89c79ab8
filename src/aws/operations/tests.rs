//! The table against itself and against AWS's service model.

use std::process::Command;

use serde_json::Value;

use super::*;

#[test]
fn the_table_is_sorted_and_every_row_is_sound() {
    assert!(OPERATIONS.windows(2).all(|pair| pair[0].name < pair[1].name));
    for operation in OPERATIONS {
        let name = operation.name;
        assert_eq!(lower_camel(operation.aws_name), name);
        assert!(operation.doc.ends_with('.'), "{name}");
        let mut names: Vec<String> = Vec::new();
        for parameter in operation.parameters {
            assert!(!parameter.doc.is_empty() && !parameter.doc.ends_with('.'), "{name}");
            names.extend(parameter.names.iter().map(|known| known.to_ascii_lowercase()));
            match parameter.location {
                Location::Path(member) => {
                    assert!(operation.uri.contains(&format!("{{{member}}}")), "{name} {member}");
                }
                Location::Header(wire) => assert_eq!(wire, wire.to_ascii_lowercase()),
                Location::WholeBody(_) => assert!(!operation.has_json_body(), "{name}"),
                Location::Query(_) | Location::Body(_) => {}
            }
        }
        let count = names.len();
        names.sort();
        names.dedup();
        assert_eq!(count, names.len(), "{name}: a name stands for two parameters");
        if let Some(other) = operation.when_empty {
            assert!(find(other).is_some(), "{name}");
        }
    }
}

#[test]
fn names_resolve_without_regard_to_case() {
    let resolve = |operation: &str, name: &str| {
        let operation = find(operation).unwrap();
        operation.resolve(name).map(|named| match named {
            Named::Parameter(binding) => operation.parameter(binding).unwrap().location,
            Named::Ignored => Location::Path("ignored"),
        })
    };
    for (operation, name, location) in [
        ("invoke", "functionname", Some(Location::Path("FunctionName"))),
        ("invoke", "X-Amz-Log-Type", Some(Location::Header("x-amz-log-type"))),
        ("invoke", "logType", Some(Location::Header("x-amz-log-type"))),
        ("invoke", "requestPayload", Some(Location::WholeBody("Payload"))),
        ("invoke", "apiVersionInvoke", Some(Location::Path("ignored"))),
        ("listFunctions", "APIVERSIONListFunction", Some(Location::Path("ignored"))),
        ("addPermission", "sourceARN", Some(Location::Body("SourceArn"))),
        ("createAlias", "name", Some(Location::Body("Name"))),
        ("createFunction", "kmsKeyARN", Some(Location::Body("KMSKeyArn"))),
        ("invoke", "apiVersio", None),
        ("invoke", "", None),
        ("getFunction", "péééééééééé", None),
    ] {
        assert_eq!(resolve(operation, name), location, "{operation} {name}");
    }
    assert!(find("Invoke").is_none());
}

/// Every row against the service model that AWS publishes with botocore, and every member of the
/// model against the rows.
#[test]
fn the_table_agrees_with_the_model_of_botocore() {
    let Some(model) = botocore_model() else {
        println!("left out: python3 with botocore is not installed");
        return;
    };
    for operation in OPERATIONS {
        let name = operation.aws_name;
        let described = &model["operations"][name];
        assert_eq!(described["http"]["method"], operation.method.as_str(), "{name}");
        assert_eq!(described["http"]["requestUri"], operation.uri, "{name}");
        assert_eq!(described["http"]["responseCode"], operation.success, "{name}");
        let input = &model["shapes"][described["input"]["shape"].as_str().unwrap()];
        for parameter in operation.parameters {
            row_agrees(&model, input, name, parameter);
        }
        for (member, shape) in input["members"].as_object().unwrap() {
            let wire = shape["locationName"].as_str().unwrap_or(member);
            let row = operation.parameters.iter().find(|row| row.wire_name() == wire);
            let row = row.unwrap_or_else(|| panic!("{name}: nothing reaches {member}"));
            let rule = lower_camel(member);
            assert!(row.names.contains(&rule.as_str()), "{name}: {member} is not called {rule}");
            let required = input["required"].as_array().into_iter().flatten();
            assert_eq!(
                row.required,
                required.into_iter().any(|it| it == member),
                "{name} {member}"
            );
        }
    }
}

fn row_agrees(model: &Value, input: &Value, name: &str, parameter: &Parameter) {
    let wire = parameter.wire_name();
    let (top, part) = wire.split_once('.').map_or((wire, None), |(top, part)| (top, Some(part)));
    let member = input["members"].as_object().unwrap().iter().find(|(member, shape)| {
        shape["locationName"].as_str().unwrap_or(member).eq_ignore_ascii_case(top)
    });
    let Some((member, shape)) = member else {
        println!("{name}: {wire} is newer than the installed model");
        return;
    };
    let location = match parameter.location {
        Location::Path(_) => "uri",
        Location::Query(_) => "querystring",
        Location::Header(_) => "header",
        Location::Body(_) | Location::WholeBody(_) => "",
    };
    assert_eq!(shape["location"].as_str().unwrap_or_default(), location, "{name} {member}");
    let whole = matches!(parameter.location, Location::WholeBody(_));
    assert_eq!(whole, input["payload"] == member.as_str(), "{name} {member}");
    let mut shape = &model["shapes"][shape["shape"].as_str().unwrap()];
    if let Some(part) = part {
        let Some(inner) = shape["members"][part]["shape"].as_str() else {
            println!("{name}: {wire} is newer than the installed model");
            return;
        };
        shape = &model["shapes"][inner];
    }
    let kind = match shape["type"].as_str().unwrap() {
        "string" => Kind::Text,
        "integer" => Kind::Integer,
        "long" => Kind::Long,
        "boolean" => Kind::Boolean,
        "structure" => Kind::Object,
        "map" => Kind::Map,
        "blob" if whole => Kind::Raw,
        "blob" => Kind::Blob,
        "list" => {
            match model["shapes"][shape["member"]["shape"].as_str().unwrap()]["type"].as_str() {
                Some("string") => Kind::TextList,
                _ => Kind::ObjectList,
            }
        }
        other => panic!("{name} {member}: a type that no kind reads: {other}"),
    };
    assert_eq!(parameter.kind, kind, "{name} {member}");
}

impl Parameter {
    fn wire_name(&self) -> &'static str {
        match self.location {
            Location::Path(name)
            | Location::Query(name)
            | Location::Body(name)
            | Location::WholeBody(name) => name,
            Location::Header(name) => match name {
                "x-amz-invocation-type" => "X-Amz-Invocation-Type",
                "x-amz-log-type" => "X-Amz-Log-Type",
                "x-amz-client-context" => "X-Amz-Client-Context",
                "x-amz-durable-execution-name" => "X-Amz-Durable-Execution-Name",
                "x-amz-tenant-id" => "X-Amz-Tenant-Id",
                other => other,
            },
        }
    }
}

/// AWS's member name as a flow writes it: `KMSKeyArn` is `kmsKeyArn`, `S3Bucket` `s3Bucket`.
fn lower_camel(member: &str) -> String {
    let capitals = member.chars().take_while(|c| !c.is_ascii_lowercase()).count();
    let lowered = match capitals {
        0 | 1 => capitals,
        all if all == member.len() => all,
        several => several - 1,
    };
    member[..lowered].to_ascii_lowercase() + &member[lowered..]
}

fn botocore_model() -> Option<Value> {
    let script = "import json, botocore.loaders as l\n\
                  print(json.dumps(l.Loader().load_service_model('lambda', 'service-2')))";
    let output = Command::new("python3").args(["-c", script]).output().ok()?;
    output.status.success().then(|| serde_json::from_slice(&output.stdout).unwrap())
}
