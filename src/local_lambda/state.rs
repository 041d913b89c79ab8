//! What a region holds: functions with their versions, aliases and policies, and layers.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Map, Value, json};

use super::arn::{FunctionRef, LATEST, Owner, layer_version};
use super::code::Code;
use super::error::{Answer, ApiError};
use super::policy::Policy;
use super::version::Version;

/// The functions and layers of one region.
#[derive(Debug, Default)]
pub(super) struct Region {
    /// By name.
    pub functions: BTreeMap<String, Function>,
    /// By name.
    pub layers: BTreeMap<String, Layer>,
}

/// A function.
#[derive(Debug)]
pub(super) struct Function {
    /// Its name.
    pub name: String,
    /// The version that changes.
    pub latest: Arc<Version>,
    /// The versions that do not, by number.
    pub published: BTreeMap<u64, Arc<Version>>,
    /// The number of the next version.
    pub next_version: u64,
    /// Whether `$LATEST` is other than the last published version.
    pub changed: bool,
    /// By name.
    pub aliases: BTreeMap<String, Alias>,
    /// By qualifier; without one, the function's own.
    pub policies: HashMap<Option<String>, Policy>,
    /// Names and values.
    pub tags: BTreeMap<String, String>,
    /// How many invocations may run at once, where that is reserved.
    pub reserved: Option<usize>,
    /// How many run now.
    pub running: Arc<AtomicUsize>,
}

/// A name for a version, or for two that share the calls.
#[derive(Debug, Clone)]
pub(super) struct Alias {
    /// The version that most calls go to.
    pub version: String,
    /// For people.
    pub description: String,
    /// Other versions and their share, between 0 and 1.
    pub weights: BTreeMap<String, f64>,
    /// Changes with every change.
    pub revision: String,
}

/// A layer.
#[derive(Debug)]
pub(super) struct Layer {
    /// By number.
    pub versions: BTreeMap<u64, LayerVersion>,
    /// The number of the next version.
    pub next_version: u64,
}

/// A version of a layer.
#[derive(Debug)]
pub(super) struct LayerVersion {
    /// For people.
    pub description: String,
    /// When it was made, as AWS writes it.
    pub created: String,
    /// Runtimes that it is for.
    pub runtimes: Vec<String>,
    /// Architectures that it is for.
    pub architectures: Vec<String>,
    /// Its licence.
    pub license: String,
    /// Its files.
    pub code: Arc<Code>,
    /// Who may use it.
    pub policy: Policy,
}

/// A place among the invocations that run at once; given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place(Arc<AtomicUsize>);

