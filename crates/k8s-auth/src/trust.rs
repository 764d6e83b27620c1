//! Who may answer: the CA bundle that the server's certificate must be signed by, and nothing else.

mod certificate_source;
mod error;
mod generation;
mod live;
mod pin;
mod read;
mod unsupported;
mod verifier;

use std::fmt;
use std::sync::Arc;

use k8s_config::Material;
use rustls::client::danger::ServerCertVerifier;
use rustls_pki_types::{CertificateDer, ServerName};
use tokio::time::Instant;

use crate::crypto::Provider;
use crate::event::{Events, OnAuthEvent, Thing};
use crate::identity::{self, Certified, Identity};
use crate::reload::{Files, Reload};
use crate::tls::PinnedTlsLayer;

pub use self::certificate_source::CertificateSource;
pub use self::error::TrustError;
pub(crate) use self::generation::Generation;
use self::generation::Latest;
pub(crate) use self::pin::pin_of;
pub use self::pin::{InvalidPin, Pin};
pub use self::verifier::UnknownIssuer;

/// Which servers are believed, and who we are to them.
///
/// The bundle's files are looked at once a second when connections are made, and read again when they changed, at
/// least every 50 s. Each change makes a new *generation*: a new `rustls::ClientConfig` with its own session store.
/// A bundle that turned bad is reported and the old roots stay; a bundle that is bad at construction is an error.
///
/// A bundle that holds the server's own certificate vouches for it, as with kubectl: its name and dates are checked.
///
/// There are three doors to it: [`layer`](Self::layer) over any connector, [`client_config`](Self::client_config) for
/// clients that bring their own connections, [`verifier`](Self::verifier) for those that bring their own
/// configuration.
///
/// TLS 1.2 and 1.3. Clones share what was read.
#[derive(Clone)]
pub struct Trust {
    inner: Arc<Inner>,
}

struct Inner {
    plan: Plan,
    roots: Reload<Roots>,
    certified: Reload<Certified>,
    latest: Latest,
}

/// Certificates of a bundle; shared, because they are asked for with every connection.
type Roots = Arc<Vec<CertificateDer<'static>>>;

/// Something that turns servers down, or does not.
type Verify = Arc<dyn ServerCertVerifier>;

/// What a trust was asked to be.
#[derive(Clone, Debug)]
struct Plan {
    anchors: Anchors,
    server_name: Option<ServerName<'static>>,
    identity: Option<Identity>,
    provider: Provider,
    events: Events,
}

/// What vouches for the server.
#[derive(Clone, Debug)]
enum Anchors {
    Bundle(Material),
    #[cfg(feature = "system-roots")]
    System,
    Pins(Arc<[Pin]>),
    /// No certificate is good enough.
    Nobody,
    /// Every certificate is: see [`danger`](crate::danger).
    Anybody,
}

impl Trust {
    /// Believes servers whose certificate is signed by the CAs in `bundle` (PEM), and no others.
    ///
    /// # Errors
    ///
    /// If the bundle cannot be read, is empty, or holds no certificate that can be a root: it fails closed.
    pub fn new(bundle: Material, provider: Provider) -> Result<Self, TrustError> {
        Self::start(Plan::new(Anchors::Bundle(bundle), provider))
    }

    /// Believes servers that the operating system's roots vouch for, as kubectl does for a cluster without a CA.
    ///
    /// # Errors
    ///
    /// If no root can be read.
    #[cfg(feature = "system-roots")]
    pub fn system(provider: Provider) -> Result<Self, TrustError> {
        Self::start(Plan::new(Anchors::System, provider))
    }

    /// Believes a server that holds one of these keys, whoever signed its certificate, whatever it says of names and
    /// dates: for a server with a certificate of its own making.
    ///
    /// # Errors
    ///
    /// If there is no pin, or the provider has no SHA-256.
    pub fn pinned(
        pins: impl IntoIterator<Item = Pin>,
        provider: Provider,
    ) -> Result<Self, TrustError> {
        let pins: Arc<[Pin]> = pins.into_iter().collect();
        if pins.is_empty() {
            return Err(TrustError::no_pin());
        }
        Self::start(Plan::new(Anchors::Pins(pins), provider))
    }

    /// Believes no server at all: for a connector that speaks plain `http` only.
    ///
    /// # Errors
    ///
    /// If the provider cannot make a TLS configuration.
    pub fn nobody(provider: Provider) -> Result<Self, TrustError> {
        Self::start(Plan::new(Anchors::Nobody, provider))
    }

