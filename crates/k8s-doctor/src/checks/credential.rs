//! Whether there is a credential, and whether it is in date: tokens, client certificates, plugins.

mod fixes;

use std::time::{Duration, SystemTime};

use k8s_auth::exec::ExecError;
use k8s_auth::token::Renew;
use k8s_auth::{Certificate, Token};
use k8s_client::{Client, Credentials, Pieces};
use secrecy::ExposeSecret as _;
use tokio::time::timeout;
use tower_service::Service as _;

use crate::case::{Case, options};
use crate::claims::Claims;
use crate::finding::{Checked, Fault, Finding, chain, find};
use crate::time::{relative, span, written};

pub(super) use self::fixes::{log_in, new_token, renew_certificate};

pub(super) async fn check(case: &mut Case<'_>, limit: Duration) -> Checked {
    let handle = match &case.doctor.credentials {
        Some(shared) => Ok(shared.clone()),
        None => Credentials::from_config(case.config, case.crypto()),
    };
    let handle = handle.map_err(|error| unusable(case, &error))?;
    let options = options().credentials(handle);
    let tokens = Pieces::from_config(case.config, case.crypto(), &options)
        .map_err(|error| unusable(case, &error))?
        .tokens;
    let client = Client::with_options(case.config, case.crypto(), &options);
    case.client = Some(client.map_err(|error| unusable(case, &error))?);
    if case.config.user.is_anonymous() && case.doctor.credentials.is_none() {
        return nobody(case);
    }
    let mut evidence = Vec::new();
    if let Some(pair) = &case.config.user.certificate {
        let place = pair.certificate.to_string();
        let read = pair.certificate.read().ok();
        let read = read.and_then(|bytes| Certificate::from_pem(bytes.expose_secret()).ok());
        if let Some(leaf) = read.and_then(|chain| chain.into_iter().next()) {
            evidence.push(certificate(case, &leaf, &place)?);
        }
    }
    if let Some((mut tokens, _)) = tokens {
        match timeout(limit, tokens.call(Renew::default())).await {
            Ok(Ok(token)) => evidence.extend(judged(case, &token)?),
            Ok(Err(error)) => return Err(not_had(case, error.as_ref())),
            Err(_) => return Err(late(case, limit)),
        }
    }
    if evidence.is_empty() {
        evidence.push("the connection says who asks".to_owned());
    }
    Ok(Finding::Passed(evidence.join("; ")))
}

/// Nothing says who asks.
fn nobody(case: &Case<'_>) -> Checked {
    if case.is_plain() {
        let said = "over http no credential is sent: what answers there has its own";
        return Ok(Finding::Skipped(said.to_owned()));
    }
    let cause = "there is no credential: every request is anonymous";
    let evidence = match case.whence().user() {
        Some(user) => format!("user {user} has no token, certificate or plugin"),
        None => "the configuration names no user".to_owned(),
    };
    Err(Fault::new(evidence, cause, log_in(case)))
}

fn certificate(case: &Case<'_>, leaf: &Certificate, place: &str) -> Result<String, Fault> {
    let now = case.clock().now();
    let evidence = format!(
        "client certificate {} in {place}, signed by {}, until {}",
        leaf.subject,
        leaf.issuer,
        written(leaf.not_after)
    );
    let wrong = |how: &str, when: SystemTime| {
        let when = format!("{}, {}", written(when), relative(when, now));
        let cause = format!("the client certificate ({}) {how}: {when}", leaf.subject);
        Err(Fault::new(
            evidence.clone(),
            cause,
            renew_certificate(case, &leaf.subject),
        ))
    };
    if leaf.not_after < now {
        return wrong("expired", leaf.not_after);
    }
    if leaf.not_before > now {
        return wrong("is not valid yet", leaf.not_before);
    }
    Ok(evidence)
}

