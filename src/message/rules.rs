//! What an operator says about every message: how much it may ask for, where it
//! may go, and how JSON becomes XML.

use std::sync::{Arc, LazyLock};

use super::Forwarding;
use crate::{json, xml};

/// The rules of a process. A payload carries them, so that whoever looks at it and whatever is
/// evaluated on it keeps to them.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// What XML may ask of memory and time (`limits.xml.*`).
    pub xml: xml::Limits,
    /// What JSON may ask of memory and stack (`limits.json.*`).
    pub json: json::Limits,
    /// What an evaluation may cost (`limits.expression.*`, `limits.regex.*`).
    pub work: Work,
    /// How JSON becomes XML and XML becomes JSON (`json_xml.*`).
    pub conversion: xml::XmlRules,
    /// Where a message may go because its client says so (`server.forward_to`).
    pub forwarding: Forwarding,
}

/// What one evaluation of an expression may cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Work {
    /// Steps: a node or value that is looked at, an operator or function that is applied, or
    /// some bytes of text that are read or written.
    pub steps: u64,
    /// Steps of one search with a regular expression.
    pub regex: u64,
}

impl Default for Work {
    fn default() -> Self {
        Self { steps: 4_000_000, regex: 8_000_000 }
    }
}

impl Rules {
    /// The defaults, shared by every message that nobody gave others.
    pub fn shared() -> Arc<Self> {
        static SHARED: LazyLock<Arc<Rules>> = LazyLock::new(Arc::default);
        Arc::clone(&SHARED)
    }
}
