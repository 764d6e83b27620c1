//! TCP: names resolved, both address families tried, dead peers noticed.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use ::http::Uri;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use pin_project_lite::pin_project;
use tower_service::Service;

use super::forward::forward_io;
use super::resolve::{Resolve, ResolveError, Resolver};
use super::target::Target;
use crate::BoxError;
use crate::measure::OnMeasurement;

/// Connects to a URI's host and port over TCP; what is spoken over it is somebody else's business.
///
/// # Defaults
///
/// Those of client-go: 30 s to connect, keep-alive probes after 30 s. Happy eyeballs over both address families.
/// `https` means port 443 and `http` port 80 where the URI names none.
///
/// On Linux a connection whose peer acknowledges nothing for 45 s, neither data nor a probe, is given up
/// (`TCP_USER_TIMEOUT`): as long as an HTTP/2 ping takes, so that HTTP/1.1 watches notice a peer that is gone, too.
#[derive(Clone)]
pub struct Tcp {
    resolver: Resolver,
    connect_timeout: Duration,
    user_timeout: Duration,
}

pin_project! {
    /// The future of [`Tcp`].
    pub struct TcpConnecting {
        #[pin]
        connecting: <HttpConnector<Resolver> as Service<Uri>>::Future,
        host: String,
    }
}

/// A TCP connection, as hyper's IO traits want it.
pub struct TcpStream {
    io: TokioIo<tokio::net::TcpStream>,
}

/// No TCP connection could be made.
#[derive(Debug)]
pub struct TcpError {
    host: String,
    cause: BoxError,
}

impl Tcp {
    /// A connector with the defaults above; the operating system resolves names. Needs no runtime yet.
    pub fn new() -> Self {
        Self {
            resolver: Resolver {
                custom: None,
                hook: None,
            },
            connect_timeout: Duration::from_secs(30),
            user_timeout: Duration::from_secs(45),
        }
    }

    /// How long to try in all, over all addresses of the host.
    #[must_use]
    pub fn connect_timeout(mut self, limit: Duration) -> Self {
        self.connect_timeout = limit;
        self
    }

    /// How long a peer may leave unacknowledged what it was sent. Of account on Linux and its kin alone.
    #[must_use]
    pub fn user_timeout(mut self, limit: Duration) -> Self {
        self.user_timeout = limit;
        self
    }

    /// Finds the addresses of hosts this way, not by asking the operating system.
    #[must_use]
    pub fn resolver(mut self, resolve: impl Resolve) -> Self {
        self.resolver.custom = Some(Arc::new(resolve));
        self
    }

    /// Who hears how long names take to resolve ([`Measurement::DnsResolution`](crate::Measurement::DnsResolution)).
    #[must_use]
    pub fn on_measurement(mut self, hook: impl OnMeasurement + 'static) -> Self {
        self.resolver.hook = (!hook.is_off()).then(|| Arc::new(hook) as _);
        self
    }

    fn connector(&self) -> HttpConnector<Resolver> {
        let mut connector = HttpConnector::new_with_resolver(self.resolver.clone());
        connector.enforce_http(false);
        connector.set_nodelay(true);
        connector.set_keepalive(Some(Duration::from_secs(30)));
        connector.set_keepalive_interval(Some(Duration::from_secs(15)));
        connector.set_connect_timeout(Some(self.connect_timeout));
        #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
        connector.set_tcp_user_timeout(Some(self.user_timeout));
        connector
    }
}

