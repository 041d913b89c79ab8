//! What the fields of a text say together, as Java resolves them.

use jiff::Span;
use jiff::civil::{Date, Time};

use super::time_pattern::Moment;
use crate::expression::dates::{week_of_month, week_of_year};

const NO_DATE: &str = "the text has no valid date";
const NO_TIME: &str = "the text has no valid time";

/// What was read, field by field.
#[derive(Debug, Clone, Default)]
pub(super) struct Fields(Vec<(char, i64)>);

impl Fields {
    /// Notes a field; false where the text says something else in another place.
    pub fn set(&mut self, letter: char, value: i64) -> bool {
        let letter = match letter {
            'L' => 'M',
            'q' => 'Q',
            'e' | 'c' => 'E',
            'S' => 'n',
            other => other,
        };
        if let Some(known) = self.get(letter) {
            return known == value;
        }
        self.0.push((letter, value));
        true
    }

    fn get(&self, letter: char) -> Option<i64> {
        self.0.iter().find(|(known, _)| *known == letter).map(|(_, value)| *value)
    }

    /// The date, the time or both that the fields say.
    pub fn resolve(&self) -> Result<Moment, &'static str> {
        let date = self.date()?;
        let time = self.time()?;
        let moment = match (date, time) {
            (None, None) => return Err("the pattern reads neither a date nor a time"),
            // The end of a day is the beginning of the next one.
            (Some(date), Some((time, true))) => {
                let next = date.tomorrow().map_err(|_| NO_DATE)?;
                Moment { date: Some(next), time: Some(time) }
            }
            (date, time) => Moment { date, time: time.map(|(time, _)| time) },
        };
        Ok(moment)
    }

    fn date(&self) -> Result<Option<Date>, &'static str> {
        let date = match (self.year()?, self.get('M'), self.get('d'), self.get('D')) {
            (Some(year), Some(month), Some(day), _) => month_day(year, month, day)?,
            (Some(year), _, _, Some(day)) => {
                let first = Date::new(year, 1, 1).map_err(|_| NO_DATE)?;
                if !(1..=i64::from(first.days_in_year())).contains(&day) {
                    return Err(NO_DATE);
                }
                first.checked_add(Span::new().days(day - 1)).map_err(|_| NO_DATE)?
            }
            _ => match (self.get('Y'), self.get('w'), self.get('E')) {
                (Some(year), Some(week), Some(weekday)) => week_date(year, week, weekday)?,
                _ => return Ok(None),
            },
        };
        let quarter = (i64::from(date.month()) - 1) / 3 + 1;
        for (letter, value) in [
            ('E', i64::from(date.weekday().to_sunday_zero_offset())),
            ('D', i64::from(date.day_of_year())),
            ('Q', quarter),
            ('F', (i64::from(date.day()) - 1) % 7 + 1),
            ('W', i64::from(week_of_month(date))),
            ('w', i64::from(week_of_year(date).1)),
            ('Y', i64::from(week_of_year(date).0)),
        ] {
            if self.get(letter).is_some_and(|read| read != value) {
                return Err("the parts of the date contradict each other");
            }
        }
        Ok(Some(date))
    }

    fn year(&self) -> Result<Option<i16>, &'static str> {
        let of_era = match (self.get('y'), self.get('G')) {
            (Some(..=0), _) => return Err(NO_DATE),
            (Some(year), Some(0)) => Some(1 - year),
            (year, _) => year,
        };
        let year = match (self.get('u'), of_era) {
            (Some(year), Some(other)) if year != other => return Err(NO_DATE),
            (year, of_era) => year.or(of_era),
        };
        year.map(|year| i16::try_from(year).map_err(|_| NO_DATE)).transpose()
    }

    /// The time, and whether it is the end of the day, `24:00`.
    fn time(&self) -> Result<Option<(Time, bool)>, &'static str> {
        let Some(hour) = self.hour()? else {
            let nanos = self.get('N').or(self.get('A').map(|millis| millis * 1_000_000));
            return nanos.map(of_nanos).transpose();
        };
        let (minute, second, nano) = (self.get('m'), self.get('s'), self.get('n'));
        if minute.is_none() && (second.is_some() || nano.is_some())
            || second.is_none() && nano.is_some()
        {
            return Err("the text has a time with a part left out");
        }
        let [minute, second, nano] = [minute, second, nano].map(Option::unwrap_or_default);
        if hour == 24 && (minute, second, nano) == (0, 0, 0) {
            return Ok(Some((Time::midnight(), true)));
        }
        let part = |value| i8::try_from(value).map_err(|_| NO_TIME);
        let nano = i32::try_from(nano).map_err(|_| NO_TIME)?;
        let time = Time::new(part(hour)?, part(minute)?, part(second)?, nano);
        Ok(Some((time.map_err(|_| NO_TIME)?, false)))
    }

    fn hour(&self) -> Result<Option<i64>, &'static str> {
        let half = self.get('a');
        let of_half = |hour: i64, hours: std::ops::RangeInclusive<i64>| match half {
            Some(half) if hours.contains(&hour) => Ok(Some(hour % 12 + half * 12)),
            _ => Err(NO_TIME),
        };
        match (self.get('H'), self.get('k'), self.get('h'), self.get('K')) {
            (Some(hour), ..) => match half {
                Some(half) if hour / 12 != half => Err(NO_TIME),
                _ => Ok(Some(hour)),
            },
            (_, Some(hour @ 0..=24), ..) => Ok(Some(hour % 24)),
            (_, Some(_), ..) => Err(NO_TIME),
            (_, _, Some(hour), _) => of_half(hour, 0..=12),
            (.., Some(hour)) => of_half(hour, 0..=11),
            _ => Ok(None),
        }
    }
}

/// Java takes the 31st of a shorter month for its last day.
fn month_day(year: i16, month: i64, day: i64) -> Result<Date, &'static str> {
    let month = i8::try_from(month).map_err(|_| NO_DATE)?;
    let first = Date::new(year, month, 1).map_err(|_| NO_DATE)?;
    if !(1..=31).contains(&day) {
        return Err(NO_DATE);
    }
    let day = day.min(i64::from(first.days_in_month())) as i8;
    Date::new(year, month, day).map_err(|_| NO_DATE)
}

/// A day of a week of a year; the first week is the one with the first of January.
fn week_date(year: i64, week: i64, weekday: i64) -> Result<Date, &'static str> {
    let year = i16::try_from(year).map_err(|_| NO_DATE)?;
    let first = Date::new(year, 1, 1).map_err(|_| NO_DATE)?;
    if !(1..=54).contains(&week) || !(0..=6).contains(&weekday) {
        return Err(NO_DATE);
    }
    let days = (week - 1) * 7 + weekday - i64::from(first.weekday().to_sunday_zero_offset());
    first.checked_add(Span::new().days(days)).map_err(|_| NO_DATE)
}

fn of_nanos(nanos: i64) -> Result<(Time, bool), &'static str> {
    const DAY: i64 = 86_400_000_000_000;
    if !(0..DAY).contains(&nanos) {
        return Err(NO_TIME);
    }
    let time = Time::midnight().wrapping_add(Span::new().nanoseconds(nanos));
    Ok((time, false))
}
