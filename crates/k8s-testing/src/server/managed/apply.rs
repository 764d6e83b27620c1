//! Server-side apply: a manager says all that it wants, and what it left out this time goes.

use serde_json::Value;

use super::element::{Element, Path, shown};
use super::managers::{Manager, Managers, Owned};
use super::set::Set;
use super::shape::Shape;
use super::{Tracking, check, last_applied, merge, paths, remove, unowned};
use crate::server::object;

/// What somebody wants of an object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Applying<'a> {
    pub(crate) wanted: &'a Value,
    pub(crate) manager: &'a str,
    /// Whether fields of others are taken.
    pub(crate) force: bool,
    pub(crate) now: &'a str,
}

/// What became of it.
#[derive(Debug)]
pub(crate) enum Applied {
    /// Not yet what its type would write.
    Changed(Value),
    /// The object is as it was; owners may have changed.
    Unchanged(Value),
}

/// Why nothing was applied.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Unapplied {
    /// Fields of others, each with how its manager is called.
    Conflicts(Vec<(String, String)>),
    BadRequest(String),
    /// What the server has no other name for.
    Internal(String),
}

/// An apply that went through.
struct Outcome {
    /// `None`: nothing changed.
    new: Option<Value>,
    managers: Managers,
}

/// Fields that others own.
struct Conflicts(Vec<(Manager, Path)>);

