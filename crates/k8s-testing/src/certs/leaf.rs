//! What a certificate shall say: for a server or a client, its names, when it is valid, which version it has.

use std::net::IpAddr;
use std::time::{Duration, SystemTime};

const HOUR: Duration = Duration::from_secs(3_600);
const YEAR: Duration = Duration::from_secs(365 * 86_400);

/// What a certificate shall say; [`Ca::issue`](super::Ca::issue) signs it.
///
/// # Defaults
/// Valid from one hour ago for a year; X.509 version 3; a new P-256 key.
#[derive(Clone, Debug)]
pub struct Leaf {
    pub(super) common_name: String,
    pub(super) organizations: Vec<String>,
    pub(super) names: Vec<String>,
    pub(super) addresses: Vec<IpAddr>,
    pub(super) not_before: SystemTime,
    pub(super) not_after: SystemTime,
    pub(super) purpose: Purpose,
    pub(super) version_1: bool,
    pub(super) marked_as_ca: bool,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Purpose {
    Client,
    Server,
}

impl Leaf {
    /// A server's certificate, with no names yet.
    pub fn server() -> Self {
        Self::new("kube-apiserver", Purpose::Server)
    }

    /// A client's certificate: the common name is the user's name.
    pub fn client(user: impl Into<String>) -> Self {
        Self::new(user, Purpose::Client)
    }

    /// Adds an organization: a group of the user.
    #[must_use]
    pub fn organization(mut self, group: impl Into<String>) -> Self {
        self.organizations.push(group.into());
        self
    }

    /// Adds a DNS name of the server.
    #[must_use]
    pub fn dns(mut self, name: impl Into<String>) -> Self {
        self.names.push(name.into());
        self
    }

    /// Adds an IP address of the server.
    #[must_use]
    pub fn ip(mut self, address: impl Into<IpAddr>) -> Self {
        self.addresses.push(address.into());
        self
    }

    /// Sets when it is valid, both ends included.
    #[must_use]
    pub fn valid(mut self, from: SystemTime, until: SystemTime) -> Self {
        (self.not_before, self.not_after) = (from, until);
        self
    }

    /// Valid until one hour ago.
    #[must_use]
    pub fn expired(self) -> Self {
        let now = SystemTime::now();
        self.valid(now - YEAR, now - HOUR)
    }

    /// Valid from one hour ahead.
    #[must_use]
    pub fn not_yet_valid(self) -> Self {
        let now = SystemTime::now();
        self.valid(now + HOUR, now + YEAR)
    }

    /// X.509 version 1, as `openssl x509 -req` writes it without an extension file: no extensions, so no names besides
    /// the subject. kube-apiserver takes such client certificates.
    #[must_use]
    pub fn x509_v1(mut self) -> Self {
        self.version_1 = true;
        self
    }

    /// Marked as an authority's certificate, as `openssl req -x509` marks every one. A server that serves with its own
    /// self-signed certificate often has such a one; kubectl takes it when it is trusted itself, webpki does not.
    #[must_use]
    pub fn marked_as_ca(mut self) -> Self {
        self.marked_as_ca = true;
        self
    }

    fn new(common_name: impl Into<String>, purpose: Purpose) -> Self {
        let now = SystemTime::now();
        Self {
            common_name: common_name.into(),
            organizations: Vec::new(),
            names: Vec::new(),
            addresses: Vec::new(),
            not_before: now - HOUR,
            not_after: now + YEAR,
            purpose,
            version_1: false,
            marked_as_ca: false,
        }
    }
}
