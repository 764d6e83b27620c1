//! Names that a definition asks for, and those that others of its group have.
//!
//! Follows k8s.io/apiextensions-apiserver `pkg/controller/status/naming_controller.go` (v0.36).

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::STORAGE;
use super::definition::Names;
use super::lifecycle::condition;
use crate::server::kinds;
use crate::server::object;
use crate::server::store::Store;

/// What becomes of the names that a definition asks for.
#[derive(Debug)]
pub(super) struct Verdict {
    /// As `status.acceptedNames`.
    pub(super) accepted: Value,
    pub(super) is_accepted: bool,
    reason: &'static str,
    says: String,
}

/// What others of a group have taken.
#[derive(Debug, Default)]
struct Taken {
    resources: BTreeSet<String>,
    kinds: BTreeSet<String>,
}

impl Verdict {
    pub(super) fn condition(&self) -> Map<String, Value> {
        condition("NamesAccepted", self.is_accepted, self.reason, &self.says)
    }

    fn refuse(&mut self, reason: &'static str, says: String) {
        self.is_accepted = false;
        self.reason = reason;
        self.says = says;
    }
}

/// Judges each name by itself: those that are free, or its own already, are accepted.
pub(super) fn judge(store: &Store, definition: &Value) -> Verdict {
    let taken = Taken::by_others(store, definition);
    let wanted = &definition["spec"]["names"];
    let mut verdict = Verdict {
        accepted: definition["status"]["acceptedNames"].clone(),
        is_accepted: true,
        reason: "NoConflicts",
        says: "no conflicts found".to_owned(),
    };
    for (field, reason, of) in [
        ("plural", "PluralConflict", &taken.resources),
        ("singular", "SingularConflict", &taken.resources),
    ] {
        one(&mut verdict, wanted, field, (reason, of));
    }
    short_names(&mut verdict, wanted, &taken.resources);
    for (field, reason, of) in [
        ("kind", "KindConflict", &taken.kinds),
        ("listKind", "ListKindConflict", &taken.kinds),
    ] {
        one(&mut verdict, wanted, field, (reason, of));
    }
    copy(&mut verdict.accepted, wanted, "categories");
    verdict
}

fn one(
    verdict: &mut Verdict,
    wanted: &Value,
    field: &str,
    (reason, taken): (&'static str, &BTreeSet<String>),
) {
    let name = wanted[field].as_str().unwrap_or_default();
    if verdict.accepted[field] != name && taken.contains(name) {
        verdict.refuse(reason, format!("{name:?} is already in use"));
    } else {
        copy(&mut verdict.accepted, wanted, field);
    }
}

fn short_names(verdict: &mut Verdict, wanted: &Value, taken: &BTreeSet<String>) {
    let own = Names::read(&verdict.accepted).short_names;
    let asked = Names::read(wanted).short_names;
    let lost = asked
        .iter()
        .filter(|name| !own.contains(name) && taken.contains(*name));
    let lost: Vec<String> = lost
        .map(|name| format!("{name:?} is already in use"))
        .collect();
    match lost.as_slice() {
        [] => copy(&mut verdict.accepted, wanted, "shortNames"),
        [one] => verdict.refuse("ShortNamesConflict", one.clone()),
        all => verdict.refuse("ShortNamesConflict", format!("[{}]", all.join(", "))),
    }
}

fn copy(accepted: &mut Value, wanted: &Value, field: &str) {
    match wanted.get(field) {
        Some(value) => accepted[field] = value.clone(),
        None => drop(
            accepted
                .as_object_mut()
                .and_then(|names| names.remove(field)),
        ),
    }
}

impl Taken {
    fn by_others(store: &Store, definition: &Value) -> Self {
        let mut taken = Self::default();
        let Some(kind) = kinds::built_in_at(STORAGE) else {
            return taken;
        };
        let (group, name) = (&definition["spec"]["group"], object::name(definition));
        let others =
            |other: &Value| other["spec"]["group"] == *group && object::name(other) != name;
        for other in store
            .list(kind, "", store.revision(), (None, 0), others)
            .objects
        {
            let names = Names::read(&other["status"]["acceptedNames"]);
            taken.resources.extend([names.plural, names.singular]);
            taken.resources.extend(names.short_names);
            taken.kinds.extend([names.kind, names.list_kind]);
        }
        taken.resources.remove("");
        taken.kinds.remove("");
        taken
    }
}
