//! What is asked for compressed, and what becomes of the answer.
#![cfg(feature = "gzip")]
#![allow(clippy::unwrap_used, reason = "a test")]

use std::convert::Infallible;
use std::io::Write as _;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::{HeaderMap, Request, Response, header};
use http_body::{Body, Frame};
use http_body_util::{BodyExt as _, Empty, StreamBody};
use k8s_transport::{BoxError, Gunzip, GunzipError, GunzipLayer, LongRunning};
use tower::{Layer as _, ServiceExt as _, service_fn};

fn gzip(plain: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

/// A body of pieces, with a trailer behind them.
fn pieces(bytes: &[u8], size: usize) -> impl Body<Data = Bytes, Error = Infallible> + use<> {
    let mut frames: Vec<_> = bytes
        .chunks(size)
        .map(|piece| Ok(Frame::data(Bytes::copy_from_slice(piece))))
        .collect();
    let trailers = HeaderMap::from_iter([(header::ETAG, "end".parse().unwrap())]);
    frames.push(Ok(Frame::trailers(trailers)));
    StreamBody::new(futures_util::stream::iter(frames))
}

/// What comes of a body of these bytes, in pieces of this size, that calls itself gzip.
async fn undone(bytes: &[u8], size: usize) -> Result<(Bytes, bool), BoxError> {
    let bytes = bytes.to_vec();
    let service = service_fn(move |request: Request<Empty<Bytes>>| {
        assert_eq!(request.headers()[header::ACCEPT_ENCODING], "gzip");
        let body = pieces(&bytes, size);
        let response = Response::builder()
            .header(header::CONTENT_ENCODING, "gzip")
            .header(header::CONTENT_LENGTH, "7");
        std::future::ready(Ok::<_, Infallible>(response.body(body).unwrap()))
    });
    let response = GunzipLayer::new()
        .layer(service)
        .oneshot(Request::default());
    let response = response.await.unwrap();
    assert!(!response.headers().contains_key(header::CONTENT_ENCODING));
    assert!(!response.headers().contains_key(header::CONTENT_LENGTH));
    let collected = response.into_body().collect().await?;
    let trailers = collected.trailers().is_some();
    Ok((collected.to_bytes(), trailers))
}

#[tokio::test]
async fn undoes_one_member_and_several_in_pieces_of_any_size() {
    let text: Vec<u8> = (0..20_000_u32).flat_map(u32::to_le_bytes).collect();
    let two = [gzip(&text), gzip(b"and more")].concat();
    let whole = [&text[..], b"and more"].concat();
    for size in [1, 2, 7, 1_000, 1_000_000] {
        assert_eq!(
            undone(&gzip(&text), size).await.unwrap(),
            (text.clone().into(), true)
        );
        assert_eq!(
            undone(&two, size).await.unwrap(),
            (whole.clone().into(), true)
        );
    }
}

#[tokio::test]
async fn a_body_of_no_bytes_is_one() {
    assert_eq!(undone(b"", 1).await.unwrap(), (Bytes::new(), true));
    assert_eq!(undone(&gzip(b""), 1).await.unwrap(), (Bytes::new(), true));
}

#[tokio::test]
async fn what_is_cut_short_or_is_not_gzip_is_an_error() {
    let two = [gzip(b"first"), gzip(b"second")].concat();
    let first = gzip(b"first").len();
    for cut in (1..two.len()).filter(|cut| *cut != first) {
        let error = undone(&two[..cut], 3).await.unwrap_err();
        assert!(error.is::<GunzipError>(), "{cut}");
    }
    let junk = [gzip(b"first"), b"junk".to_vec()].concat();
    undone(&junk, 100).await.unwrap_err();
    undone(b"no gzip at all, and long enough", 100)
        .await
        .unwrap_err();
}

#[tokio::test]
async fn each_piece_is_handed_on_when_it_comes() {
    let (mut sender, body) = http_body_util::channel::Channel::<Bytes>::new(1);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    let response = std::sync::Mutex::new(Some(
        Response::builder()
            .header(header::CONTENT_ENCODING, "gzip")
            .body(body)
            .unwrap(),
    ));
    let service = service_fn(move |_: Request<Empty<Bytes>>| {
        let response = response.lock().unwrap().take().unwrap();
        std::future::ready(Ok::<_, Infallible>(response))
    });
    let response = GunzipLayer::new()
        .layer(service)
        .oneshot(Request::default());
    let mut body = response.await.unwrap().into_body();
    for line in ["one\n", "two\n", "three\n"] {
        encoder.write_all(line.as_bytes()).unwrap();
        encoder.flush().unwrap();
        let piece = std::mem::take(encoder.get_mut());
        sender.send_data(piece.into()).await.unwrap();
        let frame = body.frame().await.unwrap().unwrap();
        assert_eq!(frame.into_data().unwrap(), line);
    }
}

#[tokio::test]
async fn leaves_alone_what_somebody_else_has_decided() {
    let service = || {
        let inner = service_fn(|request: Request<Empty<Bytes>>| {
            let asked = request.headers().get(header::ACCEPT_ENCODING).cloned();
            let mut response = Response::new(Empty::<Bytes>::new());
            let gzip = "gzip".parse().unwrap();
            response
                .headers_mut()
                .insert(header::CONTENT_ENCODING, gzip);
            response.extensions_mut().insert(asked);
            std::future::ready(Ok::<_, Infallible>(response))
        });
        GunzipLayer::new().layer(inner)
    };
    let mut off = Request::<Empty<Bytes>>::default();
    off.extensions_mut().insert(LongRunning);
    let mut own = Request::<Empty<Bytes>>::default();
    own.headers_mut()
        .insert(header::ACCEPT_ENCODING, "br".parse().unwrap());
    let mut part = Request::<Empty<Bytes>>::default();
    part.headers_mut()
        .insert(header::RANGE, "bytes=0-1".parse().unwrap());
    for (request, asked) in [(off, None), (own, Some("br")), (part, None)] {
        let response = Gunzip::oneshot(service(), request).await.unwrap();
        let sent = response
            .extensions()
            .get::<Option<header::HeaderValue>>()
            .unwrap();
        assert_eq!(sent.as_ref().map(|value| value.to_str().unwrap()), asked);
        assert!(response.headers().contains_key(header::CONTENT_ENCODING));
    }
}
