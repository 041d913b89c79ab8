//! Users of APIs, and what browsers are told.

use super::{found, read};

#[test]
fn users_have_a_name_and_a_password() {
    let table = "[[internal_apis.users]]\n";
    let shape = "must be a list of `{ user.name = \"…\", user.password = \"…\" }`";
    for (toml, expected) in [
        (format!("{table}user.name = 'ann'\nuser.password = 'hunter2'"), None),
        (
            format!("{table}user.name = 'ann'\nuser.password = 'hunter2'\nuser.is_admin = true"),
            None,
        ),
        ("[internal_apis]\nusers = [{ user = { name = 'a', password = 'b' } }]".to_owned(), None),
        (
            format!("{table}user.name = 'ann'"),
            Some("has a user without a text for `name` or for `password`"),
        ),
        (
            format!("{table}user.name = ''\nuser.password = 'hunter2'"),
            Some("has a user without a text for `name` or for `password`"),
        ),
        (
            format!("{table}user.name = 'a:b'\nuser.password = 'hunter2'"),
            Some("has a user with a colon in the name"),
        ),
        (
            format!("{table}user.name = 'a'\nuser.pasword = 'hunter2'"),
            Some("has users with `name`, `password` and `is_admin` only, not `pasword`"),
        ),
        (format!("{table}name = 'a'\npassword = 'hunter2'"), Some(shape)),
        ("[internal_apis]\nusers = 'hunter2'".to_owned(), Some(shape)),
    ] {
        let (loaded, diagnostics, _folder) = read(&toml, &[]);
        let problems = found(&diagnostics);
        match expected {
            None => {
                assert!(problems.is_empty(), "{toml}: {problems:?}");
                let users = loaded.settings.access.users;
                assert!(users.know(b"ann:hunter2") || users.know(b"a:b"), "{toml}");
            }
            Some(expected) => {
                let [problem] = problems.as_slice() else { panic!("{toml}: {problems:?}") };
                assert!(
                    problem.ends_with(&format!("`internal_apis.users` {expected}")),
                    "{problem}"
                );
                assert!(loaded.settings.access.users.is_empty(), "{toml}");
            }
        }
        assert!(!format!("{diagnostics:?}").contains("hunter2"), "{toml}");
    }
}

#[test]
fn nobody_is_a_user_by_default() {
    let (loaded, ..) = read("[internal_apis.file_user_store]\nenable = true", &[]);
    assert!(loaded.settings.access.users.is_empty());
}

#[test]
fn headers_for_browsers_are_words() {
    let (_, diagnostics, _folder) = read("[cors]\nallow_headers = \"a\\nb\"", &[]);
    assert_eq!(
        found(&diagnostics),
        ["2:17 error A701 `cors.allow_headers` must be a list of words, separated by commas"]
    );
    let (loaded, ..) = read("", &[("MYELIN_CORS_ALLOW_ORIGINS", "https://a.example")]);
    assert!(loaded.settings.access.cors.is_on());
}
