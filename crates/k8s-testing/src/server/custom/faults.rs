//! What is refused of a definition, in the server's words.
//!
//! What all versions have alike is told of as if it stood above them, as the server holds it.
//!
//! Follows k8s.io/apiextensions-apiserver `pkg/apis/apiextensions/validation/validation.go` (v0.36).

mod names;
mod parts;

use k8s_api_core::selector::syntax;
use serde_json::{Value, json};

use self::names::{group, label, names};
use self::parts::{column, conversion, deprecation, scale, selectable};
use super::definition::has_condition;
use super::{openapi, rules, skeleton};
use crate::server::status::FieldFault;
use crate::server::{object, validation};

const APPROVAL: &str = "api-approved.kubernetes.io";

/// Checks a new definition.
pub(crate) fn on_create(new: &Value) -> Vec<FieldFault> {
    let mut faults = name(new);
    faults.extend(spec(new));
    faults.extend(stored_versions(new));
    faults.extend(approval(new));
    if new["spec"]["preserveUnknownFields"] == true {
        let says = "cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead";
        faults.push(FieldFault::invalid(
            "spec.preserveUnknownFields",
            &true.into(),
            says,
        ));
    }
    faults
}

/// Checks a definition against the one that it replaces.
pub(crate) fn on_update(new: &Value, old: &Value) -> Vec<FieldFault> {
    let mut faults = spec(new);
    let changed = |path: &str| new.pointer(path) != old.pointer(path);
    let established = [
        ("spec.scope", "/spec/scope"),
        ("spec.names.kind", "/spec/names/kind"),
    ];
    let always = [
        ("spec.group", "/spec/group"),
        ("spec.names.plural", "/spec/names/plural"),
    ];
    let is_established = has_condition(old, "Established");
    let fixed = established
        .into_iter()
        .filter(|_| is_established)
        .chain(always);
    faults.extend(
        fixed
            .filter(|(_, path)| changed(path))
            .map(|(field, path)| validation::immutable(field, new.pointer(path))),
    );
    faults.extend(stored_versions(new));
    faults
}

