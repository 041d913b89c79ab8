//! Names of entries: which ones stay inside the archive, by whatever name a reader would take them.

/// What a name may hide behind: characters that are shown like others or that some readers turn
/// into others, and what they stand for.
const LOOKALIKES: [(&str, &str); 15] = [
    ("\u{2024}", "."),
    ("\u{2025}", ".."),
    ("\u{fe52}", "."),
    ("\u{ff0e}", "."),
    ("\u{2044}", "/"),
    ("\u{2215}", "/"),
    ("\u{ff0f}", "/"),
    ("\u{2216}", "\\"),
    ("\u{fe68}", "\\"),
    ("\u{ff3c}", "\\"),
    ("\u{ff1a}", ":"),
    ("%2e", "."),
    ("%2f", "/"),
    ("%5c", "\\"),
    ("%25", "%"),
];

/// Why a name cannot be taken; `None` when it can. Nothing is ever written to a disk; but an
/// archive with such a name was made to harm the reader that does.
pub(super) fn objection(name: &str) -> Option<&'static str> {
    let mut plain = name.to_lowercase();
    // Twice, for what is hidden in a hidden percent sign.
    for _ in 0..2 {
        for (odd, stands_for) in LOOKALIKES {
            plain = plain.replace(odd, stands_for);
        }
    }
    let path = plain.strip_suffix('/').unwrap_or(&plain);
    if path.is_empty() {
        Some("has no name")
    } else if plain.contains(char::is_control) {
        Some("has a control character in its name")
    } else if plain.contains('\\') {
        Some("has a backslash in its name")
    } else if path.starts_with('/') {
        Some("has an absolute name")
    } else if is_drive(path) {
        Some("names a drive")
    } else if path.split('/').any(climbs) {
        Some("leads out of the archive")
    } else if path.split('/').any(|part| matches!(part.trim(), "" | ".")) {
        Some("has an empty folder in its name")
    } else {
        None
    }
}

/// Some systems take blanks and dots at the end of a name away: `.. ` and `...` are `..` there.
fn climbs(part: &str) -> bool {
    let bare = part.trim();
    bare.len() > 1 && bare.chars().all(|character| matches!(character, '.' | ' '))
}

fn is_drive(path: &str) -> bool {
    let mut characters = path.chars();
    characters.next().is_some_and(|letter| letter.is_ascii_alphabetic())
        && characters.next() == Some(':')
}

#[cfg(test)]
mod tests {
    use super::objection;

    #[test]
    fn names_stay_inside() {
        let out = Some("leads out of the archive");
        let absolute = Some("has an absolute name");
        let backslash = Some("has a backslash in its name");
        let control = Some("has a control character in its name");
        let drive = Some("names a drive");
        let empty = Some("has an empty folder in its name");
        for (name, expected) in [
            ("artifacts.xml", None),
            ("a_1.0.0/", None),
            ("a_1.0.0/resources/b c/ä.json", None),
            ("a..b/..c/d..", None),
            ("a/%20b/100%.txt", None),
            (".meta/a", None),
            ("../a", out),
            ("..", out),
            ("../", out),
            ("a/..", out),
            ("a/../b", out),
            ("a/../../b", out),
            ("a/b/../../../c", out),
            (".. /a", out),
            (".../a", out),
            ("a/. ./b", out),
            ("%2e%2e/a", out),
            ("%2E%2e%2Fa", out),
            ("%252e%252e/a", out),
            ("\u{2025}/a", out),
            ("\u{2024}\u{2024}/a", out),
            ("\u{ff0e}\u{ff0e}/a", out),
            (".\u{fe52}/a", out),
            ("..\u{2215}a", out),
            ("..\u{2044}a", out),
            ("..\u{ff0f}a", out),
            ("/a", absolute),
            ("/etc/passwd", absolute),
            ("//host/share/a", absolute),
            ("%2fa", absolute),
            ("..\\a", backslash),
            ("\\a", backslash),
            ("\\\\host\\share", backslash),
            ("a\\b", backslash),
            ("..%5Ca", backslash),
            ("..\u{ff3c}a", backslash),
            ("C:\\a", backslash),
            ("C:/a", drive),
            ("c:a", drive),
            ("C\u{ff1a}/a", drive),
            ("a\0.xml", control),
            ("a\nb", control),
            ("a\u{85}b", control),
            ("a//b", empty),
            ("a/./b", empty),
            ("./a", empty),
            ("", Some("has no name")),
            ("/", Some("has no name")),
        ] {
            assert_eq!(objection(name), expected, "{name:?}");
        }
    }
}
