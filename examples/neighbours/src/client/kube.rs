//! kube: its `Client` and `Api` over a stack without anything of kube's own authentication and TLS.

use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use k8s_auth::{AuthorizeLayer, Renewed};
use k8s_openapi::api::core::v1::Namespace;
use kube::Api;
use kube::api::ListParams;
use kube::client::Body;
use kube::client::middleware::BaseUriLayer;
use tower::{Layer as _, ServiceBuilder};

use crate::Failure;
use crate::rotation::{Survived, survive};
use crate::world::{World, tcp};

pub(crate) async fn run() -> Result<Survived, Failure> {
    let world = World::start().await?;
    let tls = world.trust().layer().http2(true);
    let make = move |_| Client::builder(TokioExecutor::new()).build::<_, Body>(tls.layer(tcp()));
    let stack = ServiceBuilder::new()
        .layer(AuthorizeLayer::new(world.token(), world.origin()?).replay(Body::try_clone))
        .layer(BaseUriLayer::new(world.url().parse()?))
        .service(Renewed::new(world.trust().clone(), make)?);
    let namespaces: Api<Namespace> = Api::all(kube::Client::new(stack, "default"));
    let ask = async || {
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
