//! Answers for people and programs, and both commands against a local Lambda.

use clap::{Parser, error::ErrorKind};

use super::*;

fn row(name: &str) -> FunctionRow {
    FunctionRow {
        name: name.to_owned(),
        arn: None,
        runtime: None,
        package_type: None,
        state: None,
        memory_mb: None,
        timeout_seconds: None,
        last_modified: None,
        description: None,
    }
}

fn text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

#[test]
fn functions_are_columns_for_people() {
    let rows = [
        FunctionRow {
            runtime: text("python3.13"),
            memory_mb: Some(128),
            timeout_seconds: Some(3),
            last_modified: text("2026-01-02T03:04:05.000+0000"),
            description: text("adds\u{1b}[2K\nnumbers"),
            ..row("adding")
        },
        FunctionRow { package_type: text("Image"), ..row("größer") },
    ];
    assert_eq!(
        table(&rows),
        "NAME    RUNTIME     MEMORY  TIMEOUT  CHANGED     DESCRIPTION\n\
         adding  python3.13  128 MB  3 s      2026-01-02  adds [2K numbers\n\
         größer  Image       -       -        -           -\n"
    );
    assert_eq!(table(&[]), "there are no functions in this region\n");
    assert_eq!(lines(&[]), "");
    let all = lines(&rows);
    assert_eq!(all.lines().count(), 2);
    let first: Value = serde_json::from_str(all.lines().next().unwrap()).unwrap();
    assert_eq!((&first["name"], &first["memory_mb"]), (&json!("adding"), &json!(128)));
}

#[test]
fn reports_tell_what_to_do() {
    let refused = CatalogueError {
        action: Some("lambda:GetAccountSettings"),
        status: Some(403),
        error_type: text("AccessDeniedException"),
        message: "AccessDeniedException (403): no".to_owned(),
        help: Some("allow the action"),
    };
    let nowhere = CatalogueError {
        action: None,
        status: None,
        error_type: None,
        message: "no region".to_owned(),
        help: None,
    };
    let report = Report {
        region: text("eu-west-1"),
        endpoint: None,
        access_key_id: text("AK"),
        checks: vec![
            Check { action: "lambda:ListFunctions", outcome: Ok("there are functions".to_owned()) },
            Check { action: "lambda:GetAccountSettings", outcome: Err(refused) },
            Check { action: "resolve", outcome: Err(nowhere) },
        ],
    };
    assert_eq!(
        told(&report),
        "region      eu-west-1\n\
         endpoint    not found\n\
         access key  AK\n\
         ok          lambda:ListFunctions: there are functions\n\
         failed      lambda:GetAccountSettings: AccessDeniedException (403): no\n            help: allow the action\n\
         failed      resolve: no region\n"
    );
    let object = object(&report);
    assert_eq!((&object["ok"], &object["endpoint"]), (&json!(false), &Value::Null));
    assert_eq!(object["checks"][0]["ok"], json!(true));
    assert_eq!(object["checks"][1]["help"], json!("allow the action"));
}

#[derive(Debug, Parser)]
struct Line {
    #[command(flatten)]
    args: Args,
}

fn parse(line: &str) -> Result<Command, clap::Error> {
    let words = ["functions"].into_iter().chain(line.split(' '));
    Line::try_parse_from(words).map(|line| line.args.command)
}

async fn answers(line: &str) -> Result<Answer, Failure> {
    ask(&parse(line).unwrap(), &Settings::default()).await
}

#[test]
fn arguments_are_checked() {
    for (line, kind) in [
        ("list --format yaml", ErrorKind::InvalidValue),
        ("list --functions x", ErrorKind::MissingRequiredArgument),
        ("drop", ErrorKind::InvalidSubcommand),
        ("list now", ErrorKind::UnknownArgument),
    ] {
        assert_eq!(parse(line).unwrap_err().kind(), kind, "{line}");
    }
    let Command::List(asked) =
        parse("list --region r --profile p --endpoint-url http://h").unwrap()
    else {
        panic!("this is no list");
    };
    let connection = asked.connection();
    assert_eq!(connection.region.as_deref(), Some("r"));
    assert_eq!(connection.endpoint.as_deref(), Some("http://h"));
    assert!(matches!(connection.source, Source::Chain { profile: Some(it) } if &*it == "p"));
}

#[tokio::test]
async fn the_local_lambda_answers_both() {
    let functions = concat!(env!("CARGO_MANIFEST_DIR"), "/config/functions");
    let local = format!("--local-lambda --functions {functions}");
    let listed = answers(&format!("list {local}")).await.unwrap();
    assert!(listed.ok && listed.text.starts_with("NAME"), "{listed:?}");
    let lines = answers(&format!("list {local} --format json")).await.unwrap().text;
    assert_eq!(lines.lines().count() + 1, listed.text.lines().count());
    for line in lines.lines() {
        let row: Value = serde_json::from_str(line).unwrap();
        assert!(row["arn"].as_str().unwrap().starts_with("arn:aws:lambda:us-east-1:"), "{line}");
    }
    let tried = answers("test-connection --local-lambda --region eu-west-1").await.unwrap();
    assert!(tried.ok && tried.text.starts_with("region      eu-west-1\n"), "{tried:?}");
    let tried = answers("test-connection --local-lambda --format json").await.unwrap();
    let report: Value = serde_json::from_str(&tried.text).unwrap();
    assert_eq!((&report["ok"], &report["access_key_id"]), (&json!(true), &json!("local")));
}

#[tokio::test]
async fn what_cannot_be_asked_is_an_error_with_help() {
    let wrong = "test-connection --local-lambda --region not_a_region";
    let tried = answers(wrong).await.unwrap();
    assert!(!tried.ok && tried.text.contains("failed      resolve: "), "{tried:?}");
    let listed = answers("list --local-lambda --endpoint-url h").await.unwrap_err();
    assert!(matches!(&listed, Failure::Asking(error) if error.help.is_some()), "{listed}");
}
