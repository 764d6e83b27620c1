//! Names of a definition.

use k8s_api_core::selector::syntax;
use serde_json::Value;

use super::text;
use crate::server::status::FieldFault;

const LABEL: &str = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic \
                     character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for \
                     validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

pub(super) fn names(names: &Value) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    for field in ["plural", "singular", "kind", "listKind"] {
        if text(&names[field]).is_empty() {
            faults.push(FieldFault::required(format!("spec.names.{field}"), ""));
        }
    }
    for field in ["plural", "singular"] {
        let name = text(&names[field]);
        if !name.is_empty() {
            faults.extend(label(&format!("spec.names.{field}"), name));
        }
    }
    for field in ["kind", "listKind"] {
        let name = text(&names[field]);
        if !name.is_empty() && !is_label(&name.to_lowercase()) {
            let says = format!("may have mixed case, but should otherwise match: {LABEL}");
            faults.push(FieldFault::invalid(
                format!("spec.names.{field}"),
                &name.into(),
                &says,
            ));
        }
    }
    let list = |field: &str, faults: &mut Vec<FieldFault>| {
        let all = names[field].as_array().into_iter().flatten();
        for (index, name) in all.enumerate() {
            faults.extend(label(&format!("spec.names.{field}[{index}]"), text(name)));
        }
    };
    list("shortNames", &mut faults);
    if !text(&names["kind"]).is_empty() && names["kind"] == names["listKind"] {
        let says = "kind and listKind may not be the same";
        faults.push(FieldFault::invalid(
            "spec.names.listKind",
            &names["listKind"],
            says,
        ));
    }
    list("categories", &mut faults);
    faults
}

pub(super) fn group(group: &str) -> Vec<FieldFault> {
    let says = syntax::dns_subdomain(group);
    if group.is_empty() {
        vec![FieldFault::required("spec.group", "")]
    } else if !says.is_empty() {
        vec![FieldFault::invalid(
            "spec.group",
            &group.into(),
            &says.join(","),
        )]
    } else if !group.contains('.') {
        let says = "should be a domain with at least one dot";
        vec![FieldFault::invalid("spec.group", &group.into(), says)]
    } else {
        Vec::new()
    }
}

pub(super) fn label(field: &str, name: &str) -> Option<FieldFault> {
    (!is_label(name)).then(|| FieldFault::invalid(field, &name.into(), LABEL))
}

fn is_label(name: &str) -> bool {
    syntax::dns_label(name).is_empty() && name.starts_with(|c: char| c.is_ascii_lowercase())
}
