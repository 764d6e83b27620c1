//! Lets programs, a person's own browser and the proxy's own pages in, and keeps other sites' pages out.

use std::fmt;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, HeaderName, Request, Response, Uri, header};
use tower_layer::Layer;
use tower_service::Service;

use crate::{Refusable, answer, host};

const SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// Refuses what another site's page asks a browser to send: it would act with the proxy's credentials.
///
/// Browsers say where a request comes from. `Sec-Fetch-Site: none` (somebody typed the address) and `same-origin` pass,
/// `same-site` and `cross-site` do not. An `Origin` must be that of the host that was asked; `null` never is. Programs send
/// neither header and pass.
#[derive(Clone, Copy, Debug, Default)]
pub struct SameOriginLayer {
    _private: (),
}

/// The service of [`SameOriginLayer`]. What it refuses is answered with 403 and a `Status`.
#[derive(Clone, Debug)]
pub struct SameOrigin<S> {
    inner: S,
}

/// Why a browser's request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ForeignPage {
    /// `Sec-Fetch-Site` names another site, or is not understood.
    Site,
    /// `Origin` is not that of the host which was asked.
    Origin,
}

impl SameOriginLayer {
    /// The layer.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

impl<S> Layer<S> for SameOriginLayer {
    type Service = SameOrigin<S>;

    fn layer(&self, inner: S) -> SameOrigin<S> {
        SameOrigin { inner }
    }
}

impl<S, B, R> Service<Request<B>> for SameOrigin<S>
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

    fn call(&mut self, request: Request<B>) -> Self::Future {
        match check(request.uri(), request.headers()) {
            Ok(()) => Refusable::inner(self.inner.call(request)),
            Err(foreign) => Refusable::own(answer::forbidden(foreign)),
        }
    }
}

/// Every value counts: a header that stands twice must be good twice.
fn check(uri: &Uri, headers: &HeaderMap) -> Result<(), ForeignPage> {
    let own_site = |site: &[u8]| matches!(site, b"none" | b"same-origin");
    if !headers
        .get_all(SEC_FETCH_SITE)
        .iter()
        .all(|site| own_site(site.as_bytes()))
    {
        return Err(ForeignPage::Site);
    }
    let asked = host::authority(uri, headers);
    let own = |origin: &str| asked.is_some_and(|asked| same(origin, asked));
    let mut origins = headers.get_all(header::ORIGIN).iter();
    if !origins.all(|origin| origin.to_str().is_ok_and(own)) {
        return Err(ForeignPage::Origin);
    }
    Ok(())
}

/// Whether an origin (`http://localhost:8001`) is that of an authority (`localhost:8001`).
fn same(origin: &str, asked: &str) -> bool {
    let usual = |scheme| match scheme {
        "http" => Some(":80"),
        "https" => Some(":443"),
        _ => None,
    };
    let Some((scheme, from)) = origin.split_once("://") else {
        return false;
    };
    let Some(port) = usual(scheme) else {
        return false;
    };
    let strip = |authority: &str| {
        let authority = authority.to_ascii_lowercase();
        authority
            .strip_suffix(port)
            .map(str::to_owned)
            .unwrap_or(authority)
    };
    strip(from) == strip(asked)
}

impl fmt::Display for ForeignPage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Site => "a page of another site asked for it (Sec-Fetch-Site)",
            Self::Origin => "a page of another origin asked for it (Origin)",
        })
    }
}

impl std::error::Error for ForeignPage {}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(host: &str, lines: &[(&str, &str)], expected: Result<(), ForeignPage>) {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        for (name, value) in lines {
            headers.append(HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        }
        assert_eq!(
            super::check(&Uri::from_static("/api"), &headers),
            expected,
            "{host} {lines:?}"
        );
    }

    #[test]
    fn programs_pass() {
        check("localhost:8001", &[], Ok(()));
    }

    #[test]
    fn a_persons_browser_and_the_proxys_own_pages_pass() {
        check("localhost:8001", &[("sec-fetch-site", "none")], Ok(()));
        check(
            "localhost:8001",
            &[("sec-fetch-site", "same-origin")],
            Ok(()),
        );
        check(
            "localhost:8001",
            &[("origin", "http://localhost:8001")],
            Ok(()),
        );
        check("LOCALHOST", &[("origin", "http://localhost:80")], Ok(()));
        check(
            "proxy.example",
            &[("origin", "https://proxy.example")],
            Ok(()),
        );
        check("[::1]:8001", &[("origin", "http://[::1]:8001")], Ok(()));
    }

    #[test]
    fn other_sites_pages_do_not() {
        for site in ["cross-site", "same-site", "whatever", ""] {
            check(
                "localhost:8001",
                &[("sec-fetch-site", site)],
                Err(ForeignPage::Site),
            );
        }
        let origins = [
            "http://evil.example",
            "http://localhost:8002",
            "http://localhost",
            "null",
            "",
            "file://",
            "localhost:8001",
        ];
        for origin in origins {
            check(
                "localhost:8001",
                &[("origin", origin)],
                Err(ForeignPage::Origin),
            );
        }
    }

    #[test]
    fn saying_it_twice_does_not_help() {
        let twice = [("sec-fetch-site", "none"), ("sec-fetch-site", "cross-site")];
        check("localhost", &twice, Err(ForeignPage::Site));
        let twice = [
            ("origin", "http://localhost"),
            ("origin", "http://evil.example"),
        ];
        check("localhost", &twice, Err(ForeignPage::Origin));
    }
}
