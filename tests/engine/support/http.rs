//! HTTP over raw sockets: every byte that goes and comes is in the test's hand.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use super::PATIENCE;

/// A request or an answer as it was on the wire.
#[derive(Debug, Clone, Default)]
pub struct Message {
    /// The first line.
    pub start: String,
    /// The header lines as written.
    pub headers: Vec<String>,
    pub body: Vec<u8>,
}

impl Message {
    /// Reads one message; `None` where the peer closed first. An answer to HEAD has no body.
    pub fn read(from: &mut impl BufRead, bodiless: bool) -> Option<Self> {
        let start = line(from)?;
        let mut message = Self { start, ..Self::default() };
        while let Some(header) = line(from).filter(|header| !header.is_empty()) {
            message.headers.push(header);
        }
        if bodiless {
            return Some(message);
        }
        if message.header("transfer-encoding").is_some() {
            while let Some(size) = line(from) {
                let size = usize::from_str_radix(size.split(';').next()?.trim(), 16).ok()?;
                let mut chunk = vec![0; size];
                from.read_exact(&mut chunk).ok()?;
                line(from)?;
                if size == 0 {
                    break;
                }
                message.body.extend(chunk);
            }
        } else if let Some(length) = message.header("content-length") {
            message.body = vec![0; length.parse().ok()?];
            from.read_exact(&mut message.body).ok()?;
        }
        Some(message)
    }

    /// The value of a header, whatever its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|line| {
            let (found, value) = line.split_once(':')?;
            found.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// Whether a header line is there exactly as written.
    pub fn has_line(&self, line: &str) -> bool {
        self.headers.iter().any(|found| found == line)
    }

    /// The status of an answer.
    pub fn status(&self) -> u16 {
        self.start.split(' ').nth(1).and_then(|code| code.parse().ok()).unwrap_or_default()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

fn line(from: &mut impl BufRead) -> Option<String> {
    let mut line = String::new();
    match from.read_line(&mut line) {
        Ok(0) | Err(_) => None,
        Ok(_) => Some(line.trim_end().to_owned()),
    }
}

/// A connection to a server.
pub struct Connection(BufReader<TcpStream>);

impl Connection {
    pub fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        Self(BufReader::new(stream))
    }

    pub fn write(&mut self, bytes: impl AsRef<[u8]>) {
        self.0.get_mut().write_all(bytes.as_ref()).unwrap();
    }

    /// Writes what the server may refuse to read.
    pub fn try_write(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        self.0.get_mut().write_all(bytes.as_ref()).is_ok()
    }

    /// The next answer; `None` where the server closed.
    pub fn read(&mut self) -> Option<Message> {
        Message::read(&mut self.0, false)
    }

    pub fn read_head(&mut self) -> Option<Message> {
        Message::read(&mut self.0, true)
    }

    /// The raw stream behind what was read.
    pub fn stream(&mut self) -> &mut impl Read {
        &mut self.0
    }

    /// Sends a request and reads its answer.
    pub fn exchange(&mut self, method: &str, path: &str, headers: &str, body: &str) -> Message {
        self.write(request(method, path, headers, body));
        let answer = Message::read(&mut self.0, method == "HEAD");
        answer.unwrap_or_else(|| panic!("no answer to {method} {path}"))
    }
}

/// A request's bytes; `headers` are whole lines.
pub fn request(method: &str, path: &str, headers: &str, body: &str) -> String {
    let length = match body {
        "" => String::new(),
        body => format!("Content-Length: {}\r\n", body.len()),
    };
    format!("{method} {path} HTTP/1.1\r\nHost: engine.test\r\n{headers}{length}\r\n{body}")
}

/// One request on a connection of its own.
pub fn exchange(
    address: SocketAddr,
    method: &str,
    path: &str,
    headers: &str,
    body: &str,
) -> Message {
    Connection::open(address).exchange(method, path, headers, body)
}

/// Sends JSON.
pub fn post(address: SocketAddr, path: &str, body: &str) -> Message {
    exchange(address, "POST", path, "Content-Type: application/json\r\n", body)
}
