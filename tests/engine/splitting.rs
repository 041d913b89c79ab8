//! Splits and joins at size: a thousand parts, parts that fail or never come back, clients that go
//! away, and what all that holds in memory.

use std::fmt::Write as _;
use std::io::{BufReader, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use crate::support::PATIENCE;
use crate::support::backend::{Backend, answer};
use crate::support::engine::{Engine, api};
use crate::support::http::{Connection, Message, post, request};

const PARTS: usize = 1000;
const JSON: &str = "Content-Type: application/json\r\n";

/// `{"items": [0, 1, …]}`
fn items() -> String {
    format!("{{\"items\": {}}}", numbers(0..PARTS))
}

fn numbers(range: std::ops::Range<usize>) -> String {
    let numbers: Vec<_> = range.map(|number| number.to_string()).collect();
    format!("[{}]", numbers.join(","))
}

/// Answers with the body that it got, but ends the connection at `/fail` of 500, and never answers
/// `/hang` of 500.
fn echo() -> Backend {
    Backend::new(|message, stream| {
        let is_chosen = message.body == b"500";
        if is_chosen && message.start.contains("/fail") {
            return false;
        }
        if is_chosen && message.start.contains("/hang") {
            thread::sleep(PATIENCE);
            return false;
        }
        let body = String::from_utf8_lossy(&message.body);
        stream.write_all(answer("200 OK", JSON, &body).as_bytes()).is_ok()
    })
}

fn flow(mediators: &str) -> String {
    api(&format!("<inSequence>{mediators}</inSequence>"))
}

/// A call that faults when it takes so many milliseconds.
fn call(backend: &Backend, path: &str, timeout: u32) -> String {
    let url = backend.url(path);
    format!(
        "<call><endpoint><http method=\"post\" uri-template=\"{url}\"><timeout><duration>{timeout}\
         </duration><responseAction>fault</responseAction></timeout><suspendOnFailure>\
         <initialDuration>0</initialDuration></suspendOnFailure></http></endpoint></call>"
    )
}

/// A number from a message as its whole body.
fn make(expression: &str) -> String {
    format!(
        "<payloadFactory media-type=\"json\"><format>$1</format><args>\
         <arg expression=\"{expression}\"/></args></payloadFactory>"
    )
}

fn iterate(more: &str, target: &str, condition: &str) -> String {
    format!(
        "<iterate expression=\"json-eval($.items)\" {more}><target><sequence>{target}</sequence></target></iterate>\
         <aggregate>{condition}<onComplete expression=\"json-eval($)\"><respond/></onComplete></aggregate>"
    )
}

fn foreach(more: &str, sequence: &str) -> String {
    format!(
        "<foreach collection=\"${{payload.items}}\" {more}><sequence>{sequence}</sequence></foreach><respond/>"
    )
}

/// Waits until no request is worked on.
fn settles(engine: &Engine) {
    for _ in 0..PATIENCE.as_millis() / 10 {
        if engine.metric("myelin_http_requests_in_flight") == 0 {
            return;
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("a request is still in flight");
}

#[test]
fn a_thousand_parts_come_back_in_their_order() {
    let backend = echo();
    let echo = call(&backend, "/", 30_000);
    let all = numbers(0..PARTS);
    let whole = format!("{{\"items\":{all}}}");
    let each = make("json-eval($)");
    let clone = format!(
        "<clone iterations=\"{PARTS}\"><target><sequence>{}<aggregate><onComplete \
         expression=\"json-eval($)\"><respond/></onComplete></aggregate></sequence></target></clone>",
        make("$ctx:CLONED_ITERATION_INDEX")
    );
    let v1 = format!(
        "<foreach expression=\"json-eval($.items)\"><sequence>{each}</sequence></foreach><respond/>"
    );
    let scatter = (0..PARTS).fold(
        "<scatter-gather><aggregation expression=\"${payload}\"/>".to_owned(),
        |mut all, number| {
            let _ = write!(all, "<sequence>{}</sequence>", make(&number.to_string()));
            all
        },
    ) + "</scatter-gather><respond/>";
    for (name, mediators, expected) in [
        ("iterate", iterate("", &echo, ""), &all),
        ("iterate, one by one", iterate("sequential=\"true\"", &echo, ""), &all),
        ("clone", clone, &all),
        ("foreach in place", v1, &whole),
        ("foreach", foreach("", &echo), &whole),
        ("foreach, one by one", foreach("parallel-execution=\"false\"", &each), &whole),
        ("scatter-gather", scatter, &all),
    ] {
        let engine = Engine::start(&[&flow(&mediators)]);
        let told = post(engine.http, "/test/", &items());
        assert_eq!((told.status(), &told.text()), (200, expected), "{name}\n{}", engine.log());
        settles(&engine);
    }
}

#[test]
fn one_part_in_a_thousand_that_fails_is_told_of() {
    let backend = echo();
    let fails = call(&backend, "/fail", 30_000);
    for (mediators, status, text) in [
        (iterate("", &fails, ""), 502, ""),
        (foreach("", &fails), 502, ""),
        (foreach("parallel-execution=\"false\"", &fails), 502, ""),
        (
            // Its own handler sees it, and the others are not bothered.
            foreach(
                "update-original=\"false\" target-variable=\"all\" result-content-type=\"JSON\"",
                &format!("<sequence onError=\"lost\">{fails}</sequence>"),
            )
            .replace("<respond/>", &(make("${length(vars.all)}") + "<respond/>")),
            200,
            "999",
        ),
    ] {
        let lost =
            "<sequence xmlns=\"http://ws.apache.org/ns/synapse\" name=\"lost\"><drop/></sequence>";
        let engine = Engine::start(&[&flow(&mediators), lost]);
        let told = post(engine.http, "/test/", &items());
        assert_eq!(told.status(), status, "{mediators}: {}", told.text());
        assert!(told.text().contains(text), "{mediators}: {}", told.text());
        settles(&engine);
    }
}

/// Rows that take their time do so side by side.
fn at_once<R: Send>(rows: impl IntoIterator<Item = R>, run: impl Fn(R) + Sync) {
    let run = &run;
    thread::scope(|scope| rows.into_iter().for_each(|row| drop(scope.spawn(move || run(row)))));
}

#[test]
fn one_part_in_a_thousand_that_never_comes_back_holds_nobody_up() {
    let backend = echo();
    let hangs = call(&backend, "/hang", 500);
    let patient = call(&backend, "/hang", 3000);
    let gather = |timeout: &str| {
        format!(
            "<scatter-gather><aggregation expression=\"${{payload}}\" {timeout}/>\
             <sequence>{}{patient}</sequence><sequence>{}{patient}</sequence></scatter-gather><respond/>",
            make("1"),
            make("500"),
        )
    };
    let rows = [
        // Its endpoint's time is up.
        ("foreach", foreach("", &hangs), 504, None),
        ("iterate", iterate("", &hangs, ""), 504, None),
        ("scatter-gather without a timeout", gather(""), 504, None),
        // The join's time is up: it has what was there by then.
        (
            "aggregate",
            iterate("", &patient, "<completeCondition timeout=\"2\"/>"),
            200,
            Some("[0,1,2,3,"),
        ),
        ("scatter-gather", gather("timeout=\"1500\""), 200, Some("[1]")),
        ("scatter-gather, one is enough", gather("min-messages=\"1\""), 200, Some("[1]")),
    ];
    at_once(rows, |(name, mediators, status, begins)| {
        let engine = Engine::start(&[&flow(&mediators)]);
        let told = post(engine.http, "/test/", &items());
        let text = told.text();
        assert_eq!(told.status(), status, "{name}: {text}");
        assert!(begins.is_none_or(|begins| text.starts_with(begins)), "{name}: {text}");
        assert!(!text.contains(",500,"), "{name}: {text}");
        settles(&engine);
    });
}

#[test]
fn a_client_that_goes_away_leaves_nothing_behind() {
    let count = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&count);
    let backend = Backend::new(move |message, stream| {
        counted.fetch_add(1, Ordering::Relaxed);
        let body = String::from_utf8_lossy(&message.body);
        thread::sleep(Duration::from_millis(10));
        stream.write_all(answer("200 OK", JSON, &body).as_bytes()).is_ok()
    });
    let call = call(&backend, "/", 30_000);
    for mediators in [iterate("", &call, ""), foreach("", &call)] {
        count.store(0, Ordering::Relaxed);
        let engine = Engine::start(&[&flow(&mediators)]);
        let mut client = Connection::open(engine.http);
        client.write(request("POST", "/test/", JSON, &items()));
        backend.next();
        assert_eq!(engine.metric("myelin_http_requests_in_flight"), 1);
        drop(client);
        settles(&engine);
        assert_eq!(count.load(Ordering::Relaxed), PARTS, "every part was run");
        while backend.next_within(Duration::ZERO).is_some() {}
    }
}

#[test]
fn a_flow_that_does_not_wait_goes_on_beside_a_thousand_items() {
    let backend = echo();
    let own = foreach(
        "continue-without-aggregation=\"true\"",
        &(call(&backend, "/", 30_000) + "<respond/>"),
    );
    let engine = Engine::start(&[&flow(&own)]);
    let told = post(engine.http, "/test/", &items());
    assert_eq!((told.status(), told.text()), (200, items()));
    settles(&engine);
    assert_eq!((0..PARTS).filter(|_| backend.next_within(Duration::ZERO).is_some()).count(), PARTS);
}

#[test]
fn no_more_parts_run_at_once_than_the_limit_says() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let peak = Arc::clone(&most);
    let backend = Backend::new(move |_, stream| {
        peak.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(5));
        now.fetch_sub(1, Ordering::SeqCst);
        stream.write_all(answer("200 OK", JSON, "1").as_bytes()).is_ok()
    });
    let call = call(&backend, "/", 30_000);
    let detached = "continue-without-aggregation=\"true\"";
    for mediators in [iterate("", &call, ""), foreach("", &call), foreach(detached, &call)] {
        most.store(0, Ordering::SeqCst);
        let engine = Engine::with("[limits]\nbranches = 4\n", &[&flow(&mediators)]);
        let body = format!("{{\"items\": {}}}", numbers(0..100));
        assert_eq!(post(engine.http, "/test/", &body).status(), 200);
        settles(&engine);
        let most = most.load(Ordering::SeqCst);
        assert!((2..=4).contains(&most), "{most} at once: {mediators}");
    }
}

