//! A connection that requests can be sent over, of either protocol.

use std::future::{Future, poll_fn};

use ::http::uri::PathAndQuery;
use ::http::{HeaderValue, Request, Response, Uri, Version, header};
#[cfg(feature = "http2")]
use futures_util::future::Either;
use hyper::client::conn::TrySendError;

use super::error::TransportError;
use super::h1;
#[cfg(feature = "http2")]
use super::h2;
use super::received::Received;
use super::sending::{SendError, Sending};
use crate::BoxError;

/// The sending half of a connection.
pub(super) enum Wire<B> {
    Http1(h1::Sender<B>),
    /// It ended while a request was handed to it.
    Closed,
    #[cfg(feature = "http2")]
    Http2 {
        /// Which of its server's connections it is.
        id: u64,
        /// Gone when the request is sent: a connection ends with the last of them.
        sender: Option<h2::Sender>,
        room: h2::Room,
    },
}

impl<B> Wire<B>
where
    B: http_body::Body<Error: Into<BoxError>> + Send + Unpin + 'static,
{
    /// Whether the connection still lives; waits until what went before is done with.
    pub(super) async fn ready(&mut self) -> bool {
        match self {
            Self::Http1(sender) => poll_fn(|cx| sender.poll_ready(cx)).await.is_ok(),
            Self::Closed => false,
            #[cfg(feature = "http2")]
            Self::Http2 { room, .. } => !room.is_over(),
        }
    }

    /// Hands over a request; the answer is what its future is for.
    pub(super) fn send(
        &mut self,
        mut request: Request<Sending<B>>,
        uri: &Uri,
        host: &HeaderValue,
    ) -> impl Future<Output = Result<Response<Received>, SendError<B>>> + Send + use<B> {
        match self {
            Self::Http1(sender) => {
                let headers = request.headers_mut();
                headers.entry(header::HOST).or_insert_with(|| host.clone());
                *request.uri_mut() = origin_form(uri);
                *request.version_mut() = Version::HTTP_11;
                let answer = sender.try_send_request(request);
                if sender.is_closed() {
                    *self = Self::Closed;
                }
                let answer = async {
                    let answer = answer.await.map_err(failed)?;
                    Ok(answer.map(Received::Http1))
                };
                #[cfg(feature = "http2")]
                let answer = Either::Left(answer);
                answer
            }
            Self::Closed => unreachable!("a lease sends one request, when it is ready"),
            #[cfg(feature = "http2")]
            Self::Http2 { sender, room, .. } => {
                *request.uri_mut() = uri.clone();
                *request.version_mut() = Version::HTTP_2;
                let sender = sender
                    .take()
                    .expect("a lease sends one request, when it is ready");
                let handed = h2::send(&sender, room, request);
                Either::Right(async move {
                    let answer = handed?.await.map_err(SendError::Sent)?;
                    Ok(answer.map(Received::Http2))
                })
            }
        }
    }
}

fn failed<B>(mut error: TrySendError<Request<Sending<B>>>) -> SendError<B> {
    match error.take_message() {
        Some(request) => SendError::Unsent(Box::new(request), error.into_error().into()),
        None => SendError::Sent(TransportError::sent(error.into_error())),
    }
}

/// `Host` as HTTP/1.1 wants it: without user info, and without the port that the scheme implies.
pub(super) fn host(uri: &Uri) -> HeaderValue {
    let host = uri.host().unwrap_or_default();
    let implied = match uri.scheme_str() {
        Some("https") => 443,
        _ => 80,
    };
    let value = match uri.port_u16().filter(|port| *port != implied) {
        Some(port) => HeaderValue::try_from(format!("{host}:{port}")),
        None => HeaderValue::try_from(host),
    };
    value.expect("a URI's host and port are ASCII without controls")
}

fn origin_form(uri: &Uri) -> Uri {
    let path = uri.path_and_query().cloned();
    Uri::from(path.unwrap_or_else(|| PathAndQuery::from_static("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(uri: &str, host: &str, path: &str) {
        let uri: Uri = uri.parse().unwrap();
        assert_eq!(super::host(&uri), host, "{uri}");
        assert_eq!(origin_form(&uri).to_string(), path, "{uri}");
    }

    #[test]
    fn says_the_host_as_http1_wants_it() {
        check("https://a:6443/api?x=1", "a:6443", "/api?x=1");
        check("https://a:443/api", "a", "/api");
        check("http://a:80", "a", "/");
        check("http://a:443/", "a:443", "/");
        check("https://[::1]:6443/", "[::1]:6443", "/");
        check("https://user:secret@a/", "a", "/");
    }
}
