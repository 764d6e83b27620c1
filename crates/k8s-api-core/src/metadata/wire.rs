//! Metadata as it travels: one flat object, whatever stands apart in memory.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;

use super::{ObjectMeta, OwnerReference, Rare, RareMeta, exact, null_is_empty};
use crate::{StringMap, Time};

/// What is read.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Read {
    name: Option<Box<str>>,
    generate_name: Option<Box<str>>,
    namespace: Option<Box<str>>,
    uid: Option<Box<str>>,
    resource_version: Option<Box<str>>,
    generation: Option<i64>,
    creation_timestamp: Option<Time>,
    deletion_timestamp: Option<Time>,
    deletion_grace_period_seconds: Option<i64>,
    #[serde(deserialize_with = "null_is_empty")]
    labels: StringMap,
    #[serde(deserialize_with = "null_is_empty")]
    annotations: StringMap,
    #[serde(deserialize_with = "null_is_empty")]
    owner_references: Box<[OwnerReference]>,
    #[serde(deserialize_with = "exact")]
    finalizers: Vec<Box<str>>,
    #[serde(deserialize_with = "exact")]
    managed_fields: Vec<Value>,
}

/// What is written, in the order of [`Read`].
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: &'a Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generate_name: &'a Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    namespace: &'a Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uid: &'a Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_version: &'a Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    generation: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    creation_timestamp: &'a Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deletion_timestamp: &'a Option<Time>,
    #[serde(skip_serializing_if = "Option::is_none")]
    deletion_grace_period_seconds: Option<i64>,
    #[serde(skip_serializing_if = "StringMap::is_empty")]
    labels: &'a StringMap,
    #[serde(skip_serializing_if = "StringMap::is_empty")]
    annotations: &'a StringMap,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    owner_references: &'a [OwnerReference],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    finalizers: &'a [Box<str>],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    managed_fields: &'a [Value],
}

impl<'de> Deserialize<'de> for ObjectMeta {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Read::deserialize(deserializer).map(Self::from)
    }
}

impl From<Read> for ObjectMeta {
    fn from(read: Read) -> Self {
        let rare = RareMeta {
            deletion_timestamp: read.deletion_timestamp,
            deletion_grace_period_seconds: read.deletion_grace_period_seconds,
            finalizers: read.finalizers,
            managed_fields: read.managed_fields,
        };
        Self {
            name: read.name,
            generate_name: read.generate_name,
            namespace: read.namespace,
            uid: read.uid,
            resource_version: read.resource_version,
            generation: read.generation,
            creation_timestamp: read.creation_timestamp,
            labels: read.labels,
            annotations: read.annotations,
            owner_references: read.owner_references,
            rare: Rare((rare != RareMeta::default()).then(|| Box::new(rare))),
        }
    }
}

impl Serialize for ObjectMeta {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rare = self.rare();
        let written = Written {
            name: &self.name,
            generate_name: &self.generate_name,
            namespace: &self.namespace,
            uid: &self.uid,
            resource_version: &self.resource_version,
            generation: self.generation,
            creation_timestamp: &self.creation_timestamp,
            deletion_timestamp: &rare.deletion_timestamp,
            deletion_grace_period_seconds: rare.deletion_grace_period_seconds,
            labels: &self.labels,
            annotations: &self.annotations,
            owner_references: &self.owner_references,
            finalizers: &rare.finalizers,
            managed_fields: &rare.managed_fields,
        };
        written.serialize(serializer)
    }
}
