//! A stream that is open while the CA is replaced: it goes on, and the next request takes another connection.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Frame;
use http_body_util::BodyExt as _;
use k8s_client::{Body, Client};
use k8s_config::{Config, Material, MemorySource, Roots};
use k8s_testing::ListenOptions;
use k8s_testing::certs::{Ca, Leaf};
use tokio::sync::mpsc;
use tower::service_fn;

/// A body that is written by hand.
struct Written(mpsc::UnboundedReceiver<&'static str>);

impl http_body::Body for Written {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        let text = self.0.poll_recv(cx);
        text.map(|text| text.map(|text| Ok(Frame::data(Bytes::from_static(text.as_bytes())))))
    }
}

async fn next(body: &mut Body) -> Option<Bytes> {
    body.frame()
        .await
        .map(|frame| frame.unwrap().into_data().unwrap())
}

async fn get(client: &Client) -> Body {
    client
        .send(Request::get("/").body(Body::empty()).unwrap())
        .await
        .unwrap()
        .into_body()
}

#[tokio::test]
async fn a_live_stream_survives_a_rotation() {
    let (first, second) = (Ca::new("first"), Ca::new("second"));
    let leaf = || Leaf::server().ip([127, 0, 0, 1]);
    let (answers, mut writers) = mpsc::unbounded_channel();
    let service = service_fn(move |_: Request<hyper::body::Incoming>| {
        let (write, written) = mpsc::unbounded_channel();
        answers.send(write).unwrap();
        std::future::ready(Ok::<_, Infallible>(Response::new(Written(written))))
    });
    let options = ListenOptions::new().ca(&first).leaf(leaf());
    let listening = options.serve(service).await.unwrap();
    let files = MemorySource::new().with_file("/ca.crt", first.pem());
    let mut config = Config::new(listening.url().parse().unwrap());
    config.tls.roots = Roots::Bundle(Material::file(Arc::new(files.clone()), "/ca.crt"));
    let client = Client::try_from(config).unwrap();

    let mut stream = get(&client).await;
    let write = writers.recv().await.unwrap();
    write.send("before").unwrap();
    assert_eq!(next(&mut stream).await.unwrap(), "before");

    listening.rotate(&second.issue(&leaf())).unwrap();
    files.set_file("/ca.crt", second.pem());
    // real time: files are looked at once a second
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let mut other = get(&client).await;
    let write_other = writers.recv().await.unwrap();
    write_other.send("under the second CA").unwrap();
    assert_eq!(next(&mut other).await.unwrap(), "under the second CA");

    write.send("after").unwrap();
    assert_eq!(next(&mut stream).await.unwrap(), "after");
    drop(write);
    assert!(stream.bytes().await.unwrap().is_empty());
}
