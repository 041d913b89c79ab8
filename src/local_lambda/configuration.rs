//! A function's configuration: read from a call, checked, and shown as AWS shows it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::error::{Answer, ApiError};
use super::request::Members;
use super::validate::{self, Checks, is_role, is_variable};

/// Variables that AWS keeps for itself.
const RESERVED: &[&str] = &[
    "_HANDLER",
    "_X_AMZN_TRACE_ID",
    "AWS_ACCESS_KEY",
    "AWS_ACCESS_KEY_ID",
    "AWS_DEFAULT_REGION",
    "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
    "AWS_LAMBDA_FUNCTION_NAME",
    "AWS_LAMBDA_FUNCTION_VERSION",
    "AWS_LAMBDA_INITIALIZATION_TYPE",
    "AWS_LAMBDA_LOG_GROUP_NAME",
    "AWS_LAMBDA_LOG_STREAM_NAME",
    "AWS_LAMBDA_RUNTIME_API",
    "AWS_REGION",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "LAMBDA_RUNTIME_DIR",
    "LAMBDA_TASK_ROOT",
];
/// The families of managed runtimes; the version after the family is not held against a list,
/// since this machine runs what it has.
const FAMILIES: &[&str] = &["nodejs", "python", "java", "dotnet", "ruby", "go", "provided"];
/// The most bytes that the variables of a function may have together.
const VARIABLES_LIMIT: usize = 4096;
/// Members that are kept and shown, and change nothing on this machine.
const PASSIVE: &[&str] = &[
    "VpcConfig",
    "DeadLetterConfig",
    "KMSKeyArn",
    "TracingConfig",
    "FileSystemConfigs",
    "EphemeralStorage",
    "SnapStart",
    "LoggingConfig",
    "ImageConfig",
    "CodeSigningConfigArn",
];

/// What a function is set to.
#[derive(Debug, Clone)]
pub(super) struct Configuration {
    /// The runtime's name (`python3.12`).
    pub runtime: String,
    /// The role's ARN; never used, since nothing is authorised here.
    pub role: String,
    /// What to call, in the runtime's notation.
    pub handler: String,
    /// For people.
    pub description: String,
    /// Seconds that an invocation may take.
    pub timeout: u32,
    /// Megabytes; told to the function, not enforced.
    pub memory: u32,
    /// The function's own variables.
    pub environment: BTreeMap<String, String>,
    /// ARNs of layer versions.
    pub layers: Vec<String>,
    /// `x86_64` or `arm64`; told, not enforced.
    pub architecture: String,
    /// What is kept and shown only.
    pub passive: Map<String, Value>,
}

impl Default for Configuration {
    fn default() -> Self {
        Self {
            runtime: String::new(),
            role: String::new(),
            handler: String::new(),
            description: String::new(),
            timeout: 3,
            memory: 128,
            environment: BTreeMap::new(),
            layers: Vec::new(),
            architecture: "x86_64".to_owned(),
            passive: Map::new(),
        }
    }
}

impl Configuration {
    /// Reads what CreateFunction asks for.
    pub(super) fn create(members: &Members) -> Answer<Self> {
        Checks::default().required("role", members.get("Role").is_some()).finish()?;
        let mut configuration = Self::default();
        configuration.apply(members)?;
        if configuration.runtime.is_empty() || configuration.handler.is_empty() {
            return Err(ApiError::invalid_parameter(
                "Runtime and Handler are mandatory parameters for functions created with \
                 deployment packages.",
            ));
        }
        Ok(configuration)
    }

    /// Takes over the members that a call gives; the others stay. Fails without a change.
    pub(super) fn apply(&mut self, members: &Members) -> Answer<()> {
        let mut next = self.clone();
        let mut checks = Checks::default();
        next.take_texts(members, &mut checks)?;
        if let Some(timeout) = members.integer("Timeout")? {
            checks.range("timeout", timeout, 1, 900);
            next.timeout = u32::try_from(timeout).unwrap_or_default();
        }
        if let Some(memory) = members.integer("MemorySize")? {
            checks.range("memorySize", memory, 128, 10_240);
            next.memory = u32::try_from(memory).unwrap_or_default();
        }
        if let Some([architecture]) = members.texts("Architectures")?.as_deref() {
            checks.one_of("architectures", architecture, &["x86_64", "arm64"]);
            next.architecture.clone_from(architecture);
        }
        if let Some(tracing) = members.object("TracingConfig")?
            && let Some(mode) = tracing.text("Mode")?
        {
            checks.one_of("tracingConfig.mode", mode, &["Active", "PassThrough"]);
        }
        checks.finish()?;
        if let Some(environment) = members.object("Environment")? {
            next.environment = variables(&environment)?;
        }
        if let Some(layers) = members.texts("Layers")? {
            next.layers = layers;
        }
        for name in PASSIVE {
            if let Some(value) = members.get(name) {
                tracing::warn!(member = name, "kept but without effect on this machine");
                next.passive.insert((*name).to_owned(), value.clone());
            }
        }
        *self = next;
        Ok(())
    }

