//! A request's way: a connection, the request on it, and another one if it was never sent.

use std::sync::Arc;

use ::http::{Request, Response, StatusCode, header};

use super::Http1Only;
use super::body::Body;
use super::error::TransportError;
use super::pool::{Need, Origin, Pool};
use super::sending::Sending;
use super::wire::SendError;
use crate::BoxError;
use crate::deadline::Progress;

/// How many connections may end under a request before it was sent. Each was good when it was chosen.
const UNSENT: usize = 16;

pub(super) async fn send<B>(
    pool: Arc<Pool<B>>,
    request: Request<B>,
) -> Result<Response<Body>, TransportError>
where
    B: http_body::Body<Data: Send, Error: Into<BoxError>> + Send + Unpin + 'static,
{
    let uri = request.uri().clone();
    let origin = Origin::of(&uri).ok_or_else(TransportError::relative)?;
    let need = need(&request);
    let progress = request.extensions().get::<Arc<Progress>>().cloned();
    let mut request = request.map(Sending::new);
    let mut unsent = 0;
    loop {
        if let Some(progress) = &progress {
            progress.connecting();
        }
        let mut lease = pool.lease(&origin, need).await?;
        if let Some(progress) = &progress {
            progress.sending();
        }
        let response = match lease.send(request, &uri).await {
            Ok(response) => response,
            Err(SendError::Sent(error)) => return Err(error),
            Err(SendError::Unsent(_, cause)) if unsent == UNSENT => {
                return Err(TransportError::unsent(cause));
            }
            Err(SendError::Unsent(again, _)) => {
                request = *again;
                unsent += 1;
                continue;
            }
        };
        let upgraded = response.status() == StatusCode::SWITCHING_PROTOCOLS;
        return Ok(response.map(|incoming| {
            if upgraded {
                drop(lease);
                Body::wrap(incoming)
            } else {
                Body::new(incoming, Box::new(lease))
            }
        }));
    }
}

fn need<B>(request: &Request<B>) -> Need {
    let upgrade = request.headers().contains_key(header::UPGRADE);
    if upgrade || request.extensions().get::<Http1Only>().is_some() {
        Need::Http1
    } else {
        Need::Any
    }
}
