//! Why a proxy gave no connection.

use std::fmt;
use std::io;
use std::time::Duration;

use ::http::StatusCode;

use crate::BoxError;
use crate::connect::proxy::Proxy;
use crate::connect::target::Target;

/// A proxy gave no connection to the server. It is named without user name and password.
#[derive(Debug)]
pub struct ProxyError {
    proxy: Proxy,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Dial(BoxError),
    /// The URI names no host, or no port that there can be.
    NoTarget,
    Asked {
        target: Target,
        fault: Fault,
    },
    Timeout {
        target: Target,
        limit: Duration,
    },
}

/// What the proxy did when it was asked.
#[derive(Debug)]
pub(super) enum Fault {
    /// It refused, by HTTP.
    Status(StatusCode),
    /// It refused, by SOCKS5 (RFC 1928, 6).
    Reply(u8),
    /// It wants another way to authenticate, or an authentication that we do not have.
    Unauthenticated,
    /// It knows user name or password better.
    WrongCredentials,
    /// User name, password or host are too long for SOCKS5, or the user name is empty.
    Unsayable(&'static str),
    /// This is not how a proxy answers.
    Nonsense(&'static str),
    Io(io::Error),
}

impl ProxyError {
    pub(super) fn dial(proxy: &Proxy, cause: BoxError) -> Self {
        Self::new(proxy, Kind::Dial(cause))
    }

    pub(super) fn no_target(proxy: &Proxy) -> Self {
        Self::new(proxy, Kind::NoTarget)
    }

    pub(super) fn asked(proxy: &Proxy, target: &Target, fault: Fault) -> Self {
        let target = target.clone();
        Self::new(proxy, Kind::Asked { target, fault })
    }

    pub(super) fn timeout(proxy: &Proxy, target: &Target, limit: Duration) -> Self {
        let target = target.clone();
        Self::new(proxy, Kind::Timeout { target, limit })
    }

    fn new(proxy: &Proxy, kind: Kind) -> Self {
        let proxy = proxy.clone();
        Self { proxy, kind }
    }

    /// Which proxy it was.
    pub fn proxy(&self) -> &Proxy {
        &self.proxy
    }

    /// The status with which an `http` or `https` proxy refused.
    pub fn status(&self) -> Option<StatusCode> {
        match self.kind {
            Kind::Asked {
                fault: Fault::Status(status),
                ..
            } => Some(status),
            _ => None,
        }
    }

    /// Whether the proxy itself was not reached.
    pub fn is_dial(&self) -> bool {
        matches!(self.kind, Kind::Dial(_))
    }

    /// Whether the proxy was reached and did not answer in time.
    pub fn is_timeout(&self) -> bool {
        matches!(self.kind, Kind::Timeout { .. })
    }

    /// Whether asking once more may end differently: no for a refusal by rule or for want of credentials, and for a
    /// proxy that is none.
    pub fn is_transient(&self) -> bool {
        match &self.kind {
            Kind::Dial(_) | Kind::Timeout { .. } => true,
            Kind::NoTarget => false,
            Kind::Asked { fault, .. } => match fault {
                Fault::Status(status) => status.is_server_error(),
                // General failure, network or host unreachable, refused by the server, expired.
                Fault::Reply(reply) => matches!(reply, 1 | 3..=6),
                Fault::Io(_) => true,
                Fault::Unauthenticated
                | Fault::WrongCredentials
                | Fault::Unsayable(_)
                | Fault::Nonsense(_) => false,
            },
        }
    }
}

impl From<io::Error> for Fault {
    fn from(cause: io::Error) -> Self {
        Self::Io(cause)
    }
}

impl fmt::Display for ProxyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proxy = &self.proxy;
        match &self.kind {
            Kind::Dial(_) => write!(f, "connecting to the proxy {proxy}"),
            Kind::NoTarget => write!(
                f,
                "the URI names no server that the proxy {proxy} could reach"
            ),
            Kind::Timeout { target, limit } => {
                write!(
                    f,
                    "the proxy {proxy} gave no connection to {target} within {limit:?}"
                )
            }
            Kind::Asked { target, fault } => match fault {
                Fault::Status(status) => {
                    write!(f, "the proxy {proxy} refused {target}: {status}")
                }
                Fault::Reply(reply) => {
                    write!(f, "the proxy {proxy} refused {target}: {}", reason(*reply))
                }
                Fault::Unauthenticated => write!(
                    f,
                    "the proxy {proxy} accepts none of the ways to say who asks: nobody, or a user name and a password"
                ),
                Fault::WrongCredentials => {
                    write!(f, "the proxy {proxy} refused the user name or the password")
                }
                Fault::Unsayable(what) => write!(f, "the proxy {proxy} cannot be told {what}"),
                Fault::Nonsense(what) => {
                    write!(f, "the proxy {proxy} answered with {what}")
                }
                Fault::Io(_) => write!(f, "asking the proxy {proxy} for {target}"),
            },
        }
    }
}

/// What a reply of SOCKS5 means (RFC 1928, 6).
fn reason(reply: u8) -> &'static str {
    match reply {
        1 => "general failure",
        2 => "not allowed by its rules",
        3 => "network unreachable",
        4 => "host unreachable",
        5 => "connection refused",
        6 => "expired on the way",
        7 => "it does not know the command",
        8 => "it does not know the kind of address",
        _ => "for a reason that SOCKS5 does not know",
    }
}

impl std::error::Error for ProxyError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.kind {
            Kind::Dial(cause) => Some(cause.as_ref()),
            Kind::Asked {
                fault: Fault::Io(cause),
                ..
            } => Some(cause),
            _ => None,
        }
    }
}
