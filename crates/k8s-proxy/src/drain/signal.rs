//! A token, looked at by whoever is polled often and ended by it once.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};

use pin_project_lite::pin_project;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

pin_project! {
    /// Ready once the token is cancelled.
    ///
    /// Connections and watches are polled for each request and each event, and a token is cancelled once: it is told whom
    /// to wake when that is somebody else than before, and else only looked at.
    pub(super) struct Signal {
        #[pin]
        cancelled: WaitForCancellationFutureOwned,
        token: CancellationToken,
        // Whom the token wakes.
        told: Option<Waker>,
    }
}

impl Signal {
    pub(super) fn new(token: &CancellationToken) -> Self {
        Self {
            cancelled: token.clone().cancelled_owned(),
            token: token.clone(),
            told: None,
        }
    }

    /// Whether it was given, without a wake when it will be.
    pub(super) fn is_given(&self) -> bool {
        self.token.is_cancelled()
    }
}

impl Future for Signal {
    type Output = ();

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = self.project();
        if this.token.is_cancelled() {
            return Poll::Ready(());
        }
        let told = this.told.as_ref();
        if told.is_some_and(|told| told.will_wake(cx.waker())) {
            return Poll::Pending;
        }
        *this.told = Some(cx.waker().clone());
        this.cancelled.poll(cx)
    }
}
