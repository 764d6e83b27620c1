//! The smallest role that the recorder writes: with it the same run passes, without any one of its rules it fails.

use k8s_api_core::{ApiResource, DynamicObject, Resource as _, Scope};
use k8s_client::recorder::{self, Record, RecorderLayer, Role};
use k8s_client::watch::{Update, WatcherParams};
use k8s_client::{
    Api, Client, ClientOptions, CreateParams, DeleteParams, Error, ListParams, Patch, PatchParams,
    ReplaceParams, crypto, service_account, stack,
};
use serde_json::json;
use tower::Layer as _;

use crate::Cluster;
use crate::cluster::{
    accounts, deployment, deployments, eventually, map, maps, pods, secret, secrets,
};

/// What a program does in a day: several verbs, parts, objects by name, the whole cluster, a path.
async fn program(client: &Client, namespace: &str) -> Result<(), Error> {
    let of = |resource: ApiResource| {
        Api::<DynamicObject>::namespaced_of(client.clone(), resource, namespace)
    };
    let (maps, deployments) = (of(maps()), of(deployments()));
    maps.create(&map("state"), &CreateParams::default()).await?;
    let mut state = maps.get("state").await?;
    state.data["data"]["colour"] = "blue".into();
    maps.replace("state", &state, &ReplaceParams::default())
        .await?;
    let manager = PatchParams::default().field_manager("program");
    maps.apply("wanted", &map("wanted"), &manager).await?;
    watched(&maps).await?;
    maps.delete("state", &DeleteParams::default()).await?;
    let one = ListParams::default().fields("metadata.name=wanted");
    maps.delete_collection(&one, &DeleteParams::default())
        .await?;
    deployments
        .create(&deployment("d"), &CreateParams::default())
        .await?;
    deployments.set_replicas("d", 0).await?;
    let label = Patch::merge(&json!({"metadata": {"labels": {"a": "b"}}}))?;
    deployments
        .patch("d", &label, &PatchParams::default())
        .await?;
    deployments.delete("d", &DeleteParams::default()).await?;
    of(secrets()).get("credentials").await?;
    of(accounts())
        .create_token("default", Default::default())
        .await?;
    Api::<DynamicObject>::all_of(client.clone(), nodes())
        .list(&ListParams::default())
        .await?;
    Api::<DynamicObject>::all_of(client.clone(), pods())
        .list(&ListParams::default())
        .await?;
    of(pods()).list(&ListParams::default()).await?;
    client
        .request_bytes(k8s_client::request::raw("/metrics")?)
        .await?;
    client
        .request_bytes(k8s_client::request::raw("/version")?)
        .await?;
    Ok(())
}

fn nodes() -> ApiResource {
    ApiResource::new("", "v1", "Node", "nodes", Scope::Cluster)
}

/// Watches until the list is there.
async fn watched(maps: &Api<DynamicObject>) -> Result<(), Error> {
    let mut watcher = maps.watcher(&WatcherParams::default().without_streaming());
    while let Some(update) = watcher.next().await {
        if let Update::Synced = update? {
            break;
        }
    }
    // The watch itself is asked for behind the list.
    let after = k8s_client::WatchParams::default().timeout_seconds(1);
    drop(maps.watch(&after).await?);
    Ok(())
}

/// What a run that failed left behind.
async fn clean(admin: &Client, namespace: &str) {
    for (resource, name) in [(maps(), "state"), (maps(), "wanted"), (deployments(), "d")] {
        let api = Api::<DynamicObject>::namespaced_of(admin.clone(), resource, namespace);
        api.delete_opt(name, &DeleteParams::default())
            .await
            .unwrap();
    }
}

/// Runs it as the account until that ends as expected: the server learns of roles a moment later.
async fn runs(cluster: &Cluster, account: &Client, namespace: &str, passes: bool, what: &str) {
    let admin = cluster.admin();
    eventually(what, async || {
        clean(&admin, namespace).await;
        let ran = program(account, namespace).await;
        if let Err(error) = &ran {
            assert!(error.is_forbidden(), "{error:?}");
        }
        (ran.is_ok() == passes).then_some(())
    })
    .await;
}

