//! What happens behind a request's back: renewals, rotations, and what was kept because the new one is bad.

use std::error::Error;
use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use crate::Pin;

/// What a file holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Thing {
    /// A bearer token.
    Token,
    /// A CA bundle.
    Roots,
    /// A client certificate and its key.
    ClientCertificate,
}

/// Something that happened to a credential or to a trust. It holds no secret.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum AuthEvent<'a> {
    /// A file changed, and what it holds now is used.
    #[non_exhaustive]
    Reloaded {
        /// What the file holds.
        thing: Thing,
    },
    /// A file is missing or bad; what it held before is still used. Reported once, until it is good again.
    #[non_exhaustive]
    Kept {
        /// What the file holds.
        thing: Thing,
        /// Why it could not be used.
        why: &'a (dyn Error + 'static),
    },
    /// A source handed out a new token.
    #[non_exhaustive]
    Renewed {
        /// When the new token ends, where that is known.
        expires: Option<SystemTime>,
    },
    /// A source failed; the old token is still used if it is still good.
    #[non_exhaustive]
    RenewalFailed {
        /// The source's error.
        why: &'a (dyn Error + 'static),
        /// Whether an old token could be used instead.
        old_token_lives: bool,
    },
    /// New tokens of a login could not be written down: the next program may have to log in again.
    #[non_exhaustive]
    NotPersisted {
        /// Why.
        why: &'a (dyn Error + 'static),
    },
    /// A credential plugin may be run, or may not; told before each run.
    #[non_exhaustive]
    PluginPolicy {
        /// The command, as it is configured.
        command: &'a str,
        /// Whether it may.
        allowed: bool,
    },
    /// A credential plugin was run, or could not be.
    #[non_exhaustive]
    PluginEnded {
        /// The command, as it is configured.
        command: &'a str,
        /// How it ended.
        end: PluginEnd,
    },
    /// A connection was made whose server nobody vouches for.
    #[non_exhaustive]
    Unverified {
        /// The name that was dialled.
        server: &'a str,
        /// The key that it showed: pinned, the same server is known again
        /// ([`Trust::pinned`](crate::Trust::pinned)). `None` where it showed none that can be read.
        key: Option<Pin>,
    },
}

/// How the run of a credential plugin ended: the `call_status` and `code` of client-go's
/// `rest_client_exec_plugin_call_total`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PluginEnd {
    /// With exit code 0 (`no_error`).
    Well,
    /// With another exit code, -1 when it was killed (`plugin_execution_error`).
    Code(i32),
    /// There is no such program (`plugin_not_found_error`).
    NotFound,
    /// It may not be run, could not be started, or was not let finish (`client_internal_error`).
    Failed,
}

/// Hears of events; a closure is one.
///
/// It is called on the way of whatever caused the event: it must be quick, and must not wait.
pub trait OnAuthEvent: Send + Sync {
    /// Something happened.
    fn on_auth_event(&self, event: AuthEvent<'_>);
}

impl<F: Fn(AuthEvent<'_>) + Send + Sync> OnAuthEvent for F {
    fn on_auth_event(&self, event: AuthEvent<'_>) {
        self(event);
    }
}

/// The listener, if there is one; and the log, always.
#[derive(Clone, Default)]
pub(crate) struct Events(Option<Arc<dyn OnAuthEvent>>);

impl Events {
    pub(crate) fn new(listener: impl OnAuthEvent + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    pub(crate) fn report(&self, event: AuthEvent<'_>) {
        match event {
            AuthEvent::Reloaded { thing } => tracing::info!(?thing, "a file changed and is used"),
            AuthEvent::Kept { thing, why } => {
                tracing::warn!(?thing, why = %Chain(why), "a file is bad: what it held before is kept");
            }
            AuthEvent::Renewed { .. } => tracing::debug!("the token was renewed"),
            AuthEvent::RenewalFailed {
                why,
                old_token_lives,
            } => {
                tracing::warn!(why = %Chain(why), old_token_lives, "the token could not be renewed");
            }
            AuthEvent::NotPersisted { why } => {
                tracing::warn!(why = %Chain(why), "new tokens could not be written down");
            }
            AuthEvent::PluginPolicy { command, allowed } => {
                tracing::debug!(command, allowed, "a credential plugin was checked");
            }
            AuthEvent::PluginEnded { command, end } => {
                tracing::debug!(command, ?end, "a credential plugin ended");
            }
            AuthEvent::Unverified { server, key } => {
                tracing::warn!(
                    server,
                    key = key.map(tracing::field::display),
                    "the server is not verified: anybody may be answering"
                );
            }
        }
        if let Some(listener) = &self.0 {
            listener.on_auth_event(event);
        }
    }
}

impl fmt::Debug for Events {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Events").field(&self.0.is_some()).finish()
    }
}

/// An error and its causes, on one line.
struct Chain<'a>(&'a (dyn Error + 'static));

impl fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)?;
        let mut next = self.0.source();
        while let Some(cause) = next {
            write!(f, ": {cause}")?;
            next = cause.source();
        }
        Ok(())
    }
}
