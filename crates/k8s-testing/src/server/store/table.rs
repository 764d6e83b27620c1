//! The objects of one kind, their versions, their history, and who waits for more of it.

use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::sync::Arc;
use std::task::Waker;

use serde_json::Value;

use super::{Change, Page, Since};
use crate::server::stored::Stored;

#[derive(Debug, Default)]
pub(super) struct Table {
    /// By path, each with its versions, the oldest first.
    objects: BTreeMap<String, Vec<Version>>,
    changes: VecDeque<Arc<Change>>,
    compacted: u64,
    waiting: BTreeMap<u64, Waker>,
}

#[derive(Clone, Debug)]
struct Version {
    revision: u64,
    /// `None` when this version is a deletion.
    object: Option<Arc<Stored>>,
}

impl Table {
    pub(super) fn compacted(&self) -> u64 {
        self.compacted
    }

    pub(super) fn get(&self, path: &str) -> Option<Arc<Stored>> {
        self.objects.get(path)?.last()?.object.clone()
    }

    pub(super) fn append(&mut self, revision: u64, path: String, object: Option<Arc<Stored>>) {
        let versions = self.objects.entry(path.clone()).or_default();
        let before = versions.last().and_then(|last| last.object.clone());
        versions.push(Version {
            revision,
            object: object.clone(),
        });
        let change = Change::new(revision, path, before, object);
        self.changes.push_back(Arc::new(change));
    }

    /// Forgets every change and every version but the newest.
    pub(super) fn compact(&mut self) {
        self.trim(0);
    }

    /// Forgets changes until `window` of them are left, and the versions that only they needed.
    pub(super) fn trim(&mut self, window: usize) {
        while self.changes.len() > window {
            let Some(change) = self.changes.pop_front() else {
                return;
            };
            self.compacted = change.revision;
            let Some(versions) = self.objects.get_mut(&change.path) else {
                continue;
            };
            let newer = versions.partition_point(|version| version.revision < change.revision);
            versions.drain(..newer);
            if let [only] = versions.as_slice()
                && only.object.is_none()
            {
                self.objects.remove(&change.path);
            }
        }
    }

    pub(super) fn list(
        &self,
        prefix: &str,
        revision: u64,
        (after, limit): (Option<&str>, u64),
        (seen, keep): (
            impl Fn(&Arc<Stored>) -> Arc<Stored>,
            impl Fn(&Value) -> bool,
        ),
    ) -> Page {
        let from = match after {
            Some(after) => Bound::Excluded(after),
            None => Bound::Included(prefix),
        };
        let mut page = Page::default();
        let mut last = None;
        let range = (from, Bound::Unbounded);
        for (path, versions) in self.objects.range::<str, _>(range) {
            if !path.starts_with(prefix) {
                break;
            }
            let mut newest_first = versions.iter().rev();
            let newest = newest_first.find(|version| version.revision <= revision);
            let Some(object) = newest.and_then(|version| version.object.as_ref()) else {
                continue;
            };
            let object = seen(object);
            if !keep(&object) {
                continue;
            }
            if limit > 0 && page.objects.len() as u64 == limit {
                page.remaining += 1;
                continue;
            }
            page.objects.push(object);
            last = Some(path);
        }
        if page.remaining > 0 {
            page.last = last.cloned();
        }
        page
    }

    /// Changes of paths with this prefix behind revision `seen`, and until which revision they reach: `now`, or less
    /// when there are more than `most`.
    pub(super) fn since(&self, prefix: &str, (seen, now): (u64, u64), most: usize) -> Since {
        let first = self
            .changes
            .partition_point(|change| change.revision <= seen);
        let mut found = Vec::new();
        for change in self.changes.range(first..) {
            if found.len() == most {
                let reached = found
                    .last()
                    .map_or(seen, |last: &Arc<Change>| last.revision);
                return Since::Changes(found, reached);
            }
            if change.path.starts_with(prefix) {
                found.push(Arc::clone(change));
            }
        }
        Since::Changes(found, now)
    }

    pub(super) fn wait(&mut self, number: u64, waker: &Waker) {
        self.waiting.insert(number, waker.clone());
    }

    pub(super) fn leave(&mut self, number: u64) {
        self.waiting.remove(&number);
    }

    pub(super) fn wake(&mut self) {
        for waker in std::mem::take(&mut self.waiting).into_values() {
            waker.wake();
        }
    }
}
