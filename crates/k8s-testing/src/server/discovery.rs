//! Discovery: which groups, versions and resources the server has, document by document or all in two.

mod aggregated;
mod listed;

use http::{HeaderMap, HeaderValue, Response, StatusCode, header};

use super::answer::{self, Shape};
use super::kinds::Kinds;
use super::media::{self, Offer};
use super::status::Answered;
use super::types;
use crate::body::Body;

/// What the aggregated documents are called in `Accept` and `Content-Type`.
const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// The document at a discovery path; `None` when the path is none. `authority` is where the client reached the server.
pub(crate) fn document(
    kinds: &Kinds,
    path: &str,
    authority: &str,
    headers: &HeaderMap,
) -> Answered<Option<Response<Body>>> {
    let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
    let whole = || media::prefers_aggregated_discovery(headers);
    let value = match segments.as_slice() {
        ["api"] if whole() => return Ok(Some(aggregated(&aggregated::core(kinds)))),
        ["apis"] if whole() => return Ok(Some(aggregated(&aggregated::groups(kinds)))),
        ["api"] => Some(listed::versions(authority)),
        ["apis"] => Some(listed::group_list(kinds)),
        ["api", version] => listed::resources(kinds, "", version),
        ["apis", group] => listed::one_group(kinds, group),
        ["apis", group, version] => listed::resources(kinds, group, version),
        _ => None,
    };
    let Some(value) = value else {
        return Ok(None);
    };
    let offer = match segments.as_slice() {
        ["apis"] => Offer::UNROUTED,
        _ => Offer::DOCUMENT,
    };
    let format = media::wanted(headers, offer)?.format;
    let kind = value["kind"].as_str().unwrap_or_default();
    let type_name = format!("{}.{kind}", types::META);
    let shape = Shape::Object(&type_name);
    Ok(Some(answer::document(
        StatusCode::OK,
        format,
        shape,
        &value,
    )))
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