async fn recorded(cluster: &Cluster, namespace: &str) -> Record {
    let record = Record::new();
    let stack = stack::assemble(
        &cluster.admin_config(),
        &crypto::ring(),
        &ClientOptions::new(),
    )
    .unwrap();
    let client = Client::new(RecorderLayer::new(record.clone()).layer(stack));
    program(&client, namespace).await.unwrap();
    record
}

/// Gives a role to the account, or to nobody but with these rules in place of its own.
async fn grant(admin: &Client, role: &Role) {
    let api = match &role.namespace {
        Some(namespace) => Api::namespaced_of(admin.clone(), role.resource(), namespace),
        None => Api::<DynamicObject>::all_of(admin.clone(), role.resource()),
    };
    let params = PatchParams::default().field_manager("case").force();
    api.apply(&role.name, &role.to_object(), &params)
        .await
        .unwrap();
}

async fn bind(admin: &Client, role: &Role, namespace: &str) {
    let api = match &role.namespace {
        Some(namespace) => Api::namespaced_of(admin.clone(), role.binding_resource(), namespace),
        None => Api::<DynamicObject>::all_of(admin.clone(), role.binding_resource()),
    };
    let binding = role.binding(namespace, "default");
    api.create(&binding, &CreateParams::default())
        .await
        .unwrap();
}

pub(super) async fn the_role_lets_the_same_run_pass_and_no_rule_is_too_many(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let admin = cluster.admin();
    let api = Api::<DynamicObject>::namespaced_of(admin.clone(), secrets(), &namespace);
    api.create(&secret("credentials"), &CreateParams::default())
        .await
        .unwrap();
    let roles = recorded(cluster, &namespace)
        .await
        .roles(&cluster.name("recorded"));
    let yaml = recorder::yaml(&roles);
    assert!(!yaml.contains('*'), "{yaml}");
    assert_eq!(roles.len(), 2, "{yaml}");

    let token = service_account::token_secret(&admin, &namespace, "default", "token");
    let config = token.await.unwrap().into_config(cluster.admin_config());
    let account = Client::try_from(config).unwrap();
    runs(
        cluster,
        &account,
        &namespace,
        false,
        "a run without any role to fail",
    )
    .await;
    for role in &roles {
        grant(&admin, role).await;
        bind(&admin, role, &namespace).await;
    }
    runs(
        cluster,
        &account,
        &namespace,
        true,
        "a run with the roles to pass",
    )
    .await;
    let mut tried = 0;
    for role in &roles {
        for rule in 0..role.rules.len() {
            let mut without = role.clone();
            without.rules.remove(rule);
            grant(&admin, &without).await;
            let what = format!("a run without rule {rule} of {:?} to fail", role.rules);
            runs(cluster, &account, &namespace, false, &what).await;
            tried += 1;
        }
        grant(&admin, role).await;
        runs(
            cluster,
            &account,
            &namespace,
            true,
            "a run with all rules again to pass",
        )
        .await;
    }
    assert!(tried >= 8, "{yaml}");
}

pub(super) async fn its_yaml_is_what_kubectl_applies(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let admin = cluster.admin();
    let api = Api::<DynamicObject>::namespaced_of(admin.clone(), secrets(), &namespace);
    api.create(&secret("credentials"), &CreateParams::default())
        .await
        .unwrap();
    let name = cluster.name("recorded");
    let roles = recorded(cluster, &namespace).await.roles(&name);
    cluster
        .kubectl(&["apply", "-f", "-"], &recorder::yaml(&roles))
        .await;
    for role in &roles {
        let api = match &role.namespace {
            Some(namespace) => Api::namespaced_of(admin.clone(), role.resource(), namespace),
            None => Api::<DynamicObject>::all_of(admin.clone(), role.resource()),
        };
        let stored = api.get(&name).await.unwrap();
        assert_eq!(stored.data["rules"], role.to_object().data["rules"]);
        assert_eq!(stored.name(), Some(name.as_str()));
    }
}
