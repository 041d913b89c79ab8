//! Reads dates and times by patterns, field by field.

use super::time_fields::Fields;
use super::time_pattern::{Item, QUARTERS};
use super::time_zone::read_zone;
use crate::expression::dates::{DAYS, MONTHS};

/// Java's longest number.
const LONGEST: usize = 19;

/// Reads items from the start of a text and gives the rest; `None` when they do not fit.
pub(super) fn read_items<'t>(
    items: &[Item],
    text: &'t str,
    fields: &mut Fields,
) -> Option<&'t str> {
    let mut rest = text;
    for (at, item) in items.iter().enumerate() {
        rest = match item {
            Item::Literal(literal) => rest.strip_prefix(literal.as_str())?,
            Item::Field(letter, width) => {
                let adjacent = matches!(items.get(at + 1), Some(Item::Field(next, width)) if is_numeric(*next, *width));
                read_field(*letter, *width, adjacent, rest, fields)?
            }
            Item::Padded(pad, letter, width) => {
                let (field, behind) = rest.split_at_checked(*pad)?;
                let left =
                    read_field(*letter, *width, false, field.trim_start_matches(' '), fields)?;
                if !left.is_empty() {
                    return None;
                }
                behind
            }
            Item::Optional(inner) => {
                let before = fields.clone();
                if let Some(behind) = read_items(inner, rest, fields) {
                    behind
                } else {
                    *fields = before;
                    rest
                }
            }
        };
    }
    Some(rest)
}

fn is_numeric(letter: char, width: usize) -> bool {
    match letter {
        'G' | 'E' | 'a' | 'B' | 'v' | 'V' | 'z' | 'O' | 'X' | 'x' | 'Z' => false,
        'M' | 'L' | 'Q' | 'q' | 'e' | 'c' => width < 3,
        _ => true,
    }
}

/// Reads a field; `adjacent` says that a number follows without anything between, so that this one
/// has to have its exact width.
fn read_field<'t>(
    letter: char,
    width: usize,
    adjacent: bool,
    text: &'t str,
    fields: &mut Fields,
) -> Option<&'t str> {
    if "vVzOXxZ".contains(letter) {
        return read_zone(letter, width, text);
    }
    if !is_numeric(letter, width) {
        let (value, rest) = read_name(letter, width, text)?;
        return fields.set(letter, value).then_some(rest);
    }
    let signed = match text.strip_prefix('-') {
        Some(rest) if letter == 'u' => rest,
        _ => text,
    };
    let digits = signed.bytes().take_while(u8::is_ascii_digit).count();
    let (least, most) = match (letter, width) {
        ('S', width) => (width, width),
        ('u' | 'y' | 'Y', 2) => (2, 2),
        ('u' | 'y' | 'Y', width) if adjacent => (width, width),
        ('u' | 'y' | 'Y', 4) => (4, 4),
        ('u' | 'y' | 'Y' | 'A' | 'n' | 'N', width) => (width, LONGEST),
        ('D', 2) => (2, 3),
        (_, 1) => (1, LONGEST),
        (_, width) => (width, width),
    };
    if digits < least {
        return None;
    }
    let (number, rest) = signed.split_at(digits.min(most));
    let value: i64 = number.parse().ok()?;
    let value = match (letter, width) {
        ('u' | 'y' | 'Y', 2) => 2000 + value,
        // A fraction, in nanoseconds.
        ('S', width) => value * 10_i64.pow(9_u32.saturating_sub(width as u32)),
        ('e' | 'c', _) => value - 1,
        _ if signed.len() < text.len() => -value,
        _ => value,
    };
    fields.set(letter, value).then_some(rest)
}

fn read_name(letter: char, width: usize, text: &str) -> Option<(i64, &str)> {
    let names: Vec<&str> = match (letter, width) {
        ('a', _) => vec!["AM", "PM"],
        ('G', 4) => vec!["Before Christ", "Anno Domini"],
        ('G', 5) => vec!["B", "A"],
        ('G', _) => vec!["BC", "AD"],
        ('M' | 'L', 3) => MONTHS.iter().map(|name| &name[..3]).collect(),
        ('M' | 'L', 4) => MONTHS.to_vec(),
        ('Q' | 'q', 3 | 4) => QUARTERS[width - 3].to_vec(),
        ('E' | 'e' | 'c', 4) => DAYS.to_vec(),
        ('E' | 'e' | 'c', 1..=3) => DAYS.iter().map(|name| &name[..3]).collect(),
        // Single letters cannot be told apart, and times of the day say too little.
        _ => return None,
    };
    // Months and quarters count from one.
    let first = i64::from(matches!(letter, 'M' | 'L' | 'Q' | 'q'));
    names.iter().zip(first..).find_map(|(name, value)| Some((value, text.strip_prefix(name)?)))
}
