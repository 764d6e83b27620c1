//! Host and port out of a URI, as connectors want them.

use std::fmt;
use std::num::ParseIntError;

use ::http::Uri;
use ::http::uri::Authority;

/// Where a connection is to lead.
#[derive(Clone, Debug)]
pub(super) struct Target {
    /// IPv6 without its brackets.
    pub(super) host: String,
    pub(super) port: u16,
}

impl Target {
    /// `None` where the URI names no host, or no port that there can be.
    pub(super) fn of(uri: &Uri) -> Option<Self> {
        let authority = uri.authority()?;
        let implied = if uri.scheme_str() == Some("https") {
            443
        } else {
            80
        };
        let host = authority.host();
        let bare = host
            .strip_prefix('[')
            .and_then(|host| host.strip_suffix(']'));
        (!host.is_empty()).then_some(())?;
        Some(Self {
            host: bare.unwrap_or(host).to_owned(),
            port: port_of(authority).ok()?.unwrap_or(implied),
        })
    }
}

/// `host:port`, IPv6 in brackets.
impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { host, port } = self;
        if host.contains(':') {
            write!(f, "[{host}]:{port}")
        } else {
            write!(f, "{host}:{port}")
        }
    }
}

/// The port that an authority names, if it names one; `http::Uri` lets any digits stand for one.
pub(super) fn port_of(authority: &Authority) -> Result<Option<u16>, ParseIntError> {
    let text = authority.as_str();
    let after_user = text.rsplit_once('@').map_or(text, |(_, host)| host);
    match after_user[authority.host().len()..].strip_prefix(':') {
        None | Some("") => Ok(None),
        Some(port) => port.parse().map(Some),
    }
}
