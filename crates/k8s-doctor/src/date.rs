//! What time a server says it is: the `Date` of an answer to nobody.

use std::pin::pin;
use std::time::SystemTime;

use http::{Request, Uri, header};
use http_body_util::Empty;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::rt::{Read, Write};

/// Asks for `/version` without a credential; any answer will do.
pub(crate) async fn ask<IO>(io: IO, server: &Uri) -> Option<SystemTime>
where
    IO: Read + Write + Unpin + Send + 'static,
{
    let host = server.authority()?.as_str();
    let request = Request::get("/version")
        .header(header::HOST, host)
        .header(header::CONNECTION, "close")
        .header(
            header::USER_AGENT,
            concat!("k8s-doctor/", env!("CARGO_PKG_VERSION")),
        )
        .body(Empty::<Bytes>::new())
        .ok()?;
    let (mut sender, connection) = http1::handshake(io).await.ok()?;
    let mut answer = pin!(sender.send_request(request));
    let answer = tokio::select! {
        answer = &mut answer => answer.ok()?,
        // The answer may be there by then.
        _ = connection => answer.await.ok()?,
    };
    let date = answer.headers().get(header::DATE)?;
    httpdate::parse_http_date(date.to_str().ok()?).ok()
}
