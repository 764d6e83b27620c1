//! Requests in another codec than JSON: bodies that it wrote, and answers that it is to read.

use bytes::Bytes;
use http::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use http::{Method, Request};

use super::create::{CreateParams, is_in_one_namespace, query as create_query};
use super::replace::{ReplaceParams, query as replace_query};
use super::{InvalidRequest, JSON, build};
use crate::Collection;
use crate::codec::{Codec, Encoded};

/// As [`create`](super::create()), of an object that a codec wrote.
///
/// # Errors
///
/// If the collection is all namespaces of a namespaced resource, or a part of it cannot be a path segment.
pub fn create_encoded(
    to: &Collection,
    object: Encoded,
    params: &CreateParams,
) -> Result<Request<Bytes>, InvalidRequest> {
    is_in_one_namespace(to)?;
    let query = create_query(to.path()?, params);
    encoded(Method::POST, query.as_str(), object)
}

/// As [`replace`](super::replace()), with an object that a codec wrote.
///
/// # Errors
///
/// If the name, or a part of the collection, cannot be a path segment.
pub fn replace_encoded(
    to: &Collection,
    name: &str,
    object: Encoded,
    params: &ReplaceParams,
) -> Result<Request<Bytes>, InvalidRequest> {
    let query = replace_query(to.item(name)?, params);
    encoded(Method::PUT, query.as_str(), object)
}

/// Asks for the answer in a codec, in the form that was asked for already, and after that in JSON: a server may not
/// know the codec, or not for this resource (custom resources have no protobuf).
///
/// # Errors
///
/// If the request has no `Accept` of ours to begin with.
pub fn accepting<C: Codec>(mut request: Request<Bytes>) -> Result<Request<Bytes>, InvalidRequest> {
    let json = request.headers().get(ACCEPT).and_then(|v| v.to_str().ok());
    let json = json.ok_or_else(|| InvalidRequest::params("a request without Accept"))?;
    let mut accept = String::new();
    for form in json.split(',') {
        let parameters = form.split_once(';').map(|(_, parameters)| parameters);
        accept.push_str(C::MEDIA_TYPE);
        if let Some(parameters) = parameters {
            accept.push(';');
            accept.push_str(parameters);
        }
        accept.push(',');
    }
    accept.push_str(json);
    let accept = HeaderValue::try_from(accept)
        .map_err(|_| InvalidRequest::params("a codec whose media type is no header"))?;
    request.headers_mut().insert(ACCEPT, accept);
    Ok(request)
}

fn encoded(
    method: Method,
    path_and_query: &str,
    object: Encoded,
) -> Result<Request<Bytes>, InvalidRequest> {
    let media_type = HeaderValue::from_static(object.media_type());
    let mut request = build(method, path_and_query, JSON, object.into_bytes())?;
    request.headers_mut().insert(CONTENT_TYPE, media_type);
    Ok(request)
}
