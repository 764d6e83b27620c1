//! What every object says about itself: name, namespace, uid, labels and the rest of `metadata`.

mod wire;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::resource::{metadata_by_fields, non_empty};
use crate::{Metadata, StringMap, Time};

/// The `metadata` of an object (`metav1.ObjectMeta`).
///
/// Strings that the server leaves out are empty or `None`; what is `None` or empty is not written.
/// It is small, for programs that hold many: texts and lists take the memory that they need, and what few objects
/// have stands apart, in [`rare`](Self::rare).
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ObjectMeta {
    /// The object's name; the server makes one when only `generate_name` is given.
    pub name: Option<Box<str>>,
    /// A prefix for a name that the server completes on create.
    pub generate_name: Option<Box<str>>,
    /// The namespace; `None` for objects of the whole cluster.
    pub namespace: Option<Box<str>>,
    /// Unique over the life of the cluster; set by the server.
    pub uid: Option<Box<str>>,
    /// An opaque version for optimistic concurrency and watches; set by the server.
    pub resource_version: Option<Box<str>>,
    /// Counts changes of the desired state; set by the server.
    pub generation: Option<i64>,
    /// When the server created the object.
    pub creation_timestamp: Option<Time>,
    /// Labels, to select by.
    pub labels: StringMap,
    /// Annotations, not to select by.
    pub annotations: StringMap,
    /// The objects this one belongs to.
    pub owner_references: Box<[OwnerReference]>,
    rare: Rare,
}

/// What stands in the `metadata` of few objects, or is read by few programs.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct RareMeta {
    /// When deletion was asked for; the object goes once its finalizers are gone.
    pub deletion_timestamp: Option<Time>,
    /// Seconds between the request to delete and the end, where deletion was asked for.
    pub deletion_grace_period_seconds: Option<i64>,
    /// Names that must be gone before the object goes.
    pub finalizers: Vec<Box<str>>,
    /// Who manages which field, as the server wrote it.
    /// Most objects have it and few programs read it: [`ManagedFields::Skip`](crate::decode::ManagedFields::Skip).
    pub managed_fields: Vec<Value>,
}

/// Nothing, until something rare is there.
#[derive(Clone, Default)]
struct Rare(Option<Box<RareMeta>>);

static NOTHING_RARE: RareMeta = RareMeta {
    deletion_timestamp: None,
    deletion_grace_period_seconds: None,
    finalizers: Vec::new(),
    managed_fields: Vec::new(),
};

impl ObjectMeta {
    /// Metadata with a name and nothing else.
    pub fn named(name: impl Into<Box<str>>) -> Self {
        Self {
            name: Some(name.into()),
            ..Self::default()
        }
    }

    /// What few objects have.
    pub fn rare(&self) -> &RareMeta {
        self.rare.0.as_deref().unwrap_or(&NOTHING_RARE)
    }

    /// What few objects have, to be changed.
    ///
    /// ```
    /// let mut metadata = k8s_api_core::ObjectMeta::default();
    /// metadata.rare_mut().finalizers.push("example.org/backup".into());
    /// assert_eq!(serde_json::to_string(&metadata)?, r#"{"finalizers":["example.org/backup"]}"#);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn rare_mut(&mut self) -> &mut RareMeta {
        self.rare.0.get_or_insert_default()
    }

    /// Whether deletion was asked for.
    pub fn is_deleting(&self) -> bool {
        self.rare().deletion_timestamp.is_some()
    }
}

metadata_by_fields!(ObjectMeta);

/// Nothing there is the same as nothing in it.
impl PartialEq for Rare {
    fn eq(&self, other: &Self) -> bool {
        let [this, other] = [self, other].map(|rare| rare.0.as_deref().unwrap_or(&NOTHING_RARE));
        this == other
    }
}

impl std::fmt::Debug for Rare {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.as_deref().unwrap_or(&NOTHING_RARE).fmt(f)
    }
}

