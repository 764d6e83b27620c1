//! The store: every version of every object, in the order of etcd's keys, under one rising revision.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use serde_json::Value;

use super::kinds::Kind;

/// Objects by key, each with all its versions, so that a list can be read as it was at a revision.
#[derive(Debug, Default)]
pub(crate) struct Store {
    revision: u64,
    /// Reads below this revision are gone.
    compacted: u64,
    objects: BTreeMap<Key, Vec<Version>>,
}

/// Group and resource, then `NAMESPACE/NAME` or `NAME`: the order in which lists come.
type Key = (&'static str, &'static str, String);

#[derive(Clone, Debug)]
struct Version {
    revision: u64,
    /// `None` when this version is a deletion.
    object: Option<Arc<Value>>,
}

/// Objects of one kind from a list, and how many more there are behind a limit.
#[derive(Debug, Default)]
pub(crate) struct Page {
    pub(crate) objects: Vec<Arc<Value>>,
    /// The path of the last object, when more follow.
    pub(crate) last: Option<String>,
    /// How many follow; exact only while nothing is filtered.
    pub(crate) remaining: u64,
}

impl Store {
    /// The newest revision.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// The oldest revision that can still be read.
    pub(crate) fn compacted(&self) -> u64 {
        self.compacted
    }

    /// Forgets what was before the newest revision: older lists and their `continue` tokens expire.
    pub(crate) fn compact(&mut self) {
        self.compacted = self.revision;
        self.objects.retain(|_, versions| {
            let newest = versions.pop();
            versions.clear();
            versions.extend(newest.filter(|version| version.object.is_some()));
            !versions.is_empty()
        });
    }

    pub(crate) fn get(&self, kind: &Kind, namespace: &str, name: &str) -> Option<Arc<Value>> {
        self.objects
            .get(&key(kind, &path(namespace, name)))?
            .last()?
            .object
            .clone()
    }

    /// Writes a version, with its revision in `metadata.resourceVersion`, and returns it.
    pub(crate) fn put(
        &mut self,
        kind: &Kind,
        namespace: &str,
        name: &str,
        mut object: Value,
    ) -> Arc<Value> {
        self.revision += 1;
        object["metadata"]["resourceVersion"] = self.revision.to_string().into();
        let object = Arc::new(object);
        self.append(kind, namespace, name, Some(Arc::clone(&object)));
        object
    }

    /// Writes a deletion; returns the last version, stamped with the deletion's revision.
    pub(crate) fn remove(
        &mut self,
        kind: &Kind,
        namespace: &str,
        name: &str,
    ) -> Option<Arc<Value>> {
        let last = self.get(kind, namespace, name)?;
        self.revision += 1;
        self.append(kind, namespace, name, None);
        let mut last = Value::clone(&last);
        last["metadata"]["resourceVersion"] = self.revision.to_string().into();
        Some(Arc::new(last))
    }

    /// Objects of a kind in one namespace (all of them when it is empty) as they were at `revision`, those that `keep`
    /// wants, from behind the path `after` on, at most `limit` (0: all).
    pub(crate) fn list(
        &self,
        kind: &Kind,
        namespace: &str,
        revision: u64,
        (after, limit): (Option<&str>, u64),
        keep: impl Fn(&Value) -> bool,
    ) -> Page {
        let prefix = if namespace.is_empty() {
            String::new()
        } else {
            format!("{namespace}/")
        };
        let from = match after {
            Some(after) => Bound::Excluded(key(kind, after)),
            None => Bound::Included(key(kind, &prefix)),
        };
        let mut page = Page::default();
        let mut last = None;
        for ((group, resource, path), versions) in self.objects.range((from, Bound::Unbounded)) {
            if (*group, *resource) != (kind.group, kind.resource) || !path.starts_with(&prefix) {
                break;
            }
            let seen = versions
                .iter()
                .rev()
                .find(|version| version.revision <= revision);
            let Some(object) = seen.and_then(|version| version.object.as_ref()) else {
                continue;
            };
            if !keep(object) {
                continue;
            }
            if limit > 0 && page.objects.len() as u64 == limit {
                page.remaining += 1;
                continue;
            }
            page.objects.push(Arc::clone(object));
            last = Some(path);
        }
        if page.remaining > 0 {
            page.last = last.cloned();
        }
        page
    }

    fn append(&mut self, kind: &Kind, namespace: &str, name: &str, object: Option<Arc<Value>>) {
        let version = Version {
            revision: self.revision,
            object,
        };
        let path = path(namespace, name);
        self.objects
            .entry(key(kind, &path))
            .or_default()
            .push(version);
    }
}

fn key(kind: &Kind, path: &str) -> Key {
    (kind.group, kind.resource, path.to_owned())
}

fn path(namespace: &str, name: &str) -> String {
    if namespace.is_empty() {
        name.to_owned()
    } else {
        format!("{namespace}/{name}")
    }
}
