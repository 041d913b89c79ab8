//! Files of Micro Integrator.

use super::{found, read};

/// The settings that Micro Integrator is delivered with.
const DELIVERED: &str = r#"
[server]
hostname = "localhost"

[user_store]
type = "read_only_ldap"

[keystore.primary]
file_name = "some.jks"
password = "hunter2"
alias = "one"
key_password = "hunter2"

[truststore]
file_name = "other.jks"
password = "hunter2"
alias = "two"
algorithm = "AES"
"#;

#[test]
fn the_file_that_it_is_delivered_with_is_no_error() {
    let (loaded, diagnostics, _folder) = read(DELIVERED, &[]);
    let line = |place: &str, name: &str, help: &str| {
        format!(
            "{place} warning A702 `{name}` is a setting of Micro Integrator that has no effect \
             here{help}"
        )
    };
    assert_eq!(
        found(&diagnostics),
        [
            line("3:1", "server.hostname", ""),
            line("5:2", "user_store", " [name users in `[[internal_apis.users]]`]"),
            line("8:2", "keystore", " [set `[server] certificate` and `key`, which are PEM files]"),
            line(
                "14:2",
                "truststore",
                " [set `[client] extra_ca`, which is a PEM file: `keytool -list -rfc -keystore \
                 client-truststore.jks > ca.pem`]"
            ),
        ]
    );
    assert_eq!(loaded.settings.server.http(), 8290);
    assert!(!format!("{diagnostics:?}").contains("hunter2"));
}

/// What its comments and its catalogue offer to add.
const OFFERED: &str = r#"
[server]
hostname = "localhost"
offset = 3
hot_deployment = true
enable_mtom = false
[[server.get_request_processor]]
item = "swagger.json"
[transport.http]
socket_timeout = 180000
disable_connection_keepalive = false
core_worker_pool_size = 400
max_open_connections = -1
preserve_http_headers = ["Content-Type"]
listener.port = 8180
listener.secured_port = 8143
listener.bind_address = "$ref{server.hostname}"
listener.keystore.file_name = "x"
sender.warn_on_http_500 = "*"
sender.ssl_profile.file_path = "x"
[[transport.http.proxy_profile]]
proxy_port = "3128"
[transport.jms]
sender_enable = true
[[transport.jms.sender]]
name = "queue"
parameter.provider_url = "tcp://localhost:61616"
[transport.jndi.connection_factories]
'connectionfactory.Queue' = "amqp://u:hunter2@x"
[transport.blocking.http]
sender.enable = true
[[transport.phase_order]]
phase_type = "InFlow"
[system.parameter]
'org.wso2.CipherTransformation' = "RSA/ECB"
[[datasource]]
id = "db"
password = "hunter2"
pool_options.maxActive = 50
[management_api]
protocols = "http"
[[internal_apis.users]]
user.name = "user-1"
user.password = "hunter2"
[transaction_counter]
enable = true
[mediation]
synapse.global_timeout_interval = "90000"
synapse.core_threads = 20
flow.statistics.enable = false
stat.tracer.collect_payloads = false
inbound.core_threads = 20
internal_http_api_enable = true
internal_http_api_port = 9101
internal_https_api_port = 9104
[synapse_properties]
'synapse.threads.max' = 5
[secrets]
secret_key = "[hunter2]"
[monitoring]
jmx.rmi_registry_port = 9999
[[service_catalog]]
enable = true
[[custom_message_builders]]
content_type = "application/json/badgerfish"
"#;

#[test]
fn what_means_the_same_is_honoured_and_the_rest_is_a_warning() {
    let (loaded, diagnostics, _folder) = read(OFFERED, &[]);
    assert_eq!(diagnostics.error_count(), 0, "{:?}", found(&diagnostics));
    let it = &loaded.settings;
    assert_eq!((it.server.http(), it.server.https()), (8183, 8146));
    assert_eq!((it.management_port(), it.probes_port()), (9107, Some(9104)));
    assert_eq!(it.server.bind.to_string(), "127.0.0.1");
    assert_eq!(it.limits.endpoint_timeout.as_secs(), 90);
    assert_eq!(it.connections.body_idle.as_secs(), 180);
    assert_eq!(it.connections.max_connections, usize::MAX);
    assert_eq!(loaded.environment.system["org.wso2.CipherTransformation"], "RSA/ECB");
    let warned: Vec<String> = diagnostics
        .sorted()
        .iter()
        .map(|it| it.message.split('`').nth(1).unwrap_or_default().to_owned())
        .collect();
    assert_eq!(
        warned,
        [
            "server.hostname",
            "server.hot_deployment",
            "server.enable_mtom",
            "server.get_request_processor",
            "transport.http.disable_connection_keepalive",
            "transport.http.core_worker_pool_size",
            "transport.http.preserve_http_headers",
            "transport.http.listener.keystore",
            "transport.http.sender.warn_on_http_500",
            "transport.http.sender.ssl_profile",
            "transport.http.proxy_profile",
            "transport.jms",
            "transport.jndi",
            "transport.blocking",
            "transport.phase_order",
            "datasource",
            "management_api",
            "transaction_counter",
            "mediation.synapse.core_threads",
            "mediation.flow",
            "mediation.stat",
            "mediation.inbound",
            "synapse_properties.synapse.threads.max",
            "secrets",
            "monitoring",
            "service_catalog",
            "custom_message_builders",
        ]
    );
}
