//! Who may call APIs.

use super::super::kind::Kind;
use super::{Row, Unset};

pub(super) static ROWS: &[Row] = &[
    Row {
        key: "cors.enabled",
        also: &["synapse_properties.synapse.rest.CORSConfig.enabled"],
        kind: Kind::Flag(|s, v| s.access.cors_enabled = v),
        value: Unset::Default("true"),
        about: "Whether the rules below hold; they do nothing before an origin is named.",
    },
    Row {
        key: "cors.allow_origins",
        also: &["synapse_properties.synapse.rest.CORSConfig.Access-Control-Allow-Origin"],
        kind: Kind::Text(|s, v| s.access.cors.set_origins(&v)),
        value: Unset::None(r#""https://www.example.com""#),
        about: "The origins whose pages may read answers of APIs, separated by commas; `*` is any.",
    },
    Row {
        key: "cors.allow_headers",
        also: &["synapse_properties.synapse.rest.CORSConfig.Access-Control-Allow-Headers"],
        kind: Kind::Header(|s, v| s.access.cors.set_headers(v)),
        value: Unset::None(r#""Authorization, Content-Type""#),
        about: "The headers that such pages may send, separated by commas.",
    },
    Row {
        key: "internal_apis.users",
        also: &[],
        kind: Kind::Users(|s, name, password| s.access.users.add(name, password)),
        value: Unset::None(r#"[{ user.name = "ann", user.password = "change-me" }]"#),
        about: "Who may call APIs with the handler `RESTBasicAuthHandler`. There is no user unless one is named here; write passwords as `${NAME}`.",
    },
];
