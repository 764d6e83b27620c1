//! Whether a schema is structural: every value has a type outside of `allOf` and the like.
//!
//! Follows k8s.io/apiextensions-apiserver `pkg/apiserver/schema/{validation,complete}.go` (v0.36).

use serde_json::{Value, json};

use crate::server::status::FieldFault;
use crate::server::structural::Pattern;

const JUNCTIONS: [&str; 3] = ["allOf", "anyOf", "oneOf"];

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Level {
    Root,
    Item,
    Field,
}

/// What is not structural in a schema, sorted as texts.
pub(super) fn faults(told: &Value, at: &str) -> Vec<FieldFault> {
    let mut skeleton = Skeleton(Vec::new());
    skeleton.schema(told, Level::Root, at);
    skeleton.complete(told, told, at, at);
    let mut faults = skeleton.0;
    faults.sort_by_key(ToString::to_string);
    faults
}

struct Skeleton(Vec<FieldFault>);

impl Skeleton {
    fn schema(&mut self, told: &Value, level: Level, at: &str) {
        if told["type"] == "array" && told.get("items").is_none() {
            self.required(format!("{at}.items"), "must be specified");
        }
        if let Some(items) = told.get("items").filter(|items| items.is_object()) {
            self.schema(items, Level::Item, &format!("{at}.items"));
        }
        for (name, inner) in told["properties"].as_object().into_iter().flatten() {
            self.schema(inner, Level::Field, &format!("{at}.properties[{name}]"));
        }
        if let Some(inner) = told.get("additionalProperties") {
            let at = format!("{at}.additionalProperties");
            if level == Level::Root {
                self.forbidden(at.clone(), "must not be used at the root");
            }
            if inner.is_object() {
                self.schema(inner, Level::Field, &at);
            }
        }
        self.extensions(told, at);
        self.junctions(told, at);
        self.types(told, level, at);
        self.meta(told, level, at);
    }

    fn extensions(&mut self, told: &Value, at: &str) {
        if told["x-kubernetes-int-or-string"] != true {
            return;
        }
        for name in [
            "x-kubernetes-preserve-unknown-fields",
            "x-kubernetes-embedded-resource",
        ] {
            if told[name] == true {
                let says = "must be false if x-kubernetes-int-or-string is true";
                self.0.push(FieldFault::invalid(
                    format!("{at}.{name}"),
                    &true.into(),
                    says,
                ));
            }
        }
    }

    fn types(&mut self, told: &Value, level: Level, at: &str) {
        let (type_name, at) = (
            told["type"].as_str().unwrap_or_default(),
            format!("{at}.type"),
        );
        let is = |name: &str| told[name] == true;
        if is("x-kubernetes-embedded-resource") && type_name != "object" {
            let says = "must be object if x-kubernetes-embedded-resource is true";
            if type_name.is_empty() {
                self.required(at.clone(), says);
            } else {
                self.0
                    .push(FieldFault::invalid(at.clone(), &type_name.into(), says));
            }
        } else if type_name.is_empty()
            && !is("x-kubernetes-int-or-string")
            && !is("x-kubernetes-preserve-unknown-fields")
        {
            let says = match level {
                Level::Root => "must not be empty at the root",
                Level::Item => "must not be empty for specified array items",
                Level::Field => "must not be empty for specified object fields",
            };
            self.required(at.clone(), says);
        }
        if level == Level::Root && !type_name.is_empty() && type_name != "object" {
            self.0.push(FieldFault::invalid(
                at,
                &type_name.into(),
                "must be object at the root",
            ));
        }
    }

    /// What may be said of what every object has.
    fn meta(&mut self, told: &Value, level: Level, at: &str) {
        let is_resource = told["x-kubernetes-embedded-resource"] == true;
        let properties = &told["properties"];
        if is_resource && told.get("additionalProperties").is_some() {
            let says = "must not be used if x-kubernetes-embedded-resource is set";
            self.forbidden(format!("{at}.additionalProperties"), says);
        }
        let checks = level == Level::Root || is_resource;
        for name in ["kind", "apiVersion"] {
            let inner = &properties[name];
            if checks && inner.is_object() && inner["type"] != "string" {
                let value = inner.get("type").cloned().unwrap_or_else(|| "".into());
                let at = format!("{at}.properties[{name}].type");
                self.0
                    .push(FieldFault::invalid(at, &value, "must be string"));
            }
        }
        let metadata = &properties["metadata"];
        if metadata.is_object() {
            let at = format!("{at}.properties[metadata]");
            if checks && metadata["type"] != "object" {
                let value = metadata.get("type").cloned().unwrap_or_else(|| "".into());
                self.0.push(FieldFault::invalid(
                    format!("{at}.type"),
                    &value,
                    "must be object",
                ));
            }
            if level == Level::Root && !is_name_only(metadata) {
                let says = "must not specify anything other than name and generateName, but metadata is implicitly specified";
                self.forbidden(at, says);
            }
        }
        let is_empty = properties
            .as_object()
            .is_none_or(|fields| fields.is_empty());
        if is_resource && is_empty && told["x-kubernetes-preserve-unknown-fields"] != true {
            let says = "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields";
            self.required(format!("{at}.properties"), says);
        }
    }

