//! Puts the server in front of relative URIs.

mod error;
mod future;

use std::sync::Arc;
use std::task::{Context, Poll};

use ::http::uri::{Authority, PathAndQuery, Scheme};
use ::http::{Request, Uri};
use tower_layer::Layer;
use tower_service::Service;

pub use self::error::{BaseUriError, InvalidBaseUri, RefusedUri};
pub use self::future::BaseUriFuture;

/// Sends every request to one server: makes [`BaseUri`] of a service.
///
/// ```
/// use k8s_transport::BaseUriLayer;
///
/// let layer = BaseUriLayer::new(&"https://rancher.example/k8s/clusters/c-1/".parse()?)?;
/// # let _ = layer;
/// assert!(BaseUriLayer::new(&"/no/host".parse()?).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct BaseUriLayer {
    base: Arc<Base>,
}

/// Puts scheme, host, port and path prefix of one server in front of relative URIs.
///
/// The prefix is kept as it is written, without its last slash. An absolute URI of the same server passes as it is;
/// one of another server is refused, and nothing is sent.
#[derive(Clone, Debug)]
pub struct BaseUri<S> {
    inner: S,
    base: Arc<Base>,
}

#[derive(Debug)]
struct Base {
    scheme: Scheme,
    authority: Authority,
    prefix: String,
}

impl BaseUriLayer {
    /// The server, with or without a path prefix.
    ///
    /// # Errors
    ///
    /// If the URI has no scheme or host, or has a query.
    pub fn new(server: &Uri) -> Result<Self, InvalidBaseUri> {
        let parts = server.clone().into_parts();
        let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
            return Err(InvalidBaseUri::Incomplete);
        };
        if server.query().is_some() {
            return Err(InvalidBaseUri::Query);
        }
        let prefix = server.path().trim_end_matches('/').to_owned();
        Ok(Self {
            base: Arc::new(Base {
                scheme,
                authority,
                prefix,
            }),
        })
    }
}

impl<S> Layer<S> for BaseUriLayer {
    type Service = BaseUri<S>;

    fn layer(&self, inner: S) -> BaseUri<S> {
        BaseUri {
            inner,
            base: Arc::clone(&self.base),
        }
    }
}

// === impl BaseUri ===

impl<S> BaseUri<S> {
    /// The inner service.
    pub fn get_ref(&self) -> &S {
        &self.inner
    }

    /// The inner service.
    pub fn get_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// The inner service, without the server in front.
    pub fn into_inner(self) -> S {
        self.inner
    }
}

impl<S, B> Service<Request<B>> for BaseUri<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = BaseUriError<S::Error>;
    type Future = BaseUriFuture<S::Future, S::Error>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx).map_err(BaseUriError::Inner)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        match self.base.apply(std::mem::take(request.uri_mut())) {
            Ok(uri) => {
                *request.uri_mut() = uri;
                BaseUriFuture::calling(self.inner.call(request))
            }
            Err(error) => BaseUriFuture::refused(error),
        }
    }
}

// === impl Base ===

impl Base {
    fn apply<E>(&self, uri: Uri) -> Result<Uri, BaseUriError<E>> {
        if uri.authority().is_some() {
            let same =
                uri.scheme() == Some(&self.scheme) && uri.authority() == Some(&self.authority);
            return if same {
                Ok(uri)
            } else {
                Err(BaseUriError::foreign(&self.authority))
            };
        }
        let mut parts = uri.into_parts();
        if !self.prefix.is_empty() {
            let asked = parts.path_and_query.as_ref();
            let asked = asked.map_or("/", PathAndQuery::as_str);
            parts.path_and_query = format!("{}{asked}", self.prefix).parse().ok();
        }
        parts
            .path_and_query
            .get_or_insert_with(|| PathAndQuery::from_static("/"));
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        Uri::from_parts(parts).map_err(|_| BaseUriError::path())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(base: &str, asked: &str, expected: Option<&str>) {
        let layer = BaseUriLayer::new(&base.parse().unwrap()).unwrap();
        let sent = layer
            .base
            .apply::<std::io::Error>(asked.parse().unwrap())
            .ok();
        assert_eq!(
            sent.map(|uri| uri.to_string()).as_deref(),
            expected,
            "{base} {asked}"
        );
    }

    #[test]
    fn puts_the_server_in_front_of_relative_uris() {
        check("https://a:6443", "/api", Some("https://a:6443/api"));
        check(
            "https://a",
            "/api/v1/pods?limit=1",
            Some("https://a/api/v1/pods?limit=1"),
        );
        check("https://[::1]:6443", "/api", Some("https://[::1]:6443/api"));
    }

    #[test]
    fn keeps_the_prefix_verbatim() {
        check("https://a/p/", "/api", Some("https://a/p/api"));
        check("https://a/p/q", "/", Some("https://a/p/q/"));
        check(
            "https://a/%2F",
            "/api?x=%20",
            Some("https://a/%2F/api?x=%20"),
        );
    }

    #[test]
    fn refuses_another_server() {
        check("https://a/p", "https://a/api", Some("https://a/api"));
        check("https://a", "https://b/api", None);
        check("https://a", "http://a/api", None);
        check("https://a", "https://a:6443/api", None);
    }

    #[test]
    fn needs_scheme_and_host() {
        for bad in ["/api", "a:6443", "https://a/?x=1"] {
            assert!(BaseUriLayer::new(&bad.parse().unwrap()).is_err(), "{bad}");
        }
    }
}
