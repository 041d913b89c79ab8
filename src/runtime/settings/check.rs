//! What settings must fit together.

use super::Settings;
use crate::diagnostic::{Code, Diagnostics, Span};

/// Reports settings that contradict each other. `place` says where a setting was made.
pub(super) fn check(
    settings: &Settings,
    place: impl Fn(&str) -> Option<Span>,
    diagnostics: &mut Diagnostics,
) {
    let (server, tls) = (&settings.server, &settings.client.tls);
    for (given, missing, set) in [
        ("server.certificate", "server.key", (&server.certificate, &server.key)),
        ("server.key", "server.certificate", (&server.key, &server.certificate)),
        ("client.certificate", "client.key", (&tls.certificate, &tls.key)),
        ("client.key", "client.certificate", (&tls.key, &tls.certificate)),
    ] {
        if let (Some(_), None) = set {
            let message = format!("`{given}` is set without `{missing}`: TLS needs both");
            diagnostics.report(Code::INVALID_SETTING, place(given), message);
        }
    }
    let management = &settings.management;
    for (name, base, fixed) in [
        ("transport.http.listener.port", server.http_base, server.http_port),
        ("transport.http.listener.secured_port", server.https_base, server.https_port),
        ("mediation.internal_https_api_port", management.base, management.port),
        ("mediation.internal_http_api_port", management.probes_base, management.probes_port),
    ] {
        if fixed.is_none() && base.checked_add(server.offset).is_none() {
            let place = place(name).or_else(|| place("server.offset"));
            let message = format!(
                "`{name}` and `server.offset` add up to {}, more than the last port 65535",
                u32::from(base) + u32::from(server.offset)
            );
            diagnostics.report(Code::INVALID_SETTING, place, message);
        }
    }
}
