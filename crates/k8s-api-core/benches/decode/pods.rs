//! Pods as a real server writes them: 6 to 9 KB, of 120 workloads that differ in names, counts and lengths.

use serde_json::{Map, Value, json};

/// How many workloads the pods are of.
const WORKLOADS: usize = 120;
const TIME: &str = "2026-11-22T03:04:05Z";
const WORDS: [&str; 12] = [
    "checkout", "cart", "search", "billing", "mail", "auth", "ledger", "ingest", "render", "stock",
    "quote", "relay",
];

/// The pod of this number, as JSON.
pub(crate) fn pod(n: usize) -> String {
    let workload = Workload::of(n % WORKLOADS);
    let containers: Vec<Value> = (0..workload.containers)
        .map(|c| workload.container(c))
        .collect();
    json!({
        "apiVersion": "v1", "kind": "Pod",
        "metadata": workload.metadata(n, &containers),
        "spec": workload.spec(n, &containers),
        "status": workload.status(n, &containers),
    })
    .to_string()
}

/// A Deployment's share of a pod: what its pods have in common.
struct Workload {
    number: usize,
    name: String,
    containers: usize,
}

impl Workload {
    fn of(number: usize) -> Self {
        let name = format!("{}-{}", WORDS[number % 12], WORDS[(number / 12 + 5) % 12]);
        // Three in four have one container, as in most clusters.
        let containers = 1 + usize::from(number.is_multiple_of(4));
        Self {
            number,
            name,
            containers,
        }
    }

    fn hash(&self) -> String {
        format!("{:09x}", (self.number + 1) * 40_503_777)
    }

    fn image(&self, c: usize) -> String {
        let n = self.number;
        format!(
            "registry.example.org/team-{}/{}-{c}:v{}.{}",
            n % 7,
            self.name,
            n % 9,
            n * 3
        )
    }

    fn metadata(&self, n: usize, containers: &[Value]) -> Value {
        let hash = self.hash();
        let mut labels = json!({
            "app.kubernetes.io/name": self.name, "app.kubernetes.io/instance": format!("{}-{}", self.name, self.number),
            "pod-template-hash": hash,
        });
        for l in 0..self.number % 4 {
            labels[format!("team.example.org/label-{l}")] = json!(WORDS[(self.number + l) % 12]);
        }
        let annotations = json!({
            "checksum/config": format!("{:064x}", (self.number + 1) * 7_919), "prometheus.io/port": "9102",
            "note": "x".repeat(self.number * 7 % 200),
        });
        let owner = json!({"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": format!("{}-{hash}", self.name),
            "uid": uid(self.number), "controller": true, "blockOwnerDeletion": true});
        json!({
            "name": format!("{}-{hash}-{:05x}", self.name, n), "generateName": format!("{}-{hash}-", self.name),
            "namespace": format!("team-{}", self.number % 13), "uid": uid(n), "resourceVersion": (n * 17 + 1).to_string(),
            "creationTimestamp": TIME, "labels": labels, "annotations": annotations, "ownerReferences": [owner],
            "managedFields": managed(containers),
        })
    }

