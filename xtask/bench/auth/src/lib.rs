//! The services that are compared: nothing around a no-op, our layer around it, kube's layer around it.

use std::fmt::Debug;
use std::future::{Ready, ready};
use std::path::Path;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION};
use http::{HeaderValue, Request, Response, Uri};
use http_body_util::Empty;
use k8s_auth::{AuthorizeLayer, Origin, TokenFile};
use k8s_config::{Material, SystemSource};
use kube::client::ConfigExt as _;
use tower::{BoxError, Layer as _, Service, ServiceExt as _};

const URI: &str = "https://bench.example:6443/api/v1/namespaces/default/pods/a";

/// The request that all get: kube's layer wants a body that is one.
pub type Asked = Request<Empty<Bytes>>;

/// Answers at once, with the credential it was shown, and allocates nothing.
#[derive(Clone, Copy, Debug)]
pub struct Noop;

impl Service<Asked> for Noop {
    type Response = Response<Option<HeaderValue>>;
    type Error = BoxError;
    type Future = Ready<Result<Self::Response, BoxError>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Asked) -> Self::Future {
        ready(Ok(Response::new(
            request.headers_mut().remove(AUTHORIZATION),
        )))
    }
}

/// One of the services.
pub trait Contender:
    Service<Asked, Response = Response<Option<HeaderValue>>, Error: Debug>
{
}

impl<S> Contender for S where
    S: Service<Asked, Response = Response<Option<HeaderValue>>, Error: Debug>
{
}

/// [`AuthorizeLayer`] with a [`TokenFile`] around [`Noop`].
///
/// # Errors
///
/// If the URI is no origin for credentials. The file is read at the first request.
pub fn ours(token: &Path) -> Result<impl Contender, BoxError> {
    let origin = Origin::https(&Uri::from_static(URI))?;
    let source = TokenFile::new(Material::file(Arc::new(SystemSource), token));
    Ok(AuthorizeLayer::new(source, origin).layer(Noop))
}

/// What kube's `ConfigExt::auth_layer` makes for a token file, around [`Noop`].
///
/// # Errors
///
/// If the file cannot be read.
pub fn kubes(token: &Path) -> Result<impl Contender, BoxError> {
    let mut config = kube::Config::new(Uri::from_static(URI));
    config.auth_info.token_file = Some(token.display().to_string());
    let layer = config
        .auth_layer()?
        .ok_or("kube makes no layer of a token file")?;
    Ok(layer.layer(Noop))
}

/// Calls a service that often, one request after the other, and answers with the checksum of the credentials it was shown.
///
/// The sum is of the lengths of all; the rest is the last one itself, as FNV-1a, and whether it was marked sensitive.
///
/// # Errors
///
/// If a call fails.
pub fn run(service: &mut impl Contender, requests: u64) -> Result<String, BoxError> {
    let (mut sum, mut last) = (0, None);
    futures_executor::block_on(async {
        for _ in 0..requests {
            let service = service.ready().await.map_err(failed)?;
            let response = service.call(request()).await.map_err(failed)?;
            last = response.into_body();
            sum += last.as_ref().map_or(0, HeaderValue::len);
        }
        Ok::<(), BoxError>(())
    })?;
    let Some(last) = last else {
        return Ok("none".to_owned());
    };
    let start = 0xcbf2_9ce4_8422_2325_u64;
    let hash = last.as_bytes().iter().fold(start, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    Ok(format!(
        "{sum}-{hash:016x}-{}",
        if last.is_sensitive() {
            "sensitive"
        } else {
            "plain"
        }
    ))
}

/// Ours implements `Error` only where the inner service's error does, and a boxed one does not.
fn failed(error: impl Debug) -> BoxError {
    format!("a call failed: {error:?}").into()
}

/// One header of its own: its map is there before a layer adds to it, as in every real request.
fn request() -> Asked {
    let mut request = Request::new(Empty::new());
    *request.uri_mut() = Uri::from_static(URI);
    request
        .headers_mut()
        .insert(ACCEPT, HeaderValue::from_static("application/json"));
    request
}

/// The file that holds the token, and how many requests: the arguments of both programs.
///
/// # Errors
///
/// If one is missing, or the number is none.
pub fn arguments() -> Result<(std::path::PathBuf, u64, Vec<String>), BoxError> {
    let mut args = std::env::args().skip(1);
    match (args.next(), args.next()) {
        (Some(token), Some(requests)) => Ok((token.into(), requests.parse()?, args.collect())),
        _ => Err("PROGRAM TOKENFILE REQUESTS …".into()),
    }
}