    /// What stands in `allOf` and the like has conditions only.
    fn junctions(&mut self, told: &Value, at: &str) {
        let int_or_string = json!([{"type": "integer"}, {"type": "string"}]);
        let is_either = |told: &Value| told["anyOf"] == int_or_string;
        let told_first = told["allOf"].get(0).is_some_and(is_either);
        for name in JUNCTIONS {
            let all = told[name].as_array().into_iter().flatten();
            for (index, inner) in all.enumerate() {
                let skips = name == "anyOf" && is_either(told);
                if !skips {
                    let first = name == "allOf" && index == 0 && told_first;
                    self.nested(inner, &format!("{at}.{name}[{index}]"), first);
                }
            }
        }
        if told["not"].is_object() {
            self.nested(&told["not"], &format!("{at}.not"), false);
        }
        if let Some(pattern) = told["pattern"].as_str()
            && !pattern.is_empty()
            && !Pattern::new(pattern).is_valid()
        {
            let says = "must be a valid regular expression, but isn't: error parsing regexp";
            self.0.push(FieldFault::invalid(
                format!("{at}.pattern"),
                &pattern.into(),
                says,
            ));
        }
    }

    fn nested(&mut self, told: &Value, at: &str, is_either: bool) {
        if is_either {
            let mut rest = told.clone();
            rest.as_object_mut().map(|fields| fields.remove("anyOf"));
            self.junctions(&rest, at);
        } else {
            self.junctions(told, at);
        }
        if told["items"].is_object() {
            self.nested(&told["items"], &format!("{at}.items"), false);
        }
        for (name, inner) in told["properties"].as_object().into_iter().flatten() {
            self.nested(inner, &format!("{at}.properties[{name}]"), false);
        }
        for (name, says) in [
            ("type", "must be empty to be structural"),
            ("additionalProperties", "must be undefined to be structural"),
            ("default", "must be undefined to be structural"),
            ("title", "must be empty to be structural"),
            ("description", "must be empty to be structural"),
            ("nullable", "must be false to be structural"),
            (
                "x-kubernetes-preserve-unknown-fields",
                "must be false to be structural",
            ),
            (
                "x-kubernetes-embedded-resource",
                "must be false to be structural",
            ),
            (
                "x-kubernetes-int-or-string",
                "must be false to be structural",
            ),
            (
                "x-kubernetes-list-map-keys",
                "must be empty to be structural",
            ),
            (
                "x-kubernetes-list-type",
                "must be undefined to be structural",
            ),
            (
                "x-kubernetes-map-type",
                "must be undefined to be structural",
            ),
            ("x-kubernetes-validations", "must be empty to be structural"),
        ] {
            let said = told
                .get(name)
                .filter(|value| **value != false && **value != "");
            if said.is_some() {
                self.forbidden(format!("{at}.{name}"), says);
            }
        }
        if told["properties"].get("metadata").is_some() {
            let says = "must not be specified in a nested context";
            self.forbidden(format!("{at}.properties[metadata]"), says);
        }
    }

    /// Conditions at the root are on what is specified outside of them, too.
    fn complete(&mut self, conditions: &Value, told: &Value, told_at: &str, at: &str) {
        for name in JUNCTIONS {
            let all = conditions[name].as_array().into_iter().flatten();
            for (index, inner) in all.enumerate() {
                self.complete_nested(inner, told, told_at, &format!("{at}.{name}[{index}]"));
            }
        }
        if conditions["not"].is_object() {
            self.complete_nested(&conditions["not"], told, told_at, &format!("{at}.not"));
        }
    }

    fn complete_nested(&mut self, conditions: &Value, told: &Value, told_at: &str, at: &str) {
        self.complete(conditions, told, told_at, at);
        let mut below = |step: &str, inner: &Value, outer: Option<&Value>| {
            let (told_at, at) = (format!("{told_at}.{step}"), format!("{at}.{step}"));
            match outer {
                Some(outer) => self.complete_nested(inner, outer, &told_at, &at),
                None => self.required(told_at, &format!("because it is defined in {at}")),
            }
        };
        if conditions["items"].is_object() {
            below("items", &conditions["items"], told.get("items"));
        }
        for (name, inner) in conditions["properties"].as_object().into_iter().flatten() {
            let outer = told["properties"].get(name);
            below(&format!("properties[{name}]"), inner, outer);
        }
    }

    fn required(&mut self, at: String, says: &str) {
        self.0.push(FieldFault::required(at, says));
    }

    fn forbidden(&mut self, at: String, says: &str) {
        self.0.push(FieldFault::forbidden(at, says));
    }
}

/// Whether nothing but names is restricted.
fn is_name_only(metadata: &Value) -> bool {
    let mut fields = metadata.as_object().into_iter().flatten();
    fields.all(|(name, value)| match &**name {
        "type" | "default" => true,
        "properties" => {
            let mut names = value
                .as_object()
                .into_iter()
                .flat_map(|fields| fields.keys());
            names.all(|name| name == "name" || name == "generateName")
        }
        _ => false,
    })
}
