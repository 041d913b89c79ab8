//! Member names as XML names: what XML does not allow is written as `_JsonReader_…`.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

use crate::xml::chars::is_char;
use crate::xml::{is_name_char, is_name_start, is_ncname};

const ESCAPE: &str = "_JsonReader_";
const DIGIT: &str = "_JsonReader_PD_";
const DOLLAR: &str = "_JsonReader_PS_";

/// The XML name for a member.
pub fn to_xml_name(name: &Arc<str>) -> Arc<str> {
    if is_ncname(name) && !name.contains(ESCAPE) {
        return Arc::clone(name);
    }
    let (mut made, rest) = match name.chars().next() {
        None => (DIGIT.to_owned(), ""),
        Some(first) if first.is_ascii_digit() => (DIGIT.to_owned(), &**name),
        Some('$') => (DOLLAR.to_owned(), name.strip_prefix('$').unwrap_or_default()),
        Some(_) => (String::new(), &**name),
    };
    for (at, character) in rest.char_indices() {
        let is_allowed =
            if made.is_empty() { is_name_start(character) } else { is_name_char(character) };
        // An escape that stands in the name itself must not be read as one.
        let is_escape = rest.get(at..).is_some_and(|from| from.starts_with(ESCAPE));
        if is_allowed && !is_escape {
            made.push(character);
        } else {
            // Writing into a string cannot fail.
            let _ = write!(made, "{ESCAPE}{}_", u32::from(character));
        }
    }
    Arc::from(made)
}

/// What an instruction says that makes an array of a member: its name, or the name of its elements
/// where the name itself would not survive there.
pub(super) fn to_instruction(name: &Arc<str>) -> Arc<str> {
    let is_plain = |it: char| is_char(it) && !it.is_control() && !it.is_whitespace();
    if !name.is_empty() && name.chars().all(is_plain) && !name.contains("?>") {
        return if name.contains(ESCAPE) { to_xml_name(name) } else { Arc::clone(name) };
    }
    to_xml_name(name)
}

/// The member name that an XML name, or an instruction, stands for.
pub fn to_member_name(name: &str) -> Cow<'_, str> {
    if !name.contains(ESCAPE) {
        return Cow::Borrowed(name);
    }
    let (mut made, mut rest) = match (name.strip_prefix(DIGIT), name.strip_prefix(DOLLAR)) {
        (Some(rest), _) => (String::new(), rest),
        (_, Some(rest)) => ("$".to_owned(), rest),
        _ => (String::new(), name),
    };
    while let Some((before, behind)) = rest.split_once(ESCAPE) {
        made.push_str(before);
        let code = behind.split_once('_').and_then(|(code, rest)| {
            let is_number = code.bytes().all(|digit| digit.is_ascii_digit());
            let character = char::from_u32(code.parse().ok().filter(|_| is_number)?)?;
            Some((character, rest))
        });
        if let Some((character, behind)) = code {
            made.push(character);
            rest = behind;
        } else {
            made.push_str(ESCAPE);
            rest = behind;
        }
    }
    made.push_str(rest);
    Cow::Owned(made)
}
