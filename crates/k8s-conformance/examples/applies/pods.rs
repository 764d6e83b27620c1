//! What pods are made of: lists known by keys, sets, lists and maps that are one value.

use fastrand::Rng;
use serde_json::{Value, json};

use super::bodies::{Fields, labels, list, map, pick};

/// A pod that no scheduler and no kubelet looks at.
pub(super) fn fixed() -> Value {
    json!({
        "schedulerName": "nobody",
        "automountServiceAccountToken": false,
        "containers": [{"name": "a", "image": "registry.example/a:1"}],
    })
}

/// A template; a new one has containers.
pub(super) fn template(rng: &mut Rng, new: bool) -> Value {
    let spec = spec(rng, new);
    let mut template = Fields::new(rng).maybe(40, "metadata", metadata).done();
    template["spec"] = spec;
    template
}

fn metadata(rng: &mut Rng) -> Value {
    Fields::new(rng)
        .maybe(70, "labels", labels)
        .maybe(30, "annotations", labels)
        .done()
}

fn spec(rng: &mut Rng, new: bool) -> Value {
    Fields::new(rng)
        .maybe(if new { 100 } else { 60 }, "containers", |rng| {
            list(rng, 3, |rng, number| container(rng, number, new))
        })
        .maybe(25, "volumes", |rng| list(rng, 3, volume))
        .maybe(20, "nodeSelector", labels)
        .maybe(20, "tolerations", |rng| list(rng, 2, toleration))
        .maybe(20, "hostAliases", |rng| list(rng, 2, alias))
        .maybe(20, "imagePullSecrets", |rng| {
            list(rng, 3, |_, number| json!({"name": format!("s{number}")}))
        })
        .maybe(15, "topologySpreadConstraints", |rng| list(rng, 2, spread))
        .maybe(15, "restartPolicy", |rng| pick(rng, &["Always", "Never"]))
        .maybe(15, "terminationGracePeriodSeconds", |rng| {
            rng.u32(1..3).into()
        })
        .maybe(15, "securityContext", |rng| {
            Fields::new(rng)
                .maybe(50, "runAsUser", |rng| rng.u32(1..3).into())
                .maybe(50, "supplementalGroups", |_| json!([1, 2]))
                .done()
        })
        .maybe(10, "serviceAccountName", |rng| pick(rng, &["x", "y"]))
        .done()
}

fn container(rng: &mut Rng, number: usize, new: bool) -> Value {
    let mut container = Fields::new(rng)
        .maybe(if new { 100 } else { 85 }, "image", |rng| {
            pick(rng, &["registry.example/a:1", "registry.example/a:2", "b"])
        })
        .maybe(25, "args", |rng| list(rng, 2, |_, number| format!("-{number}").into()))
        .maybe(30, "env", |rng| list(rng, 3, variable))
        .maybe(35, "ports", |rng| {
            // No two containers have one port: that is warned of.
            list(rng, 2, |rng, port| self::port(rng, 10 * number + port))
        })
        .maybe(25, "resources", |rng| {
            json!({"limits": {"cpu": pick(rng, &["1", "1000m", "0.5", "500m"]), "memory": pick(rng, &["1Gi", "1024Mi"])}})
        })
        .maybe(10, "readinessProbe", |rng| {
            json!({"httpGet": {"port": 80, "path": pick(rng, &["/x", "/y"])}})
        })
        .maybe(10, "tty", |rng| rng.bool().into())
        .maybe(10, "workingDir", |rng| pick(rng, &["", "/x"]))
        .done();
    container["name"] = format!("c{number}").into();
    container
}

fn variable(rng: &mut Rng, number: usize) -> Value {
    let name = format!("V{number}");
    match rng.u32(..100) {
        0..20 => {
            json!({"name": name, "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}})
        }
        20..30 => json!({"name": name}),
        _ => json!({"name": name, "value": pick(rng, &["1", "2", ""])}),
    }
}

fn port(rng: &mut Rng, number: usize) -> Value {
    let mut port = Fields::new(rng)
        .maybe(40, "protocol", |_| "TCP".into())
        .maybe(30, "name", |_| format!("p{number}").into())
        .done();
    port["containerPort"] = (80 + number).into();
    port
}

fn volume(rng: &mut Rng, number: usize) -> Value {
    let name = format!("v{number}");
    match rng.u32(..4) {
        0 => json!({"name": name, "emptyDir": {}}),
        1 => json!({"name": name, "configMap": {"name": pick(rng, &["x", "y"])}}),
        2 => json!({"name": name, "secret": {"secretName": pick(rng, &["x", "y"])}}),
        _ => json!({"name": name, "hostPath": {"path": pick(rng, &["/x", "/y"])}}),
    }
}

fn toleration(rng: &mut Rng, number: usize) -> Value {
    json!({"key": format!("k{number}"), "operator": "Exists", "effect": pick(rng, &["NoSchedule", "NoExecute"])})
}

fn alias(rng: &mut Rng, number: usize) -> Value {
    json!({"ip": format!("10.0.0.{number}"), "hostnames": [pick(rng, &["a.example", "b.example"])]})
}

fn spread(rng: &mut Rng, number: usize) -> Value {
    json!({
        "maxSkew": rng.u32(1..3), "topologyKey": format!("x.example/{number}"), "whenUnsatisfiable": "DoNotSchedule",
        "labelSelector": {},
    })
}

/// A strategic merge patch of a template.
pub(super) fn changes(rng: &mut Rng) -> Value {
    let mut changes = template(rng, false);
    let spec = &mut changes["spec"];
    if let Some(containers) = spec.get_mut("containers").and_then(Value::as_array_mut) {
        for container in containers {
            match rng.u32(..100) {
                0..12 => {
                    *container = json!({"name": container["name"], "$patch": "delete"});
                }
                12..16 => *container = json!({"$patch": "replace"}),
                16..18 => *container = json!({"image": "registry.example/none:1"}),
                18..22 => container["args"] = Value::Null,
                22..26 => {
                    container["$setElementOrder/env"] =
                        json!([{"name": "V2"}, {"name": "V0"}, {"name": "V1"}])
                }
                _ => {}
            }
        }
    }
    if rng.u32(..100) < 10 {
        spec["$setElementOrder/containers"] =
            list(rng, 3, |_, number| json!({"name": format!("c{number}")}));
    }
    if let Some(volumes) = spec.get_mut("volumes").and_then(Value::as_array_mut) {
        for volume in volumes {
            if rng.u32(..100) < 70
                && let Some(fields) = volume.as_object_mut()
            {
                let kept: Value = fields.keys().cloned().collect();
                fields.insert("$retainKeys".to_owned(), kept);
            }
        }
    }
    if rng.u32(..100) < 10 {
        spec["nodeSelector"] = map(rng, &["1"]);
        spec["nodeSelector"]["$patch"] = pick(rng, &["replace", "delete"]);
    }
    if rng.u32(..100) < 10 {
        spec["securityContext"] = Value::Null;
    }
    changes
}
