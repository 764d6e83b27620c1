//! OpenID Connect: the ID token of a login that somebody did elsewhere, refreshed as long as the provider lets us.
//!
//! ```text
//! Renew ▸ the tokens as they are kept now ▸ is the ID token good? ─ yes ▸ Token
//!                                             │ no
//!                                             ▼
//!         discovery ▸ token endpoint ▸ a new ID token, perhaps a new refresh token ▸ PersistTokens ▸ Token
//! ```
//!
//! Follows `k8s.io/client-go/plugin/pkg/client/auth/oidc`, except that tokens are looked up again before each refresh, that
//! one who cannot write them down goes on with them, and that the provider's clock counts, not ours.

mod answer;
mod error;
mod http;
mod refresh;
mod settings;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use ::http::{Request, Response};
use bytes::Bytes;
use k8s_config::{AuthProvider, Material, Source};
use secrecy::{ExposeSecret as _, SecretString};
use tower_service::Service;

use self::error::Kind;
pub use self::error::OidcError;
use self::http::Http;
use self::settings::Settings;
use crate::BoxError;
use crate::clock::{Clock, Time};
use crate::event::{AuthEvent, Events, OnAuthEvent};
use crate::token::{Renew, Token, ahead_of};

/// A token is not used in the last seconds of its life. client-go's `expiryDelta`.
const DELTA: Duration = Duration::from_secs(10);

/// The tokens of a login: a [`TokenSource`](crate::token::TokenSource) for the auth provider `oidc` of a kubeconfig.
///
/// Put [`Cached`](crate::token::Cached) around it. An ID token that is good needs nothing more; for a refresh, hand in
/// something that sends requests ([`http`](Self::http)). Providers that replace the refresh token with each use need a
/// place to write it to ([`persist`](Self::persist)), or the next program has to log in again.
///
/// # Cancel safety
///
/// Dropping the future while the provider answers may lose a refresh token that was good for one use. Under `Cached` the
/// next caller drives it on.
#[derive(Clone)]
pub struct Oidc {
    settings: Arc<Settings>,
    shared: Arc<Mutex<Shared>>,
    http: Option<Http>,
    persist: Option<Arc<dyn PersistTokens>>,
    current: Option<Current>,
    time: Time,
    events: Events,
}

/// Asks for the tokens as they are kept by now.
type Current = Arc<dyn Fn() -> Option<OidcTokens> + Send + Sync>;

/// What is kept of a login between two programs. `Debug` shows no token.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct OidcTokens {
    /// What the API server is shown (`id-token`).
    pub id_token: Option<SecretString>,
    /// What the next ID token is asked for with (`refresh-token`).
    pub refresh_token: Option<SecretString>,
}

/// Writes down the tokens that a refresh gave; a closure of an async block does.
pub trait PersistTokens: Send + Sync {
    /// Puts `tokens` where the next program finds them.
    ///
    /// An error is told of by [`AuthEvent::NotPersisted`]; the tokens are used all the same.
    fn persist(&self, tokens: OidcTokens) -> Persisting;
}

/// Tokens on their way to where they are kept.
pub type Persisting = Pin<Box<dyn Future<Output = Result<(), BoxError>> + Send>>;

impl<F, P> PersistTokens for F
where
    F: Fn(OidcTokens) -> P + Send + Sync,
    P: Future<Output = Result<(), BoxError>> + Send + 'static,
{
    fn persist(&self, tokens: OidcTokens) -> Persisting {
        Box::pin(self(tokens))
    }
}

/// What all clones know.
#[derive(Default)]
struct Shared {
    tokens: OidcTokens,
    /// What was kept elsewhere when that was last looked at.
    seen: OidcTokens,
    /// How far our clock is ahead of the provider's, in seconds, where a refresh told.
    ahead: i64,
}

impl Oidc {
    /// The login that an auth provider's settings describe.
    ///
    /// # Errors
    ///
    /// If issuer or client are missing, or the issuer is no `https` URL.
    pub fn new(provider: &AuthProvider) -> Result<Self, OidcError> {
        let tokens = OidcTokens::of(provider);
        let shared = Shared {
            seen: tokens.clone(),
            tokens,
            ahead: 0,
        };
        Ok(Self {
            settings: Arc::new(Settings::new(provider)?),
            shared: Arc::new(Mutex::new(shared)),
            http: None,
            persist: None,
            current: None,
            time: Time::default(),
            events: Events::default(),
        })
    }

    /// The authority that vouches for the provider's server, for the client that is handed in; `None`: those of the system do.
    ///
    /// `idp-certificate-authority-data` goes before `idp-certificate-authority`, a file that is read through `source`.
    ///
    /// # Errors
    ///
    /// If the data is not base64.
    pub fn authority(
        provider: &AuthProvider,
        source: Arc<dyn Source>,
    ) -> Result<Option<Material>, OidcError> {
        settings::authority(provider, source)
    }

    /// Asks the provider through `service`: any HTTP client that trusts the provider's server.
    #[must_use]
    pub fn http<S, B, R>(mut self, service: S) -> Self
    where
        S: Service<Request<B>, Response = Response<R>, Error: Into<BoxError>>,
        S: Clone + Send + Sync + 'static,
        S::Future: Send,
        B: From<Bytes> + Send + 'static,
        R: http_body::Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
    {
        self.http = Some(Http::new(service));
        self
    }

    /// Writes refreshed tokens down.
    #[must_use]
    pub fn persist(mut self, persist: impl PersistTokens + 'static) -> Self {
        self.persist = Some(Arc::new(persist));
        self
    }

