//! One connection from its first byte to its end: TLS, HTTP version, deadlines, drain.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::io;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{Instant, Sleep, sleep_until, timeout};
use tokio_rustls::TlsStream;

use super::front::Front;
use super::{Handler, Server, ServerLimits};
use crate::transport::HYPER_MAX_HEADERS;
use crate::transport::drain::Guard;
use crate::transport::pulse::{Pulse, Waiting};
use crate::transport::tls::ServerTls;
use crate::transport::wire::{Stream, Wire, tune};

/// What an HTTP/2 client says first.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Bytes that a stream and a connection of HTTP/2 may have on the way, and a stream may have
/// buffered towards the client: together they bound a connection's memory.
const STREAM_WINDOW: u32 = 256 * 1024;
const CONNECTION_WINDOW: u32 = 1024 * 1024;

const TIMED_OUT: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// How a connection ended.
enum End {
    Done(hyper::Result<()>),
    HeadTimeout,
    Dropped,
}

impl<H: Handler> Server<H> {
    /// Runs one connection to its end.
    pub(super) async fn connection(
        &self,
        socket: TcpStream,
        remote: SocketAddr,
        tls: Option<ServerTls>,
        mut guard: Guard,
    ) {
        let limits = &self.0.limits;
        tune(&socket, limits.tcp_keepalive);
        let Ok(local) = socket.local_addr() else { return };
        let secure = tls.is_some();
        let opening = async {
            let mut stream = handshake(socket, tls).await?;
            let (prefix, is_h2) = sniff(&mut stream).await?;
            Ok::<_, io::Error>((stream, prefix, is_h2))
        };
        let opened = tokio::select! {
            opened = timeout(limits.header_timeout, opening) => opened,
            () = late(&mut guard, limits.linger) => return,
        };
        let (stream, prefix, is_h2) = match opened {
            Ok(Ok(opened)) => opened,
            Ok(Err(error)) => {
                tracing::debug!(%remote, %error, "a connection ended before its first request");
                return;
            }
            Err(_) => return,
        };
        let pulse = Arc::new(Pulse::new(!is_h2));
        let wire = Wire::new(stream, prefix, Arc::clone(&pulse), limits.write_idle, limits.linger);
        let front = Arc::new(Front {
            server: self.clone(),
            pulse: Arc::clone(&pulse),
            remote,
            local,
            secure,
            guard: guard.clone(),
        });
        let outcome = if is_h2 {
            h2(wire, front, limits, &pulse, guard).await
        } else {
            h1(wire, front, limits, &pulse, guard).await
        };
        if let Err(error) = outcome {
            tracing::debug!(%remote, %error, "a connection failed");
        }
    }
}

/// When a drain catches a connection before its first byte: time enough for what was on its way.
async fn late(guard: &mut Guard, grace: Duration) {
    guard.draining().await;
    tokio::select! {
        () = tokio::time::sleep(grace) => {}
        () = guard.cut() => {}
    }
}

async fn handshake(socket: TcpStream, tls: Option<ServerTls>) -> io::Result<Stream> {
    Ok(match tls {
        None => Stream::Plain(socket),
        Some(tls) => {
            let stream = tls.acceptor().accept(socket).await?;
            Stream::Tls(Box::new(TlsStream::from(stream)))
        }
    })
}

/// Reads until the bytes are HTTP/2's preface or cannot be.
async fn sniff(stream: &mut Stream) -> io::Result<(Bytes, bool)> {
    let mut prefix = BytesMut::with_capacity(1024);
    loop {
        if stream.read_buf(&mut prefix).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let length = prefix.len().min(PREFACE.len());
        if prefix[..length] != PREFACE[..length] {
            return Ok((prefix.freeze(), false));
        }
        if length == PREFACE.len() {
            return Ok((prefix.freeze(), true));
        }
    }
}

