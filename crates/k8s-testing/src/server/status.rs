//! Refusals: the `Status` that kube-apiserver sends instead of what was asked for.
//!
//! Texts and fields follow k8s.io/apimachinery `pkg/api/errors/errors.go` (v0.36).

use std::borrow::Cow;
use std::time::Duration;

use http::{HeaderMap, HeaderValue, Response, StatusCode, header};
use k8s_api_core::status::{Reason, Status, StatusCause, StatusDetails};
use serde_json::Value;

use super::answer::{self, Shape};
use super::kinds::Lack;
use super::media::{self, Format};
use super::types;
use crate::body::Body;

/// A request that was not granted, with the `Status` that says why.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    status: Box<Status>,
    /// Sent as a line of text: what Go's router says itself, before anything of Kubernetes is asked.
    plain: bool,
    /// Its words quote the request, so a browser shall not guess what they are.
    quotes: bool,
}

pub(crate) type Answered<T> = Result<T, Refusal>;

/// One fault of an object's field; becomes a cause of a 422.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct FieldFault {
    pub(crate) field: String,
    pub(crate) kind: Cow<'static, str>,
    pub(crate) says: String,
}

// === impl Refusal ===

impl Refusal {
    pub(crate) fn new(code: StatusCode, reason: &'static str, message: impl Into<String>) -> Self {
        let status = Status::failure(code.as_u16(), Reason::new(reason), message);
        Self {
            status: Box::new(status),
            plain: false,
            quotes: false,
        }
    }

    pub(crate) fn plain(code: StatusCode, message: impl Into<String>) -> Self {
        Self {
            plain: true,
            ..Self::new(code, "", message)
        }
    }

    /// Sent with the header that filters add which quote the request.
    pub(crate) fn quoting(mut self) -> Self {
        self.quotes = true;
        self
    }

    /// For a path outside of known groups.
    pub(crate) fn page_not_found() -> Self {
        Self::plain(StatusCode::NOT_FOUND, "404 page not found")
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BadRequest", message)
    }

