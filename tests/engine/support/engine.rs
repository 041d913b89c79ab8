//! `myelin serve` on artifacts that a test writes.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use std::{fs, thread};

use super::PATIENCE;
use super::http::exchange;

const NO_VARIABLES: [(&str, &str); 0] = [];

/// A running engine; it is killed when the test is done with it.
pub struct Engine {
    child: Child,
    folder: PathBuf,
    pub http: SocketAddr,
    /// Where probes and metrics are.
    pub management: SocketAddr,
}

/// An API `test` at `/test` whose resource `/*` takes every method.
pub fn api(sequences: &str) -> String {
    format!(
        "<api xmlns=\"http://ws.apache.org/ns/synapse\" name=\"test\" context=\"/test\">\
         <resource methods=\"GET POST PUT DELETE HEAD\" uri-template=\"/*\">{sequences}</resource></api>"
    )
}

/// A folder of its own, which does not exist yet.
pub fn fresh_folder() -> PathBuf {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    std::env::temp_dir().join(format!("myelin-engine-{}-{number}", std::process::id()))
}

/// A proxy service `test`.
pub fn proxy(target: &str) -> String {
    format!(
        "<proxy xmlns=\"http://ws.apache.org/ns/synapse\" name=\"test\"><target>{target}</target></proxy>"
    )
}

impl Engine {
    /// Serves artifacts without settings.
    pub fn start(artifacts: &[&str]) -> Self {
        Self::with("", artifacts)
    }

    /// Serves artifacts with a `deployment.toml`.
    pub fn with(settings: &str, artifacts: &[&str]) -> Self {
        Self::configured(&[("deployment.toml", settings)], artifacts)
    }

    /// Serves artifacts with the files of a configuration folder.
    pub fn configured(configuration: &[(&str, &str)], artifacts: &[&str]) -> Self {
        Self::prepared(configuration, |files| {
            for (index, artifact) in artifacts.iter().enumerate() {
                fs::write(files.join(format!("{index}.xml")), artifact).unwrap();
            }
        })
    }

    /// Serves what is written into a folder of artifacts.
    pub fn prepared(configuration: &[(&str, &str)], write: impl FnOnce(&Path)) -> Self {
        Self::surrounded(configuration, NO_VARIABLES, write)
    }

    /// Serves what is written into a folder of artifacts, with environment variables.
    pub fn surrounded(
        configuration: &[(&str, &str)],
        environment: impl IntoIterator<Item = (impl AsRef<OsStr>, impl AsRef<OsStr>)>,
        write: impl FnOnce(&Path),
    ) -> Self {
        let folder = fresh_folder();
        let (config, files) = (folder.join("config"), folder.join("artifacts"));
        fs::create_dir_all(&config).unwrap();
        fs::create_dir_all(&files).unwrap();
        for (name, text) in configuration {
            fs::write(config.join(name), text).unwrap();
        }
        write(&files);
        let mut child = Command::new(env!("CARGO_BIN_EXE_myelin"))
            .arg("serve")
            .arg("--config")
            .arg(&config)
            .arg("--artifacts")
            .arg(&files)
            .envs(environment)
            .args(["--http-port", "0", "--management-port", "0"])
            // What goes wrong, and what the artifacts themselves log.
            .args(["--log-level", "warn,myelin::log=info"])
            .stdout(Stdio::piped())
            .stderr(fs::File::create(folder.join("log")).unwrap())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (mut http, mut management) = (None, None);
        for line in lines.by_ref() {
            let line = line.unwrap();
            for (kind, place) in [("http", &mut http), ("management", &mut management)] {
                if let Some(address) = line.strip_prefix(&format!("listening kind={kind} addr=")) {
                    *place = Some(address.replace("0.0.0.0", "127.0.0.1").parse().unwrap());
                }
            }
            if line == "ready" {
                break;
            }
        }
        // Whatever else it prints must not fill the pipe.
        thread::spawn(move || lines.for_each(drop));
        let (Some(http), Some(management)) = (http, management) else {
            panic!("not ready: {}", fs::read_to_string(folder.join("log")).unwrap())
        };
        Self { child, folder, http, management }
    }

    /// What the process logged so far.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap()
    }

    /// The value of a metric without labels.
    pub fn metric(&self, name: &str) -> u64 {
        let metrics = exchange(self.management, "GET", "/metrics", "", "").text();
        let value = metrics.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        value.unwrap_or_else(|| panic!("no {name} in {metrics}")).parse().unwrap()
    }

    /// The most memory that the process ever held, in kilobytes.
    pub fn peak_memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse().unwrap()
    }

    /// The CPU time that the process took so far.
    pub fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        // Behind the name, which may hold blanks: user and system time are 14th and 15th.
        let fields = stat.rsplit(')').next().unwrap();
        let ticks = fields.split_whitespace().skip(11).take(2).map(|it| it.parse::<u64>().unwrap());
        Duration::from_millis(ticks.sum::<u64>() * 10)
    }

    /// Asks the process to stop.
    pub fn terminate(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    /// Waits for the process to end by itself.
    pub fn wait(&mut self) -> ExitStatus {
        let until = Instant::now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(Instant::now() < until, "the process does not end");
            thread::sleep(std::time::Duration::from_millis(20));
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
