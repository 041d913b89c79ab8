//! What the process counts.

use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http::StatusCode;

/// Counters of the engine's listeners.
#[derive(Debug, Default)]
pub struct Metrics {
    /// Answers by the hundreds of their status, 1xx to 5xx.
    answers: [AtomicU64; 5],
    /// Requests that are worked on.
    in_flight: AtomicU64,
}

/// A request that is worked on, until it is dropped.
#[derive(Debug)]
pub struct InFlight(Arc<Metrics>);

impl Metrics {
    /// Counts an answer.
    pub fn count(&self, status: StatusCode) {
        let class = usize::from(status.as_u16() / 100).clamp(1, 5) - 1;
        if let Some(counter) = self.answers.get(class) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// Counts a request as worked on; whoever works on it keeps what is returned.
    pub fn begin(self: &Arc<Self>) -> InFlight {
        self.in_flight.fetch_add(1, Ordering::Relaxed);
        InFlight(Arc::clone(self))
    }

    /// Everything in Prometheus's text format.
    pub fn render(&self) -> String {
        let mut text = String::new();
        head(&mut text, "myelin_build_info", "gauge", "The version that runs.");
        line(&mut text, "myelin_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1);
        let answers = "myelin_http_answers_total";
        head(&mut text, answers, "counter", "Answers to clients by status class.");
        for (class, counter) in ["1xx", "2xx", "3xx", "4xx", "5xx"].iter().zip(&self.answers) {
            line(&mut text, answers, &[("class", class)], counter.load(Ordering::Relaxed));
        }
        let in_flight = "myelin_http_requests_in_flight";
        head(&mut text, in_flight, "gauge", "Requests of clients that are worked on.");
        line(&mut text, in_flight, &[], self.in_flight.load(Ordering::Relaxed));
        text
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.in_flight.fetch_sub(1, Ordering::Relaxed);
    }
}

fn head(text: &mut String, name: &str, kind: &str, help: &str) {
    // Writing into a string cannot fail.
    let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} {kind}");
}

/// A sample. Labels' values are our own words, which need no escapes.
fn line(text: &mut String, name: &str, labels: &[(&str, &str)], value: u64) {
    let labels: Vec<String> =
        labels.iter().map(|(name, value)| format!("{name}=\"{value}\"")).collect();
    let labels = labels.join(",");
    let labels = if labels.is_empty() { labels } else { format!("{{{labels}}}") };
    let _ = writeln!(text, "{name}{labels} {value}");
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use http::StatusCode;

    use super::Metrics;

    #[test]
    fn counters_are_rendered_for_prometheus() {
        let metrics = Arc::new(Metrics::default());
        for status in [200, 204, 404, 503, 503] {
            metrics.count(StatusCode::from_u16(status).unwrap());
        }
        let first = metrics.begin();
        let second = metrics.begin();
        drop(first);
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(
            metrics.render(),
            format!(
                "# HELP myelin_build_info The version that runs.\n\
                 # TYPE myelin_build_info gauge\n\
                 myelin_build_info{{version=\"{version}\"}} 1\n\
                 # HELP myelin_http_answers_total Answers to clients by status class.\n\
                 # TYPE myelin_http_answers_total counter\n\
                 myelin_http_answers_total{{class=\"1xx\"}} 0\n\
                 myelin_http_answers_total{{class=\"2xx\"}} 2\n\
                 myelin_http_answers_total{{class=\"3xx\"}} 0\n\
                 myelin_http_answers_total{{class=\"4xx\"}} 1\n\
                 myelin_http_answers_total{{class=\"5xx\"}} 2\n\
                 # HELP myelin_http_requests_in_flight Requests of clients that are worked on.\n\
                 # TYPE myelin_http_requests_in_flight gauge\n\
                 myelin_http_requests_in_flight 1\n"
            )
        );
        drop(second);
        assert!(metrics.render().ends_with("in_flight 0\n"));
    }
}