/// What a token says of itself; nothing where the connection says who asks.
fn judged(case: &mut Case<'_>, token: &Token) -> Result<Option<String>, Fault> {
    let now = case.clock().now();
    let Some(header) = token.header() else {
        return Ok(None);
    };
    if header.as_bytes().starts_with(b"Basic ") {
        return Ok(Some("a user name and a password".to_owned()));
    }
    let claims = Claims::of(header);
    let expires = claims
        .as_ref()
        .and_then(Claims::expires)
        .or_else(|| token.expires_at());
    let source = source(case);
    let mut evidence = match &claims {
        Some(claims) => format!(
            "token of {} from {source}, issuer {}, audience {}",
            claims.subject,
            claims.issuer,
            match claims.audiences() {
                [] => "any".to_owned(),
                some => some.join(", "),
            }
        ),
        None => format!("token from {source}, which says nothing of itself"),
    };
    if let Some(at) = expires {
        evidence.push_str(&format!(", until {}", written(at)));
    }
    let not_before = claims.as_ref().and_then(Claims::not_before);
    case.claims = claims;
    if let Some(at) = expires.filter(|at| *at <= now) {
        let cause = format!("the token expired: {}, {}", written(at), relative(at, now));
        return Err(Fault::new(evidence, cause, new_token(case)));
    }
    // As the server's own leeway.
    if let Some(at) = not_before.filter(|at| *at > now + Duration::from_secs(60)) {
        let cause = format!(
            "the token is not valid yet: {}, {}",
            written(at),
            relative(at, now)
        );
        return Err(Fault::new(evidence, cause, new_token(case)));
    }
    Ok(Some(evidence))
}

/// Where tokens come from, in words.
fn source(case: &Case<'_>) -> String {
    let user = &case.config.user;
    match (
        &user.token_file,
        &user.token,
        &user.exec,
        &user.auth_provider,
    ) {
        (Some(file), ..) => file.to_string(),
        (None, Some(token), ..) => token.to_string(),
        (None, None, Some(exec), _) => format!("the plugin {}", exec.command),
        (None, None, None, Some(provider)) => format!("the auth provider {}", provider.name),
        _ => "the program".to_owned(),
    }
}

/// The handle could not even be made: what the user has cannot be read.
fn unusable(case: &Case<'_>, error: &k8s_client::Error) -> Fault {
    Fault::new(
        chain(error),
        format!("the credential cannot be used: {}", chain(error)),
        fixes::usable(case),
    )
}

/// Whoever hands out tokens failed.
fn not_had(case: &Case<'_>, error: &(dyn std::error::Error + 'static)) -> Fault {
    let evidence = chain(error);
    let Some(exec) = find::<ExecError>(error) else {
        let cause = format!("no token could be had from {}", source(case));
        return Fault::new(evidence, cause, fixes::usable(case));
    };
    let command = exec.command();
    let (cause, fix) = if exec.is_not_found() {
        (
            format!("the credential plugin {command} is not installed, or not on PATH"),
            fixes::install(case, command),
        )
    } else if exec.is_forbidden() {
        (
            format!("kubectl's preferences forbid the credential plugin {command}"),
            fixes::allow(command),
        )
    } else if exec.is_timeout() {
        (
            format!("the credential plugin {command} hangs"),
            fixes::mend_plugin(command),
        )
    } else {
        (
            format!("the credential plugin {command} gave no credential"),
            fixes::mend_plugin(command),
        )
    };
    Fault::new(evidence, cause, fix)
}

fn late(case: &Case<'_>, limit: Duration) -> Fault {
    let source = source(case);
    let evidence = format!("no token from {source} within {}", span(limit));
    match &case.config.user.exec {
        Some(exec) => Fault::new(
            evidence,
            format!(
                "the credential plugin {} hangs, or needs longer than {}",
                exec.command,
                span(limit)
            ),
            fixes::mend_plugin(&exec.command),
        ),
        None => Fault::new(
            evidence,
            format!("{source} does not answer"),
            fixes::usable(case),
        ),
    }
}
