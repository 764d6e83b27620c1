//! Under which path the API is served, and what the API server sees of it.

use std::fmt;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::uri::{Parts, PathAndQuery};
use http::{Request, Response, Uri};
use tower_layer::Layer;
use tower_service::Service;

use crate::{Refusable, answer};

/// Serves the API below a path of the proxy: `--api-prefix`.
///
/// The prefix is taken off, but for `/api/` and `/apis/` and what lies below them, which are paths of the API itself: so it is in `kubectl proxy`, except
/// that there a prefix which merely begins like them (`/apiary/`) is left on too. Everything outside of the prefix is answered with 404.
#[derive(Clone, Debug)]
pub struct PrefixLayer {
    prefix: Prefix,
}

/// The service of [`PrefixLayer`].
#[derive(Clone, Debug)]
pub struct Prefixed<S> {
    inner: S,
    prefix: Prefix,
}

#[derive(Clone, Debug)]
struct Prefix {
    /// With a slash at both ends.
    path: Arc<str>,
    taken_off: bool,
}

/// A prefix that is no path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidPrefix {
    prefix: String,
}

impl PrefixLayer {
    /// Serves below `prefix`; slashes at its ends are added where they are missing. `/` serves everything.
    ///
    /// # Errors
    /// [`InvalidPrefix`] when it has a query, an escape, or a segment that is empty, `.` or `..`.
    pub fn new(prefix: &str) -> Result<Self, InvalidPrefix> {
        let inner = prefix.trim_matches('/');
        let path = if inner.is_empty() {
            "/".to_owned()
        } else {
            format!("/{inner}/")
        };
        let odd = |segment: &str| matches!(segment, "" | "." | "..");
        let is_path = path
            .parse::<PathAndQuery>()
            .is_ok_and(|parsed| parsed.query().is_none());
        if !is_path || path.contains(['%', '#']) || (path != "/" && inner.split('/').any(odd)) {
            return Err(InvalidPrefix {
                prefix: prefix.to_owned(),
            });
        }
        let first = inner.split('/').next().unwrap_or_default();
        let taken_off = path != "/" && !matches!(first, "api" | "apis");
        Ok(Self {
            prefix: Prefix {
                path: path.into(),
                taken_off,
            },
        })
    }
}

impl Prefix {
    /// The URI that the API server sees; `None` when it is not ours to serve.
    fn strip(&self, uri: &Uri) -> Option<Uri> {
        let asked = uri.path_and_query()?;
        let path = asked.path();
        let below = path.strip_prefix(&*self.path);
        if below.is_none() && self.path.strip_suffix('/') != Some(path) {
            return None;
        }
        let seen = if self.taken_off {
            let rest = below.unwrap_or_default();
            match asked.query() {
                Some(query) => format!("/{rest}?{query}").parse().ok()?,
                None => format!("/{rest}").parse().ok()?,
            }
        } else {
            asked.clone()
        };
        let mut parts = Parts::default();
        parts.path_and_query = Some(seen);
        Uri::from_parts(parts).ok()
    }
}

impl<S> Layer<S> for PrefixLayer {
    type Service = Prefixed<S>;

    fn layer(&self, inner: S) -> Prefixed<S> {
        Prefixed {
            inner,
            prefix: self.prefix.clone(),
        }
    }
}

impl<S, B, R> Service<Request<B>> for Prefixed<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    R: From<Bytes>,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Refusable<S::Future, R>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        match self.prefix.strip(request.uri()) {
            Some(uri) => {
                *request.uri_mut() = uri;
                Refusable::inner(self.inner.call(request))
            }
            None => Refusable::own(answer::not_found(
                "the proxy serves nothing under this path",
            )),
        }
    }
}

impl fmt::Display for InvalidPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the prefix {:?} is not the path of a folder",
            self.prefix
        )
    }
}

impl std::error::Error for InvalidPrefix {}

#[cfg(test)]
mod tests {
    use super::PrefixLayer;

    fn check(prefix: &str, asked: &str, expected: Option<&str>) {
        let layer = PrefixLayer::new(prefix).unwrap();
        let seen = layer.prefix.strip(&asked.parse().unwrap());
        assert_eq!(
            seen.map(|uri| uri.to_string()).as_deref(),
            expected,
            "{prefix} {asked}"
        );
    }

    #[test]
    fn p27_paths() {
        check("/api/", "/metrics", None);
        check("/api/", "/api/metrics", Some("/api/metrics"));
        check("/api/", "/api/v1/pods/", Some("/api/v1/pods/"));
        check("/", "/metrics", Some("/metrics"));
        check("/", "/api/v1/pods/", Some("/api/v1/pods/"));
        check("/custom/", "/metrics", None);
        check("/custom/", "/api/metrics", None);
        check("/custom/", "/api/v1/pods/", None);
        check("/custom/", "/custom/api/metrics", Some("/api/metrics"));
        check("/custom/", "/custom/api/v1/pods/", Some("/api/v1/pods/"));
    }

    #[test]
    fn slashes_are_added_and_the_query_stays() {
        check("custom", "/custom/api?a=b%2Fc", Some("/api?a=b%2Fc"));
        check("/custom", "/custom", Some("/"));
        check("/custom", "/customer", None);
        check("", "/version", Some("/version"));
    }

    #[test]
    fn a_prefix_that_begins_like_the_api_is_taken_off() {
        check("/apiary/", "/apiary/api/v1", Some("/api/v1"));
        check("/apis/", "/apis/apps", Some("/apis/apps"));
        check("/api/v1/", "/api/v1/pods", Some("/api/v1/pods"));
    }

    #[test]
    fn refuses_what_is_no_folder() {
        for prefix in ["/a?b", "/a//b", "/../", "/a/./b", "/a b", "/%2e"] {
            assert!(PrefixLayer::new(prefix).is_err(), "{prefix}");
        }
    }
}
