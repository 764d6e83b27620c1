//! Paths: where a collection and its objects stand, with every segment checked.

use std::fmt;

use crate::percent::escape;
use crate::{ApiResource, Scope};

/// What may stand bare in a path segment.
fn is_bare(byte: u8) -> bool {
    let reserved = matches!(
        byte,
        b'"' | b'#'
            | b'%'
            | b'/'
            | b'<'
            | b'>'
            | b'?'
            | b'['
            | b'\\'
            | b']'
            | b'^'
            | b'`'
            | b'{'
            | b'|'
            | b'}'
    );
    byte.is_ascii_graphic() && !reserved
}

/// A resource in one namespace, in all of them, or of the whole cluster.
///
/// ```
/// use k8s_api_core::{ApiResource, Collection, Scope};
///
/// let pods = Collection::namespaced(ApiResource::new("", "v1", "Pod", "pods", Scope::Namespaced), "prod");
/// assert_eq!(pods.path()?, "/api/v1/namespaces/prod/pods");
/// assert_eq!(pods.item("web-0")?, "/api/v1/namespaces/prod/pods/web-0");
/// assert!(pods.item("web-0/status").is_err());
/// # Ok::<(), k8s_api_core::InvalidSegment>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Collection {
    resource: ApiResource,
    namespace: Option<String>,
}

/// A name that cannot be one segment of a path.
///
/// Kubernetes refuses `.`, `..`, and anything with `/` or `%` (`apimachinery/pkg/api/validation/path`), and so do
/// we, before a request is made: such a name would be a different request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidSegment {
    what: &'static str,
    why: Fault,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    Empty,
    Dots,
    Contains(char),
}

impl Collection {
    /// All objects of the resource: over all namespaces, or of the whole cluster.
    pub fn all(resource: ApiResource) -> Self {
        Self {
            resource,
            namespace: None,
        }
    }

    /// The objects of one namespace. For a resource of the whole cluster the namespace is not used.
    pub fn namespaced(resource: ApiResource, namespace: impl Into<String>) -> Self {
        let namespace = match resource.scope {
            Scope::Cluster => None,
            Scope::Namespaced => Some(namespace.into()),
        };
        Self {
            resource,
            namespace,
        }
    }

    /// The resource.
    pub fn resource(&self) -> &ApiResource {
        &self.resource
    }

    /// The namespace; `None` for all of them, or for the whole cluster.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// The path of the collection, to list and to create: `/api/v1/namespaces/prod/pods`.
    ///
    /// # Errors
    ///
    /// If group, version, namespace or plural cannot be a segment.
    pub fn path(&self) -> Result<String, InvalidSegment> {
        let mut path = String::with_capacity(96);
        if self.resource.group.is_empty() {
            path.push_str("/api");
        } else {
            path.push_str("/apis");
            push(&mut path, "group", &self.resource.group)?;
        }
        push(&mut path, "version", &self.resource.version)?;
        if let Some(namespace) = &self.namespace {
            path.push_str("/namespaces");
            push(&mut path, "namespace", namespace)?;
        }
        push(&mut path, "resource", &self.resource.plural)?;
        Ok(path)
    }

    /// The path of one object: `/api/v1/namespaces/prod/pods/web-0`.
    ///
    /// # Errors
    ///
    /// If the name, or a part of the collection's path, cannot be a segment.
    pub fn item(&self, name: &str) -> Result<String, InvalidSegment> {
        let mut path = self.path()?;
        push(&mut path, "name", name)?;
        Ok(path)
    }

    /// The path of an object's subresource: `/api/v1/namespaces/prod/pods/web-0/log`.
    ///
    /// # Errors
    ///
    /// If the name, the subresource, or a part of the collection's path cannot be a segment.
    pub fn subresource(&self, name: &str, subresource: &str) -> Result<String, InvalidSegment> {
        let mut path = self.item(name)?;
        push(&mut path, "subresource", subresource)?;
        Ok(path)
    }
}

fn push(path: &mut String, what: &'static str, segment: &str) -> Result<(), InvalidSegment> {
    let why = match segment {
        "" => Some(Fault::Empty),
        "." | ".." => Some(Fault::Dots),
        _ => segment
            .bytes()
            .find(|byte| matches!(byte, b'/' | b'%'))
            .map(|byte| Fault::Contains(char::from(byte))),
    };
    if let Some(why) = why {
        return Err(InvalidSegment { what, why });
    }
    path.push('/');
    escape(segment, is_bare, path);
    Ok(())
}

// === impl InvalidSegment ===

impl fmt::Display for InvalidSegment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = self.what;
        match self.why {
            Fault::Empty => write!(f, "{what} may not be empty"),
            Fault::Dots => write!(f, "{what} may not be '.' or '..'"),
            Fault::Contains(c) => write!(f, "{what} may not contain '{c}'"),
        }
    }
}

impl std::error::Error for InvalidSegment {}

#[cfg(test)]
mod tests {
    use super::*;

    fn pods() -> ApiResource {
        ApiResource::new("", "v1", "Pod", "pods", Scope::Namespaced)
    }

    fn check(name: &str, expected: Result<&str, &str>) {
        let path = Collection::namespaced(pods(), "prod")
            .item(name)
            .map_err(|e| e.to_string());
        let expected = expected
            .map(|last| format!("/api/v1/namespaces/prod/pods/{last}"))
            .map_err(str::to_owned);
        assert_eq!(path, expected);
    }

    #[test]
    fn refuses_names_that_would_be_another_request() {
        check("", Err("name may not be empty"));
        check(".", Err("name may not be '.' or '..'"));
        check("..", Err("name may not be '.' or '..'"));
        check("a/status", Err("name may not contain '/'"));
        check("a%2fstatus", Err("name may not contain '%'"));
    }

    #[test]
    fn encodes_what_may_not_stand_bare() {
        check("web-0", Ok("web-0"));
        check("system:node", Ok("system:node"));
        check("x?dryRun=All", Ok("x%3FdryRun=All"));
        check("a b#c", Ok("a%20b%23c"));
        check("ü", Ok("%C3%BC"));
        check("...", Ok("..."));
    }

    #[test]
    fn namespaces_stand_in_the_path_of_namespaced_resources_only() {
        let apps = ApiResource::new("apps", "v1", "Deployment", "deployments", Scope::Namespaced);
        let nodes = ApiResource::new("", "v1", "Node", "nodes", Scope::Cluster);
        assert_eq!(
            Collection::all(apps.clone()).path().unwrap(),
            "/apis/apps/v1/deployments"
        );
        assert_eq!(
            Collection::namespaced(apps, "a")
                .subresource("b", "scale")
                .unwrap(),
            "/apis/apps/v1/namespaces/a/deployments/b/scale"
        );
        assert_eq!(
            Collection::namespaced(nodes, "a").item("n").unwrap(),
            "/api/v1/nodes/n"
        );
        assert!(Collection::namespaced(pods(), "").path().is_err());
    }
}
