//! The one way in which signatures write a moment: `20150830T123600Z`.

use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;

const FORMAT: &str = "%Y%m%dT%H%M%SZ";

/// A moment in UTC, to the second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Stamp(String);

impl Stamp {
    /// `None` where the year has not four digits.
    pub(super) fn of(time: SystemTime) -> Option<Self> {
        let utc = Offset::UTC.to_datetime(Timestamp::try_from(time).ok()?);
        let (year, month, day) = (utc.year(), utc.month(), utc.day());
        let (hour, minute, second) = (utc.hour(), utc.minute(), utc.second());
        let text = format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z");
        (text.len() == 16).then_some(Self(text))
    }

    /// Reads what a client wrote; `None` when it is nothing of this form.
    pub(super) fn parse(text: &str) -> Option<(Self, SystemTime)> {
        let utc = DateTime::strptime(FORMAT, text).ok()?;
        let time = Offset::UTC.to_timestamp(utc).ok()?;
        let since = Duration::from_secs(u64::try_from(time.as_second()).ok()?);
        let time = SystemTime::UNIX_EPOCH.checked_add(since)?;
        (text.len() == 16).then(|| (Self(text.to_owned()), time))
    }

    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// The day: `20150830`.
    pub(super) fn date(&self) -> &str {
        self.0.get(..8).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_written_and_read_back() {
        let at =
            |seconds: u64| SystemTime::UNIX_EPOCH + Duration::from_millis(seconds * 1000 + 999);
        for (seconds, text) in [
            (0, "19700101T000000Z"),
            (951_782_400, "20000229T000000Z"),
            (1_440_938_160, "20150830T123600Z"),
            (4_102_444_799, "20991231T235959Z"),
        ] {
            let stamp = Stamp::of(at(seconds)).unwrap();
            assert_eq!((stamp.text(), stamp.date()), (text, &text[..8]));
            let (read, time) = Stamp::parse(text).unwrap();
            assert_eq!((read, time), (stamp, at(seconds) - Duration::from_millis(999)));
        }
        for text in
            ["", "2015-08-30T12:36:00Z", "20151330T123600Z", "20150830T123600", "20150830T1236000Z"]
        {
            assert!(Stamp::parse(text).is_none(), "{text}");
        }
        assert!(Stamp::of(SystemTime::UNIX_EPOCH - Duration::from_secs(100_000_000_000)).is_none());
    }
}
