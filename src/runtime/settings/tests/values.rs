//! What settings may be.

use super::{found, read};
use crate::aws::Credentials;
use crate::runtime::Settings;
use crate::runtime::settings::LogFormat;

/// Reads a file and shows a field; or what is wrong with the file.
fn shows(toml: &str, field: fn(&Settings) -> String) -> String {
    let (loaded, diagnostics, _folder) = read(toml, &[("HALF", "30"), ("NUM", "5")]);
    match found(&diagnostics).first() {
        Some(problem) => problem.clone(),
        None => field(&loaded.settings),
    }
}

#[test]
fn times_have_units_and_milliseconds_are_micro_integrators() {
    let wrong = |at: &str| {
        format!(
            "{at} error A701 `limits.endpoint_timeout` must be a time with its unit such as \
             `\"30s\"`, `\"500ms\"` or `\"2m\"`"
        )
    };
    for (toml, expected) in [
        ("[limits]\nendpoint_timeout = \"30s\"", "30s".to_owned()),
        ("[limits]\nendpoint_timeout = \"500ms\"", "500ms".to_owned()),
        ("[limits]\nendpoint_timeout = \"2 m\"", "120s".to_owned()),
        ("[limits]\nendpoint_timeout = \"1h\"", "3600s".to_owned()),
        ("[limits]\nendpoint_timeout = \"${HALF}s\"", "30s".to_owned()),
        ("[mediation]\nsynapse.global_timeout_interval = 1500", "1.5s".to_owned()),
        ("[mediation]\nsynapse.global_timeout_interval = \"120000\"", "120s".to_owned()),
        ("[mediation]\n'synapse.global_timeout_interval' = \"2s\"", "2s".to_owned()),
        ("[synapse_properties]\n'synapse.global_timeout_interval' = 7", "7ms".to_owned()),
        ("[synapse_properties]\nsynapse.global_timeout_interval = 7", "7ms".to_owned()),
        ("[limits]\nendpoint_timeout = 30", wrong("2:20")),
        ("[limits]\nendpoint_timeout = \"30\"", wrong("2:20")),
        ("[limits]\nendpoint_timeout = \"-3s\"", wrong("2:20")),
        ("[limits]\nendpoint_timeout = \"0s\"", wrong("2:20")),
        ("[limits]\nendpoint_timeout = \"3 weeks\"", wrong("2:20")),
        ("[limits]\nendpoint_timeout = \"99999999999999h\"", wrong("2:20")),
        ("[limits]\nendpoint_timeout = 1.5", wrong("2:20")),
        ("[limits]\nendpoint_timeout = true", wrong("2:20")),
        ("[limits]\nendpoint_timeout = [\"1s\"]", wrong("2:20")),
        ("[mediation]\nsynapse.global_timeout_interval = -5", wrong("2:35")),
    ] {
        let shown = shows(toml, |it| format!("{:?}", it.limits.endpoint_timeout));
        assert_eq!(shown, expected, "{toml}");
    }
}

#[test]
fn sizes_have_units_or_are_bytes() {
    let wrong = "2:12 error A701 `limits.max_body` must be a size such as `\"64MiB\"` or a \
                 number of bytes";
    for (value, expected) in [
        ("1048576", "1048576"),
        ("\"1MiB\"", "1048576"),
        ("\"2 KiB\"", "2048"),
        ("\"3GiB\"", "3221225472"),
        ("\"3MB\"", "3000000"),
        ("\"7B\"", "7"),
        ("\"7\"", "7"),
        ("0", "0"),
        ("\"${NUM}kB\"", "5000"),
        ("-1", wrong),
        ("\"1 mib\"", wrong),
        ("\"MiB\"", wrong),
        ("\"9999999999GiB\"", wrong),
        ("true", wrong),
    ] {
        let toml = format!("[limits]\nmax_body = {value}");
        let shown = shows(&toml, |it| {
            assert_eq!(it.limits.body as u64, it.connections.max_body);
            it.limits.body.to_string()
        });
        assert_eq!(shown, expected, "{value}");
    }
    assert_eq!(
        shows("[limits]\nmax_head = 8191", |it| it.connections.max_head.to_string()),
        "2:12 error A701 `limits.max_head` must be a size such as `\"64KiB\"`, at least 8192 bytes"
    );
}

#[test]
fn numbers_flags_and_words_have_bounds() {
    let depth = "2:9 error A701 `limits.depth` must be a whole number from 1 to 100000";
    let connections = "2:19 error A701 `limits.max_connections` must be a whole number from 1";
    for (toml, expected) in [
        ("[limits]\ndepth = 9", "9 10000 10"),
        ("[limits]\ndepth = \"9\"", "9 10000 10"),
        ("[limits]\ndepth = 0x10", "16 10000 10"),
        ("[limits]\ndepth = 0", depth),
        ("[limits]\ndepth = -1", depth),
        ("[limits]\ndepth = 2.5", depth),
        ("[limits]\nmax_connections = 0", connections),
        ("[limits]\nmax_connections = -1", connections),
        ("[transport.http]\nmax_open_connections = 5", "256 5 10"),
        ("[transport.http]\nmax_open_connections = -1", "256 18446744073709551615 10"),
        (
            "[server]\noffset = 70000",
            "2:10 error A701 `server.offset` must be a whole number from 0 to 65535",
        ),
        (
            "[server]\nhttp_port = -1",
            "2:13 error A701 `server.http_port` must be a port, a whole number from 0 to 65535",
        ),
        (
            "[deployment]\nstrict = 1",
            "2:10 error A701 `deployment.strict` must be `true` or `false`",
        ),
        (
            "[deployment]\non_error = \"Skip\"",
            "2:12 error A701 `deployment.on_error` must be `\"refuse\"` or `\"skip\"`",
        ),
        (
            "[server]\nbind = \"0.0.0\"",
            "2:8 error A701 `server.bind` must be an IP address or `localhost`",
        ),
        (
            "[log]\nlevel = \"inf\"",
            "2:9 error A701 `log.level` has the item `inf`, which is neither a level nor \
             `target=level`",
        ),
        (
            "[local_lambda]\naccount_id = \"12\"",
            "2:14 error A701 `local_lambda.account_id` must be an account number of twelve \
             digits, in quotes",
        ),
    ] {
        let shown = shows(toml, |it| {
            format!("{} {} {}", it.limits.depth, it.connections.max_connections, it.server.offset)
        });
        assert_eq!(shown, expected, "{toml}");
    }
}

