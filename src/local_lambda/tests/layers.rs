//! Layers, their versions and policies.

use super::*;

const TARGET: &str = "/2018-10-31/layers/tools/versions";

async fn publish(lambda: &Fixture, extra: Value) -> Got {
    let mut body = json!({"Content": {"ZipFile": zip(&[("python/tools.py", "x = 1")])}});
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    lambda.post(TARGET, body).await
}

#[tokio::test]
async fn versions_are_published_listed_and_deleted() {
    let lambda = Fixture::new();
    let first = publish(&lambda, json!({"CompatibleRuntimes": ["python3.12"]})).await;
    assert_eq!(first.status, 201, "{}", first.message());
    let arn = "arn:aws:lambda:eu-west-1:000000000000:layer:tools";
    assert_eq!(first.json()["LayerVersionArn"], format!("{arn}:1"));
    publish(&lambda, json!({"Description": "two"})).await;
    let got = lambda.get(&format!("{TARGET}/2")).await.json();
    assert_eq!((&got["Version"], &got["Description"]), (&json!(2), &json!("two")));
    let by_arn = format!("/2018-10-31/layers?find=LayerVersion&Arn={arn}:2");
    assert_eq!(lambda.get(&by_arn).await.json(), got);
    let versions = lambda.get(&format!("{TARGET}?MaxItems=1")).await.json();
    assert_eq!(versions["LayerVersions"][0]["Version"], 2);
    let next = format!("{TARGET}?Marker={}", versions["NextMarker"].as_str().unwrap());
    assert_eq!(lambda.get(&next).await.json()["LayerVersions"][0]["Version"], 1);
    let layers = lambda.get("/2018-10-31/layers").await.json();
    assert_eq!(layers["Layers"][0]["LatestMatchingVersion"]["Version"], 2);
    let python = lambda.get("/2018-10-31/layers?CompatibleRuntime=python3.12").await.json();
    assert_eq!(python["Layers"][0]["LatestMatchingVersion"]["Version"], 1);
    assert_eq!(lambda.delete(&format!("{TARGET}/2")).await.status, 204);
    assert_eq!(
        lambda.get(&format!("{TARGET}/2")).await.error(),
        (404, "ResourceNotFoundException")
    );
    let third = publish(&lambda, json!({})).await.json();
    assert_eq!(third["Version"], 3);
    assert_eq!(lambda.get(&format!("{TARGET}/x")).await.error(), (400, "ValidationException"));
    assert_eq!(lambda.post(TARGET, json!({})).await.error(), (400, "ValidationException"));
}

#[tokio::test]
async fn permissions() {
    let lambda = Fixture::with(&[("layers/CustomFunction/layer.toml", "")]);
    let target = "/2018-10-31/layers/CustomFunction/versions/1/policy";
    let body = json!({
        "StatementId": "one", "Action": "lambda:GetLayerVersion", "Principal": "*",
        "OrganizationId": "o-0123456789",
    });
    let added = lambda.post(target, body.clone()).await;
    assert_eq!(added.status, 201, "{}", added.message());
    assert!(added.json()["Statement"].as_str().unwrap().contains("aws:PrincipalOrgID"));
    assert_eq!(lambda.post(target, body.clone()).await.error(), (409, "ResourceConflictException"));
    let shown = lambda.get(target).await.json();
    assert_eq!(shown["RevisionId"], added.json()["RevisionId"]);
    let other = json!({"StatementId": "x", "Action": "lambda:Invoke", "Principal": "*"});
    assert_eq!(lambda.post(target, other).await.error(), (400, "ValidationException"));
    let principal =
        json!({"StatementId": "x", "Action": "lambda:GetLayerVersion", "Principal": "me"});
    assert_eq!(lambda.post(target, principal).await.error(), (400, "ValidationException"));
    let stale = lambda.delete(&format!("{target}/one?RevisionId=x")).await;
    assert_eq!(stale.error(), (412, "PreconditionFailedException"));
    assert_eq!(lambda.delete(&format!("{target}/one")).await.status, 204);
    assert_eq!(lambda.get(target).await.error(), (404, "ResourceNotFoundException"));
    let none = target.replace("/1/", "/2/");
    assert_eq!(lambda.post(&none, body).await.error(), (404, "ResourceNotFoundException"));
}
