//! Who may answer: the CA bundle that the server's certificate must be signed by, and nothing else.

mod error;
mod generation;
mod verifier;

use std::fmt;
use std::sync::Arc;

use k8s_config::Material;
use rustls_pki_types::{CertificateDer, ServerName};
use secrecy::ExposeSecret as _;

use crate::crypto::Provider;
use crate::identity::{Certified, Identity};
use crate::reload::Reload;
use crate::tls::PinnedTlsLayer;
use crate::{danger, pem};

pub use self::error::TrustError;
pub(crate) use self::generation::Generation;
use self::generation::Latest;
pub use self::verifier::UnknownIssuer;

/// Which servers are believed, and who we are to them.
///
/// The bundle's files are looked at once a second when connections are made, and read again when they changed, at
/// least every 50 s. Each change makes a new *generation*: a new `rustls::ClientConfig` with its own session store.
/// A bundle that turned bad is reported and the old roots stay; a bundle that is bad at construction is an error.
///
/// TLS 1.2 and 1.3. Clones share what was read.
#[derive(Clone)]
pub struct Trust {
    inner: Arc<Inner>,
}

struct Inner {
    anchors: Anchors,
    server_name: Option<ServerName<'static>>,
    identity: Option<Identity>,
    provider: Provider,
    roots: Reload<Vec<CertificateDer<'static>>>,
    certified: Reload<Certified>,
    latest: Latest,
}

/// What vouches for the server.
#[derive(Clone, Debug)]
enum Anchors {
    Bundle(Material),
    #[cfg(feature = "system-roots")]
    System,
    /// No certificate is good enough.
    Nobody,
    /// Every certificate is: see [`danger`].
    Anybody,
}

impl Trust {
    /// Believes servers whose certificate is signed by the CAs in `bundle` (PEM), and no others.
    ///
    /// # Errors
    ///
    /// If the bundle cannot be read, is empty, or holds no certificate that can be a root: it fails closed.
    pub fn new(bundle: Material, provider: Provider) -> Result<Self, TrustError> {
        Self::start(Anchors::Bundle(bundle), None, None, provider)
    }

    /// Believes servers that the operating system's roots vouch for, as kubectl does for a cluster without a CA.
    ///
    /// # Errors
    ///
    /// If no root can be read.
    #[cfg(feature = "system-roots")]
    pub fn system(provider: Provider) -> Result<Self, TrustError> {
        Self::start(Anchors::System, None, None, provider)
    }

    /// Believes no server at all: for a connector that speaks plain `http` only.
    ///
    /// # Errors
    ///
    /// If the provider cannot make a TLS configuration.
    pub fn nobody(provider: Provider) -> Result<Self, TrustError> {
        Self::start(Anchors::Nobody, None, None, provider)
    }

    pub(crate) fn anybody(provider: Provider) -> Result<Self, TrustError> {
        Self::start(Anchors::Anybody, None, None, provider)
    }

    /// Presents a client certificate. Without one the client stays unnamed to TLS.
    ///
    /// # Errors
    ///
    /// If certificate or key cannot be read, or do not belong together.
    pub fn identity(self, identity: Identity) -> Result<Self, TrustError> {
        let inner = &self.inner;
        let (anchors, name) = (inner.anchors.clone(), inner.server_name.clone());
        Self::start(anchors, name, Some(identity), inner.provider.clone())
    }

    /// Asks for and verifies this name instead of the host that is dialled (`tls-server-name`).
    ///
    /// # Errors
    ///
    /// If it is neither a DNS name nor an IP address.
    pub fn server_name(self, name: &str) -> Result<Self, TrustError> {
        let parsed = ServerName::try_from(name.to_owned()).map_err(|_| TrustError::name(name))?;
        let inner = &self.inner;
        let (anchors, identity) = (inner.anchors.clone(), inner.identity.clone());
        Self::start(anchors, Some(parsed), identity, inner.provider.clone())
    }

    /// A layer over any connector: a TLS connection to each `https` URI, verified against this trust.
    pub fn layer(&self) -> PinnedTlsLayer {
        PinnedTlsLayer::new(self.clone())
    }

