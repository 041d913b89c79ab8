//! A version of a function: its configuration, its code, and what runs it.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::arn::Owner;
use super::code::Code;
use super::configuration::Configuration;
use super::error::Answer;
use super::invocation::{Invocation, Outcome};
use super::process::{Host, Launch, Pool};
use super::stub::Stub;

/// One version; `$LATEST` is one that is replaced whenever something changes.
#[derive(Debug)]
pub(super) struct Version {
    /// `$LATEST` or a number.
    pub label: String,
    /// What it is set to.
    pub configuration: Configuration,
    /// Its files.
    pub code: Arc<Code>,
    /// Changes with every change.
    pub revision: String,
    /// When it was changed, as AWS writes it.
    pub modified: String,
    program: Program,
}

/// What runs a version.
#[derive(Debug)]
enum Program {
    Stub(Arc<Stub>),
    Process(Pool),
}

/// What a new version is made of.
#[derive(Debug, Clone)]
pub(super) struct Parts {
    /// The function's name.
    pub function: String,
    /// What it is set to.
    pub configuration: Configuration,
    /// Its files.
    pub code: Arc<Code>,
    /// The stub that answers instead of the files.
    pub stub: Option<Arc<Stub>>,
    /// The files of its layers.
    pub layers: Vec<Arc<Code>>,
}

impl Version {
    /// Makes a version.
    pub(super) fn new(
        label: &str,
        parts: Parts,
        region: &str,
        host: &Arc<Host>,
        now: Timestamp,
    ) -> Arc<Self> {
        let Parts { function, configuration, code, stub, layers } = parts;
        let program = match stub {
            Some(stub) => Program::Stub(stub),
            None => Program::Process(Pool::new(Launch {
                function,
                version: label.to_owned(),
                region: region.to_owned(),
                configuration: configuration.clone(),
                code: Arc::clone(&code),
                layers,
                host: Arc::clone(host),
            })),
        };
        Arc::new(Self {
            label: label.to_owned(),
            configuration,
            code,
            revision: Uuid::new_v4().to_string(),
            modified: written(now),
            program,
        })
    }

    /// The stub that answers, where the version is one.
    pub(super) fn stub(&self) -> Option<Arc<Stub>> {
        match &self.program {
            Program::Stub(stub) => Some(Arc::clone(stub)),
            Program::Process(_) => None,
        }
    }

    /// Runs one invocation. Fails where it is throttled.
    pub(super) async fn run(&self, invocation: &Invocation) -> Answer<Outcome> {
        match &self.program {
            Program::Stub(stub) => stub.run(invocation).await,
            Program::Process(pool) => Ok(pool.run(invocation).await),
        }
    }

    /// The version as a FunctionConfiguration. A qualifier becomes part of the ARN; `state` adds
    /// what lists leave out.
    pub(super) fn show(
        &self,
        name: &str,
        qualifier: Option<&str>,
        owner: Owner<'_>,
        state: bool,
    ) -> Value {
        let mut body = Map::new();
        body.insert("FunctionName".into(), name.into());
        body.insert("FunctionArn".into(), owner.function_arn(name, qualifier).into());
        body.insert("Version".into(), self.label.clone().into());
        body.insert("CodeSize".into(), self.code.size.into());
        body.insert("CodeSha256".into(), self.code.sha256.clone().into());
        body.insert("LastModified".into(), self.modified.clone().into());
        body.insert("RevisionId".into(), self.revision.clone().into());
        body.insert("PackageType".into(), "Zip".into());
        self.configuration.show(name, &mut body);
        if state {
            body.insert("State".into(), "Active".into());
            body.insert("LastUpdateStatus".into(), "Successful".into());
        }
        Value::Object(body)
    }
}

/// A time as AWS writes it.
pub(super) fn written(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%S%.3f+0000").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times() {
        let time = Timestamp::from_millisecond(1_700_000_000_007).unwrap();
        assert_eq!(written(time), "2023-11-14T22:13:20.007+0000");
    }
}
