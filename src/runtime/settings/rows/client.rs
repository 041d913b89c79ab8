//! The rows of `[client]`: connections to back-ends.

use super::{Kind, Row, Unset, some};

pub(super) static ROWS: &[Row] = &[
    Row {
        key: "client.idle_timeout",
        also: &[],
        kind: Kind::Time(|s, v| s.client.idle_timeout = v),
        value: Unset::Default(r#""60s""#),
        about: "How long an unused connection to a back-end is kept.",
    },
    Row {
        key: "client.max_idle_per_host",
        also: &[],
        kind: Kind::Number(0..=u32::MAX as u64, |s, v| s.client.max_idle_per_host = v as usize),
        value: Unset::Default("256"),
        about: "The most unused connections that are kept for one host and port.",
    },
    Row {
        key: "client.write_idle_timeout",
        also: &[],
        kind: Kind::Time(|s, v| s.client.write_idle = v),
        value: Unset::Default(r#""30s""#),
        about: "How long a back-end may take no byte of a request.",
    },
    Row {
        key: "client.tcp_keepalive",
        also: &[],
        kind: Kind::TimeOrZero(|s, v| s.client.tcp_keepalive = some(v)),
        value: Unset::Default(r#""45s""#),
        about: "How long a back-end's connection may be silent before the system asks whether it still lives; 0 is never.",
    },
    Row {
        key: "client.max_headers",
        also: &[],
        kind: Kind::Number(1..=32768, |s, v| s.client.max_headers = v as usize),
        value: Unset::Default("100"),
        about: "The most header lines of a back-end's answer.",
    },
    Row {
        key: "client.max_head",
        also: &[],
        kind: Kind::Size(8192, |s, v| s.client.max_head = v as usize),
        value: Unset::Default(r#""64KiB""#),
        about: "The largest head of a back-end's answer.",
    },
    Row {
        key: "client.extra_ca",
        also: &[],
        kind: Kind::Path(|s, v| s.client.tls.extra_ca = Some(v)),
        value: Unset::None(r#""ca.pem""#),
        about: "Certificates in PEM that are trusted beside those of the system. Who stands in none of them is refused, and so is one whose certificate has another name.",
    },
    Row {
        key: "client.certificate",
        also: &[],
        kind: Kind::Path(|s, v| s.client.tls.certificate = Some(v)),
        value: Unset::None(r#""client.pem""#),
        about: "The certificate chain in PEM that back-ends are shown when they ask for one; with `key`.",
    },
    Row {
        key: "client.key",
        also: &[],
        kind: Kind::Path(|s, v| s.client.tls.key = Some(v)),
        value: Unset::None(r#""client.key""#),
        about: "Its private key in PEM, without a password.",
    },
    Row {
        key: "client.profiles",
        also: &[],
        kind: Kind::TlsProfiles(|s, v| s.client.tls.profiles = v),
        value: Unset::Default("[]"),
        about: "TLS for some back-ends: `ca` is trusted instead of all others, `certificate` and `key` are shown instead of the client's own. The first one counts that names the host, with its port or without.",
    },
];
