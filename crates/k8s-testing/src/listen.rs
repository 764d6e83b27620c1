//! The server on a TLS socket, as programs of any language reach it.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, PoisonError, RwLock};

use bytes::Bytes;
use http::{Request, Response};
use hyper::body::Incoming;
use rustls::ServerConfig;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tower_service::Service;

use crate::certs::{AnyClientCertificate, Ca, Certificate, ClientCertificates, Leaf, provider};
use crate::serve::{self, Settings};
use crate::server::ApiServer;

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
    leaf: Leaf,
    max_streams: Option<u32>,
    tls: bool,
}

/// A socket that is open. Dropping it closes it and every connection on it.
pub struct Listening {
    address: SocketAddr,
    ca_pem: String,
    certificate: Arc<Serving>,
    goodbyes: watch::Sender<u64>,
    tls: bool,
    task: JoinHandle<()>,
}

/// The certificate that the next handshake shows.
#[derive(Debug)]
struct Serving {
    current: RwLock<Arc<CertifiedKey>>,
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
        let ca = self.ca.clone().unwrap_or_else(|| Ca::new("kubernetes"));
        let certificate = self
            .certificate
            .clone()
            .unwrap_or_else(|| ca.issue(&self.leaf));
        let certificate = Arc::new(Serving {
            current: RwLock::new(certified(&certificate)?),
        });
        let acceptor = self
            .tls
            .then(|| acceptor(&certificate, self.alpn.clone()))
            .transpose()?;
        let listener = TcpListener::bind(self.address).await?;
        let address = listener.local_addr()?;
        let (goodbyes, receiver) = watch::channel(0);
        let settings = Settings {
            max_streams: self.max_streams,
            goodbyes: receiver,
        };
        let task = tokio::spawn(accept(listener, acceptor, service, settings));
        Ok(Listening {
            address,
            ca_pem: ca.pem().to_owned(),
            certificate,
            goodbyes,
            tls: self.tls,
            task,
        })
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
        let next = certified(certificate)?;
        *self
            .certificate
            .current
            .write()
            .unwrap_or_else(PoisonError::into_inner) = next;
        Ok(())
    }

    /// Says goodbye on every connection that is open: GOAWAY on HTTP/2, `connection: close` on HTTP/1.1. Requests under
    /// way are answered.
    pub fn goaway(&self) {
        self.goodbyes.send_modify(|count| *count += 1);
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
        let ca = options.ca.clone().unwrap_or_else(|| self.ca().clone());
        options.ca(&ca).serve(self.clone()).await
    }
}

impl ResolvesServerCert for Serving {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(Arc::clone(
            &self.current.read().unwrap_or_else(PoisonError::into_inner),
        ))
    }
}

fn certified(certificate: &Certificate) -> io::Result<Arc<CertifiedKey>> {
    let key = provider()
        .key_provider
        .load_private_key(certificate.key_der())
        .map_err(io::Error::other)?;
    Ok(Arc::new(CertifiedKey::new(
        vec![certificate.der().clone()],
        key,
    )))
}

fn acceptor(certificate: &Arc<Serving>, alpn: Vec<Vec<u8>>) -> io::Result<TlsAcceptor> {
    let builder = ServerConfig::builder_with_provider(Arc::new(provider()));
    let mut config = builder
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_client_cert_verifier(Arc::new(AnyClientCertificate))
        .with_cert_resolver(Arc::clone(certificate) as Arc<dyn ResolvesServerCert>);
    config.alpn_protocols = alpn;
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Accepts until it is aborted; the connections end with it.
async fn accept<S, B>(
    listener: TcpListener,
    acceptor: Option<TlsAcceptor>,
    service: S,
    settings: Settings,
) where
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
                let Ok((stream, _)) = accepted else { continue };
                let (service, settings) = (service.clone(), settings.clone());
                match acceptor.clone() {
                    Some(acceptor) => connections.spawn(secure(stream, acceptor, service, settings)),
                    None => connections.spawn(serve::connection(stream, service, None, settings)),
                };
            }
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn secure<S, B>(stream: TcpStream, acceptor: TlsAcceptor, service: S, settings: Settings)
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<Box<dyn StdError + Send + Sync>>,
    B: http_body::Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    let _ = stream.set_nodelay(true);
    // A client that turns the certificate down is seen by itself only.
    let Ok(stream) = acceptor.accept(stream).await else {
        return;
    };
    let chain = stream.get_ref().1.peer_certificates();
    let shown = chain
        .map(|chain| ClientCertificates::new(chain.iter().map(|der| der.clone().into_owned())));
    serve::connection(stream, service, shown, settings).await;
}
