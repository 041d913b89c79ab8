//! The kinds of values that settings have: how each is read and what it is called.

use std::net::{IpAddr, Ipv4Addr};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{Settings, profiles};
use crate::aws::Credentials;
use crate::runtime::logging;
use crate::transport::TlsProfile;

/// A value as it was written, with `${NAME}` and the like replaced.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    Integer(i64),
    Flag(bool),
    List(Vec<Value>),
    /// An inline table, by key.
    Pairs(Vec<(String, Value)>),
    /// A float or a date, which no setting has.
    Other,
}

/// Where a value comes from, as far as its reading depends on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading<'r> {
    /// What relative paths are relative to.
    pub folder: &'r Path,
    /// Whether the name is Micro Integrator's: numbers without a unit are milliseconds there, and
    /// -1 is no limit.
    pub foreign: bool,
}

/// What a setting may be, and where it goes.
pub enum Kind {
    /// Any text.
    Text(fn(&mut Settings, String)),
    /// One character.
    Character(fn(&mut Settings, char)),
    /// A regular expression.
    Pattern(fn(&mut Settings, &str) -> Result<(), regex::Error>),
    /// `true` or `false`.
    Flag(fn(&mut Settings, bool)),
    /// A whole number within bounds.
    Number(RangeInclusive<u64>, fn(&mut Settings, u64)),
    /// A port.
    Port(fn(&mut Settings, u16)),
    /// A time with its unit.
    Time(fn(&mut Settings, Duration)),
    /// A time that may be none at all.
    TimeOrZero(fn(&mut Settings, Duration)),
    /// A count of bytes, at least so many.
    Size(u64, fn(&mut Settings, u64)),
    /// A file or folder.
    Path(fn(&mut Settings, PathBuf)),
    /// Files or folders.
    Paths(fn(&mut Settings, Vec<PathBuf>)),
    /// Hosts, with or without a port.
    Hosts(fn(&mut Settings, Vec<String>)),
    /// An IP address.
    Address(fn(&mut Settings, IpAddr)),
    /// One of a few words, by place.
    Choice(&'static [&'static str], fn(&mut Settings, usize)),
    /// What is logged.
    LogLevel(fn(&mut Settings, String)),
    /// An AWS account's number.
    Account(fn(&mut Settings, String)),
    /// Access keys with their secrets.
    AccessKeys(fn(&mut Settings, Vec<Credentials>)),
    /// A header's value.
    Header(fn(&mut Settings, &str) -> bool),
    /// Users with their passwords.
    Users(fn(&mut Settings, &str, &str)),
    /// TLS for some back-ends.
    TlsProfiles(fn(&mut Settings, Vec<TlsProfile>)),
}

/// Longer than any wait makes sense.
const LONGEST: Duration = Duration::from_hours(366 * 24);

impl Kind {
    /// Reads a value into the settings. The error says what the setting must be, never what it
    /// is: that may be a secret.
    pub(super) fn read(
        &self,
        settings: &mut Settings,
        value: &Value,
        reading: Reading<'_>,
    ) -> Result<(), String> {
        let wrong = || self.expected();
        match self {
            Self::Text(set) => set(settings, text(value).ok_or_else(wrong)?.to_owned()),
            Self::Character(set) => {
                // Synapse takes the first one of several.
                let first = text(value).and_then(|text| text.trim().chars().next());
                set(settings, first.ok_or_else(wrong)?);
            }
            Self::Pattern(set) => {
                let pattern = text(value).ok_or_else(wrong)?;
                set(settings, pattern).map_err(|error| {
                    let text = error.to_string();
                    let reason = text.lines().last().unwrap_or_default();
                    format!("{}: {}", wrong(), reason.trim_start_matches("error: "))
                })?;
            }
            Self::Flag(set) => set(settings, flag(value).ok_or_else(wrong)?),
            Self::Number(range, set) => {
                let number = match number(value) {
                    Some(-1) if reading.foreign => *range.end(),
                    Some(number) => u64::try_from(number).map_err(|_| wrong())?,
                    None => return Err(wrong()),
                };
                set(settings, Some(number).filter(|it| range.contains(it)).ok_or_else(wrong)?);
            }
            Self::Port(set) => {
                let port = number(value).and_then(|it| u16::try_from(it).ok());
                set(settings, port.ok_or_else(wrong)?);
            }
            Self::Time(set) => {
                let time = duration(value, reading).filter(|it| !it.is_zero());
                set(settings, time.ok_or_else(wrong)?);
            }
            Self::TimeOrZero(set) => {
                set(settings, duration(value, reading).ok_or_else(wrong)?);
            }
            Self::Size(least, set) => {
                let size = size(value).filter(|size| size >= least);
                set(settings, size.ok_or_else(wrong)?);
            }
            Self::Path(set) => {
                set(settings, under(reading.folder, filled(value).ok_or_else(wrong)?));
            }
            Self::Paths(set) => {
                set(settings, paths(value, reading.folder).ok_or_else(wrong)?);
            }
            Self::Hosts(set) => set(settings, hosts(value).ok_or_else(wrong)?),
            Self::Address(set) => set(settings, address(value).ok_or_else(wrong)?),
            Self::Choice(words, set) => {
                let word = text(value).ok_or_else(wrong)?;
                set(settings, words.iter().position(|it| *it == word).ok_or_else(wrong)?);
            }
            Self::LogLevel(set) => {
                let level = text(value).ok_or_else(wrong)?;
                logging::check(level).map_err(|error| error.to_string())?;
                set(settings, level.to_owned());
            }
            Self::Account(set) => {
                let account = text(value).ok_or_else(wrong)?;
                let digits = account.len() == 12 && account.bytes().all(|it| it.is_ascii_digit());
                set(settings, digits.then(|| account.to_owned()).ok_or_else(wrong)?);
            }
            Self::AccessKeys(set) => set(settings, access_keys(value)?),
            Self::Header(set) => {
                let sound = set(settings, text(value).ok_or_else(wrong)?);
                return if sound { Ok(()) } else { Err(wrong()) };
            }
            Self::Users(set) => {
                for (name, password) in users(value)? {
                    set(settings, name, password);
                }
            }
            Self::TlsProfiles(set) => set(settings, profiles::read(value, reading.folder)?),
        }
        Ok(())
    }

