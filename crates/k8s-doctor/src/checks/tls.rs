//! Whether the server is who it should be: chain, names, dates.

mod explain;

use std::time::Duration;

use k8s_auth::Certificate;
use k8s_config::Roots;
use tokio::time::timeout;

use crate::Fix;
use crate::case::{Case, shown};
use crate::finding::{Checked, Fault, Finding, chain};
use crate::time::written;

pub(super) async fn check(case: &Case<'_>, limit: Duration) -> Checked {
    if case.is_plain() {
        return in_clear(case, limit.min(Duration::from_secs(1))).await;
    }
    let trust = case
        .trust()
        .map_err(|error| explain::no_trust(case, &error))?;
    // The rest is for a look at what is there, if it is turned down.
    let most = limit * 2 / 3;
    match timeout(most, case.shake_hands(&trust, most)).await {
        Ok(Ok(stream)) => Ok(Finding::Passed(verified(case, &shown(&stream)))),
        Ok(Err(error)) => {
            let seen = looked_at(case, limit - most).await;
            Err(explain::refused(case, error.as_ref(), &seen))
        }
        Err(_) => Err(explain::silent(case, most)),
    }
}

/// What is there, believed by nobody.
async fn looked_at(case: &Case<'_>, limit: Duration) -> Vec<Certificate> {
    match timeout(limit, case.look(limit)).await {
        Ok(Ok(stream)) => shown(&stream),
        _ => Vec::new(),
    }
}

/// The URL says `http`: then what is there should not speak TLS.
async fn in_clear(case: &Case<'_>, limit: Duration) -> Checked {
    let seen = looked_at(case, limit).await;
    if seen.is_empty() {
        return Ok(Finding::Skipped("the URL says http: no TLS".to_owned()));
    }
    let whence = case.whence();
    let server = case.route.server_with(Some("https"), None, None);
    let fix = Fix::new(format!("say https in {}", whence.of("server")))
        .commands(whence.set_cluster(&[&format!("--server={server}")]));
    Err(Fault::new(
        format!("it answers a TLS handshake: {}", described(case, &seen)),
        "the server speaks https, and its URL says http",
        fix,
    ))
}

fn verified(case: &Case<'_>, seen: &[Certificate]) -> String {
    let by = match &case.config.tls.roots {
        Roots::Bundle(bundle) => format!("vouched for by {bundle}"),
        Roots::System => "vouched for by the system's roots".to_owned(),
        _ => "vouched for by nobody: insecure-skip-tls-verify".to_owned(),
    };
    format!("{}; {by}", described(case, seen))
}

/// A chain in words: whose certificate, for which names, signed by whom, until when, with which key.
fn described(case: &Case<'_>, seen: &[Certificate]) -> String {
    let Some(leaf) = seen.first() else {
        return "no certificate that can be read".to_owned();
    };
    let mut text = format!("{} for {}", leaf.subject, names(leaf));
    for link in seen {
        text.push_str(&format!(", signed by {}", link.issuer));
    }
    text.push_str(&format!(", until {}", written(leaf.not_after)));
    if let Some(pin) = leaf.pin(case.crypto()) {
        text.push_str(&format!(", key {pin}"));
    }
    text
}

/// At most six of them: who has more mostly has many more.
fn names(leaf: &Certificate) -> String {
    if leaf.names.is_empty() {
        return "no name".to_owned();
    }
    let more = leaf.names.len().saturating_sub(6);
    let list = leaf.names[..leaf.names.len() - more].join(", ");
    match more {
        0 => list,
        more => format!("{list} and {more} more"),
    }
}

/// The evidence of a failure, with what was seen.
fn evidence(
    case: &Case<'_>,
    error: &(dyn std::error::Error + 'static),
    seen: &[Certificate],
) -> String {
    if seen.is_empty() {
        return chain(error);
    }
    format!(
        "{}; the server shows {}",
        chain(error),
        described(case, seen)
    )
}
