//! The way of one request through the server: who asks, may they, what is the answer.

use std::sync::Arc;

use http::request::Parts;
use http::{HeaderName, HeaderValue, Method, Response, StatusCode, header};
use http_body::Body as _;
use k8s_api_core::request_info::{Query, RequestInfo};

use super::authorize::Attributes;
use super::state::State;
use super::status::{Answered, Refusal};
use super::verbs::{self, Ask, Warnings};
use super::{authenticate, impersonate, paths, pretty};
use crate::body::Body;
use crate::certs::ClientCertificates;

const AUDIT_ID: HeaderName = HeaderName::from_static("audit-id");
/// kube-apiserver's limit for a request's body.
const LONGEST_BODY: usize = 3 * 1024 * 1024;

/// Answers a request whose body (`None`: it broke off) was read whole.
pub(crate) fn answer(state: &Arc<State>, parts: &Parts, body: Option<&[u8]>) -> Response<Body> {
    let mut response =
        route(state, parts, body).unwrap_or_else(|refusal| refusal.answer_to(&parts.headers));
    if pretty::wanted(parts) {
        response = pretty::indented(response);
    }
    let id = parts.headers.get(&AUDIT_ID).cloned();
    let id = id.or_else(|| HeaderValue::from_str(&state.dice.uid()).ok());
    if let Some(id) = id {
        response.headers_mut().insert(AUDIT_ID, id);
    }
    if parts.method == Method::HEAD {
        return without_body(response);
    }
    response
}

/// What `HEAD` is answered with: the headers of the whole answer, its length included.
fn without_body(response: Response<Body>) -> Response<Body> {
    let (mut head, body) = response.into_parts();
    if let Some(length) = body.size_hint().exact() {
        head.headers.insert(header::CONTENT_LENGTH, length.into());
    }
    Response::from_parts(head, Body::empty())
}

fn route(state: &Arc<State>, parts: &Parts, body: Option<&[u8]>) -> Answered<Response<Body>> {
    let (path, query) = (parts.uri.path(), parts.uri.query());
    let info = RequestInfo::parse(&parts.method, path, query).map_err(|error| {
        let says =
            format!("Internal Server Error: {path:?}: failed to create RequestInfo: {error}");
        Refusal::plain(StatusCode::INTERNAL_SERVER_ERROR, says)
    })?;
    let shown = parts.extensions.get::<ClientCertificates>();
    let user = authenticate::user(state, &parts.headers, shown)?;
    let asked = Attributes::from(&info);
    let user = impersonate::user(state, user, &parts.headers, &asked)?;
    state.authorize(&user, &asked)?;

    let query = Query::parse(query.unwrap_or_default());
    if !info.is_resource_request() {
        return paths::answer(state, &info, &query, authority(parts), &parts.headers);
    }
    let kind = &verbs::kind_of(state, &info)?;
    let body = body.ok_or_else(|| Refusal::bad_request("the request's body broke off"))?;
    if body.len() > LONGEST_BODY {
        let says = format!("Request entity too large: limit is {LONGEST_BODY}");
        let code = StatusCode::PAYLOAD_TOO_LARGE;
        return Err(Refusal::new(code, "RequestEntityTooLarge", says));
    }
    let (info, user, headers) = (&info, &user, &parts.headers);
    let is_head = parts.method == Method::HEAD;
    let warnings = &Warnings::default();
    let answered = verbs::answer(&Ask {
        state,
        kind,
        info,
        user,
        query,
        headers,
        body,
        warnings,
        is_head,
    });
    let mut response = answered.unwrap_or_else(|refusal| refusal.answer_to(headers));
    warnings.write(response.headers_mut());
    Ok(response)
}

/// Where the client reached the server, as it says itself.
fn authority(parts: &Parts) -> &str {
    let host = parts
        .headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    parts
        .uri
        .authority()
        .map(http::uri::Authority::as_str)
        .or(host)
        .unwrap_or_default()
}
