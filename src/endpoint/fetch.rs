//! Documents that artifacts name by URL, fetched while they are deployed.

use std::time::Duration;

use http::{Request, StatusCode};

use crate::transport::{Client, ClientSettings, Timeouts, body, collect};

/// How long a document may take: whoever deploys waits.
const PATIENCE: Duration = Duration::from_secs(10);

/// The largest document.
const LARGEST: usize = 16 * 1024 * 1024;

/// Fetches a document, or says why it cannot be had. It waits on a thread of its own, so that it
/// can be asked from anywhere.
pub fn fetch(url: &str, settings: &ClientSettings) -> Result<Vec<u8>, String> {
    let uri: http::Uri = url.trim().parse().map_err(|_| "it is no URL".to_owned())?;
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
