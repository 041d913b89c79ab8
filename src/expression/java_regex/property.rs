//! The sets that have names: `\p{Alpha}`, `\p{Lu}`, `\p{IsGreek}`, `\p{javaLowerCase}`.

use regex_syntax::hir::{Class, ClassUnicode, HirKind};

use super::class::ClassError;
use super::parser::Flags;

/// Names with the set each stands for in ASCII, and in Unicode where the flag `U` asks for that.
const POSIX: &[(&str, &str, &str)] = &[
    ("Alnum", "[A-Za-z0-9]", r"[\p{Alphabetic}\p{Nd}]"),
    ("Alpha", "[A-Za-z]", r"\p{Alphabetic}"),
    ("ASCII", r"[\x00-\x7F]", r"[\x00-\x7F]"),
    ("Blank", r"[ \t]", r"[\p{Zs}\t]"),
    ("Cntrl", r"[\x00-\x1F\x7F]", r"\p{Cc}"),
    ("Digit", "[0-9]", r"\p{Nd}"),
    ("Graph", "[!-~]", r"[^\p{White_Space}\p{Cc}\p{Cs}\p{Cn}]"),
    ("Lower", "[a-z]", r"\p{Lowercase}"),
    ("Print", "[ -~]", r"[[^\p{White_Space}\p{Cc}\p{Cs}\p{Cn}]\p{Zs}&&[^\p{Cc}]]"),
    ("Punct", r"[!-/:-@\[-`{-~]", r"\p{P}"),
    ("Space", r"[ \t-\r]", r"\p{White_Space}"),
    ("Upper", "[A-Z]", r"\p{Uppercase}"),
    ("Word", "[A-Za-z0-9_]", r"[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]"),
    ("XDigit", "[0-9A-Fa-f]", r"[\p{Nd}\p{Hex_Digit}]"),
];

/// Java's own names.
const JAVA: &[(&str, &str)] = &[
    ("all", r"[\x{0}-\x{10FFFF}]"),
    ("javaAlphabetic", r"\p{Alphabetic}"),
    ("javaDefined", r"\P{Cn}"),
    ("javaDigit", r"\p{Nd}"),
    ("javaISOControl", r"\p{Cc}"),
    ("javaIdeographic", r"\p{Ideographic}"),
    ("javaLetter", r"\p{L}"),
    ("javaLetterOrDigit", r"[\p{L}\p{Nd}]"),
    ("javaLowerCase", r"\p{Lowercase}"),
    ("javaSpaceChar", r"\p{Z}"),
    ("javaTitleCase", r"\p{Lt}"),
    ("javaUpperCase", r"\p{Uppercase}"),
    ("javaWhitespace", r"[\p{Z}\t-\r\x1C-\x1F&&[^\xA0\u2007\u202F]]"),
    ("L1", r"[\x00-\xFF]"),
    ("LC", r"[\p{Lu}\p{Ll}\p{Lt}]"),
    ("LD", r"[\p{L}\p{Nd}]"),
];

/// Unicode's properties, which are written with `Is`.
const BINARY: &[(&str, &str)] = &[
    ("ALPHABETIC", r"\p{Alphabetic}"),
    ("ASSIGNED", r"\P{Cn}"),
    ("CONTROL", r"\p{Cc}"),
    ("DIGIT", r"\p{Nd}"),
    ("HEX_DIGIT", r"[\p{Nd}\p{Hex_Digit}]"),
    ("HEXDIGIT", r"[\p{Nd}\p{Hex_Digit}]"),
    ("IDEOGRAPHIC", r"\p{Ideographic}"),
    ("JOIN_CONTROL", r"\p{Join_Control}"),
    ("JOINCONTROL", r"\p{Join_Control}"),
    ("LETTER", r"\p{L}"),
    ("LOWERCASE", r"\p{Lowercase}"),
    ("NONCHARACTER_CODE_POINT", r"\p{Noncharacter_Code_Point}"),
    ("NONCHARACTERCODEPOINT", r"\p{Noncharacter_Code_Point}"),
    ("PUNCTUATION", r"\p{P}"),
    ("TITLECASE", r"\p{Lt}"),
    ("UPPERCASE", r"\p{Uppercase}"),
    ("WHITE_SPACE", r"\p{White_Space}"),
    ("WHITESPACE", r"\p{White_Space}"),
];

