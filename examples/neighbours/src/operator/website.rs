//! The operator's kind.

use std::collections::BTreeMap;

use k8s_openapi::api::apps::v1::{Deployment, DeploymentSpec};
use k8s_openapi::api::core::v1::{Container, PodSpec, PodTemplateSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use kube::api::ObjectMeta;
use kube::{CustomResource, Resource as _, ResourceExt as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What a website wants: so many pods of an image.
#[derive(Clone, CustomResource, Debug, Deserialize, JsonSchema, Serialize)]
#[kube(
    group = "neighbours.example.org",
    version = "v1",
    kind = "Website",
    namespaced,
    status = "WebsiteStatus"
)]
pub(super) struct WebsiteSpec {
    pub(super) image: String,
    pub(super) replicas: i32,
}

/// What is.
#[derive(Clone, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize)]
pub(super) struct WebsiteStatus {
    /// The generation that the rest is about.
    pub(super) observed: i64,
    pub(super) ready: i32,
}

impl Website {
    /// The Deployment that a website wants.
    pub(super) fn deployment(&self) -> Deployment {
        let labels = BTreeMap::from([("website".to_owned(), self.name_any())]);
        let container = Container {
            name: "site".to_owned(),
            image: Some(self.spec.image.clone()),
            ..Container::default()
        };
        Deployment {
            metadata: ObjectMeta {
                name: Some(self.name_any()),
                owner_references: self.controller_owner_ref(&()).map(|owner| vec![owner]),
                ..ObjectMeta::default()
            },
            spec: Some(DeploymentSpec {
                replicas: Some(self.spec.replicas),
                selector: LabelSelector {
                    match_labels: Some(labels.clone()),
                    ..LabelSelector::default()
                },
                template: PodTemplateSpec {
                    metadata: Some(ObjectMeta {
                        labels: Some(labels),
                        ..ObjectMeta::default()
                    }),
                    spec: Some(PodSpec {
                        containers: vec![container],
                        ..PodSpec::default()
                    }),
                },
                ..DeploymentSpec::default()
            }),
            ..Deployment::default()
        }
    }
}
