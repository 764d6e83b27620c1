//! What came of one step on the way to the API server.

use std::fmt;
use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::Fix;

/// One step on the way to the API server, and what came of it. Holds no secret, and no character that drives a terminal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Step {
    /// Which one.
    pub name: StepName,
    /// How it ended.
    pub outcome: Outcome,
    /// What was seen: names, addresses, dates, the words of an error. Empty where nothing was looked at.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub evidence: String,
    /// What is most likely wrong. Of a step that failed alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What to do. Of a step that failed alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fix: Option<Fix>,
    /// How long it took; in JSON `took_ms`, in milliseconds with three decimals.
    #[serde(rename = "took_ms", serialize_with = "milliseconds")]
    pub took: Duration,
}

/// The steps, in the order in which they are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum StepName {
    /// A kubeconfig or a Pod's mount was found and can be used.
    Configuration,
    /// The clock of this machine agrees with the server's.
    Clock,
    /// The host to dial has an address.
    NameResolution,
    /// Something listens there.
    Tcp,
    /// The proxy, if there is one, reaches the server.
    Proxy,
    /// The server is who it should be.
    Tls,
    /// There is a credential, and it is in date.
    Credential,
    /// What answers is a Kubernetes API server.
    Http,
    /// It says that it is ready.
    Readyz,
    /// It knows who asks.
    Identity,
    /// It allows what is wanted.
    Access,
}

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Outcome {
    /// As it should.
    Passed,
    /// As it should not; the first such step carries cause and fix.
    Failed,
    /// It was not made, because a step before it failed.
    NotReached,
    /// There is nothing to look at here, or the server does not let one look. No fault.
    Skipped,
}

/// What sort of thing a step is about: who has to act when it fails, and with what exit code a program may end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Class {
    /// Files and variables of this machine.
    Configuration,
    /// Names, ports, proxies.
    Network,
    /// Certificates and clocks.
    Trust,
    /// Tokens, client certificates, plugins.
    Credential,
    /// The API server.
    Server,
    /// Roles and bindings.
    Access,
}

impl StepName {
    /// All of them, in order.
    pub const ALL: [Self; 11] = [
        Self::Configuration,
        Self::Clock,
        Self::NameResolution,
        Self::Tcp,
        Self::Proxy,
        Self::Tls,
        Self::Credential,
        Self::Http,
        Self::Readyz,
        Self::Identity,
        Self::Access,
    ];

    /// As in JSON: `name_resolution`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Clock => "clock",
            Self::NameResolution => "name_resolution",
            Self::Tcp => "tcp",
            Self::Proxy => "proxy",
            Self::Tls => "tls",
            Self::Credential => "credential",
            Self::Http => "http",
            Self::Readyz => "readyz",
            Self::Identity => "identity",
            Self::Access => "access",
        }
    }

    /// What it is about.
    pub const fn class(self) -> Class {
        match self {
            Self::Configuration => Class::Configuration,
            Self::NameResolution | Self::Tcp | Self::Proxy => Class::Network,
            Self::Clock | Self::Tls => Class::Trust,
            Self::Credential | Self::Identity => Class::Credential,
            Self::Http | Self::Readyz => Class::Server,
            Self::Access => Class::Access,
        }
    }
}

impl Outcome {
    /// As in JSON: `not_reached`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::NotReached => "not_reached",
            Self::Skipped => "skipped",
        }
    }
}

/// The first step that failed: the one to read.
pub fn first_failure(steps: &[Step]) -> Option<&Step> {
    steps.iter().find(|step| step.outcome == Outcome::Failed)
}

fn milliseconds<S: Serializer>(took: &Duration, to: S) -> Result<S::Ok, S::Error> {
    let micros = u32::try_from(took.as_micros()).unwrap_or(u32::MAX);
    to.serialize_f64(f64::from(micros) / 1_000.0)
}

impl fmt::Display for StepName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One line: what, how, and of a failure why and what to do.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.name, self.outcome)?;
        let parts = [
            (": ", Some(self.evidence.as_str()).filter(|e| !e.is_empty())),
            ("; cause: ", self.cause.as_deref()),
        ];
        for (before, text) in parts {
            if let Some(text) = text {
                write!(f, "{before}{text}")?;
            }
        }
        match &self.fix {
            Some(fix) => write!(f, "; fix: {fix}"),
            None => Ok(()),
        }
    }
}
