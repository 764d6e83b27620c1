//! One service for all clones, until a clone is about to be called.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use tower_layer::Layer;
use tower_service::Service;

/// Makes clones of a service cheap: makes [`Shared`] of it.
///
/// ```
/// use k8s_transport::SharedLayer;
/// use tower::ServiceBuilder;
/// use tower::service_fn;
///
/// let echo = service_fn(|text: String| async move { Ok::<_, std::io::Error>(text) });
/// let service = ServiceBuilder::new().layer(SharedLayer::new()).service(echo);
/// let twin = service.clone(); // counts a reference, whatever lies below
/// # let _ = twin;
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct SharedLayer(());

/// A service whose clones are one until they are used; see [`SharedLayer`].
///
/// Layers that may send a request twice ([`Retry`](crate::Retry), an authorization) keep a clone of what lies below them
/// with each request, and most are never used. A clone of this counts a reference; the service below is cloned when the
/// clone is asked whether it is ready, so that each clone has its own readiness, as tower wants it.
pub struct Shared<S> {
    shared: Arc<S>,
    /// The one that is polled and called.
    own: Option<Box<S>>,
}

impl SharedLayer {
    /// The layer.
    pub const fn new() -> Self {
        Self(())
    }
}

impl<S> Layer<S> for SharedLayer {
    type Service = Shared<S>;

    fn layer(&self, inner: S) -> Shared<S> {
        Shared::new(inner)
    }
}

impl<S> Shared<S> {
    /// One service for all clones.
    pub fn new(inner: S) -> Self {
        Self {
            shared: Arc::new(inner),
            own: None,
        }
    }
}

impl<S: Clone> Shared<S> {
    fn own(&mut self) -> &mut S {
        self.own
            .get_or_insert_with(|| Box::new(S::clone(&self.shared)))
    }
}

impl<S, R> Service<R> for Shared<S>
where
    S: Service<R> + Clone,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.own().poll_ready(cx)
    }

    fn call(&mut self, request: R) -> S::Future {
        self.own().call(request)
    }
}

impl<S> Clone for Shared<S> {
    fn clone(&self) -> Self {
        Self {
            shared: Arc::clone(&self.shared),
            own: None,
        }
    }
}

impl<S> fmt::Debug for Shared<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shared").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::future::Ready;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use tower::ServiceExt as _;

    use super::*;

    /// Counts how often it is cloned.
    struct Counted(Arc<AtomicUsize>);

    impl Clone for Counted {
        fn clone(&self) -> Self {
            self.0.fetch_add(1, Ordering::Relaxed);
            Self(Arc::clone(&self.0))
        }
    }

    impl Service<u8> for Counted {
        type Response = u8;
        type Error = Infallible;
        type Future = Ready<Result<u8, Infallible>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, request: u8) -> Self::Future {
            std::future::ready(Ok(request + 1))
        }
    }

    #[tokio::test]
    async fn a_clone_is_made_when_it_is_polled_and_not_before() {
        let clones = Arc::new(AtomicUsize::new(0));
        let mut service = SharedLayer::new().layer(Counted(Arc::clone(&clones)));
        let twin = service.clone();
        drop(service.clone());
        assert_eq!(clones.load(Ordering::Relaxed), 0);
        for request in [1, 2] {
            let answer = service.ready().await.unwrap().call(request).await.unwrap();
            assert_eq!(answer, request + 1);
        }
        assert_eq!(
            clones.load(Ordering::Relaxed),
            1,
            "one serves all requests of a clone"
        );
        assert_eq!(twin.oneshot(3).await.unwrap(), 4);
        assert_eq!(clones.load(Ordering::Relaxed), 2);
    }
}
