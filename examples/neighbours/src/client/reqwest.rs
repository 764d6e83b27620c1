//! reqwest, which makes its own connections: it is handed a TLS configuration, and made anew when there is a newer one.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response};
use k8s_auth::{AuthorizeLayer, IfClone, Renewed};
use reqwest::{Body, Client};
use tower::{Layer as _, ServiceExt as _};

use crate::Failure;
use crate::rotation::{Survived, survive};
use crate::world::{NAMESPACES, World};

pub(crate) async fn run() -> Result<Survived, Failure> {
    let world = World::start().await?;
    // `Renewed` cannot be told of a failure; what fails later fails here too, and first.
    client((*world.trust().client_config()?).clone())?;
    let make = |config: Arc<_>| {
        client(Arc::unwrap_or_clone(config)).expect("reqwest took such a configuration before")
    };
    let renewed = Renewed::new(world.trust().clone(), make)?;
    // reqwest has types of its own for requests and answers.
    let service = renewed
        .map_request(|request: Request<Bytes>| {
            reqwest::Request::try_from(request).expect("the URI has scheme and host")
        })
        .map_response(Response::<Body>::from);
    let stack = AuthorizeLayer::new(world.token(), world.origin()?)
        .replay(IfClone)
        .layer(service);
    let uri = world.url() + NAMESPACES;
    let ask = async || {
        let request = Request::get(&uri).body(Bytes::new())?;
        let answer = reqwest::Response::from(stack.clone().oneshot(request).await?);
        answer.error_for_status()?.bytes().await?;
        Ok(())
    };
    survive(world, ask).await
}

/// reqwest offers what the configuration offers, which is nothing: HTTP/2 is asked for here.
fn client(mut config: rustls::ClientConfig) -> reqwest::Result<Client> {
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Client::builder()
        .tls_backend_preconfigured(config)
        .no_proxy()
        .build()
}
