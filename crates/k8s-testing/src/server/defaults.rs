//! What the server fills in, because clients rely on it: by the table, and by the few rules that no table can hold.
//!
//! Follows k8s.io/kubernetes `pkg/apis/core/v1/defaults.go` and the `PrepareForCreate` of each kind (v1.36).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::kinds::{self, Kind};
use super::rbac::GROUP;
use super::{custom, object};

/// Where pods' specs stand in objects of a kind that is pods or makes them.
fn pods(kind: &Kind) -> &'static [&'static str] {
    match kind.core() {
        "pods" => &["/spec"],
        "podtemplates" => &["/template/spec"],
        _ => &[
            "/spec/template/spec",
            "/spec/jobTemplate/spec/template/spec",
        ],
    }
}

/// Fills in what a kind declares: whoever sends an object owns that, too.
pub(crate) fn declared(kind: &Kind, new: &mut Value) {
    if let Some(custom) = &kind.custom {
        return custom.default(new);
    }
    match kind.core() {
        "limitranges" => limits(new),
        "namespaces" => namespace_label(new),
        "secrets" => secret(new),
        "services" => service(new),
        _ if kind.group == GROUP => binding(new),
        _ if &*kind.storage == "flowschemas.flowcontrol.apiserver.k8s.io" => precedence(new),
        _ if &*kind.storage == custom::STORAGE => custom::complete(new),
        _ => {}
    }
    for place in pods(kind) {
        pod(new.pointer_mut(place));
    }
    let is_job = &*kind.storage == "jobs.batch";
    if is_job || kind.core() == "replicationcontrollers" {
        labelled_as_its_pods(new);
    }
    let open = &*kind.storage == "jobs.batch" && is_open(new);
    let leads_elsewhere = leads_elsewhere(kind, new);
    let policy = new["spec"].get("internalTrafficPolicy").is_some();
    fill(new, &kind.defaults, "=");
    if leads_elsewhere && !policy {
        object::field(new, "spec").remove("internalTrafficPolicy");
    }
    if open {
        object::field(new, "spec").remove("completions");
    }
    if is_job {
        object::default(object::field(new, "spec"), "suspend", false);
    }
}

/// What has no labels has those of its pods.
pub(crate) fn labelled_as_its_pods(new: &mut Value) {
    let labels = new.pointer("/spec/template/metadata/labels").cloned();
    let own = new.pointer("/metadata/labels").and_then(Value::as_object);
    if let Some(labels) = labels.filter(|labels| labels.is_object())
        && own.is_none_or(Map::is_empty)
    {
        object::metadata(new).insert("labels".to_owned(), labels);
    }
}

/// A job that says how many pods run at once, but not how many shall end well, has no such number.
fn is_open(job: &Value) -> bool {
    let spec = &job["spec"];
    spec["completions"].is_null() && !spec["parallelism"].is_null()
}

/// Fills in a new object.
pub(crate) fn on_create(kind: &Kind, new: &mut Value) {
    if kind.counts_generations {
        object::metadata(new).insert("generation".to_owned(), 1.into());
    }
    first_status(kind, new);
    match kind.core() {
        "namespaces" => namespace(new),
        "nodes" => node(new),
        _ if &*kind.storage == custom::STORAGE => custom::prepare(new),
        _ => {}
    }
    on_update(kind, new);
}

/// Fills in what nobody owns, as far as that does not depend on an old object.
pub(crate) fn on_update(kind: &Kind, new: &mut Value) {
    if !kind.is_built_in() {
        return;
    }
    if &*kind.storage == custom::STORAGE {
        custom::change(new);
    }
    for place in pods(kind) {
        if let Some(spec) = new.pointer_mut(place).and_then(Value::as_object_mut) {
            account(spec);
        }
    }
    if kind.core() == "services" {
        addresses(new);
    }
    fill(new, &kind.defaults, "~");
    if leads_elsewhere(kind, new) {
        let spec = object::field(new, "spec");
        spec.retain(|field, _| !["ipFamilies", "ipFamilyPolicy"].contains(&field.as_str()));
    }
}

/// Whether it is a service that is another name only: it has no addresses.
fn leads_elsewhere(kind: &Kind, new: &Value) -> bool {
    kind.core() == "services" && new["spec"]["type"] == "ExternalName"
}

