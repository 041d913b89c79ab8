//! Dates written by the patterns of Java's `SimpleDateFormat`, in English.

use std::fmt::Write as _;

use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

use super::EvalError;

pub(super) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
pub(super) const DAYS: [&str; 7] =
    ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

/// How many letters of one kind a pattern may repeat; Java has no bound, but nobody needs more.
const MAX_WIDTH: usize = 64;

/// Writes a point in time, milliseconds since 1970, as it reads in a time zone. Fails where Java
/// does, on letters without a meaning and open quotes, and on `zzzz`, the zone's long name.
pub fn format(millis: i64, pattern: &str, zone: &TimeZone) -> Result<String, EvalError> {
    let time = Timestamp::from_millisecond(millis)
        .map_err(|_| EvalError::failed(format!("{millis} ms is not a date that can be written")))?
        .to_zoned(zone.clone());
    let refuse = |why: &str| EvalError::failed(format!("the date pattern `{pattern}` {why}"));
    let mut text = String::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let length = if first == '\'' {
            quoted(rest, &mut text).ok_or_else(|| refuse("has a quote that is not closed"))?
        } else if first.is_ascii_alphabetic() {
            let width = rest.chars().take_while(|letter| *letter == first).count();
            field(first, width, &time, &mut text).map_err(|why| refuse(&why))?;
            width
        } else {
            text.push(first);
            first.len_utf8()
        };
        rest = rest.get(length..).unwrap_or_default();
    }
    Ok(text)
}

/// Adds the literal text at the start of a pattern and says how long it is there; two quotes are
/// one, inside and outside.
fn quoted(pattern: &str, text: &mut String) -> Option<usize> {
    if pattern.starts_with("''") {
        text.push('\'');
        return Some(2);
    }
    let mut at = 1;
    loop {
        let length = pattern.get(at..)?.find('\'')?;
        text.push_str(&pattern[at..at + length]);
        at += length + 1;
        if !pattern[at..].starts_with('\'') {
            return Some(at);
        }
        text.push('\'');
        at += 1;
    }
}

fn field(letter: char, width: usize, time: &Zoned, text: &mut String) -> Result<(), String> {
    if width > MAX_WIDTH {
        return Err(format!("repeats `{letter}` more than {MAX_WIDTH} times"));
    }
    let number = match letter {
        'y' => year_of_era(time.year(), width),
        'Y' => year_of_era(week_of_year(time.date()).0, width),
        'M' | 'L' if width >= 3 => {
            let name = MONTHS.get(usize::from(time.month().unsigned_abs()) - 1);
            write_name(name.copied().unwrap_or_default(), width, text);
            return Ok(());
        }
        'E' => {
            let name = DAYS.get(usize::from(time.weekday().to_sunday_zero_offset().unsigned_abs()));
            write_name(name.copied().unwrap_or_default(), width, text);
            return Ok(());
        }
        'G' => {
            text.push_str(if time.year() > 0 { "AD" } else { "BC" });
            return Ok(());
        }
        'a' => {
            text.push_str(if time.hour() < 12 { "AM" } else { "PM" });
            return Ok(());
        }
        'z' | 'Z' | 'X' => return write_zone(letter, width, time, text),
        'M' | 'L' => i32::from(time.month()),
        'w' => week_of_year(time.date()).1,
        'W' => week_of_month(time.date()),
        'D' => i32::from(time.day_of_year()),
        'd' => i32::from(time.day()),
        'F' => (i32::from(time.day()) - 1) / 7 + 1,
        'u' => i32::from(time.weekday().to_monday_one_offset()),
        'H' => i32::from(time.hour()),
        'k' => (i32::from(time.hour()) + 23) % 24 + 1,
        'K' => i32::from(time.hour()) % 12,
        'h' => (i32::from(time.hour()) + 11) % 12 + 1,
        'm' => i32::from(time.minute()),
        's' => i32::from(time.second()),
        'S' => i32::from(time.millisecond()),
        _ => return Err(format!("uses `{letter}`, which has no meaning")),
    };
    write_number(number, width, text);
    Ok(())
}

fn write_number(number: i32, width: usize, text: &mut String) {
    // Writing into a string cannot fail.
    let _ = write!(text, "{number:0width$}");
}

/// Two letters are the last two digits; more or fewer are the year of its era.
fn year_of_era(year: i16, width: usize) -> i32 {
    let year = i32::from(year);
    let of_era = if year > 0 { year } else { 1 - year };
    if width == 2 { of_era % 100 } else { of_era }
}

fn write_name(name: &str, width: usize, text: &mut String) {
    text.push_str(if width < 4 { name.get(..3).unwrap_or(name) } else { name });
}

fn write_zone(letter: char, width: usize, time: &Zoned, text: &mut String) -> Result<(), String> {
    let offset = time.offset();
    match (letter, width) {
        ('z', 1..=3) => {
            let info = time.time_zone().to_offset_info(time.timestamp());
            let name = info.abbreviation();
            // Zones without an abbreviation of their own are called by their offset.
            if name.starts_with(['+', '-']) {
                text.push_str("GMT");
                write_offset(offset, ":", text);
            } else {
                text.push_str(name);
            }
        }
        ('z', _) => return Err("asks for the long name of the time zone".to_owned()),
        ('X', 1..=3) if offset == Offset::UTC => text.push('Z'),
        ('X', 1) => {
            write_offset(offset, "", text);
            text.truncate(text.len() - 2);
        }
        ('X', 3) => write_offset(offset, ":", text),
        ('X', 2) | ('Z', _) => write_offset(offset, "", text),
        _ => return Err(format!("uses `{letter}` more than three times")),
    }
    Ok(())
}

