//! Micro Integrator's settings that Myelin does not honour, by table or key.

/// A table or key of Micro Integrator's, and what to do instead; empty where nothing is needed.
pub struct Foreign {
    /// Its dotted name; a table stands for all that is in it.
    pub key: &'static str,
    /// What to do instead.
    pub instead: &'static str,
}

/// Tables in which any key may stand: whoever wrote one of Micro Integrator's that we do not know
/// is told so, but not refused.
pub const OPEN: &[&str] = &[
    "transport",
    "mediation",
    "synapse_properties",
    "passthru_properties",
    "system",
    "internal_apis",
];

const BODY: &str = "set `[limits] max_body`";
const PEM: &str = "set `[server] certificate` and `key`, which are PEM files";
const CA: &str = "set `[client] extra_ca`, which is a PEM file: `keytool -list -rfc -keystore client-truststore.jks > ca.pem`";
const SENDER: &str = "set `[client] extra_ca`, `certificate` and `key`, which are PEM files; docs/deployment.md has the commands that convert keystores";
const PROFILES: &str = "write `[[client.profiles]]` with `servers`, `ca`, `certificate` and `key`, which are PEM files; docs/deployment.md has the commands that convert keystores";
const NAMES_CHECKED: &str =
    "the name in a certificate is always checked; give the back-end one with its name";
const WORKERS: &str = "set `[server] workers`";
const MANAGEMENT: &str = "the management port has no API yet, and probes and metrics need no user";
const SERVER_NAME: &str = "set `[system_properties] SynapseServerName`";
const USERS: &str = "name users in `[[internal_apis.users]]`";
const METRICS: &str = "scrape `/metrics` on the management port";
const SECRETS: &str = "set environment variables and write `${NAME}`";
const RESTART: &str = "restart the process to deploy changes";
const NAMES: &str = "names of JSON always become names that XML allows, and come back from them";
const EMPTY: &str = "set `[json_xml] empty_is_null`; this one has no effect in Synapse either";
const NEVER: &str = "";

macro_rules! foreign {
    ($($key:literal $instead:ident)*) => {
        /// What is known and not honoured.
        pub const KNOWN: &[Foreign] = &[$(Foreign { key: $key, instead: $instead }),*];
    };
}

