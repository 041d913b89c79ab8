//! The patterns of Java's `DateTimeFormatter` for dates and times without a zone, in English.
//! Zones are read over and never written.
//!
//! They are not those of `SimpleDateFormat` (`expression::dates`): `S` is a fraction, `u` a year,
//! and there are optional parts.

use std::fmt::Write as _;

use jiff::civil::{Date, Time, Weekday};

use super::time_fields::Fields;
use super::time_reading::read_items;
use crate::expression::dates::{self, DAYS, MONTHS};

/// What was read or is to be written; a date, a time or both.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Moment {
    pub date: Option<Date>,
    pub time: Option<Time>,
}

/// The quarters of a year, shorter and longer.
pub(super) const QUARTERS: [[&str; 4]; 2] =
    [["Q1", "Q2", "Q3", "Q4"], ["1st quarter", "2nd quarter", "3rd quarter", "4th quarter"]];

/// A compiled pattern.
#[derive(Debug, Clone)]
pub(super) struct Pattern(Vec<Item>);

/// A part of a pattern.
#[derive(Debug, Clone)]
pub(super) enum Item {
    Literal(String),
    Field(char, usize),
    /// A field with blanks before it, so that it is so wide.
    Padded(usize, char, usize),
    Optional(Vec<Item>),
}

/// Whether a letter may be repeated so often; nothing for letters without a meaning.
fn is_width(letter: char, width: usize) -> Option<bool> {
    Some(match letter {
        'a' | 'F' | 'W' => width == 1,
        'd' | 'h' | 'H' | 'k' | 'K' | 'm' | 's' | 'w' => width <= 2,
        'V' => width == 2,
        'D' => width <= 3,
        'z' => width <= 4,
        'O' | 'v' => matches!(width, 1 | 4),
        'B' => matches!(width, 1 | 4 | 5),
        'c' => matches!(width, 1 | 3..=5),
        'E' | 'e' | 'G' | 'L' | 'M' | 'q' | 'Q' | 'x' | 'X' | 'Z' => width <= 5,
        'S' => width <= 9,
        'A' | 'n' | 'N' | 'u' | 'y' | 'Y' => width <= 19,
        _ => return None,
    })
}

impl Pattern {
    /// Reads a pattern, or says what is wrong with it.
    pub fn compile(pattern: &str) -> Result<Self, String> {
        let mut rest = pattern;
        let items = items(&mut rest, false)?;
        Ok(Self(items))
    }

    /// Writes a moment; fails where the pattern asks for what it does not have.
    pub fn format(&self, moment: &Moment) -> Result<String, String> {
        let mut text = String::new();
        write_items(&self.0, moment, &mut text)?;
        Ok(text)
    }

    /// Reads a date, a time or both from a whole text.
    pub fn parse(&self, text: &str) -> Result<Moment, String> {
        let mut fields = Fields::default();
        let rest = read_items(&self.0, text, &mut fields);
        match rest {
            Some("") => fields.resolve().map_err(str::to_owned),
            _ => Err("the text does not fit its pattern".to_owned()),
        }
    }
}

fn items(rest: &mut &str, inside: bool) -> Result<Vec<Item>, String> {
    let mut items = Vec::new();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '[' => {
                *rest = &rest[1..];
                items.push(Item::Optional(self::items(rest, true)?));
                continue;
            }
            ']' if inside => {
                *rest = &rest[1..];
                return Ok(items);
            }
            ']' | '{' | '}' | '#' => return Err(format!("the pattern has a stray `{first}`")),
            '\'' => quoted(rest, &mut items)?,
            'p' => padded(rest, &mut items)?,
            c if c.is_ascii_alphabetic() => {
                let width = width_of(rest, c);
                check_letter(c, width)?;
                items.push(Item::Field(c, width));
                width
            }
            c => {
                items.push(Item::Literal(c.to_string()));
                c.len_utf8()
            }
        };
        *rest = rest.get(length..).unwrap_or_default();
    }
    // Java closes what is left open.
    Ok(items)
}

fn width_of(pattern: &str, letter: char) -> usize {
    pattern.chars().take_while(|c| *c == letter).count()
}

/// Adds a padded field and says how long it is in the pattern.
fn padded(pattern: &str, items: &mut Vec<Item>) -> Result<usize, String> {
    let pad = width_of(pattern, 'p');
    let rest = pattern.get(pad..).unwrap_or_default();
    let letter = rest.chars().next().filter(char::is_ascii_alphabetic);
    let letter = letter.ok_or("`p` has no letter behind it that it could pad")?;
    let width = width_of(rest, letter);
    check_letter(letter, width)?;
    items.push(Item::Padded(pad, letter, width));
    Ok(pad + width)
}

fn check_letter(letter: char, width: usize) -> Result<(), String> {
    match is_width(letter, width) {
        Some(true) => Ok(()),
        Some(false) => Err(format!("`{letter}` cannot stand {width} times in a pattern")),
        None => Err(format!("`{letter}` means nothing in a pattern")),
    }
}

/// Adds quoted text and says how long it is in the pattern.
fn quoted(pattern: &str, items: &mut Vec<Item>) -> Result<usize, String> {
    let mut text = String::new();
    let mut characters = pattern.char_indices().skip(1).peekable();
    while let Some((at, c)) = characters.next() {
        if c != '\'' {
            text.push(c);
            continue;
        }
        if at > 1 && matches!(characters.peek(), Some((_, '\''))) {
            text.push('\'');
            characters.next();
            continue;
        }
        items.push(Item::Literal(if at == 1 { "'".to_owned() } else { text }));
        return Ok(at + 1);
    }
    Err("the pattern has a quote that is not closed".to_owned())
}

