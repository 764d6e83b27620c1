//! The layer: a token source, the server it is for, and what may be sent twice.

use tower_layer::Layer;

use super::{Authorize, Never};
use crate::Origin;

/// Puts a token on each request to one server: makes [`Authorize`] of a service.
#[derive(Clone, Debug)]
pub struct AuthorizeLayer<T, P = Never> {
    source: T,
    origin: Origin,
    replay: P,
}

impl<T> AuthorizeLayer<T> {
    /// Tokens of `source`, for requests to `origin` and to relative URIs. No request is sent twice.
    pub fn new(source: T, origin: Origin) -> Self {
        Self {
            source,
            origin,
            replay: Never,
        }
    }
}

impl<T, P> AuthorizeLayer<T, P> {
    /// Sends a request once more, with a new token, when the server did not take the first one (401).
    ///
    /// [`IfClone`](super::IfClone) where bodies can be cloned, or a closure `Fn(&B) -> Option<B>`.
    #[must_use]
    pub fn replay<Q>(self, replay: Q) -> AuthorizeLayer<T, Q> {
        AuthorizeLayer {
            source: self.source,
            origin: self.origin,
            replay,
        }
    }
}

impl<S, T: Clone, P: Clone> Layer<S> for AuthorizeLayer<T, P> {
    type Service = Authorize<S, T, P>;

    fn layer(&self, inner: S) -> Self::Service {
        Authorize {
            inner,
            source: self.source.clone(),
            origin: self.origin.clone(),
            replay: self.replay.clone(),
        }
    }
}
