//! A future that a signal ends.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;
use tokio_util::sync::CancellationToken;

use super::signal::Signal;

pin_project! {
    /// What `inner` ends with, or `None` when the token is cancelled before.
    pub(crate) struct Until<F> {
        #[pin]
        inner: F,
        #[pin]
        end: Signal,
    }
}

impl<F: Future> Until<F> {
    pub(super) fn new(inner: F, token: &CancellationToken) -> Self {
        Self {
            inner,
            end: Signal::new(token),
        }
    }
}

impl<F: Future> Future for Until<F> {
    type Output = Option<F::Output>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        // First: what has come before the token was cancelled is looked at.
        if let Poll::Ready(done) = this.inner.poll(cx) {
            return Poll::Ready(Some(done));
        }
        this.end.poll(cx).map(|()| None)
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, poll_fn};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Wake, Waker};

    use super::*;

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    impl Woken {
        fn times(&self) -> usize {
            self.0.load(Ordering::SeqCst)
        }
    }

    #[test]
    fn whoever_polled_last_is_woken() {
        let token = CancellationToken::new();
        let mut until = Box::pin(Until::new(pending::<()>(), &token));
        let wakers = [Arc::new(Woken::default()), Arc::new(Woken::default())];
        for woken in [&wakers[0], &wakers[0], &wakers[1], &wakers[1]] {
            let waker = Waker::from(Arc::clone(woken));
            let polled = until.as_mut().poll(&mut Context::from_waker(&waker));
            assert_eq!(polled, Poll::Pending);
        }
        token.cancel();
        assert_eq!((wakers[0].times(), wakers[1].times()), (0, 1));
        let mut cx = Context::from_waker(Waker::noop());
        assert_eq!(until.as_mut().poll(&mut cx), Poll::Ready(None));
    }

    #[test]
    fn what_is_done_is_done_though_it_was_cancelled_meanwhile() {
        let token = CancellationToken::new();
        let mut cx = Context::from_waker(Waker::noop());
        let mut turns = 2;
        let work = poll_fn(move |_| {
            turns -= 1;
            if turns == 0 {
                Poll::Ready(7)
            } else {
                Poll::Pending
            }
        });
        let mut done = Box::pin(Until::new(work, &token));
        assert_eq!(done.as_mut().poll(&mut cx), Poll::Pending);
        token.cancel();
        assert_eq!(done.as_mut().poll(&mut cx), Poll::Ready(Some(7)));
        let mut cancelled = Box::pin(Until::new(pending::<()>(), &token));
        assert_eq!(cancelled.as_mut().poll(&mut cx), Poll::Ready(None));
    }
}