fn write_offset(offset: Offset, separator: &str, text: &mut String) {
    let minutes = offset.seconds() / 60;
    let sign = if minutes < 0 { '-' } else { '+' };
    let (hours, minutes) = (minutes.abs() / 60, minutes.abs() % 60);
    // Writing into a string cannot fail.
    let _ = write!(text, "{sign}{hours:02}{separator}{minutes:02}");
}

fn sunday_based(date: Date) -> i32 {
    i32::from(date.weekday().to_sunday_zero_offset())
}

/// The year and the week of the year as in the United States: weeks begin on Sunday, and the one
/// with the first of January is the first.
pub(super) fn week_of_year(date: Date) -> (i16, i32) {
    let day = i32::from(date.day_of_year());
    let weekday = sunday_based(date);
    if day + 6 - weekday > i32::from(date.days_in_year()) {
        return (date.year().saturating_add(1), 1);
    }
    (date.year(), week(day, weekday))
}

/// The week of the month; the one with the first day is the first.
pub(super) fn week_of_month(date: Date) -> i32 {
    week(i32::from(date.day()), sunday_based(date))
}

/// Which week a day is in that lies `day - 1` days behind the first.
fn week(day: i32, weekday: i32) -> i32 {
    let first = (weekday - (day - 1)).rem_euclid(7);
    (day - 1 + first) / 7 + 1
}

#[cfg(test)]
mod tests {
    use jiff::tz::{Offset, TimeZone};

    use super::format;

    /// 2024-03-07 15:04:05.006 UTC, a Thursday.
    const MOMENT: i64 = 1_709_823_845_006;

    fn colombo() -> TimeZone {
        TimeZone::fixed(Offset::from_seconds(5 * 3600 + 1800).unwrap())
    }

    /// Rows that `tests/data/java-dates/Dates.java` made: milliseconds, zone, pattern, `=` and what
    /// Java 17 writes, or `!`.
    #[test]
    fn writes_what_java_wrote() {
        let rows = include_str!("../../tests/data/java-dates/simple_date_format.tsv");
        let mut wrong = Vec::new();
        for line in rows.lines() {
            let cells: Vec<&str> = line.split('\t').collect();
            let [millis, zone, pattern, expected] = cells[..] else { panic!("{line}") };
            let zone = TimeZone::get(zone).unwrap();
            let found = match format(millis.parse().unwrap(), pattern, &zone) {
                Ok(text) => format!("={text}"),
                Err(_) => "!".to_owned(),
            };
            if found != expected {
                wrong.push(format!("{line}: {found}"));
            }
        }
        assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
    }

    /// What `java.text.SimpleDateFormat` writes for the same moment.
    #[test]
    fn writes_as_java_does() {
        for (pattern, expected) in [
            ("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", "2024-03-07T15:04:05.006Z"),
            ("yyyyMMddHHmmss", "20240307150405"),
            ("M/d/yy, h:mm a", "3/7/24, 3:04 PM"),
            ("EEE, d MMM yyyy HH:mm:ss Z", "Thu, 7 Mar 2024 15:04:05 +0000"),
            ("EEEE MMMM y G", "Thursday March 2024 AD"),
            ("D DDD u F w W Y", "67 067 4 1 10 2 2024"),
            ("H k K h", "15 15 3 3"),
            ("X XX XXX", "Z Z Z"),
            ("z", "UTC"),
            ("S SSSS", "6 0006"),
            ("'o''clock' ''", "o'clock '"),
            ("dd.MM.yyyy – HH", "07.03.2024 – 15"),
            ("", ""),
        ] {
            assert_eq!(format(MOMENT, pattern, &TimeZone::UTC).unwrap(), expected, "{pattern}");
        }
    }

    #[test]
    fn knows_zones_and_the_turn_of_the_year() {
        let moment = |pattern| format(MOMENT, pattern, &colombo()).unwrap();
        assert_eq!(moment("HH:mm Z X XX XXX z"), "20:34 +0530 +05 +0530 +05:30 GMT+05:30");
        // 2024-12-30 is in the week of 2025-01-01.
        assert_eq!(format(1_735_560_000_000, "w Y", &TimeZone::UTC).unwrap(), "1 2025");
        assert_eq!(format(-1, "yyyy S kk hh", &TimeZone::UTC).unwrap(), "1969 999 23 11");
        assert_eq!(format(0, "k h K", &TimeZone::UTC).unwrap(), "24 12 0");
    }

    #[test]
    fn refuses_what_it_cannot_honour() {
        for (pattern, part) in [
            ("yyyy-MM-dd'T", "not closed"),
            ("yyyy-bb", "`b`"),
            ("zzzz", "long name"),
            ("XXXX", "three times"),
        ] {
            let error = format(MOMENT, pattern, &TimeZone::UTC).unwrap_err().to_string();
            assert!(error.contains(part) && error.contains(pattern), "{error}");
        }
        assert!(format(MOMENT, &"y".repeat(65), &TimeZone::UTC).is_err());
        assert!(format(i64::MAX, "y", &TimeZone::UTC).is_err());
    }
}
