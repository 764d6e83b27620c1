//! Reading an answer: a status code and bytes become the object, or the server's [`Status`].

mod synthetic;

use std::fmt;

use http::{HeaderValue, StatusCode};
use serde::de::DeserializeOwned;

use crate::Status;
use crate::codec::Decode;
use crate::decode::{DecodeError, Fault, from_json};

/// Why an answer is not the object that was asked for.
#[derive(Debug)]
pub struct AnswerError {
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Status(Box<Status>),
    MediaType {
        wanted: &'static str,
        code: StatusCode,
    },
    Codec(StatusCode, DecodeError),
    Decode {
        expected: &'static str,
        code: StatusCode,
        fault: Fault,
    },
}

/// Reads an answer.
///
/// `code` below 300 means that `body` is a `T` in JSON; anything else becomes a [`Status`]: the server's own when
/// the body is one, else one made from the code and the first 2,048 bytes of the body, as client-go does
/// (`rest/request.go:transformResponse`).
///
/// # Errors
///
/// [`AnswerError::status`] is the server's refusal; without one, the body was not a `T`. No error quotes the body
/// of a successful answer.
pub fn read<T: DeserializeOwned>(code: StatusCode, body: &[u8]) -> Result<T, AnswerError> {
    check(code, body)?;
    decode(code, body)
}

/// Reads an answer in a codec: what is of its media type by it, a refusal in JSON too.
///
/// # Errors
///
/// As [`read`]; and if a success is of another media type. Ask [`Codec::reads`](crate::codec::Codec::reads) first where several are understood.
pub fn read_as<'a, C, T>(
    codec: &C,
    code: StatusCode,
    content_type: Option<&HeaderValue>,
    body: &'a [u8],
) -> Result<T, AnswerError>
where
    C: Decode<'a, T> + Decode<'a, Status>,
{
    let ours = codec.reads(content_type);
    if !code.is_success() {
        let status: Option<Status> = ours.then(|| codec.decode(body).ok()).flatten();
        // Any object has fields that a `Status` does not ask for: a failure says that it is one.
        match status.filter(|status| status.status == "Failure") {
            Some(status) => return Err(refusal(code, status)),
            None => check(code, body)?,
        }
    }
    if !ours {
        let wanted = C::MEDIA_TYPE;
        let kind = Kind::MediaType { wanted, code };
        return Err(AnswerError { kind });
    }
    codec.decode(body).map_err(|error| AnswerError {
        kind: Kind::Codec(code, error),
    })
}

/// Refuses what is not a success, as [`read`] does, and leaves the body of a success to the caller.
///
/// # Errors
///
/// The [`Status`] that the server sent, or one made from code and body.
pub fn check(code: StatusCode, body: &[u8]) -> Result<(), AnswerError> {
    if code.is_success() {
        return Ok(());
    }
    let status = match decode::<crate::TypeMeta>(code, body) {
        Ok(types) if types.kind == "Status" => decode::<Status>(code, body).ok(),
        _ => None,
    };
    let status = status.unwrap_or_else(|| synthetic::status(code, body));
    Err(refusal(code, status))
}

fn refusal(code: StatusCode, mut status: Status) -> AnswerError {
    if status.code == 0 {
        status.code = code.as_u16();
    }
    AnswerError {
        kind: Kind::Status(Box::new(status)),
    }
}

fn decode<T: DeserializeOwned>(code: StatusCode, body: &[u8]) -> Result<T, AnswerError> {
    from_json(body).map_err(|fault| AnswerError {
        kind: Kind::Decode {
            expected: std::any::type_name::<T>(),
            code,
            fault,
        },
    })
}

// === impl AnswerError ===

impl AnswerError {
    /// The server's refusal, when there was one.
    pub fn status(&self) -> Option<&Status> {
        match &self.kind {
            Kind::Status(status) => Some(status),
            _ => None,
        }
    }

    /// The server's refusal, or this error again when the body could not be read.
    ///
    /// # Errors
    ///
    /// If the answer was a success that could not be decoded.
    pub fn into_status(self) -> Result<Status, Self> {
        match self.kind {
            Kind::Status(status) => Ok(*status),
            kind => Err(Self { kind }),
        }
    }
}

impl fmt::Display for AnswerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Status(_) => f.write_str("the server refused the request"),
            Kind::MediaType { wanted, code } => {
                let code = code.as_u16();
                write!(
                    f,
                    "the answer (code {code}) is of another media type than {wanted}"
                )
            }
            Kind::Codec(code, _) => write!(f, "reading the answer (code {})", code.as_u16()),
            Kind::Decode {
                expected,
                code,
                fault,
            } => {
                write!(
                    f,
                    "reading the answer (code {}) as {expected}: {fault}",
                    code.as_u16()
                )
            }
        }
    }
}

impl std::error::Error for AnswerError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            Kind::Status(status) => Some(status.as_ref()),
            Kind::Codec(_, error) => Some(error),
            Kind::MediaType { .. } | Kind::Decode { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DynamicObject, List};

    fn refused(code: u16, body: &str) -> Status {
        read::<DynamicObject>(StatusCode::from_u16(code).unwrap(), body.as_bytes())
            .unwrap_err()
            .into_status()
            .unwrap()
    }

    #[test]
    fn hands_on_the_status_of_the_server() {
        let status = refused(
            409,
            r#"{"kind":"Status","code":409,"reason":"Conflict","message":"m"}"#,
        );
        assert!(status.is_conflict());
        assert_eq!(status.to_string(), "m");
    }

    #[test]
    fn makes_a_status_of_what_is_none() {
        let status = refused(404, "404 page not found\n");
        assert!(status.is_not_found());
        assert_eq!(
            status.to_string(),
            "the server could not find the requested resource"
        );
        assert_eq!(
            status.details.unwrap().causes[0].message,
            "404 page not found"
        );
        assert!(refused(401, "").is_unauthorized());
        assert_eq!(refused(502, "<html>").code, 502);
        assert!(refused(403, r#"{"kind":"Pod"}"#).is_forbidden());
    }

    #[test]
    fn never_quotes_the_body_of_a_success() {
        let body = br#"{"metadata":{"name":"x","labels":"s3cr3t-value"}}"#;
        let error = read::<DynamicObject>(StatusCode::OK, body).unwrap_err();
        let text = format!("{error} {error:?}");
        assert!(text.contains("line 1 column"), "{text}");
        assert!(!text.contains("s3cr3t"), "{text}");
        assert!(error.status().is_none());
    }

    #[test]
    fn reads_lists_whose_items_are_null() {
        let list: List<DynamicObject> = read(
            StatusCode::OK,
            br#"{"kind":"PodList","metadata":{},"items":null}"#,
        )
        .unwrap();
        assert!(list.items.is_empty() && list.continue_token().is_none());
    }

    #[test]
    fn keeps_every_field_of_a_dynamic_object() {
        let text = r#"{"apiVersion":"v1","data":{"a":"Yg=="},"kind":"Secret","metadata":{"name":"x"},"type":"Opaque"}"#;
        let object: DynamicObject = read(StatusCode::OK, text.as_bytes()).unwrap();
        assert_eq!(
            serde_json::to_value(&object).unwrap(),
            serde_json::from_str::<serde_json::Value>(text).unwrap()
        );
        assert!(!format!("{object:?}").contains("Yg=="));
    }
}
