//! Reads dates and times by patterns, field by field, and makes sense of the fields.

use jiff::civil::{Date, Time};

use super::time_pattern::{Item, Moment};
use crate::expression::dates::{DAYS, MONTHS};

/// What was read, field by field.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(Vec<(char, i64)>);

impl Fields {
    fn get(&self, letters: &str) -> Option<i64> {
        self.0.iter().rev().find(|(letter, _)| letters.contains(*letter)).map(|(_, value)| *value)
    }

    /// The date, the time or both that the fields say.
    pub fn resolve(&self) -> Result<Moment, String> {
        let moment = Moment { date: self.date()?, time: self.time()? };
        if moment.date.is_none() && moment.time.is_none() {
            return Err("the pattern reads neither a date nor a time".to_owned());
        }
        Ok(moment)
    }

    fn date(&self) -> Result<Option<Date>, String> {
        let wrong = || "the text has no valid date".to_owned();
        let Some(mut year) = self.get("uy") else { return Ok(None) };
        if self.get("G") == Some(0) && self.get("u").is_none() {
            year = 1 - year;
        }
        let year = i16::try_from(year).map_err(|_| wrong())?;
        let date = match (self.get("ML"), self.get("d"), self.get("D")) {
            (Some(month), Some(day), _) => {
                let month = i8::try_from(month).map_err(|_| wrong())?;
                let first = Date::new(year, month, 1).map_err(|_| wrong())?;
                if !(1..=31).contains(&day) {
                    return Err(wrong());
                }
                // Java takes the 31st of a shorter month for its last day.
                let day = day.min(i64::from(first.days_in_month())) as i8;
                Date::new(year, month, day).map_err(|_| wrong())?
            }
            (_, _, Some(day)) => {
                let first = Date::new(year, 1, 1).map_err(|_| wrong())?;
                if !(1..=i64::from(first.days_in_year())).contains(&day) {
                    return Err(wrong());
                }
                first.checked_add(jiff::Span::new().days(day - 1)).map_err(|_| wrong())?
            }
            _ => return Ok(None),
        };
        match self.get("Eec") {
            Some(day) if day != i64::from(date.weekday().to_sunday_zero_offset()) => {
                Err("the day of the week is not that of the date".to_owned())
            }
            _ => Ok(Some(date)),
        }
    }

    fn time(&self) -> Result<Option<Time>, String> {
        let wrong = || "the text has no valid time".to_owned();
        let half = |hour: i64, most: i64| match self.get("a") {
            Some(half) if hour <= most => Some(hour % 12 + half * 12),
            _ => None,
        };
        let hour = match (self.get("H"), self.get("k"), self.get("h"), self.get("K")) {
            (Some(hour), ..) => hour,
            (_, Some(hour), ..) if hour > 0 => hour % 24,
            (_, _, Some(hour), _) if hour > 0 => half(hour, 12).ok_or_else(wrong)?,
            (_, _, _, Some(hour)) => half(hour, 11).ok_or_else(wrong)?,
            (_, None, None, _) => return Ok(None),
            _ => return Err(wrong()),
        };
        let part =
            |letters: &str| i8::try_from(self.get(letters).unwrap_or(0)).map_err(|_| wrong());
        let nanos = i32::try_from(self.get("Sn").unwrap_or(0)).map_err(|_| wrong())?;
        let hour = i8::try_from(hour).map_err(|_| wrong())?;
        Time::new(hour, part("m")?, part("s")?, nanos).map(Some).map_err(|_| wrong())
    }
}

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
        'G' | 'E' | 'a' => false,
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
    if !is_numeric(letter, width) {
        let (value, rest) = read_name(letter, width, text)?;
        fields.0.push((letter, value));
        return Some(rest);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (least, most) = match (letter, width) {
        ('S', width) => (width, width),
        ('u' | 'y', 2) => (2, 2),
        ('u' | 'y', width) if adjacent => (width, width),
        ('u' | 'y', 4) => (4, 4),
        ('u' | 'y' | 'A' | 'n', width) => (width, 9),
        ('D', 1) => (1, 3),
        (_, 1) => (1, 2),
        (_, width) => (width, width),
    };
    if digits < least {
        return None;
    }
    let (number, rest) = text.split_at(digits.min(most));
    let value: i64 = number.parse().ok()?;
    let value = match (letter, width) {
        ('u' | 'y', 2) => 2000 + value,
        // A fraction, in nanoseconds.
        ('S', width) => value * 10_i64.pow(9_u32.saturating_sub(width as u32)),
        ('e' | 'c', _) => value - 1,
        _ => value,
    };
    fields.0.push((letter, value));
    Some(rest)
}

fn read_name(letter: char, width: usize, text: &str) -> Option<(i64, &str)> {
    let names: Vec<&str> = match (letter, width) {
        ('a', _) => vec!["AM", "PM"],
        ('G', 4) => vec!["Before Christ", "Anno Domini"],
        ('G', 5) => vec!["B", "A"],
        ('G', _) => vec!["BC", "AD"],
        ('M' | 'L', 3) => MONTHS.iter().map(|name| &name[..3]).collect(),
        ('M' | 'L', 4) => MONTHS.to_vec(),
        ('E' | 'e' | 'c', 4) => DAYS.to_vec(),
        ('E' | 'e' | 'c', 1..=3) => DAYS.iter().map(|name| &name[..3]).collect(),
        // Single letters and quarters cannot be told apart or say too little.
        _ => return None,
    };
    // Months count from one.
    let first = i64::from(matches!(letter, 'M' | 'L'));
    names.iter().zip(first..).find_map(|(name, value)| Some((value, text.strip_prefix(name)?)))
}
