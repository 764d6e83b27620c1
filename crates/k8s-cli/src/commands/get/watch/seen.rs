//! Which version of which object was shown, so that a list after a gap tells what is new and no more.

use std::collections::{BTreeMap, BTreeSet};

use k8s_client::watch::Change;

use super::piece::Piece;

/// Namespace and name.
type Key = (String, String);

/// What was shown.
#[derive(Debug, Default)]
pub(super) struct Seen {
    versions: BTreeMap<Key, String>,
    /// Those that were seen, and that the list under way has not told of.
    missing: BTreeSet<Key>,
}

impl Seen {
    /// Notes an object that is there.
    pub(super) fn saw(&mut self, piece: &Piece) {
        self.versions.insert(key(piece), piece.version().to_owned());
    }

    /// Another list begins.
    pub(super) fn list(&mut self) {
        self.missing = self.versions.keys().cloned().collect();
    }

    /// The list is complete: the names of those that are gone.
    pub(super) fn listed(&mut self) -> Vec<String> {
        let missing = std::mem::take(&mut self.missing);
        let names = missing.into_iter().map(|key| {
            self.versions.remove(&key);
            match key {
                (namespace, name) if namespace.is_empty() => name,
                (namespace, name) => format!("{namespace}/{name}"),
            }
        });
        names.collect()
    }

    /// How an object changed that is there; `None` if this version of it was seen.
    pub(super) fn news(&mut self, piece: &Piece) -> Option<Change> {
        let key = key(piece);
        self.missing.remove(&key);
        match self.versions.insert(key, piece.version().to_owned()) {
            None => Some(Change::Added),
            Some(version) if version == piece.version() => None,
            Some(_) => Some(Change::Modified),
        }
    }

    /// Notes that an object is gone.
    pub(super) fn gone(&mut self, piece: &Piece) -> Change {
        self.versions.remove(&key(piece));
        Change::Deleted
    }
}

fn key(piece: &Piece) -> Key {
    (piece.namespace().to_owned(), piece.name().to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn piece(name: &str, version: u8) -> Piece {
        Piece::Object(json!({"metadata": {
            "name": name, "namespace": "x", "resourceVersion": version.to_string(),
        }}))
    }

    #[test]
    fn a_list_after_a_gap_tells_what_is_new() {
        let mut seen = Seen::default();
        seen.saw(&piece("kept", 1));
        seen.saw(&piece("changed", 2));
        seen.saw(&piece("lost", 3));
        assert_eq!(seen.gone(&piece("other", 4)), Change::Deleted);
        seen.list();
        assert_eq!(seen.news(&piece("kept", 1)), None);
        assert_eq!(seen.news(&piece("changed", 5)), Some(Change::Modified));
        assert_eq!(seen.news(&piece("new", 6)), Some(Change::Added));
        assert_eq!(seen.listed(), ["x/lost"]);
        assert_eq!(seen.news(&piece("lost", 7)), Some(Change::Added));
        assert!(seen.listed().is_empty());
    }
}
