//! What the server refuses with 422, and in which words.
//!
//! Follows k8s.io/apimachinery `pkg/api/validation/objectmeta.go` and k8s.io/kubernetes
//! `pkg/apis/core/validation/validation.go` (v1.36), for the kinds in the table.

mod pod;
mod rbac;
mod resource;
mod secret;

use std::net::IpAddr;

use k8s_api_core::selector::syntax;
use serde_json::{Map, Value};

pub(crate) use self::resource::asked as ask_rules;
use super::kinds::{Kind, Lack, Naming};
use super::rbac::GROUP;
use super::status::{Answered, FieldFault, Refusal};
use super::{custom, decode, defaults, object};

/// Checks a new object.
pub(crate) fn on_create(kind: &Kind, new: &Value, told: Vec<FieldFault>) -> Answered<()> {
    if &*kind.storage == custom::STORAGE {
        return refuse(kind, new, &custom::on_create(new));
    }
    let mut faults = metadata(kind, new);
    match &kind.custom {
        Some(custom) => {
            let another = resource::type_meta(kind, new);
            refuse(kind, new, &another)?;
            faults.extend(resource::faults(custom, new, told));
        }
        None => faults.extend(content(kind, new)),
    }
    refuse(kind, new, &faults)
}

/// Checks a replacement of an object, or (`part`) of its status, against what it replaces.
pub(crate) fn on_update(
    kind: &Kind,
    (new, old): (&Value, &Value),
    part: &str,
    told: Vec<FieldFault>,
) -> Answered<()> {
    let mut faults = metadata(kind, new);
    let changed = metadata_update(new, old);
    // The server checks this part twice, once for all kinds and once for each; its causes say so.
    faults.extend(changed.iter().cloned());
    faults.extend(changed);
    if let Some(custom) = &kind.custom {
        refuse(kind, new, &resource::type_meta(kind, new))?;
        faults.extend(resource::update(custom, (new, old), part == "status", told));
        return refuse(kind, new, &faults);
    }
    match kind.core() {
        "secrets" => faults.extend(secret::update(new, old)),
        "configmaps" => faults.extend(frozen(new, old, &["data", "binaryData"])),
        "pods" => faults.extend(pod::update(new, old)),
        _ if kind.group == GROUP => faults.extend(rbac::update(&kind.resource, new, old)),
        _ if &*kind.storage == custom::STORAGE && part.is_empty() => {
            faults.extend(custom::on_update(new, old));
        }
        _ => {}
    }
    faults.extend(content(kind, new));
    refuse(kind, new, &faults)
}

fn metadata_update(new: &Value, old: &Value) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    let finalizers = |object: &Value| -> Vec<String> {
        let list = object
            .pointer("/metadata/finalizers")
            .and_then(Value::as_array);
        list.into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    };
    let before = finalizers(old);
    let added: Vec<String> = finalizers(new)
        .into_iter()
        .filter(|name| !before.contains(name))
        .collect();
    if object::is_being_deleted(old) && !added.is_empty() {
        let quoted: Vec<String> = added.iter().map(|name| format!("{name:?}")).collect();
        let says = format!(
            "no new finalizers can be added if the object is being deleted, found new finalizers []string{{{}}}",
            quoted.join(", ")
        );
        faults.push(FieldFault::forbidden("metadata.finalizers", &says));
    }
    for field in [
        "name",
        "namespace",
        "uid",
        "deletionTimestamp",
        "deletionGracePeriodSeconds",
    ] {
        let pointer = format!("/metadata/{field}");
        let (new, old) = (new.pointer(&pointer), old.pointer(&pointer));
        if new != old {
            faults.push(immutable(format!("metadata.{field}"), new));
        }
    }
    faults
}

fn refuse(kind: &Kind, new: &Value, faults: &[FieldFault]) -> Answered<()> {
    if faults.is_empty() {
        return Ok(());
    }
    // Of a custom resource the server names the kind that was sent.
    let sent = object::text(new, "/kind");
    Err(Refusal::invalid(
        &kind.group,
        if kind.is_built_in() { &kind.kind } else { sent },
        object::name(new),
        faults,
    ))
}

