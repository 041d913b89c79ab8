//! The patterns of Java's `DateTimeFormatter` for dates and times without a zone, in English.
//!
//! They are not those of `SimpleDateFormat` (`expression::dates`): `S` is a fraction, `u` a year,
//! and there are optional parts.

use std::fmt::Write as _;

use jiff::civil::{Date, Time, Weekday};

use super::time_reading::{Fields, read_items};
use crate::expression::dates::{DAYS, MONTHS};

/// What was read or is to be written; a date, a time or both.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Moment {
    pub date: Option<Date>,
    pub time: Option<Time>,
}

/// A compiled pattern.
#[derive(Debug, Clone)]
pub(super) struct Pattern(Vec<Item>);

/// A part of a pattern.
#[derive(Debug, Clone)]
pub(super) enum Item {
    Literal(String),
    Field(char, usize),
    Optional(Vec<Item>),
}

/// The letters, with how often each may be repeated.
const LETTERS: [(char, usize); 22] = [
    ('G', 5),
    ('u', 19),
    ('y', 19),
    ('D', 3),
    ('M', 5),
    ('L', 5),
    ('d', 2),
    ('Q', 4),
    ('q', 4),
    ('E', 5),
    ('e', 4),
    ('c', 4),
    ('a', 1),
    ('h', 2),
    ('K', 2),
    ('k', 2),
    ('H', 2),
    ('m', 2),
    ('s', 2),
    ('S', 9),
    ('A', 19),
    ('n', 19),
];

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
            Some("") => fields.resolve(),
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
            c if c.is_ascii_alphabetic() => {
                let width = rest.chars().take_while(|letter| *letter == c).count();
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

fn check_letter(letter: char, width: usize) -> Result<(), String> {
    match LETTERS.iter().find(|(known, _)| *known == letter) {
        Some((_, most)) if width <= *most => Ok(()),
        Some(_) => Err(format!("the pattern has too many `{letter}`")),
        None if matches!(letter, 'z' | 'Z' | 'X' | 'x' | 'V' | 'O') => {
            Err(format!("`{letter}` asks for a time zone, which the date does not have"))
        }
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
    if "GuyDMLdQqEec".contains(letter) {
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
        ('u' | 'y', 2) => i64::from(year(letter, date).rem_euclid(100)),
        ('u' | 'y', _) => i64::from(year(letter, date)),
        ('M' | 'L', 3..) => return write_name(MONTHS[month - 1], width, text),
        ('M' | 'L', _) => month as i64,
        ('Q' | 'q', 3) => return text.push_str(["Q1", "Q2", "Q3", "Q4"][quarter - 1]),
        ('Q' | 'q', 4) => {
            text.push_str(["1st", "2nd", "3rd", "4th"][quarter - 1]);
            return text.push_str(" quarter");
        }
        ('Q' | 'q', _) => quarter as i64,
        ('E', _) | ('e' | 'c', 3..) => return write_name(day_name(date.weekday()), width, text),
        ('e' | 'c', _) => i64::from(date.weekday().to_sunday_one_offset()),
        ('D', _) => i64::from(date.day_of_year()),
        _ => i64::from(date.day()),
    };
    write_number(number, width, text);
}

fn write_time_field(letter: char, width: usize, time: Time, text: &mut String) {
    let hour = i64::from(time.hour());
    let number = match letter {
        'a' => return text.push_str(if hour < 12 { "AM" } else { "PM" }),
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
        'A' => millis_of_day(time),
        _ => i64::from(time.subsec_nanosecond()),
    };
    write_number(number, width, text);
}

fn millis_of_day(time: Time) -> i64 {
    let seconds =
        (i64::from(time.hour()) * 60 + i64::from(time.minute())) * 60 + i64::from(time.second());
    seconds * 1000 + i64::from(time.subsec_nanosecond()) / 1_000_000
}

fn write_number(number: i64, width: usize, text: &mut String) {
    // Writing into a string cannot fail.
    let _ = write!(text, "{number:0width$}");
}

fn write_name(name: &str, width: usize, text: &mut String) {
    let length = match width {
        4 => name.len(),
        5 => 1,
        _ => 3,
    };
    text.push_str(name.get(..length).unwrap_or(name));
}

/// `u` counts through zero, `y` within its era.
fn year(letter: char, date: Date) -> i32 {
    let year = i32::from(date.year());
    if letter == 'u' || year > 0 { year } else { 1 - year }
}

fn day_name(day: Weekday) -> &'static str {
    DAYS[day.to_sunday_zero_offset() as usize]
}
