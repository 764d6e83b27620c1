//! Who the server thinks that one is.

use std::time::Duration;

use k8s_client::kinds::{SelfSubjectReview, UserInfo};
use k8s_client::{Api, CreateParams, Error};
use tokio::time::timeout;

use super::credential;
use super::http::{silent, unanswered};
use crate::Fix;
use crate::case::Case;
use crate::finding::{Checked, Fault, Finding, chain};

pub(super) async fn check(case: &mut Case<'_>, limit: Duration) -> Checked {
    let reviews = Api::<SelfSubjectReview>::all(case.client()?.clone());
    let (review, params) = (SelfSubjectReview::default(), CreateParams::default());
    let asked = timeout(limit, reviews.create(&review, &params)).await;
    let answer = match asked {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) if error.is_unauthorized() => return Err(unknown(case, &error)),
        Ok(Err(error)) if error.is_forbidden() => return forbidden(case, &error),
        Ok(Err(error)) if error.is_not_found() => {
            return Ok(Finding::Skipped(
                "the server does not tell (before Kubernetes 1.28)".to_owned(),
            ));
        }
        Ok(Err(error)) => return Err(unanswered(case, &error)),
        Err(_) => return Err(silent(case, "selfsubjectreviews", limit)),
    };
    let user = answer.status.unwrap_or_default().user_info;
    let evidence = described(&user);
    let ignored = user.username == "system:anonymous" && !case.config.user.is_anonymous();
    case.user = Some(user);
    if ignored {
        return Err(Fault::new(
            evidence,
            "the server does not see the credential: something that ends TLS between here and there drops it",
            Fix::new(
                "go to the API server itself, or use a token where a client certificate does not get through",
            ),
        ));
    }
    Ok(Finding::Passed(evidence))
}

fn described(user: &UserInfo) -> String {
    let groups = user.groups.join(", ");
    format!("{}, of {groups}", user.username)
}

/// 401: the credential was refused.
fn unknown(case: &Case<'_>, error: &Error) -> Fault {
    let evidence = chain(error);
    let user = &case.config.user;
    if user.basic.is_some() {
        let cause = "user names and passwords are no credential for Kubernetes since 1.19";
        return Fault::new(evidence, cause, credential::log_in(case));
    }
    let Some(claims) = &case.claims else {
        return opaque(case, evidence);
    };
    let cause = if claims.is_for_others() {
        format!(
            "the token has the wrong audience: it is for {}, not for the API server",
            claims.audiences().join(", ")
        )
    } else {
        format!(
            "the server does not know the token of {}: it was revoked with what it is bound to, or another cluster ({}) issued it",
            claims.subject, claims.issuer
        )
    };
    Fault::new(evidence, cause, credential::new_token(case))
}

fn opaque(case: &Case<'_>, evidence: String) -> Fault {
    let user = &case.config.user;
    if user.certificate.is_some() && user.token.is_none() && user.token_file.is_none() {
        let cause =
            "the client certificate is not signed by the CA that the server takes for clients";
        return Fault::new(
            evidence,
            cause,
            credential::renew_certificate(case, "the same name"),
        );
    }
    let cause =
        "the server does not know the token: it expired, was revoked, or is another cluster's";
    Fault::new(evidence, cause, credential::new_token(case))
}

/// 403: either one may not act as somebody else, or the server does not tell.
fn forbidden(case: &Case<'_>, error: &Error) -> Checked {
    let Some(somebody) = &case.config.user.impersonate else {
        return Ok(Finding::Skipped(
            "the server does not tell (403)".to_owned(),
        ));
    };
    let cause = format!("the user may not act as {}", somebody.user);
    let place = case.whence().of("as");
    let fix = Fix::new(format!(
        "leave impersonation out ({place}), or allow the user the verb impersonate"
    ));
    Err(Fault::new(chain(error), cause, fix))
}
