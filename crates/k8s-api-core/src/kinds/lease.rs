//! Who leads, and until when: a lease that is renewed.

use serde::{Deserialize, Serialize};

use super::resource;
use crate::{MicroTime, Object};

/// A lease (`coordination.k8s.io/v1`).
pub type Lease = Object<LeaseSpec>;

/// Who holds a lease, since when and for how long.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct LeaseSpec {
    /// Who holds it; `None` or empty: nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub holder_identity: Option<String>,
    /// Seconds after `renew_time` that the others wait before they take it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lease_duration_seconds: Option<i32>,
    /// When the holder took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub acquire_time: Option<MicroTime>,
    /// When the holder last renewed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub renew_time: Option<MicroTime>,
    /// How often it changed hands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lease_transitions: Option<i32>,
}

resource!(
    LeaseSpec,
    "coordination.k8s.io",
    "v1",
    "Lease",
    "leases",
    Namespaced
);
