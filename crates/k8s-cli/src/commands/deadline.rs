//! How long somebody waits for an object.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::target::Target;
use crate::failure::Failure;
use crate::io::Io;

/// kubectl's answer to `delete --timeout=0` and to a negative `wait --timeout`.
pub(super) const A_WEEK: Duration = Duration::from_secs(168 * 3600);

/// How long it takes until somebody wants to know what they wait for.
const A_WHILE: Duration = Duration::from_secs(1);

/// What the future answers, or that it was waited for in vain.
pub(super) async fn until<T>(
    io: &mut Io,
    end: Instant,
    target: &Target,
    future: impl Future<Output = T>,
) -> Result<T, Failure> {
    let plural = &target.place.info.resource.plural;
    let name = &target.name;
    tokio::pin!(future);
    let soon = Instant::now() + A_WHILE;
    if soon < end {
        if let Ok(done) = timeout_at(soon, &mut future).await {
            return Ok(done);
        }
        io.progress(&format!("waiting for {plural}/{name} ..."));
    }
    timeout_at(end, future).await.map_err(|_| {
        Failure::new(format!(
            "timed out waiting for the condition on {plural}/{name}"
        ))
    })
}
