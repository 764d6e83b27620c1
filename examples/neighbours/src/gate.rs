//! The server's side: takes a request with a good client certificate *and* a good token only, and keeps count.
//!
//! kube-apiserver is content with either; here each must hold, so that each rotation shows.

use std::collections::HashSet;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt as _, Empty, Full};
use k8s_testing::ApiServer;
use k8s_testing::certs::ClientCertificates;
use k8s_testing::faults::ConnectionFault;
use tower::{Service, ServiceExt as _};

use crate::Failure;
use crate::world::NAMESPACES;

/// A gRPC method that answers what it is sent.
pub(crate) const ECHO: &str = "/neighbours.Echo/Say";

const REVIEWS: &str = "/apis/authentication.k8s.io/v1/selfsubjectreviews";
const REVIEW: &str = r#"{"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}"#;

/// A server that asks the API server about every credential. Clones are the same server.
#[derive(Clone)]
pub(crate) struct Gate {
    server: ApiServer,
    ledger: Arc<Mutex<Ledger>>,
}

/// What the server saw.
#[derive(Clone, Default)]
pub(crate) struct Ledger {
    /// Connections that were accepted.
    pub(crate) connections: usize,
    /// Requests that were answered.
    pub(crate) served: usize,
    /// Requests that were refused for their credentials.
    pub(crate) refused: usize,
    /// The tokens of what was answered.
    pub(crate) tokens: HashSet<HeaderValue>,
    /// The fingerprints of the client certificates of what was answered.
    pub(crate) certificates: HashSet<String>,
}

type Body = UnsyncBoxBody<Bytes, Failure>;

impl Gate {
    pub(crate) fn new(server: ApiServer) -> Self {
        Self {
            server,
            ledger: Arc::default(),
        }
    }

    /// What the server saw until now.
    pub(crate) fn ledger(&self) -> Ledger {
        self.with(|ledger| ledger.clone())
    }

    /// Counts connections; no fault is put into any.
    pub(crate) fn doorbell(&self) -> impl Fn(&SocketAddr) -> Option<ConnectionFault> + use<> {
        let gate = self.clone();
        move |_| {
            gate.with(|ledger| ledger.connections += 1);
            None
        }
    }

    fn with<T>(&self, note: impl FnOnce(&mut Ledger) -> T) -> T {
        note(&mut self.ledger.lock().unwrap_or_else(PoisonError::into_inner))
    }

    async fn answer<B>(self, request: Request<B>) -> Result<Response<Body>, Failure>
    where
        B: http_body::Body<Data = Bytes, Error: Into<Failure>> + Send + 'static,
    {
        let (mut parts, body) = request.into_parts();
        let shown = parts.extensions.remove::<ClientCertificates>();
        let token = parts.headers.get(AUTHORIZATION).cloned();
        let certificate = match shown {
            Some(shown) => self.fingerprint(shown).await?,
            None => None,
        };
        let (Some(certificate), Some(token)) = (certificate, token) else {
            self.with(|ledger| ledger.refused += 1);
            let refusal = Response::builder().status(StatusCode::UNAUTHORIZED);
            return Ok(refusal.body(boxed(Empty::new()))?);
        };
        let answer = if parts.uri.path() == ECHO {
            self.echo(&parts, body).await?
        } else {
            self.ask(Request::from_parts(parts, body)).await?
        };
        self.with(|ledger| match answer.status() {
            StatusCode::OK => {
                ledger.served += 1;
                ledger.tokens.insert(token);
                ledger.certificates.insert(certificate);
            }
            _ => ledger.refused += 1,
        });
        Ok(answer)
    }

    async fn ask<B>(&self, request: Request<B>) -> Result<Response<Body>, Failure>
    where
        B: http_body::Body<Data = Bytes> + Send + 'static,
    {
        Ok(self.server.clone().oneshot(request).await?.map(boxed))
    }

    /// The fingerprint of a client certificate, if the API server knows the user by it.
    async fn fingerprint(&self, shown: ClientCertificates) -> Result<Option<String>, Failure> {
        let request = Request::post(REVIEWS)
            .header(CONTENT_TYPE, "application/json")
            .extension(shown)
            .body(Full::from(REVIEW))?;
        let answer = self.ask(request).await?.into_body().collect().await?;
        let text = String::from_utf8(answer.to_bytes().to_vec())?;
        let id = text.split_once("X509SHA256=");
        Ok(id.and_then(|(_, id)| Some(id.split_once('"')?.0.to_owned())))
    }

    /// What was sent, if the API server lets the token list namespaces.
    async fn echo<B>(&self, parts: &Parts, body: B) -> Result<Response<Body>, Failure>
    where
        B: http_body::Body<Data = Bytes, Error: Into<Failure>> + Send + 'static,
    {
        let mut question = Request::get(NAMESPACES).body(Empty::<Bytes>::new())?;
        let token = parts.headers.get(AUTHORIZATION).cloned();
        question
            .headers_mut()
            .extend(token.map(|token| (AUTHORIZATION, token)));
        let verdict = self.ask(question).await?;
        if verdict.status() != StatusCode::OK {
            return Ok(verdict);
        }
        let sent = body.collect().await.map_err(Into::into)?.to_bytes();
        let done = HeaderMap::from_iter([("grpc-status".parse()?, HeaderValue::from_static("0"))]);
        let body = Full::new(sent).with_trailers(async { Some(Ok(done)) });
        let answer = Response::builder().header(CONTENT_TYPE, "application/grpc");
        Ok(answer.body(boxed(body))?)
    }
}

fn boxed<B>(body: B) -> Body
where
    B: http_body::Body<Data = Bytes, Error: Into<Failure>> + Send + 'static,
{
    body.map_err(Into::into).boxed_unsync()
}

impl<B> Service<Request<B>> for Gate
where
    B: http_body::Body<Data = Bytes, Error: Into<Failure>> + Send + 'static,
{
    type Response = Response<Body>;
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Failure>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        Box::pin(self.clone().answer(request))
    }
}
