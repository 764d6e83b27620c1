//! Which requests pass: kubectl's four lists, and a switch that only lets readers in.

use std::fmt;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response, StatusCode, Uri, header};
use k8s_client::{Reason, RequestInfo};
use tower_layer::Layer;
use tower_service::Service;

use crate::host;
use crate::path::{self, PathFault};
use crate::pattern::Patterns;
use crate::{Refusable, answer};

/// Paths that are not passed on unless asked for: what runs programs in Pods, reaches into their network, or makes tokens.
///
/// The first two are `kubectl proxy`'s; it lets the others through.
pub const REJECTED_PATHS: [&str; 8] = [
    "^/api/.*/pods/.*/exec",
    "^/api/.*/pods/.*/attach",
    "^/api/.*/pods/.*/portforward",
    "^/api/.*/pods/.*/ephemeralcontainers",
    "^/api/.*/pods/.*/proxy",
    "^/api/.*/services/.*/proxy",
    "^/api/.*/nodes/.*/proxy",
    "^/api/.*/serviceaccounts/.*/token",
];

/// Hosts that a request may name: this machine's.
pub const ACCEPTED_HOSTS: [&str; 3] = ["^localhost$", r"^127\.0\.0\.1$", r"^\[::1\]$"];

/// Which requests pass.
///
/// A rejected path or method is refused; else the path *and* the host must be accepted. Paths are compared percent-decoded; one that another
/// reader could understand otherwise (`..`, `//`, `%2f`) is refused with 400, whatever the lists say. Hosts are compared in
/// lower case, without port, IPv6 in brackets.
///
/// # Defaults
/// All paths but [`REJECTED_PATHS`], all methods, [`ACCEPTED_HOSTS`].
///
/// Follows `FilterServer` of kubectl's `pkg/proxy`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Filter {
    /// Paths that pass: `--accept-paths`.
    pub accept_paths: Patterns,
    /// Paths that do not: `--reject-paths`.
    pub reject_paths: Patterns,
    /// Hosts that pass: `--accept-hosts`.
    pub accept_hosts: Patterns,
    /// Methods that do not: `--reject-methods`.
    pub reject_methods: Patterns,
    /// Only `GET`, `HEAD` and `OPTIONS`; no upgrade, and nothing below `exec`, `attach`, `portforward` and `proxy`, which act whatever the method
    /// is. Default: off.
    pub read_only: bool,
}

/// Why a request does not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refused {
    /// The path can be read in two ways.
    Path(PathFault),
    /// The path is on the list of rejected ones.
    RejectedPath,
    /// The method is on the list of rejected ones.
    RejectedMethod,
    /// The path is not on the list of accepted ones.
    UnacceptedPath,
    /// The host is not on the list of accepted ones.
    UnacceptedHost,
    /// The request changes something, or may.
    NotReading,
}

/// Lets requests pass as a [`Filter`] says.
#[derive(Clone, Debug)]
pub struct FilterLayer {
    filter: Filter,
}

/// The service of [`FilterLayer`]. What does not pass is answered with 403, or 400, and a `Status`.
#[derive(Clone, Debug)]
pub struct Filtered<S> {
    inner: S,
    filter: Filter,
}

// === impl Filter ===

impl Filter {
    /// The defaults.
    #[must_use]
    pub fn new() -> Self {
        let known = |patterns: &[&str]| {
            Patterns::new(patterns.iter().copied()).expect("the defaults are regular expressions")
        };
        Self {
            accept_paths: known(&["^.*"]),
            reject_paths: known(&REJECTED_PATHS),
            accept_hosts: known(&ACCEPTED_HOSTS),
            reject_methods: known(&["^$"]),
            read_only: false,
        }
    }

    /// Whether this request passes.
    ///
    /// # Errors
    /// [`Refused`] says why it does not.
    pub fn check(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Result<(), Refused> {
        let path = path::plain(uri.path()).map_err(Refused::Path)?;
        let host = host::authority(uri, headers).map(host::host);
        if self.reject_paths.match_any(&path) {
            return Err(Refused::RejectedPath);
        }
        if self.reject_methods.match_any(method.as_str()) {
            return Err(Refused::RejectedMethod);
        }
        if !self.accept_paths.match_any(&path) {
            return Err(Refused::UnacceptedPath);
        }
        if !self.accept_hosts.match_any(&host.unwrap_or_default()) {
            return Err(Refused::UnacceptedHost);
        }
        if self.read_only && !reads(method, uri, headers) {
            return Err(Refused::NotReading);
        }
        Ok(())
    }
}

impl Default for Filter {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether a request can do nothing but read.
fn reads(method: &Method, uri: &Uri, headers: &HeaderMap) -> bool {
    if !method.is_safe() || *method == Method::TRACE || headers.contains_key(header::UPGRADE) {
        return false;
    }
    RequestInfo::parse(method, uri.path(), uri.query()).is_ok_and(|info| {
        info.verb() != "proxy"
            && !matches!(
                info.subresource(),
                "exec" | "attach" | "portforward" | "proxy"
            )
    })
}

// === impl FilterLayer ===

impl FilterLayer {
    /// Lets pass what `filter` says.
    #[must_use]
    pub const fn new(filter: Filter) -> Self {
        Self { filter }
    }
}

impl<S> Layer<S> for FilterLayer {
    type Service = Filtered<S>;

    fn layer(&self, inner: S) -> Filtered<S> {
        Filtered {
            inner,
            filter: self.filter.clone(),
        }
    }
}

// === impl Filtered ===

impl<S, B, R> Service<Request<B>> for Filtered<S>
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
        match self
            .filter
            .check(request.method(), request.uri(), request.headers())
        {
            Ok(()) => Refusable::inner(self.inner.call(request)),
            Err(refused) => Refusable::own(refused.answer()),
        }
    }
}

// === impl Refused ===

impl Refused {
    fn answer<R: From<Bytes>>(self) -> Response<R> {
        match self {
            Self::Path(fault) => answer::refusal(
                StatusCode::BAD_REQUEST,
                Reason::BAD_REQUEST,
                format!("the proxy refuses the request: {fault}"),
            ),
            _ => answer::forbidden(self),
        }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Path(fault) => return fault.fmt(f),
            Self::RejectedPath => "its path is rejected (--reject-paths)",
            Self::RejectedMethod => "its method is rejected (--reject-methods)",
            Self::UnacceptedPath => "its path is not accepted (--accept-paths)",
            Self::UnacceptedHost => "its host is not accepted (--accept-hosts)",
            Self::NotReading => "only readers are let in (--read-only)",
        })
    }
}

impl std::error::Error for Refused {}

#[cfg(test)]
mod tests;
