//! The `proxy-url` of a cluster: http, https or socks5, with a password that is never shown.

use std::fmt;

use http::Uri;
use secrecy::SecretString;

/// A proxy: scheme, host, port, and perhaps who to be there.
///
/// `Display` and `Debug` leave user name and password out.
#[derive(Clone)]
pub struct ProxyUrl {
    text: SecretString,
    uri: Uri,
    scheme: ProxyScheme,
    user: Option<(String, Option<SecretString>)>,
}

/// How to speak to a proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProxyScheme {
    /// `CONNECT` over plain TCP; default port 80.
    Http,
    /// `CONNECT` over TLS; default port 443.
    Https,
    /// SOCKS5, names resolved by the proxy; default port 1080.
    Socks5,
}

impl ProxyUrl {
    /// Reads a URL such as `http://user:password@proxy.example:3128`.
    ///
    /// # Errors
    /// [`InvalidProxyUrl`] when the scheme is not http, https or socks5, or there is no host. Follows `clientcmd.parseProxyURL`.
    pub fn parse(text: &str) -> Result<Self, InvalidProxyUrl> {
        let (scheme, rest) = text.split_once("://").ok_or(InvalidProxyUrl::Scheme)?;
        let scheme = match scheme.to_ascii_lowercase().as_str() {
            "http" => ProxyScheme::Http,
            "https" => ProxyScheme::Https,
            "socks5" => ProxyScheme::Socks5,
            _ => return Err(InvalidProxyUrl::Scheme),
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (Some(user), host),
            None => (None, authority),
        };
        let uri: Uri = format!("{}://{host}{path}", scheme.as_str())
            .parse()
            .map_err(|_| InvalidProxyUrl::Syntax)?;
        if uri.host().is_none_or(str::is_empty) || has_bad_port(&uri) {
            return Err(InvalidProxyUrl::Syntax);
        }
        let user = user.map(parse_user).transpose()?;
        let text = SecretString::from(text);
        Ok(Self {
            text,
            uri,
            scheme,
            user,
        })
    }

    /// How to speak to the proxy.
    #[must_use]
    pub const fn scheme(&self) -> ProxyScheme {
        self.scheme
    }

    /// The URL without user name and password.
    #[must_use]
    pub const fn uri(&self) -> &Uri {
        &self.uri
    }

    /// Host name or address; IPv6 stands in brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        self.uri.host().unwrap_or_default()
    }

    /// The port, or the scheme's default: 80, 443 or 1080.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.uri.port_u16().unwrap_or(match self.scheme {
            ProxyScheme::Http => 80,
            ProxyScheme::Https => 443,
            ProxyScheme::Socks5 => 1080,
        })
    }

    /// User name and password, percent-decoded.
    #[must_use]
    pub fn credentials(&self) -> Option<(&str, Option<&SecretString>)> {
        self.user
            .as_ref()
            .map(|(name, password)| (name.as_str(), password.as_ref()))
    }

    /// The URL exactly as it was written, user name and password included.
    #[must_use]
    pub const fn secret_text(&self) -> &SecretString {
        &self.text
    }

    /// The same proxy, asked by nobody in particular.
    #[must_use]
    pub(crate) fn anonymous(&self) -> Self {
        Self {
            text: SecretString::from(self.uri.to_string()),
            uri: self.uri.clone(),
            scheme: self.scheme,
            user: None,
        }
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
}

/// `http::Uri` lets any digits and none stand for a port.
pub(crate) fn has_bad_port(uri: &Uri) -> bool {
    let Some(authority) = uri.authority() else {
        return false;
    };
    let after_host = authority
        .as_str()
        .rsplit_once('@')
        .map_or(authority.as_str(), |(_, host)| host);
    let after_host = after_host.get(authority.host().len()..).unwrap_or_default();
    match after_host.strip_prefix(':') {
        Some("") | None => !after_host.is_empty() && after_host != ":",
        Some(port) => port.parse::<u16>().is_err(),
    }
}

fn parse_user(text: &str) -> Result<(String, Option<SecretString>), InvalidProxyUrl> {
    let (name, password) = match text.split_once(':') {
        Some((name, password)) => (name, Some(password)),
        None => (text, None),
    };
    let name = percent_decode(name).ok_or(InvalidProxyUrl::Syntax)?;
    let password = match password {
        Some(password) => Some(percent_decode(password).ok_or(InvalidProxyUrl::Syntax)?),
        None => None,
    };
    Ok((name, password.map(SecretString::from)))
}

/// `http::Uri` lets a `%` stand without two hexadecimal digits after it.
pub(crate) fn has_bad_escape(text: &str) -> bool {
    let mut after = text.split('%').skip(1).map(str::as_bytes);
    after.any(|rest| rest.len() < 2 || !rest[..2].iter().all(u8::is_ascii_hexdigit))
}

/// `%41` to `A`; `None` when an escape is not two hexadecimal digits or the result is not UTF-8.
pub(crate) fn percent_decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first == b'%' {
            let digits = after.get(..2)?;
            let digits = digits.iter().all(u8::is_ascii_hexdigit).then_some(digits)?;
            let digits = std::str::from_utf8(digits).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = &after[2..];
        } else {
            bytes.push(first);
        }
    }
    String::from_utf8(bytes).ok()
}

impl fmt::Display for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.uri.fmt(f)
    }
}

impl fmt::Debug for ProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProxyUrl")
            .field("uri", &self.uri)
            .field("credentials", &self.user.is_some())
            .finish_non_exhaustive()
    }
}

/// A `proxy-url` cannot be used. The URL is not repeated: it may hold a password.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum InvalidProxyUrl {
    /// Another scheme, or none.
    Scheme,
    /// Not a URL with a host.
    Syntax,
}

impl fmt::Display for InvalidProxyUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Scheme => "unsupported scheme, must be http, https, or socks5",
            Self::Syntax => "could not parse: not a URL with a host",
        })
    }
}

impl std::error::Error for InvalidProxyUrl {}
