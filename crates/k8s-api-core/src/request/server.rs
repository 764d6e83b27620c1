//! Where a request goes: a server's address, and the path that may stand before all of its paths.

use http::{Request, Uri};

use super::InvalidRequest;

/// Puts a server in front of a request's path: `https://host:6443`, or with a path of its own before every path,
/// as servers behind a gateway have it (`https://rancher.example.org/k8s/clusters/c-1`).
///
/// For clients that want whole URIs. (A stack of `k8s-transport` does this in a layer.)
///
/// ```
/// use k8s_api_core::request;
///
/// let server = "https://rancher.example.org/k8s/clusters/c-1/".parse()?;
/// let version = request::at_server(&server, request::raw("/version")?)?;
/// assert_eq!(version.uri(), "https://rancher.example.org/k8s/clusters/c-1/version");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// If `server` has no scheme or host, or has a query; or if the request has a server already.
pub fn at_server<B>(server: &Uri, mut request: Request<B>) -> Result<Request<B>, InvalidRequest> {
    if server.scheme().is_none() || server.query().is_some() {
        return Err(InvalidRequest::params(
            "a server is named by scheme, host and at most a path",
        ));
    }
    if request.uri().authority().is_some() {
        return Err(InvalidRequest::params("the request names a server already"));
    }
    let asked = request.uri().path_and_query().map_or("/", |p| p.as_str());
    let path = format!("{}{asked}", server.path().trim_end_matches('/'));
    let mut parts = server.clone().into_parts();
    parts.path_and_query = Some(path.parse().map_err(|_| InvalidRequest::path(&path))?);
    *request.uri_mut() = Uri::from_parts(parts).map_err(|_| InvalidRequest::path(&path))?;
    Ok(request)
}
