//! The catalogue against a small Lambda that verifies signatures.

use std::time::{Duration, SystemTime};

use http::{Request, Response};

use super::*;
use crate::aws::sigv4::Signer;
use crate::aws::{Credentials, Endpoint, LambdaSettings, Source};
use crate::transport::{
    Arrival, Body, Client, ClientSettings, Drain, Listener, Server, ServerLimits, body, collect,
};

/// Three functions on two pages, for the key `local`; account settings for nobody.
async fn lambda(request: Request<Body>, _: Arrival) -> Response<Body> {
    let (head, stream) = request.into_parts();
    let bytes = collect(stream, 1 << 20, None).await.unwrap();
    let find = |id: &str| (id == "local").then(|| Credentials::new("local", "local", None));
    let skew = Duration::from_mins(5);
    if let Err(error) = Signer::default().verify(&head, &bytes, find, SystemTime::now(), skew) {
        return refuse(error.error_type(), &error.to_string());
    }
    let text = match (head.uri.path().trim_end_matches('/'), head.uri.query().unwrap_or("")) {
        ("/2015-03-31/functions", query) if query.contains("Marker=more%2F1") => {
            r#"{"Functions":[{"FunctionName":"alpha","Runtime":"python3.13","MemorySize":128,"Timeout":3,
                "LastModified":"2026-01-01T00:00:00.000+0000","Description":"","PackageType":"Zip","State":"Active"}]}"#
        }
        ("/2015-03-31/functions", _) => {
            r#"{"Functions":[{"FunctionName":"gamma","PackageType":"Image","Description":"third"},
                {"FunctionName":"beta","Runtime":"cobol99"}],"NextMarker":"more/1"}"#
        }
        _ => {
            return refuse(
                "AccessDeniedException",
                "User: u is not authorized to perform: lambda:GetAccountSettings",
            );
        }
    };
    Response::new(body::full(text))
}

fn refuse(error_type: &str, message: &str) -> Response<Body> {
    let body = body::full(format!(r#"{{"message":"{message}"}}"#));
    Response::builder().status(403).header("x-amzn-ErrorType", error_type).body(body).unwrap()
}

fn serve() -> Endpoint {
    let server = Server::new(lambda, ServerLimits::default(), Drain::new());
    let listener = Listener::bind(([127, 0, 0, 1], 0).into()).unwrap();
    let endpoint = Endpoint::parse(&format!("http://{}", listener.local_addr())).unwrap();
    tokio::spawn(async move { server.serve(listener).await });
    endpoint
}

fn client(local: Option<Endpoint>) -> LambdaClient {
    let settings = LambdaSettings { local, ..Default::default() };
    LambdaClient::new(Client::new(ClientSettings::default()).unwrap(), settings)
}

fn connection(secret: &str, region: &str, endpoint: &str) -> Connection {
    let source = Source::Static(Credentials::new("local", secret, None));
    Connection { source, region: Some(region.into()), endpoint: Some(endpoint.into()) }
}

#[tokio::test]
async fn all_pages_are_listed_by_name() {
    let rows = list(&client(Some(serve())), &Connection::default()).await.unwrap();
    let names: Vec<&str> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["alpha", "beta", "gamma"]);
    let alpha = &rows[0];
    assert_eq!(
        (alpha.runtime.as_deref(), alpha.state.as_deref()),
        (Some("python3.13"), Some("Active"))
    );
    assert_eq!(
        (alpha.memory_mb, alpha.timeout_seconds, &alpha.description),
        (Some(128), Some(3), &None)
    );
    assert_eq!(rows[1].runtime.as_deref(), Some("cobol99"));
    assert_eq!((&rows[2].runtime, rows[2].description.as_deref()), (&None, Some("third")));
}

#[tokio::test]
async fn a_report_names_the_refused_action_and_what_to_do() {
    let endpoint = serve().to_string();
    let report = test_connection(&client(None), &connection("local", "eu-west-1", &endpoint)).await;
    assert_eq!(report.region.as_deref(), Some("eu-west-1"));
    assert_eq!(report.endpoint, Some(endpoint));
    assert_eq!(report.checks[0].outcome, Ok("there are functions".to_owned()));
    let refused = report.checks[1].outcome.as_ref().unwrap_err();
    assert_eq!((refused.action, refused.status), (Some("lambda:GetAccountSettings"), Some(403)));
    assert!(
        refused
            .to_string()
            .starts_with("lambda:GetAccountSettings: AccessDeniedException (403): User: u")
    );
    assert!(refused.help.unwrap().contains("allow the action"));
    assert!(!report.is_ok());
}

#[tokio::test]
async fn a_wrong_secret_a_wrong_region_and_no_server_are_told_apart() {
    let endpoint = serve().to_string();
    let wrong =
        test_connection(&client(None), &connection("hunter2", "eu-west-1", &endpoint)).await;
    let refused = wrong.checks[0].outcome.as_ref().unwrap_err();
    assert_eq!(refused.error_type.as_deref(), Some("InvalidSignatureException"));
    assert!(refused.help.unwrap().contains("secret"));
    assert!(!format!("{wrong:?}").contains("hunter2"));
    let nowhere = test_connection(&client(None), &connection("local", "eu west", &endpoint)).await;
    assert_eq!(nowhere.checks[0].action, "resolve");
    let nobody = connection("local", "eu-west-1", "http://127.0.0.1:1");
    let error = list(&client(None), &nobody).await.unwrap_err();
    assert_eq!((error.status, error.action), (None, Some("lambda:ListFunctions")));
    assert!(error.help.unwrap().contains("endpoint"), "{error}");
    assert!(error.to_string().contains("refused"), "{error}");
}
