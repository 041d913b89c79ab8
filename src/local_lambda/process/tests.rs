//! Functions that run: Python, Node and a bootstrap of their own, warm, dying, late.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Value, json};

use crate::local_lambda::tests::{Fixture, Got, zip};
use crate::local_lambda::workspace::TempFolder;

/// Whether a program is there; says so where it is not.
fn has(program: &str) -> bool {
    let found = Command::new(program).arg("--version").output().is_ok();
    if !found {
        println!("left out: there is no {program} on this machine");
    }
    found
}

async fn create(runtime: &str, handler: &str, files: &[(&str, &str)], extra: Value) -> Fixture {
    let lambda = Fixture::new();
    let mut all = json!({"Runtime": runtime, "Handler": handler, "Code": {"ZipFile": zip(files)}});
    all.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
    let made = lambda.create_with("f", all).await;
    assert_eq!(made.status, 201, "{}", made.message());
    lambda
}

async fn python(text: &str) -> Fixture {
    create("python3.12", "app.handler", &[("app.py", text)], json!({})).await
}

fn log(got: &Got) -> String {
    String::from_utf8(BASE64.decode(got.header("x-amz-log-result")).unwrap()).unwrap()
}

const TAIL: &[(&str, &str)] = &[("x-amz-log-type", "Tail")];