fn write_items(items: &[Item], moment: &Moment, text: &mut String) -> Result<(), String> {
    for item in items {
        match item {
            Item::Literal(literal) => text.push_str(literal),
            Item::Field(letter, width) => write_field(*letter, *width, moment, text)?,
            Item::Padded(pad, letter, width) => {
                let mut field = String::new();
                write_field(*letter, *width, moment, &mut field)?;
                if field.chars().count() > *pad {
                    return Err(format!("`{letter}` is wider than its padding"));
                }
                // Writing into a string cannot fail.
                let _ = write!(text, "{field:>pad$}");
            }
            Item::Optional(inner) => {
                let length = text.len();
                if write_items(inner, moment, text).is_err() {
                    text.truncate(length);
                }
            }
        }
    }
    Ok(())
}

fn write_field(
    letter: char,
    width: usize,
    moment: &Moment,
    text: &mut String,
) -> Result<(), String> {
    let missing =
        |what: &str| format!("`{letter}` asks for a {what}, which the value does not have");
    if "vVzOXxZ".contains(letter) {
        return Err(missing("time zone"));
    }
    if "GuyYDMLdQqEecwWF".contains(letter) {
        let date = moment.date.ok_or_else(|| missing("date"))?;
        write_date_field(letter, width, date, text);
    } else {
        let time = moment.time.ok_or_else(|| missing("time"))?;
        write_time_field(letter, width, time, text);
    }
    Ok(())
}

fn write_date_field(letter: char, width: usize, date: Date, text: &mut String) {
    let month = date.month() as usize;
    let quarter = (month - 1) / 3 + 1;
    let number = match (letter, width) {
        ('G', 1..=3) => return text.push_str(if date.year() > 0 { "AD" } else { "BC" }),
        ('G', 4) => {
            return text.push_str(if date.year() > 0 { "Anno Domini" } else { "Before Christ" });
        }
        ('G', _) => return text.push(if date.year() > 0 { 'A' } else { 'B' }),
        ('u' | 'y' | 'Y', 2) => i64::from(year(letter, date).rem_euclid(100)),
        ('u' | 'y' | 'Y', _) => i64::from(year(letter, date)),
        ('M' | 'L', 3..) => return write_name(MONTHS[month - 1], width, text),
        ('M' | 'L', _) => month as i64,
        ('Q' | 'q', 3 | 4) => return text.push_str(QUARTERS[width - 3][quarter - 1]),
        ('Q' | 'q', 5) => return write_number(quarter as i64, 1, text),
        ('Q' | 'q', _) => quarter as i64,
        ('E', _) | ('e' | 'c', 3..) => return write_name(day_name(date.weekday()), width, text),
        ('e' | 'c', _) => i64::from(date.weekday().to_sunday_one_offset()),
        ('w', _) => i64::from(dates::week_of_year(date).1),
        ('W', _) => i64::from(dates::week_of_month(date)),
        ('F', _) => (i64::from(date.day()) - 1) % 7 + 1,
        ('D', _) => i64::from(date.day_of_year()),
        _ => i64::from(date.day()),
    };
    write_number(number, width, text);
}

fn write_time_field(letter: char, width: usize, time: Time, text: &mut String) {
    let hour = i64::from(time.hour());
    let number = match letter {
        'a' => return text.push_str(if hour < 12 { "AM" } else { "PM" }),
        'B' => return text.push_str(day_period(time, width)),
        'h' => (hour + 11) % 12 + 1,
        'K' => hour % 12,
        'k' => (hour + 23) % 24 + 1,
        'H' => hour,
        'm' => i64::from(time.minute()),
        's' => i64::from(time.second()),
        'S' => {
            let digits = format!("{:09}", time.subsec_nanosecond());
            return text.push_str(digits.get(..width).unwrap_or(&digits));
        }
        'A' => nanos_of_day(time) / 1_000_000,
        'N' => nanos_of_day(time),
        _ => i64::from(time.subsec_nanosecond()),
    };
    write_number(number, width, text);
}

fn nanos_of_day(time: Time) -> i64 {
    let minutes = i64::from(time.hour()) * 60 + i64::from(time.minute());
    (minutes * 60 + i64::from(time.second())) * 1_000_000_000 + i64::from(time.subsec_nanosecond())
}

fn day_period(time: Time, width: usize) -> &'static str {
    match (time.hour(), time.minute()) {
        (0, 0) => {
            if width == 5 {
                "mi"
            } else {
                "midnight"
            }
        }
        (12, 0) => {
            if width == 5 {
                "n"
            } else {
                "noon"
            }
        }
        (6..12, _) => "in the morning",
        (12..18, _) => "in the afternoon",
        (18..21, _) => "in the evening",
        _ => "at night",
    }
}

fn write_number(number: i64, width: usize, text: &mut String) {
    let sign = if number < 0 { "-" } else { "" };
    // Writing into a string cannot fail.
    let _ = write!(text, "{sign}{:0width$}", number.unsigned_abs());
}

fn write_name(name: &str, width: usize, text: &mut String) {
    let length = match width {
        4 => name.len(),
        5 => 1,
        _ => 3,
    };
    text.push_str(name.get(..length).unwrap_or(name));
}

/// `u` counts through zero, `y` within its era, `Y` by weeks.
fn year(letter: char, date: Date) -> i32 {
    let year = if letter == 'Y' { dates::week_of_year(date).0 } else { date.year() };
    let year = i32::from(year);
    if letter != 'y' || year > 0 { year } else { 1 - year }
}

fn day_name(day: Weekday) -> &'static str {
    DAYS[day.to_sunday_zero_offset() as usize]
}