    fn container(&self, c: usize) -> Value {
        let env = (0..3 + self.number % 6).map(|e| match e {
            0 => json!({"name": "POD_NAME", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}}),
            1 => json!({"name": "PASSWORD", "valueFrom": {"secretKeyRef": {"name": format!("{}-db", self.name), "key": "password"}}}),
            _ => json!({"name": format!("SETTING_{e}"), "value": "v".repeat((self.number + e) % 40)}),
        });
        json!({
            "name": format!("{}-{c}", WORDS[(self.number + c) % 12]), "image": self.image(c),
            "args": ["--listen=:8080", format!("--config=/etc/{}/config.yaml", self.name)],
            "env": env.collect::<Vec<_>>(),
            "ports": [{"name": "http", "containerPort": 8080 + c, "protocol": "TCP"}],
            "resources": {"limits": {"cpu": "1", "memory": "512Mi"}, "requests": {"cpu": "250m", "memory": "256Mi"}},
            "volumeMounts": [{"name": "config", "mountPath": format!("/etc/{}", self.name), "readOnly": true},
                {"name": "kube-api-access", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount", "readOnly": true}],
            "livenessProbe": probe("/healthz"), "readinessProbe": probe("/readyz"),
            "terminationMessagePath": "/dev/termination-log", "terminationMessagePolicy": "File",
            "imagePullPolicy": "IfNotPresent",
            "securityContext": {"capabilities": {"drop": ["ALL"]}, "runAsNonRoot": true, "readOnlyRootFilesystem": true},
        })
    }

    fn spec(&self, n: usize, containers: &[Value]) -> Value {
        let toleration = |key: &str| json!({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 300});
        json!({
            "containers": containers, "nodeName": format!("node-{}.example.org", n % 100), "serviceAccountName": self.name,
            "serviceAccount": self.name, "restartPolicy": "Always", "terminationGracePeriodSeconds": 30,
            "dnsPolicy": "ClusterFirst", "schedulerName": "default-scheduler", "priority": 0, "enableServiceLinks": true,
            "preemptionPolicy": "PreemptLowerPriority", "securityContext": {"runAsUser": 1000, "fsGroup": 1000},
            "volumes": [{"name": "config", "configMap": {"name": format!("{}-config", self.name), "defaultMode": 420}},
                {"name": "kube-api-access", "projected": {"defaultMode": 420, "sources": [
                    {"serviceAccountToken": {"path": "token", "expirationSeconds": 3607}},
                    {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
                    {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}]}}]}}],
            "tolerations": [toleration("node.kubernetes.io/not-ready"), toleration("node.kubernetes.io/unreachable")],
        })
    }

    fn status(&self, n: usize, containers: &[Value]) -> Value {
        let statuses = containers.iter().enumerate().map(|(c, container)| {
            json!({"name": container["name"], "ready": !n.is_multiple_of(9), "restartCount": n % 11, "started": true,
                "image": container["image"], "imageID": format!("{}@sha256:{:064x}", self.image(c), self.number + 1),
                "containerID": format!("containerd://{:064x}", n * 31 + 7), "lastState": {},
                "state": {"running": {"startedAt": TIME}}, "resources": container["resources"],
                "allocatedResources": {"cpu": "250m", "memory": "256Mi"}})
        });
        let conditions = ["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"]
            .map(|kind| json!({"type": kind, "status": "True", "lastProbeTime": null, "lastTransitionTime": TIME}));
        let ip = format!("10.{}.{}.{}", n / 60_000, n / 250 % 240, n % 250);
        json!({
            "phase": "Running", "podIP": ip, "podIPs": [{"ip": ip}], "hostIP": "192.168.14.23", "startTime": TIME,
            "qosClass": "Burstable", "conditions": conditions, "containerStatuses": statuses.collect::<Vec<_>>(),
        })
    }
}

fn probe(path: &str) -> Value {
    json!({"httpGet": {"path": path, "port": "http", "scheme": "HTTP"}, "timeoutSeconds": 1, "periodSeconds": 10,
        "successThreshold": 1, "failureThreshold": 3})
}

fn uid(n: usize) -> String {
    let n = n as u64 * 0x9e37_79b9_7f4a_7c15;
    format!(
        "{:08x}-{:04x}-4{:03x}-9{:03x}-{:012x}",
        n >> 32,
        n >> 16 & 0xffff,
        n & 0xfff,
        n >> 20 & 0xfff,
        n >> 16
    )
}

/// Who set what: the controller the spec, kubelet the status.
fn managed(containers: &[Value]) -> Value {
    let mut of_spec = Map::new();
    for container in containers {
        let mut fields = json!({".": {}});
        for key in container.as_object().into_iter().flat_map(Map::keys) {
            fields[format!("f:{key}")] = json!({});
        }
        let env = container["env"].as_array().into_iter().flatten();
        let env: Map<_, _> = env
            .map(|env| {
                (
                    format!("k:{{\"name\":{}}}", env["name"]),
                    json!({".": {}, "f:name": {}, "f:value": {}}),
                )
            })
            .collect();
        fields["f:env"] = Value::Object(env);
        of_spec.insert(format!("k:{{\"name\":{}}}", container["name"]), fields);
    }
    let spec = json!({"f:containers": of_spec, "f:dnsPolicy": {}, "f:restartPolicy": {}, "f:serviceAccountName": {},
        "f:volumes": {".": {}, "k:{\"name\":\"config\"}": {".": {}, "f:configMap": {}, "f:name": {}}}});
    let conditions: Map<_, _> = ["Ready", "ContainersReady", "Initialized"]
        .map(|kind| (format!("k:{{\"type\":\"{kind}\"}}"),
            json!({".": {}, "f:lastProbeTime": {}, "f:lastTransitionTime": {}, "f:status": {}, "f:type": {}})))
        .into_iter()
        .collect();
    let status = json!({"f:conditions": conditions, "f:containerStatuses": {}, "f:hostIP": {}, "f:phase": {},
        "f:podIP": {}, "f:podIPs": {".": {}}, "f:startTime": {}});
    let entry = |manager: &str, fields: Value| json!({"manager": manager, "operation": "Update", "apiVersion": "v1", "time": TIME, "fieldsType": "FieldsV1", "fieldsV1": fields});
    let metadata = json!({"f:labels": {".": {}, "f:pod-template-hash": {}}, "f:generateName": {}, "f:ownerReferences": {".": {}}});
    json!([
        entry(
            "kube-controller-manager",
            json!({"f:metadata": metadata, "f:spec": spec})
        ),
        entry("kubelet", json!({"f:status": status})),
    ])
}
