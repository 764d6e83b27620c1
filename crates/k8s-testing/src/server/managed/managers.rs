//! Who owns which fields of an object: `metadata.managedFields`, read and written.
//!
//! Follows k8s.io/apimachinery `pkg/util/managedfields/internal/managedfields.go` (v0.36).

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::set::Set;

const APPLY: &str = "Apply";
const UPDATE: &str = "Update";

/// Who wrote fields, and how; one writer may have several.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Manager {
    pub(crate) name: String,
    pub(crate) applies: bool,
    /// The version that was written, for those that do not apply.
    pub(crate) api_version: String,
    pub(crate) subresource: String,
}

/// What somebody owns.
#[derive(Clone, Debug)]
pub(crate) struct Owned {
    pub(crate) fields: Set,
    pub(crate) api_version: String,
    pub(crate) time: Option<String>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Managers(pub(super) BTreeMap<Manager, Owned>);

impl Manager {
    pub(super) fn new(name: &str, applies: bool, api_version: &str, subresource: &str) -> Self {
        let name = if name.is_empty() { "unknown" } else { name };
        Self {
            name: name.to_owned(),
            applies,
            api_version: if applies { "" } else { api_version }.to_owned(),
            subresource: subresource.to_owned(),
        }
    }

    /// As conflicts name it.
    pub(super) fn shown(&self) -> String {
        let mut shown = format!("{:?}", self.name);
        if !self.subresource.is_empty() {
            shown.push_str(&format!(" with subresource {:?}", self.subresource));
        }
        if !self.applies {
            shown.push_str(&format!(" using {}", self.api_version));
        }
        shown
    }
}

impl Ord for Manager {
    /// In the order of their identifiers, which are JSON: `{"manager":…,"operation":…,"apiVersion":…,"subresource":…}`,
    /// where a field more comes before the end.
    fn cmp(&self, other: &Self) -> Ordering {
        let key = |of: &Self| (!of.applies, of.subresource.is_empty());
        let (ours, theirs) = (key(self), key(other));
        let texts = self.name.cmp(&other.name).then(ours.0.cmp(&theirs.0));
        let texts = texts.then_with(|| self.api_version.cmp(&other.api_version));
        let texts = texts.then(ours.1.cmp(&theirs.1));
        texts.then_with(|| self.subresource.cmp(&other.subresource))
    }
}

impl PartialOrd for Manager {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Managers {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The managers that an object names; `Err` when they make no sense.
    pub(super) fn read(object: &Value) -> Result<Self, ()> {
        let entries = object["metadata"]["managedFields"].as_array();
        let mut managers = Self::default();
        for entry in entries.into_iter().flatten() {
            let text = |name: &str| entry[name].as_str().unwrap_or_default();
            let operation = text("operation");
            let makes_sense = [APPLY, UPDATE].contains(&operation)
                && !text("apiVersion").is_empty()
                && text("fieldsType") == "FieldsV1";
            if !makes_sense {
                return Err(());
            }
            let manager = Manager {
                name: text("manager").to_owned(),
                ..Manager::new(
                    "",
                    operation == APPLY,
                    text("apiVersion"),
                    text("subresource"),
                )
            };
            let owned = Owned {
                fields: Set::from_json(&entry["fieldsV1"])?,
                api_version: text("apiVersion").to_owned(),
                time: entry["time"].as_str().map(str::to_owned),
            };
            managers.0.insert(manager, owned);
        }
        Ok(managers)
    }

    /// Writes them: those that apply first, then by time and name.
    pub(super) fn write(&self, object: &mut Value) {
        let metadata = crate::server::object::metadata(object);
        if self.0.is_empty() {
            metadata.remove("managedFields");
            return;
        }
        let mut sorted: Vec<(&Manager, &Owned)> = self.0.iter().collect();
        sorted.sort_by_key(|(manager, owned)| {
            (
                !manager.applies,
                owned.time.clone().unwrap_or_default(),
                manager.name.clone(),
                owned.api_version.clone(),
                manager.subresource.clone(),
            )
        });
        let entries = sorted.into_iter().map(|(manager, owned)| {
            let mut entry = json!({
                "operation": if manager.applies { APPLY } else { UPDATE },
                "apiVersion": owned.api_version,
                "fieldsType": "FieldsV1",
                "fieldsV1": owned.fields.to_json(),
            });
            for (name, text) in [
                ("manager", Some(&manager.name)),
                ("time", owned.time.as_ref()),
                ("subresource", Some(&manager.subresource)),
            ] {
                if let Some(text) = text.filter(|text| !text.is_empty()) {
                    entry[name] = text.as_str().into();
                }
            }
            entry
        });
        let entries: Vec<Value> = entries.collect();
        metadata.insert("managedFields".to_owned(), entries.into());
    }

    /// Keeps at most so many writers that do not apply: the oldest become one.
    pub(super) fn cap(&mut self, most: usize) {
        const OLD: &str = "ancient-changes";
        let writers = self.0.iter().filter(|(manager, _)| !manager.applies);
        let mut writers: Vec<(Option<String>, Manager)> = writers
            .map(|(manager, owned)| (owned.time.clone(), manager.clone()))
            .collect();
        writers.sort();
        let mut count = writers.len();
        let mut firsts: BTreeMap<String, Manager> = BTreeMap::new();
        for (time, manager) in writers {
            if count <= most {
                return;
            }
            let Some(version) = self.0.get(&manager).map(|owned| owned.api_version.clone()) else {
                continue;
            };
            let Some(first) = firsts.get(&version) else {
                firsts.insert(version, manager);
                continue;
            };
            let bucket = Manager::new(OLD, false, &version, "");
            if !self.0.contains_key(&bucket)
                && let Some(owned) = self.0.remove(first)
            {
                self.0.insert(bucket.clone(), owned);
            }
            let Some(gone) = self.0.remove(&manager) else {
                continue;
            };
            if let Some(bucket) = self.0.get_mut(&bucket) {
                bucket.fields = bucket.fields.union(&gone.fields);
                bucket.time = time;
            }
            count -= 1;
        }
    }
}

/// Whether an object asks for its managers to be forgotten: an empty list, or one of an empty entry.
pub(super) fn is_reset(object: &Value) -> bool {
    match object["metadata"].get("managedFields") {
        Some(Value::Array(entries)) => match entries.as_slice() {
            [] => true,
            [one] => one.as_object().is_some_and(|entry| entry.is_empty()),
            _ => false,
        },
        _ => false,
    }
}
