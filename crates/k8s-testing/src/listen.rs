//! The server on a TLS socket, as programs of any language reach it.

use std::error::Error as StdError;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::{fmt, io};

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::Incoming;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tower_service::Service;

use crate::certs::{Ca, Certificate, Leaf};
use crate::connector::MemoryConnector;
use crate::faults::{ConnectionFault, FaultyIo, Inject};
use crate::serve::{self, Settings};
use crate::server::ApiServer;
use crate::tls::{self, Serving};

/// How a socket is opened.
///
/// # Defaults
/// `127.0.0.1`, a free port, TLS with a new authority's certificate for the names that an API server has in its cluster,
/// for `localhost`, `127.0.0.1` and `::1`; HTTP/2 and HTTP/1.1 by ALPN.
#[derive(Clone, Debug)]
pub struct ListenOptions {
    address: SocketAddr,
    alpn: Vec<Vec<u8>>,
    ca: Option<Ca>,
    certificate: Option<Certificate>,
    faults: Option<SocketFaults>,
    leaf: Leaf,
    max_streams: Option<u32>,
    tls: bool,
}

/// Which faults the connections of a socket meet.
#[derive(Clone)]
struct SocketFaults(Arc<dyn Inject<SocketAddr, ConnectionFault>>);

impl SocketFaults {
    fn inject(&self, peer: &SocketAddr) -> Option<ConnectionFault> {
        self.0.inject(peer)
    }
}

impl fmt::Debug for SocketFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SocketFaults").finish_non_exhaustive()
    }
}

/// A socket that is open. Dropping it closes it and every connection on it.
pub struct Listening {
    address: SocketAddr,
    ca_pem: String,
    serving: Arc<Serving>,
    goodbyes: watch::Sender<u64>,
    cuts: watch::Sender<u64>,
    tls: bool,
    task: JoinHandle<()>,
}

// === impl ListenOptions ===

impl ListenOptions {
    /// The defaults.
    pub fn new() -> Self {
        let leaf = Leaf::server()
            .dns("kubernetes")
            .dns("kubernetes.default")
            .dns("kubernetes.default.svc")
            .dns("kubernetes.default.svc.cluster.local")
            .dns("localhost")
            .ip(Ipv4Addr::LOCALHOST)
            .ip(Ipv6Addr::LOCALHOST);
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            alpn: vec![b"h2".to_vec(), b"http/1.1".to_vec()],
            ca: None,
            certificate: None,
            faults: None,
            leaf,
            max_streams: None,
            tls: true,
        }
    }

    /// Listens on this address, with a port of the system's choice.
    #[must_use]
    pub fn ip(mut self, ip: impl Into<IpAddr>) -> Self {
        self.address.set_ip(ip.into());
        self
    }

    /// Listens on this port, as after a restart.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.address.set_port(port);
        self
    }

    /// Offers these protocols by ALPN: `h2`, `http/1.1`; none, when there are none.
    #[must_use]
    pub fn alpn(mut self, protocols: &[&str]) -> Self {
        self.alpn = protocols
            .iter()
            .map(|protocol| protocol.as_bytes().to_vec())
            .collect();
        self
    }

    /// Has the serving certificate signed by this authority.
    #[must_use]
    pub fn ca(mut self, ca: &Ca) -> Self {
        self.ca = Some(ca.clone());
        self
    }

    /// What the serving certificate says.
    #[must_use]
    pub fn leaf(mut self, leaf: Leaf) -> Self {
        self.leaf = leaf;
        self
    }

    /// Serves with this certificate, whoever signed it.
    #[must_use]
    pub fn certificate(mut self, certificate: Certificate) -> Self {
        self.certificate = Some(certificate);
        self
    }

    /// HTTP/2: allows this many requests at one time on a connection.
    #[must_use]
    pub fn max_streams(mut self, most: u32) -> Self {
        self.max_streams = Some(most);
        self
    }

    /// Lets connections meet faults, counted in bytes of HTTP (inside of TLS): a [`Script`](crate::faults::Script), a
    /// [`Seeded`](crate::faults::Seeded) schedule, or a closure over the client's address.
    #[must_use]
    pub fn faults(mut self, faults: impl Inject<SocketAddr, ConnectionFault> + 'static) -> Self {
        self.faults = Some(SocketFaults(Arc::new(faults)));
        self
    }

    /// Without TLS, as behind `kubectl proxy`.
    #[must_use]
    pub fn plain(mut self) -> Self {
        self.tls = false;
        self
    }

    /// Opens the socket and serves `service` on it, in tasks of the current runtime.
    ///
    /// # Errors
    /// When the address cannot be bound, or the certificate does not fit TLS.
    pub async fn serve<S, B>(self, service: S) -> io::Result<Listening>
    where
        S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send + 'static,
        S::Error: Into<Box<dyn StdError + Send + Sync>>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let (serving, ca_pem) = self.serving()?;
        let acceptor = self
            .tls
            .then(|| tls::acceptor(&serving, &self.alpn))
            .transpose()?;
        let listener = TcpListener::bind(self.address).await?;
        let address = listener.local_addr()?;
        let (goodbyes, receiver) = watch::channel(0);
        let (cuts, cut) = watch::channel(0);
        let settings = Settings {
            max_streams: self.max_streams,
            goodbyes: receiver,
        };
        let opened = Opened {
            acceptor,
            service,
            settings,
            faults: self.faults,
        };
        let task = tokio::spawn(accept(listener, opened, cut));
        Ok(Listening {
            address,
            ca_pem,
            serving,
            goodbyes,
            cuts,
            tls: self.tls,
            task,
        })
    }

    /// A connector in memory in place of a socket; the address is not looked at, nor are faults.
    ///
    /// # Errors
    /// When the certificate does not fit TLS.
    pub fn connector<S>(self, service: S) -> io::Result<MemoryConnector<S>> {
        let (serving, _) = self.serving()?;
        let acceptor = self
            .tls
            .then(|| tls::acceptor(&serving, &self.alpn))
            .transpose()?;
        Ok(MemoryConnector::with(service, acceptor, self.max_streams))
    }

    /// Chooses an authority where none was chosen.
    pub(crate) fn or_ca(mut self, ca: &Ca) -> Self {
        self.ca.get_or_insert_with(|| ca.clone());
        self
    }

    fn serving(&self) -> io::Result<(Arc<Serving>, String)> {
        let ca = self.ca.clone().unwrap_or_else(|| Ca::new("kubernetes"));
        let certificate = self
            .certificate
            .clone()
            .unwrap_or_else(|| ca.issue(&self.leaf));
        Ok((Arc::new(Serving::new(&certificate)?), ca.pem().to_owned()))
    }
}

