//! The server's own account of a failure: code, reason, message and causes.

mod reason;

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ListMeta;
use crate::metadata::null_is_empty;

pub use self::reason::Reason;

/// What the API server answers when it refuses or fails (`metav1.Status`).
///
/// It is an [`Error`](std::error::Error); its text is the server's message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Status {
    /// List metadata; usually empty.
    #[serde(default)]
    pub metadata: ListMeta,
    /// `Failure`, or `Success` (the answer to some deletions).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub status: String,
    /// What happened, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// What happened, for programs.
    #[serde(default, skip_serializing_if = "Reason::is_empty")]
    pub reason: Reason,
    /// What it happened to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub details: Option<Box<StatusDetails>>,
    /// The HTTP status code, repeated.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub code: u16,
}

/// What a [`Status`] is about (`metav1.StatusDetails`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct StatusDetails {
    /// The object's name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The API group of `kind`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// The kind, or the plural resource: the server writes either.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// The object's uid.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub uid: String,
    /// The single faults, by field where there is one.
    #[serde(
        default,
        skip_serializing_if = "Vec::is_empty",
        deserialize_with = "null_is_empty"
    )]
    pub causes: Vec<StatusCause>,
    /// Seconds after which to try again; 0 when the server does not say.
    #[serde(default, skip_serializing_if = "is_zero_seconds")]
    pub retry_after_seconds: u32,
}

/// One fault among several (`metav1.StatusCause`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StatusCause {
    /// The kind of fault, `FieldValueRequired`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// The fault, for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
    /// Where, `spec.containers[0].image`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub field: String,
}

impl StatusCause {
    /// A fault by reason, message and field; the field may be empty.
    pub fn new(
        reason: impl Into<String>,
        message: impl Into<String>,
        field: impl Into<String>,
    ) -> Self {
        Self {
            reason: reason.into(),
            message: message.into(),
            field: field.into(),
        }
    }
}

impl Status {
    /// A failure by code, reason and message, without details.
    pub fn failure(code: u16, reason: Reason, message: impl Into<String>) -> Self {
        Self {
            metadata: ListMeta::default(),
            status: "Failure".to_owned(),
            message: message.into(),
            reason,
            details: None,
            code,
        }
    }

    /// Says what the failure is about.
    #[must_use]
    pub fn with_details(mut self, details: StatusDetails) -> Self {
        self.details = Some(Box::new(details));
        self
    }

    /// Whether this is the answer to a deletion or another success, not a failure.
    pub fn is_success(&self) -> bool {
        self.status == "Success"
    }

    /// 404: no such object, resource or path.
    pub fn is_not_found(&self) -> bool {
        self.is(&Reason::NOT_FOUND, 404)
    }

    /// 409 on create: an object of that name exists.
    pub fn is_already_exists(&self) -> bool {
        self.reason == Reason::ALREADY_EXISTS
    }

    /// 409 on update: somebody else changed the object first.
    pub fn is_conflict(&self) -> bool {
        self.reason == Reason::CONFLICT
    }

    /// 401: the server does not know who asks.
    pub fn is_unauthorized(&self) -> bool {
        self.is(&Reason::UNAUTHORIZED, 401)
    }

    /// 403: the server knows who asks and refuses.
    pub fn is_forbidden(&self) -> bool {
        self.is(&Reason::FORBIDDEN, 403)
    }

    /// 410: the resource version or the page is gone; list again.
    pub fn is_gone(&self) -> bool {
        self.is(&Reason::GONE, 410) || self.reason == Reason::EXPIRED
    }

    /// 422: the object is not valid; the causes name the fields.
    pub fn is_invalid(&self) -> bool {
        self.is(&Reason::INVALID, 422)
    }

    /// 429: too many requests.
    pub fn is_too_many_requests(&self) -> bool {
        self.is(&Reason::TOO_MANY_REQUESTS, 429)
    }

    /// By reason; by code where the server gave no reason that we know.
    fn is(&self, reason: &Reason, code: u16) -> bool {
        self.reason == *reason || (self.code == code && !self.reason.is_known())
    }
}

fn is_zero(code: &u16) -> bool {
    *code == 0
}

fn is_zero_seconds(seconds: &u32) -> bool {
    *seconds == 0
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.message.as_str(), self.reason.as_str()) {
            ("", "") => write!(f, "the server answered with code {}", self.code),
            ("", reason) => write!(f, "the server answered with code {} ({reason})", self.code),
            (message, _) => f.write_str(message),
        }
    }
}

impl std::error::Error for Status {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_server_writes() {
        let text = r#"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",
            "message":"pods \"x\" not found","reason":"NotFound",
            "details":{"name":"x","kind":"pods"},"code":404}"#;
        let status: Status = serde_json::from_str(text).unwrap();
        assert!(status.is_not_found() && !status.is_forbidden() && !status.is_success());
        assert_eq!(status.details.as_ref().unwrap().name, "x");
        assert_eq!(status.to_string(), "pods \"x\" not found");
    }

    #[test]
    fn goes_by_the_code_when_the_reason_is_not_known() {
        assert!(Status::failure(404, Reason::default(), "").is_not_found());
        assert!(Status::failure(410, Reason::new("Novel"), "").is_gone());
        assert!(!Status::failure(404, Reason::FORBIDDEN, "").is_not_found());
        assert!(!Status::failure(409, Reason::ALREADY_EXISTS, "").is_conflict());
    }
}
