//! Renewal by rows, and the real chain in child processes with environments of their own.

use std::fs;
use std::process::{Command, Output};
use std::time::UNIX_EPOCH;

use super::*;

fn at(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

#[allow(clippy::unnecessary_wraps, reason = "it stands beside failed() in tables")]
fn loaded(value: u32, renew: u64, end: u64) -> Result<Loaded<u32>, ChainError> {
    Ok(Loaded { value, renew: Some(at(renew)), end: Some(at(end)) })
}

fn failed() -> Result<Loaded<u32>, ChainError> {
    Err(ChainError::Failed("down".into()))
}

#[tokio::test]
async fn a_value_is_renewed_ahead_of_its_end() {
    let renewed = Renewed::new(FAILED);
    for (now, source, expected) in [
        (0, failed(), Err("down")),
        (4, loaded(1, 100, 200), Err("down")),
        (5, loaded(1, 100, 200), Ok(1)),
        (99, loaded(2, 300, 400), Ok(1)),
        (100, failed(), Ok(1)),
        (104, loaded(2, 300, 400), Ok(1)),
        (105, loaded(2, 300, 400), Ok(2)),
        (399, failed(), Ok(2)),
        (400, failed(), Err("down")),
        (405, loaded(3, 500, 600), Ok(3)),
    ] {
        let found = renewed.get(at(now), async || source).await;
        let found = found.map_err(|error| error.to_string());
        let expected = expected.map_err(|it| format!("AWS credentials could not be loaded: {it}"));
        assert_eq!(found, expected, "at {now}");
    }
}

#[tokio::test]
async fn one_caller_loads_and_nobody_waits_while_there_is_a_value() {
    let renewed = Renewed::new(FAILED);
    let (open, gate) = tokio::sync::oneshot::channel::<()>();
    let slow = renewed.get(at(0), async || {
        gate.await.unwrap();
        loaded(1, 10, 20)
    });
    let second = renewed.get(at(0), async || panic!("loaded twice"));
    let (slow, second, ()) = tokio::join!(slow, second, async { open.send(()).unwrap() });
    assert_eq!((slow, second), (Ok(1), Ok(1)));
    let (open, gate) = tokio::sync::oneshot::channel::<()>();
    let renewing = renewed.get(at(10), async || {
        gate.await.unwrap();
        loaded(2, 30, 40)
    });
    let other = async {
        let value = renewed.get(at(10), async || panic!("loaded twice")).await;
        open.send(()).unwrap();
        value
    };
    assert_eq!(tokio::join!(renewing, other), (Ok(2), Ok(1)));
}

/// Runs the test below in a process of its own, which has an environment of its own.
fn child(home: &std::path::Path, environment: &[(&str, &str)]) -> String {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "aws::chain::tests::print_the_chain", "--ignored", "--nocapture"]);
    command.env_clear().env("HOME", home).env("AWS_EC2_METADATA_DISABLED", "true");
    command.env("RUST_LOG", "trace").envs(environment.iter().copied());
    let Output { status, stdout, stderr } = command.output().unwrap();
    let text = String::from_utf8(stdout).unwrap() + &String::from_utf8(stderr).unwrap();
    assert!(status.success(), "{text}");
    text
}

#[tokio::test]
#[ignore = "the child of the test below"]
async fn print_the_chain() {
    let chain = Chain::new(None);
    let now = at(0);
    match chain.region(now).await {
        Ok(region) => println!("region {region}"),
        Err(error) => println!("{error}"),
    }
    match chain.credentials("eu-west-1", now).await {
        Ok(found) => {
            let token = found.session_token().map(|token| token.expose().len());
            let secret = found.secret_access_key().expose().len();
            println!("key {} {secret} {token:?}", found.access_key_id());
        }
        Err(error) => println!("{error}"),
    }
    println!("endpoint {:?} {chain:?}", chain.endpoint("eu-west-1").await);
}

#[test]
fn environment_and_profiles_are_found_in_aws_order() {
    let home = std::env::temp_dir().join(format!("myelin-chain-{}", std::process::id()));
    fs::create_dir_all(home.join(".aws")).unwrap();
    fs::write(
        home.join(".aws/config"),
        "[default]\nregion = eu-north-1\n\
         [profile dev]\nregion = eu-south-1\nservices = here\n\
         [services here]\nlambda =\n  endpoint_url = http://profile:1\n\
         [profile broken]\ncredential_process = false\n",
    )
    .unwrap();
    fs::write(
        home.join(".aws/credentials"),
        "[default]\naws_access_key_id = AKDEFAULT\naws_secret_access_key = hunter2\n\
         [dev]\naws_access_key_id = AKDEV\naws_secret_access_key = hunter2\naws_session_token = hunter22\n",
    )
    .unwrap();
    let keys = [("AWS_ACCESS_KEY_ID", "AKENV"), ("AWS_SECRET_ACCESS_KEY", "hunter2")];
    for (environment, expected) in [
        (vec![], vec!["region eu-north-1", "key AKDEFAULT 7 None", "endpoint None"]),
        (
            vec![("AWS_PROFILE", "dev")],
            vec!["region eu-south-1", "key AKDEV 7 Some(8)", "endpoint Some(\"http://profile:1\")"],
        ),
        (
            vec![
                ("AWS_PROFILE", "dev"),
                ("AWS_REGION", "us-west-2"),
                keys[0],
                keys[1],
                ("AWS_ENDPOINT_URL_LAMBDA", "http://env:1"),
                ("AWS_ENDPOINT_URL", "http://all:1"),
            ],
            vec!["region us-west-2", "key AKENV 7 None", "endpoint Some(\"http://env:1\")"],
        ),
        (vec![("AWS_ENDPOINT_URL", "http://all:1")], vec!["endpoint Some(\"http://all:1\")"]),
        (vec![("AWS_PROFILE", "broken")], vec!["AWS credentials could not be loaded: "]),
        (
            vec![("HOME", "/nonexistent")],
            vec![
                "no AWS region: looked at the environment (AWS_REGION",
                "no AWS credentials: looked at the environment (AWS_ACCESS_KEY_ID",
            ],
        ),
    ] {
        let text = child(&home, &environment);
        for part in expected {
            assert!(text.contains(part), "{environment:?}: {part} is not in\n{text}");
        }
        assert!(!text.contains("hunter2"), "{text}");
    }
    fs::remove_dir_all(home).unwrap();
}