    pub(crate) fn unauthorized() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Unauthorized", "Unauthorized")
    }

    /// For a path below a known group version that names nothing.
    pub(crate) fn unknown_resource() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "NotFound",
            "the server could not find the requested resource",
        )
        .detail("", "", "")
    }

    pub(crate) fn method_not_allowed() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "MethodNotAllowed",
            "the server does not allow this method on the requested resource",
        )
        .detail("", "", "")
    }

    pub(crate) fn not_found(group: &str, resource: &str, name: &str) -> Self {
        let message = format!("{} {name:?} not found", qualified(group, resource));
        Self::new(StatusCode::NOT_FOUND, "NotFound", message).detail(group, resource, name)
    }

    pub(crate) fn already_exists(group: &str, resource: &str, name: &str) -> Self {
        let message = format!("{} {name:?} already exists", qualified(group, resource));
        Self::new(StatusCode::CONFLICT, "AlreadyExists", message).detail(group, resource, name)
    }

    /// For a name that the server made, or might have made.
    pub(crate) fn not_unique(group: &str, resource: &str, name: &str) -> Self {
        let message = format!(
            "{} {name:?} already exists, the server was not able to generate a unique name for the object",
            qualified(group, resource)
        );
        Self::new(StatusCode::CONFLICT, "AlreadyExists", message)
            .detail(group, resource, name)
            .retry_after(1)
    }

    pub(crate) fn conflict(group: &str, resource: &str, name: &str, why: &str) -> Self {
        let message = format!(
            "Operation cannot be fulfilled on {} {name:?}: {why}",
            qualified(group, resource)
        );
        Self::new(StatusCode::CONFLICT, "Conflict", message).detail(group, resource, name)
    }

    pub(crate) fn forbidden(group: &str, resource: &str, name: &str, why: &str) -> Self {
        let resource_of_group = qualified(group, resource);
        let message = match (resource_of_group.as_str(), name) {
            ("", _) => format!("forbidden: {why}"),
            (resource, "") => format!("{resource} is forbidden: {why}"),
            (resource, name) => format!("{resource} {name:?} is forbidden: {why}"),
        };
        Self::new(StatusCode::FORBIDDEN, "Forbidden", message).detail(group, resource, name)
    }

    pub(crate) fn invalid(group: &str, kind: &str, name: &str, faults: &[FieldFault]) -> Self {
        // The message names each fault once, the causes name all.
        let mut listed: Vec<String> = Vec::new();
        for fault in faults.iter().map(FieldFault::to_string) {
            if !listed.contains(&fault) {
                listed.push(fault);
            }
        }
        let listed = match listed.as_slice() {
            [one] => one.clone(),
            many => format!("[{}]", many.join(", ")),
        };
        let message = format!("{} {name:?} is invalid: {listed}", qualified(group, kind));
        let cause = |fault: &FieldFault| StatusCause::new(&*fault.kind, &fault.says, &fault.field);
        let causes = faults.iter().map(cause).collect();
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Invalid", message)
            .detail(group, kind, name)
            .causes(causes)
    }

    pub(crate) fn expired(message: impl Into<String>) -> Self {
        Self::new(StatusCode::GONE, "Expired", message)
    }

    /// Sets group, kind and name of the details.
    #[must_use]
    pub(crate) fn detail(mut self, group: &str, kind: &str, name: &str) -> Self {
        let details = self.details();
        details.group = group.to_owned();
        details.kind = kind.to_owned();
        details.name = name.to_owned();
        self
    }

    /// Sets the single faults.
    #[must_use]
    pub(crate) fn causes(mut self, causes: Vec<StatusCause>) -> Self {
        self.details().causes = causes;
        self
    }

    /// Says after how many seconds to try again.
    #[must_use]
    pub(crate) fn retry_after(mut self, seconds: u32) -> Self {
        self.details().retry_after_seconds = seconds;
        self
    }

    fn details(&mut self) -> &mut StatusDetails {
        self.status.details.get_or_insert_default()
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut status = serde_json::to_value(&self.status).expect("a status is plain data");
        status["kind"] = "Status".into();
        status["apiVersion"] = "v1".into();
        status
    }

    /// The answer to whoever asked with these headers.
    pub(crate) fn answer_to(self, headers: &HeaderMap) -> Response<Body> {
        self.respond(media::of_refusal(headers))
    }

    /// The answer as JSON.
    pub(crate) fn into_response(self) -> Response<Body> {
        self.respond(Some(Format::Json))
    }

    fn respond(self, format: Option<Format>) -> Response<Body> {
        let code =
            StatusCode::from_u16(self.status.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if self.plain {
            return answer::text(code, format!("{}\n", self.status.message));
        }
        let status = self.to_json();
        let mut response = match format {
            Some(format) => answer::document(code, format, Shape::Object(types::STATUS), &status),
            None => answer::raw_json(code, &status),
        };
        if self.quotes {
            let headers = response.headers_mut();
            headers.insert(
                header::X_CONTENT_TYPE_OPTIONS,
                HeaderValue::from_static("nosniff"),
            );
        }
        let details = self.status.details.as_deref();
        if let Some(seconds @ 1..) = details.map(|details| details.retry_after_seconds) {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// The answer of a server that is busy, ill or gone: what a fault of this code looks like.
pub(crate) fn unwell(code: StatusCode, retry_after: Option<Duration>) -> Response<Body> {
    let (reason, message) = match code.as_u16() {
        401 => return Refusal::unauthorized().into_response(),
        404 => return Refusal::unknown_resource().into_response(),
        410 => return Refusal::expired("too old resource version").into_response(),
        429 => (
            "TooManyRequests",
            "Too many requests, please try again later.",
        ),
        500 => (
            "InternalError",
            "Internal error occurred: a fault on purpose",
        ),
        503 => (
            "ServiceUnavailable",
            "the server is currently unable to handle the request",
        ),
        504 => (
            "Timeout",
            "Timeout: request did not complete within the allotted timeout",
        ),
        _ => ("", code.canonical_reason().unwrap_or_default()),
    };
    let refusal = Refusal::new(code, reason, message);
    match retry_after.map(|time| u32::try_from(time.as_secs()).unwrap_or(u32::MAX)) {
        Some(seconds) => refusal.retry_after(seconds),
        None => refusal,
    }
    .into_response()
}

// === impl FieldFault ===

impl FieldFault {
    pub(crate) fn required(field: impl Into<String>, detail: &str) -> Self {
        let says = if detail.is_empty() {
            "Required value".to_owned()
        } else {
            format!("Required value: {detail}")
        };
        Self {
            field: field.into(),
            kind: "FieldValueRequired".into(),
            says,
        }
    }

    pub(crate) fn invalid(field: impl Into<String>, value: &Value, detail: &str) -> Self {
        let says = format!("Invalid value: {value}: {detail}");
        Self {
            field: field.into(),
            kind: "FieldValueInvalid".into(),
            says,
        }
    }

    pub(crate) fn duplicate(field: impl Into<String>, value: &Value) -> Self {
        let says = format!("Duplicate value: {value}");
        Self {
            field: field.into(),
            kind: "FieldValueDuplicate".into(),
            says,
        }
    }

    pub(crate) fn too_long(field: impl Into<String>, most: usize) -> Self {
        Self {
            field: field.into(),
            kind: "FieldValueTooLong".into(),
            says: format!("Too long: may not be more than {most} bytes"),
        }
    }

    pub(crate) fn unsupported(field: impl Into<String>, value: &Value, known: &[&str]) -> Self {
        let known: Vec<String> = known.iter().map(|k| format!("{k:?}")).collect();
        let says = format!(
            "Unsupported value: {value}: supported values: {}",
            known.join(", ")
        );
        Self {
            field: field.into(),
            kind: "FieldValueNotSupported".into(),
            says,
        }
    }

    pub(crate) fn forbidden(field: impl Into<String>, detail: &str) -> Self {
        Self {
            field: field.into(),
            kind: "FieldValueForbidden".into(),
            says: format!("Forbidden: {detail}"),
        }
    }
}

impl From<&Lack> for FieldFault {
    fn from(lack: &Lack) -> Self {
        Self {
            field: lack.field.clone(),
            kind: lack.reason.clone().into(),
            says: lack.says.clone(),
        }
    }
}

impl std::fmt::Display for FieldFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.field, self.says)
    }
}

/// `deployments.apps`, or the resource alone in the core group.
fn qualified(group: &str, resource: &str) -> String {
    if group.is_empty() {
        resource.to_owned()
    } else {
        format!("{resource}.{group}")
    }
}
