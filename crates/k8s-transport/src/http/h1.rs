//! One HTTP/1.1 connection: its handshake, and the task that runs it.

use std::future::Future;

use hyper::client::conn::http1;

use super::sending::Sending;
use crate::BoxError;
use crate::connect::AnyConnection;

pub(super) type Sender<B> = http1::SendRequest<Sending<B>>;

/// The sending half, and the connection's work, which ends with the connection.
pub(super) async fn handshake<B>(
    io: AnyConnection,
) -> hyper::Result<(Sender<B>, impl Future<Output = ()> + Send)>
where
    B: http_body::Body<Data: Send, Error: Into<BoxError>> + Send + Unpin + 'static,
{
    let (sender, connection) = http1::Builder::new().handshake(io).await?;
    let work = async {
        // A request or a body that the end concerns has been told; idle ones need not be.
        let _ = connection.with_upgrades().await;
    };
    Ok((sender, work))
}
