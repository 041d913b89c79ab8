//! Functions and their versions: made, shown, listed, changed, deleted.

use super::*;

#[tokio::test]
async fn a_function_is_made_and_shown() {
    let lambda = Fixture::new();
    let made = lambda
        .create_with(
            "pay",
            json!({
                "Description": "pays", "Timeout": 7, "MemorySize": 256, "Tags": {"team": "a"},
                "Environment": {"Variables": {"MODE": "x"}},
            }),
        )
        .await;
    assert_eq!(made.status, 201, "{}", made.message());
    let shown = made.json();
    assert_eq!(shown["FunctionArn"], "arn:aws:lambda:eu-west-1:000000000000:function:pay");
    assert_eq!(shown["Version"], "$LATEST");
    assert_eq!(shown["State"], "Active");
    assert_eq!((&shown["Timeout"], &shown["MemorySize"]), (&json!(7), &json!(256)));
    assert_eq!(shown["Environment"]["Variables"]["MODE"], "x");
    let got = lambda.get("/2015-03-31/functions/pay").await.json();
    assert_eq!(got["Configuration"], shown);
    assert_eq!(got["Tags"], json!({"team": "a"}));
    assert!(got["Code"]["Location"].as_str().unwrap().starts_with("file://"));
    let configuration = lambda.get("/2015-03-31/functions/pay/configuration").await.json();
    assert_eq!(configuration, shown);
    let latest = lambda.get("/2015-03-31/functions/pay?Qualifier=%24LATEST").await.json();
    assert_eq!(
        latest["Configuration"]["FunctionArn"],
        "arn:aws:lambda:eu-west-1:000000000000:function:pay:$LATEST"
    );
}

#[tokio::test]
async fn what_create_refuses() {
    let lambda = Fixture::new();
    let invalid = "InvalidParameterValueException";
    let rows = [
        (json!({"FunctionName": null}), 400, "ValidationException"),
        (json!({"FunctionName": "a b"}), 400, "ValidationException"),
        (json!({"FunctionName": "pay:live"}), 400, invalid),
        (json!({"Code": null}), 400, "ValidationException"),
        (json!({"Code": {}}), 400, invalid),
        (json!({"Code": {"S3Key": "fnc.zip"}}), 400, invalid),
        (json!({"Code": {"S3Bucket": "b", "S3Key": "k"}}), 400, invalid),
        (json!({"Code": {"ImageUri": "x"}, "PackageType": "Image"}), 400, invalid),
        (json!({"Code": {"ZipFile": "bm90IGEgemlw"}}), 400, invalid),
        (json!({"Role": "me"}), 400, "ValidationException"),
        (json!({"Runtime": "cobol"}), 400, invalid),
        (json!({"MemorySize": 64}), 400, "ValidationException"),
        (json!({"Timeout": "3"}), 400, "SerializationException"),
        (json!({"Layers": ["arn:aws:lambda:eu-west-1:000000000000:layer:none:1"]}), 400, invalid),
        (json!({"Tags": {"aws:x": "y"}}), 400, "ValidationException"),
    ];
    for (extra, status, kind) in rows {
        let got = lambda.create_with("pay", extra.clone()).await;
        assert_eq!(got.error(), (status, kind), "{extra}: {}", got.message());
    }
    assert_eq!(lambda.get("/2015-03-31/functions/pay").await.status, 404);
    lambda.create("pay").await;
    let twice = lambda.create("pay").await;
    assert_eq!(twice.error(), (409, "ResourceConflictException"));
    assert_eq!(twice.message(), "Function already exist: pay");
}

#[tokio::test]
async fn bodies_that_are_not_json() {
    let lambda = Fixture::new();
    for body in ["{", "[]", "1"] {
        let got = lambda.send(Method::POST, "/2015-03-31/functions", body.to_owned()).await;
        assert_eq!(got.error(), (400, "SerializationException"));
    }
}

#[tokio::test]
async fn code_comes_from_the_s3_folder() {
    let s3 = TempFolder::new().unwrap();
    std::fs::create_dir(s3.path().join("bucket")).unwrap();
    std::fs::write(s3.path().join("bucket/fnc.zip"), package(&[("app.py", "")])).unwrap();
    let settings = Settings { s3_dir: Some(s3.path().to_owned()), ..Settings::default() };
    let lambda = Fixture(LocalLambda::new(settings).unwrap());
    let code = json!({"S3Bucket": "bucket", "S3Key": "fnc.zip", "S3ObjectVersion": "null"});
    assert_eq!(lambda.create_with("pay", json!({"Code": code})).await.status, 201);
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let lambda = Fixture::new();
    lambda.create("pay").await;
    for (name, target) in [
        ("none", "/2015-03-31/functions/none"),
        ("none", "/2015-03-31/functions/none/configuration"),
        ("pay:9", "/2015-03-31/functions/pay?Qualifier=9"),
        ("pay:live", "/2015-03-31/functions/pay:live"),
    ] {
        let got = lambda.get(target).await;
        assert_eq!(got.error(), (404, "ResourceNotFoundException"));
        let arn = format!("arn:aws:lambda:eu-west-1:000000000000:function:{name}");
        assert_eq!(got.message(), format!("Function not found: {arn}"));
        assert_eq!(got.json()["Type"], "User");
    }
    let conflict = lambda.get("/2015-03-31/functions/pay:a?Qualifier=b").await;
    assert_eq!(conflict.error(), (400, "InvalidParameterValueException"));
}

