//! A body that breaks off, ends early, or comes slowly.

use std::error::Error as StdError;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, Bytes};
use http_body::Frame;
use pin_project_lite::pin_project;
use tokio::time::{Sleep, sleep};

use crate::body::BodyError;

/// What happens to a body's bytes.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fate {
    /// It breaks behind this byte.
    Break(u64),
    /// It ends behind this byte as if that were all.
    End(u64),
    /// So many bytes at one time, with pauses.
    Slow(usize, Duration),
}

pin_project! {
    pub(super) struct FaultyBody<B> {
        #[pin]
        inner: B,
        fate: Fate,
        passed: u64,
        waiting: Bytes,
        pause: Option<Pin<Box<Sleep>>>,
        flushed: bool,
    }
}

impl<B> FaultyBody<B> {
    pub(super) fn new(inner: B, fate: Fate) -> Self {
        Self {
            inner,
            fate,
            passed: 0,
            waiting: Bytes::new(),
            pause: None,
            flushed: false,
        }
    }
}

impl<B> http_body::Body for FaultyBody<B>
where
    B: http_body::Body<Data = Bytes>,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let mut this = self.project();
        let left = match *this.fate {
            Fate::Break(at) | Fate::End(at) => at - *this.passed,
            Fate::Slow(bytes, _) => bytes.max(1) as u64,
        };
        if left == 0 {
            let Fate::Break(_) = *this.fate else {
                return Poll::Ready(None);
            };
            if !std::mem::replace(this.flushed, true) {
                // Lets the server send what came before; it drops what it has not sent when the body breaks.
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            let broken = io::Error::from(io::ErrorKind::ConnectionReset);
            return Poll::Ready(Some(Err(BodyError::new(broken))));
        }
        if let Some(pause) = this.pause {
            ready!(pause.as_mut().poll(cx));
            *this.pause = None;
        }
        while !this.waiting.has_remaining() {
            let frame = match ready!(this.inner.as_mut().poll_frame(cx)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(BodyError::new(error)))),
                Some(Ok(frame)) => frame,
            };
            match frame.into_data() {
                Ok(data) => *this.waiting = data,
                Err(other) => return Poll::Ready(Some(Ok(other))),
            }
        }
        let most = usize::try_from(left)
            .unwrap_or(usize::MAX)
            .min(this.waiting.len());
        let part = this.waiting.split_to(most);
        *this.passed += most as u64;
        if let Fate::Slow(_, every) = *this.fate {
            *this.pause = Some(Box::pin(sleep(every)));
        }
        Poll::Ready(Some(Ok(Frame::data(part))))
    }
}
