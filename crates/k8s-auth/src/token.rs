//! Tokens, and the service that hands them out.

#[cfg(any(feature = "exec", feature = "oidc"))]
mod ahead;
mod cached;
mod file;
mod fixed;

use std::fmt;
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretSlice};
use tower_service::Service;

use crate::BoxError;

#[cfg(any(feature = "exec", feature = "oidc"))]
pub(crate) use self::ahead::ahead_of;
pub use self::cached::{Cached, CachedFuture, RenewalError};
pub use self::file::{TokenFile, TokenFileError};
pub use self::fixed::StaticToken;

/// What authorizes a request: a bearer token, a user name and password, the client certificate of the connection, or a
/// token and a certificate together.
///
/// A header value is marked sensitive; a certificate puts nothing on the request. `Debug` shows nothing of it. Cloning is
/// cheap.
#[derive(Clone)]
pub struct Token {
    mark: Mark,
    expires: Option<SystemTime>,
    renew_from: Option<SystemTime>,
}

/// What tells one from another: a header, a certificate, or both.
#[derive(Clone, PartialEq, Eq)]
struct Mark {
    header: Option<HeaderValue>,
    /// The number of the certificate, counted by its trust.
    certificate: Option<u64>,
}

/// Which token: two are the same if their text is. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenId(Mark);

/// A text that cannot be a bearer token. It does not hold the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidToken {
    fault: &'static str,
}

/// The request to a [`TokenSource`]: a token, please, and not the one that was refused.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Renew {
    /// The token that the server refused, when that is why this is asked. `None` on the ordinary way.
    pub seen: Option<TokenId>,
}

/// Where tokens come from: a tower service, so a closure, a timeout or a Vault client will do.
///
/// It is implemented for every fitting service. Keep it fast when there is nothing to do: it is asked for every
/// request.
pub trait TokenSource: Service<Renew, Response = Token, Error: Into<BoxError>> {}

impl<T> TokenSource for T where T: Service<Renew, Response = Token, Error: Into<BoxError>> {}

impl Token {
    /// A token by its text; white space around it is cut off.
    ///
    /// # Errors
    ///
    /// If nothing is left, or a character cannot stand in an HTTP header.
    pub fn new(text: impl AsRef<[u8]>) -> Result<Self, InvalidToken> {
        let text = text.as_ref().trim_ascii();
        if text.is_empty() {
            return Err(InvalidToken {
                fault: "it is empty",
            });
        }
        // RFC 6750: a token is one word of visible characters.
        if !text.iter().all(u8::is_ascii_graphic) {
            return Err(InvalidToken {
                fault: "it holds a character that no token has",
            });
        }
        let mut value = Vec::with_capacity(7 + text.len());
        value.extend_from_slice(b"Bearer ");
        value.extend_from_slice(text);
        Self::from_value(value)
    }

    /// A user name and a password, for servers that still take them (`Authorization: Basic`).
    ///
    /// # Errors
    ///
    /// If the name holds a colon, which would end it.
    pub fn basic(name: &str, password: impl AsRef<[u8]>) -> Result<Self, InvalidToken> {
        if name.contains(':') {
            return Err(InvalidToken {
                fault: "a user name may not hold a colon",
            });
        }
        let mut pair = name.as_bytes().to_vec();
        pair.push(b':');
        pair.extend_from_slice(password.as_ref());
        let pair = SecretSlice::from(pair);
        let mut value = String::from("Basic ");
        STANDARD.encode_string(pair.expose_secret(), &mut value);
        Self::from_value(value.into_bytes())
    }

    fn from_value(value: Vec<u8>) -> Result<Self, InvalidToken> {
        let mut header =
            HeaderValue::from_maybe_shared(bytes::Bytes::from(value)).map_err(|_| {
                InvalidToken {
                    fault: "it holds a character that no header has",
                }
            })?;
        header.set_sensitive(true);
        Ok(Self::marked(Mark {
            header: Some(header),
            certificate: None,
        }))
    }

    fn marked(mark: Mark) -> Self {
        Self {
            mark,
            expires: None,
            renew_from: None,
        }
    }

    /// Says when the token ends.
    #[must_use]
    pub fn expires(mut self, at: SystemTime) -> Self {
        self.expires = Some(at);
        self
    }

    /// Says from when on another one should be asked for. Default: after about four fifths of its life.
    #[must_use]
    pub fn renew_from(mut self, at: SystemTime) -> Self {
        self.renew_from = Some(at);
        self
    }

    /// From when on another one should be asked for, where its source said so.
    pub fn renews_from(&self) -> Option<SystemTime> {
        self.renew_from
    }

    /// When the token ends, where that is known.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.expires
    }

    /// Which token this is, to be named in [`Renew::seen`].
    pub fn id(&self) -> TokenId {
        TokenId(self.mark.clone())
    }

    /// The value of the `Authorization` header, marked sensitive; `None` if the connection says who asks.
    pub fn header(&self) -> Option<&HeaderValue> {
        self.mark.header.as_ref()
    }

    /// The client certificate of this number: nothing is put on the request.
    pub(crate) fn certificate(number: u64) -> Self {
        Self::marked(Mark {
            header: None,
            certificate: Some(number),
        })
    }

    /// The same token, beside the client certificate of this number.
    #[cfg(feature = "exec")]
    pub(crate) fn beside_certificate(mut self, number: u64) -> Self {
        self.mark.certificate = Some(number);
        self
    }
}

impl PartialEq for Token {
    fn eq(&self, other: &Self) -> bool {
        self.mark == other.mark && self.expires == other.expires
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenId").finish_non_exhaustive()
    }
}

impl fmt::Display for InvalidToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.fault)
    }
}

impl std::error::Error for InvalidToken {}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Result<&str, &str>) {
        let token = Token::new(text);
        let shown = token
            .as_ref()
            .map(|token| token.header().unwrap().to_str().unwrap())
            .map_err(|e| e.fault);
        assert_eq!(shown, expected, "{text:?}");
    }

    #[test]
    fn ic06_trims_and_ic07_refuses_nothing() {
        check("abc\n", Ok("Bearer abc"));
        check("\t abc.def-ghi~+/== \r\n", Ok("Bearer abc.def-ghi~+/=="));
        check("", Err("it is empty"));
        check(" \n", Err("it is empty"));
        check("a b", Err("it holds a character that no token has"));
        check("a\nb", Err("it holds a character that no token has"));
        check("ä", Err("it holds a character that no token has"));
    }

    #[test]
    fn a_name_and_password_are_a_token_too() {
        let basic = |name| Token::basic(name, "open sesame");
        let token = basic("aladdin").unwrap();
        assert_eq!(
            token.header().unwrap(),
            "Basic YWxhZGRpbjpvcGVuIHNlc2FtZQ=="
        );
        assert!(token.header().unwrap().is_sensitive());
        assert!(basic("ala:ddin").is_err());
    }

    #[test]
    fn shows_nothing_of_itself() {
        let token = Token::new("s3cr3t").unwrap();
        let shown = format!("{token:?} {:?} {:?}", token.id(), token.header());
        assert!(!shown.contains("s3cr3t"), "{shown}");
    }
}
