//! Policies of functions, versions and aliases.

use super::*;

const TARGET: &str = "/2015-03-31/functions/pay/policy";

fn statement(extra: &Value) -> Value {
    let mut body = json!({
        "StatementId": "s3", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com",
    });
    body.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    body
}

#[tokio::test]
async fn a_statement_comes_and_goes() {
    let lambda = Fixture::new();
    lambda.create("pay").await;
    let conditions = json!({"SourceArn": "arn:aws:s3:::bucket", "SourceAccount": "000000000000"});
    let added = lambda.post(TARGET, statement(&conditions)).await;
    assert_eq!(added.status, 201, "{}", added.message());
    let text = added.json()["Statement"].as_str().unwrap().to_owned();
    let parsed: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(parsed["Resource"], "arn:aws:lambda:eu-west-1:000000000000:function:pay");
    assert_eq!(parsed["Condition"]["ArnLike"]["AWS:SourceArn"], "arn:aws:s3:::bucket");
    let shown = lambda.get(TARGET).await.json();
    let policy: Value = serde_json::from_str(shown["Policy"].as_str().unwrap()).unwrap();
    assert_eq!(policy["Statement"], json!([parsed]));
    let twice = lambda.post(TARGET, statement(&json!({}))).await;
    assert_eq!(twice.error(), (409, "ResourceConflictException"));
    let stale = lambda.delete(&format!("{TARGET}/s3?RevisionId=x")).await;
    assert_eq!(stale.error(), (412, "PreconditionFailedException"));
    let revision = shown["RevisionId"].as_str().unwrap();
    let removed = lambda.delete(&format!("{TARGET}/s3?RevisionId={revision}")).await;
    assert_eq!(removed.status, 204);
    assert_eq!(lambda.get(TARGET).await.error(), (404, "ResourceNotFoundException"));
    let again = lambda.delete(&format!("{TARGET}/s3")).await;
    assert_eq!(again.error(), (404, "ResourceNotFoundException"));
}

#[tokio::test]
async fn qualifiers_have_their_own_policies() {
    let lambda = Fixture::new();
    lambda.create_with("pay", json!({"Publish": true})).await;
    let of_version = format!("{TARGET}?Qualifier=1");
    let added = lambda.post(&of_version, statement(&json!({}))).await;
    assert_eq!(added.status, 201);
    assert!(added.json()["Statement"].as_str().unwrap().contains(":function:pay:1\""));
    assert_eq!(lambda.get(TARGET).await.status, 404);
    assert_eq!(lambda.get(&of_version).await.status, 200);
    let latest = lambda.post(&format!("{TARGET}?Qualifier=%24LATEST"), statement(&json!({}))).await;
    assert_eq!(latest.error(), (400, "InvalidParameterValueException"));
    let none = lambda.post(&format!("{TARGET}?Qualifier=9"), statement(&json!({}))).await;
    assert_eq!(none.error(), (404, "ResourceNotFoundException"));
}

#[tokio::test]
async fn what_is_refused() {
    let lambda = Fixture::new();
    lambda.create("pay").await;
    for extra in [
        json!({"StatementId": null}),
        json!({"StatementId": "a b"}),
        json!({"Action": "s3:GetObject"}),
        json!({"Action": "lambda:"}),
        json!({"Principal": ""}),
        json!({"SourceAccount": "1"}),
        json!({"SourceArn": "bucket"}),
        json!({"FunctionUrlAuthType": "SOME"}),
    ] {
        let got = lambda.post(TARGET, statement(&extra)).await;
        assert_eq!(got.error(), (400, "ValidationException"), "{extra}");
    }
    let connector = json!({"Action": "lambda:addPermission"});
    assert_eq!(lambda.post(TARGET, statement(&connector)).await.status, 201);
}
