//! Aliases, and how the calls of one are shared.

use super::*;

type Row = (fn() -> f64, &'static str);

const TARGET: &str = "/2015-03-31/functions/pay/aliases";

async fn fixture() -> Fixture {
    let lambda = Fixture::with(&[(
        "pay/function.toml",
        "versions = 2\n[stub]\ntemplate = '\"{{@version}}\"'",
    )]);
    let made = lambda.post(TARGET, json!({"Name": "live", "FunctionVersion": "1"})).await;
    assert_eq!(made.status, 201, "{}", made.message());
    lambda
}

#[tokio::test]
async fn an_alias_lives_and_dies() {
    let lambda = fixture().await;
    let target = format!("{TARGET}/live");
    let shown = lambda.get(&target).await.json();
    assert_eq!(shown["AliasArn"], "arn:aws:lambda:eu-west-1:000000000000:function:pay:live");
    assert_eq!((&shown["Name"], &shown["FunctionVersion"]), (&json!("live"), &json!("1")));
    let update = json!({"FunctionVersion": "$LATEST", "Description": "d"});
    let updated = lambda.put(&target, update).await.json();
    assert_eq!(updated["FunctionVersion"], "$LATEST");
    assert_ne!(updated["RevisionId"], shown["RevisionId"]);
    let stale = json!({"RevisionId": shown["RevisionId"]});
    assert_eq!(lambda.put(&target, stale).await.error(), (412, "PreconditionFailedException"));
    let listed = lambda.get(TARGET).await.json();
    assert_eq!(listed["Aliases"].as_array().unwrap().len(), 1);
    let of_one = lambda.get(&format!("{TARGET}?FunctionVersion=1")).await.json();
    assert!(of_one["Aliases"].as_array().unwrap().is_empty());
    let function = lambda.get("/2015-03-31/functions/pay?Qualifier=live").await.json();
    assert!(function["Configuration"]["FunctionArn"].as_str().unwrap().ends_with(":pay:live"));
    assert_eq!(lambda.delete(&target).await.status, 204);
    let gone = lambda.get(&target).await;
    assert_eq!(gone.error(), (404, "ResourceNotFoundException"));
    assert!(gone.message().starts_with("Cannot find alias arn: arn:aws:lambda:"));
}

#[tokio::test]
async fn what_is_refused() {
    let lambda = fixture().await;
    let weights = |weights: Value| json!({"AdditionalVersionWeights": weights});
    let invalid = (400, "InvalidParameterValueException");
    let wrong = (400, "ValidationException");
    let rows = [
        (json!({"FunctionVersion": "1"}), wrong),
        (json!({"Name": "a"}), wrong),
        (json!({"Name": "7", "FunctionVersion": "1"}), wrong),
        (json!({"Name": "a", "FunctionVersion": "x"}), wrong),
        (json!({"Name": "live", "FunctionVersion": "1"}), (409, "ResourceConflictException")),
        (json!({"Name": "a", "FunctionVersion": "9"}), (404, "ResourceNotFoundException")),
        (
            json!({"Name": "a", "FunctionVersion": "1", "RoutingConfig": weights(json!({"9": 0.1}))}),
            (404, "ResourceNotFoundException"),
        ),
        (
            json!({"Name": "a", "FunctionVersion": "1", "RoutingConfig": weights(json!({"2": 1.1}))}),
            wrong,
        ),
        (
            json!({"Name": "a", "FunctionVersion": "1", "RoutingConfig": weights(json!({"1": 0.1}))}),
            invalid,
        ),
        (
            json!({"Name": "a", "FunctionVersion": "$LATEST", "RoutingConfig": weights(json!({"2": 0.1}))}),
            invalid,
        ),
        (
            json!({"Name": "a", "FunctionVersion": "1", "RoutingConfig": weights(json!({"2": 0.1, "3": 0.1}))}),
            invalid,
        ),
    ];
    for (body, error) in rows {
        let got = lambda.post(TARGET, body.clone()).await;
        assert_eq!(got.error(), error, "{body}: {}", got.message());
    }
    let none = lambda.put(&format!("{TARGET}/none"), json!({})).await;
    assert_eq!(none.error(), (404, "ResourceNotFoundException"));
}

#[tokio::test]
async fn weights_share_the_calls() {
    let mut lambda = fixture().await;
    let routing = json!({"RoutingConfig": {"AdditionalVersionWeights": {"2": 0.3}}});
    let updated = lambda.put(&format!("{TARGET}/live"), routing).await.json();
    assert_eq!(updated["RoutingConfig"]["AdditionalVersionWeights"], json!({"2": 0.3}));
    let rows: [Row; 4] = [(|| 0.0, "2"), (|| 0.299, "2"), (|| 0.3, "1"), (|| 0.999, "1")];
    for (dice, version) in rows {
        lambda.0.sources.dice = dice;
        let got = lambda.invoke("pay:live", "{}").await;
        assert_eq!(got.json(), version);
        assert_eq!(got.header("x-amz-executed-version"), version);
    }
    lambda.0.sources.dice = || 0.0;
    assert_eq!(lambda.invoke("pay", "{}").await.json(), "$LATEST");
    lambda.put(&format!("{TARGET}/live"), json!({"RoutingConfig": {}})).await;
    assert_eq!(lambda.invoke("pay:live", "{}").await.json(), "1");
}

#[test]
fn the_dice_stay_in_their_range() {
    for _ in 0..1000 {
        assert!((0.0..1.0).contains(&dice()));
    }
}
