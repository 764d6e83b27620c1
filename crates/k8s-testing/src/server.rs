//! The in-memory API server: a tower service that answers as kube-apiserver does.
//!
//! ```text
//! request ▸ RequestInfo ▸ authenticate ▸ impersonate ▸ authorize ▸ paths | verbs ▸ store ▸ answer
//! ```

mod admission;
mod answer;
mod authenticate;
mod authorize;
mod controllers;
mod custom;
mod decode;
mod defaults;
mod dice;
mod discovery;
mod garbage;
mod golang;
mod handle;
mod impersonate;
mod kinds;
mod labels;
mod managed;
mod media;
mod object;
mod oidc;
mod openapi;
mod patch;
mod paths;
mod pretty;
mod printers;
mod protobuf;
mod rbac;
mod reviews;
mod service_account;
mod state;
mod status;
mod store;
mod stored;
mod strategy;
mod structural;
mod subresources;
mod types;
mod user;
mod validation;
mod verbs;
mod watch;
mod yaml;

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::request::Parts;
use http::{Request, Response};
use http_body_util::BodyExt;
use http_body_util::combinators::Collect;
use pin_project_lite::pin_project;
use secrecy::{ExposeSecret, SecretString};
use tower_service::Service;

use self::authenticate::Issued;
pub use self::authorize::{Attributes, Authorize, Decision};
use self::oidc::TrustedIssuer;
use self::state::State;
pub(crate) use self::status::unwell as refusal;
pub(crate) use self::user::CREDENTIAL;
pub use self::user::User;
use crate::body::Body;
use crate::certs::{Ca, Certificate, Leaf};
use crate::clock::Clock;
use crate::issuer::Issuer;

/// An API server in memory. Clones are the same server; making one spawns nothing and needs no runtime.
///
/// It has the namespaces `default`, `kube-node-lease`, `kube-public` and `kube-system`, each with a service account
/// `default`, and the roles and bindings of a new cluster. `system:masters` may do everything; everybody else what was
/// [allowed](Self::allow), or what roles allow that they are bound to: at first to read discovery.
///
/// ```
/// use k8s_testing::{ApiServer, Body};
/// use tower_service::Service;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut server = ApiServer::new();
/// let request = http::Request::get("/api/v1/pods").body(Body::empty()).unwrap();
/// let response = server.call(request).await.unwrap();
/// assert_eq!(response.status(), http::StatusCode::FORBIDDEN);
/// # }
/// ```
#[derive(Clone)]
pub struct ApiServer {
    state: Arc<State>,
}

pin_project! {
    /// An answer of [`ApiServer`] on its way.
    pub struct ApiServerFuture<B>
    where
        B: http_body::Body,
    {
        #[pin]
        body: Collect<B>,
        parts: Option<Parts>,
        state: Arc<State>,
    }
}

// === impl ApiServer ===

impl ApiServer {
    /// A new server whose time is the system's.
    pub fn new() -> Self {
        Self::with_clock(Clock::system())
    }

    /// A new server that takes its time from `clock`.
    pub fn with_clock(clock: Clock) -> Self {
        Self {
            state: Arc::new(State::new(clock, fastrand::Rng::new())),
        }
    }

    /// A new server whose objects are the same in every run that asks the same: UIDs and generated names come from
    /// `seed`. Keys, certificates and tokens do not.
    pub fn seeded(clock: Clock, seed: u64) -> Self {
        let rng = fastrand::Rng::with_seed(seed);
        Self {
            state: Arc::new(State::new(clock, rng)),
        }
    }

    /// The server's clock: set it forward to let tokens expire.
    pub fn clock(&self) -> &Clock {
        &self.state.clock
    }

    /// The authority that signs the serving certificate and clients' certificates.
    pub fn ca(&self) -> &Ca {
        &self.state.ca
    }

    /// Allows a user a verb on a resource, in every namespace, without a role. `*` stands for every user, verb or
    /// resource.
    ///
    /// A resource is written `pods`, `pods/log`, `deployments.apps`; a path that is no resource as `/metrics` or
    /// `/logs/*`.
    pub fn allow(&self, user: &str, verb: &str, resource: &str) {
        self.state.grants.add(user, verb, resource, None);
    }

    /// Allows a user a verb on a resource in one namespace.
    pub fn allow_in(&self, namespace: &str, user: &str, verb: &str, resource: &str) {
        self.state.grants.add(user, verb, resource, Some(namespace));
    }

    /// Takes back everything that a user was [allowed](Self::allow); roles stay.
    pub fn forbid(&self, user: &str) {
        self.state.grants.revoke(user);
    }

    /// Asks `authorizer` before grants and roles; authorizers are asked in the order in which they were added.
    pub fn authorizer(&self, authorizer: impl Authorize + 'static) {
        self.state.add_authorizer(Arc::new(authorizer));
    }

