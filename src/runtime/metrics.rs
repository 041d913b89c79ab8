//! What the process counts.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};

use http::StatusCode;

/// Counters of the engine's listeners.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Answers by the hundreds of their status, 1xx to 5xx.
    answers: [AtomicU64; 5],
}

impl Metrics {
    /// Counts an answer.
    pub fn count(&self, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        if let Some(counter) = self.answers.get(class) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// The counters in Prometheus's text format.
    pub fn render(&self) -> String {
        let mut text = String::from(
            "# HELP myelin_http_answers_total Answers to clients by status class.\n\
             # TYPE myelin_http_answers_total counter\n",
        );
        for (class, counter) in self.answers.iter().enumerate() {
            let count = counter.load(Ordering::Relaxed);
            // Writing into a string cannot fail.
            let _ =
                writeln!(text, "myelin_http_answers_total{{class=\"{}xx\"}} {count}", class + 1);
        }
        text
    }
}