    pub(crate) fn anybody(provider: Provider) -> Result<Self, TrustError> {
        Self::start(Plan::new(Anchors::Anybody, provider))
    }

    /// Presents a client certificate. Without one the client stays unnamed to TLS.
    ///
    /// # Errors
    ///
    /// If certificate or key cannot be read, or do not belong together.
    pub fn identity(self, identity: Identity) -> Result<Self, TrustError> {
        let mut plan = self.inner.plan.clone();
        plan.identity = Some(identity);
        Self::start(plan)
    }

    /// Asks for and verifies this name instead of the host that is dialled (`tls-server-name`).
    ///
    /// # Errors
    ///
    /// If it is neither a DNS name nor an IP address.
    pub fn server_name(self, name: &str) -> Result<Self, TrustError> {
        let parsed = ServerName::try_from(name.to_owned()).map_err(|_| TrustError::name(name))?;
        let mut plan = self.inner.plan.clone();
        plan.server_name = Some(parsed);
        Self::start(plan)
    }

    /// Tells of every rotation, of files that went bad, and of connections that nobody vouches for.
    ///
    /// # Errors
    ///
    /// If what was good a moment ago cannot be read any more.
    pub fn on_event(self, listener: impl OnAuthEvent + 'static) -> Result<Self, TrustError> {
        let mut plan = self.inner.plan.clone();
        plan.events = Events::new(listener);
        Self::start(plan)
    }

    /// A layer over any connector: a TLS connection to each `https` URI, verified against this trust.
    pub fn layer(&self) -> PinnedTlsLayer {
        PinnedTlsLayer::new(self.clone())
    }

    /// The TLS configuration of the present generation, for clients that bring their own connections.
    ///
    /// Its verifier looks at the bundle at once when a server is turned down. Its client certificate and its sessions stay
    /// what they are: [`Renewed`](crate::Renewed) makes the client anew when they change. It offers no protocol by ALPN:
    /// set `alpn_protocols` on a copy for HTTP/2.
    ///
    /// # Errors
    ///
    /// If what was good at construction cannot be made into a configuration any more.
    pub fn client_config(&self) -> Result<Arc<rustls::ClientConfig>, TrustError> {
        Ok(self.generation()?.config.clone())
    }

    /// A verifier that follows the bundle by itself, for clients that bring their own configuration.
    ///
    /// Turn session resumption off there: a resumed session is not verified, and would outlive its roots.
    pub fn verifier(&self) -> Arc<dyn ServerCertVerifier> {
        Arc::new(live::Live::new(self.clone()))
    }

    /// The client certificate as a source for [`Authorize`](crate::Authorize), for users who have no token.
    ///
    /// It puts nothing on a request. After a 401 the certificate's files are looked at at once; if there is another one,
    /// the request is sent again, and under [`Renewed`](crate::Renewed) on a new connection.
    pub fn certificate_source(&self) -> CertificateSource {
        CertificateSource::new(self.clone())
    }

    /// The number of the client certificate.
    pub(crate) fn certificate_number(&self, refused: bool) -> Result<u64, TrustError> {
        Ok(self.inner.certified(refused)?.1)
    }

    fn start(plan: Plan) -> Result<Self, TrustError> {
        let trust = Self {
            inner: Arc::new(Inner {
                plan,
                roots: Reload::new(Thing::Roots),
                certified: Reload::new(Thing::ClientCertificate),
                latest: Latest::default(),
            }),
        };
        trust.generation()?;
        Ok(trust)
    }

    /// The newest generation.
    pub(crate) fn generation(&self) -> Result<Arc<Generation>, TrustError> {
        self.generation_by(Reload::get)
    }

    /// The newest generation, after the present roots have turned a server down: the bundle is looked at at once.
    fn generation_after_refusal(&self) -> Result<Arc<Generation>, TrustError> {
        self.generation_by(Reload::get_refused)
    }