impl TcpError {
    /// The name that has no address, when that is why.
    pub fn unresolved(&self) -> Option<&ResolveError> {
        let mut next: Option<&(dyn std::error::Error + 'static)> = Some(self.cause.as_ref());
        while let Some(cause) = next {
            if let Some(found) = cause.downcast_ref() {
                return Some(found);
            }
            next = cause.source();
        }
        None
    }
}

impl Default for Tcp {
    fn default() -> Self {
        Self::new()
    }
}

impl Service<Uri> for Tcp {
    type Response = TcpStream;
    type Error = TcpError;
    type Future = TcpConnecting;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TcpError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> TcpConnecting {
        let host = Target::of(&uri).map_or_else(
            || "a URI without a host".to_owned(),
            |target| target.to_string(),
        );
        TcpConnecting {
            connecting: self.connector().call(uri),
            host,
        }
    }
}

impl Future for TcpConnecting {
    type Output = Result<TcpStream, TcpError>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let host = this.host;
        this.connecting.poll(cx).map(|made| match made {
            Ok(io) => Ok(TcpStream { io }),
            Err(cause) => Err(TcpError {
                host: std::mem::take(host),
                cause: cause.into(),
            }),
        })
    }
}

// === impl TcpStream ===

forward_io!([] TcpStream, io);

impl Connection for TcpStream {
    fn connected(&self) -> Connected {
        self.io.inner().connected()
    }
}

// === Debug, Display, Error ===

impl fmt::Debug for Tcp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tcp")
            .field("connect_timeout", &self.connect_timeout)
            .field("user_timeout", &self.user_timeout)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for TcpConnecting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TcpConnecting")
            .field("host", &self.host)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for TcpStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TcpStream")
            .field("peer", &self.io.inner().peer_addr().ok())
            .finish()
    }
}

impl fmt::Display for TcpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "connecting to {}", self.host)
    }
}

impl std::error::Error for TcpError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.cause.as_ref())
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::net::{IpAddr, Ipv4Addr};

    use super::*;
    use crate::Measurement;

    fn uri(port: u16) -> Uri {
        format!("https://kubernetes:{port}/").parse().unwrap()
    }

    fn known(host: &str) -> std::future::Ready<io::Result<Vec<IpAddr>>> {
        assert_eq!(host, "kubernetes");
        std::future::ready(Ok(vec![Ipv4Addr::LOCALHOST.into()]))
    }

    #[tokio::test]
    async fn a_resolver_of_ones_own_is_asked() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let stream = Tcp::new().resolver(known).call(uri(port)).await.unwrap();
        let peer = stream.io.inner().peer_addr().unwrap();
        assert_eq!(peer, listener.local_addr().unwrap());
    }

    #[tokio::test]
    async fn a_name_without_an_address_is_named() {
        let nothing = |_: &str| std::future::ready(Ok(Vec::new()));
        let failing = |_: &str| std::future::ready(Err(io::ErrorKind::TimedOut.into()));
        for mut tcp in [Tcp::new().resolver(nothing), Tcp::new().resolver(failing)] {
            let error = tcp.call(uri(6443)).await.unwrap_err();
            assert_eq!(error.to_string(), "connecting to kubernetes:6443");
            let unresolved = error.unresolved().unwrap();
            assert_eq!(unresolved.to_string(), "finding the address of kubernetes");
        }
    }

    #[tokio::test]
    async fn how_long_a_name_takes_is_told() {
        let (tell, told) = std::sync::mpsc::channel();
        let hook = move |measurement: &Measurement<'_>| {
            tell.send(format!("{measurement:?}")).unwrap();
        };
        let tcp = Tcp::new().resolver(known).on_measurement(hook);
        // Nobody may listen at this port; the name was resolved before that.
        let _ = tcp.clone().call(uri(1)).await;
        let text = told.recv().unwrap();
        assert!(
            text.starts_with("DnsResolution { host: \"kubernetes\""),
            "{text}"
        );
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn a_dead_peer_is_noticed_by_the_kernel() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let stream = Tcp::new().resolver(known).call(uri(port)).await.unwrap();
        let socket = socket2::SockRef::from(stream.io.inner());
        let secs = Duration::from_secs;
        assert_eq!(socket.tcp_user_timeout().unwrap(), Some(secs(45)));
        assert_eq!(socket.tcp_keepalive_time().unwrap(), secs(30));
        assert_eq!(socket.tcp_keepalive_interval().unwrap(), secs(15));
        assert!(socket.keepalive().unwrap() && socket.tcp_nodelay().unwrap());
    }
}