#[test]
fn every_setting_reaches_its_field() {
    let toml = r#"
        server = { bind = "localhost", offset = 1, http_port = 2, https_port = 3, certificate = "c", key = "k", threads = "per-core", workers = 4, drain = "0s", preserve_header_case = false }
        deployment = { artifacts = ["a", "/b"], on_error = "skip", ready_when_skipped = "true", strict = true }
        limits.max_headers = 5
        limits.max_uri = 6
        limits.max_in_flight = 7
        limits.max_streams = 8
        limits.header_timeout = "9s"
        limits.body_idle_timeout = "10s"
        limits.write_idle_timeout = "11s"
        limits.keep_alive = "12s"
        limits.linger = "0s"
        limits.max_head = "9KiB"
        client = { idle_timeout = "13s", max_idle_per_host = 0, write_idle_timeout = "14s", max_headers = 15, max_head = 16384, extra_ca = "ca" }
        lambda = { connect_timeout = "17s", response_timeout = "18s", idle_timeout = "19s" }
        local_lambda = { enabled = true, port = 20, functions = "f", s3_dir = "/s3", access_keys = [{ id = "i", secret = "s" }], account_id = "123456789012" }
        management = { port = 21, probes = true, probes_port = 22 }
        log = { level = "debug", format = "json" }
    "#;
    let (loaded, diagnostics, folder) = read(toml, &[]);
    assert_eq!(found(&diagnostics), [""; 0]);
    let it = &loaded.settings;
    let at = |name: &str| format!("{:?}", folder.0.join(name));
    assert_eq!(
        format!("{:?}", it.server),
        format!(
            "Server {{ bind: 127.0.0.1, offset: 1, http_base: 8280, https_base: 8243, \
             http_port: Some(2), https_port: Some(3), certificate: Some({}), key: Some({}), \
             workers: 4, threads: PerCore, drain: 0ns }}",
            at("c"),
            at("k")
        )
    );
    assert_eq!(
        format!("{:?}", it.deployment),
        format!(
            "DeploymentSettings {{ artifacts: [{}, \"/b\"], skip_errors: true, \
             ready_when_skipped: true, strict: true }}",
            at("a")
        )
    );
    let limits = &it.connections;
    assert_eq!((limits.max_headers, limits.max_head, limits.max_uri), (5, 9216, 6));
    assert_eq!((limits.max_in_flight, limits.max_streams), (7, 8));
    assert_eq!(
        [limits.header_timeout, limits.body_idle, limits.write_idle, limits.keep_alive]
            .map(|it| it.as_secs()),
        [9, 10, 11, 12]
    );
    assert!(limits.linger.is_zero() && !limits.preserve_header_case);
    assert_eq!(it.limits.body_idle, Some(limits.body_idle));
    let client = &it.client;
    assert_eq!((client.idle_timeout.as_secs(), client.write_idle.as_secs()), (13, 14));
    assert_eq!((client.max_idle_per_host, client.max_headers, client.max_head), (0, 15, 16384));
    assert_eq!(client.tls.extra_ca, Some(folder.0.join("ca")));
    assert!(!client.preserve_header_case);
    assert_eq!(
        format!("{:?}", it.lambda.timeouts()),
        "Timeouts { connect: 17s, response: Some(18s), idle: Some(19s), overall: None }"
    );
    let start = it.local_lambda.to_start();
    assert_eq!(start.bind.to_string(), "127.0.0.1:20");
    assert_eq!(start.functions_dir, Some(folder.0.join("f")));
    assert_eq!(start.s3_dir, Some("/s3".into()));
    assert_eq!(start.access_keys, [Credentials::new("i", "s", None)]);
    assert_eq!((start.account_id.as_str(), it.local_lambda.embedded), ("123456789012", true));
    assert_eq!((it.management_port(), it.probes_port()), (21, Some(22)));
    assert_eq!((it.server.http(), it.server.https()), (2, 3));
    assert_eq!((it.log.level.as_str(), it.log.format), ("debug", LogFormat::Json));
}

#[test]
fn one_socket_timeout_is_all_that_nobody_else_sets() {
    let toml = "[transport.http]\nsocket_timeout = 5000\n[limits]\nwrite_idle_timeout = \"7s\"\n";
    let shown = shows(toml, |it| {
        let (limits, rest) = (&it.connections, (it.limits.body_idle, it.client.write_idle));
        format!("{:?} {:?} {rest:?}", limits.body_idle, limits.write_idle)
    });
    assert_eq!(shown, "5s 7s (Some(5s), 5s)");
}