    fn generation_by(
        &self,
        ask: impl Fn(&Reload<Roots>, &Files<'_, Reader>) -> Result<(Roots, u64), TrustError>,
    ) -> Result<Arc<Generation>, TrustError> {
        let inner = &self.inner;
        let (roots, roots_number) = inner.roots(ask)?;
        let (certified, certified_number) = inner.certified(false)?;
        inner.latest.get((roots_number, certified_number), || {
            generation::make(&roots, certified, &inner.plan, Arc::downgrade(inner))
        })
    }

    /// The number of the newest generation, which is made when it is asked for.
    ///
    /// Unless a file has to be looked at, this reads two numbers and the clock.
    pub(crate) fn number(&self) -> Result<(u64, u64), TrustError> {
        match self.inner.fresh(Instant::now()) {
            Some(number) => Ok(number),
            None => Ok(self.generation()?.number()),
        }
    }

    pub(crate) fn name_override(&self) -> Option<&ServerName<'static>> {
        self.inner.plan.server_name.as_ref()
    }

    pub(crate) fn events(&self) -> &Events {
        &self.inner.plan.events
    }

    pub(crate) fn is_unverified(&self) -> bool {
        matches!(self.inner.plan.anchors, Anchors::Anybody)
    }
}

// === impl Inner ===

type Reader = Box<dyn Fn() -> Result<Roots, TrustError>>;

impl Inner {
    /// The numbers of roots and client certificate, while no file has to be looked at.
    fn fresh(&self, now: Instant) -> Option<(u64, u64)> {
        let roots = match &self.plan.anchors {
            Anchors::Bundle(_) => self.roots.fresh(now)?,
            #[cfg(feature = "system-roots")]
            Anchors::System => self.roots.fresh(now)?,
            Anchors::Pins(_) | Anchors::Nobody | Anchors::Anybody => 0,
        };
        let certified = match self.plan.identity.as_ref().map(|identity| &identity.kind) {
            None => 0,
            Some(identity::Kind::Issued(issued)) => issued.number(),
            Some(identity::Kind::Files(_)) => self.certified.fresh(now)?,
        };
        Some((roots, certified))
    }

    /// The roots and their number; no roots at all where none are asked to vouch.
    fn roots(
        &self,
        ask: impl Fn(&Reload<Roots>, &Files<'_, Reader>) -> Result<(Roots, u64), TrustError>,
    ) -> Result<(Roots, u64), TrustError> {
        let (materials, read): (&[&Material], Reader) = match &self.plan.anchors {
            Anchors::Bundle(bundle) => {
                let bundle_again = bundle.clone();
                (
                    &[bundle],
                    Box::new(move || read::bundle(&bundle_again).map(Arc::new)),
                )
            }
            #[cfg(feature = "system-roots")]
            Anchors::System => (&[], Box::new(|| read::system().map(Arc::new))),
            Anchors::Pins(_) | Anchors::Nobody | Anchors::Anybody => {
                return Ok((Roots::default(), 0));
            }
        };
        ask(
            &self.roots,
            &Files {
                materials,
                read,
                events: &self.plan.events,
            },
        )
    }

    /// The client certificate and its number; looked at at once when the present one was `refused`.
    fn certified(&self, refused: bool) -> Result<(Option<Certified>, u64), TrustError> {
        let files = match self.plan.identity.as_ref().map(|identity| &identity.kind) {
            None => return Ok((None, 0)),
            Some(identity::Kind::Issued(issued)) => return Ok(issued.certified()),
            Some(identity::Kind::Files(files)) => files,
        };
        let read = || files.read(&self.plan.provider);
        let files = Files {
            materials: &files.materials(),
            read,
            events: &self.plan.events,
        };
        let read = if refused {
            self.certified.get_refused(&files)
        } else {
            self.certified.get(&files)
        };
        let (certified, number) = read?;
        Ok((Some(certified), number))
    }
}

// === impl Plan ===

impl Plan {
    fn new(anchors: Anchors, provider: Provider) -> Self {
        Self {
            anchors,
            server_name: None,
            identity: None,
            provider,
            events: Events::default(),
        }
    }

    /// What vouches, in words, for errors.
    fn anchors(&self) -> String {
        match &self.anchors {
            Anchors::Bundle(bundle) => bundle.to_string(),
            #[cfg(feature = "system-roots")]
            Anchors::System => "the system's roots".to_owned(),
            Anchors::Pins(_) => "the pins".to_owned(),
            Anchors::Nobody | Anchors::Anybody => "no bundle at all".to_owned(),
        }
    }
}

impl fmt::Debug for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trust")
            .field("plan", &self.inner.plan)
            .finish_non_exhaustive()
    }
}
