//! A token that somebody else writes into a file, and replaces: kubelet in a Pod, `tokenFile` in a kubeconfig.

use std::fmt;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::task::{Context, Poll};

use k8s_config::{Material, ReadError};
use secrecy::ExposeSecret as _;
use tower_service::Service;

use super::{InvalidToken, Renew, Token};
use crate::event::{Events, OnAuthEvent, Thing};
use crate::reload::{Files, Reload};

/// Hands out the token that stands in a file.
///
/// The file is looked at once a second, read again when it changed, and at least every 50 s. When the server refused
/// the token it is looked at again at once. White space around the token is cut off. While the file is away, empty or unreadable, the last
/// good token is kept and one warning logged.
///
/// Clones share what was read. Looking and reading block for as long as the file system does: mounted tokens live in
/// memory.
#[derive(Clone, Debug)]
pub struct TokenFile {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    material: Material,
    token: Reload<Token>,
    events: Events,
}

/// Why there is no token: the first read of the file failed.
#[derive(Debug)]
pub struct TokenFileError {
    place: String,
    cause: Cause,
}

#[derive(Debug)]
enum Cause {
    Read(ReadError),
    Token(InvalidToken),
}

impl TokenFile {
    /// The token in `material`. Nothing is read yet.
    pub fn new(material: Material) -> Self {
        Self::with_events(material, Events::default())
    }

    /// As [`new`](Self::new), and tells of every change and failure.
    pub fn on_event(material: Material, listener: impl OnAuthEvent + 'static) -> Self {
        Self::with_events(material, Events::new(listener))
    }

    fn with_events(material: Material, events: Events) -> Self {
        let token = Reload::new(Thing::Token);
        Self {
            inner: Arc::new(Inner {
                material,
                token,
                events,
            }),
        }
    }

    /// The token as it is now; see the type for when the file is read.
    ///
    /// # Errors
    ///
    /// If the token was never readable, and is not now.
    pub fn read(&self, renew: &Renew) -> Result<Token, TokenFileError> {
        self.inner.token(renew)
    }
}

impl Service<Renew> for TokenFile {
    type Response = Token;
    type Error = TokenFileError;
    type Future = Ready<Result<Token, TokenFileError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), TokenFileError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, renew: Renew) -> Self::Future {
        ready(self.read(&renew))
    }
}

// === impl Inner ===

impl Inner {
    fn token(&self, renew: &Renew) -> Result<Token, TokenFileError> {
        let files = Files {
            materials: &[&self.material],
            read: || self.read(),
            events: &self.events,
        };
        let (token, _) = self.token.get(&files)?;
        if renew.seen.as_ref().is_none_or(|seen| *seen != token.id()) {
            return Ok(token);
        }
        let (token, _) = self.token.get_refused(&files)?;
        Ok(token)
    }

    fn read(&self) -> Result<Token, TokenFileError> {
        let bytes = self
            .material
            .read()
            .map_err(|error| self.error(Cause::Read(error)))?;
        Token::new(bytes.expose_secret()).map_err(|error| self.error(Cause::Token(error)))
    }

    fn error(&self, cause: Cause) -> TokenFileError {
        TokenFileError {
            place: self.material.to_string(),
            cause,
        }
    }
}

// === impl TokenFileError ===

impl fmt::Display for TokenFileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reading the token in {}", self.place)
    }
}

impl std::error::Error for TokenFileError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.cause {
            // The read error says what we say; its cause says why.
            Cause::Read(error) => std::error::Error::source(error).or(Some(error)),
            Cause::Token(error) => Some(error),
        }
    }
}
