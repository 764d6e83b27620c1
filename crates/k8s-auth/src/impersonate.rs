//! Acts as somebody else: `Impersonate-*` headers on each request, for users who may.

mod headers;

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{HeaderName, HeaderValue, Request};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

pub use self::headers::{Impersonation, InvalidImpersonation};

/// Makes [`Impersonate`] of a service.
#[derive(Clone, Debug)]
pub struct ImpersonateLayer {
    headers: Vec<(HeaderName, HeaderValue)>,
    callers_own: bool,
}

/// Puts `Impersonate-*` headers on each request.
///
/// A request that carries such headers itself is refused: it would act as somebody whom nobody configured. With
/// [`ImpersonateLayer::callers_own`] it goes through untouched, as with client-go.
#[derive(Clone, Debug)]
pub struct Impersonate<S> {
    inner: S,
    layer: ImpersonateLayer,
}

/// The error of [`Impersonate`]; the inner service's error keeps its type.
#[derive(Debug)]
#[non_exhaustive]
pub enum ImpersonateError<E> {
    /// The request carries impersonation headers of its own; nothing was sent.
    CallersOwn,
    /// The inner service failed.
    Inner(E),
}

impl ImpersonateLayer {
    /// Acts as this user.
    ///
    /// # Errors
    ///
    /// If a name cannot stand in a header.
    pub fn new(who: &Impersonation) -> Result<Self, InvalidImpersonation> {
        Ok(Self {
            headers: who.headers()?,
            callers_own: false,
        })
    }

    /// Lets requests through that carry impersonation headers of their own, untouched.
    #[must_use]
    pub fn callers_own(mut self, pass: bool) -> Self {
        self.callers_own = pass;
        self
    }
}

impl<S> Layer<S> for ImpersonateLayer {
    type Service = Impersonate<S>;

    fn layer(&self, inner: S) -> Impersonate<S> {
        Impersonate {
            inner,
            layer: self.clone(),
        }
    }
}

// === impl Impersonate ===

impl<S> Impersonate<S> {
    /// The inner service.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The inner service.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The inner service, acting as itself.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, B> Service<Request<B>> for Impersonate<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = ImpersonateError<S::Error>;
    type Future = ImpersonateFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx).map_err(ImpersonateError::Inner)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let own = request
            .headers()
            .keys()
            .any(|name| name.as_str().starts_with("impersonate-"));
        if own && !self.layer.callers_own {
            return ImpersonateFuture { answer: None };
        }
        if !own {
            for (name, value) in &self.layer.headers {
                request.headers_mut().append(name.clone(), value.clone());
            }
        }
        ImpersonateFuture {
            answer: Some(self.inner.call(request)),
        }
    }
}

pin_project! {
    /// The future of [`Impersonate`].
    pub struct ImpersonateFuture<F> {
        // None: the request was refused.
        #[pin]
        answer: Option<F>,
    }
}

impl<F, R, E> Future for ImpersonateFuture<F>
where
    F: Future<Output = Result<R, E>>,
{
    type Output = Result<R, ImpersonateError<E>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().answer.as_pin_mut() {
            Some(answer) => answer.poll(cx).map_err(ImpersonateError::Inner),
            None => Poll::Ready(Err(ImpersonateError::CallersOwn)),
        }
    }
}

// === impl ImpersonateError ===

impl<E> ImpersonateError<E> {
    /// The error with its type given up, for stacks that use boxed errors: the inner service's own, or the refusal.
    pub fn into_boxed(self) -> crate::BoxError
    where
        E: Into<crate::BoxError>,
    {
        match self {
            Self::CallersOwn => CALLERS_OWN.into(),
            Self::Inner(error) => error.into(),
        }
    }
}

const CALLERS_OWN: &str = "the request carries impersonation headers of its own";

impl<E> fmt::Display for ImpersonateError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::CallersOwn => CALLERS_OWN,
            Self::Inner(_) => "sending the request as somebody else",
        })
    }
}

impl<E: std::error::Error + 'static> std::error::Error for ImpersonateError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::CallersOwn => None,
            Self::Inner(error) => Some(error),
        }
    }
}

impl<F> fmt::Debug for ImpersonateFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ImpersonateFuture").finish_non_exhaustive()
    }
}