/// The address that was chosen is the first of its list; what has no address and selects nothing has both families.
fn addresses(service: &mut Value) {
    let spec = object::field(service, "spec");
    let selects = spec
        .get("selector")
        .is_some_and(|selector| *selector != json!({}));
    if spec
        .get("clusterIP")
        .is_some_and(|address| address == "None")
        && !selects
    {
        object::default(spec, "ipFamilies", json!(["IPv4", "IPv6"]));
        object::default(spec, "ipFamilyPolicy", "RequireDualStack");
    }
    if let Some(first) = spec.get("clusterIP").cloned() {
        object::default(spec, "clusterIPs", vec![first]);
    }
}

/// Fills what is missing: `{"=": VALUE}` (or `~`: `which`) stands at it, `{"*": …}` at a list, for each of its items.
fn fill(target: &mut Value, defaults: &Value, which: &str) {
    match (target, defaults) {
        (Value::Array(items), Value::Object(of)) => {
            let Some(each) = of.get("*") else { return };
            items.iter_mut().for_each(|item| fill(item, each, which));
        }
        (Value::Object(fields), Value::Object(of)) => {
            for (name, inner) in of {
                if let Some(value) = inner.get(which) {
                    complete(fields.entry(name).or_insert(Value::Null), value);
                } else if let Some(field) = fields.get_mut(name) {
                    fill(field, inner, which);
                }
            }
        }
        _ => {}
    }
}

/// A value that is missing, or says nothing, becomes its default; one of several types gets what belongs to its own.
fn complete(field: &mut Value, default: &Value) {
    let (Value::Object(fields), Value::Object(defaults)) = (&mut *field, default) else {
        if field.is_null() {
            *field = default.clone();
        }
        return;
    };
    let type_of = |of: &Map<String, Value>| of.get("type").cloned();
    if !fields.is_empty() && type_of(fields).is_some_and(|own| Some(own) != type_of(defaults)) {
        return;
    }
    if fields.is_empty() || defaults.contains_key("type") {
        for (name, default) in defaults {
            complete(fields.entry(name).or_insert(Value::Null), default);
        }
    }
}

/// A new object's status is the server's to say; a node alone brings its own.
fn first_status(kind: &Kind, new: &mut Value) {
    let Some(fields) = new.as_object_mut() else {
        return;
    };
    match &kind.first_status {
        Some(first) if kind.core() == "nodes" => {
            let status = object::map(fields, "status");
            for (name, value) in first.as_object().into_iter().flatten() {
                object::default(status, name, value.clone());
            }
        }
        Some(first) => {
            fields.insert("status".to_owned(), first.clone());
        }
        None if kind.has_status() => {
            fields.remove("status");
        }
        None => {}
    }
}

fn namespace(new: &mut Value) {
    let spec = object::field(new, "spec");
    let finalizers = spec.entry("finalizers").or_insert_with(|| json!([]));
    if let Some(list) = finalizers.as_array_mut()
        && !list.iter().any(|finalizer| finalizer == "kubernetes")
    {
        list.push("kubernetes".into());
    }
}

/// Every namespace carries its name as a label.
fn namespace_label(new: &mut Value) {
    let name = object::name(new).to_owned();
    if name.is_empty() {
        return;
    }
    let labels = object::map(object::metadata(new), "labels");
    labels.insert("kubernetes.io/metadata.name".to_owned(), name.into());
}

/// A new node is not ready (`TaintNodesByCondition`).
fn node(new: &mut Value) {
    let spec = object::field(new, "spec");
    let taints = spec.entry("taints").or_insert_with(|| json!([]));
    let taint = json!({"key": "node.kubernetes.io/not-ready", "effect": "NoSchedule"});
    if let Some(taints) = taints.as_array_mut()
        && !taints.contains(&taint)
    {
        taints.push(taint);
    }
}

/// `stringData` is written only: it goes into `data` and is never read back.
fn secret(new: &mut Value) {
    let texts = new
        .as_object_mut()
        .and_then(|fields| fields.remove("stringData"));
    if let Some(Value::Object(texts)) = texts {
        let data = object::field(new, "data");
        for (key, text) in texts {
            data.insert(
                key,
                STANDARD.encode(text.as_str().unwrap_or_default()).into(),
            );
        }
    }
}

