//! A body that is there already: nothing stands between its pieces and the socket.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

/// Pieces in a row; a watch does not end behind them.
#[derive(Debug)]
pub(crate) struct Whole {
    pieces: VecDeque<Bytes>,
    left: u64,
    endless: bool,
}

impl Whole {
    /// A watch: each piece a frame of its own, no length, then silence.
    pub(crate) fn endless(pieces: impl IntoIterator<Item = Bytes>) -> Self {
        Self {
            pieces: pieces.into_iter().collect(),
            left: 0,
            endless: true,
        }
    }
}

impl From<Vec<Bytes>> for Whole {
    fn from(pieces: Vec<Bytes>) -> Self {
        Self {
            left: pieces.iter().map(|piece| piece.len() as u64).sum(),
            pieces: pieces.into(),
            endless: false,
        }
    }
}

impl Body for Whole {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        match self.pieces.pop_front() {
            Some(piece) => {
                self.left = self.left.saturating_sub(piece.len() as u64);
                Poll::Ready(Some(Ok(Frame::data(piece))))
            }
            None if self.endless => Poll::Pending,
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        !self.endless && self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        if self.endless {
            SizeHint::default()
        } else {
            SizeHint::with_exact(self.left)
        }
    }
}
