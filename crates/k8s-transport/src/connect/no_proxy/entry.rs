//! One entry of the list: a range, an address or a name, perhaps with a port.

use std::net::IpAddr;

use super::net::Net;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Entry {
    Range(Net),
    Address {
        ip: IpAddr,
        port: String,
    },
    Name {
        /// With the dot in front of it.
        suffix: String,
        port: String,
        /// Whether the name itself is meant, too.
        itself: bool,
    },
}

impl Entry {
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        if let Some(range) = Net::parse(&text) {
            return Some(Self::Range(range));
        }
        let (host, port) = split_host_port(&text).unwrap_or((&text, ""));
        let port = port.to_owned();
        if let Ok(ip) = host.parse::<IpAddr>() {
            let ip = ip.to_canonical();
            return Some(Self::Address { ip, port });
        }
        if host.is_empty() {
            return None;
        }
        let host = if host.starts_with("*.") {
            &host[1..]
        } else {
            host
        };
        let itself = !host.starts_with('.');
        let dot = if itself { "." } else { "" };
        Some(Self::Name {
            suffix: format!("{dot}{host}"),
            port,
            itself,
        })
    }

    /// Whether a server is meant: its name in small letters, its address where the name is one, its port.
    pub(super) fn names(&self, name: &str, ip: Option<IpAddr>, port: u16) -> bool {
        let (here, on) = match self {
            Self::Range(range) => return ip.is_some_and(|ip| range.contains(ip)),
            Self::Address { ip: meant, port } => (ip == Some(*meant), port),
            Self::Name {
                suffix,
                port,
                itself,
            } => {
                let here = name.ends_with(suffix.as_str()) || (*itself && name == &suffix[1..]);
                (ip.is_none() && here, port)
            }
        };
        here && (on.is_empty() || *on == port.to_string())
    }
}

/// As Go's `net.SplitHostPort`: `None` where it has an error, as for an address of IPv6 without a port.
fn split_host_port(text: &str) -> Option<(&str, &str)> {
    let (before, port) = text.rsplit_once(':')?;
    let host = match before.strip_prefix('[') {
        Some(bracketed) => bracketed.strip_suffix(']')?,
        None if before.contains(':') => return None,
        None => before,
    };
    let stray = |part: &str| part.contains(['[', ']']);
    (!stray(host) && !stray(port)).then_some((host, port))
}
