//! What the server has: in one document or in many, kept for a while, with groups that are down.

use std::time::Duration;

use k8s_client::discovery::Discovery;

use super::*;

fn resource(plural: &str, kind: &str, short: &str) -> Value {
    json!({
        "resource": plural, "responseKind": {"kind": kind}, "scope": "Namespaced",
        "singularResource": kind.to_lowercase(), "verbs": ["get", "list"], "shortNames": [short],
        "subresources": [{"subresource": "status", "verbs": ["get"]}],
    })
}

fn document(group: &str, version: Value) -> Value {
    json!({
        "kind": "APIGroupDiscoveryList", "apiVersion": "apidiscovery.k8s.io/v2",
        "items": [{"metadata": {"name": group}, "versions": [version]}],
    })
}

/// Answers both documents of a new server.
async fn aggregated(handle: &mut Handle, apps: Vec<Value>) {
    let pods = json!({"version": "v1", "resources": [resource("pods", "Pod", "po")]});
    let api = expect(handle, "GET /api").await;
    let accept = api.request().headers()["accept"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(accept.contains("as=APIGroupDiscoveryList"), "{accept}");
    api.respond_json(StatusCode::OK, &document("", pods));
    let apps = json!({"version": "v1", "resources": apps, "freshness": "Stale"});
    expect(handle, "GET /apis")
        .await
        .respond_json(StatusCode::OK, &document("apps", apps));
}

#[tokio::test(start_paused = true)]
async fn one_account_does_until_it_is_old() {
    let (client, mut handle) = client();
    let discovery = Discovery::new(client).expires_after(Duration::from_secs(60));
    let server = aggregated(
        &mut handle,
        vec![resource("deployments", "Deployment", "deploy")],
    );
    let (found, ()) = tokio::join!(discovery.find("deploy"), server);
    let found = found.unwrap().unwrap();
    assert_eq!(
        (&*found.resource.group, &*found.resource.plural),
        ("apps", "deployments")
    );
    assert!(found.can("list") && !found.can("watch"));
    assert_eq!(found.subresources, ["status"]);
    // Known, by a clone as well.
    let copy = discovery.clone();
    assert_eq!(copy.find("po").await.unwrap().unwrap().resource.kind, "Pod");
    let all = discovery.resources().await.unwrap();
    assert_eq!(all.unavailable[0].group_version, "apps/v1");
    assert!(all.unavailable[0].error.is_none() && handle.is_idle());
    tokio::time::advance(Duration::from_secs(61)).await;
    let (found, ()) = tokio::join!(
        discovery.find("deploy"),
        aggregated(&mut handle, Vec::new())
    );
    // Not there any more; the account is new, so it is not asked for again.
    assert!(found.unwrap().is_none() && handle.is_idle());
}

#[tokio::test(start_paused = true)]
async fn a_name_that_is_not_known_is_looked_for_in_a_newer_account() {
    let (client, mut handle) = client();
    let discovery = Discovery::new(client);
    tokio::join!(discovery.resources(), aggregated(&mut handle, Vec::new()))
        .0
        .unwrap();
    assert!(discovery.find("deploy").await.unwrap().is_none());
    tokio::time::advance(Duration::from_secs(11)).await;
    let server = aggregated(
        &mut handle,
        vec![resource("deployments", "Deployment", "deploy")],
    );
    let (found, ()) = tokio::join!(discovery.find("deploy"), server);
    assert!(found.unwrap().is_some());
}

#[tokio::test]
async fn an_older_server_is_asked_version_by_version() {
    let (client, mut handle) = client();
    let discovery = Discovery::new(client);
    let server = async {
        let api = json!({"kind": "APIVersions", "versions": ["v1"]});
        expect(&mut handle, "GET /api")
            .await
            .respond_json(StatusCode::OK, &api);
        let v1 = json!({"kind": "APIResourceList", "groupVersion": "v1", "resources": [
            {"name": "pods", "singularName": "", "namespaced": true, "kind": "Pod", "verbs": ["get"], "shortNames": ["po"]},
            {"name": "pods/log", "singularName": "", "namespaced": true, "kind": "Pod", "verbs": ["get"]}]});
        expect(&mut handle, "GET /api/v1")
            .await
            .respond_json(StatusCode::OK, &v1);
        let version =
            |version: &str| json!({"groupVersion": format!("x.io/{version}"), "version": version});
        let group = json!({"name": "x.io", "versions": [version("v2"), version("v1")], "preferredVersion": version("v1")});
        let down = json!({"name": "down.io", "versions": [{"groupVersion": "down.io/v1", "version": "v1"}]});
        let apis = json!({"kind": "APIGroupList", "groups": [group, down]});
        expect(&mut handle, "GET /apis")
            .await
            .respond_json(StatusCode::OK, &apis);
        for (path, scope) in [("v1", true), ("v2", false)] {
            let list = json!({"kind": "APIResourceList", "groupVersion": format!("x.io/{path}"), "resources": [
                {"name": "things", "singularName": "thing", "namespaced": scope, "kind": "Thing", "verbs": ["get"]}]});
            let request = expect(&mut handle, &format!("GET /apis/x.io/{path}")).await;
            request.respond_json(StatusCode::OK, &list);
        }
        refuse(
            expect(&mut handle, "GET /apis/down.io/v1").await,
            503,
            "ServiceUnavailable",
        );
    };
    let (all, ()) = tokio::join!(discovery.resources(), server);
    let all = all.unwrap();
    let pods = all.find("po").unwrap();
    assert_eq!(
        (pods.singular.as_str(), &pods.subresources[..]),
        ("pod", &["log".to_owned()][..])
    );
    assert_eq!(all.find("thing").unwrap().resource.version, "v1");
    assert_eq!(
        all.find("things.v2.x.io").unwrap().resource.scope,
        Scope::Cluster
    );
    let down = &all.unavailable[0];
    assert_eq!(down.group_version, "down.io/v1");
    assert!(down.error.as_ref().unwrap().is_retryable());
    let groups: Vec<_> = all.groups.iter().map(|group| group.name.as_str()).collect();
    assert_eq!(groups, ["", "x.io", "down.io"]);
    assert!(all.group("x.io").is_some());
    assert!(
        all.of_kind(&k8s_client::GroupVersionKind::new("x.io", "v2", "Thing"))
            .is_some()
    );
}
