//! Whether the proxy, where there is one, reaches the server.

use std::time::Duration;

use k8s_transport::ProxyError;
use tokio::time::timeout;
use tower_service::Service as _;

use crate::Fix;
use crate::case::Case;
use crate::finding::{Checked, Fault, Finding, chain, find};
use crate::time::span;

pub(super) async fn check(case: &Case<'_>, limit: Duration) -> Checked {
    let Some(proxy) = &case.route.proxy else {
        return Ok(Finding::Skipped("there is none".to_owned()));
    };
    let target = case.route.target();
    let mut connector = case.connector.clone();
    match timeout(limit, connector.call(case.config.server.clone())).await {
        Ok(Ok(_)) => Ok(Finding::Passed(format!("{proxy} connects to {target}"))),
        Ok(Err(error)) => Err(refused(case, error.as_ref())),
        Err(_) => Err(Fault::new(
            format!(
                "{proxy} took the connection, and gave none to {target} within {}",
                span(limit)
            ),
            format!("the proxy {proxy} hangs: it answers nothing when asked for {target}"),
            around(case),
        )),
    }
}

fn refused(case: &Case<'_>, error: &(dyn std::error::Error + 'static)) -> Fault {
    let target = case.route.target();
    let evidence = chain(error);
    let proxy = case.route.whose();
    let status = find(error).and_then(ProxyError::status);
    let cause = match status.map(|status| status.as_u16()) {
        Some(407) => format!("{proxy} wants a user name and a password, or others"),
        Some(status @ (502..=504)) => format!("{proxy} cannot reach {target} ({status})"),
        Some(status) => format!("{proxy} refuses to connect to {target} ({status})"),
        None if find(error).is_some_and(ProxyError::is_timeout) => {
            format!("{proxy} hangs: it answers nothing when asked for {target}")
        }
        None => format!("{proxy} gives no connection to {target}"),
    };
    Fault::new(evidence, cause, around(case))
}

/// Where the proxy was named.
pub(super) fn set_in(case: &Case<'_>) -> String {
    match case.config.proxy {
        Some(_) => case.whence().of("proxy-url"),
        None => "the environment (HTTPS_PROXY or HTTP_PROXY)".to_owned(),
    }
}

/// How to have it let us through, or to do without it.
fn around(case: &Case<'_>) -> Fix {
    let target = case.route.target();
    let fix = Fix::new(format!(
        "have the proxy connect to {target}, or go around it: it is named in {}",
        set_in(case)
    ));
    fix.commands(without(case))
}

/// The command that does without it.
pub(super) fn without(case: &Case<'_>) -> Option<String> {
    if case.config.proxy.is_some() {
        return case.whence().set_cluster(&["--proxy-url="]);
    }
    let host = crate::route::bare(&case.route.server);
    Some(format!("export NO_PROXY={}", crate::fix::quoted(host)))
}
