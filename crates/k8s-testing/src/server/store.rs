//! The store: every version of every object, in the order of etcd's keys, under one rising revision.

mod history;
mod owners;
mod page;
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::task::Waker;

use serde_json::Value;

pub(crate) use self::history::{Change, Since};
use self::owners::Owners;
pub(crate) use self::owners::owners;
pub(crate) use self::page::Page;
use self::table::Table;
use super::custom;
use super::garbage::Owner;
use super::kinds::{Kind, Kinds};
use super::object;
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
    /// What its definitions made of it.
    kinds: Arc<Kinds>,
    tables: BTreeMap<Arc<str>, Table>,
    owners: Owners,
    /// UIDs of what others may own or be owned by: of everything that is there.
    uids: BTreeSet<String>,
    /// The number of the next watch.
    next: u64,
}

impl Store {
    /// The kinds whose objects it keeps.
    pub(crate) fn kinds(&self) -> Arc<Kinds> {
        Arc::clone(&self.kinds)
    }

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
        let stored = self
            .tables
            .get(&kind.storage)?
            .get(&path(namespace, name))?;
        Some(kind.seen(&stored))
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
        if let Some(custom) = &kind.custom {
            custom.store(&mut object);
        }
        let object = Arc::new(Stored::new(object));
        self.append(kind, path(namespace, name), Some(Arc::clone(&object)));
        kind.seen(&object)
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
            let seen = |stored: &Arc<Stored>| kind.seen(stored);
            table.list(&prefix(namespace), revision, (after, limit), (seen, keep))
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

    /// What an owner has, each with its kind.
    pub(crate) fn owned_by(&self, uid: &str) -> Vec<(Arc<Kind>, Arc<Stored>)> {
        let places = self.owners.owned_by(uid).into_iter();
        let found = places.filter_map(|(storage, path)| {
            let kind = self.kinds.at(&storage)?;
            let stored = self.tables.get(&storage)?.get(&path)?;
            let seen = kind.seen(&stored);
            Some((kind, seen))
        });
        found.collect()
    }

    /// The owners of an object that are there.
    pub(crate) fn owners_of(&self, object: &Value) -> Vec<Owner> {
        let references = object["metadata"]["ownerReferences"].as_array();
        let references = references.into_iter().flatten();
        let found = references.filter_map(|reference| {
            let text = |name: &str| reference[name].as_str().unwrap_or_default();
            let (version, wanted) = (text("apiVersion"), text("kind"));
            let mut kinds = self.kinds.all();
            let kind = kinds.find(|kind| kind.kind == wanted && kind.api_version() == version)?;
            let namespace = if kind.namespaced {
                object::namespace(object)
            } else {
                ""
            };
            let owner = self.get(kind, namespace, text("name"))?;
            (object::uid(&owner) == text("uid")).then(|| Owner::of(kind, &owner))
        });
        found.collect()
    }

    /// Whether an object of this UID is there.
    pub(crate) fn has_uid(&self, uid: &str) -> bool {
        self.uids.contains(uid)
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
        let before = self
            .tables
            .get(&kind.storage)
            .and_then(|table| table.get(&path));
        let (before, after) = (before.as_deref(), object.as_deref());
        self.owners.change(
            (&kind.storage, &path),
            before.map(|stored| &**stored),
            after.map(|stored| &**stored),
        );
        match (before, after) {
            (None, Some(new)) => drop(self.uids.insert(object::uid(new).to_owned())),
            (Some(old), None) => drop(self.uids.remove(object::uid(old))),
            _ => {}
        }
        if &*kind.storage == custom::STORAGE {
            self.define(&path, after.map(|stored| &**stored));
        }
        let table = self.table(kind);
        table.append(revision, path, object);
        table.trim(window);
        table.wake();
    }

    /// Takes note of a definition; whoever watches kinds that are no longer the same learns of it.
    fn define(&mut self, name: &str, definition: Option<&Value>) {
        if Arc::make_mut(&mut self.kinds).define(name, definition)
            && let Some(table) = self.tables.get_mut(name)
        {
            table.wake();
        }
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
            kinds: Arc::default(),
            tables: BTreeMap::new(),
            owners: Owners::default(),
            uids: BTreeSet::new(),
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
