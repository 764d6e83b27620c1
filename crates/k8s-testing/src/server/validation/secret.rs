//! What a Secret must hold by its type.

use serde_json::Value;

use super::{data_keys, immutable};
use crate::server::object;
use crate::server::status::FieldFault;

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
        "kubernetes.io/dockercfg" => require(".dockercfg"),
        "kubernetes.io/dockerconfigjson" => require(".dockerconfigjson"),
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

pub(super) fn update(new: &Value, old: &Value) -> Vec<FieldFault> {
    let mut faults = Vec::new();
    if new["type"] != old["type"] {
        faults.push(immutable("type", new.get("type")));
    }
    if old["immutable"] == true {
        let says = "field is immutable when `immutable` is set";
        for field in ["immutable", "data"] {
            if new[field] != old[field] {
                faults.push(FieldFault::forbidden(field, says));
            }
        }
    }
    faults
}
