//! Whether there is a configuration, and what is wrong with it.

use std::path::Path;

use k8s_config::{
    Config, Error, Fault as ConfigFault, FaultKind, FileFaultKind, MountError, MountFault,
    NothingFound, Provenance,
};

use crate::Fix;
use crate::finding::{Fault, Finding, chain};
use crate::fix::quoted;
use crate::whence::{Whence, command};

/// Where the configuration was found, and what it leads to.
pub(crate) fn found(config: &Config) -> Finding {
    let whence = Whence(config);
    let mut evidence = match &config.provenance {
        Provenance::InCluster { directory, .. } => format!("a Pod, {}", directory.display()),
        Provenance::Kubeconfig {
            context,
            cluster,
            user,
            ..
        } => {
            let named = [("context", context), ("cluster", cluster), ("user", user)];
            let mut text = whence.of("server");
            for (what, name) in named {
                if let Some(name) = name {
                    text.push_str(&format!(", {what} {name}"));
                }
            }
            text
        }
        _ => "given in code".to_owned(),
    };
    evidence.push_str(&format!(
        ": {}, namespace {}",
        config.server, config.namespace
    ));
    for warning in config.warnings() {
        evidence.push_str(&format!("; {warning}"));
    }
    Finding::Passed(evidence)
}

/// Why there is no configuration.
pub(crate) fn explain(error: &Error) -> Fault {
    let evidence = chain(error);
    let (cause, fix) = match error {
        Error::Mount(mount) => unmounted(mount),
        Error::NothingFound(nothing) => nothing_found(nothing),
        Error::NotInCluster(_) => (
            "this does not run in a Pod".to_owned(),
            Fix::new("run it in a Pod, or give it a kubeconfig"),
        ),
        Error::Load(load) => match load.files().first() {
            Some(file) => unreadable(file),
            None => general(),
        },
        Error::Invalid(invalid) => match invalid.faults().first() {
            Some(fault) => invalid_by(fault),
            None => general(),
        },
        Error::ServerChanged(changed) => (
            format!(
                "the kubeconfig leads to {} now, and to {} when this program started",
                changed.to, changed.from
            ),
            Fix::new("start the program anew if that is what is meant"),
        ),
        _ => general(),
    };
    Fault::new(evidence, cause, fix)
}

