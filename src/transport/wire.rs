//! The byte stream under a connection, plain or TLS: gives back sniffed bytes, notes when traffic
//! happens, bounds a stalled write and closes without losing the last answer.

use std::future::Future as _;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf as _, Bytes};
use socket2::{SockRef, TcpKeepalive};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};
use tokio_rustls::TlsStream;

use super::pulse::Pulse;

/// How much a peer may still send while its connection is being closed.
const LINGER_BYTES: usize = 256 * 1024;

/// Sets a connection's options; a system that refuses one still carries the connection.
pub(super) fn tune(socket: &TcpStream, keepalive: Option<Duration>) {
    // Messages are written whole; waiting to merge writes only adds latency.
    let _ = socket.set_nodelay(true);
    if let Some(silence) = keepalive {
        let probes = TcpKeepalive::new().with_time(silence).with_interval(silence / 3);
        let _ = SockRef::from(socket).set_tcp_keepalive(&probes);
    }
}

/// A socket, with or without TLS.
#[derive(Debug)]
pub(super) enum Stream {
    /// Bare TCP.
    Plain(TcpStream),
    /// TLS of either side.
    Tls(Box<TlsStream<TcpStream>>),
}

/// A stream with its books.
#[derive(Debug)]
pub(super) struct Wire {
    stream: Stream,
    prefix: Bytes,
    pulse: Arc<Pulse>,
    write_idle: Duration,
    write_stall: Option<Pin<Box<Sleep>>>,
    closing: Closing,
}

#[derive(Debug)]
enum Closing {
    Open { linger: Duration },
    Lingering { until: Pin<Box<Sleep>>, left: usize },
    Closed,
}

impl Wire {
    /// Wraps a stream of which `prefix` was already read.
    ///
    /// A write without progress for `write_idle` fails. After the write side is closed, input that
    /// the peer had no chance to hold back is discarded for up to `linger`: closing at once would
    /// reset the connection and could destroy the answer on its way.
    pub fn new(
        stream: Stream,
        prefix: Bytes,
        pulse: Arc<Pulse>,
        write_idle: Duration,
        linger: Duration,
    ) -> Self {
        let closing = Closing::Open { linger };
        Self { stream, prefix, pulse, write_idle, write_stall: None, closing }
    }

    fn on_write(
        &mut self,
        cx: &mut Context<'_>,
        outcome: Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        match outcome {
            Poll::Ready(result) => {
                self.write_stall = None;
                if let Ok(written) = &result {
                    self.pulse.wrote(*written);
                }
                Poll::Ready(result)
            }
            Poll::Pending => {
                let idle = self.write_idle;
                let stall = self.write_stall.get_or_insert_with(|| Box::pin(sleep(idle)));
                ready!(stall.as_mut().poll(cx));
                Poll::Ready(Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    "the peer does not read what it is sent",
                )))
            }
        }
    }

    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Closing::Lingering { until, left } = &mut self.closing else {
            return Poll::Ready(());
        };
        let mut scratch = [0; 8192];
        loop {
            if until.as_mut().poll(cx).is_ready() {
                return Poll::Ready(());
            }
            let mut buffer = ReadBuf::new(&mut scratch);
            match ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer)) {
                Ok(()) if !buffer.filled().is_empty() => {
                    let read = buffer.filled().len();
                    if *left <= read {
                        return Poll::Ready(());
                    }
                    *left -= read;
                }
                _ => return Poll::Ready(()),
            }
        }
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if !self.prefix.is_empty() {
            let length = self.prefix.len().min(buffer.remaining());
            buffer.put_slice(&self.prefix[..length]);
            self.prefix.advance(length);
            self.pulse.read();
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        if buffer.filled().len() > before {
            self.pulse.read();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.on_write(cx, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(cx, slices);
        self.on_write(cx, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // TLS keeps records back until a flush, so that is where its writes stall.
        let outcome = Pin::new(&mut self.stream).poll_flush(cx).map_ok(|()| 0);
        self.on_write(cx, outcome).map_ok(|_| ())
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Closing::Open { linger } = self.closing {
            let outcome = Pin::new(&mut self.stream).poll_shutdown(cx).map_ok(|()| 0);
            ready!(self.on_write(cx, outcome))?;
            self.closing = if self.pulse.input_pending() && !linger.is_zero() {
                Closing::Lingering { until: Box::pin(sleep(linger)), left: LINGER_BYTES }
            } else {
                Closing::Closed
            };
        }
        ready!(self.poll_linger(cx));
        self.closing = Closing::Closed;
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buffer),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, buffer),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, bytes),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
            Self::Tls(stream) => Pin::new(stream).poll_write_vectored(cx, slices),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(stream) => stream.is_write_vectored(),
            Self::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn sockets_are_tuned() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let socket = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        tune(&socket, None);
        let options = SockRef::from(&socket);
        assert!(options.tcp_nodelay().unwrap() && !options.keepalive().unwrap());
        tune(&socket, Some(Duration::from_secs(45)));
        assert!(options.keepalive().unwrap());
        assert_eq!(options.tcp_keepalive_time().unwrap(), Duration::from_secs(45));
    }
}
