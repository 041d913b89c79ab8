//! Only requests with a right signature are answered, whatever the region.

use super::*;

type Row = (fn() -> SystemTime, u16, &'static str);

async fn refusal(change: impl FnOnce(&mut Request<Bytes>)) -> (u16, String, String) {
    let lambda = Fixture::new();
    let target = "/2015-03-31/functions";
    let mut request = signed(REGION, Method::GET, target, Bytes::new(), &[]);
    change(&mut request);
    let response = lambda.0.handle(request).await;
    let kind = response.headers().get("x-amzn-errortype").map(|kind| kind.to_str().unwrap());
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    let message = body["message"].as_str().unwrap_or_default().to_owned();
    (response.status().as_u16(), kind.unwrap_or_default().to_owned(), message)
}

fn replace(request: &mut Request<Bytes>, from: &str, to: &str) {
    let header = request.headers_mut().get_mut("authorization").unwrap();
    let text = header.to_str().unwrap().replace(from, to);
    *header = HeaderValue::from_str(&text).unwrap();
}

#[tokio::test]
async fn refusals() {
    let (status, kind, message) = refusal(|request| {
        request.headers_mut().remove("authorization");
    })
    .await;
    assert_eq!(
        (status, kind.as_str(), message.as_str()),
        (403, "MissingAuthenticationTokenException", "Missing Authentication Token")
    );
    let (status, kind, message) =
        refusal(|request| replace(request, "Credential=local/", "Credential=nobody/")).await;
    assert_eq!((status, kind.as_str()), (403, "UnrecognizedClientException"));
    assert_eq!(message, "The security token included in the request is invalid.");
    let (status, kind, message) =
        refusal(|request| *request.uri_mut() = "/2015-03-31/functions?MaxItems=1".parse().unwrap())
            .await;
    assert_eq!((status, kind.as_str()), (403, "InvalidSignatureException"));
    assert!(message.starts_with("The request signature we calculated does not match"));
    let (status, kind, _) = refusal(|request| *request.body_mut() = Bytes::from("changed")).await;
    assert_eq!((status, kind.as_str()), (403, "InvalidSignatureException"));
}

#[tokio::test]
async fn dates_may_differ_by_five_minutes() {
    let mut lambda = Fixture::new();
    let target = "/2015-03-31/functions";
    let rows: [Row; 4] = [
        (|| SystemTime::now() + std::time::Duration::from_secs(290), 200, ""),
        (|| SystemTime::now() - std::time::Duration::from_secs(290), 200, ""),
        (|| SystemTime::now() + std::time::Duration::from_secs(310), 403, "Signature expired: "),
        (|| SystemTime::now() - std::time::Duration::from_secs(310), 403, "not yet current: "),
    ];
    for (now, status, message) in rows {
        lambda.0.sources.now = now;
        let got = lambda.get(target).await;
        assert_eq!(got.status, status);
        assert!(got.message().contains(message), "{}", got.message());
    }
}

#[tokio::test]
async fn other_services_and_odd_regions_are_refused() {
    let lambda = Fixture::new();
    let (mut head, ()) = Request::get("/2015-03-31/functions")
        .header("host", "localhost")
        .body(())
        .unwrap()
        .into_parts();
    let keys = Credentials::new("local", "local", None);
    for (region, service, message) in
        [(REGION, "s3", "correct service: 'lambda'"), ("EU WEST", "lambda", "valid region")]
    {
        let body = BodyHash::of(b"");
        Signer::default().sign(&mut head, body, &keys, region, service, SystemTime::now()).unwrap();
        let response = lambda.0.handle(Request::from_parts(head.clone(), Bytes::new())).await;
        assert_eq!(response.status(), 403);
        assert!(String::from_utf8_lossy(response.body()).contains(message));
    }
}

#[tokio::test]
async fn each_region_has_its_own_functions() {
    let lambda = Fixture::with(&[("hello/function.toml", "[stub]\necho = true")]);
    lambda.create("made").await;
    let target = "/2015-03-31/functions";
    let request = signed("us-east-1", Method::GET, target, Bytes::new(), &[]);
    let response = lambda.0.handle(request).await;
    let body: Value = serde_json::from_slice(response.body()).unwrap();
    assert_eq!(body["Functions"].as_array().unwrap().len(), 1);
    assert_eq!(
        body["Functions"][0]["FunctionArn"],
        "arn:aws:lambda:us-east-1:000000000000:function:hello"
    );
    assert_eq!(lambda.get(target).await.json()["Functions"].as_array().unwrap().len(), 2);
}