/// A back-end that reads what it gets piece by piece and keeps nothing; says how much it was.
fn sink() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let total = Arc::new(AtomicUsize::new(0));
    let sum = Arc::clone(&total);
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let sum = Arc::clone(&sum);
            thread::spawn(move || {
                let mut reader = BufReader::new(&stream);
                while let Some(head) = Message::read(&mut reader, true) {
                    let Ok(size) = head.drain(&mut reader) else { break };
                    sum.fetch_add(usize::try_from(size).unwrap(), Ordering::Relaxed);
                    if (&stream).write_all(answer("200 OK", JSON, "1").as_bytes()).is_err() {
                        break;
                    }
                }
            });
        }
    });
    (address, total)
}

/// What the process may grow by, in kilobytes: 8 parts of a megabyte run at once, each as a
/// document, as the bytes that are sent, and in the buffers of its connection. All of them together
/// would be a gigabyte.
const GROWTH: u64 = 64_000;

#[test]
fn a_thousand_parts_of_a_megabyte_are_never_there_at_once() {
    let (address, received) = sink();
    let call = format!(
        "<call><endpoint><http method=\"post\" uri-template=\"http://{address}/\"/></endpoint></call>"
    );
    let kept = "preservePayload=\"true\" attachPath=\"json-eval($.items)\"";
    let body = format!("{{\"rest\": \"{}\", {}", "x".repeat(1_000_000), &items()[1..]);
    for (name, mediators) in [
        ("iterate", iterate(kept, &call, "")),
        (
            "clone",
            format!(
                "<clone iterations=\"{PARTS}\"><target><sequence>{call}</sequence></target></clone><aggregate><onComplete expression=\"json-eval($)\"><respond/></onComplete></aggregate>"
            ),
        ),
    ] {
        let engine = Engine::with("[limits]\nbranches = 8\n", &[&flow(&mediators)]);
        received.store(0, Ordering::Relaxed);
        let before = engine.peak_memory();
        let told = post(engine.http, "/test/", &body);
        assert_eq!(told.status(), 200, "{name}: {:.300}", told.text());
        let grown = engine.peak_memory().saturating_sub(before);
        assert!(received.load(Ordering::Relaxed) > PARTS * 1_000_000, "{name}");
        assert!(grown < GROWTH, "{name} grew by {grown} kB");
        settles(&engine);
    }
}