    fn take_texts(&mut self, members: &Members, checks: &mut Checks) -> Answer<()> {
        if let Some(role) = members.text("Role")? {
            checks.pattern("role", role, is_role(role), validate::ROLE);
            role.clone_into(&mut self.role);
        }
        if let Some(handler) = members.text("Handler")? {
            let one_word = !handler.chars().any(char::is_whitespace);
            checks
                .pattern("handler", handler, one_word, r"[^\s]+")
                .longest("handler", handler, 128);
            handler.clone_into(&mut self.handler);
        }
        if let Some(description) = members.text("Description")? {
            checks.longest("description", description, 256);
            description.clone_into(&mut self.description);
        }
        if let Some(runtime) = members.text("Runtime")? {
            check_runtime(runtime)?;
            runtime.clone_into(&mut self.runtime);
        }
        Ok(())
    }

    /// Adds the configuration's part of a FunctionConfiguration.
    pub(super) fn show(&self, name: &str, body: &mut Map<String, Value>) {
        body.insert("Runtime".into(), self.runtime.clone().into());
        body.insert("Role".into(), self.role.clone().into());
        body.insert("Handler".into(), self.handler.clone().into());
        body.insert("Description".into(), self.description.clone().into());
        body.insert("Timeout".into(), self.timeout.into());
        body.insert("MemorySize".into(), self.memory.into());
        body.insert("Architectures".into(), json!([self.architecture]));
        body.insert("TracingConfig".into(), json!({"Mode": "PassThrough"}));
        body.insert("EphemeralStorage".into(), json!({"Size": 512}));
        body.insert("SnapStart".into(), json!({"ApplyOn": "None", "OptimizationStatus": "Off"}));
        body.insert(
            "LoggingConfig".into(),
            json!({"LogFormat": "Text", "LogGroup": format!("/aws/lambda/{name}")}),
        );
        if !self.environment.is_empty() {
            body.insert("Environment".into(), json!({"Variables": self.environment}));
        }
        if !self.layers.is_empty() {
            let layers: Vec<Value> =
                self.layers.iter().map(|arn| json!({"Arn": arn, "CodeSize": 0})).collect();
            body.insert("Layers".into(), layers.into());
        }
        for (name, value) in &self.passive {
            body.insert(name.clone(), value.clone());
        }
    }
}

/// A runtime is one of a known family; whether this machine can run it shows at Invoke.
pub(super) fn check_runtime(runtime: &str) -> Answer<()> {
    let known = FAMILIES.iter().any(|family| {
        runtime.strip_prefix(family).is_some_and(|version| {
            version.is_empty() || version.starts_with(|c: char| c.is_ascii_digit() || c == '.')
        })
    });
    if known || runtime.starts_with("dotnetcore") {
        return Ok(());
    }
    Err(ApiError::invalid_parameter(format!(
        "Value {runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum \
         value set: [nodejs24.x, nodejs22.x, nodejs20.x, python3.14, python3.13, python3.12, \
         python3.11, provided.al2023, provided.al2, java21, dotnet8, ruby3.4] or be a valid ARN"
    )))
}

fn variables(environment: &Members) -> Answer<BTreeMap<String, String>> {
    let variables = environment.text_map("Variables")?.unwrap_or_default();
    check_variables(&variables)?;
    Ok(variables)
}