/// The object that another one belongs to (`metav1.OwnerReference`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct OwnerReference {
    /// `group/version` of the owner.
    pub api_version: Box<str>,
    /// Kind of the owner.
    pub kind: Box<str>,
    /// Name of the owner, in the same namespace or in none.
    pub name: Box<str>,
    /// Uid of the owner.
    pub uid: Box<str>,
    /// Whether this owner is the one that controls the object.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub controller: Option<bool>,
    /// Whether the owner may not go before this object, when deleted in the foreground.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block_owner_deletion: Option<bool>,
}

/// The `metadata` of a list (`metav1.ListMeta`).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct ListMeta {
    /// The version of the collection that was read; a watch may start here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_version: Option<String>,
    /// Where the next page starts; `None` or empty on the last page.
    #[serde(default, rename = "continue", skip_serializing_if = "Option::is_none")]
    pub continue_token: Option<String>,
    /// How many objects follow this page, where the server counted them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining_item_count: Option<i64>,
}

/// A list has a version, and neither name nor namespace.
impl Metadata for ListMeta {
    fn name(&self) -> Option<&str> {
        None
    }

    fn namespace(&self) -> Option<&str> {
        None
    }

    fn resource_version(&self) -> Option<&str> {
        non_empty(self.resource_version.as_ref())
    }
}

/// As [`null_is_empty`], and no more memory is held than the items need: JSON does not say how many there will be.
pub(crate) fn exact<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    let mut items: Vec<T> = null_is_empty(deserializer)?;
    items.shrink_to_fit();
    Ok(items)
}

/// Go writes empty maps and slices as `null`; both read as empty.
pub(crate) fn null_is_empty<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Default + Deserialize<'de>,
{
    Option::<T>::deserialize(deserializer).map(Option::unwrap_or_default)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn holds_no_more_than_was_read() {
        let metadata: ObjectMeta =
            serde_json::from_str(r#"{"finalizers":["a"],"managedFields":[{}],"labels":null}"#)
                .unwrap();
        assert_eq!(metadata.rare().finalizers.capacity(), 1);
        assert_eq!(metadata.rare().managed_fields.capacity(), 1);
        let list: crate::List<u8> = serde_json::from_str(r#"{"items":[1,2,3]}"#).unwrap();
        assert_eq!(list.items.capacity(), 3);
    }

    #[test]
    fn every_field_travels() {
        let whole = json!({
            "name": "a", "generateName": "a-", "namespace": "n", "uid": "u", "resourceVersion": "7", "generation": 3,
            "creationTimestamp": "2026-11-22T03:04:05Z", "deletionTimestamp": "2026-11-22T03:04:06Z",
            "deletionGracePeriodSeconds": 30, "labels": {"k": "v"}, "annotations": {"k": "w"}, "finalizers": ["f"],
            "ownerReferences": [{"apiVersion": "v1", "kind": "K", "name": "o", "uid": "p", "controller": true}],
            "managedFields": [{"manager": "m"}],
        });
        let read: ObjectMeta = serde_json::from_value(whole.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), whole);
        assert!(read.is_deleting());
        let nulls = whole.as_object().unwrap().keys();
        let nulls: serde_json::Map<_, _> = nulls.map(|key| (key.clone(), Value::Null)).collect();
        let empty: ObjectMeta = serde_json::from_value(nulls.into()).unwrap();
        assert_eq!(empty, ObjectMeta::default());
        assert_eq!(serde_json::to_value(&empty).unwrap(), json!({}));
    }

    #[test]
    fn nothing_rare_takes_a_pointer() {
        let mut touched = ObjectMeta::named("a");
        touched.rare_mut();
        assert_eq!(touched, ObjectMeta::named("a"));
        assert!(
            size_of::<ObjectMeta>() <= 176,
            "{}",
            size_of::<ObjectMeta>()
        );
        let read: ObjectMeta = serde_json::from_str(r#"{"name":"a","labels":{"k":"v"}}"#).unwrap();
        assert!(read.rare.0.is_none());
    }
}
