//! A `Status` for an answer that carries none, as client-go makes it.

use http::StatusCode;

use crate::Status;
use crate::status::{Reason, StatusCause, StatusDetails};

/// How much of a body that is no `Status` is kept for people to read.
const BODY_LIMIT: usize = 2048;

/// A status by code, with the body as its one cause (`api/errors.NewGenericServerResponse`).
pub(super) fn status(code: StatusCode, body: &[u8]) -> Status {
    let (reason, message) = meaning(code.as_u16());
    let shown = String::from_utf8_lossy(&body[..body.len().min(BODY_LIMIT)]);
    let shown = shown.trim();
    let failure = Status::failure(code.as_u16(), reason, message);
    if shown.is_empty() {
        return failure;
    }
    failure.with_details(StatusDetails {
        causes: vec![StatusCause::new("UnexpectedServerResponse", shown, "")],
        ..StatusDetails::default()
    })
}

fn meaning(code: u16) -> (Reason, String) {
    match code {
        300..=399 => redirect(code),
        _ => match refusal(code).or_else(|| breakdown(code)) {
            Some((reason, message)) => (reason, message.to_owned()),
            None => (
                Reason::default(),
                format!(
                    "the server responded with the status code {code} but did not return more information"
                ),
            ),
        },
    }
}

/// What the server will not do.
fn refusal(code: u16) -> Option<(Reason, &'static str)> {
    Some(match code {
        400 => (
            Reason::BAD_REQUEST,
            "the server rejected our request for an unknown reason",
        ),
        401 => (
            Reason::UNAUTHORIZED,
            "the server has asked for the client to provide credentials",
        ),
        403 => (Reason::FORBIDDEN, "the server does not allow this request"),
        404 => (
            Reason::NOT_FOUND,
            "the server could not find the requested resource",
        ),
        405 => (
            Reason::METHOD_NOT_ALLOWED,
            "the server does not allow this method on the requested resource",
        ),
        406 => (
            Reason::NOT_ACCEPTABLE,
            "the server was unable to respond with a content type that the client supports",
        ),
        409 => (Reason::CONFLICT, "the server reported a conflict"),
        410 => (
            Reason::GONE,
            "the server says that what was asked for is gone",
        ),
        415 => (
            Reason::UNSUPPORTED_MEDIA_TYPE,
            "the body of the request was in an unknown format",
        ),
        422 => (
            Reason::INVALID,
            "the server rejected our request due to an error in our request",
        ),
        429 => (
            Reason::TOO_MANY_REQUESTS,
            "the server has received too many requests and has asked us to try again later",
        ),
        _ => return None,
    })
}

/// What the server cannot do.
fn breakdown(code: u16) -> Option<(Reason, &'static str)> {
    Some(match code {
        500 => (
            Reason::INTERNAL_ERROR,
            "an error on the server has prevented the request from succeeding",
        ),
        503 => (
            Reason::SERVICE_UNAVAILABLE,
            "the server is currently unable to handle the request",
        ),
        504 => (
            Reason::TIMEOUT,
            "the server was unable to return a response in the time allotted, but may still be processing the request",
        ),
        _ => return None,
    })
}

fn redirect(code: u16) -> (Reason, String) {
    let message =
        format!("the server answered with a redirect (code {code}), which is not followed");
    (Reason::default(), message)
}