    /// Looks before each renewal whether somebody else refreshed; `None`: nobody knows.
    #[must_use]
    pub fn current(
        mut self,
        current: impl Fn() -> Option<OidcTokens> + Send + Sync + 'static,
    ) -> Self {
        self.current = Some(Arc::new(current));
        self
    }

    /// Goes by this clock.
    #[must_use]
    pub fn clock(mut self, clock: impl Clock + 'static) -> Self {
        self.time = Time::new(clock);
        self
    }

    /// Tells of tokens that could not be written down.
    #[must_use]
    pub fn on_event(mut self, listener: impl OnAuthEvent + 'static) -> Self {
        self.events = Events::new(listener);
        self
    }

    /// The issuer's URL.
    pub fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    fn error(&self, kind: Kind) -> OidcError {
        OidcError::new(&self.settings.issuer, kind)
    }

    fn shared(&self) -> std::sync::MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The newest tokens that are known: what others wrote goes before what we have.
    fn newest(&self) -> OidcTokens {
        let current = self.current.as_ref().and_then(|current| current());
        let mut shared = self.shared();
        if let Some(current) = current
            && current != shared.seen
        {
            shared.seen = current.clone();
            shared.tokens = current;
        }
        shared.tokens.clone()
    }

    async fn renew(self, renew: Renew) -> Result<Token, OidcError> {
        let tokens = self.newest();
        if let Some(token) = self.good(tokens.id_token.as_ref())
            && renew.seen.as_ref().is_none_or(|seen| *seen != token.id())
        {
            return Ok(token);
        }
        let refreshed = self.refresh(&tokens).await?;
        let token = self.keep(&refreshed)?;
        if let Some(persist) = &self.persist
            && let Err(why) = persist.persist(refreshed).await
        {
            let error = self.error(Kind::Persist(why));
            self.events.report(AuthEvent::NotPersisted { why: &error });
        }
        Ok(token)
    }

    /// The ID token, if it can be read and lives long enough to be used.
    fn good(&self, id_token: Option<&SecretString>) -> Option<Token> {
        let id_token = id_token?.expose_secret();
        let ends = answer::claims(id_token)?.expires?;
        let ends = shifted(ends, self.shared().ahead)?;
        let now = self.time.now();
        let token = Token::new(id_token).ok()?;
        (now + DELTA < ends).then(|| token.expires(ends).renew_from(ahead_of(ends, now)))
    }

    /// Takes refreshed tokens as ours; the provider's clock is known by them.
    fn keep(&self, refreshed: &OidcTokens) -> Result<Token, OidcError> {
        let id_token = refreshed
            .id_token
            .as_ref()
            .map(|token| token.expose_secret());
        let id_token = id_token.unwrap_or_default();
        let claims = answer::claims(id_token);
        let now = self.time.now();
        let mut shared = self.shared();
        if let Some(issued) = claims.as_ref().and_then(|claims| claims.issued) {
            shared.ahead = difference(now, issued);
        }
        shared.tokens = refreshed.clone();
        let ends = claims.and_then(|claims| claims.expires);
        let ends = ends.and_then(|ends| shifted(ends, shared.ahead));
        drop(shared);
        let token = Token::new(id_token).map_err(|cause| self.error(Kind::Token(cause)))?;
        Ok(match ends {
            Some(ends) => token.expires(ends).renew_from(ahead_of(ends, now)),
            None => token,
        })
    }
}

/// Seconds by which `now` is ahead of `then`; a few of them are the way of the answer, not the clock.
fn difference(now: SystemTime, then: SystemTime) -> i64 {
    let seconds = match now.duration_since(then) {
        Ok(ahead) => i64::try_from(ahead.as_secs()).unwrap_or(i64::MAX),
        // Rounded away from the end: a second too early does no harm.
        Err(behind) => -i64::try_from(behind.duration().as_secs() + 1).unwrap_or(i64::MAX),
    };
    if seconds.abs() <= 5 { 0 } else { seconds }
}

fn shifted(time: SystemTime, seconds: i64) -> Option<SystemTime> {
    let by = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 {
        time.checked_sub(by)
    } else {
        time.checked_add(by)
    }
}

impl Service<Renew> for Oidc {
    type Response = Token;
    type Error = OidcError;
    type Future = Pin<Box<dyn Future<Output = Result<Token, OidcError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), OidcError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, renew: Renew) -> Self::Future {
        Box::pin(self.clone().renew(renew))
    }
}

impl fmt::Debug for Oidc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oidc")
            .field("issuer", &self.settings.issuer)
            .finish_non_exhaustive()
    }
}

// === impl OidcTokens ===

impl OidcTokens {
    /// The tokens among an auth provider's settings.
    pub fn of(provider: &AuthProvider) -> Self {
        let token = |name: &str| {
            let token = provider.config.get(name).cloned();
            token.filter(|token| !token.expose_secret().is_empty())
        };
        Self {
            id_token: token("id-token"),
            refresh_token: token("refresh-token"),
        }
    }
}

impl PartialEq for OidcTokens {
    fn eq(&self, other: &Self) -> bool {
        let text = |token: &Option<SecretString>| {
            token.as_ref().map(|token| token.expose_secret().to_owned())
        };
        text(&self.id_token) == text(&other.id_token)
            && text(&self.refresh_token) == text(&other.refresh_token)
    }
}

impl fmt::Debug for OidcTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OidcTokens")
            .field("id_token", &self.id_token.is_some())
            .field("refresh_token", &self.refresh_token.is_some())
            .finish()
    }
}
