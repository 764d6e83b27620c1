//! Unix sockets: one path, whatever the URI says.

use std::fmt;
use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use ::http::Uri;
use hyper_util::client::legacy::connect::{Connected, Connection};
use hyper_util::rt::TokioIo;
use tower_service::Service;

use super::forward::forward_io;

/// Connects to a Unix socket, as `kubectl proxy --unix-socket` opens one.
///
/// The URI's scheme says whether TLS is spoken over it, and its host which name the server's certificate must have;
/// where the connection leads is the path alone. `http://localhost` serves for a socket without TLS.
#[derive(Clone, Debug)]
pub struct Unix {
    path: Arc<Path>,
}

/// The future of [`Unix`].
pub struct UnixConnecting {
    connecting: Pin<Box<dyn Future<Output = Result<UnixStream, UnixError>> + Send>>,
}

/// A connection to a Unix socket, as hyper's IO traits want it.
pub struct UnixStream {
    io: TokioIo<tokio::net::UnixStream>,
}

/// No connection to a Unix socket could be made.
#[derive(Debug)]
pub struct UnixError {
    path: Arc<Path>,
    cause: io::Error,
}

impl Unix {
    /// Connects to the socket at this path.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self {
            path: path.into().into(),
        }
    }
}

impl Service<Uri> for Unix {
    type Response = UnixStream;
    type Error = UnixError;
    type Future = UnixConnecting;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), UnixError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Uri) -> UnixConnecting {
        let path = Arc::clone(&self.path);
        let connecting = Box::pin(async move {
            match tokio::net::UnixStream::connect(&path).await {
                Ok(io) => Ok(UnixStream {
                    io: TokioIo::new(io),
                }),
                Err(cause) => Err(UnixError { path, cause }),
            }
        });
        UnixConnecting { connecting }
    }
}

impl Future for UnixConnecting {
    type Output = Result<UnixStream, UnixError>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.connecting.as_mut().poll(cx)
    }
}

forward_io!([] UnixStream, io);

impl Connection for UnixStream {
    fn connected(&self) -> Connected {
        Connected::new()
    }
}

// === Debug, Display, Error ===

impl fmt::Debug for UnixConnecting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnixConnecting").finish_non_exhaustive()
    }
}

impl fmt::Debug for UnixStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnixStream")
            .field("peer", &self.io.inner().peer_addr().ok())
            .finish()
    }
}

impl fmt::Display for UnixError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "connecting to the socket {}", self.path.display())
    }
}

impl std::error::Error for UnixError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.cause)
    }
}