/// Why there is no way to the server: the proxy makes no sense, or cannot be believed.
pub(crate) fn unroutable(error: &(dyn std::error::Error + 'static)) -> Fault {
    let evidence = chain(error);
    let cause = format!("there is no way to the server: {evidence}");
    let fix =
        "mend proxy-url, HTTPS_PROXY or HTTP_PROXY, or the CA that vouches for an https proxy";
    Fault::new(evidence, cause, Fix::new(fix))
}

fn general() -> (String, Fix) {
    (
        "the configuration cannot be used".to_owned(),
        Fix::new("mend what the evidence names"),
    )
}

fn nothing_found(nothing: &NothingFound) -> (String, Fix) {
    let cause = match (&nothing.missing[..], &nothing.empty[..]) {
        ([missing, ..], _) => format!(
            "there is no kubeconfig at {}, and this is no Pod",
            missing.display()
        ),
        (_, [empty, ..]) => format!(
            "the kubeconfig {} defines nothing, and this is no Pod",
            empty.display()
        ),
        _ => "no kubeconfig is named, and this is no Pod".to_owned(),
    };
    let fix = Fix::new("say where the kubeconfig is").command("export KUBECONFIG=FILE");
    (cause, fix)
}

fn unmounted(mount: &MountError) -> (String, Fix) {
    let path = mount.path().display();
    if mount.is_not_mounted() {
        return (
            format!(
                "no service account is mounted: the Pod or its service account says automountServiceAccountToken: false ({path} is missing)"
            ),
            Fix::new(
                "set automountServiceAccountToken: true in the Pod's spec and start the Pod anew, or mount a projected volume with serviceAccountToken and kube-root-ca.crt there",
            ),
        );
    }
    let wrong = match mount.fault() {
        MountFault::Missing => "is not there",
        MountFault::Unreadable => "cannot be read",
        MountFault::EmptyBundle | MountFault::EmptyToken => "is empty",
        MountFault::NoCertificate => "holds no certificate",
        MountFault::UnusableToken => "holds no usable token",
        _ => "cannot be used",
    };
    let fix = match mount.fault() {
        MountFault::Unreadable => {
            "let the container's user read the volume (securityContext.fsGroup)".to_owned()
        }
        _ => format!(
            "start the Pod anew, so that kubelet fills its volume; {path} comes from a projected volume with serviceAccountToken and kube-root-ca.crt"
        ),
    };
    (format!("the mounted file {path} {wrong}"), Fix::new(fix))
}

fn unreadable(file: &k8s_config::FileError) -> (String, Fix) {
    let path = file.file().map_or_else(
        || "the given bytes".to_owned(),
        |path| path.display().to_string(),
    );
    let Some(fault) = file.faults().first() else {
        return (
            format!("{path} is no kubeconfig"),
            Fix::new(format!("mend {path}")),
        );
    };
    let line = fault
        .line
        .map(|line| format!("line {line} of "))
        .unwrap_or_default();
    match &fault.kind {
        FileFaultKind::Unreadable(_) => (
            format!("the kubeconfig {path} cannot be read: {}", fault.kind),
            Fix::new("name another file, or make it readable").command("export KUBECONFIG=FILE"),
        ),
        FileFaultKind::Syntax(text) => (
            format!("{line}{path} is no YAML: {text}"),
            // A parser notices late.
            Fix::new(format!("mend {line}{path}, or the line before it")),
        ),
        kind => (
            format!(
                "{line}{path} is not what a kubeconfig has there: {} {kind}",
                fault.field
            ),
            Fix::new(format!("mend {line}{path}")),
        ),
    }
}

fn invalid_by(fault: &ConfigFault) -> (String, Fix) {
    let place = fault
        .place
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    let file = fault.place.as_ref().and_then(|place| place.file.as_deref());
    let in_file =
        |verb: &str, name: &str, flags: &[&str]| file.map(|file| command(verb, name, flags, file));
    match &fault.kind {
        FaultKind::ContextNotFound { context, available } => (
            format!(
                "the current context {context} does not exist; there are: {}",
                available.join(", ")
            ),
            Fix::new(format!("choose a context that exists ({place})")).commands(in_file(
                "use-context",
                nearest(available, context),
                &[],
            )),
        ),
        FaultKind::NoContext { available } => (
            "no context is chosen".to_owned(),
            Fix::new("choose one").commands(in_file("use-context", nearest(available, ""), &[])),
        ),
        FaultKind::NotFound {
            what,
            name,
            context,
        } => (
            format!("context {context} names the {what} {name}, which does not exist"),
            Fix::new(format!("name one that exists ({place})")).commands(in_file(
                "set-context",
                context,
                &[&format!("--{what}=NAME")],
            )),
        ),
        FaultKind::NoServer { cluster } | FaultKind::InvalidServer { cluster } => (
            format!("cluster {cluster} has no usable server address"),
            Fix::new(format!("set it ({place})")).commands(in_file(
                "set-cluster",
                cluster,
                &["--server=https://HOST:PORT"],
            )),
        ),
        FaultKind::Unreadable {
            what, path, name, ..
        } => (
            format!("{}, the {what} of {name}, cannot be read", path.display()),
            Fix::new(format!(
                "put the file there, make it readable, or name another one ({place})"
            ))
            .commands(Some(readable(path)).filter(|_| path.is_absolute())),
        ),
        kind => (
            format!("{place}: {kind}"),
            Fix::new(format!("mend {place}")),
        ),
    }
}

fn readable(path: &Path) -> String {
    format!("ls -l {}", quoted(&path.display().to_string()))
}

/// The name that somebody may have meant: the one with the longest common beginning, else the first.
fn nearest<'a>(available: &'a [String], typed: &str) -> &'a str {
    let common = |name: &str| {
        name.chars()
            .zip(typed.chars())
            .take_while(|(a, b)| a == b)
            .count()
    };
    let best = available.iter().rev().max_by_key(|name| common(name));
    best.map_or("NAME", String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_context_that_was_meant_is_proposed() {
        let names = ["dev", "prod", "prod-eu"].map(str::to_owned);
        for (typed, expected) in [
            ("prod-us", "prod-eu"),
            ("", "dev"),
            ("x", "dev"),
            ("p", "prod"),
        ] {
            assert_eq!(nearest(&names, typed), expected, "{typed}");
        }
        assert_eq!(nearest(&[], "x"), "NAME");
    }
}
