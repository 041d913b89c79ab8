//! Where settings come from and which wins.

use std::path::Path;

use super::{Folder, found, read, variables};
use crate::diagnostic::Diagnostics;
use crate::runtime::settings::kind::under;
use crate::runtime::settings::load;

#[test]
fn the_environment_wins_over_the_file() {
    let toml = "[limits]\nmax_body = 1\ndepth = 3\n[log]\nlevel = \"warn\"\n";
    let set = [
        ("MYELIN_LIMITS_MAX_BODY", "2KiB"),
        ("MYELIN_LIMITS_DEPTH", ""),
        ("MYELIN_LOG", "debug"),
        ("MYELIN_SERVER_HTTP_PORT", "0"),
        ("MYELIN_TRANSPORT_HTTP_LISTENER_PORT", "8000"),
        ("MYELIN_TRANSPORT_HTTP_SOCKET_TIMEOUT", "1500"),
        ("MYELIN_DEPLOYMENT_ARTIFACTS", "here:/there"),
        ("MYELIN_DEPLOYMENT_STRICT", "true"),
        // Kubernetes makes these for a service `myelin`.
        ("MYELIN_PORT", "tcp://10.0.0.1:8290"),
        ("MYELIN_SERVICE_HOST", "10.0.0.1"),
    ];
    let (loaded, diagnostics, _folder) = read(toml, &set);
    assert_eq!(found(&diagnostics), [""; 0]);
    let it = &loaded.settings;
    assert_eq!((it.limits.body, it.limits.depth), (2048, 3));
    assert_eq!((it.log.level.as_str(), it.server.http_port), ("debug", Some(0)));
    assert_eq!((it.server.http_base, it.client.write_idle.as_millis()), (8000, 1500));
    assert_eq!(it.deployment.artifacts, [Path::new("here"), Path::new("/there")]);
    assert!(it.deployment.strict);
}

#[test]
fn the_long_name_of_the_level_wins() {
    let (loaded, ..) = read("", &[("MYELIN_LOG", "debug"), ("MYELIN_LOG_LEVEL", "error")]);
    assert_eq!(loaded.settings.log.level, "error");
}

#[test]
fn wrong_variables_are_named() {
    for (name, value, expected) in [
        (
            "MYELIN_LIMITS_MAX_BODY",
            "much",
            "error A701 the environment variable `MYELIN_LIMITS_MAX_BODY` must be a size such as \
             `\"64MiB\"` or a number of bytes",
        ),
        (
            "MYELIN_LOG",
            "loud",
            "error A701 the environment variable `MYELIN_LOG` has the item `loud`, which is \
             neither a level nor `target=level`",
        ),
        (
            "MYELIN_LIMITS_MAXBODY",
            "5",
            "warning A701 the environment variable `MYELIN_LIMITS_MAXBODY` sets nothing \
             [did you mean `MYELIN_LIMITS_MAX_BODY`?]",
        ),
        (
            "MYELIN_SERVER_BANANA",
            "5",
            "warning A701 the environment variable `MYELIN_SERVER_BANANA` sets nothing",
        ),
    ] {
        let (_, diagnostics, _folder) = read("", &[(name, value)]);
        assert_eq!(found(&diagnostics), [expected]);
    }
    let (_, diagnostics, _folder) = read("", &[("MYELIN_BIN", "/x"), ("LOG_LEVEL", "1")]);
    assert_eq!(found(&diagnostics), [""; 0]);
}

#[test]
fn paths_are_relative_to_the_folder() {
    let toml = "[server]\ncertificate = \"tls/c.pem\"\nkey = \"/k.pem\"\n";
    let (loaded, diagnostics, folder) = read(toml, &[]);
    assert_eq!(found(&diagnostics), [""; 0]);
    let it = &loaded.settings;
    assert_eq!(it.server.certificate, Some(folder.0.join("tls/c.pem")));
    assert_eq!(it.server.key, Some("/k.pem".into()));
    assert_eq!(it.deployment.artifacts, [folder.0.parent().unwrap().join("sequences")]);
    assert_eq!(it.local_lambda.functions, folder.0.join("functions"));
    assert_eq!(it.local_lambda.s3_dir, folder.0.join("s3"));
}

#[test]
fn a_folder_and_its_parent_cancel_out_unless_it_is_a_link() {
    for (folder, path, expected) in [
        ("config", "../sequences", "sequences"),
        ("config", "x", "config/x"),
        ("a/config", "../../x", "x"),
        ("config", "../../x", "../x"),
        ("../config", "../x", "../x"),
        (".", "../x", "./../x"),
        ("..", "../x", "../../x"),
        ("/", "../x", "/../x"),
        ("config", "/x", "/x"),
        ("", "x", "x"),
    ] {
        assert_eq!(under(Path::new(folder), path), Path::new(expected), "{folder} {path}");
    }
    let folder = Folder::new();
    folder.write("real/inner/file", "");
    let link = folder.0.join("link");
    std::os::unix::fs::symlink(folder.0.join("real/inner"), &link).unwrap();
    assert_eq!(under(&link, "../x"), link.join("../x"));
}

#[test]
fn without_a_folder_there_are_defaults() {
    let mut diagnostics = Diagnostics::new();
    // Tests run in the package's folder, whose own file has nothing but defaults.
    let loaded = load(None, variables(&[]), &mut diagnostics);
    assert_eq!(found(&diagnostics), [""; 0]);
    assert_eq!(loaded.settings.deployment.artifacts, [Path::new("sequences")]);
    assert_eq!(loaded.settings.server.http(), 8290);
}

#[test]
fn file_properties_are_found_and_read() {
    let toml = "[system_properties]\na.b = \"x\"\n'c.d' = 5\n[system.parameter]\ne = true\n";
    let folder = Folder::with(toml);
    folder.write("conf/file.properties", b"name=caf\xe9\n");
    let mut diagnostics = Diagnostics::new();
    let loaded = load(Some(&folder.0), variables(&[("V", "1")]), &mut diagnostics);
    assert_eq!(loaded.environment.file["name"], "café");
    assert_eq!(loaded.environment.variables["V"], "1");
    let system = &loaded.environment.system;
    assert_eq!((&*system["a.b"], &*system["c.d"], &*system["e"]), ("x", "5", "true"));

    folder.write("file.properties", "name=café\n");
    let loaded = load(Some(&folder.0), variables(&[]), &mut diagnostics);
    assert_eq!(loaded.environment.file["name"], "café");
    assert_eq!(found(&diagnostics), [""; 0]);

    folder.write("file.properties", "secret=hunter2\nb=\\u12\nc=d\n");
    let loaded = load(Some(&folder.0), variables(&[]), &mut diagnostics);
    assert!(loaded.environment.file.is_empty());
    let found = found(&diagnostics);
    assert!(found[0].starts_with("2:1 error A206 line 2: "), "{found:?}");
    assert!(!format!("{diagnostics:?}").contains("hunter2"));
}

#[test]
fn system_properties_are_there_for_values() {
    let toml = "[log]\nlevel = \"$sys{my.level}\"\n[system_properties]\nmy.level = \"${L}\"\n";
    let (loaded, diagnostics, _folder) = read(toml, &[("L", "error")]);
    assert_eq!(found(&diagnostics), [""; 0]);
    assert_eq!(loaded.settings.log.level, "error");
}
