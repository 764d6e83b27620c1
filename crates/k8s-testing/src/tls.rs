//! TLS on the server's side: a certificate that can change, clients' certificates asked for.

use std::io;
use std::sync::{Arc, PoisonError, RwLock};

use rustls::ServerConfig;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use crate::certs::{AnyClientCertificate, Certificate, ClientCertificates, provider};

/// The certificate that the next handshake shows.
#[derive(Debug)]
pub(crate) struct Serving {
    current: RwLock<Arc<CertifiedKey>>,
}

impl Serving {
    pub(crate) fn new(certificate: &Certificate) -> io::Result<Self> {
        Ok(Self {
            current: RwLock::new(certified(certificate)?),
        })
    }

    pub(crate) fn rotate(&self, certificate: &Certificate) -> io::Result<()> {
        let next = certified(certificate)?;
        *self.current.write().unwrap_or_else(PoisonError::into_inner) = next;
        Ok(())
    }
}

impl ResolvesServerCert for Serving {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let current = self.current.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&current))
    }
}

pub(crate) fn acceptor(serving: &Arc<Serving>, alpn: &[Vec<u8>]) -> io::Result<TlsAcceptor> {
    let builder = ServerConfig::builder_with_provider(Arc::new(provider()));
    let mut config = builder
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_client_cert_verifier(Arc::new(AnyClientCertificate))
        .with_cert_resolver(Arc::clone(serving) as Arc<dyn ResolvesServerCert>);
    config.alpn_protocols = alpn.to_vec();
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// The stream behind a handshake and what the client showed in it; `None` when the client turned the server down, which
/// it alone knows why.
pub(crate) async fn accept<I>(
    acceptor: &TlsAcceptor,
    stream: I,
) -> Option<(TlsStream<I>, Option<ClientCertificates>)>
where
    I: AsyncRead + AsyncWrite + Unpin,
{
    let stream = acceptor.accept(stream).await.ok()?;
    let chain = stream.get_ref().1.peer_certificates();
    let shown = chain
        .map(|chain| ClientCertificates::new(chain.iter().map(|der| der.clone().into_owned())));
    Some((stream, shown))
}

/// Whether a client that just connected speaks HTTP where TLS is spoken: five bytes tell, as Go's `crypto/tls` has it.
pub(crate) async fn speaks_http(stream: &TcpStream) -> bool {
    const METHODS: [&[u8; 5]; 5] = [b"GET /", b"HEAD ", b"POST ", b"PUT /", b"OPTIO"];
    let mut first = [0; 5];
    matches!(stream.peek(&mut first).await, Ok(5)) && METHODS.contains(&&first)
}

/// What Go's `net/http` says to such a client, before it closes the connection.
pub(crate) async fn turn_away(mut stream: TcpStream) -> io::Result<()> {
    // What is left unread at the end would reset the connection, answer and all.
    let _request = stream.read(&mut [0; 8192]).await?;
    stream
        .write_all(
            b"HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n",
        )
        .await?;
    stream.shutdown().await
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