impl Tracking<'_> {
    /// Applies to an object that is there, or to an [empty](Self::empty) one.
    pub(crate) fn apply(&self, live: &Value, asked: Applying<'_>) -> Result<Applied, Unapplied> {
        self.check_wanted(asked.wanted)?;
        let mut managers = Managers::read(live)
            .map_err(|()| Unapplied::Internal("failed to decode managed fields".to_owned()))?;
        if managers.is_empty() {
            let before = "before-first-apply";
            self.track(&self.empty(), live, &mut managers, before, asked.now);
        }
        let outcome = match self.try_apply(live, &managers, asked) {
            Ok(outcome) => outcome,
            Err(conflicts) => self.by_annotation(live, &managers, asked, conflicts)?,
        };
        let is_changed = outcome.new.is_some();
        let mut new = outcome.new.unwrap_or_else(|| live.clone());
        if asked.manager == last_applied::MANAGER {
            last_applied::renew(&mut new, asked.wanted);
        }
        outcome.managers.write(&mut new);
        Ok(if is_changed {
            Applied::Changed(new)
        } else {
            Applied::Unchanged(new)
        })
    }

    fn check_wanted(&self, wanted: &Value) -> Result<(), Unapplied> {
        let text = |name: &str| wanted[name].as_str().unwrap_or_default();
        let (kind, version) = (text("kind"), text("apiVersion"));
        if (kind, version) != (self.kind, &*self.api_version) {
            let says = format!("invalid object type: {}", group_version_kind(version, kind));
            return Err(Unapplied::BadRequest(says));
        }
        if wanted["metadata"]["managedFields"].is_array() {
            let says = "metadata.managedFields must be nil";
            return Err(Unapplied::BadRequest(says.to_owned()));
        }
        check::check(self.types, &self.node, wanted).map_err(|says| {
            let which = self.described(wanted);
            Unapplied::Internal(format!(
                "failed to create typed patch object ({which}): {says}"
            ))
        })
    }

    /// As texts of the field manager name what is applied.
    pub(crate) fn described(&self, wanted: &Value) -> String {
        format!(
            "{}/{}; {}",
            object::namespace(wanted),
            object::name(wanted),
            group_version_kind(&self.api_version, self.kind)
        )
    }

    fn try_apply(
        &self,
        live: &Value,
        managers: &Managers,
        asked: Applying<'_>,
    ) -> Result<Outcome, Conflicts> {
        let mut managers = managers.clone();
        self.forget_versions(&mut managers);
        let merged = merge::merge(self.types, &self.node, live, asked.wanted);
        let fields = self.paths(asked.wanted).without(&self.reset);
        let own = Manager::new(asked.manager, true, &self.api_version, self.subresource);
        let owned = Owned {
            fields,
            api_version: self.api_version.clone(),
            time: None,
        };
        let last = managers.0.insert(own.clone(), owned);
        let new = match &last {
            Some(last) if !last.fields.is_empty() => self.prune(&merged, &managers, &last.fields),
            _ => merged,
        };
        let comparison = self.compare(live, &new);
        if !asked.force {
            let changed = comparison.changed();
            let others = managers.0.iter().filter(|(manager, _)| **manager != own);
            let taken: Vec<(Manager, Path)> = others
                .flat_map(|(manager, owned)| {
                    let taken = owned.fields.intersection(&changed).paths();
                    taken.into_iter().map(|path| (manager.clone(), path))
                })
                .collect();
            if !taken.is_empty() {
                return Err(Conflicts(taken));
            }
        }
        managers.lose(Some(&own), &comparison);
        let is_changed = *live != new;
        let time = last.and_then(|last| last.time);
        let now = || Some(asked.now.to_owned());
        if let Some(owned) = managers.0.get_mut(&own) {
            owned.fields = owned.fields.difference(&unowned());
            owned.time = if is_changed { now() } else { time };
            if owned.fields.is_empty() {
                managers.0.remove(&own);
            }
        }
        let new = is_changed.then_some(new);
        Ok(Outcome { new, managers })
    }

    /// Without what the manager applied last time and not this time, and nobody else owns.
    fn prune(&self, merged: &Value, managers: &Managers, last: &Set) -> Value {
        let last = self.named(last);
        let pruned = self.remove(merged, &last);
        let mut owned = Set::default();
        for other in managers.0.values() {
            owned = owned.union(&other.fields);
        }
        let all = self.named(&self.paths(merged));
        let kept = self.named(&self.paths(&pruned)).union(&self.named(&owned));
        let pruned = self.remove(merged, &all.difference(&kept));
        // What nobody owns was not this manager's to take.
        let kept = self.named(&self.paths(&pruned));
        self.remove(merged, &all.difference(&kept).intersection(&last))
    }

    /// `kubectl` may take what its client-side apply wrote: the annotation says what that was.
    fn by_annotation(
        &self,
        live: &Value,
        managers: &Managers,
        asked: Applying<'_>,
        conflicts: Conflicts,
    ) -> Result<Outcome, Unapplied> {
        let allowed = if asked.manager == last_applied::MANAGER {
            self.allowed(live)
        } else {
            None
        };
        let Some(allowed) = allowed else {
            return Err(conflicts.into());
        };
        let rest = conflicts
            .0
            .into_iter()
            .filter(|(_, path)| !allowed.has(path));
        let rest: Vec<(Manager, Path)> = rest.collect();
        if !rest.is_empty() {
            return Err(Conflicts(rest).into());
        }
        let forced = Applying {
            force: true,
            ..asked
        };
        self.try_apply(live, managers, forced)
            .map_err(Unapplied::from)
    }

    /// What the annotation says and the object still has.
    fn allowed(&self, live: &Value) -> Option<Set> {
        let last = last_applied::read(live)?;
        let is_of_version = last["apiVersion"].as_str() == Some(&self.api_version);
        if !is_of_version || check::check(self.types, &self.node, &last).is_err() {
            return None;
        }
        let comparison = super::compare(self.types, &self.node, &last, live);
        let fields = self.paths(&last);
        let fields = fields.difference(&comparison.changed());
        Some(fields.difference(&comparison.removed))
    }

    fn paths(&self, value: &Value) -> Set {
        paths::of(self.types, &self.node, value)
    }

    fn remove(&self, value: &Value, gone: &Set) -> Value {
        remove::remove(self.types, &self.node, value, gone)
    }

    /// The same set, with every declared field that something lies below.
    fn named(&self, set: &Set) -> Set {
        set.named(&mut |path| {
            let Some((last, above)) = path.split_last() else {
                return false;
            };
            let mut node = Some(&self.node);
            for element in above {
                node = node.and_then(|node| Shape::of(self.types, node, &[]).step(element));
            }
            let shape = node.map(|node| Shape::of(self.types, node, &[]));
            matches!((shape, last), (Some(shape), Element::Field(name)) if shape.declares(name))
        })
    }
}

impl From<Conflicts> for Unapplied {
    fn from(conflicts: Conflicts) -> Self {
        let all = conflicts.0.iter();
        Self::Conflicts(
            all.map(|(manager, path)| (manager.shown(), shown(path)))
                .collect(),
        )
    }
}

/// `apps/v1, Kind=Deployment`.
fn group_version_kind(api_version: &str, kind: &str) -> String {
    let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
    format!("{group}/{version}, Kind={kind}")
}
