//! An operator on kube's runtime, unmodified, over the in-memory server: its kind comes about by a
//! CustomResourceDefinition, and it keeps a Deployment for each object of it.
//!
//! ```text
//! definition ▸ established ▸ Website made, changed, deleted ▸ Controller ▸ Deployment applied, status patched, farewell
//! ```

mod website;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::StreamExt as _;
use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::apiextensions_apiserver::pkg::apis::apiextensions::v1::CustomResourceDefinition;
use k8s_testing::ApiServer;
use kube::api::{DeleteParams, ListParams, Patch, PatchParams, PostParams};
use kube::runtime::controller::{Action, Controller};
use kube::runtime::finalizer::{Event, finalizer};
use kube::runtime::wait::{await_condition, conditions};
use kube::runtime::watcher;
use kube::{Api, Client, CustomResourceExt as _, ResourceExt as _};
use serde_json::json;

use self::website::{Website, WebsiteSpec, WebsiteStatus};
use crate::{Failure, reflector};

const SITES: usize = 5;
const FINALIZER: &str = "neighbours.example.org/farewell";
const MANAGER: &str = "website-operator";

/// What the operator works with.
struct Context {
    client: Client,
    farewells: AtomicUsize,
}

/// Defines the kind and lets the operator run while its objects are made, changed and deleted; how many there were.
pub(crate) async fn run() -> Result<usize, Failure> {
    let client = reflector::client(ApiServer::new())?;
    define(&client).await?;
    let context = Arc::new(Context {
        client: client.clone(),
        farewells: AtomicUsize::new(0),
    });
    let used = use_it(&client, &context.farewells);
    let operates = operate(Arc::clone(&context));
    tokio::select! {
        used = used => used?,
        () = operates => return Err("the operator ended by itself".into()),
    }
    Ok(context.farewells.load(Ordering::Relaxed))
}

/// Creates the kind, and waits until it is there.
async fn define(client: &Client) -> Result<(), Failure> {
    let definitions: Api<CustomResourceDefinition> = Api::all(client.clone());
    let made = definitions
        .create(&PostParams::default(), &Website::crd())
        .await?;
    let is_there = conditions::is_crd_established();
    await_condition(definitions, &made.name_any(), is_there).await?;
    Ok(())
}

// === the operator ===

async fn operate(context: Arc<Context>) {
    let client = context.client.clone();
    let websites: Api<Website> = Api::all(client.clone());
    Controller::new(websites, watcher::Config::default())
        .owns(Api::<Deployment>::all(client), watcher::Config::default())
        .run(
            reconcile,
            |_, _, _| Action::requeue(Duration::from_millis(50)),
            context,
        )
        .for_each(|outcome| async move {
            if let Err(error) = outcome {
                eprintln!("operator: {error}");
            }
        })
        .await;
}

async fn reconcile(
    site: Arc<Website>,
    context: Arc<Context>,
) -> Result<Action, kube::runtime::finalizer::Error<kube::Error>> {
    let namespace = site.namespace().unwrap_or_default();
    let websites: Api<Website> = Api::namespaced(context.client.clone(), &namespace);
    finalizer(&websites, FINALIZER, site, async |event| match event {
        Event::Apply(site) => keep(&site, &context).await,
        Event::Cleanup(_) => {
            context.farewells.fetch_add(1, Ordering::Relaxed);
            Ok(Action::await_change())
        }
    })
    .await
}

/// Applies the Deployment that a website wants, and tells how many of its pods are ready.
async fn keep(site: &Website, context: &Context) -> Result<Action, kube::Error> {
    let (name, namespace) = (site.name_any(), site.namespace().unwrap_or_default());
    let deployments: Api<Deployment> = Api::namespaced(context.client.clone(), &namespace);
    let wanted = Patch::Apply(site.deployment());
    let params = PatchParams::apply(MANAGER).force();
    let found = deployments.patch(&name, &params, &wanted).await?;
    let ready = found.status.and_then(|status| status.ready_replicas);
    let status = WebsiteStatus {
        observed: site.metadata.generation.unwrap_or_default(),
        ready: ready.unwrap_or_default(),
    };
    if site.status.as_ref() != Some(&status) {
        let websites: Api<Website> = Api::namespaced(context.client.clone(), &namespace);
        let patch = Patch::Merge(json!({"status": status}));
        websites
            .patch_status(&name, &PatchParams::default(), &patch)
            .await?;
    }
    Ok(Action::await_change())
}

// === whoever uses it ===

async fn use_it(client: &Client, farewells: &AtomicUsize) -> Result<(), Failure> {
    let websites: Api<Website> = Api::default_namespaced(client.clone());
    let deployments: Api<Deployment> = Api::default_namespaced(client.clone());
    for number in 0..SITES {
        let spec = WebsiteSpec {
            image: "registry.example/site:1".to_owned(),
            replicas: 1,
        };
        let site = Website::new(&format!("site-{number}"), spec);
        websites.create(&PostParams::default(), &site).await?;
    }
    for number in 0..SITES {
        change(&websites, &deployments, &format!("site-{number}")).await?;
    }
    websites
        .delete_collection(&DeleteParams::default(), &ListParams::default())
        .await?;
    loop {
        let left = websites.list(&ListParams::default()).await?.items.len();
        let owned = deployments.list(&ListParams::default()).await?.items.len();
        if left + owned == 0 && farewells.load(Ordering::Relaxed) == SITES {
            return Ok(());
        }
        a_moment().await;
    }
}

/// Changes a website, and plays the part of those that run its pods.
async fn change(
    websites: &Api<Website>,
    deployments: &Api<Deployment>,
    name: &str,
) -> Result<(), Failure> {
    let patch = Patch::Merge(json!({"spec": {"replicas": 3}}));
    let site = websites
        .patch(name, &PatchParams::default(), &patch)
        .await?;
    loop {
        let found = deployments.get_opt(name).await?;
        let replicas = found.and_then(|found| found.spec?.replicas);
        if replicas == Some(3) {
            break;
        }
        a_moment().await;
    }
    let ready = Patch::Merge(json!({"status": {"replicas": 3, "readyReplicas": 3}}));
    deployments
        .patch_status(name, &PatchParams::default(), &ready)
        .await?;
    let wanted = WebsiteStatus {
        observed: site.metadata.generation.unwrap_or_default(),
        ready: 3,
    };
    while websites.get(name).await?.status.as_ref() != Some(&wanted) {
        a_moment().await;
    }
    Ok(())
}

async fn a_moment() {
    tokio::time::sleep(Duration::from_millis(10)).await;
}
