//! How a function's process is started: the program, its arguments, its environment.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::Duration;

use tokio::process::{Child, Command};

use crate::aws::credentials::Credentials;
use crate::local_lambda::code::Code;
use crate::local_lambda::configuration::Configuration;

/// How long to wait for a program file that is still open for writing somewhere.
const BUSY_PAUSE: Duration = Duration::from_millis(10);

const PYTHON_SHIM: &str = include_str!("../shims/runtime.py");
const NODE_SHIM: &str = include_str!("../shims/runtime.mjs");

/// Everything that starting a process of a function takes.
#[derive(Debug)]
pub(in crate::local_lambda) struct Launch {
    /// The function's name.
    pub function: String,
    /// The version that runs.
    pub version: String,
    /// The region that it believes to be in.
    pub region: String,
    /// What it is set to.
    pub configuration: Configuration,
    /// Its files; kept as long as a process may read them.
    pub code: Arc<Code>,
    /// The files of its layers, in order.
    pub layers: Vec<Arc<Code>>,
    /// What the processes of this server share.
    pub host: Arc<Host>,
}

/// What the processes of one server share.
#[derive(Debug)]
pub(in crate::local_lambda) struct Host {
    /// Where the shims and the logs are.
    pub folder: PathBuf,
    /// What processes inherit of the host's environment.
    pub inherited: Vec<(OsString, OsString)>,
    /// The key pair that a function gets as its own, and where it finds this server.
    pub key: Option<Credentials>,
    /// The server's own address, once it is bound.
    pub endpoint: std::sync::OnceLock<SocketAddr>,
}

/// The kinds of process that can be run here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Python,
    Node,
    Bootstrap,
}

/// Why a process could not be started, as an error's type and message.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::local_lambda) struct LaunchError {
    /// The error's type.
    pub kind: &'static str,
    /// What is wrong.
    pub message: String,
}

impl Host {
    /// Writes the shims into a folder of the server.
    pub(in crate::local_lambda) fn write_shims(folder: &Path) -> io::Result<()> {
        std::fs::write(folder.join("runtime.py"), PYTHON_SHIM)?;
        std::fs::write(folder.join("runtime.mjs"), NODE_SHIM)
    }
}

/// The kind of process for a runtime's name.
fn kind(runtime: &str) -> Option<Kind> {
    match runtime {
        name if name.starts_with("python3") => Some(Kind::Python),
        name if name.starts_with("nodejs") => Some(Kind::Node),
        name if name.starts_with("provided") => Some(Kind::Bootstrap),
        _ => None,
    }
}

