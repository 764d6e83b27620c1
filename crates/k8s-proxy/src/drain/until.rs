//! A future that a token ends.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use pin_project_lite::pin_project;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

pin_project! {
    /// What `inner` ends with, or `None` when the token is cancelled before.
    ///
    /// A connection is polled for each request, and its token is cancelled once: it is told whom to wake when that is
    /// somebody else than before, and else only looked at.
    pub(crate) struct Until<F> {
        #[pin]
        inner: F,
        #[pin]
        cancelled: WaitForCancellationFutureOwned,
        token: CancellationToken,
        // Whom the token wakes.
        told: Option<Waker>,
    }
}

impl<F: Future> Until<F> {
    pub(super) fn new(inner: F, token: CancellationToken) -> Self {
        Self {
            inner,
            cancelled: token.clone().cancelled_owned(),
            token,
            told: None,
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
        if this.token.is_cancelled() {
            return Poll::Ready(None);
        }
        let is_told = this
            .told
            .as_ref()
            .is_some_and(|told| told.will_wake(cx.waker()));
        if !is_told {
            *this.told = Some(cx.waker().clone());
            if this.cancelled.poll(cx).is_ready() {
                return Poll::Ready(None);
            }
        }
        Poll::Pending
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, poll_fn};
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

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
        let mut until = Box::pin(Until::new(pending::<()>(), token.clone()));
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
        let mut done = Box::pin(Until::new(work, token.clone()));
        assert_eq!(done.as_mut().poll(&mut cx), Poll::Pending);
        token.cancel();
        assert_eq!(done.as_mut().poll(&mut cx), Poll::Ready(Some(7)));
        let mut cancelled = Box::pin(Until::new(pending::<()>(), token));
        assert_eq!(cancelled.as_mut().poll(&mut cx), Poll::Ready(None));
    }
}
