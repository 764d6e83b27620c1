//! The crate's behaviour, row by row of the reference tables: the id of a row stands in its test's name.

#![expect(
    clippy::unwrap_used,
    reason = "clippy knows functions marked as tests, not what they call"
)]

mod support;

mod contention;
mod defaults;
mod edit_properties;
mod editing;
mod fallback;
mod flags;
mod golden;
mod golden_edits;
mod in_cluster;
mod kuberc;
mod live;
mod loading;
mod merging;
mod overrides;
mod persist;
mod properties;
mod second_opinion;
mod secrets;
mod sources;
mod store;
mod urls;
mod usual;
mod validation;
mod view;
mod warnings;
mod writing;
mod yaml;
