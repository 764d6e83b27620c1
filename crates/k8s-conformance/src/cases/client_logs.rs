//! What containers print, by way of a kubelet that this file is.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::BodyExt as _;
use http_body_util::Full;
use http_body_util::channel::{Channel, Sender};
use http_body_util::combinators::UnsyncBoxBody;
use k8s_api_core::{ApiResource, DynamicObject, ObjectMeta, Resource as _, Scope, TypeMeta};
use k8s_client::{Api, Client, CreateParams, LogParams, Patch, PatchParams};
use k8s_testing::{ListenOptions, Listening};
use serde_json::json;
use tokio::sync::mpsc;
use tower::service_fn;

use crate::Cluster;
use crate::cluster::{pod, pods};

const LOG: &str = "one\ntwo\nthree";

type Body = UnsyncBoxBody<Bytes, Infallible>;

/// A node whose kubelet runs here, and a Pod on it.
struct Logs {
    api: Api<DynamicObject>,
    /// What is printed on from now on; of each request that follows.
    followers: mpsc::UnboundedReceiver<Sender<Bytes, Infallible>>,
    _kubelet: Listening,
}

impl Logs {
    async fn new(cluster: &Cluster) -> Self {
        let (follow, followers) = mpsc::unbounded_channel();
        let kubelet = service_fn(move |request: Request<hyper::body::Incoming>| {
            std::future::ready(Ok::<_, Infallible>(print(&request, &follow)))
        });
        let kubelet = ListenOptions::new().serve(kubelet).await.unwrap();
        // A client of its own: what is written down would be waited for until its end.
        let admin = Client::try_from(cluster.admin_config()).unwrap();
        let node = node(cluster, &admin, kubelet.addr().port()).await;
        let namespace = cluster.namespace().await;
        let api = Api::<DynamicObject>::namespaced_of(admin, pods(), namespace);
        let mut pod = pod("p");
        pod.data["spec"]["nodeName"] = node.into();
        api.create(&pod, &CreateParams::default()).await.unwrap();
        Self {
            api,
            followers,
            _kubelet: kubelet,
        }
    }
}

/// A node at this port of ours.
async fn node(cluster: &Cluster, admin: &Client, port: u16) -> String {
    let resource = ApiResource::new("", "v1", "Node", "nodes", Scope::Cluster);
    let nodes = Api::<DynamicObject>::all_of(admin.clone(), resource);
    let name = cluster.name("node");
    let object = DynamicObject::new(
        TypeMeta::new("v1", "Node"),
        ObjectMeta::named(name.as_str()),
    );
    nodes
        .create(&object, &CreateParams::default())
        .await
        .unwrap();
    let status = json!({"status": {
        "addresses": [{"type": "InternalIP", "address": "127.0.0.1"}],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": port}},
    }});
    let patch = Patch::merge(&status).unwrap();
    nodes
        .patch_status(&name, &patch, &PatchParams::default())
        .await
        .unwrap();
    name
}

/// What kubelet answers to `/containerLogs/NAMESPACE/POD/CONTAINER`.
fn print(
    request: &Request<hyper::body::Incoming>,
    follow: &mpsc::UnboundedSender<Sender<Bytes, Infallible>>,
) -> Response<Body> {
    let query = request.uri().query().unwrap_or_default();
    if !request.uri().path().ends_with("/p/main") {
        let body = Full::from("no such container").boxed_unsync();
        return Response::builder()
            .status(StatusCode::NOT_FOUND)
            .body(body)
            .unwrap();
    }
    if query.contains("follow=true") {
        let (sender, body) = Channel::new(16);
        let _ = follow.send(sender);
        return Response::new(body.boxed_unsync());
    }
    let text = match query.contains("tailLines=1") {
        true => "three",
        false => LOG,
    };
    Response::new(Full::from(text).boxed_unsync())
}

pub(super) async fn a_log_is_read_whole(cluster: &Cluster) {
    let logs = Logs::new(cluster).await;
    let params = LogParams::default();
    assert_eq!(logs.api.logs("p", &params).await.unwrap(), LOG);
    let last = params.clone().container("main").tail_lines(1);
    assert_eq!(logs.api.logs("p", &last).await.unwrap(), "three");
    let error = logs
        .api
        .logs("p", &params.container("other"))
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap().code, 400, "{error:?}");
    let error = logs
        .api
        .logs("none", &LogParams::default())
        .await
        .unwrap_err();
    assert!(error.is_not_found(), "{error:?}");
}

pub(super) async fn a_log_is_read_line_by_line(cluster: &Cluster) {
    let logs = Logs::new(cluster).await;
    let mut lines = logs
        .api
        .log_lines("p", &LogParams::default())
        .await
        .unwrap();
    let mut read = Vec::new();
    while let Some(line) = lines.next().await {
        read.push(line.unwrap());
    }
    assert_eq!(read, ["one", "two", "three"]);
}

pub(super) async fn a_log_is_followed_until_the_container_ends(cluster: &Cluster) {
    let mut logs = Logs::new(cluster).await;
    let params = LogParams::default().follow();
    let printing = async {
        let mut printed = logs.followers.recv().await.unwrap();
        printed.send_data("one\n".into()).await.unwrap();
        printed
    };
    let reading = async {
        let mut lines = logs.api.log_lines("p", &params).await.unwrap();
        assert_eq!(lines.next().await.unwrap().unwrap(), "one");
        lines
    };
    let (mut lines, mut printed) = tokio::join!(reading, printing);
    // Nothing comes while nothing is printed.
    let silence = tokio::time::timeout(Duration::from_millis(50), lines.next());
    assert!(silence.await.is_err());
    printed.send_data("two\nthr".into()).await.unwrap();
    assert_eq!(lines.next().await.unwrap().unwrap(), "two");
    drop(printed);
    assert_eq!(lines.next().await.unwrap().unwrap(), "thr");
    assert!(lines.next().await.is_none());
}

pub(super) async fn the_log_of_a_pod_without_a_node_is_empty(cluster: &Cluster) {
    let namespace = cluster.namespace().await;
    let api = Api::<DynamicObject>::namespaced_of(cluster.admin(), pods(), namespace);
    let created = api
        .create(&pod("p"), &CreateParams::default())
        .await
        .unwrap();
    assert_eq!(created.name(), Some("p"));
    let log = api.logs("p", &LogParams::default()).await.unwrap();
    assert!(log.is_empty(), "{log:?}");
}
