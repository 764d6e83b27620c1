//! The body of an endless answer, which ends in order when the proxy does.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::Drain;
use super::signal::Signal;

pin_project! {
    /// The lines of a watch or a log, until the drain: then the end, behind a whole line.
    pub(crate) struct EndsWithDrain<B> {
        #[pin]
        inner: B,
        #[pin]
        draining: Signal,
        // Frames of another form than lines are whole when the server is silent.
        lines: bool,
        between_lines: bool,
    }
}

impl<B> EndsWithDrain<B> {
    pub(crate) fn new(inner: B, drain: &Drain, lines: bool) -> Self {
        Self {
            inner,
            draining: drain.draining(),
            lines,
            between_lines: true,
        }
    }
}

impl<B: Body<Data = Bytes>> Body for EndsWithDrain<B> {
    type Data = Bytes;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, B::Error>>> {
        let this = self.project();
        if *this.lines && *this.between_lines && this.draining.is_given() {
            return Poll::Ready(None);
        }
        let polled = this.inner.poll_frame(cx);
        match &polled {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(last) = frame.data_ref().and_then(|data| data.last()) {
                    *this.between_lines = *last == b'\n';
                }
            }
            Poll::Pending if this.draining.poll(cx).is_ready() => {
                if *this.between_lines || !*this.lines {
                    return Poll::Ready(None);
                }
            }
            Poll::Pending | Poll::Ready(_) => {}
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::{BodyExt as _, channel::Channel};
    use tokio::time::{Duration, timeout};

    use super::*;

    async fn next<B>(body: &mut B) -> Option<Bytes>
    where
        B: Body<Data = Bytes, Error: std::fmt::Debug> + Unpin,
    {
        let frame = body.frame().await?;
        Some(frame.unwrap().into_data().unwrap())
    }

    fn body(
        drain: &Drain,
        lines: bool,
    ) -> (
        http_body_util::channel::Sender<Bytes>,
        Pin<Box<impl Body<Data = Bytes, Error: std::fmt::Debug>>>,
    ) {
        let (sender, channel) = Channel::<Bytes>::new(8);
        (sender, Box::pin(EndsWithDrain::new(channel, drain, lines)))
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_watch_ends_when_the_drain_begins() {
        let drain = Drain::new();
        let (mut sender, mut body) = body(&drain, true);
        sender
            .send_data(Bytes::from_static(b"one\n"))
            .await
            .unwrap();
        assert_eq!(next(&mut body).await.unwrap(), "one\n");
        let waiting = tokio::join!(next(&mut body), async { drain.start() });
        assert_eq!(waiting.0, None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_line_that_has_begun_is_finished() {
        let drain = Drain::new();
        let (mut sender, mut body) = body(&drain, true);
        sender.send_data(Bytes::from_static(b"on")).await.unwrap();
        assert_eq!(next(&mut body).await.unwrap(), "on");
        drain.start();
        let early = timeout(Duration::from_secs(60), next(&mut body)).await;
        assert!(early.is_err(), "it ended inside of a line");
        sender.send_data(Bytes::from_static(b"e\n")).await.unwrap();
        sender
            .send_data(Bytes::from_static(b"two\n"))
            .await
            .unwrap();
        assert_eq!(next(&mut body).await.unwrap(), "e\n");
        assert_eq!(next(&mut body).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn frames_that_are_no_lines_end_when_the_server_is_silent() {
        let drain = Drain::new();
        let (mut sender, mut body) = body(&drain, false);
        sender
            .send_data(Bytes::from_static(&[1, 2, 3]))
            .await
            .unwrap();
        drain.start();
        assert_eq!(next(&mut body).await.unwrap(), &[1, 2, 3][..]);
        assert_eq!(next(&mut body).await, None);
    }
}