fn name(new: &Value) -> Vec<FieldFault> {
    let name = object::name(new);
    if name.is_empty() {
        let says = "name or generateName is required";
        return vec![FieldFault::required("metadata.name", says)];
    }
    let wanted = format!(
        "{}.{}",
        text(&new["spec"]["names"]["plural"]),
        text(&new["spec"]["group"])
    );
    let mut says = syntax::dns_subdomain(name);
    if name != wanted {
        says.push(r#"must be spec.names.plural+"."+spec.group"#.to_owned());
    }
    let fault = |says: &String| FieldFault::invalid("metadata.name", &name.into(), says);
    says.iter().map(fault).collect()
}

fn spec(new: &Value) -> Vec<FieldFault> {
    let spec = &new["spec"];
    let none = Vec::new();
    let all = spec["versions"].as_array().unwrap_or(&none);
    let mut faults = group(text(&spec["group"]));
    match text(&spec["scope"]) {
        "" => faults.push(FieldFault::required("spec.scope", "")),
        "Cluster" | "Namespaced" => {}
        other => {
            let known = ["Cluster", "Namespaced"];
            faults.push(FieldFault::unsupported("spec.scope", &other.into(), &known));
        }
    }
    for (index, version) in all.iter().enumerate() {
        if !version["schema"]["openAPIV3Schema"].is_object() {
            let field = format!("spec.versions[{index}].schema.openAPIV3Schema");
            faults.push(FieldFault::required(field, ""));
        }
    }
    let alike = Alike::of(all);
    for (index, version) in all.iter().enumerate() {
        let at = format!("spec.versions[{index}]");
        faults.extend(label(&format!("{at}.name"), text(&version["name"])));
        faults.extend(deprecation(&at, version));
        alike.faults(version, &at, false, &mut faults);
    }
    versions(all, &mut faults);
    faults.extend(names(&spec["names"]));
    if let Some(first) = all.first() {
        alike.faults(first, "spec", true, &mut faults);
    }
    faults.extend(conversion(&spec["conversion"]));
    faults
}

/// What all versions have alike.
struct Alike {
    schema: bool,
    subresources: bool,
    columns: bool,
    fields: bool,
}

impl Alike {
    fn of(versions: &[Value]) -> Self {
        let alike = |name: &str| {
            let mut values = versions.iter().map(|version| version.get(name));
            let first = values.next().flatten();
            first.is_some() && values.all(|value| value == first)
        };
        Self {
            schema: alike("schema"),
            subresources: alike("subresources"),
            columns: alike("additionalPrinterColumns"),
            fields: alike("selectableFields"),
        }
    }

    /// Faults of one version's parts: of those that are alike, or (`!alike`) of the others.
    fn faults(&self, version: &Value, at: &str, alike: bool, faults: &mut Vec<FieldFault>) {
        let told = &version["schema"]["openAPIV3Schema"];
        if self.schema == alike && told.is_object() {
            let place = if alike { "validation" } else { "schema" };
            let at = format!("{at}.{place}.openAPIV3Schema");
            schema(
                told,
                &at,
                version["subresources"]["status"].is_object(),
                faults,
            );
        }
        if self.subresources == alike {
            scale(
                &version["subresources"]["scale"],
                &format!("{at}.subresources.scale"),
                faults,
            );
        }
        if self.columns == alike {
            let columns = version["additionalPrinterColumns"]
                .as_array()
                .into_iter()
                .flatten();
            for (index, told) in columns.enumerate() {
                column(
                    told,
                    &format!("{at}.additionalPrinterColumns[{index}]"),
                    faults,
                );
            }
        }
        if self.fields == alike {
            selectable(
                &version["selectableFields"],
                told,
                &format!("{at}.selectableFields"),
                faults,
            );
        }
    }
}

fn schema(told: &Value, at: &str, has_status: bool, faults: &mut Vec<FieldFault>) {
    if has_status && told["type"] != "object" && told["type"].is_string() {
        let says = "only \"object\" is allowed as the type at the root of the schema if the status subresource is enabled";
        faults.push(FieldFault::invalid(
            format!("{at}.type"),
            &told["type"],
            says,
        ));
    }
    if told["nullable"] == true {
        faults.push(FieldFault::forbidden(
            format!("{at}.nullable"),
            "nullable cannot be true at the root",
        ));
    }
    let mut found = skeleton::faults(told, at);
    if found.is_empty() {
        found = openapi::defaults(told, at);
    }
    faults.extend(found);
    openapi::faults(told, at, faults);
    rules::faults(told, at, None, faults);
}

fn versions(all: &[Value], faults: &mut Vec<FieldFault>) {
    let shown: Vec<Value> = all.iter().map(shown).collect();
    let shown = if all.is_empty() {
        Value::Null
    } else {
        shown.into()
    };
    let mut names: Vec<&str> = all.iter().map(|version| text(&version["name"])).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    if names.len() != count {
        faults.push(FieldFault::invalid(
            "spec.versions",
            &shown,
            "must contain unique version names",
        ));
    }
    if all
        .iter()
        .filter(|version| version["storage"] == true)
        .count()
        != 1
    {
        let says = "must have exactly one version marked as storage version";
        faults.push(FieldFault::invalid("spec.versions", &shown, says));
    }
    if let Some(first) = all.first() {
        faults.extend(label("spec.version", text(&first["name"])));
    }
}

/// A version as the server prints its own record of it; what all have alike does not stand in it.
fn shown(version: &Value) -> Value {
    json!({
        "Name": version["name"], "Served": version["served"], "Storage": version["storage"],
        "Deprecated": version["deprecated"] == true, "DeprecationWarning": version["deprecationWarning"],
        "Schema": null, "Subresources": null, "AdditionalPrinterColumns": null, "SelectableFields": null,
    })
}

fn stored_versions(new: &Value) -> Vec<FieldFault> {
    const FIELD: &str = "status.storedVersions";
    let told = &new["status"]["storedVersions"];
    let Some(stored) = told.as_array().filter(|all| !all.is_empty()) else {
        let says = "must have at least one stored version";
        return vec![FieldFault::invalid(FIELD, told, says)];
    };
    let versions = || new["spec"]["versions"].as_array().into_iter().flatten();
    let lacks = versions()
        .filter(|version| version["storage"] == true && !stored.contains(&version["name"]));
    let lacks = lacks.map(|version| {
        let says = format!("must have the storage version {}", text(&version["name"]));
        FieldFault::invalid(FIELD, told, &says)
    });
    let gone = stored.iter().enumerate();
    let gone = gone.filter(|(_, name)| !versions().any(|version| version["name"] == **name));
    let gone = gone.map(|(index, name)| {
        let version = text(name);
        let says = format!(
            "missing from spec.versions; {version} was previously a storage version, and must remain in spec.versions \
             until a storage migration ensures no data remains persisted in {version} and removes {version} from \
             status.storedVersions"
        );
        FieldFault::invalid(format!("{FIELD}[{index}]"), name, &says)
    });
    lacks.chain(gone).collect()
}

/// Groups of the community need its word.
fn approval(new: &Value) -> Vec<FieldFault> {
    let group = text(&new["spec"]["group"]);
    let is_protected = ["k8s.io", "kubernetes.io"].iter().any(|owner| {
        group == *owner
            || group
                .strip_suffix(owner)
                .is_some_and(|rest| rest.ends_with('.'))
    });
    if !is_protected || !text(&new["metadata"]["annotations"][APPROVAL]).is_empty() {
        return Vec::new();
    }
    let says = format!(
        "protected groups must have approval annotation {APPROVAL:?}, see https://github.com/kubernetes/enhancements/pull/1111"
    );
    vec![FieldFault::required(
        format!("metadata.annotations[{APPROVAL}]"),
        &says,
    )]
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
