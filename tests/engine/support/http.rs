//! HTTP over raw sockets: every byte that goes and comes is in the test's hand.

use std::io::{self, BufRead, BufReader, Read as _, Write};
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

    /// Reads the body that follows this head and keeps nothing of it; says how long it was.
    pub fn drain(&self, from: &mut impl BufRead) -> io::Result<u64> {
        if self.header("transfer-encoding").is_none() {
            let length = self.header("content-length").and_then(|text| text.parse().ok());
            return skip(from, length.unwrap_or_default());
        }
        let mut total = 0;
        loop {
            let size = line(from).and_then(|text| u64::from_str_radix(&text, 16).ok());
            let size = size.ok_or(io::ErrorKind::InvalidData)?;
            total += skip(from, size)?;
            line(from);
            if size == 0 {
                return Ok(total);
            }
        }
    }
}

fn skip(from: &mut impl BufRead, length: u64) -> io::Result<u64> {
    let skipped = io::copy(&mut from.take(length), &mut io::sink())?;
    if skipped == length { Ok(length) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

/// How the end of a body is told.
#[derive(Clone, Copy)]
pub enum Framing {
    Length,
    Chunked,
}

impl Framing {
    /// The header line for a body of so many bytes.
    pub fn header(self, size: u64) -> String {
        match self {
            Self::Length => format!("Content-Length: {size}\r\n"),
            Self::Chunked => "Transfer-Encoding: chunked\r\n".to_owned(),
        }
    }

    /// Writes a body of so many bytes, piece by piece.
    pub fn write(self, to: &mut impl Write, size: u64) -> io::Result<()> {
        let piece = vec![b'x'; 100_000];
        let mut left = size;
        while left > 0 {
            let now = piece.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            left -= now as u64;
            match self {
                Self::Length => to.write_all(&piece[..now])?,
                Self::Chunked => {
                    write!(to, "{now:x}\r\n")?;
                    to.write_all(&piece[..now])?;
                    to.write_all(b"\r\n")?;
                }
            }
        }
        match self {
            Self::Length => Ok(()),
            Self::Chunked => to.write_all(b"0\r\n\r\n"),
        }
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

    /// What comes behind what was read.
    pub fn reader(&mut self) -> &mut impl BufRead {
        &mut self.0
    }

    /// The raw stream to the server.
    pub fn writer(&mut self) -> &mut impl Write {
        self.0.get_mut()
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
