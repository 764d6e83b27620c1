//! Where a custom resource has its scale.
//!
//! Follows k8s.io/apiextensions-apiserver `pkg/registry/customresource/{etcd,validator}.go` (v0.36).

use serde_json::Value;

use crate::server::golang;
use crate::server::object;
use crate::server::status::FieldFault;

/// Paths below an object: `.spec.replicas`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Paths {
    pub(crate) wanted: String,
    is: String,
    selector: String,
}

impl Paths {
    pub(super) fn read(told: &Value) -> Option<Self> {
        let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
        told.is_object().then(|| Self {
            wanted: text("specReplicasPath"),
            is: text("statusReplicasPath"),
            selector: text("labelSelectorPath"),
        })
    }

    /// How many there shall be; `None`: nobody said.
    pub(crate) fn wanted(&self, object: &Value) -> Option<i64> {
        at(object, &self.wanted)?.as_i64()
    }

    /// How many there are.
    pub(crate) fn is(&self, object: &Value) -> i64 {
        at(object, &self.is).and_then(Value::as_i64).unwrap_or(0)
    }

    pub(crate) fn selector<'a>(&self, object: &'a Value) -> &'a str {
        at(object, &self.selector)
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// Writes how many there shall be.
    pub(crate) fn set(&self, object: &mut Value, replicas: i64) {
        let steps: Vec<&str> = steps(&self.wanted).collect();
        let Some((last, above)) = steps.split_last() else {
            return;
        };
        let mut place = object;
        for step in above {
            object::field(place, step);
            place = &mut place[*step];
        }
        place[*last] = replicas.into();
    }

    /// What is wrong with the numbers that are wanted (unless only the status is written) and that are there.
    pub(crate) fn faults(&self, object: &Value, is_status: bool) -> Vec<FieldFault> {
        let mut faults = Vec::new();
        if !is_status {
            faults.extend(number(object, &self.wanted));
        }
        faults.extend(number(object, &self.is));
        if let Some(value) = at(object, &self.selector).filter(|value| !value.is_string()) {
            faults.push(mistyped(&self.selector, value, &"".into(), "string"));
        }
        faults
    }
}

fn number(object: &Value, path: &str) -> Option<FieldFault> {
    let value = at(object, path)?;
    let Some(number) = value.as_i64() else {
        return Some(mistyped(path, value, &0.into(), "int64"));
    };
    let says = match number {
        ..0 => "should be a non-negative integer",
        0..=0x7fff_ffff => return None,
        _ => "should be less than or equal to 2147483647",
    };
    Some(FieldFault::invalid(path, value, says))
}

/// `shown` is what Go holds of a value that it could not read.
fn mistyped(path: &str, value: &Value, shown: &Value, wanted: &str) -> FieldFault {
    let (is, found) = (golang::plain(value), golang::type_of(value));
    let says = format!("{path} accessor error: {is} is of the type {found}, expected {wanted}");
    FieldFault::invalid(path, shown, &says)
}

/// The steps of a path.
fn steps(path: &str) -> impl Iterator<Item = &str> {
    path.trim_start_matches('.')
        .split('.')
        .filter(|step| !step.is_empty())
}

fn at<'a>(object: &'a Value, path: &str) -> Option<&'a Value> {
    let mut steps = steps(path).peekable();
    steps.peek()?;
    steps.try_fold(object, |value, step| value.get(step))
}