#[tokio::test]
async fn lists_have_pages_and_versions() {
    let lambda = Fixture::new();
    for name in ["c", "a", "b"] {
        lambda.create(name).await;
    }
    lambda.post("/2015-03-31/functions/a/versions", json!({})).await;
    let first = lambda.get("/2015-03-31/functions/?MaxItems=2").await.json();
    let names = |page: &Value| -> Vec<String> {
        let all = page["Functions"].as_array().unwrap();
        let arn = |it: &Value| it["FunctionArn"].as_str().unwrap().to_owned();
        all.iter().map(|it| arn(it).split(":function:").nth(1).unwrap().to_owned()).collect()
    };
    assert_eq!(names(&first), ["a", "b"]);
    assert!(first["Functions"][0].get("State").is_none());
    let marker = first["NextMarker"].as_str().unwrap();
    let second = lambda.get(&format!("/2015-03-31/functions?Marker={marker}")).await.json();
    assert_eq!(names(&second), ["c"]);
    let all = lambda.get("/2015-03-31/functions?FunctionVersion=ALL").await.json();
    assert_eq!(names(&all), ["a:$LATEST", "a:1", "b:$LATEST", "c:$LATEST"]);
    let here = "/2015-03-31/functions?FunctionVersion=ALL&MasterRegion=eu-west-1";
    assert_eq!(lambda.get(here).await.json(), all);
    let elsewhere = "/2015-03-31/functions?FunctionVersion=ALL&MasterRegion=us-east-2";
    assert!(names(&lambda.get(elsewhere).await.json()).is_empty());
    let alone = lambda.get("/2015-03-31/functions?MasterRegion=us-east-2").await;
    assert_eq!(alone.error(), (400, "InvalidParameterValueException"));
    let other = lambda.get("/2015-03-31/functions?FunctionVersion=SOME").await;
    assert_eq!(other.error(), (400, "ValidationException"));
}

#[tokio::test]
async fn versions_are_published_once_per_change() {
    let lambda = Fixture::new();
    let target = "/2015-03-31/functions/pay/versions";
    let made = lambda.create_with("pay", json!({"Publish": true})).await.json();
    assert_eq!(made["Version"], "1");
    assert!(made["FunctionArn"].as_str().unwrap().ends_with(":function:pay:1"));
    assert_eq!(lambda.post(target, json!({})).await.json()["Version"], "1");
    let change = json!({"Description": "new"});
    lambda.put("/2015-03-31/functions/pay/configuration", change).await;
    let second = lambda.post(target, json!({"Description": "second"})).await;
    assert_eq!(second.status, 201);
    assert_eq!(second.json()["Version"], "2");
    assert_eq!(second.json()["Description"], "second");
    let wrong = lambda.post(target, json!({"CodeSha256": "x"})).await;
    assert_eq!(wrong.error(), (400, "InvalidParameterValueException"));
    let stale = lambda.post(target, json!({"RevisionId": "x"})).await;
    assert_eq!(stale.error(), (412, "PreconditionFailedException"));
    let listed = lambda.get(target).await.json();
    let labels: Vec<&Value> =
        listed["Versions"].as_array().unwrap().iter().map(|it| &it["Version"]).collect();
    assert_eq!(labels, ["$LATEST", "1", "2"]);
}

#[tokio::test]
async fn updates_make_new_revisions() {
    let lambda = Fixture::new();
    let before = lambda.create("pay").await.json();
    let target = "/2015-03-31/functions/pay/configuration";
    let stale = json!({"Timeout": 9, "RevisionId": "stale"});
    assert_eq!(lambda.put(target, stale).await.error(), (412, "PreconditionFailedException"));
    let known = json!({"Timeout": 9, "RevisionId": before["RevisionId"]});
    let after = lambda.put(target, known).await.json();
    assert_eq!(after["Timeout"], 9);
    assert_eq!(after["CodeSha256"], before["CodeSha256"]);
    assert_ne!(after["RevisionId"], before["RevisionId"]);
    let code = json!({"ZipFile": zip(&[("app.py", "x = 1")]), "Publish": true});
    let updated = lambda.put("/2015-03-31/functions/pay/code", code).await;
    assert_eq!(updated.status, 200, "{}", updated.message());
    assert_eq!(updated.json()["Version"], "1");
    assert_ne!(updated.json()["CodeSha256"], before["CodeSha256"]);
    assert_eq!(updated.json()["Timeout"], 9);
    let dry = json!({"ZipFile": zip(&[("b.py", "")]), "DryRun": true});
    let dry = lambda.put("/2015-03-31/functions/pay/code", dry).await.json();
    assert_eq!(dry["CodeSha256"], updated.json()["CodeSha256"]);
    let nothing = lambda.put("/2015-03-31/functions/pay/code", json!({})).await;
    assert_eq!(nothing.error(), (400, "InvalidParameterValueException"));
    let missing = lambda.put("/2015-03-31/functions/none/code", json!({})).await;
    assert_eq!(missing.error(), (404, "ResourceNotFoundException"));
}

