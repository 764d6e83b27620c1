//! Custom resources: definitions are objects like others, and become kinds when they are established.
//!
//! ```text
//! create a definition ▸ defaults ▸ faults ▸ store ─┬─ names accepted, established (a moment later)
//!                                                  └─ Store::put ▸ Definition::read ▸ one Kind for each served version
//! request ▸ kind of the URL ▸ body ▸ pruned, defaulted ▸ managed fields ▸ validation ▸ stored in the storage version
//! store ▸ the object in the version that is asked for ▸ answer, event
//! delete a definition ▸ finalizer ▸ no new objects ▸ objects go ▸ the definition goes, and its kinds with it
//! ```
//!
//! Between versions there is the conversion `None`: only `apiVersion` changes, and each version prunes what it does not know.
//!
//! Follows k8s.io/apiextensions-apiserver (v0.36).

mod definition;
mod faults;
mod kinds;
mod lifecycle;
mod names;
mod openapi;
mod rules;
mod scale;
mod skeleton;
mod warnings;

use std::sync::Arc;

use serde_json::Value;

pub(crate) use self::definition::{Column, Definition, Version};
pub(crate) use self::faults::{on_create, on_update};
pub(crate) use self::kinds::{by_age, kinds};
pub(crate) use self::lifecycle::{change, complete, mark, prepare, settle};
pub(crate) use self::scale::Paths;
pub(crate) use self::warnings::warnings;
use super::stored::Stored;
use super::structural::{self, Schema};
use super::types::{Node, Types};

/// Where definitions are kept.
pub(crate) const STORAGE: &str = "customresourcedefinitions.apiextensions.k8s.io";

/// What a kind has that came about by a definition.
#[derive(Clone, Debug)]
pub(crate) struct Custom {
    pub(crate) definition: Arc<Definition>,
    /// Which of its versions.
    index: usize,
}

impl Custom {
    pub(crate) fn version(&self) -> &Version {
        &self.definition.versions[self.index]
    }

    pub(crate) fn schema(&self) -> &Schema {
        &self.version().schema
    }

    pub(crate) fn types(&self) -> (&Types, &Node) {
        let (types, node) = &self.version().types;
        (types, node)
    }

    /// Makes of an object what this version has of it, from a client; the paths of unknown fields, or why it is none.
    pub(crate) fn read(&self, object: &mut Value) -> Result<Vec<String>, String> {
        let schema = self.schema();
        let mut unknown = structural::fit(object, schema);
        unknown.extend(structural::coerce(schema, object)?);
        Ok(unknown)
    }

    /// Fills in what the schema declares.
    pub(crate) fn default(&self, object: &mut Value) {
        structural::default(object, self.schema());
    }

    /// A stored object as this version has it.
    pub(crate) fn seen(&self, stored: &Arc<Stored>) -> Arc<Stored> {
        let api_version = stored["apiVersion"].as_str().unwrap_or_default();
        let written = api_version.rsplit('/').next().unwrap_or_default();
        let mut object = Value::clone(stored);
        if let Some(version) = self.definition.version(written) {
            structural::fit(&mut object, &version.schema);
            structural::default(&mut object, &version.schema);
        }
        let own = self.version();
        if own.name != written {
            object["apiVersion"] = format!("{}/{}", self.definition.group, own.name).into();
            structural::fit(&mut object, &own.schema);
        }
        if object == ***stored {
            Arc::clone(stored)
        } else {
            Arc::new(Stored::new(object))
        }
    }

    /// Makes of an object what is stored: in the one version, and without what that does not know.
    pub(crate) fn store(&self, object: &mut Value) {
        let name = &self.definition.storage_version;
        object["apiVersion"] = format!("{}/{name}", self.definition.group).into();
        if *name != self.version().name
            && let Some(version) = self.definition.version(name)
        {
            structural::fit(object, &version.schema);
        }
    }

    /// The type of objects in one of the definition's versions, by which fields that were written in it are told of.
    pub(crate) fn types_in(&self, api_version: &str) -> Option<(&Types, &Node)> {
        let (group, version) = api_version.split_once('/')?;
        let version = self
            .definition
            .version(version)
            .filter(|_| group == self.definition.group)?;
        let (types, node) = &version.types;
        Some((types, node))
    }
}
