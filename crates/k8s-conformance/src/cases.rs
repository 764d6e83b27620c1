//! The cases, by what they are about.

mod access;
mod access_reviews;
mod apply_conflicts;
mod applying;
mod client_discovery;
mod client_logs;
mod client_parts;
mod client_proxy;
mod client_reads;
mod client_roles;
mod client_watches;
mod client_writes;
mod custom_applying;
mod custom_formats;
mod custom_kinds;
mod custom_parts;
mod custom_resources;
mod custom_rules;
mod custom_schemas;
mod custom_transitions;
mod custom_values;
mod custom_versions;
mod definition_faults;
mod definition_schemas;
mod definitions;
mod deleting;
mod discovery;
mod escalation;
mod field_validation;
mod forms;
mod identity;
mod impersonation;
mod kinds;
mod lists;
mod namespaces;
mod objects;
mod of_user;
mod openapi;
mod patching;
mod pods;
mod protobuf;
mod refusals;
mod replacing;
mod roles;
mod scaling;
mod secrets;
mod strategic;
mod tables;
mod tls;
mod token_reviews;
mod token_secrets;
mod tokens;
mod watching;
mod yaml;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::Cluster;
use crate::cluster::CASE;

/// One behaviour: a name, and a function that panics when a cluster behaves otherwise.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Case {
    /// `group::fact`, unique.
    pub id: &'static str,
    /// Whether it asks for something that the in-memory server does not do.
    pub real_only: bool,
    run: fn(Arc<Cluster>) -> Pin<Box<dyn Future<Output = ()>>>,
}

impl Case {
    /// Runs the case; it panics when the cluster behaves otherwise.
    pub async fn run(&self, cluster: Arc<Cluster>) {
        // What only one server can answer is not compared.
        let id = if self.real_only { "" } else { self.id };
        CASE.scope(id, (self.run)(cluster)).await;
    }
}

/// A case of the list below.
macro_rules! case {
    ($group:ident, $fact:ident, $real_only:literal) => {
        Case {
            id: concat!(stringify!($group), "::", stringify!($fact)),
            real_only: $real_only,
            run: |cluster| Box::pin(async move { super::$group::$fact(&cluster).await }),
        }
    };
}

/// Groups of cases; in brackets stand those that only a real server can answer.
macro_rules! cases {
    ($($group:ident { $($fact:ident)* $([ $($real:ident)* ])? })*) => {
        /// The cases, in reading order.
        pub(super) fn all() -> Vec<Case> {
            let mut all = Vec::new();
            $(
                all.extend_from_slice(&[$(case!($group, $fact, false)),*]);
                $(all.extend_from_slice(&[$(case!($group, $real, true)),*]);)?
            )*
            all
        }
    };
}

// Behind the macros that they are written with.
mod of_client;
mod of_custom;
mod of_formats;
mod of_forms;
mod of_server;

/// Every case, in reading order.
pub fn all() -> Vec<Case> {
    [
        of_server::all(),
        of_forms::all(),
        of_custom::all(),
        of_formats::all(),
        of_client::all(),
    ]
    .concat()
}
