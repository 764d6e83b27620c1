//! Objects and changes of them, from few words, so that managers meet.

use fastrand::Rng;
use serde_json::{Map, Value, json};

use super::draft::Kind;
use super::pods;

/// Fields that are there by chance, so many in a hundred.
pub(super) struct Fields<'a> {
    pub(super) rng: &'a mut Rng,
    fields: Map<String, Value>,
}

impl<'a> Fields<'a> {
    pub(super) fn new(rng: &'a mut Rng) -> Self {
        Self {
            rng,
            fields: Map::new(),
        }
    }

    pub(super) fn maybe(
        mut self,
        percent: u32,
        name: &str,
        make: impl FnOnce(&mut Rng) -> Value,
    ) -> Self {
        if self.rng.u32(..100) < percent {
            let value = make(self.rng);
            self.fields.insert(name.to_owned(), value);
        }
        self
    }

    pub(super) fn done(self) -> Value {
        self.fields.into()
    }
}

pub(super) fn pick(rng: &mut Rng, words: &[&str]) -> Value {
    words[rng.usize(..words.len())].into()
}

/// A list of items that differ in their number.
pub(super) fn list(
    rng: &mut Rng,
    most: usize,
    mut make: impl FnMut(&mut Rng, usize) -> Value,
) -> Value {
    let mut numbers: Vec<usize> = (0..most).collect();
    rng.shuffle(&mut numbers);
    numbers.truncate(rng.usize(1..=most));
    numbers
        .into_iter()
        .map(|number| make(rng, number))
        .collect()
}

/// A map of a few keys to a few values.
pub(super) fn map(rng: &mut Rng, values: &[&str]) -> Value {
    let keys = ["a", "b", "c"];
    let chosen = keys.iter().filter(|_| rng.bool()).copied();
    let chosen: Vec<&str> = chosen.collect();
    let chosen = chosen.into_iter();
    let fields: Map<String, Value> = chosen
        .map(|key| (key.to_owned(), pick(rng, values)))
        .collect();
    fields.into()
}

pub(super) fn labels(rng: &mut Rng) -> Value {
    map(rng, &["1", "2"])
}

fn finalizers(rng: &mut Rng) -> Value {
    list(rng, 3, |_, number| format!("x.example/{number}").into())
}

fn metadata(rng: &mut Rng) -> Value {
    Fields::new(rng)
        .maybe(50, "labels", labels)
        .maybe(30, "annotations", labels)
        .maybe(20, "finalizers", finalizers)
        .done()
}

/// All that somebody wants of an object.
pub(super) fn whole(rng: &mut Rng, kind: Kind, name: &str) -> Value {
    let mut object = content(rng, kind, true);
    object["apiVersion"] = kind.api_version().into();
    object["kind"] = kind.name().into();
    object["metadata"] = metadata(rng);
    object["metadata"]["name"] = name.into();
    if rng.u32(..100) < 3 {
        object["odd"] = json!({"a": 1});
    }
    object
}

/// A merge patch: some fields, some of them gone.
pub(super) fn merge(rng: &mut Rng, kind: Kind, name: &str) -> Value {
    let mut changes = content(rng, kind, false);
    changes["metadata"] = metadata(rng);
    if rng.u32(..100) < 15 {
        changes["metadata"]["labels"] = Value::Null;
    }
    if rng.u32(..100) < 10 {
        changes["metadata"]["name"] = name.into();
    }
    if rng.u32(..100) < 8 {
        changes["metadata"]["managedFields"] = json!([{}]);
    }
    changes
}

/// A strategic merge patch, with directives here and there.
pub(super) fn strategic(rng: &mut Rng, kind: Kind) -> Value {
    let mut changes = match kind {
        Kind::PodTemplate => json!({"template": pods::changes(rng)}),
        Kind::Service => json!({"spec": service_changes(rng)}),
        kind => content(rng, kind, false),
    };
    let mut metadata = metadata(rng);
    // With both, the server does one before the other as chance has it.
    if metadata.get("finalizers").is_none() && rng.u32(..100) < 20 {
        let gone = finalizers(rng);
        metadata["$deleteFromPrimitiveList/finalizers"] = gone;
    }
    if rng.u32(..100) < 8 {
        metadata["$setElementOrder/finalizers"] =
            json!(["x.example/2", "x.example/0", "x.example/1"]);
    }
    if metadata.get("labels").is_some() && rng.u32(..100) < 15 {
        metadata["labels"]["$patch"] = pick(rng, &["replace", "delete"]);
    }
    changes["metadata"] = metadata;
    if rng.u32(..100) < 4 {
        changes["odd"] = json!({"a": 1});
    }
    changes
}