#[tokio::test]
async fn python_answers_and_stays_warm() {
    if !has("python3") {
        return;
    }
    let lambda = python(
        "import os\ncount = 0\ndef handler(event, context):\n  global count\n  count += 1\n  \
         print('call', count, context.aws_request_id)\n  return {'sum': event['a'] + event['b'], \
         'count': count, 'pid': os.getpid(), 'left': context.get_remaining_time_in_millis()}\n",
    )
    .await;
    let first = lambda.invoke_with("f", r#"{"a": 1, "b": 2}"#, TAIL).await;
    assert_eq!(first.header("x-amz-function-error"), "", "{:?}", first.json());
    assert_eq!((&first.json()["sum"], &first.json()["count"]), (&json!(3), &json!(1)));
    let left = first.json()["left"].as_u64().unwrap();
    assert!(left > 0 && left <= 3000, "{left}");
    let id = first.header("x-amzn-requestid");
    assert!(log(&first).contains(&format!("call 1 {id}\nEND")), "{}", log(&first));
    assert!(log(&first).contains("Init Duration: "), "{}", log(&first));
    let second = lambda.invoke_with("f", r#"{"a": 1, "b": 2}"#, TAIL).await;
    assert_eq!(second.json()["count"], 2);
    assert_eq!(second.json()["pid"], first.json()["pid"]);
    assert!(log(&second).contains("call 2") && !log(&second).contains("call 1"));
    assert!(!log(&second).contains("Init Duration"));
}

#[tokio::test]
async fn python_errors_read_as_on_aws() {
    if !has("python3") {
        return;
    }
    let lambda = python("def handler(event, context):\n  raise ValueError('no ' + event)\n").await;
    let got = lambda.invoke_with("f", "\"way\"", TAIL).await;
    assert_eq!((got.status, got.header("x-amz-function-error")), (200, "Unhandled"));
    let body = got.json();
    assert_eq!(
        (&body["errorType"], &body["errorMessage"]),
        (&json!("ValueError"), &json!("no way"))
    );
    assert_eq!(body["requestId"], got.header("x-amzn-requestid"));
    let trace = body["stackTrace"][0].as_str().unwrap();
    assert!(trace.contains("app.py\", line 2, in handler"), "{trace}");
    assert!(log(&got).contains("[ERROR] ValueError: no way"), "{}", log(&got));
    let unfit = python("def handler(event, context):\n  return {1, 2}\n").await;
    assert_eq!(unfit.invoke("f", "{}").await.json()["errorType"], "Runtime.MarshalError");
}

#[tokio::test]
async fn what_cannot_be_loaded_is_named() {
    let fine = "def handler(event, context):\n  return 1\n";
    let node = "exports.handler = 1";
    let rows = [
        ("python3.12", "none.handler", "app.py", fine, "Runtime.ImportModuleError", "none"),
        ("python3.12", "app.other", "app.py", fine, "Runtime.HandlerNotFound", "'other' missing"),
        ("python3.7", "mdhandler", "app.py", fine, "Runtime.MalformedHandlerName", "mdhandler"),
        ("python3.12", "app.handler", "app.py", "def (", "Runtime.UserCodeSyntaxError", "app"),
        (
            "python3.12",
            "app.handler",
            "app.py",
            "import none_such",
            "Runtime.ImportModuleError",
            "none_such",
        ),
        ("python3.12", "app.handler", "app.py", "1 / 0", "ZeroDivisionError", "division by zero"),
        ("nodejs20.x", "none.handler", "app.js", node, "Runtime.ImportModuleError", "none"),
        ("nodejs20.x", "app.other", "app.js", node, "Runtime.HandlerNotFound", "app.other"),
        ("nodejs20.x", "app", "app.js", node, "Runtime.MalformedHandlerName", "Bad handler"),
        (
            "nodejs20.x",
            "app.handler",
            "app.js",
            "import 'none'",
            "Runtime.ImportModuleError",
            "none",
        ),
        (
            "nodejs20.x",
            "app.handler",
            "app.mjs",
            "const (",
            "Runtime.UserCodeSyntaxError",
            "SyntaxError",
        ),
        (
            "nodejs20.x",
            "app.handler",
            "app.mjs",
            "throw new TypeError('at once')",
            "TypeError",
            "at once",
        ),
        ("provided.al2023", "x", "app", "", "Runtime.InvalidEntrypoint", "bootstrap"),
        (
            "provided.al2023",
            "x",
            "bootstrap",
            "#!/none/such\n",
            "Runtime.InvalidEntrypoint",
            "/bootstrap: No such file",
        ),
        ("java21", "x.Y", "app", "", "Runtime.InvalidRuntime", "runtime java21 cannot run"),
    ];
    for (runtime, handler, file, text, kind, message) in rows {
        let program = if runtime.starts_with("python") { "python3" } else { "node" };
        if !has(program) {
            continue;
        }
        let lambda = create(runtime, handler, &[(file, text)], json!({})).await;
        let got = lambda.invoke("f", "{}").await;
        assert_eq!((got.status, got.header("x-amz-function-error")), (200, "Unhandled"));
        let body = got.json();
        assert_eq!(body["errorType"], kind, "{runtime} {handler} {text}: {body}");
        assert!(body["errorMessage"].as_str().unwrap().contains(message), "{text}: {body}");
    }
}

#[tokio::test]
async fn a_late_function_is_ended_and_started_anew() {
    if !has("python3") {
        return;
    }
    let text = "import os, time\ndef handler(event, context):\n  print('began')\n  \
                time.sleep(event)\n  return os.getpid()\n";
    let lambda =
        create("python3.12", "app.handler", &[("app.py", text)], json!({"Timeout": 1})).await;
    let first = lambda.invoke("f", "0").await.json();
    let late = lambda.invoke_with("f", "30", TAIL).await;
    assert_eq!(late.header("x-amz-function-error"), "Unhandled");
    let id = late.header("x-amzn-requestid");
    assert_eq!(
        late.json(),
        json!({
            "errorType": "Sandbox.Timedout",
            "errorMessage": format!("RequestId: {id} Error: Task timed out after 1.00 seconds"),
        })
    );
    assert!(log(&late).contains("began\n"), "{}", log(&late));
    assert!(log(&late).contains("Task timed out after 1.00 seconds"), "{}", log(&late));
    let second = lambda.invoke("f", "0").await.json();
    assert!(second.is_u64() && second != first, "{first} {second}");
    assert!(ends(first.as_u64().unwrap()).await, "the late process still lives");
}

#[tokio::test]
async fn a_function_that_dies_says_how() {
    if !has("python3") {
        return;
    }
    let text = "import os, signal\ndef handler(event, context):\n  if event == 9:\n    \
                os.kill(os.getpid(), 9)\n  os._exit(event)\n";
    let lambda = python(text).await;
    for (event, end) in [
        ("3", "Runtime exited with error: exit status 3"),
        ("0", "Runtime exited without providing a reason"),
        ("9", "Runtime exited with error: signal 9"),
    ] {
        let got = lambda.invoke("f", event).await;
        assert_eq!(got.json()["errorType"], "Runtime.ExitError");
        let message = got.json()["errorMessage"].as_str().unwrap().to_owned();
        assert!(message.ends_with(end), "{message}");
    }
}

#[tokio::test]
async fn the_environment_is_the_functions_own() {
    if !has("python3") {
        return;
    }
    let text = "import os\ndef handler(event, context):\n  return dict(os.environ, \
                cwd=os.getcwd(), custom=context.client_context.custom)\n";
    let extra = json!({"Environment": {"Variables": {"MODE": "x"}}, "MemorySize": 256});
    let lambda = create("python3.12", "app.handler", &[("app.py", text)], extra).await;
    let context = BASE64.encode(r#"{"custom": {"k": "v"}}"#);
    let headers = [("x-amz-client-context", context.as_str())];
    let got = lambda.invoke_with("f", "{}", &headers).await.json();
    for (name, value) in [
        ("MODE", "x"),
        ("AWS_LAMBDA_FUNCTION_NAME", "f"),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256"),
        ("AWS_REGION", "eu-west-1"),
        ("_HANDLER", "app.handler"),
        ("AWS_EXECUTION_ENV", "AWS_Lambda_python3.12"),
        ("AWS_ACCESS_KEY_ID", "local"),
    ] {
        assert_eq!(got[name], value, "{name}");
    }
    assert_eq!(got["cwd"], got["LAMBDA_TASK_ROOT"]);
    assert_eq!(got["custom"], json!({"k": "v"}));
    assert!(got.get("CARGO_MANIFEST_DIR").is_none(), "the host's variables stay outside");
}

#[tokio::test]
async fn invocations_run_side_by_side() {
    if !has("python3") {
        return;
    }
    let text =
        "import os, time\ndef handler(event, context):\n  time.sleep(0.5)\n  return os.getpid()\n";
    let lambda = python(text).await;
    let (one, two, three) =
        tokio::join!(lambda.invoke("f", "1"), lambda.invoke("f", "2"), lambda.invoke("f", "3"));
    let pids: std::collections::HashSet<_> =
        [one, two, three].iter().map(|got| got.json().as_u64().unwrap()).collect();
    assert_eq!(pids.len(), 3);
}

#[tokio::test]
async fn answers_have_a_limit_too() {
    if !has("python3") {
        return;
    }
    let lambda = python("def handler(event, context):\n  return 'x' * event\n").await;
    assert_eq!(lambda.invoke("f", "6291454").await.bytes.len(), 6_291_456);
    let got = lambda.invoke("f", "6291455").await;
    assert_eq!(got.header("x-amz-function-error"), "Unhandled");
    assert_eq!(got.json()["errorType"], "Function.ResponseSizeTooLarge");
    assert_eq!(lambda.invoke("f", "3").await.json(), "xxx");
}

#[tokio::test]
async fn a_saved_file_runs_at_the_next_call() {
    if !has("python3") {
        return;
    }
    let folder = TempFolder::new().unwrap();
    let function = folder.path().join("f");
    std::fs::create_dir(&function).unwrap();
    let description = "runtime = \"python3.12\"\nhandler = \"app.handler\"\n";
    std::fs::write(function.join("function.toml"), description).unwrap();
    let save = |text: &str| {
        let code = format!("def handler(event, context):\n  return {text}\n");
        std::fs::write(function.join("app.py"), code).unwrap();
    };
    save("1");
    let lambda = Fixture::of_folder(folder.path());
    assert_eq!(lambda.invoke("f", "{}").await.json(), 1);
    save("200");
    assert_eq!(lambda.invoke("f", "{}").await.json(), 200);
}

#[tokio::test]
async fn layers_are_found() {
    if !has("python3") {
        return;
    }
    let lambda = Fixture::new();
    let layer = json!({"Content": {"ZipFile": zip(&[("python/tools.py", "x = 42")])}});
    let arn = lambda.post("/2018-10-31/layers/tools/versions", layer).await.json();
    let files = [("app.py", "import tools\ndef handler(event, context):\n  return tools.x\n")];
    let extra = json!({"Layers": [arn["LayerVersionArn"]], "Code": {"ZipFile": zip(&files)}});
    lambda.create_with("f", extra).await;
    assert_eq!(lambda.invoke("f", "{}").await.json(), 42);
}

#[tokio::test]
async fn node_in_every_style() {
    if !has("node") {
        return;
    }
    let rows = [
        ("app.mjs", "export const handler = async (event) => ({ got: event.a })"),
        ("app.cjs", "exports.handler = async (event) => ({ got: event.a })"),
        (
            "app.js",
            "exports.handler = (event, context, callback) => callback(null, { got: event.a })",
        ),
        (
            "app.js",
            "module.exports = { handler: (event, context) => context.succeed({ got: event.a }) }",
        ),
        (
            "app.js",
            "exports.handler = (event, context, callback) => { setTimeout(() => callback(null, { \
             got: event.a }), 20) }",
        ),
    ];
    for (file, text) in rows {
        let lambda = create("nodejs20.x", "app.handler", &[(file, text)], json!({})).await;
        for _ in 0..2 {
            let got = lambda.invoke("f", r#"{"a": 1}"#).await;
            assert_eq!(got.json(), json!({"got": 1}), "{text}");
        }
    }
    let silent = [("app.js", "exports.handler = () => {}")];
    let lambda = create("nodejs20.x", "app.handler", &silent, json!({})).await;
    assert_eq!(lambda.invoke("f", "{}").await.json(), Value::Null);
    let nested = [("src/app.js", "exports.api = { get: async () => 7 }")];
    let lambda = create("nodejs20.x", "src/app.api.get", &nested, json!({})).await;
    assert_eq!(lambda.invoke("f", "{}").await.json(), 7);
}

#[tokio::test]
async fn node_errors() {
    if !has("node") {
        return;
    }
    let rows = [
        ("async () => { throw new RangeError('far') }", "RangeError", "far"),
        ("(event, context, callback) => callback(new Error('back'))", "Error", "back"),
        ("(event, context, callback) => callback('text')", "string", "text"),
        ("() => { setTimeout(() => { throw new Error('later') }, 5) }", "Error", "later"),
        (
            "() => new Promise(() => { Promise.reject(new Error('lost')) })",
            "Runtime.UnhandledPromiseRejection",
            "Error: lost",
        ),
    ];
    for (text, kind, message) in rows {
        let file = format!("exports.handler = {text}");
        let lambda = create("nodejs20.x", "app.handler", &[("app.js", &file)], json!({})).await;
        let got = lambda.invoke_with("f", "{}", TAIL).await;
        assert_eq!(got.header("x-amz-function-error"), "Unhandled", "{text}");
        let body = got.json();
        assert_eq!((&body["errorType"], &body["errorMessage"]), (&json!(kind), &json!(message)));
        assert!(log(&got).contains("ERROR"), "{}", log(&got));
    }
}

const BOOTSTRAP: &str = r#"#!/bin/sh
api="http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation"
while :; do
  event=$(curl -sS -D headers "$api/next") || exit 1
  id=$(tr -d '\r' < headers | sed -n 's/^[Ll]ambda-[Rr]untime-[Aa]ws-[Rr]equest-[Ii]d: //p')
  echo "serving"
  sleep 30 & echo $! > child
  curl -sS -o answer -d "{\"echo\":$event,\"child\":$(cat child)}" "$api/$id/response"
done
"#;

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_bootstrap_runs_and_nothing_is_left_behind() {
    if !has("curl") {
        return;
    }
    let lambda = create("provided.al2023", "x", &[("bootstrap", BOOTSTRAP)], json!({})).await;
    let got = lambda.invoke_with("f", r#"{"a":1}"#, TAIL).await;
    assert_eq!(got.json()["echo"], json!({"a": 1}), "{}", log(&got));
    assert!(log(&got).contains("serving\nEND"), "{}", log(&got));
    let child = got.json()["child"].as_u64().unwrap();
    assert!(Path::new(&format!("/proc/{child}")).exists());
    drop(lambda);
    assert!(ends(child).await, "a process of the function still lives");
}

/// Waits until a process is gone.
async fn ends(process: u64) -> bool {
    let status = format!("/proc/{process}/status");
    for _ in 0..200 {
        match std::fs::read_to_string(&status) {
            Err(_) => return true,
            Ok(text) if text.contains("State:\tZ") => return true,
            Ok(_) => tokio::time::sleep(Duration::from_millis(10)).await,
        }
    }
    false
}
