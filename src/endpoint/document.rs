//! Documents that artifacts name by path or URL, read while they are deployed.

use std::path::{Path, PathBuf};
use std::time::Duration;

use http::{Request, StatusCode};

use super::place;
use crate::diagnostic::reason;
use crate::transport::{Client, ClientSettings, Timeouts, body, collect};

/// How long a server may take: whoever deploys waits.
const PATIENCE: Duration = Duration::from_secs(10);

/// The largest document of a server.
const LARGEST: usize = 16 * 1024 * 1024;

/// Where a document was found.
#[derive(Debug, Clone)]
pub enum Place {
    /// In a file.
    File(PathBuf),
    /// On a server.
    Url(String),
}

/// Reads a document that an artifact in a folder names, or says where it was looked for and why it
/// cannot be had. Without a client nothing is fetched.
pub fn read_document(
    uri: &str,
    folder: &Path,
    client: Option<&ClientSettings>,
) -> Result<(Vec<u8>, Place), String> {
    if uri.starts_with("http://") || uri.starts_with("https://") {
        let shown = uri.split(['?', '#']).next().unwrap_or_default();
        let shown = shown.rsplit_once('@').map_or(shown, |(_, host)| host);
        let fetched = client.ok_or("nothing is fetched here".to_owned());
        let fetched = fetched.and_then(|client| fetch(uri, client));
        let bytes = fetched.map_err(|why| format!("{shown}: {why}"))?;
        return Ok((bytes, Place::Url(uri.to_owned())));
    }
    let path = place::of(uri, folder);
    let bytes = std::fs::read(&path);
    let bytes = bytes.map_err(|error| format!("{}: {}", path.display(), reason(&error)))?;
    Ok((bytes, Place::File(path)))
}

/// Waits on a thread of its own, so that it can be asked from anywhere.
fn fetch(url: &str, settings: &ClientSettings) -> Result<Vec<u8>, String> {
    let uri: http::Uri = url.parse().map_err(|_| "it is no URL".to_owned())?;
    let settings = settings.clone();
    let waiter = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        let client = Client::new(settings).map_err(|error| error.to_string())?;
        runtime.block_on(get(&client, uri))
    });
    waiter.join().unwrap_or_else(|_| Err("the thread that fetches it ended".to_owned()))
}

async fn get(client: &Client, uri: http::Uri) -> Result<Vec<u8>, String> {
    let timeouts = Timeouts {
        connect: PATIENCE,
        response: Some(PATIENCE),
        idle: Some(PATIENCE),
        overall: Some(PATIENCE),
    };
    let request = Request::get(uri).body(body::empty()).map_err(|error| error.to_string())?;
    let response = client.send(request, timeouts).await.map_err(|error| error.to_string())?;
    if response.status() != StatusCode::OK {
        return Err(format!("the server answers {}", response.status()));
    }
    let bytes = collect(response.into_body(), LARGEST, Some(PATIENCE));
    bytes.await.map(|bytes| bytes.to_vec()).map_err(|error| error.to_string())
}
