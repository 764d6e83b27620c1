//! What the proxy says itself, as the API server would: a `Status`.

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use k8s_client::{Reason, Status};

/// An answer of the proxy's own.
pub(crate) fn refusal<B: From<Bytes>>(
    code: StatusCode,
    reason: Reason,
    message: impl Into<String>,
) -> Response<B> {
    let status = Status::failure(code.as_u16(), reason, message);
    // A status is strings and numbers; JSON has room for all of them.
    let mut json = serde_json::to_value(&status).unwrap_or_default();
    if let Some(fields) = json.as_object_mut() {
        fields.insert("kind".to_owned(), "Status".into());
        fields.insert("apiVersion".to_owned(), "v1".into());
    }
    let mut response = Response::new(B::from(Bytes::from(json.to_string())));
    *response.status_mut() = code;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}

/// 403: the proxy does not let this pass.
pub(crate) fn forbidden<B: From<Bytes>>(why: impl std::fmt::Display) -> Response<B> {
    let message = format!("the proxy refuses the request: {why}");
    refusal(StatusCode::FORBIDDEN, Reason::FORBIDDEN, message)
}

/// 404: nothing is served under this path.
pub(crate) fn not_found<B: From<Bytes>>(why: &str) -> Response<B> {
    refusal(StatusCode::NOT_FOUND, Reason::NOT_FOUND, why)
}

/// An error and its causes, in one line: which of them matters, only the reader knows.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
