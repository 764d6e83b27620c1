//! The issuer's endpoints, as a tower service.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::request::Parts;
use http::{HeaderMap, Method, Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use http_body_util::combinators::Collect;
use k8s_api_core::request_info::Query;
use pin_project_lite::pin_project;
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tower_service::Service;

use super::State;
use crate::body::Body;

/// The endpoints of an [`Issuer`](super::Issuer).
#[derive(Clone)]
pub struct IssuerService {
    state: Arc<State>,
}

pin_project! {
    /// An answer of an issuer on its way.
    pub struct IssuerFuture<B>
    where
        B: http_body::Body,
    {
        #[pin]
        body: Collect<B>,
        parts: Option<Parts>,
        state: Arc<State>,
    }
}

impl IssuerService {
    pub(super) fn new(state: Arc<State>) -> Self {
        Self { state }
    }
}

impl fmt::Debug for IssuerService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuerService").finish_non_exhaustive()
    }
}

impl<B: http_body::Body> Service<Request<B>> for IssuerService {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = IssuerFuture<B>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> IssuerFuture<B> {
        let (parts, body) = request.into_parts();
        IssuerFuture {
            body: body.collect(),
            parts: Some(parts),
            state: Arc::clone(&self.state),
        }
    }
}

impl<B: http_body::Body> Future for IssuerFuture<B> {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let body = ready!(this.body.poll(cx))
            .map(|body| body.to_bytes())
            .unwrap_or_default();
        let parts = this
            .parts
            .take()
            .expect("a future is not polled after it is ready");
        Poll::Ready(Ok(this.state.answer(&parts, &body)))
    }
}

impl<B: http_body::Body> fmt::Debug for IssuerFuture<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IssuerFuture").finish_non_exhaustive()
    }
}

impl State {
    fn answer(&self, parts: &Parts, body: &[u8]) -> Response<Body> {
        match (&parts.method, parts.uri.path()) {
            (&Method::GET, "/.well-known/openid-configuration") => {
                answer(StatusCode::OK, &self.discovery())
            }
            (&Method::GET, "/keys") => {
                let keys: Vec<Value> = self.lock().keys.iter().map(|key| key.public()).collect();
                answer(StatusCode::OK, &json!({"keys": keys}))
            }
            (&Method::POST, "/token") => self.token(&parts.headers, body),
            _ => answer(StatusCode::NOT_FOUND, &json!({"error": "not_found"})),
        }
    }

    fn discovery(&self) -> Value {
        let url = self.lock().url.clone();
        json!({
            "issuer": url,
            "authorization_endpoint": format!("{url}/authorize"),
            "token_endpoint": format!("{url}/token"),
            "jwks_uri": format!("{url}/keys"),
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        })
    }

    fn token(&self, headers: &HeaderMap, body: &[u8]) -> Response<Body> {
        let refuse = |code: StatusCode, error: &str| answer(code, &json!({"error": error}));
        let form = String::from_utf8_lossy(body);
        let form = Query::parse(&form);
        let text = |name: &str| form.first(name).unwrap_or_default();
        let sent = basic(headers).unwrap_or_else(|| {
            (
                text("client_id").to_owned(),
                text("client_secret").to_owned(),
            )
        });
        if !self.knows(&sent) {
            return refuse(StatusCode::UNAUTHORIZED, "invalid_client");
        }
        if text("grant_type") != "refresh_token" {
            return refuse(StatusCode::BAD_REQUEST, "unsupported_grant_type");
        }
        let Some(session) = self.refresh(text("refresh_token")) else {
            return refuse(StatusCode::BAD_REQUEST, "invalid_grant");
        };
        let id_token = session.id_token.expose_secret();
        let granted = json!({
            "access_token": id_token,
            "id_token": id_token,
            "refresh_token": session.refresh_token.expose_secret(),
            "token_type": "Bearer",
            "expires_in": self.lifetime_in_seconds(),
        });
        answer(StatusCode::OK, &granted)
    }

    fn knows(&self, (id, secret): &(String, String)) -> bool {
        let inner = self.lock();
        let (known, wanted) = &inner.client;
        known == id
            && wanted
                .as_ref()
                .is_none_or(|wanted| wanted.expose_secret() == secret)
    }
}

/// Client and secret from HTTP's basic authentication; both are form-encoded in it (RFC 6749, 2.3.1).
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let pair = STANDARD.decode(value.strip_prefix("Basic ")?).ok()?;
    let pair = String::from_utf8(pair).ok()?;
    let (id, secret) = pair.split_once(':')?;
    let decoded = |text: &str| {
        let form = format!("x={text}");
        Query::parse(&form).first("x").map(str::to_owned)
    };
    Some((decoded(id)?, decoded(secret)?))
}

fn answer(code: StatusCode, value: &Value) -> Response<Body> {
    let mut response = Response::new(Body::from(value.to_string()));
    *response.status_mut() = code;
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        http::HeaderValue::from_static("application/json"),
    );
    headers.insert(
        header::CACHE_CONTROL,
        http::HeaderValue::from_static("no-store"),
    );
    response
}
