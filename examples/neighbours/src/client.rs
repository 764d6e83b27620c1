//! The neighbours: one file each, which makes a client and says how it asks.

pub(crate) mod bridge;
pub(crate) mod hyper;
pub(crate) mod kube;
pub(crate) mod reqwest;
pub(crate) mod tonic;
