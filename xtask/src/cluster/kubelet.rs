//! A node that only pretends: kwok in the place of kubelet, so that pods run, and have logs, exec and port-forward.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::certs::Pki;
use super::error::{Doing, Error};
use super::plan::Place;

/// The node's name.
pub(super) const NODE: &str = "kwok";

/// How kwok knows which nodes are its own.
const MINE: (&str, &str) = ("kwok.x-k8s.io/node", "fake");

/// What becomes of nodes and pods, shortened from what kwok ships below `kustomize/stage`.
const STAGES: &str = include_str!("../../cluster/kwok-stages.yaml");

/// What every container has said; in the format that container runtimes write.
const LOG: &str = "\
2026-01-01T00:00:00.000000000Z stdout F one
2026-01-01T00:00:01.000000000Z stderr F two
2026-01-01T00:00:02.000000000Z stdout P thr
2026-01-01T00:00:02.000000001Z stdout F ee
";

/// Writes kwok's configuration and the containers' log below `directory`.
pub(super) fn write(directory: &Path, place: &Place) -> Result<(), Error> {
    let folder = directory.join("kwok");
    let files = || -> std::io::Result<()> {
        fs::create_dir_all(&folder)?;
        fs::write(folder.join("container.log"), LOG)?;
        fs::write(folder.join("config.yaml"), config(&folder, place.port))
    };
    files().doing(|| format!("writing {}", folder.display()))
}

/// The stages, and where logs, exec, attach and port-forward lead to: a file, a program, the API server.
fn config(folder: &Path, apiserver: u16) -> String {
    let log = folder.join("container.log");
    let document = |kind: &str, spec: Value| {
        json!({
            "apiVersion": "kwok.x-k8s.io/v1alpha1",
            "kind": kind,
            "metadata": {"name": "all"},
            "spec": spec,
        })
    };
    let documents = [
        document(
            "ClusterLogs",
            json!({"logs": [{"logsFile": log, "previousLogsFile": log, "follow": true}]}),
        ),
        document("ClusterAttach", json!({"attaches": [{"logsFile": log}]})),
        document(
            "ClusterExec",
            json!({"execs": [{"local": {"workDir": folder}}]}),
        ),
        document(
            "ClusterPortForward",
            json!({"forwards": [
                {"ports": [7], "command": ["cat"]},
                {"ports": [443], "target": {"address": "127.0.0.1", "port": apiserver}},
            ]}),
        ),
    ];
    let documents = documents.map(|document| format!("---\n{document}\n"));
    format!("{STAGES}{}", documents.concat())
}

/// kwok's command line.
pub(super) fn kwok(place: &Place, directory: &Path, pki: &Pki, kubeconfig: &Path) -> Vec<String> {
    let (annotation, value) = MINE;
    let file = |option: &str, name: &str| format!("--{option}={}", pki.file(name).display());
    vec![
        format!("--kubeconfig={}", kubeconfig.display()),
        format!("--config={}", directory.join("kwok/config.yaml").display()),
        "--manage-all-nodes=false".into(),
        format!("--manage-nodes-with-annotation-selector={annotation}={value}"),
        "--node-ip=127.0.0.1".into(),
        format!("--node-port={}", place.kubelet),
        format!("--server-address=127.0.0.1:{}", place.kubelet),
        file("tls-cert-file", "server.crt"),
        file("tls-private-key-file", "server.key"),
        "--cidr=10.244.0.1/24".into(), // no service IPs
        "--node-lease-duration-seconds=40".into(),
    ]
}

/// kube-scheduler's command line.
pub(super) fn scheduler(kubeconfig: &Path) -> Vec<String> {
    vec![
        format!("--kubeconfig={}", kubeconfig.display()),
        "--leader-elect=false".into(),
        "--secure-port=0".into(),
    ]
}

/// The node, to be created.
pub(super) fn node() -> Value {
    let (annotation, value) = MINE;
    json!({
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {
            "name": NODE,
            "annotations": {annotation: value},
            "labels": {"kubernetes.io/hostname": NODE, "kubernetes.io/os": "linux"},
        },
    })
}

/// Whether kwok has taken the node for its own, and the scheduler may use it.
pub(super) fn is_ready(node: &Value) -> bool {
    let conditions = node.pointer("/status/conditions").and_then(Value::as_array);
    let ready = |condition: &Value| condition["type"] == "Ready" && condition["status"] == "True";
    let tainted = node.pointer("/spec/taints").is_some();
    !tainted && conditions.is_some_and(|conditions| conditions.iter().any(ready))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_configuration_names_its_own_files() {
        let scratch = tempfile::tempdir().unwrap();
        let place = Place::loopback([1, 2, 3, 4]);
        write(scratch.path(), &place).unwrap();
        let text = fs::read_to_string(scratch.path().join("kwok/config.yaml")).unwrap();
        let log = scratch.path().join("kwok/container.log");
        assert!(
            text.contains(&format!("\"logsFile\":\"{}\"", log.display())),
            "{text}"
        );
        assert!(text.contains("\"port\":3"), "{text}");
        for line in fs::read_to_string(log).unwrap().lines() {
            assert_eq!(line.splitn(4, ' ').count(), 4, "{line}");
        }
    }

    #[test]
    fn a_node_is_ready_when_nothing_keeps_pods_away() {
        let ready = json!({"status": {"conditions": [{"type": "Ready", "status": "True"}]}});
        assert!(is_ready(&ready));
        assert!(!is_ready(&node()));
        let mut tainted = ready;
        tainted["spec"] = json!({"taints": [{"key": "node.kubernetes.io/not-ready"}]});
        assert!(!is_ready(&tainted));
    }
}