async fn h1<H: Handler>(
    wire: Wire,
    front: Arc<Front<H>>,
    limits: &ServerLimits,
    pulse: &Pulse,
    guard: Guard,
) -> hyper::Result<()> {
    let service = service_fn(move |request| {
        let front = Arc::clone(&front);
        async move { Ok::<_, Infallible>(front.answer(request).await) }
    });
    let mut http = http1::Builder::new();
    if limits.max_headers != HYPER_MAX_HEADERS {
        http.max_headers(limits.max_headers);
    }
    let mut connection = http
        // Its timer would be made anew for every request; ours is looked at only when it is late.
        .header_read_timeout(None)
        .max_header_size(limits.max_head)
        .max_buf_size(limits.max_head.max(8192))
        .preserve_header_case(limits.preserve_header_case)
        .title_case_headers(true)
        .serve_connection(TokioIo::new(wire), service);
    let stop = http1::Connection::graceful_shutdown;
    match drive(&mut connection, stop, limits, pulse, guard).await {
        End::Done(result) => result,
        End::Dropped => Ok(()),
        End::HeadTimeout => {
            let mut wire = connection.into_parts().io.into_inner();
            // The client has broken its side already; if it does not hear of it, so be it.
            let _ = timeout(limits.linger, async {
                wire.write_all(TIMED_OUT).await?;
                wire.shutdown().await
            })
            .await;
            Ok(())
        }
    }
}

async fn h2<H: Handler>(
    wire: Wire,
    front: Arc<Front<H>>,
    limits: &ServerLimits,
    pulse: &Pulse,
    guard: Guard,
) -> hyper::Result<()> {
    let service = service_fn(move |request| {
        let front = Arc::clone(&front);
        async move { Ok::<_, Infallible>(front.answer(request).await) }
    });
    let mut connection = http2::Builder::new(TokioExecutor::new())
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.max_streams)
        .max_header_list_size(limits.max_head as u32)
        .initial_stream_window_size(STREAM_WINDOW)
        .initial_connection_window_size(CONNECTION_WINDOW)
        .max_send_buf_size(STREAM_WINDOW as usize)
        .serve_connection(TokioIo::new(wire), service);
    match drive(&mut connection, http2::Connection::graceful_shutdown, limits, pulse, guard).await {
        End::Done(result) => result,
        End::Dropped | End::HeadTimeout => Ok(()),
    }
}

/// Polls a connection, keeps its deadlines and tells it of the drain.
async fn drive<C>(
    connection: &mut C,
    stop: fn(Pin<&mut C>),
    limits: &ServerLimits,
    pulse: &Pulse,
    guard: Guard,
) -> End
where
    C: Future<Output = hyper::Result<()>> + Unpin,
{
    let mut at_cut = guard.clone();
    let mut at_drain = guard;
    let mut cut = pin!(at_cut.cut());
    let mut drain = pin!(at_drain.draining());
    let mut watch = Watch::default();
    let mut draining = false;
    let mut stopped = false;
    poll_fn(|cx| {
        loop {
            if let Poll::Ready(result) = Pin::new(&mut *connection).poll(cx) {
                return Poll::Ready(End::Done(result));
            }
            draining = draining || drain.as_mut().poll(cx).is_ready();
            let waiting = pulse.waiting();
            // A head that has begun to come is a request that we owe an answer.
            if draining && !stopped && !matches!(waiting, Waiting::Head { .. }) {
                stopped = true;
                stop(Pin::new(connection));
                continue;
            }
            if draining && cut.as_mut().poll(cx).is_ready() {
                return Poll::Ready(End::Dropped);
            }
            match watch.poll_late(cx, &waiting, limits) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(()) if matches!(waiting, Waiting::Head { .. }) => {
                    return Poll::Ready(End::HeadTimeout);
                }
                Poll::Ready(()) if stopped => return Poll::Ready(End::Dropped),
                Poll::Ready(()) => {
                    stopped = true;
                    stop(Pin::new(connection));
                }
            }
        }
    })
    .await
}

/// The connection's own timer: armed once and moved only when it would be too late, so a busy
/// connection pays nothing for its deadlines.
#[derive(Default)]
struct Watch(Option<Pin<Box<Sleep>>>);

impl Watch {
    /// Ready when what the connection waits for is overdue.
    fn poll_late(
        &mut self,
        cx: &mut Context<'_>,
        waiting: &Waiting,
        limits: &ServerLimits,
    ) -> Poll<()> {
        let deadline = match waiting {
            Waiting::Answer => None,
            Waiting::Head { since } => since.checked_add(limits.header_timeout),
            Waiting::Request { since } => since.checked_add(limits.keep_alive),
        };
        let Some(deadline) = deadline else { return Poll::Pending };
        let timer = self.0.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        loop {
            if timer.deadline() > deadline {
                timer.as_mut().reset(deadline);
            }
            ready!(timer.as_mut().poll(cx));
            if Instant::now() >= deadline {
                return Poll::Ready(());
            }
            timer.as_mut().reset(deadline);
        }
    }
}