/// What a kind holds beside its metadata; a new object must hold some of it.
fn content(rng: &mut Rng, kind: Kind, new: bool) -> Value {
    let data = |rng: &mut Rng| map(rng, &["1", "2"]);
    let packed = |rng: &mut Rng| map(rng, &["MQ==", "Mg=="]);
    match kind {
        Kind::ConfigMap => Fields::new(rng)
            .maybe(80, "data", data)
            .maybe(4, "immutable", |rng| rng.bool().into())
            .done(),
        Kind::Secret => Fields::new(rng)
            .maybe(60, "data", packed)
            .maybe(30, "stringData", data)
            .maybe(20, "type", |_| "Opaque".into())
            .done(),
        Kind::PodTemplate => json!({"template": pods::template(rng, new)}),
        Kind::Pod if new => json!({"spec": pods::fixed()}),
        Kind::Pod => Fields::new(rng).maybe(10, "spec", |_| pods::fixed()).done(),
        Kind::Service => json!({"spec": service(rng)}),
        Kind::NetworkPolicy => json!({"spec": policy(rng)}),
        Kind::Ingress => json!({"spec": ingress(rng)}),
    }
}

fn service(rng: &mut Rng) -> Value {
    let mut spec = Fields::new(rng)
        .maybe(100, "selector", |rng| {
            // What selects nothing gets addresses of both families.
            let mut selector = labels(rng);
            selector["app"] = "x".into();
            selector
        })
        .maybe(20, "sessionAffinity", |_| "None".into())
        .maybe(20, "publishNotReadyAddresses", |rng| rng.bool().into())
        .maybe(15, "type", |_| "ClusterIP".into())
        .done();
    spec["clusterIP"] = "None".into();
    spec["ports"] = list(rng, 3, port);
    spec
}

fn port(rng: &mut Rng, number: usize) -> Value {
    let mut port = Fields::new(rng)
        .maybe(40, "targetPort", |rng| {
            [json!(8080), json!("web"), json!(81)][rng.usize(..3)].clone()
        })
        .maybe(20, "appProtocol", |rng| pick(rng, &["http", "x.example/y"]))
        .maybe(40, "protocol", |_| "TCP".into())
        .done();
    port["port"] = (80 + number).into();
    port["name"] = format!("p{number}").into();
    port
}

fn service_changes(rng: &mut Rng) -> Value {
    let ports = list(rng, 3, |rng, number| match rng.u32(..100) {
        0..20 => json!({"port": 80 + number, "$patch": "delete"}),
        _ => port(rng, number),
    });
    let order = list(rng, 3, |_, number| json!({"port": 80 + number}));
    Fields::new(rng)
        .maybe(70, "ports", |_| ports)
        .maybe(10, "$setElementOrder/ports", |_| order)
        .maybe(20, "selector", labels)
        .done()
}

fn policy(rng: &mut Rng) -> Value {
    let ports = |rng: &mut Rng| {
        list(rng, 2, |rng, number| {
            Fields::new(rng)
                .maybe(40, "protocol", |rng| pick(rng, &["TCP", "UDP"]))
                .maybe(70, "port", |_| (80 + number).into())
                .done()
        })
    };
    let mut spec = Fields::new(rng)
        .maybe(60, "ingress", |rng| json!([{"ports": ports(rng)}]))
        .maybe(30, "policyTypes", |_| json!(["Ingress"]))
        .done();
    // A map that is there and empty counts as a change of what is wanted, here: Go tells it from none.
    let mut chosen = labels(rng);
    chosen["app"] = "x".into();
    spec["podSelector"] = Fields::new(rng).maybe(60, "matchLabels", |_| chosen).done();
    spec
}

fn ingress(rng: &mut Rng) -> Value {
    let name = pick(rng, &["x", "y"]);
    let mut spec = Fields::new(rng)
        .maybe(30, "ingressClassName", |rng| pick(rng, &["c", "d"]))
        .maybe(
            30,
            "tls",
            |rng| json!([{"hosts": [pick(rng, &["a.example", "b.example"])]}]),
        )
        .done();
    spec["defaultBackend"] = json!({"service": {"name": name, "port": {"number": 80}}});
    spec
}

/// What is of a pod.
pub(super) fn status(rng: &mut Rng) -> Value {
    let condition = |rng: &mut Rng, number: usize| json!({"type": format!("x.example/{number}"), "status": pick(rng, &["True", "False"])});
    Fields::new(rng)
        .maybe(60, "conditions", |rng| list(rng, 3, condition))
        .maybe(40, "message", |rng| pick(rng, &["m", "n"]))
        .maybe(30, "reason", |rng| pick(rng, &["r", "s"]))
        .done()
}
