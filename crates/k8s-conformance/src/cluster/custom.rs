//! Custom resources under test: a definition with a group of its own, and where its objects are.

use serde_json::{Value, json};

use super::{Answer, Ask, Cluster, eventually};

/// Where definitions are.
pub(crate) const DEFINITIONS: &str = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/// A definition of the kind `Widget`, in a group that no other case has.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    /// `w17.example.org`.
    pub(crate) group: String,
    pub(crate) object: Value,
}

impl Definition {
    /// Of one version, `v1`, in namespaces.
    pub(crate) fn new(cluster: &Cluster, schema: Value) -> Self {
        let stem = cluster.name("w").replace('-', "");
        let group = format!("{stem}.example.org");
        let object = json!({
            "apiVersion": "apiextensions.k8s.io/v1",
            "kind": "CustomResourceDefinition",
            "metadata": {"name": format!("widgets.{group}")},
            "spec": {
                "group": group,
                "scope": "Namespaced",
                "names": {"plural": "widgets", "kind": "Widget"},
                "versions": [
                    {"name": "v1", "served": true, "storage": true, "schema": {"openAPIV3Schema": schema}},
                ],
            },
        });
        Self { group, object }
    }

    /// Of whatever there is.
    pub(crate) fn of_anything(cluster: &Cluster) -> Self {
        Self::new(
            cluster,
            json!({"type": "object", "x-kubernetes-preserve-unknown-fields": true}),
        )
    }

    /// The same with `spec` of this schema.
    pub(crate) fn of_spec(cluster: &Cluster, spec: Value) -> Self {
        Self::new(
            cluster,
            json!({"type": "object", "properties": {"spec": spec}}),
        )
    }

    /// Sets a field of the definition's `spec`.
    pub(crate) fn with(mut self, pointer: &str, value: Value) -> Self {
        let (above, name) = pointer.rsplit_once('/').unwrap();
        self.object["spec"].pointer_mut(above).unwrap()[name] = value;
        self
    }

    pub(crate) fn name(&self) -> String {
        format!("widgets.{}", self.group)
    }

    pub(crate) fn path(&self) -> String {
        format!("{DEFINITIONS}/{}", self.name())
    }

    /// What the server says to it, without keeping it.
    pub(crate) async fn tried(&self, cluster: &Cluster) -> Answer {
        let ask = Ask::post(format!("{DEFINITIONS}?dryRun=All"), &self.object);
        ask.of(&cluster.admin()).await
    }

    /// Creates it, and waits until it is established.
    pub(crate) async fn create(&self, cluster: &Cluster) -> Value {
        let ask = Ask::post(DEFINITIONS, &self.object);
        ask.of(&cluster.admin()).await.ok();
        self.established(cluster).await
    }

    /// Waits until it is established.
    pub(crate) async fn established(&self, cluster: &Cluster) -> Value {
        let admin = cluster.admin();
        eventually("an established definition", async || {
            let found = Ask::get(self.path()).of(&admin).await.body;
            is(&found, "Established").then_some(found)
        })
        .await
    }

    /// Creates it, and a namespace; waits until its objects are served there.
    pub(crate) async fn serve(&self, cluster: &Cluster) -> Place {
        self.create(cluster).await;
        self.served(cluster).await
    }

    /// The same of one that was created before.
    pub(crate) async fn served(&self, cluster: &Cluster) -> Place {
        let place = Place {
            group: self.group.clone(),
            namespace: cluster.namespace().await,
        };
        let admin = cluster.admin();
        eventually("the kind", async || {
            let answer = Ask::get(place.all()).of(&admin).await;
            (answer.code == 200).then_some(())
        })
        .await;
        place
    }

    /// Deletes it; what is left goes by itself.
    pub(crate) async fn delete(&self, cluster: &Cluster) {
        Ask::delete(self.path()).of(&cluster.admin()).await.ok();
    }
}

/// Whether a condition is true.
pub(crate) fn is(object: &Value, condition: &str) -> bool {
    let conditions = object["status"]["conditions"].as_array();
    let mut conditions = conditions.into_iter().flatten();
    conditions.any(|entry| entry["type"] == condition && entry["status"] == "True")
}

/// Where widgets of a group are.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) group: String,
    pub(crate) namespace: String,
}

impl Place {
    /// The collection, in `v1`.
    pub(crate) fn all(&self) -> String {
        self.all_in("v1")
    }

    pub(crate) fn all_in(&self, version: &str) -> String {
        let Self { group, namespace } = self;
        format!("/apis/{group}/{version}/namespaces/{namespace}/widgets")
    }

    pub(crate) fn one(&self, name: &str) -> String {
        format!("{}/{name}", self.all())
    }

    /// A widget, in `v1`.
    pub(crate) fn widget(&self, name: &str, spec: Value) -> Value {
        self.widget_in("v1", name, spec)
    }

    pub(crate) fn widget_in(&self, version: &str, name: &str, spec: Value) -> Value {
        let api_version = format!("{}/{version}", self.group);
        json!({"apiVersion": api_version, "kind": "Widget", "metadata": {"name": name}, "spec": spec})
    }

    /// Creates a widget of this spec.
    pub(crate) async fn create(&self, cluster: &Cluster, name: &str, spec: Value) -> Answer {
        let ask = Ask::post(self.all(), &self.widget(name, spec));
        ask.of(&cluster.admin()).await
    }

    /// Changes a widget by a merge patch.
    pub(crate) async fn merge(&self, cluster: &Cluster, name: &str, change: Value) -> Answer {
        let ask = Ask::patch(self.one(name), "merge", &change);
        ask.of(&cluster.admin()).await
    }
}

impl Answer {
    /// The warnings beside an answer, without their code.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let warnings = self.headers.get_all("warning").iter();
        warnings
            .map(|value| {
                let text = value.to_str().unwrap();
                let text = text.strip_prefix("299 - \"").unwrap();
                text.strip_suffix('"').unwrap().replace("\\\"", "\"")
            })
            .collect()
    }

    /// Field and message of each cause, sorted: the server walks maps in no order.
    pub(crate) fn faults(&self) -> Vec<String> {
        let causes = self.causes().into_iter();
        let mut faults: Vec<String> = causes
            .map(|(_, says, field)| format!("{field}: {says}"))
            .collect();
        faults.sort_unstable();
        faults
    }
}