impl Default for ListenOptions {
    fn default() -> Self {
        Self::new()
    }
}

// === impl Listening ===

impl Listening {
    /// Address and port.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// As a kubeconfig's `server` has it: `https://127.0.0.1:34567`.
    pub fn url(&self) -> String {
        let scheme = if self.tls { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// The authority that signed the certificate with which the socket was opened.
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// Shows another certificate from the next handshake on; connections that are open go on.
    ///
    /// # Errors
    /// When the certificate does not fit TLS.
    pub fn rotate(&self, certificate: &Certificate) -> io::Result<()> {
        self.serving.rotate(certificate)
    }

    /// Says goodbye on every connection that is open: GOAWAY on HTTP/2, `connection: close` on HTTP/1.1. Requests under
    /// way are answered.
    pub fn goaway(&self) {
        self.goodbyes.send_modify(|count| *count += 1);
    }

    /// Closes the socket and waits until it is closed, so that its port can be [opened again](ListenOptions::port).
    pub async fn close(mut self) {
        self.task.abort();
        // It was aborted; there is nothing else to learn.
        let _ = (&mut self.task).await;
    }

    /// Breaks every connection that is open, as a server that crashes; new ones are accepted.
    pub fn disconnect(&self) {
        self.cuts.send_modify(|count| *count += 1);
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl fmt::Debug for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listening")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl ApiServer {
    /// Opens a TLS socket on `127.0.0.1`; see [`ListenOptions`] for the defaults. The certificate is signed by the
    /// server's own [authority](Self::ca).
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn listen(&self) -> io::Result<Listening> {
        self.listen_with(ListenOptions::new()).await
    }

    /// Opens a socket in a way of your own. An authority that is not chosen is the server's own.
    ///
    /// # Errors
    /// When the address cannot be bound, or the certificate does not fit TLS.
    pub async fn listen_with(&self, options: ListenOptions) -> io::Result<Listening> {
        options.or_ca(self.ca()).serve(self.clone()).await
    }
}

/// Accepts until it is aborted; the connections end with it.
async fn accept<S, B>(listener: TcpListener, serving: Opened<S>, mut cuts: watch::Receiver<u64>)
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<Box<dyn StdError + Send + Sync>>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                // An error here is of one connection (it went before it was accepted), or of a moment.
                let Ok((stream, peer)) = accepted else { continue };
                let _ = stream.set_nodelay(true);
                let fault = serving.faults.as_ref().and_then(|faults| faults.inject(&peer));
                if matches!(fault, Some(ConnectionFault::ResetAt(_) | ConnectionFault::Refuse)) {
                    // Closing it then sends a reset, not the system's goodbye.
                    let _ = stream.set_zero_linger();
                }
                if matches!(fault, Some(ConnectionFault::Refuse)) {
                    continue;
                }
                connections.spawn(serving.clone().one(stream, fault));
            }
            Some(_) = connections.join_next() => {}
            Ok(()) = cuts.changed() => connections.abort_all(),
        }
    }
}

/// All that each connection of a socket needs.
#[derive(Clone)]
struct Opened<S> {
    acceptor: Option<TlsAcceptor>,
    service: S,
    settings: Settings,
    faults: Option<SocketFaults>,
}

impl<S> Opened<S> {
    async fn one<B>(self, stream: TcpStream, fault: Option<ConnectionFault>)
    where
        S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
        S::Future: Send + 'static,
        S::Error: Into<Box<dyn StdError + Send + Sync>>,
        B: http_body::Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let Some(acceptor) = self.acceptor else {
            let stream = FaultyIo::new(stream, fault);
            return serve::connection(stream, self.service, None, self.settings).await;
        };
        if fault.is_none() && tls::speaks_http(&stream).await {
            // It went before it heard why: there is nobody else to tell.
            let _ = tls::turn_away(stream).await;
            return;
        }
        if let Some((stream, shown)) = tls::accept(&acceptor, stream).await {
            let stream = FaultyIo::new(stream, fault);
            serve::connection(stream, self.service, shown, self.settings).await;
        }
    }
}
