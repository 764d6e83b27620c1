//! A proxy you hold in one hand: `CONNECT` and SOCKS5, obliging or not, and it says what it saw.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::{fmt, io};

use http::Uri;
use hyper::rt::{Read, Write};
use hyper_util::rt::TokioIo;
use secrecy::SecretString;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tower_service::Service;

use crate::certs::Certificate;
use crate::tls::{self, Serving};

mod ask;
mod connector;
mod tee;

pub use self::connector::ProxyConnector;

/// A proxy for tests. What a client begins with tells whether it is asked by `CONNECT` or by SOCKS5.
///
/// # Defaults
/// Everybody may connect to everything. Clones share what was seen.
#[derive(Clone)]
pub struct Proxy {
    credentials: Option<(String, SecretString)>,
    hosts: Vec<(String, SocketAddr)>,
    says: Option<Vec<Vec<u8>>>,
    acceptor: Option<TlsAcceptor>,
    seen: Arc<Mutex<Vec<Tunnelled>>>,
}

/// One connection that a proxy was asked for.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[non_exhaustive]
pub struct Tunnelled {
    /// Where to, as the client said: `host:port`.
    pub server: String,
    /// The user name that was right, where one was asked for.
    pub user: Option<String>,
    /// What the client sent to the server: what the proxy could read.
    pub sent: Vec<u8>,
    /// Whether the client showed a certificate to the proxy itself.
    pub showed_certificate: bool,
}

/// A proxy on a socket. Dropping it closes it and its connections.
#[derive(Debug)]
pub struct ListeningProxy {
    address: SocketAddr,
    task: JoinHandle<()>,
}

type Link = Box<dyn Stream>;

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

impl Proxy {
    /// A proxy that does what it is asked.
    pub fn new() -> Self {
        Self {
            credentials: None,
            hosts: Vec::new(),
            says: None,
            acceptor: None,
            seen: Arc::default(),
        }
    }

    /// Serves this user alone.
    #[must_use]
    pub fn credentials(mut self, user: &str, password: &SecretString) -> Self {
        self.credentials = Some((user.to_owned(), password.clone()));
        self
    }

    /// Knows where this host is, whatever the port: a name that nobody else has to know.
    #[must_use]
    pub fn host(mut self, name: &str, address: SocketAddr) -> Self {
        self.hosts.push((name.to_owned(), address));
        self
    }

    /// Connects to nobody: it answers whatever it hears with the first of these, what comes next with the next one, and is
    /// silent when none is left.
    #[must_use]
    pub fn says<T: AsRef<[u8]>>(mut self, answers: impl IntoIterator<Item = T>) -> Self {
        let answers = answers.into_iter();
        self.says = Some(answers.map(|answer| answer.as_ref().to_vec()).collect());
        self
    }

    /// Is spoken to over TLS, on sockets and in memory.
    ///
    /// # Errors
    /// When the certificate does not fit TLS.
    pub fn tls(mut self, certificate: &Certificate) -> io::Result<Self> {
        let serving = Arc::new(Serving::new(certificate)?);
        self.acceptor = Some(tls::acceptor(&serving, &[])?);
        Ok(self)
    }

    /// The connections that it was asked for until now, in order.
    pub fn seen(&self) -> Vec<Tunnelled> {
        self.lock().clone()
    }

    /// Opens a socket on 127.0.0.1, and dials servers by their addresses. It serves in tasks of the current runtime.
    ///
    /// # Errors
    /// When no socket can be had.
    pub async fn listen(&self) -> io::Result<ListeningProxy> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let proxy = self.clone();
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((client, _)) = listener.accept().await {
                let proxy = proxy.clone();
                connections.spawn(async move {
                    let dial = async |server: String| {
                        let known = proxy.hosts.iter().find(|(name, _)| {
                            server
                                .rsplit_once(':')
                                .is_some_and(|(host, _)| host == name)
                        });
                        let stream = match known {
                            Some((_, address)) => TcpStream::connect(address).await?,
                            None => TcpStream::connect(server).await?,
                        };
                        Ok(Box::new(stream) as Link)
                    };
                    // The client sees how it ends.
                    let _ = proxy.clone().serve(client, dial).await;
                });
            }
        });
        Ok(ListeningProxy { address, task })
    }

    /// A connector whose every connection is to this proxy, in memory; it reaches all servers by `servers`.
    pub fn connector<C>(&self, servers: C) -> ProxyConnector<C> {
        ProxyConnector::new(self.clone(), servers)
    }

    /// One client, to its end.
    async fn serve<I>(
        self,
        client: I,
        dial: impl AsyncFnOnce(String) -> io::Result<Link>,
    ) -> io::Result<()>
    where
        I: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (mut client, shown): (Link, _) = match &self.acceptor {
            Some(acceptor) => match tls::accept(acceptor, client).await {
                Some((client, shown)) => (Box::new(client), shown.is_some()),
                None => return Ok(()),
            },
            None => (Box::new(client), false),
        };
        if let Some(answers) = &self.says {
            return recite(client, answers).await;
        }
        let credentials = self.credentials.as_ref();
        let Some(asked) = ask::hear(&mut client, credentials).await? else {
            return Ok(());
        };
        let index = self.remember(&asked, shown);
        let Ok(mut server) = dial(asked.server.clone()).await else {
            return asked.refuse(&mut client).await;
        };
        asked.agree(&mut client).await?;
        let mut client = tee::Tee::new(client, |bytes: &[u8]| {
            self.lock()[index].sent.extend_from_slice(bytes);
        });
        tokio::io::copy_bidirectional(&mut client, &mut server).await?;
        Ok(())
    }

    fn remember(&self, asked: &ask::Asked, showed_certificate: bool) -> usize {
        let mut seen = self.lock();
        seen.push(Tunnelled {
            server: asked.server.clone(),
            user: asked.user.clone(),
            sent: Vec::new(),
            showed_certificate,
        });
        seen.len() - 1
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Tunnelled>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn recite(mut client: Link, answers: &[Vec<u8>]) -> io::Result<()> {
    let mut heard = [0; 4096];
    for answer in answers {
        if client.read(&mut heard).await? == 0 {
            return Ok(());
        }
        client.write_all(answer).await?;
        client.flush().await?;
    }
    while client.read(&mut heard).await? > 0 {}
    Ok(())
}

/// By any connector, whatever the address.
async fn dial_by<C>(mut servers: C, server: String) -> io::Result<Link>
where
    C: Service<Uri>,
    C::Response: Read + Write + Unpin + Send + 'static,
    C::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let uri = format!("http://{server}")
        .parse::<Uri>()
        .map_err(io::Error::other)?;
    std::future::poll_fn(|cx| servers.poll_ready(cx))
        .await
        .map_err(io::Error::other)?;
    let io = servers.call(uri).await.map_err(io::Error::other)?;
    Ok(Box::new(TokioIo::new(io)))
}

impl Default for Proxy {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy").finish_non_exhaustive()
    }
}

impl ListeningProxy {
    /// Address and port.
    pub fn addr(&self) -> SocketAddr {
        self.address
    }

    /// As a kubeconfig's `proxy-url` has it, with this scheme: `http`, `https` or `socks5`.
    pub fn url(&self, scheme: &str) -> String {
        format!("{scheme}://{}", self.address)
    }
}

impl Drop for ListeningProxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}