#[tokio::test]
async fn functions_and_versions_are_deleted() {
    let lambda = Fixture::new();
    lambda.create_with("pay", json!({"Publish": true})).await;
    let aliases = "/2015-03-31/functions/pay/aliases";
    lambda.post(aliases, json!({"Name": "live", "FunctionVersion": "1"})).await;
    let base = "/2015-03-31/functions/pay";
    for (qualifier, error) in [
        ("%24LATEST", (400, "InvalidParameterValueException")),
        ("live", (400, "InvalidParameterValueException")),
        ("1", (409, "ResourceConflictException")),
        ("2", (404, "ResourceNotFoundException")),
    ] {
        let got = lambda.delete(&format!("{base}?Qualifier={qualifier}")).await;
        assert_eq!(got.error(), error, "{qualifier}");
    }
    lambda.delete("/2015-03-31/functions/pay/aliases/live").await;
    assert_eq!(lambda.delete(&format!("{base}?Qualifier=1")).await.status, 204);
    let gone = lambda.delete(base).await;
    assert_eq!((gone.status, gone.bytes.len()), (204, 0));
    assert_eq!(lambda.delete(base).await.error(), (404, "ResourceNotFoundException"));
}

#[tokio::test]
async fn tags() {
    let lambda = Fixture::new();
    lambda.create("pay").await;
    let target = "/2017-03-31/tags/arn%3Aaws%3Alambda%3Aeu-west-1%3A000000000000%3Afunction%3Apay";
    assert_eq!(lambda.get(target).await.json(), json!({"Tags": {}}));
    let tagged = lambda.post(target, json!({"Tags": {"a": "1", "b": "2", "c": "3"}})).await;
    assert_eq!(tagged.status, 204);
    assert_eq!(lambda.delete(&format!("{target}?tagKeys=a&tagKeys=c")).await.status, 204);
    assert_eq!(lambda.get(target).await.json(), json!({"Tags": {"b": "2"}}));
    assert_eq!(lambda.get("/2017-03-31/tags/pay").await.error(), (400, "ValidationException"));
    let alias = format!("{target}%3Alive");
    assert_eq!(lambda.get(&alias).await.error(), (400, "InvalidParameterValueException"));
    let many: serde_json::Map<_, _> = (0..51).map(|n| (format!("k{n}"), json!("v"))).collect();
    let got = lambda.post(target, json!({"Tags": many})).await;
    assert_eq!(got.error(), (400, "InvalidParameterValueException"));
    assert_eq!(lambda.post(target, json!({})).await.error(), (400, "ValidationException"));
    assert_eq!(lambda.delete(target).await.error(), (400, "ValidationException"));
}

#[tokio::test]
async fn the_account_and_what_is_reserved() {
    let lambda = Fixture::new();
    lambda.create("pay").await;
    let target = "/2017-10-31/functions/pay/concurrency";
    let reserved = lambda.put(target, json!({"ReservedConcurrentExecutions": 40})).await;
    assert_eq!(reserved.json(), json!({"ReservedConcurrentExecutions": 40}));
    let shown = lambda.get("/2019-09-30/functions/pay/concurrency").await.json();
    assert_eq!(shown, json!({"ReservedConcurrentExecutions": 40}));
    let account = lambda.get("/2016-08-19/account-settings/").await.json();
    assert_eq!(account["AccountLimit"]["UnreservedConcurrentExecutions"], 960);
    assert_eq!(account["AccountUsage"]["FunctionCount"], 1);
    let much = lambda.put(target, json!({"ReservedConcurrentExecutions": 901})).await;
    assert_eq!(much.error(), (400, "InvalidParameterValueException"));
    let less = lambda.put(target, json!({"ReservedConcurrentExecutions": -1})).await;
    assert_eq!(less.error(), (400, "ValidationException"));
    assert_eq!(lambda.delete(target).await.status, 204);
    let function = lambda.get("/2015-03-31/functions/pay").await.json();
    assert!(function.get("Concurrency").is_none());
}