/// Sets of one case, which take all cases where case does not count.
const CASES: &[&str] = &[
    "Lower",
    "Upper",
    "Lu",
    "Ll",
    "Lt",
    "IsLu",
    "IsLl",
    "IsLt",
    "javaLowerCase",
    "javaUpperCase",
    "javaTitleCase",
];

/// The set of a name.
pub(super) fn class(name: &str, flags: Flags) -> Result<ClassUnicode, ClassError> {
    let mut set = parsed(&pattern(name, flags.unicode)?, name)?;
    let one_case = CASES.contains(&name) || name.to_ascii_lowercase().ends_with("case");
    if flags.case && one_case && set.try_case_fold_simple().is_err() {
        return Err(unknown(name));
    }
    Ok(set)
}

fn pattern(name: &str, unicode: bool) -> Result<String, ClassError> {
    if let Some((_, ascii, wide)) = POSIX.iter().find(|row| row.0 == name) {
        return Ok((*if unicode { wide } else { ascii }).to_owned());
    }
    if let Some((_, set)) = JAVA.iter().find(|row| row.0 == name) {
        return Ok((*set).to_owned());
    }
    let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if let Some((key, value)) = name.split_once('=') {
        return match key.to_ascii_lowercase().as_str() {
            "sc" | "script" if plain(value) => Ok(format!(r"\p{{sc={value}}}")),
            "gc" | "general_category" if plain(value) => Ok(format!(r"\p{{gc={value}}}")),
            "blk" | "block" => Err(block(name)),
            _ => Err(unknown(name)),
        };
    }
    if name.starts_with("In") {
        return Err(block(name));
    }
    let is = name.strip_prefix("Is");
    let wanted = is.unwrap_or(name);
    if is.is_some()
        && let Some((_, set)) = BINARY.iter().find(|row| row.0.eq_ignore_ascii_case(wanted))
    {
        return Ok((*set).to_owned());
    }
    match wanted {
        _ if !plain(wanted) || wanted.is_empty() => Err(unknown(name)),
        "LC" => Ok(r"[\p{Lu}\p{Ll}\p{Lt}]".to_owned()),
        _ if wanted.len() <= 2 => Ok(format!(r"\p{{gc={wanted}}}")),
        _ if is.is_some() => Ok(format!(r"\p{{sc={wanted}}}")),
        _ => Err(unknown(name)),
    }
}

fn parsed(pattern: &str, name: &str) -> Result<ClassUnicode, ClassError> {
    let hir = regex_syntax::Parser::new().parse(pattern).map_err(|_| unknown(name))?;
    match hir.into_kind() {
        HirKind::Class(Class::Unicode(set)) => Ok(set),
        HirKind::Class(Class::Bytes(set)) => set.to_unicode_class().ok_or_else(|| unknown(name)),
        HirKind::Literal(literal) => {
            let text = String::from_utf8_lossy(&literal.0).into_owned();
            let ranges: Vec<(char, char)> = text.chars().map(|c| (c, c)).collect();
            Ok(super::class::ranges(&ranges))
        }
        _ => Err(unknown(name)),
    }
}

fn unknown(name: &str) -> ClassError {
    let help = "names are those of Java: `\\p{Alpha}`, `\\p{Lu}`, `\\p{IsGreek}`, `\\p{javaDigit}`";
    ClassError::new(format!("there is no set of characters `{name}`"), Some(help))
}

fn block(name: &str) -> ClassError {
    let help = "name a script instead, `\\p{IsGreek}`, or write a range, `[\\u0370-\\u03FF]`";
    ClassError::new(format!("the Unicode block `{name}` is not supported"), Some(help))
}
