//! Where the files are that artifacts name.

use std::path::{Path, PathBuf};

/// What to say of a file that is not found.
pub const START: &str = "a relative path starts at the folder of the artifact or of its archive, else at the nearest folder above that has it";

/// Whether a URL is fetched over a network.
pub fn is_remote(url: &str) -> bool {
    url.split_once("://").is_some_and(|(scheme, _)| !scheme.eq_ignore_ascii_case("file"))
}

/// The file or folder that a path or a `file:` URL names, seen from the folder of an artifact. In a
/// server such paths start at its home, which is somewhere above.
pub fn of(url: &str, folder: &Path) -> PathBuf {
    let path = url.strip_prefix("file:").unwrap_or(url);
    // `file:///a` and `file://localhost/a` name a host before the path, `file:/a` does not.
    let path = match path.strip_prefix("//") {
        Some(rest) => rest.find('/').and_then(|at| rest.get(at..)).unwrap_or(rest),
        None => path,
    };
    let mut candidates = folder.ancestors().map(|folder| folder.join(path));
    candidates.find(|place| place.exists()).unwrap_or_else(|| folder.join(path))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{is_remote, of};

    #[test]
    fn a_file_is_beside_its_artifact_or_above() {
        let name = format!("myelin-place-{}", std::process::id());
        let home = std::env::temp_dir().join(name);
        fs::create_dir_all(home.join("near")).unwrap();
        for file in ["near/a.txt", "a.txt", "b.txt"] {
            fs::write(home.join(file), "").unwrap();
        }
        let near = home.join("near");
        for (url, expected) in [
            ("a.txt", near.join("a.txt")),
            ("file:a.txt", near.join("a.txt")),
            ("file:./b.txt", home.join("./b.txt")),
            ("file:../b.txt", near.join("../b.txt")),
            ("file:none.txt", near.join("none.txt")),
        ] {
            assert_eq!(of(url, &near), expected, "{url}");
        }
        let absolute = home.join("b.txt");
        for url in ["file:", "file://", "file://localhost"] {
            assert_eq!(of(&format!("{url}{}", absolute.display()), &near), absolute, "{url}");
        }
        fs::remove_dir_all(&home).unwrap();
    }

    #[test]
    fn files_are_not_remote() {
        for (url, expected) in
            [("file:a", false), ("FILE:///a", false), ("a/b", false), ("http://a/b", true)]
        {
            assert_eq!(is_remote(url), expected, "{url}");
        }
    }
}
