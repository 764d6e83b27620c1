//! Who belongs to whom: objects by the UIDs of their owners.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

/// An object's place: storage and path.
pub(super) type Place = (Arc<str>, String);

#[derive(Debug, Default)]
pub(super) struct Owners {
    of: BTreeMap<String, BTreeSet<Place>>,
}

impl Owners {
    /// Takes note of a change of one object.
    pub(super) fn change(
        &mut self,
        place: (&Arc<str>, &str),
        before: Option<&Value>,
        after: Option<&Value>,
    ) {
        let place = || (Arc::clone(place.0), place.1.to_owned());
        for owner in before.into_iter().flat_map(owners) {
            if let Some(places) = self.of.get_mut(owner) {
                places.remove(&place());
                if places.is_empty() {
                    self.of.remove(owner);
                }
            }
        }
        for owner in after.into_iter().flat_map(owners) {
            self.of.entry(owner.to_owned()).or_default().insert(place());
        }
    }

    /// The places of what an owner has.
    pub(super) fn owned_by(&self, uid: &str) -> Vec<Place> {
        let places = self.of.get(uid).into_iter().flatten();
        places.cloned().collect()
    }
}

/// The UIDs of an object's owners.
pub(crate) fn owners(object: &Value) -> impl Iterator<Item = &str> {
    let references = object["metadata"]["ownerReferences"].as_array();
    let references = references.into_iter().flatten();
    references.filter_map(|reference| reference["uid"].as_str())
}
