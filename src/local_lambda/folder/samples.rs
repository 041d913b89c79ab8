//! Functions and layers of the folder, and how a region gets its own copies of them.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use jiff::Timestamp;
use uuid::Uuid;

use super::{FolderError, Problem};
use crate::local_lambda::arn::{LATEST, Owner};
use crate::local_lambda::code::Code;
use crate::local_lambda::configuration::Configuration;
use crate::local_lambda::policy::Policy;
use crate::local_lambda::process::Host;
use crate::local_lambda::state::{Alias, Function, Layer, LayerVersion, Region};
use crate::local_lambda::stub::{Reply, Stub};
use crate::local_lambda::version::{Parts, Version, written};

/// What a folder of functions holds.
#[derive(Debug, Default)]
pub(in crate::local_lambda) struct Samples {
    pub(super) functions: Vec<Sample>,
    pub(super) layers: Vec<LayerSample>,
}

/// A function of the folder.
#[derive(Debug)]
pub(super) struct Sample {
    pub name: String,
    pub file: PathBuf,
    pub configuration: Configuration,
    pub stub: Option<StubSample>,
    pub code: Arc<Code>,
    pub reserved: Option<usize>,
    pub versions: u64,
    pub aliases: BTreeMap<String, AliasSample>,
    pub tags: BTreeMap<String, String>,
    pub regions: Option<Vec<String>>,
    pub layers: Vec<(String, u64)>,
}

/// The replies of a stub.
#[derive(Debug)]
pub(super) struct StubSample {
    pub replies: Vec<Reply>,
    pub repeat: bool,
}

/// An alias of a function of the folder.
#[derive(Debug)]
pub(super) struct AliasSample {
    pub version: String,
    pub weights: BTreeMap<String, f64>,
    pub description: String,
}

/// A layer of the folder.
#[derive(Debug)]
pub(super) struct LayerSample {
    pub name: String,
    pub description: String,
    pub runtimes: Vec<String>,
    pub architectures: Vec<String>,
    pub license: String,
    pub versions: u64,
    pub code: Arc<Code>,
}

impl Samples {
    /// Says which functions want layers that are not there.
    pub(super) fn check(&self, errors: &mut Vec<FolderError>) {
        for function in &self.functions {
            for (name, number) in &function.layers {
                let has = |layer: &LayerSample| {
                    layer.name == *name && (1..=layer.versions).contains(number)
                };
                if !self.layers.iter().any(has) {
                    let problem = Problem::new(format!("there is no layer {name}:{number}"))
                        .help("layers are described in layers/NAME/layer.toml");
                    errors.push(problem.of(&function.file, ""));
                }
            }
        }
    }

    /// A region with its own copies.
    pub(in crate::local_lambda) fn region(
        &self,
        owner: Owner<'_>,
        host: &Arc<Host>,
        now: Timestamp,
    ) -> Region {
        let mut region = Region::default();
        for layer in &self.layers {
            region.layers.insert(layer.name.clone(), layer.copy(now));
        }
        let here = |sample: &&Sample| {
            sample.regions.as_ref().is_none_or(|all| all.iter().any(|it| it == owner.region))
        };
        for sample in self.functions.iter().filter(here) {
            let function = sample.copy(&region, owner, host, now);
            region.functions.insert(sample.name.clone(), function);
        }
        region
    }
}

impl Sample {
    fn copy(
        &self,
        region: &Region,
        owner: Owner<'_>,
        host: &Arc<Host>,
        now: Timestamp,
    ) -> Function {
        let arn = |(name, number): &(String, u64)| format!("{}:{number}", owner.layer_arn(name));
        let mut configuration = self.configuration.clone();
        configuration.layers = self.layers.iter().map(arn).collect();
        let code_of = |(name, number): &(String, u64)| {
            Some(Arc::clone(&region.layers.get(name)?.versions.get(number)?.code))
        };
        let stub = self.stub.as_ref();
        let parts = Parts {
            function: self.name.clone(),
            configuration,
            code: Arc::clone(&self.code),
            stub: stub.map(|stub| Arc::new(Stub::new(stub.replies.clone(), stub.repeat))),
            layers: self.layers.iter().filter_map(code_of).collect(),
        };
        let version = |label: &str| Version::new(label, parts.clone(), owner.region, host, now);
        let mut function = Function::new(&self.name, version(LATEST));
        for number in 1..=self.versions {
            function.published.insert(number, version(&number.to_string()));
        }
        function.next_version = self.versions + 1;
        function.changed = self.versions == 0;
        function.tags.clone_from(&self.tags);
        function.reserved = self.reserved;
        function.aliases =
            self.aliases.iter().map(|(name, alias)| (name.clone(), alias.copy())).collect();
        function
    }
}

impl AliasSample {
    fn copy(&self) -> Alias {
        Alias {
            version: self.version.clone(),
            description: self.description.clone(),
            weights: self.weights.clone(),
            revision: Uuid::new_v4().to_string(),
        }
    }
}

impl LayerSample {
    fn copy(&self, now: Timestamp) -> Layer {
        let version = || LayerVersion {
            description: self.description.clone(),
            created: written(now),
            runtimes: self.runtimes.clone(),
            architectures: self.architectures.clone(),
            license: self.license.clone(),
            code: Arc::clone(&self.code),
            policy: Policy::default(),
        };
        Layer {
            versions: (1..=self.versions).map(|number| (number, version())).collect(),
            next_version: self.versions + 1,
        }
    }
}
