//! One run: what is known so far, and how to ask.

use std::net::SocketAddr;
use std::time::Duration;

use http::Uri;
use k8s_auth::{Certificate, PinnedTlsLayer, Time, TlsError, TlsStream, Trust, danger};
use k8s_client::crypto::Provider;
use k8s_client::kinds::UserInfo;
use k8s_client::{
    AnyConnector, BoxError, Client, ClientOptions, Config, Credentials, DefaultRetry, Pieces,
};
use k8s_transport::AnyConnection;
use tower_layer::Layer as _;
use tower_service::Service;

use crate::Fix;
use crate::claims::Claims;
use crate::doctor::Doctor;
use crate::finding::Fault;
use crate::route::Route;
use crate::whence::Whence;

/// What the steps of one run share.
pub(crate) struct Case<'a> {
    pub(crate) doctor: &'a Doctor,
    pub(crate) config: &'a Config,
    pub(crate) route: Route,
    /// What carries the bytes, through the proxy where there is one.
    pub(crate) connector: AnyConnector,
    /// A credential that is none.
    nobody: Credentials,
    /// Set by the step `name_resolution`: what is dialled.
    pub(crate) addresses: Vec<SocketAddr>,
    /// Set by the step `credential`.
    pub(crate) claims: Option<Claims>,
    pub(crate) client: Option<Client>,
    /// Set by the step `identity`.
    pub(crate) user: Option<UserInfo>,
}

impl<'a> Case<'a> {
    /// What no step has looked at yet: for now nobody is believed, and nobody asks.
    pub(crate) fn new(doctor: &'a Doctor, config: &'a Config) -> Result<Self, BoxError> {
        let nobody = Credentials::from_config(&config.anonymous(), &doctor.crypto)?;
        let believed = Trust::nobody(doctor.crypto.clone())?;
        let options = options().credentials(nobody.clone()).trust(believed);
        let pieces = Pieces::from_config(config, &doctor.crypto, &options)?;
        Ok(Self {
            doctor,
            config,
            route: Route {
                server: pieces.server,
                proxy: pieces.proxy,
            },
            connector: pieces.connector,
            nobody,
            addresses: Vec::new(),
            claims: None,
            client: None,
            user: None,
        })
    }

    pub(crate) fn whence(&self) -> Whence<'a> {
        Whence(self.config)
    }

    pub(crate) fn crypto(&self) -> &'a Provider {
        &self.doctor.crypto
    }

    pub(crate) fn clock(&self) -> &'a Time {
        &self.doctor.clock
    }

    /// The client of this configuration, its parts as they were looked at.
    pub(crate) fn client(&self) -> Result<&Client, Fault> {
        self.client.as_ref().ok_or_else(|| {
            let fix = Fix::new("look at the credential first");
            Fault::new("", "no client was made", fix)
        })
    }

    /// Whether the server is spoken to in clear.
    pub(crate) fn is_plain(&self) -> bool {
        self.config.server.scheme_str() == Some("http")
    }

    /// The trust in the server, and no certificate of ours.
    pub(crate) fn trust(&self) -> Result<Trust, k8s_client::Error> {
        let options = options().credentials(self.nobody.clone());
        let pieces = Pieces::from_config(self.config, self.crypto(), &options)?;
        Ok(pieces.trust)
    }

    /// A connection whose server the trust vouches for.
    pub(crate) async fn shake_hands(
        &self,
        trust: &Trust,
        limit: Duration,
    ) -> Result<Shaken, BoxError> {
        let layer = trust.layer().http2(false).handshake_timeout(limit);
        self.connect(layer, self.route.server.clone()).await
    }

    /// What answers there, believed by nobody: for its certificate and its time alone, never with a credential.
    pub(crate) async fn look(&self, limit: Duration) -> Result<Shaken, BoxError> {
        let mut trust = danger::trust_any_server(self.crypto().clone())?;
        if let Some(name) = &self.config.tls.server_name {
            trust = trust.server_name(name)?;
        }
        let layer = trust.layer().http2(false).always().handshake_timeout(limit);
        self.connect(layer, self.route.server.clone()).await
    }

    async fn connect(&self, layer: PinnedTlsLayer, server: Uri) -> Result<Shaken, BoxError> {
        let mut connector = layer.layer(self.connector.clone());
        Ok(connector.call(server).await?)
    }
}

/// One answer and no second try: whoever asks wants to know what is wrong now.
pub(crate) fn options() -> ClientOptions {
    ClientOptions::new().retry(DefaultRetry::new().retries(0))
}

/// A connection after the handshake.
pub(crate) type Shaken = TlsStream<AnyConnection>;

/// What the server showed, its own certificate first.
pub(crate) fn shown(stream: &Shaken) -> Vec<Certificate> {
    let shown = stream.peer_certificates().iter();
    shown.filter_map(Certificate::from_der).collect()
}

/// What kept a connection from being made, where TLS did.
pub(crate) fn tls_error<'e>(error: &'e (dyn std::error::Error + 'static)) -> Option<&'e TlsError> {
    crate::finding::find(error)
}