/// Names, reserved names and the size of a function's variables.
pub(super) fn check_variables(variables: &BTreeMap<String, String>) -> Answer<()> {
    let mut checks = Checks::default();
    for name in variables.keys().filter(|name| !RESERVED.contains(&name.as_str())) {
        let matches = is_variable(name);
        checks.pattern("environment.variables", name, matches, "[a-zA-Z]([a-zA-Z0-9_])+");
    }
    checks.finish()?;
    let failed = "Lambda was unable to configure your environment variables because the \
                  environment variables you have provided";
    let reserved: Vec<&str> =
        variables.keys().map(String::as_str).filter(|name| RESERVED.contains(name)).collect();
    if !reserved.is_empty() {
        return Err(ApiError::invalid_parameter(format!(
            "{failed} contains reserved keys that are currently not supported for modification. \
             Reserved keys used in this request: {}",
            reserved.join(", ")
        )));
    }
    let size: usize = variables.iter().map(|(name, value)| name.len() + value.len()).sum();
    if size > VARIABLES_LIMIT {
        return Err(ApiError::invalid_parameter(format!("{failed} exceeded the 4KB limit.")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn members(extra: Value) -> Members {
        let mut all = json!({
            "Role": "arn:aws:iam::000000000000:role/x", "Runtime": "python3.12",
            "Handler": "app.handler",
        });
        if let (Value::Object(all), Value::Object(extra)) = (&mut all, extra) {
            all.extend(extra);
        }
        match all {
            Value::Object(all) => all.into(),
            _ => Members::default(),
        }
    }

    #[test]
    fn what_is_refused() {
        let long = "x".repeat(257);
        let many = "x".repeat(4096);
        let rows = [
            (json!({"Role": null}), "Value null at 'role'"),
            (json!({"Role": "me"}), "Value 'me' at 'role'"),
            (json!({"Handler": "a b"}), "Value 'a b' at 'handler'"),
            (json!({"Handler": null}), "Runtime and Handler are mandatory"),
            (json!({"Runtime": null}), "Runtime and Handler are mandatory"),
            (json!({"Runtime": "cobol"}), "Value cobol at 'runtime'"),
            (json!({"Runtime": "pythonic"}), "Value pythonic at 'runtime'"),
            (json!({"MemorySize": 127}), "greater than or equal to 128"),
            (json!({"MemorySize": 10_241}), "less than or equal to 10240"),
            (json!({"MemorySize": "128"}), "can not be converted to an Integer"),
            (json!({"Timeout": 0}), "greater than or equal to 1"),
            (json!({"Timeout": 901}), "less than or equal to 900"),
            (json!({"Timeout": -1}), "greater than or equal to 1"),
            (json!({"Description": long}), "'description'"),
            (json!({"Architectures": ["mips"]}), "'architectures'"),
            (json!({"TracingConfig": {"Mode": "On"}}), "'tracingConfig.mode'"),
            (json!({"Environment": {"Variables": {"1": "x"}}}), "'environment.variables'"),
            (json!({"Environment": {"Variables": {"AWS_REGION": "x"}}}), "reserved keys"),
            (json!({"Environment": {"Variables": {"BIG": many}}}), "4KB limit"),
            (json!({"Environment": {"Variables": {"NUM": 1}}}), "can not be converted"),
        ];
        for (extra, expected) in rows {
            let error = Configuration::create(&members(extra)).unwrap_err();
            assert_eq!(error.status, 400);
            assert!(error.message.contains(expected), "{expected}: {error}");
        }
    }

    #[test]
    fn limits_themselves_are_accepted() {
        for extra in [
            json!({"MemorySize": 128, "Timeout": 1}),
            json!({"MemorySize": 10_240, "Timeout": 900}),
            json!({"Runtime": "nodejs20.x"}),
            json!({"Runtime": "provided"}),
            json!({"Runtime": "java8.al2"}),
            json!({"Runtime": "dotnetcore3.1"}),
        ] {
            Configuration::create(&members(extra)).unwrap();
        }
    }

    #[test]
    fn an_update_changes_what_it_names() {
        let mut configuration = Configuration::create(&members(json!({"Timeout": 9}))).unwrap();
        let update = json!({"Description": "new", "VpcConfig": {"SubnetIds": ["s"]}});
        let Value::Object(update) = update else { panic!("an object") };
        configuration.apply(&update.into()).unwrap();
        let mut body = Map::new();
        configuration.show("f", &mut body);
        assert_eq!(
            (body["Timeout"].clone(), body["Description"].clone()),
            (json!(9), json!("new"))
        );
        assert_eq!(body["VpcConfig"], json!({"SubnetIds": ["s"]}));
    }

    #[test]
    fn a_failed_update_changes_nothing() {
        let mut configuration = Configuration::create(&members(json!({}))).unwrap();
        let Value::Object(update) = json!({"Description": "new", "Timeout": 0}) else { return };
        assert!(configuration.apply(&update.into()).is_err());
        assert_eq!(configuration.description, "");
    }
}
