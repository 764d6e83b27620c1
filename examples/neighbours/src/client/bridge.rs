//! kube over the whole stack of k8s-client: its `Client` and `Api`, our connections, credentials, deadlines and retries.

use futures_util::FutureExt as _;
use http::Request;
use k8s_client::{ClientOptions, crypto, stack};
use k8s_openapi::api::core::v1::Namespace;
use kube::Api;
use kube::api::ListParams;
use kube::client::Body;
use tower::ServiceExt as _;

use crate::Failure;
use crate::rotation::{Survived, survive};
use crate::world::World;

pub(crate) async fn run() -> Result<Survived, Failure> {
    let world = World::start().await?;
    let config = world.config()?;
    let stack = stack::assemble(&config, &crypto::ring(), &ClientOptions::new())?;
    let client = kube::Client::new(stack.map_request(bridge), config.namespace);
    let namespaces: Api<Namespace> = Api::all(client);
    // The world counts what it reads itself; our stack reads for itself.
    let trust = world.trust().clone();
    let ask = async || {
        trust.client_config()?;
        let list = namespaces.list(&ListParams::default()).await?;
        if !list
            .items
            .iter()
            .any(|found| found.metadata.name.as_deref() == Some("default"))
        {
            return Err("the namespace default is not there".into());
        }
        Ok(())
    };
    survive(world, ask).await
}

/// kube's body as ours: bytes stay bytes, so that they can be sent once more.
fn bridge(request: Request<Body>) -> Request<k8s_client::Body> {
    request.map(|body| match body.try_clone() {
        Some(bytes) => match bytes.collect_bytes().now_or_never() {
            Some(Ok(bytes)) => k8s_client::Body::from(bytes),
            _ => k8s_client::Body::stream(body),
        },
        None => k8s_client::Body::stream(body),
    })
}
