//! A request's way: a connection, the request on it, and another one if it was never sent.

use std::future::Future;
use std::sync::Arc;

use ::http::{Method, Request, Response, StatusCode, header};

use super::Http1Only;
use super::body::Body;
use super::error::TransportError;
use super::pool::{Lease, Need, Pool};
use super::received::Received;
use super::sending::{SendError, Sending};
use crate::BoxError;
use crate::deadline::Progress;

/// How many connections may end under a request before it was sent. Each was good when it was chosen.
const UNSENT: usize = 16;

/// Begins nothing before it is polled.
pub(super) fn send<B>(
    pool: Arc<Pool<B>>,
    request: Request<B>,
) -> impl Future<Output = Result<Response<Body>, TransportError>> + Send
where
    B: http_body::Body<Data: Send, Error: Into<BoxError>> + Send + Unpin + 'static,
{
    let uri = request.uri().clone();
    let place = pool.place(&uri);
    let need = need(&request);
    let progress = request.extensions().get::<Arc<Progress>>().cloned();
    // In a box: it is gone before the answer is waited for, and the future would keep its room.
    let mut request = Box::new(request.map(Sending::new));
    let mut unsent = 0;
    async move {
        let place = place.ok_or_else(TransportError::relative)?;
        loop {
            if let Some(progress) = &progress {
                progress.connecting();
            }
            let mut lease = pool.lease(&place, need).await?;
            if let Some(progress) = &progress {
                progress.sending();
            }
            match lease.send(*request, &uri, &place.host).await {
                Ok(response) => return Ok(answer(response, lease)),
                Err(SendError::Sent(error)) => return Err(error),
                Err(SendError::Unsent(again, cause)) => {
                    lease.discard();
                    if unsent == UNSENT {
                        return Err(TransportError::unsent(cause));
                    }
                    request = again;
                    unsent += 1;
                }
            }
        }
    }
}

/// The answer, whose body holds the place on the connection; behind a 101 nobody does.
fn answer<B: Send + 'static>(response: Response<Received>, lease: Lease<B>) -> Response<Body> {
    let upgraded = response.status() == StatusCode::SWITCHING_PROTOCOLS;
    response.map(|received| {
        if upgraded {
            drop(lease);
            Body::wrap(received)
        } else {
            Body::new(received, Box::new(lease))
        }
    })
}

fn need<B>(request: &Request<B>) -> Need {
    let changes =
        *request.method() == Method::CONNECT || request.headers().contains_key(header::UPGRADE);
    if changes || request.extensions().get::<Http1Only>().is_some() {
        Need::Http1
    } else {
        Need::Any
    }
}
