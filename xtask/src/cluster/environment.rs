//! What CMD finds in its environment, and what it must not find there.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::control;
use super::plan::Place;

/// Name of the control socket.
pub(super) const CONTROL: &str = "control";

/// Would send requests for a loopback or namespace address to a proxy.
pub(super) const PROXIES: [&str; 6] = [
    "http_proxy",
    "https_proxy",
    "all_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
];

/// What the environment is made from.
#[derive(Debug)]
pub(super) struct Facts<'a> {
    pub(super) as_pod: bool,
    pub(super) audit: bool,
    pub(super) place: &'a Place,
    /// The cluster's temporary directory.
    pub(super) directory: &'a Path,
    pub(super) kubectl: &'a Path,
    pub(super) service_account: &'a Path,
}

/// Changes to CMD's environment: a value, or `None` to remove the variable.
pub(super) fn changes(facts: &Facts<'_>) -> Vec<(&'static str, Option<OsString>)> {
    let path = |path: &Path| Some(path.as_os_str().to_owned());
    let inside = |name: &str| path(&facts.directory.join(name));
    let port = Some(OsString::from(facts.place.port.to_string()));
    let mut changes = vec![
        ("KUBERNETES_SERVICE_HOST", Some(facts.place.host.into())),
        ("KUBERNETES_SERVICE_PORT", port.clone()),
        ("KUBERNETES_SERVICE_PORT_HTTPS", port),
        ("SA_DIR", path(facts.service_account)),
        ("CLUSTER_DIR", path(facts.directory)),
        (control::VARIABLE, inside(CONTROL)),
        ("CLUSTER_KUBECTL", path(facts.kubectl)),
        (
            "CLUSTER_AUDIT_LOG",
            inside("audit.log").filter(|_| facts.audit),
        ),
    ];
    if facts.as_pod {
        changes.extend([("KUBECONFIG", None), ("HOME", inside("home"))]);
        changes.extend(PROXIES.map(|name| (name, None)));
    } else {
        changes.push(("KUBECONFIG", inside("kubeconfig")));
    }
    changes
}

/// The service account directory: at its place in a Pod, else beside everything else.
pub(super) fn service_account(as_pod: bool, directory: &Path) -> PathBuf {
    if as_pod {
        PathBuf::from(super::service_account::MOUNTED_AT)
    } else {
        directory.join("serviceaccount")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn environment(as_pod: bool, audit: bool) -> BTreeMap<&'static str, Option<OsString>> {
        let directory = Path::new("/tmp/c");
        let place = if as_pod {
            Place::pod()
        } else {
            Place::loopback([1, 2, 4711, 4])
        };
        changes(&Facts {
            as_pod,
            audit,
            place: &place,
            directory,
            kubectl: Path::new("/bin/kubectl"),
            service_account: &service_account(as_pod, directory),
        })
        .into_iter()
        .collect()
    }

    fn value(text: &str) -> Option<Option<OsString>> {
        Some(Some(text.into()))
    }

    #[test]
    fn a_command_beside_the_cluster_gets_a_kubeconfig() {
        let found = environment(false, true);
        assert_eq!(found.get("KUBECONFIG").cloned(), value("/tmp/c/kubeconfig"));
        assert_eq!(
            found.get("KUBERNETES_SERVICE_HOST").cloned(),
            value("127.0.0.1")
        );
        assert_eq!(found.get("KUBERNETES_SERVICE_PORT").cloned(), value("4711"));
        assert_eq!(
            found.get("KUBERNETES_SERVICE_PORT_HTTPS").cloned(),
            value("4711")
        );
        assert_eq!(found.get("SA_DIR").cloned(), value("/tmp/c/serviceaccount"));
        assert_eq!(
            found.get("CLUSTER_AUDIT_LOG").cloned(),
            value("/tmp/c/audit.log")
        );
        assert_eq!(
            found.get("CLUSTER_CONTROL").cloned(),
            value("/tmp/c/control")
        );
        assert_eq!(found.get("HOME"), None);
    }

    #[test]
    fn a_command_in_a_pod_finds_nothing_but_the_pod() {
        let found = environment(true, false);
        assert_eq!(found.get("KUBECONFIG"), Some(&None));
        assert_eq!(found.get("https_proxy"), Some(&None));
        assert_eq!(found.get("CLUSTER_AUDIT_LOG"), Some(&None));
        assert_eq!(found.get("HOME").cloned(), value("/tmp/c/home"));
        assert_eq!(
            found.get("KUBERNETES_SERVICE_HOST").cloned(),
            value("10.0.0.1")
        );
        assert_eq!(
            found.get("KUBERNETES_SERVICE_PORT_HTTPS").cloned(),
            value("443")
        );
        assert_eq!(
            found.get("SA_DIR").cloned(),
            value("/var/run/secrets/kubernetes.io/serviceaccount")
        );
    }
}
