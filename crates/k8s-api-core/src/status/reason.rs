//! The machine-readable reason of a failure.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Why the server refused, in one word (`metav1.StatusReason`).
///
/// The set is open: a reason that this version does not know is kept as it came.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Reason(Cow<'static, str>);

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $text:literal;)*) => {
        impl Reason {
            $($(#[$doc])* pub const $name: Self = Self(Cow::Borrowed($text));)*

            const KNOWN: &'static [&'static str] = &[$($text),*];
        }
    };
}

reasons! {
    /// 401: who asks is not known.
    UNAUTHORIZED = "Unauthorized";
    /// 403: who asks may not.
    FORBIDDEN = "Forbidden";
    /// 404: nothing there.
    NOT_FOUND = "NotFound";
    /// 409: an object of that name exists.
    ALREADY_EXISTS = "AlreadyExists";
    /// 409: the object changed in between.
    CONFLICT = "Conflict";
    /// 410: gone for good.
    GONE = "Gone";
    /// 410: the resource version is too old.
    EXPIRED = "Expired";
    /// 422: the object is not valid.
    INVALID = "Invalid";
    /// 504: the server ran out of time, and may have acted.
    TIMEOUT = "Timeout";
    /// 500: could not complete now; try again.
    SERVER_TIMEOUT = "ServerTimeout";
    /// 429: too many requests.
    TOO_MANY_REQUESTS = "TooManyRequests";
    /// 400: the request makes no sense.
    BAD_REQUEST = "BadRequest";
    /// 405: this resource does not support the action.
    METHOD_NOT_ALLOWED = "MethodNotAllowed";
    /// 406: none of the accepted media types can be produced.
    NOT_ACCEPTABLE = "NotAcceptable";
    /// 413: the body is too large.
    REQUEST_ENTITY_TOO_LARGE = "RequestEntityTooLarge";
    /// 415: the body's media type is not understood.
    UNSUPPORTED_MEDIA_TYPE = "UnsupportedMediaType";
    /// 500: a fault of the server.
    INTERNAL_ERROR = "InternalError";
    /// 503: the server cannot serve now.
    SERVICE_UNAVAILABLE = "ServiceUnavailable";
}

impl Reason {
    /// A reason by its word.
    pub fn new(reason: impl Into<Cow<'static, str>>) -> Self {
        Self(reason.into())
    }

    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether the server gave no reason.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn is_known(&self) -> bool {
        Self::KNOWN.contains(&self.as_str())
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