fn content(kind: &Kind, new: &Value) -> Vec<FieldFault> {
    match kind.core() {
        "pods" => pod::faults(new),
        "secrets" => secret::faults(new),
        "configmaps" => data_keys(new, "data")
            .chain(both(new))
            .chain(data_keys(new, "binaryData"))
            .collect(),
        // Names that lead elsewhere, or to pods alone, need no ports.
        "services"
            if new["spec"]["clusterIP"] == "None" || new["spec"]["type"] == "ExternalName" =>
        {
            Vec::new()
        }
        _ if &*kind.storage == custom::STORAGE => Vec::new(),
        _ if &*kind.storage == "leases.coordination.k8s.io" => lease(new),
        _ if kind.group == GROUP => rbac::faults(&kind.resource, new),
        _ => lacks(kind, new),
    }
}

fn metadata(kind: &Kind, new: &Value) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    let check = match kind.naming {
        // Its definition checks the name of a definition, for it is made of others.
        _ if &*kind.storage == custom::STORAGE => syntax::dns_subdomain,
        Naming::Address => address,
        Naming::Label => syntax::dns_label,
        Naming::Label1035 => label_1035,
        Naming::Segment => segment,
        Naming::Subdomain => syntax::dns_subdomain,
    };
    let base = object::text(new, "/metadata/generateName");
    if !base.is_empty() {
        // What is generated ends in a letter, so the base may end in '-'.
        let masked = base.strip_suffix('-').map(|stem| format!("{stem}a"));
        let says = check(masked.as_deref().unwrap_or(base));
        faults.extend(invalid("metadata.generateName", base, says));
    }
    match object::name(new) {
        "" => faults.push(FieldFault::required(
            "metadata.name",
            "name or generateName is required",
        )),
        name => faults.extend(invalid("metadata.name", name, check(name))),
    }
    for (key, value) in object::labels(new).into_iter().flatten() {
        let value = value.as_str().unwrap_or_default();
        faults.extend(invalid("metadata.labels", key, syntax::label_key(key)));
        faults.extend(invalid(
            "metadata.labels",
            value,
            syntax::label_value(value),
        ));
    }
    let annotations = new
        .pointer("/metadata/annotations")
        .and_then(Value::as_object);
    for (key, _) in annotations.into_iter().flatten() {
        let says = syntax::label_key(&key.to_lowercase());
        faults.extend(invalid("metadata.annotations", key, says));
    }
    let finalizers = new
        .pointer("/metadata/finalizers")
        .and_then(Value::as_array);
    for (i, name) in finalizers
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .enumerate()
    {
        faults.extend(invalid(
            &format!("metadata.finalizers[{i}]"),
            name,
            finalizer(kind, name),
        ));
    }
    faults
}

/// What an object lacks of what an empty one is refused for: all of it when it says nothing at all.
fn lacks(kind: &Kind, new: &Value) -> Vec<FieldFault> {
    if kind.required.is_empty() {
        return Vec::new();
    }
    let mut nothing = decode::nothing(kind);
    defaults::declared(kind, &mut nothing);
    defaults::on_update(kind, &mut nothing);
    let says_nothing = |lack: &Lack| {
        let top = lack.field.split(['.', '[']).next().unwrap_or_default();
        let sent = new.get(top).unwrap_or(&Value::Null);
        sent.is_null() || Some(sent) == nothing.get(top)
    };
    let is_absent = |lack: &Lack| {
        // What stands below an index is looked for in empty objects only.
        if lack.field.contains('[') {
            return false;
        }
        let value = |field: &str| {
            let mut parts = field.split('.');
            parts.try_fold(new, |value, part| value.get(part))
        };
        lack.reason == "FieldValueRequired"
            && value(&lack.field).is_none_or(|value| value.is_null() || value == "")
            && !alternatives(lack).any(|field| value(&field).is_some())
    };
    let lacking = kind.required.iter();
    lacking
        .filter(|lack| says_nothing(lack) || is_absent(lack))
        .map(FieldFault::from)
        .collect()
}

/// The fields of which one will do, where the server says that of several.
fn alternatives(lack: &Lack) -> impl Iterator<Item = String> {
    let fields = lack.says.strip_prefix("Required value: ");
    let fields = fields.and_then(|says| says.strip_suffix(" must contain at least one item"));
    let parent = lack.field.rsplit_once('.').map_or("", |(parent, _)| parent);
    let fields = fields.into_iter().flat_map(|fields| fields.split(" or "));
    fields.map(move |field| format!("{parent}.{field}"))
}

/// `ValidatePathSegmentName`: what can stand between two slashes of a URL.
fn segment(name: &str) -> Vec<String> {
    if matches!(name, "." | "..") {
        return vec![format!("may not be '{name}'")];
    }
    let holds = |part: &&str| name.contains(*part);
    let says = |part: &str| format!("may not contain '{part}'");
    ["/", "%"]
        .iter()
        .copied()
        .filter(|part| holds(part))
        .map(says)
        .collect()
}

