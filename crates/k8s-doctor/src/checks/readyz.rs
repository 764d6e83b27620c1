//! Whether the server says that it is ready.

use std::time::Duration;

use tokio::time::timeout;

use super::http::{get, silent, unanswered};
use crate::Fix;
use crate::case::Case;
use crate::finding::{Checked, Fault, Finding};

pub(super) async fn check(case: &Case<'_>, limit: Duration) -> Checked {
    let (head, body) = match timeout(limit, get(case.client()?, "/readyz")).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => return Err(unanswered(case, &error)),
        Err(_) => return Err(silent(case, "/readyz", limit)),
    };
    let code = head.status();
    match code.as_u16() {
        200 => Ok(Finding::Passed("the server says it is ready".to_owned())),
        401 | 403 | 404 => Ok(Finding::Skipped(format!(
            "the server does not tell ({code})"
        ))),
        _ => Err(unready(&code.to_string(), &String::from_utf8_lossy(&body))),
    }
}

/// The checks that failed are the lines that begin with `[-]`.
fn unready(code: &str, body: &str) -> Fault {
    let failed: Vec<&str> = body
        .lines()
        .filter_map(|line| line.strip_prefix("[-]"))
        .filter_map(|line| line.split(' ').next())
        .collect();
    let what = if failed.is_empty() {
        "it does not say why".to_owned()
    } else {
        format!("its checks {} fail", failed.join(", "))
    };
    Fault::new(
        format!("{code}: {what}"),
        format!("the API server runs and is not ready: {what}"),
        Fix::new(
            "wait while it starts; if it stays so, see the API server's log about these checks, and etcd",
        ),
    )
}
