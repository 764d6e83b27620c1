//! An OpenID Connect issuer: discovery, keys, and a token endpoint whose refresh tokens are good for one use.
//!
//! ```text
//! GET  /.well-known/openid-configuration   where the rest is
//! GET  /keys                               the public keys (JWKS), old ones too until they are dropped
//! POST /token                              grant_type=refresh_token ▸ a new ID token, and the next refresh token
//! ```
//!
//! ID tokens are signed by ES256. A real kube-apiserver takes them with `--oidc-issuer-url=URL`, `--oidc-client-id=ID`,
//! `--oidc-ca-file` (the listener's authority) and `--oidc-signing-algs=ES256`.

mod service;
mod session;

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Map, Value};

pub use self::service::{IssuerFuture, IssuerService};
pub use self::session::Session;
use crate::certs::Ca;
use crate::clock::Clock;
use crate::jwt::SigningKey;
use crate::listen::{ListenOptions, Listening};

/// An issuer on a TLS socket of its own. Clones are the same issuer; the socket closes with the last one.
///
/// # Defaults
/// ID tokens live for an hour of the issuer's clock; refresh tokens are replaced at each use; any client secret is taken
/// for the client `kubernetes`.
#[derive(Clone)]
pub struct Issuer {
    state: Arc<State>,
    listening: Arc<Listening>,
}

/// What an issuer remembers.
pub(crate) struct State {
    clock: Clock,
    inner: Mutex<Inner>,
}

struct Inner {
    url: String,
    client: (String, Option<SecretString>),
    keys: Vec<Arc<SigningKey>>,
    lifetime: Duration,
    rotates: bool,
    sessions: Vec<session::Live>,
}

// === impl Issuer ===

impl Issuer {
    /// Opens an issuer on `127.0.0.1` whose time is the system's.
    ///
    /// # Errors
    /// When no port can be bound.
    pub async fn listen() -> io::Result<Self> {
        Self::listen_with(Clock::system(), ListenOptions::new()).await
    }

    /// Opens an issuer in a way of your own, with its time from `clock`.
    ///
    /// # Errors
    /// When the address cannot be bound, or the certificate does not fit TLS.
    pub async fn listen_with(clock: Clock, options: ListenOptions) -> io::Result<Self> {
        let inner = Inner {
            url: String::new(),
            client: ("kubernetes".to_owned(), None),
            keys: vec![Arc::new(SigningKey::new())],
            lifetime: Duration::from_secs(3_600),
            rotates: true,
            sessions: Vec::new(),
        };
        let state = Arc::new(State {
            clock,
            inner: Mutex::new(inner),
        });
        let options = options.or_ca(&Ca::new("issuer"));
        let listening = options
            .serve(IssuerService::new(Arc::clone(&state)))
            .await?;
        state.lock().url = listening.url();
        Ok(Self {
            state,
            listening: Arc::new(listening),
        })
    }

    /// The issuer's URL, as `iss` has it.
    pub fn url(&self) -> String {
        self.state.lock().url.clone()
    }

    /// The authority behind the socket's certificate.
    pub fn ca_pem(&self) -> &str {
        self.listening.ca_pem()
    }

    /// The socket, to rotate its certificate or to break its connections.
    pub fn listening(&self) -> &Listening {
        &self.listening
    }

    /// The issuer as a service, without its socket.
    pub fn service(&self) -> IssuerService {
        IssuerService::new(Arc::clone(&self.state))
    }

    /// Takes this client only, with this secret (`None`: a public client, whatever it sends).
    pub fn client(&self, id: &str, secret: Option<SecretString>) {
        self.state.lock().client = (id.to_owned(), secret);
    }

    /// How long ID tokens live from now on.
    pub fn lifetime(&self, lifetime: Duration) {
        self.state.lock().lifetime = lifetime;
    }

    /// Whether a refresh token is good for one use only, the next one coming with the answer.
    pub fn rotate_refresh_tokens(&self, rotates: bool) {
        self.state.lock().rotates = rotates;
    }

    /// Signs with a new key from now on; the old ones stay in the key set.
    pub fn rotate_key(&self) {
        self.state.lock().keys.push(Arc::new(SigningKey::new()));
    }

    /// Takes every key but the newest out of the key set.
    pub fn drop_old_keys(&self) {
        let mut inner = self.state.lock();
        let newest = inner.keys.len() - 1;
        inner.keys.drain(..newest);
    }

    /// Logs somebody in, as a browser would have done: an ID token with this subject and these claims, and the first
    /// refresh token.
    pub fn log_in(&self, subject: &str, claims: Map<String, Value>) -> Session {
        self.state.log_in(subject, claims)
    }

    /// Ends everybody's sessions: their refresh tokens are refused from now on.
    pub fn log_everybody_out(&self) {
        self.state.lock().sessions.clear();
    }

    pub(crate) fn state(&self) -> &Arc<State> {
        &self.state
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Issuer")
            .field("url", &self.url())
            .finish_non_exhaustive()
    }
}

impl State {
    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The claims of an ID token of this issuer for this client, if it lives.
    pub(crate) fn verify(&self, token: &str, client: &str) -> Option<Value> {
        let inner = self.lock();
        let claims = inner.keys.iter().find_map(|key| key.verify(token))?;
        let now = self.clock.seconds();
        let lives = claims["exp"].as_u64().is_some_and(|expires| now < expires);
        (lives && claims["iss"] == inner.url.as_str() && claims["aud"] == client).then_some(claims)
    }
}
