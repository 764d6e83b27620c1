//! An API server you can hold in one hand: for our tests and for yours.
//!
//! It answers as kube-apiserver 1.36 does, in its words, and has three faces: a tower service, an in-memory connector,
//! a TLS socket. Whatever a program that reaches Kubernetes may meet can be made to happen: other identities, rotated
//! certificates and tokens, refusals, broken connections. It knows nothing of the crates it tests, so any client will do.
//!
//! # The data's way
//!
//! ```text
//! ApiServer ─┬─ Service<Request<B>> ────────────────────────────────┐   no upgrades: a request in, an answer out
//!            ├─ connector() ▸ MemoryConnector (Service<Uri>) ▸ hyper ─┤   real HTTP/1.1, HTTP/2, upgrades; no port; paused time
//!            └─ listen() ▸ Listening ▸ TLS ▸ hyper ──────────────────┘   for programs of any language
//!                                                                    ▼
//! Parts + Bytes ▸ RequestInfo ▸ authenticate ▸ impersonate ▸ authorize ▸ paths │ verbs ▸ Store ▸ Response<Body>
//!                 (api-core)    tokens, client   who else?    Authorize,           │ decode ▸ managed fields ▸ admission
//!                               certificates,                 grants, roles        │ ▸ defaults ▸ rbac ▸ validation ▸ put
//!                               OIDC issuers                                       └ controllers, when somebody looks
//! ```
//!
//! 1. A request is read whole; everything behind that is a function of its head, its bytes and the server's state, and
//!    waits for nothing.
//! 2. [`RequestInfo`](k8s_api_core::request_info::RequestInfo) says what it asks for. Who asks is known by a bearer token
//!    that was [issued](ApiServer::issue_token), by a client certificate, by an ID token of a [trusted
//!    issuer](ApiServer::trust_issuer); nobody else is `system:anonymous`. Impersonation headers may change that.
//! 3. Whether it is allowed is decided by each [`Authorize`], then by what was [allowed](ApiServer::allow), then by the
//!    roles and bindings in the store, read anew for each question. A new server has those of a new cluster. Whoever
//!    writes a role or binding must have the rights that it gives away.
//! 4. Objects are JSON. Their kinds and types stand in one table, by which they are read, patched, applied and written:
//!    what a type does not have is warned of or refused, and who wrote which field is kept. The store keeps every version under one rising revision, so lists
//!    are read as they were, until [`compact`](ApiServer::compact).
//!    A CustomResourceDefinition that is created becomes a kind like those, whose objects are pruned, filled in and checked
//!    by its schema; a definition that goes takes them along.
//! 5. What controllers do in a cluster (fill token Secrets, make service accounts, empty namespaces) is done a moment
//!    later: tasks wait until they are due, and the next one who looks at the store finds them done. Nothing is spawned.
//!
//! Around any of the three: [`faults`] as layers, connectors and schedules; [`recorder`] and [`mock`] in the place of the
//! server; [`certs`], [`ServiceAccountDir`], [`KubeconfigFile`], [`plugin`] and [`issuer`] for what a client reads, each
//! changed on command or by a [`Timetable`]. A [`Proxy`] stands between client and server, in memory or on a socket.
//!
//! # In scope
//!
//! Discovery in both forms, `/version`, health, `/metrics` (how many objects there are); the built-in kinds, as a table of a real server's answers has them, by
//! every verb, with all four patches (server-side apply among them) and the subresources `status`, `scale` and `eviction`;
//! custom resources with structural schemas, several versions, `status`, `scale` and fields to choose by;
//! TokenRequest, TokenReview, SelfSubjectReview; roles, bindings and the reviews of `authorization.k8s.io`; JSON, YAML
//! and Kubernetes' protobuf, of whole objects or of their metadata alone; tables with the columns and cells that `kubectl
//! get` shows; OpenAPI v3, with which kubectl checks and explains objects.
//!
//! # Out of scope, for now
//!
//! API services, and subresources as `log`, are refused with 404; CBOR, as by default, with 415 or 406. Syntax errors of YAML
//! are told in other words than Go's. A built-in kind has one version: what a real server would convert is not there; nor are
//! webhooks that convert custom resources. Rules of their schemas (`x-kubernetes-validations`) are asked with the feature
//! `cel`; a warning names those that are not.
//! Values are checked where the server's texts matter to clients (metadata, pods' containers, Secrets), not everywhere.
//! Intermediate certificate authorities are not followed.
//!
//! ```
//! use k8s_testing::{ApiServer, Kubeconfig, KubeconfigFile};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> std::io::Result<()> {
//! let server = ApiServer::new();
//! server.allow("alice", "list", "pods");
//! let listening = server.listen().await?;
//! let config = Kubeconfig::new(&listening.url())
//!     .ca_pem(listening.ca_pem())
//!     .token(&server.issue_token("alice", &[]));
//! let kubeconfig = KubeconfigFile::new(&config)?;
//! // … run whatever you test with `kubeconfig.path()`; dropping `listening` closes the server.
//! # drop(kubeconfig);
//! # Ok(())
//! # }
//! ```

mod body;
pub mod certs;
mod clock;
mod connector;
pub mod faults;
pub mod issuer;
mod jwt;
mod kubeconfig;
mod listen;
pub mod mock;
#[cfg(unix)]
mod mount;
#[cfg(unix)]
pub mod plugin;
mod proxy;
pub mod recorder;
mod serve;
mod server;
mod timetable;
mod tls;

pub use crate::body::{Body, BodyError};
pub use crate::clock::Clock;
pub use crate::connector::{MemoryConnector, MemoryStream};
pub use crate::kubeconfig::{Kubeconfig, KubeconfigFile};
pub use crate::listen::{ListenOptions, Listening};
#[cfg(unix)]
pub use crate::mount::ServiceAccountDir;
pub use crate::proxy::{ListeningProxy, Proxy, ProxyConnector, Tunnelled};
pub use crate::server::{ApiServer, ApiServerFuture, Attributes, Authorize, Decision, User};
pub use crate::timetable::Timetable;
