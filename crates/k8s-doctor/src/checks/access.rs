//! What one may do: what was asked for, or in general.

mod question;
mod rules;

use std::time::Duration;

use k8s_client::kinds::SelfSubjectAccessReview;
use k8s_client::{Api, Client, CreateParams, ObjectMeta};
use tokio::time::timeout;

use self::question::Asked;
use super::http::{silent, unanswered};
use crate::Fix;
use crate::case::Case;
use crate::finding::{Checked, Fault, Finding};
use crate::fix::quoted;

pub(super) async fn check(case: &Case<'_>, limit: Duration) -> Checked {
    let client = case.client()?.clone();
    let namespace = &case.config.namespace;
    let answer = match &case.doctor.question {
        None => timeout(limit, rules::listed(&client, namespace)).await,
        Some(question) => timeout(limit, asked(case, client, question)).await,
    };
    answer.unwrap_or_else(|_| Err(silent(case, "authorization.k8s.io", limit)))
}

async fn asked(case: &Case<'_>, client: Client, question: &crate::Question) -> Checked {
    let asked = Asked::resolve(question, &client, &case.config.namespace).await;
    let reviews = Api::<SelfSubjectAccessReview>::all(client);
    let review = SelfSubjectAccessReview::new(ObjectMeta::default(), asked.spec());
    let answer = match reviews.create(&review, &CreateParams::default()).await {
        Ok(answer) => answer.status.unwrap_or_default(),
        Err(error) if error.is_forbidden() || error.is_not_found() => {
            return Ok(Finding::Skipped(format!(
                "{asked}: the server does not tell"
            )));
        }
        Err(error) => return Err(unanswered(case, &error)),
    };
    if answer.allowed {
        return Ok(Finding::Passed(format!("may {asked}")));
    }
    let said = [answer.reason, answer.evaluation_error].join(" ");
    let who = case
        .user
        .as_ref()
        .map(|user| user.username.as_str())
        .unwrap_or("the user");
    let cause = format!("RBAC: {who} may not {asked}");
    Err(Fault::new(
        format!("{asked}: no {said}"),
        cause,
        grant(case, &asked),
    ))
}

/// A role and its binding, the least that will do.
fn grant(case: &Case<'_>, asked: &Asked) -> Fix {
    let fix = Fix::new("have somebody who may (cluster-admin) grant it");
    let Some(user) = &case.user else {
        return fix;
    };
    let subject = match user.username.strip_prefix("system:serviceaccount:") {
        Some(account) => format!("--serviceaccount={account}"),
        None => format!("--user={}", user.username),
    };
    let name = asked.role_name();
    let (scope, flags) = match asked.namespace() {
        Some(namespace) => ("", format!(" --namespace={}", quoted(namespace))),
        None => ("cluster", String::new()),
    };
    fix.command(format!(
        "kubectl create {scope}role {name} --verb={} {}{flags}",
        quoted(asked.verb()),
        asked.what()
    ))
    .command(format!(
        "kubectl create {scope}rolebinding {name} --{scope}role={name} {}{flags}",
        quoted(&subject)
    ))
}
