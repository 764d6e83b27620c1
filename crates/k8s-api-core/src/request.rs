//! Requests as values: each function makes one [`http::Request`] that any HTTP client can send.
//!
//! URIs are relative to the server (`/api/v1/pods?limit=500`); a server's own path prefix, host, credentials and
//! user agent are added by whoever sends.

mod create;
mod delete;
mod difference;
mod encoded;
mod error;
mod get;
mod list;
mod logs;
mod patch;
mod query;
mod replace;
mod server;
pub mod subresource;
mod validation;
mod watch;

use bytes::Bytes;
use http::header::{ACCEPT, HeaderValue};
use http::{Method, Request};

use crate::Representation;

pub use self::create::{CreateParams, create};
pub(crate) use self::delete::options_value;
pub use self::delete::{DeleteParams, Propagation, delete, delete_collection};
pub use self::encoded::{accepting, create_encoded, replace_encoded};
pub use self::error::InvalidRequest;
pub use self::get::{GetParams, get};
pub use self::list::{ListParams, ResourceVersionMatch, list};
pub use self::logs::{LogParams, logs};
pub use self::patch::{Patch, PatchParams, patch};
pub use self::replace::{ReplaceParams, replace};
pub use self::server::at_server;
pub use self::validation::FieldValidation;
pub use self::watch::{WatchParams, watch};

const JSON: HeaderValue = HeaderValue::from_static("application/json");
const METADATA: HeaderValue = HeaderValue::from_static(
    "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json",
);
const METADATA_LIST: HeaderValue = HeaderValue::from_static(
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json",
);

const TABLE: HeaderValue =
    HeaderValue::from_static("application/json;as=Table;g=meta.k8s.io;v=v1,application/json");
const AGGREGATED: HeaderValue = HeaderValue::from_static(
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json",
);

/// `GET` of `/api` or `/apis` with all resources in it
/// ([`ApiGroupDiscoveryList`](crate::discovery::ApiGroupDiscoveryList)). Servers before 1.30 answer with the groups
/// alone, [`ApiVersions`](crate::discovery::ApiVersions) or [`ApiGroupList`](crate::discovery::ApiGroupList).
///
/// # Errors
///
/// As [`raw`].
pub fn aggregated_discovery(path: &str) -> Result<Request<Bytes>, InvalidRequest> {
    as_form(raw(path)?, AGGREGATED)
}

/// Asks for the metadata alone of an object that a request answers with, whatever its verb: a patch of a Secret then
/// answers without the Secret's data.
pub fn as_metadata(mut request: Request<Bytes>) -> Request<Bytes> {
    request.headers_mut().insert(ACCEPT, METADATA);
    request
}

/// Asks for the answer of a `GET` as a [`Table`](crate::Table), the columns that `kubectl get` shows.
///
/// # Errors
///
/// If the request is no `GET`.
pub fn as_table(request: Request<Bytes>) -> Result<Request<Bytes>, InvalidRequest> {
    as_form(request, TABLE)
}

/// As [`as_table`], with each object whole beside its row (`includeObject=Object`); else its metadata stands there.
///
/// ```
/// use k8s_api_core::request;
///
/// let rows = request::as_table_of_objects(request::raw("/api/v1/pods?limit=500")?)?;
/// assert_eq!(rows.uri(), "/api/v1/pods?limit=500&includeObject=Object");
/// # Ok::<(), request::InvalidRequest>(())
/// ```
///
/// # Errors
///
/// If the request is no `GET`.
pub fn as_table_of_objects(request: Request<Bytes>) -> Result<Request<Bytes>, InvalidRequest> {
    let mut request = as_table(request)?;
    let uri = request.uri().to_string();
    let separator = if uri.contains('?') { '&' } else { '?' };
    let whole = format!("{uri}{separator}includeObject=Object");
    *request.uri_mut() = whole.parse().map_err(|_| InvalidRequest::path(&whole))?;
    Ok(request)
}

fn as_form(
    mut request: Request<Bytes>,
    form: HeaderValue,
) -> Result<Request<Bytes>, InvalidRequest> {
    if request.method() != Method::GET {
        return Err(InvalidRequest::params(
            "only a GET is answered in another form",
        ));
    }
    request.headers_mut().insert(ACCEPT, form);
    Ok(request)
}

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
        (Representation::Table, _) => TABLE,
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
