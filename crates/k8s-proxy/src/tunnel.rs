//! Two connections whose protocol has changed, joined: what comes out of one goes into the other.

use std::time::Duration;

use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use k8s_client::upgrade;
use tokio::io::copy_bidirectional;
use tokio::time::timeout;

/// How long either side may take to change the protocol, once the server has said that it does.
const CHANGE: Duration = Duration::from_secs(30);

/// Joins them until both have ended, or one has broken off.
pub(crate) async fn join(client: OnUpgrade, server: upgrade::OnUpgrade) {
    let both = async { tokio::join!(client, server) };
    let Ok((Ok(client), Ok(mut server))) = timeout(CHANGE, both).await else {
        tracing::debug!("a protocol was not changed after all");
        return;
    };
    let mut client = TokioIo::new(client);
    // How it ended, both sides have seen.
    let _ = copy_bidirectional(&mut client, &mut server).await;
}
