//! A proxy as a value: how to speak to it, where it is, and who to be there.

use std::fmt;
use std::str::FromStr;

use ::http::{HeaderValue, Uri};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};

use super::target::port_of;

/// A proxy that carries connections to servers: `http://user:password@proxy.example:3128`.
///
/// `Display` and `Debug` leave user name and password out.
#[derive(Clone)]
pub struct Proxy {
    scheme: ProxyScheme,
    uri: Uri,
    credentials: Option<Credentials>,
}

/// How to speak to a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProxyScheme {
    /// `CONNECT` over plain TCP; default port 80.
    Http,
    /// `CONNECT` over TLS; default port 443.
    Https,
    /// SOCKS5; default port 1080. Names are resolved by the proxy, for `socks5` as for `socks5h`, as in Go.
    Socks5,
}

/// Who to be at a proxy.
#[derive(Clone)]
pub(super) struct Credentials {
    pub(super) user: String,
    pub(super) password: SecretString,
}

/// This is no proxy. The text is not repeated: it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidProxy {
    /// Another scheme than `http`, `https`, `socks5` and `socks5h`.
    Scheme,
    /// Not a URL with a host, nor a host with a port.
    Syntax,
}

impl Proxy {
    /// The proxy at this URI. A user name and a password in it are percent-decoded; a path is of no account.
    ///
    /// # Errors
    /// [`InvalidProxy`] when the scheme is no proxy's, or there is no host.
    pub fn new(uri: &Uri) -> Result<Self, InvalidProxy> {
        let scheme = match uri.scheme_str().map(str::to_ascii_lowercase).as_deref() {
            Some("http") => ProxyScheme::Http,
            Some("https") => ProxyScheme::Https,
            Some("socks5" | "socks5h") => ProxyScheme::Socks5,
            _ => return Err(InvalidProxy::Scheme),
        };
        let authority = uri.authority().ok_or(InvalidProxy::Syntax)?;
        let port = port_of(authority).map_err(|_| InvalidProxy::Syntax)?;
        if authority.host().is_empty() {
            return Err(InvalidProxy::Syntax);
        }
        let credentials = authority
            .as_str()
            .rsplit_once('@')
            .map(|(user, _)| Credentials::decode(user))
            .transpose()?;
        let port = port.unwrap_or_else(|| scheme.default_port());
        let uri = Uri::builder()
            .scheme(scheme.as_str())
            .authority(format!("{}:{port}", authority.host()))
            .path_and_query("/")
            .build()
            .map_err(|_| InvalidProxy::Syntax)?;
        Ok(Self {
            scheme,
            uri,
            credentials,
        })
    }

    /// Who to be at the proxy, in the place of what the URI says.
    #[must_use]
    pub fn credentials(mut self, user: impl Into<String>, password: SecretString) -> Self {
        let user = user.into();
        self.credentials = Some(Credentials { user, password });
        self
    }

    /// How to speak to it.
    #[must_use]
    pub const fn scheme(&self) -> ProxyScheme {
        self.scheme
    }

    /// Scheme, host and port, the port said aloud; no user name and no password.
    #[must_use]
    pub const fn uri(&self) -> &Uri {
        &self.uri
    }

    pub(super) const fn who(&self) -> Option<&Credentials> {
        self.credentials.as_ref()
    }
}

/// A URL, or `host` or `host:port`, which mean `http`: what Go takes in `HTTPS_PROXY`.
impl FromStr for Proxy {
    type Err = InvalidProxy;

    fn from_str(text: &str) -> Result<Self, InvalidProxy> {
        let parsed = text.parse::<Uri>();
        let uri = match parsed {
            Ok(uri) if uri.scheme().is_some() && uri.host().is_some() => uri,
            _ if text.contains("://") => return Err(InvalidProxy::Syntax),
            _ => format!("http://{text}")
                .parse()
                .map_err(|_| InvalidProxy::Syntax)?,
        };
        Self::new(&uri)
    }
}

impl ProxyScheme {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
            Self::Socks5 => "socks5",
        }
    }

    const fn default_port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
            Self::Socks5 => 1080,
        }
    }
}

// === impl Credentials ===

impl Credentials {
    fn decode(userinfo: &str) -> Result<Self, InvalidProxy> {
        let decode = |text| percent_decode(text).ok_or(InvalidProxy::Syntax);
        let (user, password) = userinfo.split_once(':').unwrap_or((userinfo, ""));
        Ok(Self {
            user: decode(user)?,
            password: decode(password)?.into(),
        })
    }

    /// `Basic …`, marked sensitive.
    pub(super) fn basic(&self) -> HeaderValue {
        let pair = SecretString::from(format!("{}:{}", self.user, self.password.expose_secret()));
        let text = STANDARD.encode(pair.expose_secret());
        let mut value = HeaderValue::try_from(format!("Basic {text}"))
            .expect("base64 is made of visible ASCII");
        value.set_sensitive(true);
        value
    }
}

/// `%41` to `A`; `None` when an escape is not two hexadecimal digits, or the result is not UTF-8.
fn percent_decode(text: &str) -> Option<String> {
    let mut parts = text.split('%');
    let mut bytes = parts.next()?.as_bytes().to_vec();
    for part in parts {
        let (digits, rest) = part.split_at_checked(2)?;
        let byte = u8::from_str_radix(digits, 16).ok()?;
        // A number may have a sign, an escape may not.
        bytes.push(Some(byte).filter(|_| !digits.starts_with('+'))?);
        bytes.extend_from_slice(rest.as_bytes());
    }
    String::from_utf8(bytes).ok()
}

// === Debug, Display, Error ===

impl fmt::Display for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let authority = self
            .uri
            .authority()
            .map_or("", |authority| authority.as_str());
        write!(f, "{}://{authority}", self.scheme.as_str())
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("uri", &self.uri)
            .field("credentials", &self.credentials.is_some())
            .finish()
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

impl fmt::Display for InvalidProxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "a proxy's scheme must be http, https, socks5 or socks5h",
            Self::Syntax => "neither a URL with a host nor a host with a port",
        })
    }
}

impl std::error::Error for InvalidProxy {}
