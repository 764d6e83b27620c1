//! The kinds of objects that the server knows: what a real kube-apiserver told of them, kept in one table.
//!
//! Those of custom resources come and go with their definitions: [`Kinds`] is what one server has of both.
//!
//! The table is written by `cargo xtask schema`: nothing about a kind is written by hand. Which of its kinds are served
//! is decided here, for a kind of which half is missing is better not there.

mod served;
mod table;

use std::sync::{Arc, LazyLock};

use serde_json::Value;

pub(crate) use self::served::Kinds;
pub(crate) use self::table::line;
use super::custom::Custom;
use super::decode::Wanted;
use super::media::Offer;
use super::stored::Stored;
use super::types::{self, Node, Types};

/// One kind of object, as discovery and the probes describe it.
#[derive(Debug)]
pub(crate) struct Kind {
    pub(crate) group: String,
    pub(crate) version: String,
    pub(crate) resource: String,
    pub(crate) singular: String,
    pub(crate) kind: String,
    pub(crate) list_kind: String,
    pub(crate) namespaced: bool,
    pub(crate) verbs: Vec<String>,
    pub(crate) short_names: Vec<String>,
    pub(crate) categories: Vec<String>,
    /// What clients compare to see that a kind is stored in another way.
    pub(crate) storage_hash: Option<String>,
    pub(crate) subresources: Vec<Subresource>,
    /// Fields that selectors may name, besides `metadata.name`, and what they hold.
    pub(crate) selectable: Vec<(String, String)>,
    pub(crate) naming: Naming,
    /// Whether a delete answers with the object rather than with a `Status`.
    pub(crate) deletes_to_object: bool,
    /// Whether a replacement of what is not there creates it.
    pub(crate) creates_on_update: bool,
    /// Whether a replacement may leave out the version that it has seen.
    pub(crate) unconditional: bool,
    /// Whether changes of what is wanted are counted in `metadata.generation`.
    pub(crate) counts_generations: bool,
    /// What the server fills in: `{"=": VALUE}` at what is missing, `{"*": …}` for each item of a list; `{"~": VALUE}`
    /// comes about later, and is nobody's.
    pub(crate) defaults: Value,
    /// The status of a new object.
    pub(crate) first_status: Option<Value>,
    /// What an object that says nothing lacks.
    pub(crate) required: Vec<Lack>,
    /// An object that says nothing.
    pub(crate) zero: Value,
    /// Its type in [`types`](super::types), by the name that OpenAPI has for it.
    pub(crate) type_name: String,
    /// By part (`""`: the object itself): paths that nobody owns through it, for the server resets them.
    pub(crate) resets: Vec<(String, Vec<String>)>,
    /// Where its objects are kept: `pods`, `deployments.apps`.
    pub(crate) storage: Arc<str>,
    /// What its definition says of it; `None`: it is built in.
    pub(crate) custom: Option<Custom>,
}

/// What an object of this kind may be called.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Naming {
    Address,
    Label,
    Label1035,
    Segment,
    Subdomain,
}

/// A resource below an object, as `serviceaccounts/token`.
#[derive(Debug)]
pub(crate) struct Subresource {
    pub(crate) name: String,
    pub(crate) kind: String,
    /// Group and version of the kind, where they are not the parent's.
    pub(crate) group_version: Option<(String, String)>,
    pub(crate) verbs: Vec<String>,
}

/// A cause of the refusal of an empty object.
#[derive(Debug)]
pub(crate) struct Lack {
    pub(crate) reason: String,
    pub(crate) says: String,
    pub(crate) field: String,
}

/// Groups whose objects only mean something to a server that acts on them, which this one does not yet.
const NOT_YET: [&str; 1] = ["apiregistration.k8s.io"];
/// Questions that are answered.
const REVIEWS: [&str; 6] = [
    "localsubjectaccessreviews",
    "selfsubjectaccessreviews",
    "selfsubjectreviews",
    "selfsubjectrulesreviews",
    "subjectaccessreviews",
    "tokenreviews",
];
/// Subresources that are there.
const SUBRESOURCES: [&str; 4] = ["eviction", "scale", "status", "token"];

