//! A request, handed to a connection.

use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use h2::SendStream;
use h2::client::{ResponseFuture, SendRequest};
use http::header::{CONNECTION, CONTENT_LENGTH, HeaderMap, HeaderName, HeaderValue, TE};
use http::{Method, Request};

use super::super::error::TransportError;
use super::super::sending::{SendError, Sending};
use super::Sender;
use super::answer::Answer;
use super::room::Room;
use super::upload::Upload;
use crate::BoxError;

type Handed = (ResponseFuture, SendStream<Bytes>);

/// Hands over a request, without a wait. Where the connection ended before, it comes back.
pub(in super::super) fn send<B>(
    sender: &Sender,
    room: &Room,
    request: Request<Sending<B>>,
) -> Result<Answer<Sending<B>>, SendError<B>>
where
    B: http_body::Body<Error: Into<BoxError>> + Unpin,
{
    let (mut head, body) = request.into_parts();
    prepare(&head.method, &mut head.headers, &body);
    // Not for h2, and perhaps somebody's.
    let extensions = std::mem::take(&mut head.extensions);
    let ends = http_body::Body::is_end_stream(&body);
    let mut requests = SendRequest::clone(sender);
    match hand_over(&mut requests, room, Request::from_parts(head, ()), ends) {
        Ok((response, stream)) => {
            let upload = (!ends).then(|| Box::new(Upload::new(body, stream)));
            Ok(Answer::new(response, upload, room.clone()))
        }
        Err(Refused::Unsent(head, cause)) => {
            let mut request = head.map(|()| body);
            *request.extensions_mut() = extensions;
            Err(SendError::Unsent(Box::new(request), cause.into()))
        }
        Err(Refused::Wrong(error)) => Err(SendError::Sent(error)),
    }
}

/// Why a request was not taken.
enum Refused {
    /// The connection takes no more.
    Unsent(Box<Request<()>>, h2::Error),
    /// It is none that HTTP/2 can carry, or cannot be had back.
    Wrong(TransportError),
}

/// h2 keeps a request that it refuses. So the connection is asked first, and held still in between; where its task is at
/// work, a copy is what comes back.
fn hand_over(
    requests: &mut SendRequest<Bytes>,
    room: &Room,
    head: Request<()>,
    ends: bool,
) -> Result<Handed, Refused> {
    let still = room.hold_still();
    if let Some(cause) = ended(requests) {
        return Err(Refused::Unsent(Box::new(head), cause));
    }
    let copy = still.is_none().then(|| Box::new(head.clone()));
    requests
        .send_request(head, ends)
        .map_err(|cause| match (ended(requests), copy) {
            (None, _) => Refused::Wrong(TransportError::request(cause)),
            (Some(_), Some(copy)) => Refused::Unsent(copy, cause),
            // Others have used up the numbers of its streams.
            (Some(_), None) => Refused::Wrong(TransportError::unsent(cause.into())),
        })
}

/// Why a connection takes no more requests, if so. The sending half must not have been used: it would wait for its own.
pub(super) fn ended(requests: &mut SendRequest<Bytes>) -> Option<h2::Error> {
    let mut nobody = Context::from_waker(Waker::noop());
    match requests.poll_ready(&mut nobody) {
        Poll::Ready(Err(cause)) => Some(cause),
        _ => None,
    }
}

/// Leaves out what is HTTP/1.1's, and says how long the body is.
fn prepare(method: &Method, headers: &mut HeaderMap, body: &impl http_body::Body) {
    // Most requests have none.
    if headers.keys().any(is_of_the_connection) {
        leave_out(headers);
    }
    let may_be_empty = matches!(*method, Method::GET | Method::HEAD | Method::DELETE);
    if let Some(length) = body.size_hint().exact()
        && (length > 0 || !may_be_empty)
    {
        let length = || HeaderValue::from(length);
        headers.entry(CONTENT_LENGTH).or_insert_with(length);
    }
}

/// Of one connection only, and not HTTP/2's (RFC 9113, 8.2.2); of `TE` it has one value.
fn is_of_the_connection(name: &HeaderName) -> bool {
    matches!(
        name.as_str(),
        "connection" | "keep-alive" | "proxy-connection" | "te" | "transfer-encoding" | "upgrade"
    )
}

fn leave_out(headers: &mut HeaderMap) {
    let trailers = headers.get(TE).filter(|te| *te == "trailers").cloned();
    let named = headers.get_all(CONNECTION).iter();
    let named = named.filter_map(|names| names.to_str().ok());
    let named: Vec<HeaderName> = named
        .flat_map(|names| names.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .chain(
            headers
                .keys()
                .filter(|name| is_of_the_connection(name))
                .cloned(),
        )
        .collect();
    for name in named {
        headers.remove(name);
    }
    headers.extend(trailers.map(|trailers| (TE, trailers)));
}
