//! Discovery: which groups, versions and resources the server has, document by document or all in two.

mod aggregated;
mod listed;

use http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use super::answer;
use super::media;
use crate::body::Body;

/// What the aggregated documents are called in `Accept` and `Content-Type`.
const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// The document at a discovery path; `None` when the path is none. `authority` is where the client reached the server.
pub(crate) fn document(path: &str, authority: &str, headers: &HeaderMap) -> Option<Response<Body>> {
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    let whole = || media::prefers_aggregated_discovery(headers);
    let value = match segments.as_slice() {
        ["api"] if whole() => return Some(aggregated(&aggregated::core())),
        ["apis"] if whole() => return Some(aggregated(&aggregated::groups())),
        ["api"] => listed::versions(authority),
        ["apis"] => listed::group_list(),
        ["api", version] => listed::resources("", version)?,
        ["apis", group] => listed::one_group(group)?,
        ["apis", group, version] => listed::resources(group, version)?,
        _ => return None,
    };
    Some(answer::json(StatusCode::OK, &value))
}

fn aggregated(value: &serde_json::Value) -> Response<Body> {
    let mut response = answer::json(StatusCode::OK, value);
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, AGGREGATED),
        (header::CACHE_CONTROL, "public"),
        (header::VARY, "Accept"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
