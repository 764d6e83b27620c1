//! OpenAPI v3: what is served, as documents that clients check and explain objects by.
//!
//! ```text
//! schema/openapi.json.gz ▸ documents of a real server, each value kept once ▸ written out when asked for, without paths
//!                                                                             that this server does not have
//! definitions ▸ kinds ▸ the document of made-up kinds, with their names ▸ their own schemas in it
//! ```
//!
//! There is an index, `/openapi/v3`, in which each document has an address with a hash that changes when it does; a
//! document asked for by its hash may be kept for a year. Documents are JSON only, where a real server speaks protobuf
//! too; `/openapi/v2` is not served.
//!
//! Follows k8s.io/kube-openapi `pkg/handler3/handler.go` (March 2026), and the aggregator in front of it, which answers 404
//! without words.

mod custom;
mod file;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use k8s_api_core::request_info::Query;
use serde_json::{Map, Value, json};

use self::file::Document;
use super::state::State;
use super::{answer, kinds, media};
use crate::body::Body;
use crate::certs::sha256;
use crate::clock::http_date;

const ROOT: &str = "/openapi/v3";
/// How long a document may be kept that is asked for by its hash: a year, in seconds.
const KEPT: u64 = 365 * 86_400;

/// The document of made-up kinds, in the place of those that definitions bring.
const CUSTOM: &str = "custom";

/// Constant for the life of the process: what stands in the file.
static DOCUMENTS: LazyLock<BTreeMap<String, Document>> = LazyLock::new(file::documents);

/// A document, and the hash that it is known by.
struct Found {
    hash: String,
    text: Bytes,
}

/// The answer at a path of OpenAPI; `None` when the path is none.
pub(crate) fn answer(
    state: &State,
    path: &str,
    query: &Query<'_>,
    headers: &HeaderMap,
) -> Option<Response<Body>> {
    let below = path.strip_prefix(ROOT)?;
    if below.is_empty() {
        return Some(index(state));
    }
    let name = below.strip_prefix('/')?;
    let Some(document) = find(state, name) else {
        return Some(empty(StatusCode::NOT_FOUND));
    };
    if !media::takes_json(headers) {
        return Some(varying(empty(StatusCode::NOT_ACCEPTABLE)));
    }
    let tag = quoted(&document.hash);
    let sent = query.first("hash").unwrap_or_default();
    if !sent.is_empty() && sent != document.hash {
        let mut moved = varying(empty(StatusCode::MOVED_PERMANENTLY));
        set(&mut moved, header::CONTENT_TYPE, "application/json");
        set(&mut moved, header::ETAG, &tag);
        set(&mut moved, header::LOCATION, &address(name, &document.hash));
        return Some(moved);
    }
    let known = headers.get_all(header::IF_NONE_MATCH).iter();
    let known = known.filter_map(|tags| tags.to_str().ok());
    let mut known = known.flat_map(|tags| tags.split(',')).map(str::trim);
    let mut response = if known.any(|known| known == "*" || known.trim_start_matches("W/") == tag) {
        empty(StatusCode::NOT_MODIFIED)
    } else {
        answer::text_of(StatusCode::OK, "application/json", document.text)
    };
    set(&mut response, header::ETAG, &tag);
    if !sent.is_empty() {
        set(&mut response, header::CACHE_CONTROL, "public, immutable");
        let expires = http_date(state.clock.seconds() + KEPT);
        set(&mut response, header::EXPIRES, &expires);
    }
    Some(varying(response))
}

/// Where each document is. Go's file server, which a real server hands it to, does not know that it is JSON.
fn index(state: &State) -> Response<Body> {
    let built_in = DOCUMENTS.iter().filter(|(name, _)| is_served(name));
    let built_in = built_in.map(|(name, document)| (name.clone(), document.hash.clone()));
    let custom = of_definitions(state, |_| true).into_iter();
    let custom = custom.map(|(name, document)| (name, document.hash));
    let paths = built_in.chain(custom).map(|(name, hash)| {
        let url = address(&name, &hash);
        (name, json!({"serverRelativeURL": url}))
    });
    let index = json!({"paths": paths.collect::<Map<String, Value>>()});
    let media_type = "text/plain; charset=utf-8";
    answer::text_of(StatusCode::OK, media_type, index.to_string())
}

fn find(state: &State, name: &str) -> Option<Found> {
    let built_in = DOCUMENTS.get(name).filter(|_| is_served(name));
    built_in
        .map(|document| Found {
            hash: document.hash.clone(),
            text: document.text(),
        })
        .or_else(|| of_definitions(state, |path| path == name).remove(name))
}

/// Documents of kinds that definitions brought: they last as long as these do.
fn of_definitions(state: &State, wanted: impl Fn(&str) -> bool) -> BTreeMap<String, Found> {
    let documents = {
        let store = state.store();
        custom::documents(&store.kinds(), &store, wanted)
    };
    let found = documents.into_iter().map(|(name, document)| {
        let text = document.to_string();
        let hash = sha256(text.as_bytes()).to_uppercase();
        let text = text.into();
        (name, Found { hash, text })
    });
    found.collect()
}

fn address(name: &str, hash: &str) -> String {
    format!("{ROOT}/{name}?hash={hash}")
}

/// Documents of groups and versions that are not there are not there.
fn is_served(path: &str) -> bool {
    let segments: Vec<&str> = path.split('/').collect();
    match segments.as_slice() {
        [CUSTOM] => false,
        ["apis", group] => kinds::has_group(group),
        ["apis", group, version] => kinds::has_group_version(group, version),
        _ => true,
    }
}

fn empty(code: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = code;
    set(&mut response, header::CACHE_CONTROL, "no-cache, private");
    response
}

fn varying(mut response: Response<Body>) -> Response<Body> {
    set(&mut response, header::VARY, "Accept");
    response
}

fn quoted(hash: &str) -> String {
    format!("\"{hash}\"")
}

fn set(response: &mut Response<Body>, name: HeaderName, value: &str) {
    let value = HeaderValue::from_str(value).expect("hashes, dates and paths are ASCII");
    response.headers_mut().insert(name, value);
}