/// Constant for the life of the process: what stands in the file.
static SERVED: LazyLock<Vec<Arc<Kind>>> = LazyLock::new(|| {
    let kinds = table::kinds().into_iter();
    kinds
        .filter(|kind| kind.is_served())
        .map(Arc::new)
        .collect()
});

impl Kind {
    /// Group and version as in `apiVersion`.
    pub(crate) fn api_version(&self) -> String {
        group_version(&self.group, &self.version)
    }

    /// Whether it needs no definition.
    pub(crate) fn is_built_in(&self) -> bool {
        self.custom.is_none()
    }

    /// What its objects can be asked for as.
    pub(crate) fn offer(&self) -> Offer {
        if self.is_built_in() {
            Offer::BUILT_IN
        } else {
            Offer::CUSTOM
        }
    }

    /// What an object of this kind should be.
    pub(crate) fn wanted<'a>(&'a self, api_version: &'a str) -> Wanted<'a> {
        Wanted {
            kind: &self.kind,
            api_version,
            type_name: &self.type_name,
            custom: self.custom.as_ref(),
        }
    }

    /// The type of its objects, as applies go by it; `None`: it has none.
    pub(crate) fn typed(&self) -> Option<(&Types, Node)> {
        match &self.custom {
            Some(custom) => {
                let (types, node) = custom.types();
                Some((types, node.clone()))
            }
            None => {
                let types = types::built_in();
                Some((types, types.named(&self.type_name)?))
            }
        }
    }

    /// A stored object as this kind has it: in its version, with what its definition fills in.
    pub(crate) fn seen(&self, stored: &Arc<Stored>) -> Arc<Stored> {
        match &self.custom {
            Some(custom) => custom.seen(stored),
            None => Arc::clone(stored),
        }
    }

    /// Whether its objects are kept; the rest are questions.
    pub(crate) fn is_stored(&self) -> bool {
        self.serves("list")
    }

    pub(crate) fn serves(&self, verb: &str) -> bool {
        self.verbs.iter().any(|served| served == verb)
    }

    /// Whether `status` is written apart.
    pub(crate) fn has_status(&self) -> bool {
        self.subresources.iter().any(|sub| sub.name == "status")
    }

    /// The resource, of the core group; empty in others. For rules that are about one kind only.
    pub(crate) fn core(&self) -> &str {
        if self.group.is_empty() {
            &self.resource
        } else {
            ""
        }
    }

    fn is_served(&self) -> bool {
        let whole = self.is_stored() && self.serves("create");
        (whole || REVIEWS.contains(&&*self.resource)) && !NOT_YET.contains(&&*self.group)
    }
}

/// Every built-in kind, the core group first, in discovery's order.
pub(crate) fn all() -> &'static [Arc<Kind>] {
    &SERVED
}

/// `v1`, or `apps/v1`.
pub(crate) fn group_version(group: &str, version: &str) -> String {
    if group.is_empty() {
        version.to_owned()
    } else {
        format!("{group}/{version}")
    }
}

/// The built-in kind behind a URL's group, version and resource.
pub(crate) fn find(group: &str, version: &str, resource: &str) -> Option<&'static Arc<Kind>> {
    all()
        .iter()
        .find(|kind| kind.resource == resource && kind.group == group && kind.version == version)
}

/// A kind of the core group that the server itself creates or reads.
pub(crate) fn core(resource: &str) -> &'static Arc<Kind> {
    find("", "v1", resource).expect("the server's own kinds stand in the table")
}

/// Whether any built-in kind has this group and version.
pub(crate) fn has_group_version(group: &str, version: &str) -> bool {
    all()
        .iter()
        .any(|kind| kind.group == group && kind.version == version)
}

/// Whether any built-in kind has this group, in whatever version.
pub(crate) fn has_group(group: &str) -> bool {
    all().iter().any(|kind| kind.group == group)
}

/// The built-in kind that is kept at a place of the store.
pub(crate) fn built_in_at(storage: &str) -> Option<&'static Arc<Kind>> {
    all().iter().find(|kind| &*kind.storage == storage)
}
