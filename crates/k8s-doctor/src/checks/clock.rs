//! Whether this machine's clock agrees with the server's: certificates and tokens are judged by it.

use std::time::{Duration, SystemTime};

use tokio::time::timeout;

use crate::Fix;
use crate::case::{Case, Shaken};
use crate::date;
use crate::finding::{Checked, Fault, Finding};
use crate::time::{apart, span, written};

/// Kubernetes lets clocks differ by a few seconds; tokens live for ten minutes at least.
const TOLERANCE: Duration = Duration::from_secs(300);

pub(super) async fn check(case: &Case<'_>, limit: Duration) -> Checked {
    let Some((theirs, verified)) = told(case, limit).await else {
        let now = written(case.clock().now());
        return Ok(Finding::Skipped(format!(
            "{now} here; no server told its time"
        )));
    };
    let ours = case.clock().now();
    let by = if verified {
        ""
    } else {
        " (who is not verified)"
    };
    let evidence = format!(
        "{} here, {} by the server{by}",
        written(ours),
        written(theirs)
    );
    if apart(ours, theirs) <= TOLERANCE {
        return Ok(Finding::Passed(evidence));
    }
    let side = if ours > theirs { "ahead of" } else { "behind" };
    let cause = format!(
        "this machine's clock is {} {side} the server's",
        span(apart(ours, theirs))
    );
    let fix = Fix::new("set this machine's clock, or the server's if that is the wrong one")
        .command("timedatectl set-ntp true");
    Err(Fault::new(evidence, cause, fix))
}

/// The server's time, and whether it is the server's: of one that is verified, else of whoever answers. No credential is sent.
async fn told(case: &Case<'_>, limit: Duration) -> Option<(SystemTime, bool)> {
    let half = limit / 2;
    let verified = async {
        let trust = case.trust().ok()?;
        ask(case, case.shake_hands(&trust, half).await.ok()?).await
    };
    if let Ok(Some(date)) = timeout(half, verified).await {
        return Some((date, !case.is_plain()));
    }
    let anybody = async { ask(case, case.look(half).await.ok()?).await };
    let date = timeout(half, anybody).await.ok()??;
    Some((date, false))
}

async fn ask(case: &Case<'_>, stream: Shaken) -> Option<SystemTime> {
    date::ask(stream, &case.config.server).await
}
