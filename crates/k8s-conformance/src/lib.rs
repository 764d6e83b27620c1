//! Each behaviour once, as a case over a cluster: the in-memory server and a real control plane.
//!
//! ```text
//! Cluster::fake() (k8s-testing, on a TLS socket) ┐
//!                                                ├▸ the same cases, the same assertions
//! Cluster::real() (`cargo xtask cluster run`)    ┘
//! ```
//!
//! Both are reached the same way: a kubeconfig of a `system:masters` user, and a service-account directory whose
//! account may `view`. A case makes what it needs in a namespace of its own and leaves it to the cluster's end.
#![allow(
    clippy::unwrap_used,
    reason = "a case fails by panicking, as a test does"
)]

mod cases;
mod cluster;

pub use crate::cases::{Case, all};
pub use crate::cluster::{Cluster, Missing};
