//! The connector: dial, shake hands, verify.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use hyper::rt::{Read, Write};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls_pki_types::ServerName;
use tokio_rustls::TlsConnector;
use tower_service::Service;

use super::{PinnedTlsLayer, TlsError, TlsStream};
use crate::{BoxError, TrustError};

/// Dials with the inner connector, then verifies the server: `https` by the trust's CAs, anything else in clear.
///
/// The name that is verified is the URI's host (IPv4, IPv6 or DNS), or the trust's `server_name`.
///
/// # Cancel safety
///
/// Dropping the future closes the connection that was being made.
#[derive(Clone, Debug)]
pub struct PinnedTls<C> {
    inner: C,
    layer: PinnedTlsLayer,
    /// The configuration with our ALPN, and the generation it was made of.
    configured: Arc<Mutex<Option<((u64, u64), Arc<ClientConfig>)>>>,
}

impl<C> PinnedTls<C> {
    pub(super) fn new(inner: C, layer: PinnedTlsLayer) -> Self {
        Self {
            inner,
            layer,
            configured: Arc::default(),
        }
    }

    /// The inner connector.
    pub fn get_ref(&self) -> &C {
        &self.inner
    }

    /// The inner connector.
    pub fn get_mut(&mut self) -> &mut C {
        &mut self.inner
    }

    /// The inner connector, without TLS.
    pub fn into_inner(self) -> C {
        self.inner
    }

    /// The newest generation's configuration, offering our protocols.
    fn config(&self) -> Result<Arc<ClientConfig>, TrustError> {
        let generation = self.layer.trust.generation()?;
        let mut slot = self
            .configured
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((number, config)) = slot.as_ref()
            && *number == generation.number()
        {
            return Ok(config.clone());
        }
        let mut config = ClientConfig::clone(&generation.config);
        config.alpn_protocols = self.layer.alpn.protocols();
        config.resumption = Resumption::in_memory_sessions(64);
        let config = Arc::new(config);
        *slot = Some((generation.number(), config.clone()));
        Ok(config)
    }
}

type Connecting<IO> = Pin<Box<dyn Future<Output = Result<TlsStream<IO>, TlsError>> + Send>>;

impl<C> Service<Uri> for PinnedTls<C>
where
    C: Service<Uri, Error: Into<BoxError>, Future: Send + 'static>,
    C::Response: Read + Write + Unpin + Send + 'static,
{
    type Response = TlsStream<C::Response>;
    type Error = TlsError;
    type Future = Connecting<C::Response>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), TlsError>> {
        self.inner
            .poll_ready(cx)
            .map_err(|error| TlsError::dial(error.into()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        if uri.scheme_str() != Some("https") {
            let dialling = self.inner.call(uri);
            return Box::pin(async move {
                let io = dialling
                    .await
                    .map_err(|error| TlsError::dial(error.into()))?;
                Ok(TlsStream::plain(io))
            });
        }
        // Settled before dialling: without roots nothing is dialled.
        let plan = match self.plan(&uri) {
            Ok(plan) => plan,
            Err(error) => return Box::pin(std::future::ready(Err(error))),
        };
        let dialling = self.inner.call(uri);
        Box::pin(async move {
            let io = dialling
                .await
                .map_err(|error| TlsError::dial(error.into()))?;
            plan.handshake(io).await
        })
    }
}

/// All that a handshake needs, settled before dialling.
struct Plan {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
    limit: Duration,
    unverified: bool,
}

impl<C> PinnedTls<C> {
    fn plan(&self, uri: &Uri) -> Result<Plan, TlsError> {
        let trust = &self.layer.trust;
        let name = match trust.name_override() {
            Some(name) => name.clone(),
            None => server_name(uri)?,
        };
        Ok(Plan {
            config: self.config().map_err(TlsError::trust)?,
            name,
            limit: self.layer.handshake,
            unverified: trust.is_unverified(),
        })
    }
}

impl Plan {
    async fn handshake<IO>(self, io: IO) -> Result<TlsStream<IO>, TlsError>
    where
        IO: Read + Write + Unpin + Send + 'static,
    {
        let Self {
            config,
            name,
            limit,
            unverified,
        } = self;
        if unverified {
            let server = name.to_str();
            tracing::warn!(%server, "the server's certificate is not verified: anybody may be answering");
        }
        let connecting = TlsConnector::from(config).connect(name.clone(), TokioIo::new(io));
        match tokio::time::timeout(limit, connecting).await {
            Ok(Ok(stream)) => Ok(TlsStream::tls(stream)),
            Ok(Err(error)) => Err(TlsError::handshake(&name, error)),
            Err(_) => Err(TlsError::timeout(&name, limit)),
        }
    }
}

/// The host of a URI as TLS means it: IPv6 without its brackets.
fn server_name(uri: &Uri) -> Result<ServerName<'static>, TlsError> {
    let host = uri.host().unwrap_or_default();
    let bare = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'))
        .unwrap_or(host);
    ServerName::try_from(bare.to_owned()).map_err(|_| TlsError::name(host))
}
