//! Handshakes with the newest generation of a trust.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::Uri;
use hyper::rt::{Read, Write};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::client::Resumption;
use rustls_pki_types::ServerName;
use tokio_rustls::TlsConnector;

use super::{PinnedTlsLayer, TlsError, TlsStream};
use crate::event::{AuthEvent, Events};
use crate::trust::{Generation, pin_of};

/// What the handshakes of one connector share.
#[derive(Debug)]
pub(super) struct Handshakes {
    layer: PinnedTlsLayer,
    /// The newest generation's configuration with our ALPN, and its number.
    configured: Mutex<Option<((u64, u64), Arc<ClientConfig>)>>,
}

/// All that one handshake needs, settled before dialling.
#[derive(Debug)]
pub(super) struct Handshake {
    config: Arc<ClientConfig>,
    name: ServerName<'static>,
    limit: Duration,
    /// Who hears that nobody vouches for the server, when nobody does.
    unverified: Option<Events>,
}

impl Handshakes {
    pub(super) fn new(layer: PinnedTlsLayer) -> Self {
        Self {
            layer,
            configured: Mutex::default(),
        }
    }

    /// Whether a connection to this URI is encrypted.
    pub(super) fn encrypts(&self, uri: &Uri) -> bool {
        self.layer.always || uri.scheme_str() == Some("https")
    }

    /// A handshake with the newest generation.
    pub(super) fn next(&self, uri: &Uri) -> Result<Handshake, TlsError> {
        let generation = self.layer.trust.generation().map_err(TlsError::trust)?;
        self.plan(uri, &generation)
    }

    fn plan(&self, uri: &Uri, generation: &Generation) -> Result<Handshake, TlsError> {
        let trust = &self.layer.trust;
        let name = match trust.name_override() {
            Some(name) => name.clone(),
            None => server_name(uri)?,
        };
        Ok(Handshake {
            config: self.configure(generation),
            name,
            limit: self.layer.handshake,
            unverified: trust.is_unverified().then(|| trust.events().clone()),
        })
    }

    /// The generation's configuration, offering our protocols.
    fn configure(&self, generation: &Generation) -> Arc<ClientConfig> {
        let mut slot = self
            .configured
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((number, config)) = slot.as_ref()
            && *number == generation.number()
        {
            return config.clone();
        }
        let mut config = ClientConfig::clone(&generation.config);
        config.alpn_protocols = self.layer.alpn.protocols();
        config.resumption = Resumption::in_memory_sessions(64);
        let config = Arc::new(config);
        *slot = Some((generation.number(), config.clone()));
        config
    }
}

impl Handshake {
    pub(super) async fn perform<IO>(&self, io: IO) -> Result<TlsStream<IO>, TlsError>
    where
        IO: Read + Write + Unpin + Send + 'static,
    {
        let Self {
            config,
            name,
            limit,
            unverified,
        } = self;
        let connector = TlsConnector::from(config.clone());
        let connecting = connector.connect(name.clone(), TokioIo::new(io));
        match tokio::time::timeout(*limit, connecting).await {
            Ok(Ok(stream)) => {
                if let Some(events) = unverified {
                    let shown = stream.get_ref().1.peer_certificates();
                    let leaf = shown.and_then(|chain| chain.first());
                    events.report(AuthEvent::Unverified {
                        server: &name.to_str(),
                        key: leaf.and_then(|leaf| pin_of(leaf, config.crypto_provider())),
                    });
                }
                Ok(TlsStream::tls(stream))
            }
            Ok(Err(error)) => Err(TlsError::handshake(name, error)),
            Err(_) => Err(TlsError::timeout(name, *limit)),
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
