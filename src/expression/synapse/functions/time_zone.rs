//! Zones and offsets in texts: they are read over, for what they belong to keeps its clock.

use jiff::tz::TimeZone;

/// Reads a zone or an offset as a letter of a pattern writes it, and gives the rest.
pub(super) fn read_zone(letter: char, width: usize, text: &str) -> Option<&str> {
    match (letter, width) {
        ('O', _) | ('Z', 4) => {
            let rest = text.strip_prefix("GMT")?;
            Some(hours(rest, 1).map_or(rest, |rest| minutes(rest, ":").unwrap_or(rest)))
        }
        ('X', _) | ('Z', 5) if text.starts_with('Z') => text.get(1..),
        ('X' | 'x', 1) => {
            let rest = hours(text, 2)?;
            Some(minutes(rest, "").unwrap_or(rest))
        }
        ('X' | 'x', 2) | ('Z', 1..=3) => minutes(hours(text, 2)?, ""),
        ('X' | 'x', 4) => {
            let rest = minutes(hours(text, 2)?, "")?;
            Some(minutes(rest, "").unwrap_or(rest))
        }
        ('X' | 'x', 3) => minutes(hours(text, 2)?, ":"),
        ('X' | 'x' | 'Z', _) => {
            let rest = minutes(hours(text, 2)?, ":")?;
            Some(minutes(rest, ":").unwrap_or(rest))
        }
        _ => name(letter, text),
    }
}

/// A sign and the digits of hours, at least so many.
fn hours(text: &str, least: usize) -> Option<&str> {
    let rest = text.strip_prefix(['+', '-'])?;
    let digits = rest.bytes().take(2).take_while(u8::is_ascii_digit).count();
    if digits < least { None } else { rest.get(digits..) }
}

fn minutes<'t>(text: &'t str, separator: &str) -> Option<&'t str> {
    let rest = text.strip_prefix(separator)?;
    let digits = rest.get(..2)?;
    let is_below_sixty = digits.parse::<u8>().is_ok_and(|minutes| minutes < 60);
    if is_below_sixty { rest.get(2..) } else { None }
}

/// A zone's name: an id such as `Europe/Berlin`, or, but for `V`, an abbreviation.
fn name(letter: char, text: &str) -> Option<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '/' | '_' | '-' | '+' | ':');
    let (name, rest) = text.split_at(text.find(|c| !is_part(c)).unwrap_or(text.len()));
    let is_short = |name: &str| {
        (2..=5).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_uppercase())
    };
    let is_zone = matches!(name, "Z" | "GMT" | "UTC" | "UT")
        || letter != 'V' && is_short(name)
        || name.contains('/') && TimeZone::get(name).is_ok()
        || read_zone('X', 5, name) == Some("");
    is_zone.then_some(rest)
}
