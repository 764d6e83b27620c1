//! The kinds that one server has: those that are built in, and those that definitions brought.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::{Kind, all, find, has_group};
use crate::server::custom::{self, Definition};

/// Kinds in discovery's order: built-in ones first, then those of definitions by group and name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kinds {
    /// By group and resource, each with its versions, the newest first.
    custom: BTreeMap<(String, String), Vec<Arc<Kind>>>,
}

impl Kinds {
    pub(crate) fn all(&self) -> impl Iterator<Item = &Arc<Kind>> {
        all().iter().chain(self.custom.values().flatten())
    }

    /// One kind for each place in which objects are kept.
    pub(crate) fn stored(&self) -> impl Iterator<Item = &Arc<Kind>> {
        let custom = self.custom.values().filter_map(|versions| versions.first());
        all().iter().filter(|kind| kind.is_stored()).chain(custom)
    }

    /// The kind behind a URL's group, version and resource.
    pub(crate) fn find(&self, group: &str, version: &str, resource: &str) -> Option<Arc<Kind>> {
        if let Some(built_in) = find(group, version, resource) {
            return Some(Arc::clone(built_in));
        }
        let versions = self.custom.get(&(group.to_owned(), resource.to_owned()))?;
        let found = versions.iter().find(|kind| kind.version == version);
        found.cloned()
    }

    /// A kind that is kept at a place of the store.
    pub(crate) fn at(&self, storage: &str) -> Option<Arc<Kind>> {
        self.stored()
            .find(|kind| &*kind.storage == storage)
            .cloned()
    }

    /// Whether a kind is still served as it was.
    pub(crate) fn has(&self, kind: &Arc<Kind>) -> bool {
        kind.is_built_in()
            || self
                .custom
                .get(&(kind.group.clone(), kind.resource.clone()))
                .is_some_and(|versions| versions.iter().any(|other| Arc::ptr_eq(other, kind)))
    }

    /// Whether any kind has this group and version.
    pub(crate) fn has_group_version(&self, group: &str, version: &str) -> bool {
        self.all()
            .any(|kind| kind.group == group && kind.version == version)
    }

    /// Groups with the versions of each, without the core group, in discovery's order.
    pub(crate) fn groups(&self) -> Vec<(&str, Vec<&str>)> {
        let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
        for kind in self.all().filter(|kind| !kind.group.is_empty()) {
            let (group, version) = (kind.group.as_str(), kind.version.as_str());
            match found.iter_mut().find(|(known, _)| *known == group) {
                Some((_, versions)) if versions.contains(&version) => {}
                Some((_, versions)) => versions.push(version),
                None => found.push((group, vec![version])),
            }
        }
        for (group, versions) in &mut found {
            if !has_group(group) {
                versions.sort_by(|a, b| custom::by_age(a, b));
            }
        }
        found
    }

    /// Takes note of a definition: what it became, or (`None`) that it is gone. Whether kinds changed.
    pub(crate) fn define(&mut self, name: &str, definition: Option<&Value>) -> bool {
        let Some((resource, group)) = name.split_once('.') else {
            return false;
        };
        let key = (group.to_owned(), resource.to_owned());
        let known = self.custom.get(&key).and_then(|versions| versions.first());
        let known = known.and_then(|kind| kind.custom.as_ref());
        if let (Some(known), Some(definition)) = (known, definition)
            && known.definition.is_of(definition)
        {
            return false;
        }
        let kinds = definition.and_then(Definition::read).map(Arc::new);
        let kinds = kinds.map_or_else(Vec::new, |definition| custom::kinds(&definition));
        if kinds.is_empty() {
            self.custom.remove(&key).is_some()
        } else {
            self.custom.insert(key, kinds);
            true
        }
    }
}
