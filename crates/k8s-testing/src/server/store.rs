//! The store: every version of every object, in the order of etcd's keys, under one rising revision.

mod history;
mod page;
mod table;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::task::Waker;

use serde_json::Value;

pub(crate) use self::history::{Change, Since};
pub(crate) use self::page::Page;
use self::table::Table;
use super::kinds::Kind;
use super::stored::Stored;

/// How many changes of one kind of object are remembered, unless it is set.
const WINDOW: usize = 16_384;

/// Objects by kind and path, each with its versions, so that a list can be read as it was at a revision, and a watch
/// can begin there.
#[derive(Debug)]
pub(crate) struct Store {
    revision: u64,
    /// Reads below this revision are gone.
    compacted: u64,
    window: usize,
    tables: BTreeMap<Arc<str>, Table>,
    /// The number of the next watch.
    next: u64,
}

impl Store {
    /// The newest revision.
    pub(crate) fn revision(&self) -> u64 {
        self.revision
    }

    /// The oldest revision at which objects of a kind can still be read.
    pub(crate) fn compacted(&self, kind: &Kind) -> u64 {
        let own = self.tables.get(&kind.storage).map_or(0, Table::compacted);
        own.max(self.compacted)
    }

    /// Forgets what was before the newest revision: older lists and watches and `continue` tokens expire.
    pub(crate) fn compact(&mut self) {
        self.compacted = self.revision;
        for table in self.tables.values_mut() {
            table.compact();
        }
    }

    /// Remembers so many changes of each kind.
    pub(crate) fn set_window(&mut self, changes: usize) {
        self.window = changes;
        for table in self.tables.values_mut() {
            table.trim(changes);
        }
    }

    pub(crate) fn get(&self, kind: &Kind, namespace: &str, name: &str) -> Option<Arc<Stored>> {
        self.tables.get(&kind.storage)?.get(&path(namespace, name))
    }

    /// Writes a version, with its revision in `metadata.resourceVersion`, and returns it.
    pub(crate) fn put(
        &mut self,
        kind: &Kind,
        namespace: &str,
        name: &str,
        mut object: Value,
    ) -> Arc<Stored> {
        self.revision += 1;
        object["metadata"]["resourceVersion"] = self.revision.to_string().into();
        let object = Arc::new(Stored::new(object));
        self.append(kind, path(namespace, name), Some(Arc::clone(&object)));
        object
    }

    /// Writes a deletion; returns the last version, stamped with the deletion's revision.
    pub(crate) fn remove(
        &mut self,
        kind: &Kind,
        namespace: &str,
        name: &str,
    ) -> Option<Arc<Stored>> {
        let last = self.get(kind, namespace, name)?;
        self.revision += 1;
        self.append(kind, path(namespace, name), None);
        Some(Arc::new(last.at(self.revision)))
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
        let table = self.tables.get(&kind.storage);
        table.map_or_else(Page::default, |table| {
            table.list(&prefix(namespace), revision, (after, limit), keep)
        })
    }

    /// What changed of a kind in one namespace (in all when it is empty) behind `revision`, at most `most` changes.
    pub(crate) fn since(&self, kind: &Kind, namespace: &str, revision: u64, most: usize) -> Since {
        if revision < self.compacted(kind) {
            return Since::Forgotten;
        }
        match self.tables.get(&kind.storage) {
            Some(table) => table.since(&prefix(namespace), (revision, self.revision), most),
            None => Since::Changes(Vec::new(), self.revision),
        }
    }

    /// A number for somebody who will wait.
    pub(crate) fn enter(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// Wakes `waker` at the next change of a kind.
    pub(crate) fn wait(&mut self, kind: &Kind, number: u64, waker: &Waker) {
        self.table(kind).wait(number, waker);
    }

    /// Whoever had this number waits no more.
    pub(crate) fn leave(&mut self, kind: &Kind, number: u64) {
        self.table(kind).leave(number);
    }

    /// Wakes everybody, whatever they wait for.
    pub(crate) fn wake_all(&mut self) {
        for table in self.tables.values_mut() {
            table.wake();
        }
    }

    fn append(&mut self, kind: &Kind, path: String, object: Option<Arc<Stored>>) {
        let (revision, window) = (self.revision, self.window);
        let table = self.table(kind);
        table.append(revision, path, object);
        table.trim(window);
        table.wake();
    }

    fn table(&mut self, kind: &Kind) -> &mut Table {
        self.tables.entry(Arc::clone(&kind.storage)).or_default()
    }
}

impl Default for Store {
    fn default() -> Self {
        Self {
            revision: 0,
            compacted: 0,
            window: WINDOW,
            tables: BTreeMap::new(),
            next: 0,
        }
    }
}

/// What the paths of a namespace begin with.
fn prefix(namespace: &str) -> String {
    if namespace.is_empty() {
        String::new()
    } else {
        format!("{namespace}/")
    }
}

fn path(namespace: &str, name: &str) -> String {
    if namespace.is_empty() {
        name.to_owned()
    } else {
        format!("{namespace}/{name}")
    }
}