    /// Whether values of this kind hold secrets.
    pub(super) fn is_secret(&self) -> bool {
        matches!(self, Self::AccessKeys(_) | Self::Users(_))
    }

    /// What a value must be, for an error: "must be …".
    pub fn expected(&self) -> String {
        let what = match self {
            Self::Text(_) => "a text",
            Self::Character(_) => "a character",
            Self::Pattern(_) => "a regular expression without look-around and back references",
            Self::Flag(_) => "`true` or `false`",
            Self::Number(range, _) if *range.end() >= u64::from(u32::MAX) => {
                return format!("must be a whole number from {}", range.start());
            }
            Self::Number(range, _) => {
                return format!("must be a whole number from {} to {}", range.start(), range.end());
            }
            Self::Port(_) => "a port, a whole number from 0 to 65535",
            Self::Time(_) => "a time with its unit such as `\"30s\"`, `\"500ms\"` or `\"2m\"`",
            Self::TimeOrZero(_) => "a time with its unit such as `\"30s\"` or `\"0s\"`",
            Self::Size(least, _) if *least > 0 => {
                return format!("must be a size such as `\"64KiB\"`, at least {least} bytes");
            }
            Self::Size(..) => "a size such as `\"64MiB\"` or a number of bytes",
            Self::Path(_) => "the path of a file or folder",
            Self::Paths(_) => "a list of paths",
            Self::Hosts(_) => "a list of hosts such as `\"localhost:9000\"`, or `\"*\"`",
            Self::Address(_) => "an IP address or `localhost`",
            Self::Choice(words, _) => {
                let words: Vec<String> = words.iter().map(|word| format!("`\"{word}\"`")).collect();
                return format!("must be {}", words.join(" or "));
            }
            Self::LogLevel(_) => "a log level or a list of `target=level` pairs",
            Self::Account(_) => "an account number of twelve digits, in quotes",
            Self::AccessKeys(_) => "a list of `{ id = \"…\", secret = \"…\" }`",
            Self::Header(_) => "a list of words, separated by commas",
            Self::Users(_) => USERS,
            Self::TlsProfiles(_) => profiles::EXPECTED,
        };
        format!("must be {what}")
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

pub(super) fn filled(value: &Value) -> Option<&str> {
    text(value).map(str::trim).filter(|text| !text.is_empty())
}

/// Micro Integrator's files often have numbers and flags in quotes, and the environment has
/// nothing but texts.
fn flag(value: &Value) -> Option<bool> {
    match value {
        Value::Flag(flag) => Some(*flag),
        Value::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn number(value: &Value) -> Option<i64> {
    match value {
        Value::Integer(number) => Some(*number),
        Value::Text(text) => text.trim().parse().ok(),
        _ => None,
    }
}

fn duration(value: &Value, reading: Reading<'_>) -> Option<Duration> {
    let time = match (number(value), value) {
        (Some(number), _) if reading.foreign => Duration::from_millis(u64::try_from(number).ok()?),
        (None, Value::Text(text)) => {
            let (count, unit) = measure(text)?;
            let millis = match unit {
                "ms" => 1,
                "s" => 1000,
                "m" | "min" => 60 * 1000,
                "h" => 3600 * 1000,
                _ => return None,
            };
            Duration::from_millis(count.checked_mul(millis)?)
        }
        _ => return None,
    };
    (time <= LONGEST).then_some(time)
}

fn size(value: &Value) -> Option<u64> {
    if let Some(bytes) = number(value) {
        return u64::try_from(bytes).ok();
    }
    let (count, unit) = measure(text(value)?)?;
    let factor = match unit {
        "B" => 1,
        "kB" | "KB" => 1000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return None,
    };
    count.checked_mul(factor).filter(|size| i64::try_from(*size).is_ok())
}

/// A number and what stands behind it.
fn measure(text: &str) -> Option<(u64, &str)> {
    let text = text.trim();
    let end = text.find(|it: char| !it.is_ascii_digit())?;
    let (count, unit) = text.split_at(end);
    Some((count.parse().ok()?, unit.trim_start()))
}

fn paths(value: &Value, folder: &Path) -> Option<Vec<PathBuf>> {
    match value {
        Value::List(list) => list.iter().map(|it| Some(under(folder, filled(it)?))).collect(),
        Value::Text(_) => {
            Some(std::env::split_paths(filled(value)?).map(|it| under(folder, &it)).collect())
        }
        _ => None,
    }
}

/// A path as seen from a folder. `config/../x` is `x` unless `config` is a link, which leads
/// elsewhere.
pub(super) fn under(folder: &Path, path: impl AsRef<Path>) -> PathBuf {
    let (mut folder, mut path) = (folder, path.as_ref());
    while let Ok(rest) = path.strip_prefix("..")
        && let Some(parent) = folder.parent()
        && folder.file_name().is_some()
        && !folder.is_symlink()
    {
        (folder, path) = (parent, rest);
    }
    folder.join(path)
}

/// Hosts have no scheme, no user and no path.
pub(super) fn hosts(value: &Value) -> Option<Vec<String>> {
    let host = |text: &str| {
        let plain = !text.is_empty() && !text.contains(['/', '@', ' ']);
        plain.then(|| text.to_owned())
    };
    match value {
        Value::List(list) => list.iter().map(|it| host(filled(it)?)).collect(),
        Value::Text(text) => text.split(',').map(|it| host(it.trim())).collect(),
        _ => None,
    }
}

fn address(value: &Value) -> Option<IpAddr> {
    match filled(value)? {
        "localhost" => Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        text => text.parse().ok(),
    }
}

fn access_keys(value: &Value) -> Result<Vec<Credentials>, String> {
    let Value::List(list) = value else {
        return Err("must be a list of `{ id = \"…\", secret = \"…\" }`".to_owned());
    };
    if list.is_empty() {
        return Err("must have a key, or nobody can call".to_owned());
    }
    list.iter().map(access_key).collect()
}

fn access_key(value: &Value) -> Result<Credentials, String> {
    let Value::Pairs(pairs) = value else {
        return Err("must be a list of `{ id = \"…\", secret = \"…\" }`".to_owned());
    };
    if let Some((name, _)) = pairs.iter().find(|(name, _)| name != "id" && name != "secret") {
        return Err(format!("has keys with `id` and `secret` only, not `{name}`"));
    }
    let find = |wanted: &str| {
        let found = pairs.iter().find(|(name, _)| name == wanted);
        found.and_then(|(_, value)| filled(value))
    };
    match (find("id"), find("secret")) {
        (Some(id), Some(secret)) => Ok(Credentials::new(id, secret, None)),
        _ => Err("has a key without a text for `id` or for `secret`".to_owned()),
    }
}

/// What users are written as.
const USERS: &str = "a list of `{ user.name = \"…\", user.password = \"…\" }`";

/// What is known of a user; the last matters to management alone.
const USER: [&str; 3] = ["name", "password", "is_admin"];

/// The users of a list: `user.name` is `name` in a table `user`.
fn users(value: &Value) -> Result<Vec<(&str, &str)>, String> {
    let Value::List(list) = value else { return Err(format!("must be {USERS}")) };
    list.iter().map(user).collect()
}

fn user(value: &Value) -> Result<(&str, &str), String> {
    let wrong = || format!("must be {USERS}");
    let Value::Pairs(pairs) = value else { return Err(wrong()) };
    let [(name, Value::Pairs(user))] = pairs.as_slice() else { return Err(wrong()) };
    if name != "user" {
        return Err(wrong());
    }
    if let Some((name, _)) = user.iter().find(|(name, _)| !USER.contains(&name.as_str())) {
        return Err(format!("has users with `name`, `password` and `is_admin` only, not `{name}`"));
    }
    let find = |wanted: &str| {
        let found = user.iter().find(|(name, _)| name == wanted);
        found.and_then(|(_, value)| text(value)).filter(|text| !text.is_empty())
    };
    match (find("name"), find("password")) {
        // A colon ends the name where clients send both.
        (Some(name), _) if name.contains(':') => {
            Err("has a user with a colon in the name".to_owned())
        }
        (Some(name), Some(password)) => Ok((name, password)),
        _ => Err("has a user without a text for `name` or for `password`".to_owned()),
    }
}
