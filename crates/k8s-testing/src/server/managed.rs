//! Managed fields: who owns which fields of an object, and what an apply makes of them.
//!
//! ```text
//! create, update, patch ▸ compare old and new ▸ the writer owns what changed, others lose it
//! apply ▸ check by type ▸ merge ▸ prune what is left out ▸ compare ▸ conflicts, or the applier owns all it says
//! ```
//!
//! Follows sigs.k8s.io/structured-merge-diff `merge/update.go` (v6) and k8s.io/apimachinery `pkg/util/managedfields`
//! (v0.36), for objects of one version.

mod apply;
mod check;
mod compare;
mod element;
mod last_applied;
mod managers;
mod merge;
mod paths;
mod remove;
mod set;
mod shape;

use serde_json::Value;

use self::compare::{Comparison, compare};
use self::element::Element;
use self::managers::{Manager, Managers, Owned};
use self::set::Set;
use super::custom::Custom;
use super::decode::Wanted;
use super::kinds::Kind;
use super::types::{Node, Types};
use super::{decode, object};

pub(crate) use self::apply::{Applied, Applying, Unapplied};

/// So many writers that do not apply are told apart.
const MOST_WRITERS: usize = 10;

/// How the fields of a kind's objects are tracked, through the object itself or one of its parts.
#[derive(Debug)]
pub(crate) struct Tracking<'a> {
    types: &'a Types,
    node: Node,
    kind: &'a str,
    custom: Option<&'a Custom>,
    api_version: String,
    subresource: &'a str,
    /// What nobody owns this way, for the server resets it.
    reset: Set,
}

impl<'a> Tracking<'a> {
    /// `None` for kinds without a type.
    pub(crate) fn of(kind: &'a Kind, subresource: &'a str) -> Option<Self> {
        let (types, node) = kind.typed()?;
        let mut tracking = Self {
            types,
            node,
            kind: &kind.kind,
            custom: kind.custom.as_ref(),
            api_version: kind.api_version(),
            subresource,
            reset: Set::default(),
        };
        let parts = kind.resets.iter();
        let resets = parts.filter(|(part, _)| part == subresource);
        for path in resets.flat_map(|(_, paths)| paths) {
            let path: Vec<Element> = path.split('.').map(Element::field).collect();
            tracking.reset.insert(&path);
        }
        Some(tracking)
    }

    /// The same for what is sent to a subresource of its own kind.
    pub(crate) fn through(wanted: Wanted<'a>, subresource: &'a str) -> Option<Self> {
        let types = crate::server::types::built_in();
        Some(Self {
            types,
            node: types.named(wanted.type_name)?,
            kind: wanted.kind,
            custom: None,
            api_version: wanted.api_version.to_owned(),
            subresource,
            reset: Set::default(),
        })
    }

    /// An object that says nothing, as Go makes one.
    pub(crate) fn empty(&self) -> Value {
        let nothing = Value::Object(serde_json::Map::new());
        let mut empty = match self.custom {
            Some(_) => nothing,
            None => decode::written(self.types, &self.node, nothing),
        };
        empty["kind"] = self.kind.into();
        empty["apiVersion"] = self.api_version.as_str().into();
        empty
    }

    /// Writes into a new object who owns its fields, when `manager` made it of the one that is there.
    pub(crate) fn update(&self, live: &Value, new: &mut Value, manager: &str, now: &str) {
        let mut managers = self.before(live, new);
        object::metadata(new).remove("managedFields");
        // An object whose managers were forgotten is left in peace.
        if managers.is_empty() && !object::uid(live).is_empty() {
            return;
        }
        if !self.fits_all(&managers, live, new) {
            return;
        }
        self.track(live, new, &mut managers, manager, now);
        managers.cap(MOST_WRITERS);
        managers.write(new);
    }

    /// Whether an object can be looked at in every version that its managers wrote. If it cannot, the server gives up
    /// telling who owns what.
    fn fits_all(&self, managers: &Managers, live: &Value, new: &Value) -> bool {
        let versions = managers.0.values().map(|owned| owned.api_version.as_str());
        let mut others = versions.filter(|version| *version != self.api_version);
        others.all(|version| {
            let types = self.custom.and_then(|custom| custom.types_in(version));
            types.is_none_or(|(types, node)| {
                let fits = |object: &Value| check::check(types, node, object).is_ok();
                fits(live) && fits(new)
            })
        })
    }

    /// The managers that a new object brings, or else those of the one that is there.
    fn before(&self, live: &Value, new: &Value) -> Managers {
        if self.subresource.is_empty() {
            if managers::is_reset(new) {
                return Managers::default();
            }
            if let Ok(sent) = Managers::read(new)
                && !sent.is_empty()
            {
                return sent;
            }
        }
        Managers::read(live).unwrap_or_default()
    }

    /// The writer owns what changed, and nobody else does any longer.
    fn track(&self, live: &Value, new: &Value, managers: &mut Managers, name: &str, now: &str) {
        self.forget_versions(managers);
        let comparison = self.compare(live, new);
        let changed = comparison.changed();
        managers.lose(None, &comparison);
        let own = changed.difference(&unowned());
        if own.is_empty() {
            return;
        }
        let manager = Manager::new(name, false, &self.api_version, self.subresource);
        let before = managers.0.remove(&manager);
        let fields = before.map_or_else(|| own.clone(), |before| own.union(&before.fields));
        managers.0.insert(
            manager,
            Owned {
                fields,
                api_version: self.api_version.clone(),
                // Who scales an object is written down without saying when.
                time: (self.subresource != "scale").then(|| now.to_owned()),
            },
        );
    }

    fn compare(&self, live: &Value, new: &Value) -> Comparison {
        compare(self.types, &self.node, live, new).without(&self.reset)
    }

    /// What was written in a version that is not served any longer belongs to nobody.
    fn forget_versions(&self, managers: &mut Managers) {
        managers.0.retain(|_, owned| {
            let version = owned.api_version.as_str();
            let is_known = |custom: &Custom| custom.types_in(version).is_some();
            version == self.api_version || self.custom.is_some_and(is_known)
        });
    }
}

/// Writes into an object that a part of the cluster makes or changes who owns its fields.
pub(crate) fn written_by(
    manager: &str,
    kind: &Kind,
    (live, new): (Option<&Value>, &mut Value),
    now: &str,
) {
    if let Some(tracking) = Tracking::of(kind, "") {
        let empty = tracking.empty();
        tracking.update(live.unwrap_or(&empty), new, manager, now);
    }
}

impl Managers {
    /// Takes from all, but for one, what changed or is gone.
    fn lose(&mut self, but: Option<&Manager>, comparison: &Comparison) {
        let changed = comparison.changed();
        for (manager, owned) in &mut self.0 {
            if Some(manager) != but {
                let kept = owned.fields.difference(&changed);
                owned.fields = kept.difference(&comparison.removed);
            }
        }
        self.0.retain(|_, owned| !owned.fields.is_empty());
    }
}

/// What is in nobody's set: what names the object, and what the server writes.
fn unowned() -> Set {
    let mut set = Set::default();
    for name in ["apiVersion", "kind", "metadata"] {
        set.insert(&[Element::field(name)]);
    }
    for name in [
        "name",
        "namespace",
        "creationTimestamp",
        "selfLink",
        "uid",
        "clusterName",
        "generation",
        "managedFields",
        "resourceVersion",
    ] {
        set.insert(&[Element::field("metadata"), Element::field(name)]);
    }
    set
}