    /// The TLS configuration of the present generation, for clients that bring their own connections.
    ///
    /// It stays what it is: ask again to follow a rotation.
    ///
    /// # Errors
    ///
    /// If what was good at construction cannot be made into a configuration any more.
    pub fn client_config(&self) -> Result<Arc<rustls::ClientConfig>, TrustError> {
        Ok(self.generation()?.config.clone())
    }

    fn start(
        anchors: Anchors,
        server_name: Option<ServerName<'static>>,
        identity: Option<Identity>,
        provider: Provider,
    ) -> Result<Self, TrustError> {
        let trust = Self {
            inner: Arc::new(Inner {
                anchors,
                server_name,
                identity,
                provider,
                roots: Reload::new(),
                certified: Reload::new(),
                latest: Latest::default(),
            }),
        };
        trust.generation()?;
        Ok(trust)
    }

    pub(crate) fn generation(&self) -> Result<Arc<Generation>, TrustError> {
        let inner = &*self.inner;
        let (roots, roots_number) = inner.roots()?;
        let (certified, certified_number) = inner.certified()?;
        inner.latest.get((roots_number, certified_number), || {
            generation::config(roots, certified, inner)
        })
    }

    pub(crate) fn name_override(&self) -> Option<&ServerName<'static>> {
        self.inner.server_name.as_ref()
    }

    pub(crate) fn is_unverified(&self) -> bool {
        matches!(self.inner.anchors, Anchors::Anybody)
    }
}

// === impl Inner ===

impl Inner {
    /// The roots and their number; no roots at all where nobody is asked to vouch.
    fn roots(&self) -> Result<(Vec<CertificateDer<'static>>, u64), TrustError> {
        match &self.anchors {
            Anchors::Bundle(bundle) => self.roots.get(&[bundle], || read_bundle(bundle)),
            #[cfg(feature = "system-roots")]
            Anchors::System => self.roots.get(&[], read_system),
            Anchors::Nobody | Anchors::Anybody => Ok((Vec::new(), 0)),
        }
    }

    fn certified(&self) -> Result<(Option<Certified>, u64), TrustError> {
        let Some(identity) = &self.identity else {
            return Ok((None, 0));
        };
        let read = || identity.read(&self.provider);
        let (certified, number) = self.certified.get(&identity.files(), read)?;
        Ok((Some(certified), number))
    }

    /// What vouches, in words, for errors.
    fn anchors(&self) -> String {
        match &self.anchors {
            Anchors::Bundle(bundle) => bundle.to_string(),
            #[cfg(feature = "system-roots")]
            Anchors::System => "the system's roots".to_owned(),
            Anchors::Nobody | Anchors::Anybody => "no bundle at all".to_owned(),
        }
    }

    fn unverified(&self) -> Option<Arc<danger::AcceptAnyServer>> {
        matches!(self.anchors, Anchors::Anybody)
            .then(|| Arc::new(danger::AcceptAnyServer::new(&self.provider)))
    }
}

fn read_bundle(bundle: &Material) -> Result<Vec<CertificateDer<'static>>, TrustError> {
    let text = bundle
        .read()
        .map_err(|error| TrustError::read(bundle, error))?;
    let roots =
        pem::certificates(text.expose_secret()).map_err(|error| TrustError::pem(bundle, error))?;
    // A bundle whose certificates all fail to parse would trust nobody, silently.
    let (usable, _) =
        rustls::RootCertStore::empty().add_parsable_certificates(roots.iter().cloned());
    if usable == 0 {
        return Err(TrustError::no_root(bundle));
    }
    Ok(roots)
}

#[cfg(feature = "system-roots")]
fn read_system() -> Result<Vec<CertificateDer<'static>>, TrustError> {
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        return Err(TrustError::no_system_root());
    }
    Ok(found.certs)
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trust")
            .field("anchors", &self.inner.anchors)
            .field("server_name", &self.inner.server_name)
            .field("identity", &self.inner.identity)
            .finish_non_exhaustive()
    }
}
