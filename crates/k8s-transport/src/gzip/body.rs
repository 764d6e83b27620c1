//! A body that is decompressed as it arrives.

use std::fmt;
use std::io::{self, Write as _};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use ::http::HeaderMap;
use bytes::{Buf as _, Bytes};
use flate2::write::MultiGzDecoder;
use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;

use super::GunzipError;
use crate::BoxError;

/// How much is decompressed at one time: gzip makes of it a thousand times as much at most.
const STEP: usize = 1024;

pin_project! {
    /// The body of an answer of [`Gunzip`](super::Gunzip): as it came, or decompressed. Trailers are kept.
    ///
    /// Its error is the inner body's own, or [`GunzipError`].
    pub struct GunzipBody<B> {
        #[pin]
        inner: B,
        gzip: Option<Box<Decoding>>,
    }
}

/// What is under way between the compressed bytes and the others.
struct Decoding {
    decoder: MultiGzDecoder<Vec<u8>>,
    waiting: Bytes,
    begun: bool,
    trailers: Option<HeaderMap>,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Reading,
    /// The compressed bytes have ended.
    Ended,
    /// All has been handed on.
    Done,
}

impl<B> GunzipBody<B> {
    pub(super) fn plain(inner: B) -> Self {
        Self { inner, gzip: None }
    }

    pub(super) fn gzip(inner: B) -> Self {
        let decoding = Decoding {
            decoder: MultiGzDecoder::new(Vec::new()),
            waiting: Bytes::new(),
            begun: false,
            trailers: None,
            state: State::Reading,
        };
        Self {
            inner,
            gzip: Some(Box::new(decoding)),
        }
    }
}

impl<B: Body<Error: Into<BoxError>>> Body for GunzipBody<B> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let mut this = self.project();
        let Some(gzip) = this.gzip else {
            let frame = ready!(this.inner.poll_frame(cx));
            let bytes = |mut data: B::Data| data.copy_to_bytes(data.remaining());
            return Poll::Ready(frame.map(|frame| match frame {
                Ok(frame) => Ok(frame.map_data(bytes)),
                Err(error) => Err(error.into()),
            }));
        };
        loop {
            match gzip.next() {
                Ok(Some(frame)) => return Poll::Ready(Some(Ok(frame))),
                Ok(None) if gzip.state == State::Done => return Poll::Ready(None),
                Ok(None) => {}
                Err(error) => {
                    gzip.state = State::Done;
                    return Poll::Ready(Some(Err(GunzipError::new(error).into())));
                }
            }
            match ready!(this.inner.as_mut().poll_frame(cx)) {
                None => gzip.state = State::Ended,
                Some(Ok(frame)) => gzip.take(frame),
                Some(Err(error)) => {
                    gzip.state = State::Done;
                    return Poll::Ready(Some(Err(error.into())));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.gzip {
            Some(gzip) => gzip.state == State::Done,
            None => self.inner.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.gzip {
            Some(_) => SizeHint::default(),
            None => self.inner.size_hint(),
        }
    }
}

impl Decoding {
    fn take<D: bytes::Buf>(&mut self, frame: Frame<D>) {
        match frame.into_data() {
            Ok(mut data) => self.waiting = data.copy_to_bytes(data.remaining()),
            Err(frame) => self.trailers = frame.into_trailers().ok(),
        }
    }

    /// What can be handed on without reading more.
    fn next(&mut self) -> io::Result<Option<Frame<Bytes>>> {
        while !self.waiting.is_empty() && self.state != State::Done {
            self.begun = true;
            let step = self.waiting.len().min(STEP);
            let eaten = self.decoder.write(&self.waiting[..step])?;
            self.decoder.flush()?;
            if eaten == 0 {
                return Err(io::ErrorKind::InvalidData.into());
            }
            self.waiting.advance(eaten);
            if let Some(frame) = self.output() {
                return Ok(Some(frame));
            }
        }
        if self.state != State::Ended {
            return Ok(None);
        }
        if std::mem::take(&mut self.begun) {
            self.decoder.try_finish()?;
            if let Some(frame) = self.output() {
                return Ok(Some(frame));
            }
        }
        self.state = State::Done;
        Ok(self.trailers.take().map(Frame::trailers))
    }

    fn output(&mut self) -> Option<Frame<Bytes>> {
        let bytes = std::mem::take(self.decoder.get_mut());
        (!bytes.is_empty()).then(|| Frame::data(bytes.into()))
    }
}

impl<B> fmt::Debug for GunzipBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GunzipBody")
            .field("gzip", &self.gzip.is_some())
            .finish_non_exhaustive()
    }
}