impl Place {
    /// Takes a place where one is free.
    pub(super) fn take(running: &Arc<AtomicUsize>, limit: usize) -> Option<Self> {
        let more = |now| (now < limit).then_some(now + 1);
        running.fetch_update(Ordering::AcqRel, Ordering::Acquire, more).ok()?;
        Some(Self(Arc::clone(running)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Region {
    /// A function by what a call names.
    pub(super) fn function(
        &mut self,
        reference: &FunctionRef,
        owner: Owner<'_>,
    ) -> Answer<&mut Function> {
        self.functions.get_mut(&reference.name).ok_or_else(|| no_function(reference, owner))
    }

    /// The function and the version that a call names; an alias gives its main version.
    pub(super) fn version(
        &mut self,
        reference: &FunctionRef,
        owner: Owner<'_>,
    ) -> Answer<(&mut Function, Arc<Version>)> {
        let function = self.function(reference, owner)?;
        let version = function
            .version(reference.qualifier.as_deref())
            .ok_or_else(|| no_function(reference, owner))?;
        Ok((function, version))
    }

    /// A version of a layer.
    pub(super) fn layer(&mut self, name: &str, number: u64) -> Option<&mut LayerVersion> {
        self.layers.get_mut(name)?.versions.get_mut(&number)
    }

    /// The files of layers by their ARNs.
    pub(super) fn layer_code(&self, arns: &[String], owner: Owner<'_>) -> Answer<Vec<Arc<Code>>> {
        let find = |arn: &String| {
            let (name, number) = layer_version(arn, owner)?;
            Some(Arc::clone(&self.layers.get(&name)?.versions.get(&number)?.code))
        };
        let missing = |arn: &String| {
            ApiError::invalid_parameter(format!("Layer version {arn} does not exist."))
        };
        arns.iter().map(|arn| find(arn).ok_or_else(|| missing(arn))).collect()
    }

    /// What is reserved for functions, of the account's concurrency.
    pub(super) fn reserved(&self) -> usize {
        self.functions.values().filter_map(|function| function.reserved).sum()
    }
}

impl Function {
    /// A function with its first version.
    pub(super) fn new(name: &str, latest: Arc<Version>) -> Self {
        Self {
            name: name.to_owned(),
            latest,
            published: BTreeMap::new(),
            next_version: 1,
            changed: true,
            aliases: BTreeMap::new(),
            policies: HashMap::new(),
            tags: BTreeMap::new(),
            reserved: None,
            running: Arc::default(),
        }
    }

    /// The version behind a qualifier; an alias gives its main version.
    pub(super) fn version(&self, qualifier: Option<&str>) -> Option<Arc<Version>> {
        let version = match qualifier {
            None | Some(LATEST) => &self.latest,
            Some(qualifier) => match qualifier.parse::<u64>() {
                Ok(number) => self.published.get(&number)?,
                Err(_) => return self.version(Some(&self.aliases.get(qualifier)?.version)),
            },
        };
        Some(Arc::clone(version))
    }

    /// The version that one call goes to: `dice` is between 0 and 1.
    pub(super) fn route(&self, qualifier: Option<&str>, dice: f64) -> Option<Arc<Version>> {
        let Some(alias) = qualifier.and_then(|qualifier| self.aliases.get(qualifier)) else {
            return self.version(qualifier);
        };
        let mut left = dice;
        for (version, weight) in &alias.weights {
            if left < *weight {
                return self.version(Some(version));
            }
            left -= weight;
        }
        self.version(Some(&alias.version))
    }

    /// Aliases that send calls to a version.
    pub(super) fn aliases_of(&self, version: &str) -> Vec<&str> {
        let uses = |alias: &Alias| alias.version == version || alias.weights.contains_key(version);
        self.aliases.iter().filter(|(_, alias)| uses(alias)).map(|(name, _)| &**name).collect()
    }
}

impl Alias {
    /// The alias as an AliasConfiguration.
    pub(super) fn show(&self, function: &str, name: &str, owner: Owner<'_>) -> Value {
        let mut body = Map::new();
        body.insert("AliasArn".into(), owner.function_arn(function, Some(name)).into());
        body.insert("Name".into(), name.into());
        body.insert("FunctionVersion".into(), self.version.clone().into());
        body.insert("Description".into(), self.description.clone().into());
        if !self.weights.is_empty() {
            let weights = json!({"AdditionalVersionWeights": self.weights});
            body.insert("RoutingConfig".into(), weights);
        }
        body.insert("RevisionId".into(), self.revision.clone().into());
        Value::Object(body)
    }
}

/// AWS's words for a function, version or alias that is not there.
pub(super) fn no_function(reference: &FunctionRef, owner: Owner<'_>) -> ApiError {
    let arn = owner.function_arn(&reference.name, reference.qualifier.as_deref());
    ApiError::not_found(format!("Function not found: {arn}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_given_back() {
        let running = Arc::default();
        let first = Place::take(&running, 2).unwrap();
        let _second = Place::take(&running, 2).unwrap();
        assert!(Place::take(&running, 2).is_none());
        drop(first);
        assert!(Place::take(&running, 2).is_some());
        assert!(Place::take(&running, 0).is_none());
    }
}
