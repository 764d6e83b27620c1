//! tonic: a channel over the trust's connector, the token on each call, and a call's bytes kept for a second try.

use bytes::{Buf as _, BufMut as _, Bytes};
use http::Request;
use http::uri::PathAndQuery;
use http_body_util::{BodyExt as _, Full};
use k8s_auth::{AuthorizeLayer, IfClone, Renewed};
use tonic::Status;
use tonic::body::Body;
use tonic::client::Grpc;
use tonic::codec::{Codec, DecodeBuf, Decoder, EncodeBuf, Encoder};
use tonic::transport::Endpoint;
use tower::{Layer as _, ServiceExt as _};

use crate::Failure;
use crate::gate::ECHO;
use crate::rotation::{Survived, survive};
use crate::world::{World, tcp};

pub(crate) async fn run() -> Result<Survived, Failure> {
    let world = World::start().await?;
    // tonic leaves TLS to the connector where the scheme is `http`; this connector encrypts always.
    let endpoint = Endpoint::try_from(world.url().replace("https:", "http:"))?;
    let tls = world.trust().layer().http2(true).always();
    let make = move |_| endpoint.connect_with_connector_lazy(tls.layer(tcp()));
    let channel = Renewed::new(world.trust().clone(), make)?
        .map_request(|request: Request<Full<Bytes>>| request.map(Body::new));
    let stack = AuthorizeLayer::new(world.token(), world.origin()?)
        .replay(IfClone)
        .layer(channel);
    // tonic's bodies are streams, which can be sent once; those of unary calls are short, and can be kept.
    let unary = tower::service_fn(move |request: Request<Body>| {
        let stack = stack.clone();
        async move {
            let (parts, body) = request.into_parts();
            let body = Full::new(body.collect().await?.to_bytes());
            Ok::<_, Failure>(stack.oneshot(Request::from_parts(parts, body)).await?)
        }
    });
    let ask = async || {
        let mut client = Grpc::new(unary.clone());
        client.ready().await?;
        let call = tonic::Request::new(Bytes::from_static(b"hello"));
        let path = PathAndQuery::from_static(ECHO);
        let answer = client.unary(call, path, Plain).await?.into_inner();
        if answer != "hello" {
            return Err(format!("another echo: {answer:?}").into());
        }
        Ok(())
    };
    survive(world, ask).await
}

/// Messages that are bytes: no protobuf is needed to show a channel.
struct Plain;

impl Codec for Plain {
    type Encode = Bytes;
    type Decode = Bytes;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Plain {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, to: &mut EncodeBuf<'_>) -> Result<(), Status> {
        to.put(item);
        Ok(())
    }
}

impl Decoder for Plain {
    type Item = Bytes;
    type Error = Status;

    fn decode(&mut self, from: &mut DecodeBuf<'_>) -> Result<Option<Bytes>, Status> {
        Ok(Some(from.copy_to_bytes(from.remaining())))
    }
}
