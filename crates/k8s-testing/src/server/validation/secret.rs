//! What a Secret must hold by its type.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::{data_keys, frozen, immutable};
use crate::server::status::FieldFault;
use crate::server::{decode, object};

pub(super) const ACCOUNT_NAME: &str = "kubernetes.io/service-account.name";

pub(super) fn faults(new: &Value) -> Vec<FieldFault> {
    let mut faults: Vec<FieldFault> = data_keys(new, "data").collect();
    let has = |key: &str| new["data"].get(key).is_some();
    let mut require = |key: &str| {
        if !has(key) {
            faults.push(FieldFault::required(format!("data[{key}]"), ""));
        }
    };
    match object::text(new, "/type") {
        "kubernetes.io/dockercfg" => faults.extend(registries(new, ".dockercfg")),
        "kubernetes.io/dockerconfigjson" => faults.extend(registries(new, ".dockerconfigjson")),
        "kubernetes.io/basic-auth" if !has("username") && !has("password") => {
            require("username");
            require("password");
        }
        "kubernetes.io/ssh-auth" => require("ssh-privatekey"),
        "kubernetes.io/tls" => {
            require("tls.crt");
            require("tls.key");
        }
        "kubernetes.io/service-account-token" => {
            let name = new["metadata"]["annotations"][ACCOUNT_NAME].as_str();
            if name.unwrap_or_default().is_empty() {
                faults.push(FieldFault::required(
                    format!("metadata.annotations[{ACCOUNT_NAME}]"),
                    "",
                ));
            }
        }
        _ => {}
    }
    faults
}

/// The registries' configuration must be there and a JSON object.
fn registries(new: &Value, key: &str) -> Option<FieldFault> {
    let field = format!("data[{key}]");
    let Some(data) = new["data"].get(key) else {
        return Some(FieldFault::required(field, ""));
    };
    let bytes = STANDARD.decode(data.as_str().unwrap_or_default());
    let why = go_map(&bytes.unwrap_or_default())?;
    let redacted = "<secret contents redacted>".into();
    Some(FieldFault::invalid(field, &redacted, &why))
}

/// Why Go cannot read these bytes as a `map[string]any`; `None` when it can.
fn go_map(bytes: &[u8]) -> Option<String> {
    let value = match serde_json::from_slice(bytes) {
        Ok(Value::Object(_) | Value::Null) => return None,
        Ok(value) => value,
        Err(error) => return Some(decode::syntax(&error, bytes)),
    };
    let what = match value {
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        _ => "array",
    };
    Some(format!(
        "json: cannot unmarshal {what} into Go value of type map[string]interface {{}}"
    ))
}

pub(super) fn update(new: &Value, old: &Value) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    if new["type"] != old["type"] {
        faults.push(immutable("type", new.get("type")));
    }
    faults.extend(frozen(new, old, &["data"]));
    faults
}
