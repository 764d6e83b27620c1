//! What the client finds out about the server.

use std::collections::BTreeSet;

use http::header::{ACCEPT, HeaderValue};
use http::{Request, Response};
use k8s_api_core::{ApiResource, DynamicObject, ObjectMeta, Resource as _, Scope, TypeMeta};
use k8s_client::discovery::{Discovery, Resources};
use k8s_client::{Api, Body, Client, ClientOptions, CreateParams, DeleteParams, crypto, stack};
use serde_json::json;
use tower::ServiceExt as _;

use crate::Cluster;
use crate::cluster::eventually;

pub(super) async fn kinds_are_found_by_what_people_call_them(cluster: &Cluster) {
    let discovery = Discovery::new(cluster.admin());
    for name in ["pods", "pod", "po", "Pod", "pods.v1"] {
        let found = discovery.find(name).await.unwrap().unwrap();
        assert_eq!(found.resource.kind, "Pod", "{name}");
        assert_eq!(found.resource.scope, Scope::Namespaced);
        assert!(found.can("list") && found.can("watch"));
    }
    let lease = discovery
        .find("leases.coordination.k8s.io")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(lease.resource.kind, "Lease");
    assert!(discovery.find("nothing").await.unwrap().is_none());
}

pub(super) async fn parts_are_told(cluster: &Cluster) {
    let discovery = Discovery::new(cluster.admin());
    let accounts = discovery.find("sa").await.unwrap().unwrap();
    assert!(
        accounts.subresources.contains(&"token".to_owned()),
        "{accounts:?}"
    );
}

pub(super) async fn what_was_found_can_be_asked_for(cluster: &Cluster) {
    let discovery = Discovery::new(cluster.admin());
    let namespaces = discovery.find("ns").await.unwrap().unwrap().resource;
    let api = Api::<DynamicObject>::all_of(cluster.admin(), namespaces);
    assert_eq!(api.get("default").await.unwrap().name(), Some("default"));
}

/// The server as one that is too old for aggregated documents.
fn old(cluster: &Cluster) -> Client {
    let stack = stack::assemble(
        &cluster.admin_config(),
        &crypto::ring(),
        &ClientOptions::new(),
    )
    .unwrap();
    let plain = stack
        .map_request(|mut request: Request<Body>| {
            let json = HeaderValue::from_static("application/json");
            request.headers_mut().insert(ACCEPT, json);
            request
        })
        .map_response(|response: Response<_>| response.map(Body::stream));
    Client::new(plain)
}

fn facts(resources: &Resources) -> BTreeSet<String> {
    let fact = |info: &k8s_client::discovery::ResourceInfo| {
        let mut info = info.clone();
        info.subresources.sort();
        info.verbs.sort();
        format!("{info:?}")
    };
    resources.iter().map(fact).collect()
}

pub(super) async fn an_older_server_tells_the_same(cluster: &Cluster) {
    let new = Discovery::new(cluster.admin()).resources().await.unwrap();
    let old = Discovery::new(old(cluster)).resources().await.unwrap();
    assert!(new.unavailable.is_empty() && old.unavailable.is_empty());
    // Another case may define a kind meanwhile.
    let built_in = |facts: BTreeSet<String>| -> BTreeSet<_> {
        facts
            .into_iter()
            .filter(|fact| !fact.contains("example.org"))
            .collect()
    };
    assert_eq!(built_in(facts(&new)), built_in(facts(&old)));
}

pub(super) async fn a_kind_that_was_defined_a_moment_ago_is_found(cluster: &Cluster) {
    let definitions = ApiResource::new(
        "apiextensions.k8s.io",
        "v1",
        "CustomResourceDefinition",
        "customresourcedefinitions",
        Scope::Cluster,
    );
    let api = Api::<DynamicObject>::all_of(cluster.admin(), definitions);
    let stem = cluster.name("thing").replace('-', "");
    let (group, plural) = (format!("{stem}.example.org"), format!("{stem}s"));
    let schema = json!({"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}});
    let spec = json!({
        "group": group, "scope": "Namespaced",
        "names": {"plural": plural, "singular": stem, "kind": "Thing", "shortNames": ["th"]},
        "versions": [{"name": "v1", "served": true, "storage": true, "schema": schema}],
    });
    let types = TypeMeta::new("apiextensions.k8s.io/v1", "CustomResourceDefinition");
    let name = format!("{plural}.{group}");
    let object = DynamicObject::new(types, ObjectMeta::named(name.as_str())).field("spec", spec);
    api.create(&object, &CreateParams::default()).await.unwrap();
    api.wait_condition(&name, "Established", "True")
        .await
        .unwrap();
    let found = eventually("the kind in discovery", async || {
        Discovery::new(cluster.admin())
            .find(&format!("th.{group}"))
            .await
            .unwrap()
    })
    .await;
    assert_eq!(found.resource.plural, plural);
    api.delete(&name, &DeleteParams::default()).await.unwrap();
    api.wait_deleted(&name, None).await.unwrap();
}
