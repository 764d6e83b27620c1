//! Requests as values: each function makes one [`http::Request`] that any HTTP client can send.
//!
//! URIs are relative to the server (`/api/v1/pods?limit=500`); a server's own path prefix, host, credentials and
//! user agent are added by whoever sends.

mod create;
mod delete;
mod error;
mod get;
mod list;
mod query;

use bytes::Bytes;
use http::header::{ACCEPT, HeaderValue};
use http::{Method, Request};

use crate::Representation;

pub use self::create::{CreateParams, create};
pub use self::delete::{DeleteParams, Propagation, delete};
pub use self::error::InvalidRequest;
pub use self::get::{GetParams, get};
pub use self::list::{ListParams, ResourceVersionMatch, list};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const METADATA: HeaderValue = HeaderValue::from_static(
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json",
);
const METADATA_LIST: HeaderValue = HeaderValue::from_static(
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json",
);

/// A `GET` of any path, verbatim: `/api`, `/version`, `/readyz?verbose`.
///
/// # Errors
///
/// If `path` does not begin with `/` or is not a path and query that HTTP can carry.
pub fn raw(path: &str) -> Result<Request<Bytes>, InvalidRequest> {
    if !path.starts_with('/') {
        return Err(InvalidRequest::path(path));
    }
    build(Method::GET, path, JSON, Bytes::new())
}

fn accept(form: Representation, list: bool) -> HeaderValue {
    match (form, list) {
        (Representation::Object, _) => JSON,
        (Representation::Metadata, false) => METADATA,
        (Representation::Metadata, true) => METADATA_LIST,
    }
}

fn build(
    method: Method,
    path_and_query: &str,
    accept: HeaderValue,
    body: Bytes,
) -> Result<Request<Bytes>, InvalidRequest> {
    let mut request = Request::builder()
        .method(method)
        .uri(path_and_query)
        .header(ACCEPT, accept);
    if !body.is_empty() {
        request = request.header(http::header::CONTENT_TYPE, JSON);
    }
    request
        .body(body)
        .map_err(|_| InvalidRequest::path(path_and_query))
}
