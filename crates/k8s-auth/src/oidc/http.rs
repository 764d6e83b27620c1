//! Any HTTP service, with its types given up, its answers read whole and its time limited.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Buf as _, Bytes};
use http::{Request, Response, StatusCode};
use http_body::Body;
use tower_service::Service;

use crate::BoxError;

/// More than this is no answer of a provider.
const MAX_ANSWER: usize = 1 << 20;

/// How long one answer may take.
const LIMIT: Duration = Duration::from_secs(30);

type Answer = Result<(StatusCode, Vec<u8>), BoxError>;
type Send_ = dyn Fn(Request<Bytes>) -> Pin<Box<dyn Future<Output = Answer> + Send>> + Send + Sync;

/// Sends requests to the provider.
#[derive(Clone)]
pub(super) struct Http(Arc<Send_>);

/// The provider answered too much.
#[derive(Debug)]
struct TooLong;

/// The provider did not answer in time.
#[derive(Debug)]
struct Late;

impl Http {
    pub(super) fn new<S, B, R>(service: S) -> Self
    where
        S: Service<Request<B>, Response = Response<R>, Error: Into<BoxError>>,
        S: Clone + Send + Sync + 'static,
        S::Future: Send,
        B: From<Bytes> + Send + 'static,
        R: Body<Data: Send, Error: Into<BoxError>> + Send + 'static,
    {
        Self(Arc::new(move |request| {
            Box::pin(exchange(service.clone(), request.map(B::from)))
        }))
    }

    /// Sends a request, and reads the answer whole.
    pub(super) async fn send(&self, request: Request<Bytes>) -> Answer {
        match tokio::time::timeout(LIMIT, (self.0)(request)).await {
            Ok(answer) => answer,
            Err(_) => Err(Late.into()),
        }
    }
}

async fn exchange<S, B, R>(mut service: S, request: Request<B>) -> Answer
where
    S: Service<Request<B>, Response = Response<R>, Error: Into<BoxError>>,
    R: Body<Error: Into<BoxError>>,
{
    poll_fn(|cx| service.poll_ready(cx))
        .await
        .map_err(Into::into)?;
    let answer = service.call(request).await.map_err(Into::into)?;
    let code = answer.status();
    let mut body = pin!(answer.into_body());
    let mut bytes = Vec::new();
    while let Some(frame) = poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
        let Ok(mut data) = frame.map_err(Into::into)?.into_data() else {
            continue;
        };
        if bytes.len() + data.remaining() > MAX_ANSWER {
            return Err(TooLong.into());
        }
        while data.has_remaining() {
            let chunk = data.chunk();
            bytes.extend_from_slice(chunk);
            let read = chunk.len();
            data.advance(read);
        }
    }
    Ok((code, bytes))
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the answer is longer than {} KiB", MAX_ANSWER >> 10)
    }
}

impl std::error::Error for TooLong {}

impl fmt::Display for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "there was no answer in {} s", LIMIT.as_secs())
    }
}

impl std::error::Error for Late {}
