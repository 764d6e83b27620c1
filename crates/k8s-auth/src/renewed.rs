//! A service that is made anew when the trust changes: any client follows a rotation.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use pin_project_lite::pin_project;
use rustls::ClientConfig;
use tower_service::Service;

use crate::{Trust, TrustError};

/// Makes a service of a TLS configuration, and makes it anew when the trust has a new one.
///
/// It stands above a connection pool of any kind: a transport, a `reqwest::Client`, a tonic channel. With a new
/// generation the old service is dropped: its idle connections close, its live streams finish. No request goes out on a
/// connection that was made under roots or a client certificate that are gone.
///
/// Clones share the service that was made. One that is never polled holds none, so it keeps no old connection open.
pub struct Renewed<F, S> {
    trust: Trust,
    shared: Arc<Mutex<Maker<F, S>>>,
    /// The one that was polled ready; `None` until then.
    own: Option<Made<S>>,
}

/// What makes services, and the last one that it made.
struct Maker<F, S> {
    make: F,
    made: Made<S>,
}

/// A service and the generation it was made of.
#[derive(Clone)]
struct Made<S> {
    number: (u64, u64),
    service: S,
}

/// The error of [`Renewed`]; the inner service's error keeps its type.
#[derive(Debug)]
#[non_exhaustive]
pub enum RenewedError<E> {
    /// The trust has no configuration to give.
    Trust(TrustError),
    /// The inner service failed.
    Inner(E),
}

impl<F, S> Renewed<F, S>
where
    F: Fn(Arc<ClientConfig>) -> S,
    S: Clone,
{
    /// A service of `make`, made of the trust's present configuration and of every later one.
    ///
    /// # Errors
    ///
    /// If the trust has no configuration to give.
    pub fn new(trust: Trust, make: F) -> Result<Self, TrustError> {
        let generation = trust.generation()?;
        let service = make(generation.config.clone());
        let made = Made {
            number: generation.number(),
            service,
        };
        Ok(Self {
            trust,
            shared: Arc::new(Mutex::new(Maker { make, made })),
            own: None,
        })
    }

    /// The service of the newest generation.
    ///
    /// # Errors
    ///
    /// If the trust has no configuration to give.
    pub fn get(&self) -> Result<S, TrustError> {
        Ok(self.newest()?.service)
    }

    /// What was made of the newest generation; made now, if nobody did yet.
    fn newest(&self) -> Result<Made<S>, TrustError> {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        // Asked for under the lock: nobody puts an older one in the place of a newer.
        if shared.made.number != self.trust.number()? {
            let generation = self.trust.generation()?;
            let service = (shared.make)(generation.config.clone());
            shared.made = Made {
                number: generation.number(),
                service,
            };
        }
        Ok(shared.made.clone())
    }

    /// Goes over to the newest generation, if this is not it.
    fn follow(&mut self) -> Result<&mut S, TrustError> {
        let own = match self.own.take() {
            Some(own) if own.number == self.trust.number()? => own,
            _ => self.newest()?,
        };
        Ok(&mut self.own.insert(own).service)
    }

    /// The service that was polled ready, if it is still the newest: a credential above may have changed the client
    /// certificate since.
    fn ready(&mut self) -> Result<Option<&mut S>, TrustError> {
        let number = self.trust.number()?;
        let own = self.own.as_mut().filter(|own| own.number == number);
        Ok(own.map(|own| &mut own.service))
    }
}

impl<F, S, R> Service<R> for Renewed<F, S>
where
    F: Fn(Arc<ClientConfig>) -> S,
    S: Service<R> + Clone,
{
    type Response = S::Response;
    type Error = RenewedError<S::Error>;
    type Future = RenewedFuture<S, R>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        match self.follow() {
            Ok(service) => service.poll_ready(cx).map_err(RenewedError::Inner),
            Err(error) => Poll::Ready(Err(RenewedError::Trust(error))),
        }
    }

    fn call(&mut self, request: R) -> Self::Future {
        let state = match self.ready() {
            Ok(Some(service)) => State::Calling {
                answer: service.call(request),
            },
            Ok(None) => match self.newest() {
                Ok(newest) => State::Readying {
                    service: newest.service,
                    request: Some(request),
                },
                Err(error) => State::Failed { error: Some(error) },
            },
            Err(error) => State::Failed { error: Some(error) },
        };
        RenewedFuture { state }
    }
}

pin_project! {
    /// The future of [`Renewed`].
    pub struct RenewedFuture<S, R>
    where
        S: Service<R>,
    {
        #[pin]
        state: State<S, R>,
    }
}

pin_project! {
    #[project = StateProj]
    enum State<S, R>
    where
        S: Service<R>,
    {
        // ## Readying => Calling: the trust changed after the service was polled ready.
        Readying { service: S, request: Option<R> },
        // ## Calling => done
        Calling { #[pin] answer: S::Future },
        Failed { error: Option<TrustError> },
    }
}

const ENDED: &str = "a future is not polled after it has ended";

impl<S, R> Future for RenewedFuture<S, R>
where
    S: Service<R>,
{
    type Output = Result<S::Response, RenewedError<S::Error>>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.project().state;
        loop {
            let next = match state.as_mut().project() {
                StateProj::Readying { service, request } => {
                    ready!(service.poll_ready(cx)).map_err(RenewedError::Inner)?;
                    State::Calling {
                        answer: service.call(request.take().expect(ENDED)),
                    }
                }
                StateProj::Calling { answer } => {
                    return answer.poll(cx).map_err(RenewedError::Inner);
                }
                StateProj::Failed { error } => {
                    return Poll::Ready(Err(RenewedError::Trust(error.take().expect(ENDED))));
                }
            };
            state.set(next);
        }
    }
}

impl<F, S> Clone for Renewed<F, S> {
    fn clone(&self) -> Self {
        Self {
            trust: self.trust.clone(),
            shared: self.shared.clone(),
            own: None,
        }
    }
}

impl<E> RenewedError<E> {
    /// The error with its type given up, for stacks that use boxed errors: the inner service's own, or the trust's.
    pub fn into_boxed(self) -> crate::BoxError
    where
        E: Into<crate::BoxError>,
    {
        match self {
            Self::Trust(error) => error.into(),
            Self::Inner(error) => error.into(),
        }
    }
}

impl<F, S> fmt::Debug for Renewed<F, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renewed")
            .field("trust", &self.trust)
            .finish_non_exhaustive()
    }
}

impl<S: Service<R>, R> fmt::Debug for RenewedFuture<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RenewedFuture").finish_non_exhaustive()
    }
}

impl<E> fmt::Display for RenewedError<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Trust(_) => "reading whom to trust",
            Self::Inner(_) => "sending the request",
        })
    }
}

impl<E: std::error::Error + 'static> std::error::Error for RenewedError<E> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Trust(error) => Some(error),
            Self::Inner(error) => Some(error),
        }
    }
}
