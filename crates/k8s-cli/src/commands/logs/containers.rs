//! A Pod's containers, and which of them is meant.

use k8s_client::DynamicObject;
use serde_json::Value;

use crate::failure::Failure;

const DEFAULT: &str = "kubectl.kubernetes.io/default-container";

/// Names, by what each is.
#[derive(Debug, Default)]
pub(super) struct Containers {
    main: Vec<String>,
    init: Vec<String>,
    ephemeral: Vec<String>,
    /// What the Pod's annotation says.
    default: Option<String>,
}

impl Containers {
    pub(super) fn of(pod: &DynamicObject) -> Self {
        let names = |field: &str| {
            let list = pod.data.get("spec").and_then(|spec| spec[field].as_array());
            let names = list.into_iter().flatten();
            let name = |container: &Value| container["name"].as_str().map(str::to_owned);
            names.filter_map(name).collect()
        };
        Self {
            main: names("containers"),
            init: names("initContainers"),
            ephemeral: names("ephemeralContainers"),
            default: pod.metadata.annotations.get(DEFAULT).map(str::to_owned),
        }
    }

    /// In the order of kubectl: what comes first, first.
    pub(super) fn all(&self) -> Vec<String> {
        [&self.init[..], &self.main, &self.ephemeral].concat()
    }

    /// The one of this name, or the default; and what is to be said of the choice.
    ///
    /// Follows `FindOrDefaultContainerByName` of kubectl.
    pub(super) fn choose(
        &self,
        pod: &str,
        name: &str,
    ) -> Result<(String, Option<String>), Failure> {
        let wanted = match &self.default {
            Some(default) if name.is_empty() => default,
            _ => name,
        };
        if !wanted.is_empty() {
            if self.all().iter().any(|known| known == wanted) {
                return Ok((wanted.to_owned(), None));
            }
            let names = self.names();
            return Err(Failure::new(format!(
                "container {wanted} is not valid for pod {pod} out of: {names}"
            )));
        }
        let Some(first) = self.main.first() else {
            return Err(Failure::new(format!(
                "pod {pod} does not have any containers"
            )));
        };
        let note = (self.all().len() > 1)
            .then(|| format!("Defaulted container {first:?} out of: {}", self.names()));
        Ok((first.clone(), note))
    }

    fn names(&self) -> String {
        let marked = |names: &[String], mark: &str| -> Vec<String> {
            names.iter().map(|name| format!("{name}{mark}")).collect()
        };
        [
            marked(&self.main, ""),
            marked(&self.ephemeral, " (ephem)"),
            marked(&self.init, " (init)"),
        ]
        .concat()
        .join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::Containers;

    fn check(containers: &Containers, name: &str, expected: &str) {
        let said = match containers.choose("p", name) {
            Ok((chosen, note)) => format!("{chosen}|{}", note.unwrap_or_default()),
            Err(failure) => failure.text().to_owned(),
        };
        assert_eq!(said, expected, "{name}");
    }

    #[test]
    fn the_first_is_meant_unless_another_is_named() {
        let text = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let mut containers = Containers {
            main: text(&["a", "b"]),
            init: text(&["i"]),
            ephemeral: text(&["e"]),
            default: None,
        };
        check(
            &containers,
            "",
            "a|Defaulted container \"a\" out of: a, b, e (ephem), i (init)",
        );
        check(&containers, "i", "i|");
        check(
            &containers,
            "x",
            "error: container x is not valid for pod p out of: a, b, e (ephem), i (init)",
        );
        containers.default = Some("b".to_owned());
        check(&containers, "", "b|");
        check(&containers, "a", "a|");
        let one = Containers {
            main: text(&["a"]),
            ..Containers::default()
        };
        check(&one, "", "a|");
        check(
            &Containers::default(),
            "",
            "error: pod p does not have any containers",
        );
    }
}
