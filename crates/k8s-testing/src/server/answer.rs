//! Answers: objects in every format, and plain text, with the headers that kube-apiserver sends.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::Value;

use super::media::Format;
use super::{protobuf, yaml};
use crate::body::{Body, BodyError};

/// The type of a document, for formats that do not name fields.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape<'a> {
    /// A struct, by its name.
    Object(&'a str),
    /// A list of such structs.
    List(&'a str),
}

/// A document, in the format that was asked for.
pub(crate) fn document(
    code: StatusCode,
    format: Format,
    shape: Shape<'_>,
    value: &Value,
) -> Response<Body> {
    match (format, shape) {
        (Format::Json, _) => json(code, value),
        (Format::Yaml, _) => with_type(code, format.media_type(), yaml::write(value).into()),
        (Format::Protobuf, Shape::Object(name)) => with_type(
            code,
            format.media_type(),
            protobuf::object(name, value).into(),
        ),
        (Format::Protobuf, Shape::List(name)) => with_type(
            code,
            format.media_type(),
            protobuf::list(name, value).into(),
        ),
    }
}

/// A JSON answer, compact and closed by a line feed, as the server writes it.
pub(crate) fn json(code: StatusCode, value: &Value) -> Response<Body> {
    let mut text = value.to_string();
    text.push('\n');
    with_type(code, "application/json", text.into())
}

/// A JSON answer as the server writes it where nothing that was asked for can be had: indented.
pub(crate) fn raw_json(code: StatusCode, value: &Value) -> Response<Body> {
    with_type(code, "application/json", format!("{value:#}").into())
}

/// An answer that comes bit by bit.
pub(crate) fn stream<B>(code: StatusCode, media_type: &'static str, body: B) -> Response<Body>
where
    B: http_body::Body<Data = Bytes, Error = BodyError> + Send + 'static,
{
    with_type(code, media_type, Body::wrap(body))
}

/// A line of plain text, as Go's `http.Error` writes it.
pub(crate) fn text(code: StatusCode, text: impl Into<Bytes>) -> Response<Body> {
    let mut response = with_type(code, "text/plain; charset=utf-8", text.into().into());
    response.headers_mut().insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

/// Text of another type, whole.
pub(crate) fn text_of(
    code: StatusCode,
    media_type: &'static str,
    text: impl Into<Bytes>,
) -> Response<Body> {
    with_type(code, media_type, text.into().into())
}

fn with_type(code: StatusCode, media_type: &'static str, body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    *response.status_mut() = code;
    let headers = response.headers_mut();
    headers.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("no-cache, private"),
    );
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}
