//! What a request to an API server asks for (verb, group, resource, namespace, name), read from its method and URL alone.
//!
//! Follows `RequestInfoFactory` of k8s.io/apiserver `pkg/endpoints/request/requestinfo.go` (v0.36), as kube-apiserver
//! sets it up: prefixes `api` and `apis`, of which `api` has no groups.

mod query;

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

pub use self::query::Query;
use crate::percent::unescape;
use crate::selector::{FieldSelector, LabelSelector};
use http::Method;

/// What a request asks for, as kube-apiserver's authentication, authorization and audit see it.
///
/// The path is kept once; every part of it is a slice.
#[derive(Clone, Eq, PartialEq)]
pub struct RequestInfo {
    path: String,
    verb: Cow<'static, str>,
    prefix: Range<usize>,
    group: Range<usize>,
    version: Range<usize>,
    namespace: Range<usize>,
    resource: Range<usize>,
    subresource: Range<usize>,
    name: Range<usize>,
    name_by_selector: Option<String>,
    parts: Range<usize>,
    is_resource_request: bool,
    field_selector: String,
    label_selector: String,
}

/// A request whose URL cannot be understood; the API server answers it with 400 (escapes) or 500 (verb).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RequestInfoError {
    fault: Fault,
}

#[derive(Clone, Debug, Eq, PartialEq)]
enum Fault {
    Escape,
    NothingBehindVerb { url: String },
}

// === impl RequestInfo ===

impl RequestInfo {
    /// Reads method, path (still percent-encoded) and query.
    ///
    /// # Errors
    /// When the path has a broken percent escape, or ends behind `watch` or `proxy`
    /// (`unable to determine kind and namespace from url, …`).
    pub fn parse(
        method: &Method,
        path: &str,
        query: Option<&str>,
    ) -> Result<Self, RequestInfoError> {
        let decoded = unescape(path).ok_or(RequestInfoError {
            fault: Fault::Escape,
        })?;
        let mut info = Self::non_resource(method, decoded.into_owned());
        let Some(mut rest) = info.read_group_version() else {
            return Ok(info);
        };
        let special = special_verb(&info.path[rest.first()]);
        if let Some(verb) = special {
            rest = rest.behind(&info.path).ok_or_else(|| RequestInfoError {
                fault: Fault::NothingBehindVerb {
                    url: url(path, query),
                },
            })?;
            info.verb = Cow::Borrowed(verb);
        } else {
            info.verb = Cow::Borrowed(verb_of(method));
        }
        info.read_parts(&rest);
        let query = Query::parse(query.unwrap_or_default());
        info.read_query(&query, special.is_some());
        Ok(info)
    }

    /// Whether it asks for an API resource; otherwise [`path`](Self::path) and the method are all there is.
    pub fn is_resource_request(&self) -> bool {
        self.is_resource_request
    }

    /// The path, percent-decoded.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`, `proxy`; the empty string for
    /// another method on a resource; the method in lower case for all other requests.
    pub fn verb(&self) -> &str {
        &self.verb
    }

    /// `api` or `apis`; empty for a non-resource request.
    pub fn api_prefix(&self) -> &str {
        &self.path[self.prefix.clone()]
    }

    /// The group; empty for the core group.
    pub fn api_group(&self) -> &str {
        &self.path[self.group.clone()]
    }

    /// The version, as `v1`.
    pub fn api_version(&self) -> &str {
        &self.path[self.version.clone()]
    }

    /// The namespace; empty at the cluster scope. A request for a namespace itself names it here too.
    pub fn namespace(&self) -> &str {
        &self.path[self.namespace.clone()]
    }

    /// The resource, in the plural as in the URL.
    pub fn resource(&self) -> &str {
        &self.path[self.resource.clone()]
    }

    /// The subresource, as `status` or `log`; empty when there is none.
    pub fn subresource(&self) -> &str {
        &self.path[self.subresource.clone()]
    }

    /// The object's name, from the path or, for a list or watch, from the field selector `metadata.name=…`.
    pub fn name(&self) -> &str {
        self.name_by_selector
            .as_deref()
            .unwrap_or_else(|| &self.path[self.name.clone()])
    }

