//! The pieces, put together: a Kubernetes client as one tower stack.
//!
//! ```no_run
//! use k8s_client::{Api, Client, DynamicObject, ApiResource, ListParams, Scope};
//!
//! # async fn example() -> Result<(), k8s_client::Error> {
//! let client = Client::try_default()?;
//! let pods = ApiResource::new("", "v1", "Pod", "pods", Scope::Namespaced);
//! for pod in Api::<DynamicObject>::all_of(client, pods).list(&ListParams::default()).await? {
//!     println!("{}", pod.metadata.name.unwrap_or_default());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! With the feature `k8s-openapi-0-29` that is `Api::<Pod>::all(client)`.
//!
//! # The data's way
//!
//! ```text
//! Config (k8s-config), ClientOptions ▸ from_config: Trust, Credentials ▸ Pieces ▸ stack ▸ Client
//! Api::list ▸ request::list (k8s-api-core) ▸ Client::request ▸ the stack ▸ answer::read ▸ List<K> or Error
//! ```
//!
//! 1. [`Client::try_default`] finds the cluster ([`Config::infer`]), [`stack::assemble`] makes a tower service of
//!    it, and [`Client`] erases that service's type. Any other service does as well: [`Client::new`].
//! 2. [`Api`] turns verbs and parameters into requests with relative URIs, and answers into objects.
//! 3. The stack adds credential, server and connection, each in a layer of its own: [`stack`] is the one place
//!    where their order is written.
//!
//! # Errors
//!
//! One opaque [`Error`] with predicates; the server's own words are [`Error::status`], and the chain of causes goes
//! down to the names in a certificate.
//!
//! # Cancel safety
//!
//! Dropping the future of a request ends it. The server may have acted on it by then.
//!
//! # Features
//!
//! By default `ring`, `exec` (credential plugins), `gzip`, `http2`, `oidc` (logins) and `system-roots`. A configuration that needs what is not there is an error that
//! names it; it never becomes an anonymous request.

// The stack is one type; a release build without gzip looks deeper into it than the default lets it.
#![recursion_limit = "256"]

mod api;
mod body;
mod classify;
mod client;
mod credentials;
mod error;
mod from_config;
mod list;
mod logs;
mod metric;
mod options;
mod pieces;
pub mod stack;
mod token_request;
mod user_agent;

pub mod discovery;
pub mod recorder;
pub mod service_account;
pub mod wait;
pub mod watch;

pub use crate::api::{Api, Deleted};
pub use crate::body::{Body, BodyError};
pub use crate::classify::{Classify, ClassifyLayer, request_class};
pub use crate::client::{Client, ClientFuture};
pub use crate::credentials::Credentials;
pub use crate::error::Error;
pub use crate::from_config::tokens::{Tokens, TokensFuture};
pub use crate::list::ListStream;
pub use crate::logs::LogLines;
pub use crate::metric::{CaFault, Metric, MetricHook, OnMetric};
pub use crate::options::ClientOptions;
pub use crate::pieces::{Decompress, Pieces};
pub use crate::token_request::{TokenRequestError, TokenRequestSource};

pub use k8s_api_core::request::{
    CreateParams, DeleteParams, FieldValidation, GetParams, ListParams, LogParams, Patch,
    PatchParams, Propagation, ReplaceParams, ResourceVersionMatch, WatchParams,
};
pub use k8s_api_core::request_info::RequestInfo;
pub use k8s_api_core::status::Reason;
pub use k8s_api_core::{
    ApiResource, Collection, DynamicObject, DynamicResource, GroupVersionKind, List, ListMeta,
    NoStatus, Object, ObjectMeta, PartialObject, Resource, ResourceSpec, Scope, StaticResource,
    Status, Table, TypeMeta, kinds, request,
};
pub use k8s_auth::{Pin, Trust, crypto};
pub use k8s_config::Config;
pub use k8s_transport::{AnyConnector, DefaultRetry, Measurement, OnWarning, SendOnce, Warning};

/// What lies behind an answer that ended HTTP (101): the connection itself.
pub mod upgrade {
    pub use k8s_transport::{OnUpgrade, UpgradeError, Upgraded, on_upgrade};
}

/// The error of a service or body whose error type is open.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
