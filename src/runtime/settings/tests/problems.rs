//! What is refused, and where.

use super::{Folder, found, read, variables};
use crate::diagnostic::{Diagnostics, Rendering, render_human, render_json};
use crate::runtime::settings::load;

#[test]
fn unknown_names_are_errors_with_a_suggestion() {
    for (toml, expected) in [
        (
            "[limits]\nmax_bdy = 5",
            "2:1 error A701 there is no setting `limits.max_bdy` [did you mean `max_body`?]",
        ),
        ("[limits]\n  banana = 5", "2:3 error A701 there is no setting `limits.banana`"),
        (
            "[limts]\nmax_body = 5",
            "1:2 error A701 there is no setting `limts` [did you mean `limits`?]",
        ),
        (
            "[server]\nmax_body = 5",
            "2:1 error A701 there is no setting `server.max_body` \
             [`max_body` belongs into `[limits]`]",
        ),
        (
            "max_body = 5",
            "1:1 error A701 there is no setting `max_body` [`max_body` belongs into `[limits]`]",
        ),
        (
            "[user_stor]\na = 1",
            "1:2 error A701 there is no setting `user_stor` [did you mean `user_store`?]",
        ),
        ("[[account]]\nname = \"x\"", "1:3 error A701 there is no setting `account`"),
        ("limits = 5", "1:1 error A701 `limits` is a table: write `[limits]`"),
        ("[[limits]]\nmax_body = 5", "1:3 error A701 `limits` is a table: write `[limits]`"),
        (
            "[limits.max_body]\na = 5",
            "1:1 error A701 `limits.max_body` must be a size such as `\"64MiB\"` or a number of \
             bytes",
        ),
        // In Micro Integrator's own tables what we do not know is theirs to know.
        (
            "[mediation]\nsynapse.core_thread = 5",
            "2:9 warning A702 there is no setting `mediation.synapse.core_thread` \
             [did you mean `core_threads`?]",
        ),
        (
            "[transport.carrier_pigeon]\na = 1",
            "1:12 warning A702 there is no setting `transport.carrier_pigeon`",
        ),
        (
            "[synapse_properties]\n'x.y' = 1",
            "2:1 warning A702 there is no setting `synapse_properties.x.y`",
        ),
    ] {
        let (_, diagnostics, _folder) = read(toml, &[]);
        assert_eq!(found(&diagnostics), [expected], "{toml}");
    }
}

#[test]
fn what_is_not_defined_is_named() {
    for (toml, expected) in [
        (
            "[limits]\nmax_body = \"${BODY}\"",
            "2:12 error A701 `limits.max_body`: the environment variable `BODY` is not set",
        ),
        (
            "[log]\nlevel = \"$env{LVL}\"",
            "2:9 error A701 `log.level`: the environment variable `LVL` is not set",
        ),
        (
            "[log]\nlevel = \"$sys{lvl}\"",
            "2:9 error A701 `log.level`: the system property `lvl` is not set",
        ),
        (
            "[deployment]\nartifacts = [\"a\", \"${B}\"]",
            "2:13 error A701 `deployment.artifacts`: the environment variable `B` is not set",
        ),
        (
            "[system_properties]\na = \"${B}\"",
            "2:5 error A701 system property `a`: the environment variable `B` is not set",
        ),
        (
            "[system_properties]\na = [1]",
            "2:5 error A701 system property `a`: must be a text, a whole number or `true` or \
             `false`",
        ),
    ] {
        let (_, diagnostics, _folder) = read(toml, &[]);
        assert_eq!(found(&diagnostics), [expected], "{toml}");
    }
}

#[test]
fn settings_must_fit_together() {
    for (toml, expected) in [
        (
            "[server]\ncertificate = \"c\"",
            "2:15 error A701 `server.certificate` is set without `server.key`: TLS needs both",
        ),
        (
            "[server]\nkey = \"c\"",
            "2:7 error A701 `server.key` is set without `server.certificate`: TLS needs both",
        ),
        (
            "[client]\nkey = \"c\"",
            "2:7 error A701 `client.key` is set without `client.certificate`: TLS needs both",
        ),
        (
            "[server]\noffset = 60000\nhttp_port = 1\nhttps_port = 1\n[management]\nport = 1\n",
            "2:10 error A701 `mediation.internal_http_api_port` and `server.offset` add up to \
             69191, more than the last port 65535",
        ),
        (
            "[transport.http]\nlistener.port = 65530",
            "2:17 error A701 `transport.http.listener.port` and `server.offset` add up to 65540, \
             more than the last port 65535",
        ),
        (
            "[limits]\nendpoint_timeout = \"1s\"\n[mediation]\nsynapse.global_timeout_interval = 5",
            "4:35 error A701 `limits.endpoint_timeout` is set twice, by two names",
        ),
    ] {
        let (_, diagnostics, _folder) = read(toml, &[]);
        assert_eq!(found(&diagnostics), [expected], "{toml}");
    }
}

#[test]
fn a_file_that_is_no_toml_is_one_place() {
    for (toml, place) in [
        ("[server]\noffset = = 5", "2:10"),
        ("[server]\noffset = 5\noffset = 6", "3:1"),
        ("[server]\na = 1\n[server]\nb = 1", "3:2"),
        ("[server\noffset = 5", "1:8"),
    ] {
        let (loaded, diagnostics, _folder) = read(toml, &[]);
        let found = found(&diagnostics);
        let start = format!("{place} error A701 this is no TOML: ");
        assert!(found[0].starts_with(&start), "{toml}: {found:?}");
        assert_eq!(loaded.settings.server.offset, 10);
    }
}

