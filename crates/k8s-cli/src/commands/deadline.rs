//! How long somebody waits for an object.

use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::target::Target;
use crate::failure::Failure;

/// kubectl's answer to `delete --timeout=0` and to a negative `wait --timeout`.
pub(super) const A_WEEK: Duration = Duration::from_secs(168 * 3600);

/// What the future answers, or that it was waited for in vain.
pub(super) async fn until<T>(
    end: Instant,
    target: &Target,
    future: impl Future<Output = T>,
) -> Result<T, Failure> {
    timeout_at(end, future).await.map_err(|_| {
        let plural = &target.place.info.resource.plural;
        let name = &target.name;
        Failure::new(format!(
            "timed out waiting for the condition on {plural}/{name}"
        ))
    })
}
