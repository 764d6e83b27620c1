//! The caller's connector and its connections, with their types given up.

use std::future::{Future, poll_fn};
use std::pin::Pin;

use ::http::Uri;
use hyper::rt::{Read, Write};
use hyper_util::client::legacy::connect::Connection;
use tower_service::Service;

use crate::BoxError;

/// A connection of any kind.
pub(super) type AnyIo = Box<dyn Io>;

pub(super) trait Io: Read + Write + Unpin + Send {}

impl<T: Read + Write + Unpin + Send> Io for T {}

/// A connection, and whether it is to be spoken HTTP/2 over.
pub(super) struct Connected {
    pub(super) io: AnyIo,
    pub(super) http2: bool,
}

pub(super) type Connecting = Pin<Box<dyn Future<Output = Result<Connected, BoxError>> + Send>>;

pub(super) trait Connect: Send + Sync {
    fn connect(&self, uri: Uri) -> Connecting;
}

/// A connector that is cloned for each connection.
pub(super) struct Erased<C>(pub(super) C);

impl<C> Connect for Erased<C>
where
    C: Service<Uri, Error: Into<BoxError>, Future: Send> + Clone + Send + Sync + 'static,
    C::Response: Read + Write + Connection + Unpin + Send + 'static,
{
    fn connect(&self, uri: Uri) -> Connecting {
        let mut connector = self.0.clone();
        Box::pin(async move {
            poll_fn(|cx| connector.poll_ready(cx))
                .await
                .map_err(Into::into)?;
            let io = connector.call(uri).await.map_err(Into::into)?;
            Ok(Connected {
                http2: io.connected().is_negotiated_h2(),
                io: Box::new(io),
            })
        })
    }
}