impl Launch {
    /// Starts a process that finds the Runtime API at an address and writes to a log.
    pub(super) async fn start(&self, api: SocketAddr, log: &File) -> Result<Child, LaunchError> {
        let (mut command, program) = self.command()?;
        let output = || log.try_clone().map(Stdio::from);
        let (Ok(out), Ok(err)) = (output(), output()) else {
            return Err(broken("the log cannot be opened".to_owned()));
        };
        command
            .current_dir(self.code.folder())
            .env_clear()
            .envs(self.host.inherited.iter().map(|(name, value)| (name, value)))
            .envs(self.variables(api))
            .envs(&self.configuration.environment)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err)
            .kill_on_drop(true);
        // Its own group, so that what it starts ends with it.
        #[cfg(unix)]
        command.process_group(0);
        let mut tries = 0;
        loop {
            match command.spawn() {
                Ok(child) => return Ok(child),
                // Another thread's child holds the file that we have just unpacked, until its
                // exec; it takes a moment only.
                Err(error) if error.kind() == io::ErrorKind::ExecutableFileBusy && tries < 50 => {
                    tries += 1;
                    tokio::time::sleep(BUSY_PAUSE).await;
                }
                Err(error) => return Err(self.not_started(&program, &error)),
            }
        }
    }

    fn not_started(&self, program: &Path, error: &io::Error) -> LaunchError {
        let runtime = &self.configuration.runtime;
        let message = if program.is_absolute() {
            format!("fork/exec {}: {error}", program.display())
        } else if error.kind() == io::ErrorKind::NotFound {
            let program = program.display();
            format!(
                "{program} was not found on this machine; functions of runtime {runtime} need it"
            )
        } else {
            format!("{} cannot be started: {error}", program.display())
        };
        LaunchError { kind: "Runtime.InvalidEntrypoint", message }
    }

    fn command(&self) -> Result<(Command, PathBuf), LaunchError> {
        let runtime = &self.configuration.runtime;
        let Some(kind) = kind(runtime) else {
            return Err(LaunchError {
                kind: "Runtime.InvalidRuntime",
                message: format!(
                    "runtime {runtime} cannot run on this machine; the local Lambda runs \
                     python3.x, nodejs and provided"
                ),
            });
        };
        let (program, shim) = match kind {
            Kind::Python => (PathBuf::from("python3"), Some("runtime.py")),
            Kind::Node => (PathBuf::from("node"), Some("runtime.mjs")),
            Kind::Bootstrap => (self.bootstrap()?, None),
        };
        let mut command = Command::new(&program);
        command.args(shim.map(|shim| self.host.folder.join(shim)));
        Ok((command, program))
    }

    fn bootstrap(&self) -> Result<PathBuf, LaunchError> {
        let folders = std::iter::once(&self.code).chain(&self.layers);
        let found = folders.map(|code| code.folder().join("bootstrap")).find(|path| path.is_file());
        let path = found.ok_or_else(|| LaunchError {
            kind: "Runtime.InvalidEntrypoint",
            message: "Couldn't find valid bootstrap(s): [/var/task/bootstrap /opt/bootstrap]"
                .to_owned(),
        })?;
        std::path::absolute(path).map_err(|error| broken(error.to_string()))
    }

    /// What AWS sets, with places of this machine.
    fn variables(&self, api: SocketAddr) -> BTreeMap<&'static str, OsString> {
        let root = self.code.folder();
        let mut variables: BTreeMap<&'static str, OsString> = BTreeMap::new();
        let mut set = |name, value: &str| variables.insert(name, value.into());
        set("AWS_LAMBDA_RUNTIME_API", &api.to_string());
        set("AWS_LAMBDA_FUNCTION_NAME", &self.function);
        set("AWS_LAMBDA_FUNCTION_VERSION", &self.version);
        set("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", &self.configuration.memory.to_string());
        set("AWS_LAMBDA_LOG_GROUP_NAME", &format!("/aws/lambda/{}", self.function));
        set("AWS_LAMBDA_LOG_STREAM_NAME", &format!("local/[{}]", self.version));
        set("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
        set("AWS_EXECUTION_ENV", &format!("AWS_Lambda_{}", self.configuration.runtime));
        set("AWS_REGION", &self.region);
        set("AWS_DEFAULT_REGION", &self.region);
        set("_HANDLER", &self.configuration.handler);
        set("TZ", ":UTC");
        set("LANG", "en_US.UTF-8");
        set("PYTHONUNBUFFERED", "1");
        set("PYTHONDONTWRITEBYTECODE", "1");
        if let Some(key) = &self.host.key {
            set("AWS_ACCESS_KEY_ID", key.access_key_id());
            set("AWS_SECRET_ACCESS_KEY", key.secret_access_key().expose());
        }
        if let Some(endpoint) = self.host.endpoint.get() {
            set("AWS_ENDPOINT_URL_LAMBDA", &format!("http://{endpoint}"));
        }
        variables.insert("LAMBDA_TASK_ROOT", root.into());
        variables.insert("LAMBDA_RUNTIME_DIR", self.host.folder.clone().into());
        for (name, below) in [("PYTHONPATH", "python"), ("NODE_PATH", "nodejs/node_modules")] {
            let folders: Vec<PathBuf> =
                self.layers.iter().map(|layer| layer.folder().join(below)).collect();
            if !folders.is_empty()
                && let Ok(path) = std::env::join_paths(folders)
            {
                variables.insert(name, path);
            }
        }
        variables
    }
}

fn broken(message: String) -> LaunchError {
    LaunchError { kind: "Runtime.ExitError", message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runtimes_and_their_programs() {
        let rows = [
            ("python3.12", Some(Kind::Python)),
            ("python3.7", Some(Kind::Python)),
            ("nodejs22.x", Some(Kind::Node)),
            ("provided.al2023", Some(Kind::Bootstrap)),
            ("provided", Some(Kind::Bootstrap)),
            ("python2.7", None),
            ("java21", None),
        ];
        for (runtime, expected) in rows {
            assert_eq!(kind(runtime), expected, "{runtime}");
        }
    }
}
