//! Who is asking, and who answers: tower layers that put a credential on each request and pin the server's CA on each connection.
//!
//! For any tower HTTP service and any connector: nothing here needs the rest of this workspace but `k8s-config`,
//! and nothing here opens a file itself, keeps a pool or reads the API's JSON.
//!
//! # The data's way
//!
//! ```text
//! Material (a file, through Source) ▸ TokenFile ▸ Token ─┐
//!                                  request ▸ Authorize ▸ │ authorization: Bearer … ▸ any HTTP service
//!
//! Material (ca.crt) ▸ Trust ─────┐
//! Material (crt, key) ▸ Identity ┴▸ rustls::ClientConfig (one a generation)
//!                                   uri ▸ any connector ▸ PinnedTls ▸ TLS stream whose server the CA vouches for
//! ```
//!
//! 1. A [`TokenSource`](token::TokenSource) is a tower service that answers [`Renew`](token::Renew) with a
//!    [`Token`]. [`TokenFile`] keeps the last good token and reads the file again when it changes, and at least
//!    every 50 s. [`Cached`](token::Cached) stands around sources that are slow: one renewal at a time, ahead of the end.
//! 2. [`Authorize`] asks the source, puts the token on the request as a sensitive header and calls the inner
//!    service. A request that carries `Authorization` already is left alone. A request to another origin fails.
//!    After a 401 the source is told; if it has another token by then, and the body can be had twice
//!    ([`ReplayBody`]), the request is sent again, once.
//! 3. [`Trust`] holds where the CA bundle is. Every change of its files makes a new generation: a new
//!    `rustls::ClientConfig` with a session store of its own, so no session is resumed under roots that are gone.
//! 4. [`PinnedTls`] dials with the inner connector and shakes hands with the newest generation. The server's
//!    certificate must be signed by that bundle and valid for the host that was dialled: nothing else is asked,
//!    no system root is added. When a server is turned down, the bundle is looked at once more before the answer.
//! 5. [`Renewed`] stands above any pool and makes it anew when the generation changes: idle connections of old roots or
//!    of an old client certificate carry no further request.
//! 6. With the feature `exec`, `ExecPlugin` is a source that runs a credential plugin. A certificate that it prints goes
//!    into an [`IssuedIdentity`], which the trust shows from then on: a new generation, new connections.
//! 7. [`Impersonate`] acts as somebody else. [`OnAuthEvent`] hears of what happens behind a request's back.
//!
//! # Fails closed
//!
//! A CA bundle that is missing, empty, or holds no certificate is an error at construction. One that *becomes* so
//! is reported (`tracing`, `warn`) and the old roots stay.
//!
//! # Features
//!
//! `ring` (default) and `aws-lc-rs` add constructors of a [`crypto`] provider; the provider is always a value that
//! you pass, never the process default. `system-roots` adds `Trust::system`. `exec` adds credential plugins.

mod authorize;
mod certificate;
mod clock;
pub mod crypto;
pub mod danger;
mod der;
mod event;
#[cfg(feature = "exec")]
pub mod exec;
mod identity;
mod impersonate;
#[cfg(feature = "oidc")]
pub mod oidc;
mod origin;
mod pem;
mod reload;
mod renewed;
mod signatures;
mod tls;
pub mod token;
mod trust;

pub use crate::authorize::{
    Authorize, AuthorizeError, AuthorizeFuture, AuthorizeLayer, CredentialError, IfClone, Never,
    ReplayBody,
};
pub use crate::certificate::Certificate;
pub use crate::clock::{Clock, Time};
pub use crate::event::{AuthEvent, OnAuthEvent, PluginEnd, Thing};
#[cfg(feature = "exec")]
pub use crate::exec::ExecPlugin;
pub use crate::identity::{Identity, IdentityError, IssuedIdentity};
pub use crate::impersonate::{
    Impersonate, ImpersonateError, ImpersonateFuture, ImpersonateLayer, Impersonation,
    InvalidImpersonation,
};
#[cfg(feature = "oidc")]
pub use crate::oidc::Oidc;
pub use crate::origin::{ForeignOrigin, InvalidOrigin, Origin};
pub use crate::pem::PemError;
pub use crate::renewed::{Renewed, RenewedError, RenewedFuture};
pub use crate::tls::{
    ClientCertificateRefused, PinnedTls, PinnedTlsLayer, TlsError, TlsFault, TlsStream,
};
pub use crate::token::{Token, TokenFile};
pub use crate::trust::{CertificateSource, InvalidPin, Pin, Trust, TrustError, UnknownIssuer};

/// The error of a service whose error type is open.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
