//! Indented JSON for people: for `?pretty=true`, and for browsers, curl and wget unless they say otherwise.
//!
//! Follows `isPrettyPrint` of k8s.io/apiserver `pkg/endpoints/handlers/negotiation` (v0.36).

use http::request::Parts;
use http::{Response, header};
use k8s_api_core::request_info::Query;
use serde_json::Value;

use crate::body::Body;

/// Whether whoever asks is likely to read the answer with their eyes.
pub(crate) fn wanted(parts: &Parts) -> bool {
    let query = Query::parse(parts.uri.query().unwrap_or_default());
    match query.first("pretty").unwrap_or_default() {
        "" => {}
        // The spellings of Go's strconv.ParseBool.
        said => return matches!(said, "1" | "t" | "T" | "true" | "TRUE" | "True"),
    }
    let agent = parts
        .headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok());
    let agent = agent.unwrap_or_default();
    ["curl", "Wget", "Mozilla/5.0"]
        .iter()
        .any(|name| agent.starts_with(name))
}

/// The same answer, indented; what is no JSON stays as it is.
pub(crate) fn indented(response: Response<Body>) -> Response<Body> {
    let (parts, body) = response.into_parts();
    let value = body
        .bytes()
        .and_then(|bytes| serde_json::from_slice::<Value>(bytes).ok());
    let is_json = parts
        .headers
        .get(header::CONTENT_TYPE)
        .is_some_and(|media| media == "application/json");
    let body = match value {
        Some(value) if is_json => Body::from(format!("{value:#}")),
        _ => body,
    };
    Response::from_parts(parts, body)
}
