//! The layer: a token source and the server it is for.

use tower_layer::Layer;

use super::Authorize;
use crate::Origin;

/// Puts a token on each request to one server: makes [`Authorize`] of a service.
#[derive(Clone, Debug)]
pub struct AuthorizeLayer<T> {
    source: T,
    origin: Origin,
}

impl<T> AuthorizeLayer<T> {
    /// Tokens of `source`, for requests to `origin` and to relative URIs.
    pub fn new(source: T, origin: Origin) -> Self {
        Self { source, origin }
    }
}

impl<S, T: Clone> Layer<S> for AuthorizeLayer<T> {
    type Service = Authorize<S, T>;

    fn layer(&self, inner: S) -> Self::Service {
        Authorize::new(inner, self.source.clone(), self.origin.clone())
    }
}