foreign! {
    "server.hostname" NEVER
    "server.node_ip" NEVER
    "server.hot_deployment" RESTART
    "server.hide_admin_service_wsdl" NEVER
    "server.proxy_context_path" NEVER
    "server.enable_mtom" NEVER
    "server.enable_swa" NEVER
    "server.enableMTOM" NEVER
    "server.enableSwA" NEVER
    "server.userAgent" NEVER
    "server.serverDetails" NEVER
    "server.synapse_config_file_path" NEVER
    "server.http_content_negotiation" NEVER
    "server.auth2_token_validation_service" NEVER
    "server.identity_server_username" NEVER
    "server.identity_server_password" NEVER
    "server.get_request_processor" NEVER
    "server.roles" NEVER
    "server.enable_security_deployment_interceptor" NEVER
    "server.cache_attachments" NEVER
    "server.attachment_dir" NEVER
    "server.size_threshold" NEVER
    "server.disable_rest" NEVER
    "server.sandesha2_storage_manager" NEVER
    "server.service_path" NEVER
    "server.services_directory" NEVER
    "server.modules_directory" NEVER
    "server.send_stacktrace_details_with_faults" NEVER
    "server.drill_down_to_root_cause_for_fault_reason" NEVER
    "server.manage_transport_session" NEVER
    "server.config_context_timeout_interval" NEVER
    "server.synapse_config_home_directory" NEVER
    "server.synapse_config_resolve_root" NEVER
    "server.synapse_config_server_name" SERVER_NAME
    "server.enable_basic_auth" NEVER
    "server.blocking" NEVER
    "transport.http.core_worker_pool_size" WORKERS
    "transport.http.max_worker_pool_size" WORKERS
    "transport.http.worker_pool_queue_length" NEVER
    "transport.http.io_buffer_size" NEVER
    "transport.http.max_http_connection_per_host_port" NEVER
    "transport.http.preserve_http_user_agent" NEVER
    "transport.http.preserve_http_server_name" NEVER
    "transport.http.preserve_http_headers" NEVER
    "transport.http.connection_timeout" NEVER
    "transport.http.disable_connection_keepalive" NEVER
    "transport.http.enable_message_size_validation" BODY
    "transport.http.max_message_size_bytes" BODY
    "transport.http.force_xml_validation" NEVER
    "transport.http.force_json_validation" NEVER
    "transport.http.reverse_proxy_mode" NEVER
    "transport.http.listener.enable" NEVER
    "transport.http.listener.class" NEVER
    "transport.http.listener.wsdl_epr_prefix" NEVER
    "transport.http.listener.secured_enable" PEM
    "transport.http.listener.secured_wsdl_epr_prefix" NEVER
    "transport.http.listener.secured_bind_address" NEVER
    "transport.http.listener.secured_protocols" NEVER
    "transport.http.listener.preferred_ciphers" NEVER
    "transport.http.listener.verify_client" NEVER
    "transport.http.listener.ssl_profile" PEM
    "transport.http.listener.certificate_revocation_verifier_enable" NEVER
    "transport.http.listener.certificate_revocation_cache_size" NEVER
    "transport.http.listener.certificate_revocation_cache_delay" NEVER
    "transport.http.listener.keystore" PEM
    "transport.http.listener.truststore" NEVER
    "transport.http.sender.ssl_profile" PROFILES
    "transport.http.sender.hostname_verifier" NAMES_CHECKED
    "transport.http.sender.HostnameVerifier" NAMES_CHECKED
    "transport.http.sender" SENDER
    "transport.http.proxy_profile" NEVER
    "transport.http.secured_proxy_profile" NEVER
    "transport.https.sender" SENDER
    "transport.https.listener.class" NEVER
    "transport.default_content_type" NEVER
    "transport.client" NEVER
    "transport.netty" NEVER
    "transport.blocking" NEVER
    "transport.vfs" NEVER
    "transport.fix" NEVER
    "transport.mail" NEVER
    "transport.jms" NEVER
    "transport.jndi" NEVER
    "transport.rabbitmq" NEVER
    "transport.ws" NEVER
    "transport.wss" NEVER
    "transport.sap" NEVER
    "transport.tcp" NEVER
    "transport.udp" NEVER
    "transport.hl7" NEVER
    "transport.msmq" NEVER
    "transport.mqtt" NEVER
    "transport.local" NEVER
    "transport.parameters" NEVER
    "transport.modules" NEVER
    "transport.phase_order" NEVER
    "transport.phase_orders" NEVER
    "mediation.synapse.core_threads" WORKERS
    "mediation.synapse.max_threads" WORKERS
    "mediation.synapse.threads_queue_length" NEVER
    "mediation.synapse.enable_xpath_dom_failover" NEVER
    "mediation.synapse.temp_data_chunk_size" NEVER
    "mediation.synapse.command_debugger_port" NEVER
    "mediation.synapse.event_debugger_port" NEVER
    "mediation.synapse.script_mediator_pool_size" NEVER
    "mediation.synapse.build_valid_nc_name" NAMES
    "mediation.flow" METRICS
    "mediation.stat" METRICS
    "mediation.statistics" METRICS
    "mediation.inbound" NEVER
    "synapse_properties.synapse.threads.core" WORKERS
    "synapse_properties.synapse.threads.max" WORKERS
    "synapse_properties.synapse.threads.qlen" NEVER
    "synapse_properties.synapse.commons.json.buildValidNCNames" NAMES
    "synapse_properties.synapse.commons.json.output.emptyXmlElemToEmptyStr" EMPTY
    "synapse_properties.synapse.commons.json.output.xmloutAutoArray" NEVER
    "synapse_properties.synapse.debugger" NEVER
    "synapse_properties.synapse.xpath" NEVER
    "synapse_properties.mediation" METRICS
    "synapse_properties.statistics" METRICS
    "synapse_properties.inbound" NEVER
    "synapse_properties.opentelemetry" NEVER
    "synapse_properties.analytics" METRICS
    "passthru_properties.worker_pool_size_core" WORKERS
    "passthru_properties.worker_pool_size_max" WORKERS
    "encryption" NEVER
    "super_admin" MANAGEMENT
    "realm_manager" NEVER
    "user_store" USERS
    "authorization_manager" NEVER
    "message_formatters" NEVER
    "message_builders" NEVER
    "custom_message_formatters" NEVER
    "custom_message_builders" NEVER
    "blocking" NEVER
    "custom_transport" NEVER
    "axis2_transport" NEVER
    "nhttp_properties" NEVER
    "database" NEVER
    "datasource" NEVER
    "tasks" NEVER
    "keystore" PEM
    "truststore" CA
    "secrets" SECRETS
    "external_vault" SECRETS
    "monitoring" METRICS
    "synapse_handlers" NEVER
    "prometheus_api" METRICS
    "readiness_probe" MANAGEMENT
    "liveness_probe" MANAGEMENT
    "management_api" MANAGEMENT
    "internal_apis.file_user_store" USERS
    "internal_apis.api" MANAGEMENT
    "internal_api_ssl_config" MANAGEMENT
    "transaction_counter" NEVER
    "integration" NEVER
    "service_catalog" NEVER
    "dashboard_config" NEVER
    "icp_config" NEVER
    "cluster_config" NEVER
    "analytics" METRICS
    "opentelemetry" NEVER
}

/// The entry of a name: its own, or that of a table that it is in.
pub fn find(name: &str) -> Option<&'static Foreign> {
    KNOWN.iter().find(|entry| {
        name.strip_prefix(entry.key).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    })
}