/// A service's port leads to the same port, unless it says otherwise; one that is reached from outside says how.
fn service(new: &mut Value) {
    let of_type = object::text(new, "/spec/type").to_owned();
    let spec = object::field(new, "spec");
    let addresses = spec.get("externalIPs").and_then(Value::as_array);
    let is_outside = match of_type.as_str() {
        "LoadBalancer" | "NodePort" => true,
        "" | "ClusterIP" => addresses.is_some_and(|addresses| !addresses.is_empty()),
        _ => false,
    };
    if is_outside {
        object::default(spec, "externalTrafficPolicy", "Cluster");
    }
    if of_type == "LoadBalancer" {
        object::default(spec, "allocateLoadBalancerNodePorts", true);
    }
    let ports = new.pointer_mut("/spec/ports").and_then(Value::as_array_mut);
    for port in ports.into_iter().flatten().filter_map(Value::as_object_mut) {
        let number = port.get("port").cloned().unwrap_or_default();
        let target = port.entry("targetPort").or_insert(Value::Null);
        if target.is_null() || *target == 0 || *target == "" {
            *target = number;
        }
    }
}

fn pod(spec: Option<&mut Value>) {
    let Some(spec) = spec else { return };
    if let Some(fields) = spec.as_object_mut() {
        account(fields);
        for list in ["containers", "initContainers"] {
            let containers = fields.get_mut(list).and_then(Value::as_array_mut);
            let containers = containers.into_iter().flatten();
            containers.filter_map(Value::as_object_mut).for_each(pull);
        }
    }
    let template = kinds::core("podtemplates");
    fill(spec, &template.defaults["template"]["spec"], "=");
}

/// A service account's name stands in two fields; the older one speaks where the other is silent.
fn account(spec: &mut Map<String, Value>) {
    const FIELDS: [&str; 2] = ["serviceAccountName", "serviceAccount"];
    let names = FIELDS.iter().filter_map(|field| spec.get(*field)?.as_str());
    let name = names.into_iter().find(|name| !name.is_empty());
    if let Some(name) = name.map(str::to_owned) {
        for field in FIELDS {
            spec.insert(field.to_owned(), name.as_str().into());
        }
    }
}

/// When a container's image is pulled, which no table can tell: that goes by its tag.
fn pull(container: &mut Map<String, Value>) {
    let image = container
        .get("image")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let tag = image
        .rsplit('/')
        .next()
        .and_then(|last| last.split_once(':'))
        .map(|(_, tag)| tag);
    let newest = !image.contains('@') && matches!(tag, None | Some("latest"));
    let pull = if newest { "Always" } else { "IfNotPresent" };
    object::default(container, "imagePullPolicy", pull);
}

/// A container's default is the most that it may have; what it asks for by default is its default, or the least.
fn limits(new: &mut Value) {
    let items = new
        .pointer_mut("/spec/limits")
        .and_then(Value::as_array_mut);
    for item in items.into_iter().flatten() {
        if item["type"] != "Container" {
            continue;
        }
        for (from, to) in [
            ("max", "default"),
            ("default", "defaultRequest"),
            ("min", "defaultRequest"),
        ] {
            let from = item.get(from).and_then(Value::as_object).cloned();
            for (resource, amount) in from.into_iter().flatten() {
                object::default(object::field(item, to), &resource, amount);
            }
        }
    }
}

/// Zero is no precedence.
fn precedence(new: &mut Value) {
    const FIELD: &str = "matchingPrecedence";
    let spec = object::field(new, "spec");
    if spec.get(FIELD).is_some_and(|number| *number == 0) {
        spec.remove(FIELD);
    }
}

/// Roles, users and groups are of the one group that has them.
fn binding(new: &mut Value) {
    if let Some(reference) = new.get_mut("roleRef").and_then(Value::as_object_mut) {
        in_group(reference);
    }
    let subjects = new.get_mut("subjects").and_then(Value::as_array_mut);
    let subjects = subjects.into_iter().flatten();
    for subject in subjects.filter_map(Value::as_object_mut) {
        if matches!(
            subject.get("kind").and_then(Value::as_str),
            Some("User" | "Group")
        ) {
            in_group(subject);
        }
    }
}

fn in_group(fields: &mut Map<String, Value>) {
    if fields.get("apiGroup").is_none_or(|group| group == "") {
        fields.insert("apiGroup".to_owned(), GROUP.into());
    }
}
