//! Good descriptions load; bad ones say which file, which line, what, and what to do.

use super::*;
use crate::local_lambda::workspace::TempFolder;

fn folder(files: &[(&str, &str)]) -> TempFolder {
    let folder = TempFolder::new().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    folder
}

#[test]
fn functions_and_layers_are_found() {
    let folder = folder(&[
        ("hello/function.toml", "[stub]\necho = true"),
        ("add/function.toml", "runtime = \"python3.12\"\nhandler = \"app.h\"\nlayers = [\"t:2\"]"),
        ("own/function.toml", "runtime = \"provided.al2023\""),
        ("layers/t/layer.toml", "versions = 2"),
        (".hidden/function.toml", "not = toml = at all"),
        ("notes.txt", ""),
    ]);
    let samples = load(folder.path()).unwrap();
    let names: Vec<&str> = samples.functions.iter().map(|sample| &*sample.name).collect();
    assert_eq!(names, ["add", "hello", "own"]);
    assert_eq!(samples.layers.len(), 1);
    assert!(load(&folder.path().join("none")).unwrap().functions.is_empty());
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let rows: [(&str, Option<usize>, &str); 18] = [
        ("[stub]\necho = true\nmemroy = 1", Some(3), "unknown field `memroy`"),
        ("descripton = \"x\"", Some(1), "unknown field `descripton`"),
        ("[stub\necho = true", Some(1), ""),
        ("", None, "neither a stub nor a 'runtime'"),
        ("runtime = \"python3.12\"", None, "needs 'handler'"),
        ("description = \"x\"\nruntime = \"cobol\"", Some(2), "'runtime'"),
        ("timeout = 901\n[stub]\necho = true", Some(1), "'timeout' must be between 1 and 900"),
        ("memory = 1\n[stub]\necho = true", Some(1), "'memory' must be between 128 and 10240"),
        ("role = \"me\"\n[stub]\necho = true", Some(1), "'role'"),
        ("[stub]", Some(1), "exactly one of"),
        ("[stub]\necho = true\nfixed = 1", Some(1), "exactly one of"),
        ("[stub]\nfixed = \"{\"", Some(1), "'fixed' is not JSON"),
        ("[stub]\ntemplate = \"{{a\"", Some(1), "'template': a hole is not closed"),
        ("[stub]\nerror = { type = \"E\" }", Some(2), "missing field `message`"),
        ("[stub]\necho = true\n[[sequence]]\necho = true", Some(1), "either 'stub' or 'sequence'"),
        ("versions = 1\n[stub]\necho=true\n[aliases]\nlive = \"2\"", Some(5), "version 2"),
        ("layers = [\"t\"]\n[stub]\necho=true", Some(1), "does not name a layer's version"),
        ("layers = [\"t:1\"]\n[stub]\necho=true", None, "there is no layer t:1"),
    ];
    for (text, line, message) in rows {
        let folder = folder(&[("f/function.toml", text)]);
        let errors = load(folder.path()).unwrap_err();
        let error = &errors[0];
        assert!(error.file.ends_with("f/function.toml"), "{text}: {error}");
        assert!(error.message.contains(message), "{text}: {error}");
        assert_eq!(error.line, line, "{text}: {error}");
    }
}

#[test]
fn every_wrong_function_is_named() {
    let folder = folder(&[
        ("a/function.toml", "x = 1"),
        ("b/other.txt", ""),
        ("c d/function.toml", "[stub]\necho = true"),
        ("layers/l/layer.toml", "versions = 0"),
    ]);
    let errors = load(folder.path()).unwrap_err();
    let text = errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    assert_eq!(errors.len(), 4, "{text}");
    assert!(text.contains("b: the folder has no function.toml"), "{text}");
    assert!(text.contains("cannot be a function's name"), "{text}");
    assert!(text.contains("layer.toml: 'versions' must be between 1 and 1000"), "{text}");
}

#[test]
fn fixed_values_may_be_toml() {
    let folder = folder(&[("f/function.toml", "[stub]\nfixed = { a = [1, \"x\"] }")]);
    let samples = load(folder.path()).unwrap();
    let reply = &samples.functions[0].stub.as_ref().unwrap().replies[0];
    assert!(format!("{:?}", reply.content).contains(r#"{\"a\":[1,\"x\"]}"#));
}

/// What serde says about an unknown key lists the keys that there are.
#[test]
fn the_manual_has_every_key() {
    let manual = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/config/functions/README.md"));
    let mut keys = 0;
    for text in ["nothing = 1", "[stub]\nnothing = 1", "[stub]\nerror = { nothing = 1 }"] {
        let folder = folder(&[("f/function.toml", text)]);
        let message = load(folder.path()).unwrap_err()[0].message.clone();
        let (_, list) = message.split_once("expected one of ").unwrap();
        for key in list.split(", ") {
            let key = key.trim_matches('`');
            assert!(
                manual.contains(&format!("`{key}`")) || manual.contains(&format!("{key} = ")),
                "{key}"
            );
            keys += 1;
        }
    }
    assert!(keys > 25, "{keys}");
}
