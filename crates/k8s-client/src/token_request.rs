//! Tokens of a service account, asked of the API server over and over: a source for clients that act as that account.
//!
//! ```text
//! Renew ▸ POST …/serviceaccounts/NAME/token, by a client of somebody who may ▸ Token with its end ▸ (Cached) ▸ Authorize
//! ```
//!
//! ```no_run
//! use k8s_client::kinds::TokenRequestSpec;
//! use k8s_client::{Client, ClientOptions, Config, Credentials, TokenRequestSource, crypto};
//!
//! # fn example(config: Config, admin: Client) -> Result<Client, k8s_client::Error> {
//! let mut wanted = TokenRequestSpec::default();
//! wanted.expiration_seconds = Some(600);
//! let robot = Credentials::from_source(TokenRequestSource::new(admin, "default", "robot", wanted));
//! Client::with_options(&config, &crypto::ring(), &ClientOptions::new().credentials(robot))
//! # }
//! ```

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use k8s_api_core::kinds::{TokenRequest, TokenRequestSpec};
use k8s_api_core::request::{CreateParams, subresource};
use k8s_api_core::{ApiResource, Collection, ObjectMeta, Scope};
use k8s_auth::Token;
use k8s_auth::token::{InvalidToken, Renew};
use secrecy::ExposeSecret as _;
use tower::Service;

use crate::{Client, Error};

/// No token is used for longer, however long it lives. kubelet's `maxTTL`.
const MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// Renewed up to so much earlier, so that many clients do not ask at once. kubelet's `maxJitter`.
const MAX_JITTER: f64 = 10.0;

/// Asks for a token of a service account each time it is asked: a [`TokenSource`](k8s_auth::token::TokenSource).
///
/// [`Credentials::from_source`](crate::Credentials::from_source) keeps the token, and asks for the next one after four fifths
/// of its life, or after a day. Follows `k8s.io/kubernetes/pkg/kubelet/token`.
#[derive(Clone)]
pub struct TokenRequestSource {
    client: Client,
    account: Arc<Account>,
}

/// Whose tokens, and which.
struct Account {
    namespace: String,
    name: String,
    wanted: TokenRequestSpec,
}

/// No token of a service account could be had.
#[derive(Debug)]
pub struct TokenRequestError {
    account: String,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Answer(Error),
    Token(InvalidToken),
    NoToken,
}

impl TokenRequestSource {
    /// Tokens of the service account `name` in `namespace`, asked for by `client`, which must be allowed to create
    /// `serviceaccounts/token`; audiences, lifetime and bound object are in `wanted`.
    pub fn new(
        client: Client,
        namespace: impl Into<String>,
        name: impl Into<String>,
        wanted: TokenRequestSpec,
    ) -> Self {
        let account = Account {
            namespace: namespace.into(),
            name: name.into(),
            wanted,
        };
        Self {
            client,
            account: Arc::new(account),
        }
    }

    async fn ask(self) -> Result<Token, TokenRequestError> {
        let Self { client, account } = self;
        let answer = account.request(&client).await;
        let answer = answer.map_err(|cause| account.error(Cause::Answer(cause)))?;
        let life = answer.spec.expiration_seconds;
        let Some(status) = answer.status else {
            return Err(account.error(Cause::NoToken));
        };
        let token = Token::new(status.token.expose_secret())
            .map_err(|cause| account.error(Cause::Token(cause)))?;
        let end = status.expiration_timestamp.and_then(|time| {
            let seconds = u64::try_from(time.unix_seconds()).ok()?;
            SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
        });
        let life = life.and_then(|seconds| u64::try_from(seconds).ok());
        Ok(match (end, life.map(Duration::from_secs)) {
            (Some(end), Some(life)) => {
                token
                    .expires(end)
                    .renew_from(renewed_from(end, life, fastrand::f64()))
            }
            (Some(end), None) => token.expires(end),
            (None, _) => token,
        })
    }
}

/// When the next token is asked for: `jitter` is between 0 and 1.
fn renewed_from(end: SystemTime, life: Duration, jitter: f64) -> SystemTime {
    let after = (life * 4 / 5).min(MAX_AGE);
    let ahead = life.saturating_sub(after) + Duration::from_secs_f64(MAX_JITTER * jitter);
    end.checked_sub(ahead).unwrap_or(end)
}

impl Account {
    async fn request(&self, client: &Client) -> Result<TokenRequest, Error> {
        let accounts = ApiResource::new(
            "",
            "v1",
            "ServiceAccount",
            "serviceaccounts",
            Scope::Namespaced,
        );
        let accounts = Collection::namespaced(accounts, self.namespace.as_str());
        let wanted = TokenRequest::new(ObjectMeta::default(), self.wanted.clone());
        let params = CreateParams::default();
        let request = subresource::create(&accounts, &self.name, "token", &wanted, &params)?;
        client.request(request).await
    }

    fn error(&self, cause: Cause) -> TokenRequestError {
        TokenRequestError {
            account: format!("{}/{}", self.namespace, self.name),
            cause,
        }
    }
}

impl Service<Renew> for TokenRequestSource {
    type Response = Token;
    type Error = TokenRequestError;
    type Future = Pin<Box<dyn Future<Output = Result<Token, TokenRequestError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TokenRequestError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Renew) -> Self::Future {
        Box::pin(self.clone().ask())
    }
}

impl fmt::Debug for TokenRequestSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRequestSource")
            .field("namespace", &self.account.namespace)
            .field("name", &self.account.name)
            .field("wanted", &self.account.wanted)
            .finish_non_exhaustive()
    }
}

impl fmt::Display for TokenRequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let account = &self.account;
        match &self.cause {
            Cause::Answer(_) | Cause::Token(_) => {
                write!(f, "asking for a token of the service account {account}")
            }
            Cause::NoToken => {
                write!(
                    f,
                    "the server gave no token of the service account {account}"
                )
            }
        }
    }
}

impl std::error::Error for TokenRequestError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.cause {
            Cause::Answer(cause) => Some(cause),
            Cause::Token(cause) => Some(cause),
            Cause::NoToken => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(life: u64, jitter: f64, ahead: u64) {
        let end = SystemTime::UNIX_EPOCH + Duration::from_secs(10_000_000);
        let from = renewed_from(end, Duration::from_secs(life), jitter);
        assert_eq!(
            end.duration_since(from).unwrap(),
            Duration::from_secs(ahead),
            "{life} {jitter}"
        );
    }

    #[test]
    fn is_renewed_as_kubelet_does() {
        check(600, 0.0, 120);
        check(600, 1.0, 130);
        check(3_600, 0.5, 725);
        check(365 * 86_400, 0.0, 364 * 86_400);
        check(0, 0.0, 0);
    }
}
