//! hyper-util's client: the token by a layer above it, the trust by a layer below it.

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt as _, Empty};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use k8s_auth::{AuthorizeLayer, IfClone, Renewed};
use tower::{Layer as _, ServiceExt as _};

use crate::Failure;
use crate::rotation::{Survived, survive};
use crate::world::{NAMESPACES, World, tcp};

pub(crate) async fn run() -> Result<Survived, Failure> {
    let world = World::start().await?;
    let tls = world.trust().layer().http2(true);
    let make =
        move |_| Client::builder(TokioExecutor::new()).build::<_, Empty<Bytes>>(tls.layer(tcp()));
    let stack = AuthorizeLayer::new(world.token(), world.origin()?)
        .replay(IfClone)
        .layer(Renewed::new(world.trust().clone(), make)?);
    let uri = world.url() + NAMESPACES;
    let ask = async || {
        let request = Request::get(&uri).body(Empty::new())?;
        let answer = stack.clone().oneshot(request).await?;
        let (status, text) = (answer.status(), answer.into_body().collect().await?);
        if status != StatusCode::OK {
            return Err(format!("{status}: {:?}", text.to_bytes()).into());
        }
        Ok(())
    };
    survive(world, ask).await
}
