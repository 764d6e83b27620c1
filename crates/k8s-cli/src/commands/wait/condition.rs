//! What `--for` says.

use k8s_api_core::Resource;
use k8s_client::DynamicObject;
use k8s_client::watch::{Update, Watcher};
use k8s_jsonpath::{Template, relaxed};
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// A state that an object may be in.
#[derive(Debug)]
pub(super) enum Condition {
    Created,
    Deleted,
    /// A condition in its status, by type and status.
    Status(String, String),
    /// What a template finds, and the text that it must be.
    Path(Box<Template>, Option<String>),
}

impl Condition {
    /// All that were asked for, creation first.
    pub(super) fn all(texts: &[String]) -> Result<Vec<Self>, Failure> {
        if texts.is_empty() {
            return Err(Failure::new("unrecognized condition: []"));
        }
        let all: Result<Vec<Self>, _> = texts.iter().map(|text| Self::parse(text)).collect();
        let mut all = all?;
        all.sort_by_key(|condition| !matches!(condition, Self::Created));
        Ok(all)
    }

    fn parse(text: &str) -> Result<Self, Failure> {
        if text.eq_ignore_ascii_case("delete") {
            return Ok(Self::Deleted);
        }
        if text.eq_ignore_ascii_case("create") {
            return Ok(Self::Created);
        }
        if let Some(wanted) = text.strip_prefix("condition=") {
            let (kind, status) = wanted.split_once('=').unwrap_or((wanted, "true"));
            return Ok(Self::Status(kind.to_owned(), status.to_owned()));
        }
        if let Some(wanted) = text.strip_prefix("jsonpath=") {
            return Self::path(wanted);
        }
        Err(Failure::new(format!("unrecognized condition: {text:?}")))
    }

    fn path(wanted: &str) -> Result<Self, Failure> {
        let (path, value) = match &split(wanted)[..] {
            [path] => (path.clone(), None),
            [path, value] => (
                path.clone(),
                Some(value.trim_matches(['\'', '"']).to_owned()),
            ),
            _ => {
                return Err(Failure::new(
                    "jsonpath wait format must be --for=jsonpath='{.status.readyReplicas}'=3 or --for=jsonpath='{.status.readyReplicas}'",
                ));
            }
        };
        let path = relaxed(&path).map_err(Failure::new)?;
        if value.as_ref().is_some_and(String::is_empty) {
            return Err(Failure::new(
                "jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3",
            ));
        }
        if path.is_empty() {
            return Err(Failure::new("jsonpath expression cannot be empty"));
        }
        let template = Template::parse(&path).map_err(Failure::new)?;
        let template = Box::new(template.allow_missing_keys(true));
        Ok(Self::Path(template, value))
    }

    /// Whether the object is in this state. Follows `checkCondition` of kubectl.
    pub(super) fn is_met(&self, object: &DynamicObject) -> Result<bool, Failure> {
        match self {
            Self::Created => Ok(true),
            Self::Deleted => Ok(false),
            Self::Status(kind, status) => Ok(k8s_client::wait::has_condition(object, kind, status)),
            Self::Path(template, value) => {
                let object = serde_json::to_value(object).map_err(Failure::new)?;
                let found = template.find(&object).map_err(Failure::new)?;
                let all = match &found[..] {
                    [] => return Ok(false),
                    [all] => all,
                    _ => {
                        return Err(Failure::new(
                            "given jsonpath expression matches more than one list",
                        ));
                    }
                };
                let one = match &all[..] {
                    [] => return Ok(false),
                    [one] => one,
                    _ => {
                        return Err(Failure::new(
                            "given jsonpath expression matches more than one value",
                        ));
                    }
                };
                let Some(value) = value else {
                    return Ok(true);
                };
                match one.as_text() {
                    Some(text) => Ok(text.trim() == value.trim()),
                    None => Err(Failure::new(
                        "jsonpath leads to a nested object or list which is not supported",
                    )),
                }
            }
        }
    }
}

/// Apart by `=`, but not by `==`.
fn split(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let taken = if rest.starts_with("==") {
            2
        } else {
            c.len_utf8()
        };
        let (piece, behind) = rest.split_at(taken);
        rest = behind;
        match parts.last_mut() {
            Some(part) if piece != "=" => part.push_str(piece),
            _ => parts.push(String::new()),
        }
    }
    parts
}

/// Waits for the first object that a watch tells of.
pub(super) async fn first<K: Resource + DeserializeOwned + Send + 'static>(
    watcher: &mut Watcher<K>,
) -> Result<(), k8s_client::Error> {
    loop {
        match watcher.next().await {
            Some(Ok(Update::Listed(_) | Update::Applied(_))) | None => return Ok(()),
            Some(Err(error)) if !error.is_retryable() => return Err(error),
            Some(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Condition, split};

    #[test]
    fn splits_at_single_signs() {
        for (text, parts) in [
            ("a", &["a"][..]),
            ("a=b", &["a", "b"]),
            ("a==b=c", &["a==b", "c"]),
            ("a=", &["a", ""]),
            ("a===b", &["a==", "b"]),
        ] {
            assert_eq!(split(text), parts, "{text}");
        }
    }

    #[test]
    fn reads_conditions_with_creation_first() {
        let check = |texts: &[&str], expected: &str| {
            let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
            let said = match Condition::all(&texts) {
                Ok(all) => all
                    .iter()
                    .map(|condition| match condition {
                        Condition::Created => "create".to_owned(),
                        Condition::Deleted => "delete".to_owned(),
                        Condition::Status(kind, status) => format!("{kind}:{status}"),
                        Condition::Path(_, value) => format!("path:{value:?}"),
                    })
                    .collect::<Vec<_>>()
                    .join(" "),
                Err(failure) => failure.text().to_owned(),
            };
            assert_eq!(said, expected, "{texts:?}");
        };
        check(&["condition=Ready", "CREATE"], "create Ready:true");
        check(&["condition=Ready=false"], "Ready:false");
        check(&["jsonpath={.a}"], "path:None");
        check(&["jsonpath=.a='x'"], "path:Some(\"x\")");
        check(&["x"], "error: unrecognized condition: \"x\"");
        check(&[], "error: unrecognized condition: []");
    }
}
