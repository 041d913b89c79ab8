//! What an operator deploys: whatever it is, it loads or says what is wrong, and that can be
//! shown.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use myelin::artifact::mapping;
use myelin::diagnostic::{Diagnostics, Rendering, render_human, render_json};
use myelin::endpoint::{UriTemplate, Variable};
use myelin::mediation::Environment;
use myelin::runtime::Deployment;
use myelin::runtime::settings::{self, Settings};

/// A file of artifacts: without errors it is a deployment.
pub fn artifact(input: &[u8]) {
    let folder = Folder::new();
    let file = folder.0.join("artifact.xml");
    fs::write(&file, input).expect("a file in the temporary folder");
    let mut settings = Settings::default();
    settings.deployment.artifacts = vec![file];
    let mut diagnostics = Diagnostics::new();
    let deployment = Deployment::load(&settings, &Environment::default(), &mut diagnostics);
    assert_eq!(deployment.is_some(), !diagnostics.has_errors());
    show(&diagnostics);
}

/// A `deployment.toml`.
pub fn settings(input: &[u8]) {
    let folder = Folder::new();
    fs::write(folder.0.join("deployment.toml"), input).expect("a file in the temporary folder");
    let mut diagnostics = Diagnostics::new();
    let _ = settings::load(Some(&folder.0), HashMap::new(), &mut diagnostics);
    show(&diagnostics);
}

/// URI templates: a line with the template, one with a URL. An expansion is made of what a URI
/// may hold; a URL is matched or not.
pub fn uri_template(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let (template, target) = text.split_once('\n').unwrap_or((text, "/a/b?c=%20d"));
    match UriTemplate::compile(template) {
        Ok(template) => {
            let expansion = template.expand(|name, _| match name.len() % 4 {
                0 => None,
                1 => Some(Variable::List(vec!["".into(), "ä".into()])),
                2 => Some(Variable::Map(vec![("k".into(), "%41%".into())])),
                _ => Some(Variable::Text("a b/{c}?".into())),
            });
            if let Ok(uri) = expansion {
                assert!(uri.bytes().all(|byte| byte.is_ascii_graphic()), "{uri}");
                assert!(!uri.contains(['{', '}', '"', '<', '>', '\\', '^', '`', '|']), "{uri}");
            }
        }
        Err(error) => assert!(template.is_char_boundary(error.offset), "{error:?}"),
    }
    if let Ok(template) = mapping::UriTemplate::parse(template) {
        let _ = template.matches(target, &mut Vec::new());
    }
}

fn show(diagnostics: &Diagnostics) {
    for found in diagnostics.sorted() {
        let text = render_human(found, &diagnostics.sources, Rendering::Plain);
        assert!(text.contains(found.code.id()), "{text}");
        let _ = render_json(found, &diagnostics.sources);
    }
}

/// A folder that goes with its input.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        // In memory, where there is such a place.
        let shared = Path::new("/dev/shm");
        let parent = if shared.is_dir() { shared.to_owned() } else { std::env::temp_dir() };
        let folder = parent.join(format!("myelin-fuzz-{}-{number}", std::process::id()));
        fs::create_dir_all(&folder).expect("a temporary folder");
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
