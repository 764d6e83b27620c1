//! `kubectl proxy` as a tower service: mount it in axum, or have it serve itself.
//!
//! The API server without credentials, for those who may have yours: a neighbour in the Pod, a browser on this machine, a page of your own service.
//!
//! ```no_run
//! use k8s_client::Client;
//! use k8s_proxy::{Drain, Listener, Proxy, Server};
//!
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let drain = Drain::new();
//! let proxy = Proxy::new(Client::try_default()?, &drain);
//! let listener = Listener::tcp(([127, 0, 0, 1], 8001).into()).await?;
//! println!("Starting to serve on {}", listener.address()?);
//! Server::new().serve(listener, proxy, &drain).await;
//! # Ok(())
//! # }
//! ```
//!
//! # The data's way
//!
//! ```text
//! client ▸ Server (HTTP/1.1) ▸ [Metrics] ▸ [Files] ▸ Proxy( SameOrigin ▸ Filter ▸ Prefix ▸ Forward ) ▸ k8s-client ▸ API server
//!                                                                                      └ 101: tunnel, bytes both ways
//! kubelet, Prometheus ▸ Server, another port ▸ Health
//! ```
//!
//! 1. [`Server`] accepts connections of a [`Listener`] and speaks HTTP/1.1 on them; any other server does as well.
//! 2. [`SameOrigin`] refuses what another site's page has a browser send; [`Filtered`] compares path, host and method with kubectl's lists.
//! 3. [`Prefixed`] takes the path off under which the API is served.
//! 4. [`Forward`] leaves out the client's credentials and hands the request to `k8s-client`, body and all as a stream; whatever that does (renewed
//!    tokens, another CA, another connection) is inherited. No answer becomes 502 or 504 with a `Status`.
//! 5. The answer streams back. After a 101 both connections are joined by a task.
//! 6. [`Drain`] ends it in order: watches end behind a whole line, the rest is finished, or cut when the grace is over.
//!
//! Nothing is buffered but what HTTP needs, so a reader that stalls stalls the writer.
//!
//! # Beyond `kubectl proxy`
//!
//! The loopback of IPv6 works; foreign pages are kept out; nobody brings an identity; paths are compared as the API server reads them; port-forward,
//! proxy subresources and token requests are rejected by default; `read_only`; health, readiness and metrics on a port of their own; an orderly end.
//!
//! # Features
//!
//! Both by default: `files` ([`FilesLayer`], static files), `metrics` ([`MetricsLayer`], Prometheus).

mod answer;
mod drain;
#[cfg(feature = "files")]
mod files;
mod filter;
mod forward;
mod headers;
mod health;
mod host;
mod listen;
#[cfg(feature = "metrics")]
mod metrics;
mod path;
mod pattern;
mod prefix;
mod proxy;
mod refusable;
mod same_origin;
mod serve;
mod tunnel;

pub use crate::drain::Drain;
#[cfg(feature = "files")]
pub use crate::files::{Files, FilesFuture, FilesLayer};
pub use crate::filter::{ACCEPTED_HOSTS, Filter, FilterLayer, Filtered, REJECTED_PATHS, Refused};
pub use crate::forward::{Forward, ForwardFuture};
pub use crate::health::Health;
pub use crate::listen::{ListenAddress, Listener};
#[cfg(feature = "metrics")]
pub use crate::metrics::{Counted, CountedBody, CountedFuture, Metrics, MetricsLayer};
pub use crate::path::PathFault;
pub use crate::pattern::{InvalidPattern, Patterns};
pub use crate::prefix::{InvalidPrefix, PrefixLayer, Prefixed};
pub use crate::proxy::{Proxy, ProxyOptions};
pub use crate::refusable::Refusable;
pub use crate::same_origin::{ForeignPage, SameOrigin, SameOriginLayer};
pub use crate::serve::Server;