#[test]
fn every_problem_is_told_and_the_rest_is_set() {
    let toml =
        "[server]\noffset = 7\nbind = 5\n[limits]\ndepth = 0\nx = 1\n[log]\nlevel = \"warn\"\n";
    let (loaded, diagnostics, _folder) = read(toml, &[]);
    assert_eq!(diagnostics.error_count(), 3);
    let it = &loaded.settings;
    assert_eq!((it.server.offset, it.log.level.as_str()), (7, "warn"));
}

#[test]
fn profiles_of_back_ends_are_whole() {
    const FORM: &str = "must be a list of `{ servers = [\"…\"], ca = \"…\", certificate = \"…\", \
                        key = \"…\" }`";
    for (profile, expected) in [
        ("1", FORM),
        ("[1]", FORM),
        ("[{ ca = \"a\" }]", "has a profile without `servers`, a list of hosts"),
        ("[{ servers = [], ca = \"a\" }]", "has a profile without `servers`, a list of hosts"),
        ("[{ servers = [\"h\"] }]", "has a profile with neither `ca` nor `certificate`"),
        (
            "[{ servers = [\"h\"], certificate = \"c\" }]",
            "has a profile with one of `certificate` and `key`: it needs both",
        ),
        ("[{ servers = [\"h\"], ca = 1 }]", "has a profile whose `ca` is no path"),
        (
            "[{ servers = [\"h\"], trust = \"a\" }]",
            "has profiles with servers, ca, certificate, key, not `trust`",
        ),
    ] {
        let (_, diagnostics, _folder) = read(&format!("[client]\nprofiles = {profile}"), &[]);
        let expected = format!("2:12 error A701 `client.profiles` {expected}");
        assert_eq!(found(&diagnostics), [expected], "{profile}");
    }
    let toml = "[[client.profiles]]\nservers = \"one, two:8443\"\nca = \"ca.pem\"\n";
    let (loaded, diagnostics, folder) = read(toml, &[]);
    assert_eq!(found(&diagnostics), Vec::<String>::new());
    let [profile] = loaded.settings.client.tls.profiles.as_slice() else { panic!("one profile") };
    assert_eq!(profile.servers, ["one", "two:8443"]);
    assert_eq!(profile.ca, Some(folder.0.join("ca.pem")));
}

#[test]
fn access_keys_are_whole_and_never_shown() {
    let form = " must be a list of `{ id = \"…\", secret = \"…\" }`";
    let half = " has a key without a text for `id` or for `secret`";
    for (value, expected) in [
        ("5", form),
        ("[\"hunter2\"]", form),
        ("[]", " must have a key, or nobody can call"),
        ("[{ id = \"a\" }]", half),
        ("[{ id = \"a\", secret = \"\" }]", half),
        ("[{ id = \"a\", secret = 5 }]", half),
        (
            "[{ id = \"a\", secrt = \"hunter2\" }]",
            " has keys with `id` and `secret` only, not `secrt`",
        ),
        (
            "[{ id = \"hunter2\", secret = \"${NOPE}\" }]",
            ": the environment variable `NOPE` is not set",
        ),
    ] {
        let toml = format!("[local_lambda]\naccess_keys = {value}\n");
        let (_, diagnostics, _folder) = read(&toml, &[]);
        let expected = format!("2:15 error A701 `local_lambda.access_keys`{expected}");
        assert_eq!(found(&diagnostics), [expected]);
        for one in diagnostics.sorted() {
            let human = render_human(one, &diagnostics.sources, Rendering::Plain);
            let json = render_json(one, &diagnostics.sources);
            assert!(!human.contains("hunter2") && !json.contains("hunter2"), "{human}{json}");
        }
    }
    let toml = "[local_lambda]\naccess_keys = [{ id = \"a\", secret = \"${S}\" },\n\
                { secret = \"hunter2\", id = \"b\" }]\n[system_properties]\np = \"hunter2\"\n";
    let (loaded, diagnostics, _folder) = read(toml, &[("S", "hunter2")]);
    assert_eq!(found(&diagnostics), [""; 0]);
    let keys = &loaded.settings.local_lambda.access_keys;
    let pair = |at: usize| (keys[at].access_key_id(), keys[at].secret_access_key().expose());
    assert_eq!((pair(0), pair(1)), (("a", "hunter2"), ("b", "hunter2")));
    assert!(!format!("{loaded:?} {diagnostics:?}").contains("hunter2"));
}

#[test]
fn a_named_folder_must_be_there() {
    let empty = Folder::new();
    let file = Folder::with("");
    for (path, help) in [
        (empty.0.clone(), None),
        (empty.0.join("none"), None),
        (file.0.join("deployment.toml"), Some("name the folder that the file is in")),
    ] {
        let mut diagnostics = Diagnostics::new();
        load(Some(&path), variables(&[]), &mut diagnostics);
        let found = diagnostics.sorted()[0];
        assert_eq!((found.code.id(), diagnostics.error_count()), ("A101", 1));
        let start = format!("cannot read {}/deployment.toml: ", path.display());
        assert!(found.message.starts_with(&start), "{}", found.message);
        assert_eq!(found.help.as_deref(), help);
    }
    let named = variables(&[("MYELIN_CONFIG", "/none/at/all")]);
    let mut diagnostics = Diagnostics::new();
    load(None, named, &mut diagnostics);
    assert_eq!(diagnostics.error_count(), 1);
}

#[test]
fn bytes_that_are_no_text_are_an_error() {
    let folder = Folder::new();
    folder.write("deployment.toml", b"[server]\n# \xff\n");
    let mut diagnostics = Diagnostics::new();
    load(Some(&folder.0), variables(&[]), &mut diagnostics);
    assert!(found(&diagnostics)[0].starts_with("error A101 cannot read "));
}
