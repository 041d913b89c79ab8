//! What is logged, and how it is written: one event is one line on standard error.

use std::fmt::Write as _;
use std::io::{self, Write};
use std::panic::PanicHookInfo;

use tracing::level_filters::LevelFilter;
use tracing::subscriber::SetGlobalDefaultError;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::{Layer, Registry, fmt};

use super::settings::{Log, LogFormat};

/// Why a text does not say what to log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("has the item `{0}`, which is neither a level nor `target=level`")]
pub struct LevelError(String);

/// Why logging cannot begin.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The level means nothing.
    #[error("the log level {0}")]
    Level(#[from] LevelError),
    /// Somebody else logs already.
    #[error("logging was set up before")]
    Twice(#[from] SetGlobalDefaultError),
}

/// What targets may tell at the most, by what their names begin with; the first that fits counts.
/// Other crates show addresses with passwords, headers or whole messages at the levels below
/// `INFO`; rustls shows session tickets at `TRACE`.
const MOST: [(&str, LevelFilter); 3] =
    [("myelin", LevelFilter::TRACE), ("rustls", LevelFilter::DEBUG), ("", LevelFilter::INFO)];

/// What other crates tell unless they are asked by name.
const OTHERS: LevelFilter = LevelFilter::WARN;

/// Begins logging to standard error, panics included.
pub fn init(log: &Log) -> Result<(), LogError> {
    tracing::subscriber::set_global_default(subscriber(log, io::stderr)?)?;
    std::panic::set_hook(Box::new(log_panic));
    Ok(())
}

/// Whether a text says what to log.
pub fn check(level: &str) -> Result<(), LevelError> {
    targets(level).map(drop)
}

/// What a text asks for, kept within what targets may tell. The text is a level, a list of
/// `target=level`, or both.
fn targets(text: &str) -> Result<Targets, LevelError> {
    let mut ours = LevelFilter::INFO;
    let mut asked = Vec::new();
    for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
        let wrong = || LevelError(item.to_owned());
        match item.split_once('=') {
            None => ours = level(item).ok_or_else(wrong)?,
            Some((target, word)) => {
                let (target, word) = (target.trim(), level(word.trim()).ok_or_else(wrong)?);
                if target.is_empty() {
                    return Err(wrong());
                }
                asked.push((target.to_owned(), word.min(most(target))));
            }
        }
    }
    let targets = Targets::new()
        .with_default(ours.min(OTHERS))
        .with_target("myelin", ours)
        // What it warns of are sources without credentials; the fault that follows names them all.
        .with_target("aws_config", ours.min(LevelFilter::ERROR));
    Ok(targets.with_targets(asked))
}

fn level(word: &str) -> Option<LevelFilter> {
    Some(match word.to_ascii_lowercase().as_str() {
        "off" => LevelFilter::OFF,
        "error" => LevelFilter::ERROR,
        "warn" => LevelFilter::WARN,
        "info" => LevelFilter::INFO,
        "debug" => LevelFilter::DEBUG,
        "trace" => LevelFilter::TRACE,
        _ => return None,
    })
}

fn most(target: &str) -> LevelFilter {
    let found = MOST.iter().find(|(name, _)| target.starts_with(name));
    found.map_or(OTHERS, |(_, most)| *most)
}

fn subscriber<W>(log: &Log, writer: W) -> Result<impl tracing::Subscriber + Send + Sync, LevelError>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let lines = fmt::layer().with_ansi(false).with_writer(Lines(writer));
    let lines = match log.format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    Ok(Registry::default().with(lines.with_filter(targets(&log.level)?)))
}

fn log_panic(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let reason = panic.payload_as_str().unwrap_or("no reason");
    tracing::error!(place, reason, "a thread panicked");
}

/// Writers of whole events in which nothing but the end ends the line.
struct Lines<W>(W);

/// The writer of one event.
struct Line<W>(W);

impl<'w, W: MakeWriter<'w>> MakeWriter<'w> for Lines<W> {
    type Writer = Line<W::Writer>;

    fn make_writer(&'w self) -> Self::Writer {
        Line(self.0.make_writer())
    }

    fn make_writer_for(&'w self, meta: &tracing::Metadata<'_>) -> Self::Writer {
        Line(self.0.make_writer_for(meta))
    }
}

impl<W: Write> Write for Line<W> {
    /// The subscriber hands over one event a call, with the end of its line.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        let text = String::from_utf8_lossy(event);
        let body = text.strip_suffix('\n').unwrap_or(&text);
        if body.contains(ends_or_hides_a_line) {
            self.0.write_all(format!("{}\n", escape(body)).as_bytes())?;
        } else {
            self.0.write_all(event)?;
        }
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// Control characters, line and paragraph separators, and what changes the direction of text.
fn ends_or_hides_a_line(it: char) -> bool {
    let separators = matches!(it, '\u{2028}' | '\u{2029}');
    let directions = matches!(it, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    it.is_control() || separators || directions
}

/// Escapes that JSON has too, since these characters stand inside its texts.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for it in text.chars() {
        match it {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            _ if ends_or_hides_a_line(it) => {
                // Writing into a string cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(it));
            }
            _ => out.push(it),
        }
    }
    out
}

#[cfg(test)]
mod tests;