    /// A token of a user in these groups (and `system:authenticated`), for every audience and for ever.
    pub fn issue_token(&self, user: &str, groups: &[&str]) -> SecretString {
        let user = User {
            groups: groups.iter().map(|&group| group.to_owned()).collect(),
            ..User::new(user)
        };
        self.issue_token_for(user, None)
    }

    /// A token of this very user, which lives this long by the server's clock.
    pub fn issue_expiring_token(&self, user: User, lifetime: Duration) -> SecretString {
        self.issue_token_for(user, Some(lifetime))
    }

    /// A token as a projected volume holds it: of a service account, bound to it, for the API server, for an hour.
    /// A namespace and an account that are not there are created.
    pub fn issue_service_account_token(&self, namespace: &str, name: &str) -> SecretString {
        self.issue_service_account_token_for(namespace, name, Duration::from_secs(3_600))
    }

    /// The same, with a lifetime of your own: also shorter than the ten minutes that a TokenRequest may ask for.
    pub fn issue_service_account_token_for(
        &self,
        namespace: &str,
        name: &str,
        lifetime: Duration,
    ) -> SecretString {
        let account = self.state.ensure_account(namespace, name);
        let expires = self.state.clock.seconds() + lifetime.as_secs();
        service_account::token(
            &self.state,
            &account,
            &[state::ISSUER.to_owned()],
            expires,
            None,
        )
    }

    /// A client certificate of a user in these groups, signed by the server's own authority.
    pub fn issue_certificate(&self, user: &str, groups: &[&str]) -> Certificate {
        let leaf = groups
            .iter()
            .fold(Leaf::client(user), |leaf, group| leaf.organization(*group));
        self.ca().issue(&leaf)
    }

    /// Takes client certificates that `authority` signed, too.
    pub fn trust_clients_of(&self, authority: &Ca) {
        self.state.trust_clients_of(authority.der().clone());
    }

    /// Takes ID tokens that `issuer` gives to `client`. Users are called `URL#SUBJECT`, their groups are in `groups`, as
    /// with kube-apiserver's `--oidc-issuer-url`, `--oidc-client-id` and `--oidc-groups-claim=groups`.
    pub fn trust_issuer(&self, issuer: &Issuer, client: &str) {
        let (issuer, client) = (Arc::clone(issuer.state()), client.to_owned());
        self.state.trust_issuer(TrustedIssuer { issuer, client });
    }

    /// From now on this token is unknown.
    pub fn revoke_token(&self, token: &SecretString) {
        self.state.tokens.revoke(token.expose_secret());
    }

    /// From now on every token of this user is unknown.
    pub fn revoke_tokens_of(&self, user: &str) {
        self.state.tokens.revoke_user(user);
    }

    /// How long the controllers (token Secrets, service accounts, emptying of namespaces) wait before they act.
    ///
    /// # Defaults
    /// 20 ms
    pub fn controller_delay(&self, delay: Duration) {
        self.state.controllers.set_delay(delay);
    }

    /// Forgets history: older lists and their `continue` tokens expire (410), as after etcd's compaction.
    pub fn compact(&self) {
        self.state.store().compact();
    }

    /// Remembers so many changes of each kind of object; older lists and watches expire (410).
    ///
    /// # Defaults
    /// 16,384
    pub fn history(&self, changes: usize) {
        self.state.store().set_window(changes);
    }

    /// Forgets every object, and every token bound to one, as a cluster that lost its etcd. Grants, static tokens and
    /// authorities stay.
    pub fn forget(&self) {
        self.state.forget();
    }

    fn issue_token_for(&self, user: User, lifetime: Option<Duration>) -> SecretString {
        let token = SecretString::from(format!("token-{:032x}", fastrand::u128(..)));
        self.state.tokens.add(Issued {
            token: token.clone(),
            user: user.authenticated(),
            audiences: Vec::new(),
            expires: lifetime.map(|lifetime| self.state.clock.seconds() + lifetime.as_secs()),
            bound_to: Vec::new(),
        });
        token
    }
}

impl Default for ApiServer {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for ApiServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiServer").finish_non_exhaustive()
    }
}

impl<B> Service<Request<B>> for ApiServer
where
    B: http_body::Body,
{
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = ApiServerFuture<B>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> ApiServerFuture<B> {
        let (parts, body) = request.into_parts();
        ApiServerFuture {
            body: body.collect(),
            parts: Some(parts),
            state: Arc::clone(&self.state),
        }
    }
}

// === impl ApiServerFuture ===

impl<B: http_body::Body> Future for ApiServerFuture<B> {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let body = ready!(this.body.poll(cx));
        let parts = this
            .parts
            .take()
            .expect("a future is not polled after it is ready");
        let body = body.map(|collected| collected.to_bytes()).ok();
        Poll::Ready(Ok(handle::answer(this.state, &parts, body.as_deref())))
    }
}

impl<B: http_body::Body> fmt::Debug for ApiServerFuture<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ApiServerFuture").finish_non_exhaustive()
    }
}