/// An address in the form that Go prints it in.
fn address(name: &str) -> Vec<String> {
    let read: Option<IpAddr> = name.parse().ok();
    let says = match read {
        Some(IpAddr::V6(address)) if address.to_ipv4_mapped().is_some() => {
            "must not be an IPv4-mapped IPv6 address".to_owned()
        }
        Some(address) if address.to_string() == name => return Vec::new(),
        Some(address) => format!("must be in canonical form (\"{address}\")"),
        None => "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)".to_owned(),
    };
    vec![says]
}

/// A DNS label that begins with a letter.
fn label_1035(name: &str) -> Vec<String> {
    let mut faults = syntax::dns_label(name);
    if faults.is_empty() && name.starts_with(|first: char| first.is_ascii_digit()) {
        faults.push(
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic \
             character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation \
             is '[a-z]([-a-z0-9]*[a-z0-9])?')"
                .to_owned(),
        );
    }
    faults
}

/// Finalizers are qualified names, but for the few that Kubernetes itself has.
fn finalizer(kind: &Kind, name: &str) -> Vec<String> {
    let mut faults = syntax::label_key(name);
    let standard = object::is_standard_finalizer(name);
    if kind.is_built_in() && faults.is_empty() && !name.contains('/') && !standard {
        faults
            .push("name is neither a standard finalizer name nor is it fully qualified".to_owned());
    }
    faults
}

fn invalid(
    field: &str,
    value: &str,
    says: Vec<String>,
) -> impl Iterator<Item = FieldFault> + use<> {
    let (field, value) = (field.to_owned(), Value::from(value));
    says.into_iter()
        .map(move |detail| FieldFault::invalid(field.clone(), &value, &detail))
}

pub(crate) fn immutable(field: impl Into<String>, value: Option<&Value>) -> FieldFault {
    let value = value.cloned().unwrap_or_else(|| "".into());
    FieldFault::invalid(field, &value, "field is immutable")
}

/// What changed of a Secret or a ConfigMap that was declared immutable.
fn frozen(new: &Value, old: &Value, fields: &[&str]) -> Vec<FieldFault> {
    if old["immutable"] != true {
        return Vec::new();
    }
    let says = "field is immutable when `immutable` is set";
    let changed = |field: &&&str| new[**field] != old[**field];
    ["immutable"]
        .iter()
        .chain(fields)
        .filter(changed)
        .map(|field| FieldFault::forbidden(*field, says))
        .collect()
}

/// A ConfigMap's key stands in one of its maps only.
fn both(new: &Value) -> impl Iterator<Item = FieldFault> {
    let data = new["data"].as_object().into_iter().flat_map(Map::keys);
    data.filter(|key| new["binaryData"].get(key.as_str()).is_some())
        .map(|key| {
            let says = "duplicate of key present in binaryData";
            FieldFault::invalid(format!("data[{key}]"), &key.as_str().into(), says)
        })
}

fn lease(new: &Value) -> Vec<FieldFault> {
    let too_small = |field: &str, least: i64, says: &str| {
        let value = &new["spec"][field];
        let fault = || FieldFault::invalid(format!("spec.{field}"), value, says);
        value
            .as_i64()
            .filter(|number| *number < least)
            .map(|_| fault())
    };
    [
        too_small("leaseDurationSeconds", 1, "must be greater than 0"),
        too_small("leaseTransitions", 0, "must be greater than or equal to 0"),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Keys of a Secret's or a ConfigMap's data.
fn data_keys<'a>(new: &'a Value, field: &'static str) -> impl Iterator<Item = FieldFault> + 'a {
    let data = new.get(field).and_then(Value::as_object);
    data.into_iter()
        .flat_map(Map::keys)
        .flat_map(move |key| invalid(&format!("{field}[{key}]"), key, data_key(key)))
}

fn data_key(key: &str) -> Vec<String> {
    let mut faults = Vec::new();
    if key.len() > 253 {
        faults.push("must be no more than 253 characters".to_owned());
    }
    if key.is_empty()
        || !key
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b'_'))
    {
        faults.push(
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or \
             'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
                .to_owned(),
        );
    }
    match key {
        "." | ".." => faults.push(format!("must not be '{key}'")),
        _ if key.starts_with("..") => faults.push("must not start with '..'".to_owned()),
        _ => {}
    }
    faults
}