    /// The path from the resource on, cut at each `/`: resource, name, subresource, and whatever follows.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        let parts = self
            .is_resource_request
            .then(|| self.path[self.parts.clone()].split('/'));
        parts.into_iter().flatten()
    }

    /// The field selector as sent, for verbs that honour one.
    pub fn field_selector(&self) -> &str {
        &self.field_selector
    }

    /// The label selector as sent, for verbs that honour one.
    pub fn label_selector(&self) -> &str {
        &self.label_selector
    }

    fn non_resource(method: &Method, path: String) -> Self {
        Self {
            path,
            verb: lower_case(method),
            prefix: 0..0,
            group: 0..0,
            version: 0..0,
            namespace: 0..0,
            resource: 0..0,
            subresource: 0..0,
            name: 0..0,
            name_by_selector: None,
            parts: 0..0,
            is_resource_request: false,
            field_selector: String::new(),
            label_selector: String::new(),
        }
    }

    /// Takes prefix, group and version; returns the segments behind them, if it is a resource request.
    fn read_group_version(&mut self) -> Option<Segments> {
        let all = Segments::of(&self.path)?;
        let prefix = all.first();
        let mut rest = all.behind(&self.path)?;
        let needed = match &self.path[prefix.clone()] {
            "api" => 2,
            "apis" => 3,
            _ => return None,
        };
        if rest.count(&self.path) < 2 {
            return None;
        }
        self.prefix = prefix;
        if rest.count(&self.path) < needed {
            return None;
        }
        if needed == 3 {
            self.group = rest.first();
            rest = rest.behind(&self.path)?;
        }
        self.version = rest.first();
        self.is_resource_request = true;
        rest.behind(&self.path)
    }

    fn read_parts(&mut self, rest: &Segments) {
        let mut parts = rest.clone();
        if &self.path[rest.first()] == "namespaces"
            && let Some(namespace) = rest.behind(&self.path)
        {
            self.namespace = namespace.first();
            if let Some(inner) = namespace.behind(&self.path)
                && !matches!(&self.path[inner.first()], "status" | "finalize")
            {
                parts = inner;
            }
        }
        self.parts = parts.start..parts.end;
        self.resource = parts.first();
        let Some(name) = parts.behind(&self.path) else {
            return;
        };
        self.name = name.first();
        if self.verb != "proxy"
            && let Some(subresource) = name.behind(&self.path)
        {
            self.subresource = subresource.first();
        }
    }

    fn read_query(&mut self, query: &Query<'_>, verb_in_path: bool) {
        if self.name.is_empty() && self.verb == "get" {
            self.verb = Cow::Borrowed(if query.flag("watch") { "watch" } else { "list" });
            self.name_by_selector = name_selected(query);
        }
        if self.name().is_empty() && self.verb == "delete" {
            self.verb = Cow::Borrowed("deletecollection");
        }
        if !verb_in_path && matches!(&*self.verb, "list" | "watch" | "deletecollection") {
            self.field_selector = query.first("fieldSelector").unwrap_or_default().to_owned();
            self.label_selector = query.first("labelSelector").unwrap_or_default().to_owned();
        }
    }
}

impl fmt::Debug for RequestInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("RequestInfo");
        out.field("verb", &self.verb).field("path", &self.path);
        if self.is_resource_request {
            out.field("group", &self.api_group())
                .field("version", &self.api_version())
                .field("namespace", &self.namespace())
                .field("resource", &self.resource())
                .field("subresource", &self.subresource())
                .field("name", &self.name());
        }
        out.finish_non_exhaustive()
    }
}

// === impl RequestInfoError ===

impl fmt::Display for RequestInfoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fault {
            Fault::Escape => f.write_str("broken percent escape in the path"),
            Fault::NothingBehindVerb { url } => {
                write!(f, "unable to determine kind and namespace from url, {url}")
            }
        }
    }
}

impl std::error::Error for RequestInfoError {}

/// A run of path segments: where it begins and where the path (trimmed of slashes) ends.
#[derive(Clone)]
struct Segments {
    start: usize,
    first_end: usize,
    end: usize,
}

impl Segments {
    fn of(path: &str) -> Option<Self> {
        let start = path.len() - path.trim_start_matches('/').len();
        let end = path.trim_end_matches('/').len();
        (start < end).then(|| Self::at(path, start, end))
    }

    fn at(path: &str, start: usize, end: usize) -> Self {
        let first_end = path[start..end].find('/').map_or(end, |at| start + at);
        Self {
            start,
            first_end,
            end,
        }
    }

    fn first(&self) -> Range<usize> {
        self.start..self.first_end
    }

    /// The segments after the first one, if there are any.
    fn behind(&self, path: &str) -> Option<Self> {
        (self.first_end < self.end).then(|| Self::at(path, self.first_end + 1, self.end))
    }

    fn count(&self, path: &str) -> usize {
        path[self.start..self.end].split('/').count()
    }
}

fn special_verb(segment: &str) -> Option<&'static str> {
    match segment {
        "proxy" => Some("proxy"),
        "watch" => Some("watch"),
        _ => None,
    }
}

fn verb_of(method: &Method) -> &'static str {
    match method.as_str() {
        "POST" => "create",
        "GET" | "HEAD" => "get",
        "PUT" => "update",
        "PATCH" => "patch",
        "DELETE" => "delete",
        _ => "",
    }
}

fn lower_case(method: &Method) -> Cow<'static, str> {
    match *method {
        Method::GET => Cow::Borrowed("get"),
        _ => Cow::Owned(method.as_str().to_ascii_lowercase()),
    }
}

/// The name that the field selector demands, if the whole query decodes as ListOptions.
fn name_selected(query: &Query<'_>) -> Option<String> {
    let integer = |name| {
        query
            .first(name)
            .is_none_or(|value| value.parse::<i64>().is_ok())
    };
    if !integer("limit") || !integer("timeoutSeconds") {
        return None;
    }
    LabelSelector::parse(query.first("labelSelector").unwrap_or_default()).ok()?;
    let fields = FieldSelector::parse(query.first("fieldSelector")?).ok()?;
    let name = fields.requires_exact_match("metadata.name")?;
    let is_segment = !matches!(name, "." | "..") && !name.contains(['/', '%']);
    is_segment.then(|| name.to_owned())
}

fn url(path: &str, query: Option<&str>) -> String {
    match query {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    }
}
