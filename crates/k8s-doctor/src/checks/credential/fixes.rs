//! How to come by another credential.

use crate::Fix;
use crate::case::Case;
use crate::fix::quoted;
use crate::whence::command;

/// There is none at all.
pub(in crate::checks) fn log_in(case: &Case<'_>) -> Fix {
    let whence = case.whence();
    let commands = match (whence.user(), whence.file()) {
        (Some(_), _) => whence.set_credentials(&["--token=TOKEN"], ""),
        (None, Some(file)) => Some(command("set-context", "--current", &["--user=USER"], file)),
        (None, None) => None,
    };
    let user = whence.user().unwrap_or("of the context");
    Fix::new(format!(
        "log in: give the user {user} a token, a client certificate or a credential plugin"
    ))
    .commands(commands)
}

/// The token is too old, for somebody else, or unknown.
pub(in crate::checks) fn new_token(case: &Case<'_>) -> Fix {
    let (whence, user) = (case.whence(), &case.config.user);
    if let Some(directory) = whence.mount() {
        return Fix::new(format!(
            "start the Pod anew: kubelet keeps the token in {} fresh, unless its volume names another audience or is none of kubelet's",
            directory.display()
        ));
    }
    if let Some(exec) = &user.exec {
        return Fix::new(format!(
            "have {} hand out a new token: log in again",
            exec.command
        ));
    }
    let account = case
        .claims
        .as_ref()
        .and_then(|claims| claims.service_account());
    let fetch = account.map(|(namespace, name)| {
        format!(
            "kubectl create token {} --namespace {}",
            quoted(name),
            quoted(namespace)
        )
    });
    let file = user.token_file.as_ref().and_then(|file| file.path());
    let line = match (&fetch, file) {
        (Some(fetch), Some(file)) => {
            Some(format!("{fetch} > {}", quoted(&file.display().to_string())))
        }
        (None, Some(_)) => None,
        (Some(fetch), None) => whence.set_credentials(&[], &format!("--token=\"$({fetch})\"")),
        (None, None) => whence.set_credentials(&["--token=TOKEN"], ""),
    };
    let place = match file {
        Some(file) => file.display().to_string(),
        None => whence.of("token"),
    };
    Fix::new(format!(
        "put a new token for the API server into {place} (as somebody who may ask for one)"
    ))
    .commands(line)
}

/// The certificate is out of date, or not signed by the right authority.
pub(in crate::checks) fn renew_certificate(case: &Case<'_>, subject: &str) -> Fix {
    let whence = case.whence();
    let place = whence.of_any(&["client-certificate-data", "client-certificate"]);
    let flags = [
        "--client-certificate=client.crt",
        "--client-key=client.key",
        "--embed-certs",
    ];
    Fix::new(format!("have a certificate for {subject} signed by the cluster's client CA (a CertificateSigningRequest, or kubeadm certs renew on a control plane), as client.crt and client.key, and put both into {place}"))
        .commands(whence.set_credentials(&flags, ""))
}

/// What there is cannot be read or used.
pub(super) fn usable(case: &Case<'_>) -> Fix {
    let whence = case.whence();
    if whence.mount().is_some() {
        return new_token(case);
    }
    let fields = [
        "tokenFile",
        "token",
        "client-certificate-data",
        "client-certificate",
        "exec",
        "auth-provider",
        "username",
    ];
    Fix::new(format!(
        "mend what the evidence names, set in {}",
        whence.of_any(&fields)
    ))
}

pub(super) fn install(case: &Case<'_>, plugin: &str) -> Fix {
    let exec = case.config.user.exec.as_ref();
    let hint = exec.and_then(|exec| exec.install_hint.as_deref());
    let hint = hint.map(|hint| format!(" ({hint})")).unwrap_or_default();
    Fix::new(format!(
        "install {plugin}, or add its directory to PATH{hint}"
    ))
}

pub(super) fn allow(plugin: &str) -> Fix {
    Fix::new(format!(
        "allow {plugin} in credentialPluginAllowlist of kuberc, if you trust it"
    ))
}

pub(super) fn mend_plugin(plugin: &str) -> Fix {
    Fix::new(format!(
        "run {plugin} by hand to see what it waits for or says, and mend that"
    ))
}
