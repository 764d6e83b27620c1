//! Which objects the arguments mean.

use k8s_client::discovery::ResourceInfo;

use super::manifest::{Item, STDIN};
use super::place::Place;
use crate::args::Args;
use crate::failure::Failure;
use crate::io::Io;
use crate::session::Session;

const NO_NEED: &str = "there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'";

/// Kinds, and of each the names that were given: none means all of them.
#[derive(Debug)]
pub(super) struct Selection {
    pub(super) kinds: Vec<(Place, Vec<String>)>,
    /// Whether what is there is one object, if anything is.
    is_single: bool,
}

impl Selection {
    pub(super) async fn read(
        io: &mut Io,
        session: &Session,
        args: &Args,
        words: &[&str],
    ) -> Result<Self, Failure> {
        let pairs = pairs(words)?;
        let selects = !args.text("selector").is_empty() || !args.text("field-selector").is_empty();
        if pairs.iter().any(|(_, names)| !names.is_empty()) {
            if selects {
                return Err(Failure::new(
                    "name cannot be provided when a selector is specified",
                ));
            }
            if args.is("all-namespaces") {
                return Err(Failure::new(
                    "a resource cannot be retrieved by name across all namespaces",
                ));
            }
        }
        let all = session.resources().await?;
        let namespace = (!args.is("all-namespaces")).then_some(session.namespace.as_str());
        let place = |info: &ResourceInfo| Place::new(info, namespace);
        let mut kinds = Vec::new();
        for (kind, names) in pairs {
            if let Some(found) = all.find(&kind) {
                if let Some(other) = all.also_called(&kind, found) {
                    let other = other.full_name();
                    io.note(&format!("Warning: short name {kind:?} could also match lower priority resource {other}"));
                }
                kinds.push((place(found), names));
                continue;
            }
            let before = kinds.len();
            let members = all.in_category(&kind);
            kinds.extend(members.map(|member| (place(member), names.clone())));
            if kinds.len() == before {
                return Err(Failure::new(no_such_type(&kind)));
            }
        }
        let is_single = matches!(&kinds[..], [(_, names)] if names.len() == 1);
        Ok(Self { kinds, is_single })
    }

    /// What files name. Of several files, or of standard input, even one object is a list.
    pub(super) fn of_files(items: Vec<Item>) -> Self {
        let is_single = matches!(&items[..], [item] if item.source != STDIN);
        let mut kinds: Vec<(Place, Vec<String>)> = Vec::new();
        for Item { place, name, .. } in items {
            match kinds.last_mut() {
                Some((last, names))
                    if last.is_of_kind(&place) && last.namespace == place.namespace =>
                {
                    names.push(name);
                }
                _ => kinds.push((place, vec![name])),
            }
        }
        Self { kinds, is_single }
    }

    /// Whether one object was asked for, by its name.
    pub(super) fn is_single(&self) -> bool {
        self.is_single
    }

    /// The namespace, if every kind is looked for in one.
    pub(super) fn namespace(&self) -> Option<&str> {
        let mut namespaces = self
            .kinds
            .iter()
            .map(|(place, _)| place.namespace.as_deref());
        let first = namespaces.next()?;
        namespaces.all(|other| other.is_some()).then_some(first)?
    }
}

/// The label selector and the field selector that are given.
pub(super) fn selectors(args: &Args) -> (Option<String>, Option<String>) {
    let [labels, fields] = ["selector", "field-selector"].map(|flag| args.some_text(flag));
    (labels, fields)
}

/// What is said of a type that the server does not have.
pub(super) fn no_such_type(name: &str) -> String {
    let name = name.split('.').next().unwrap_or_default();
    format!("the server doesn't have a resource type {name:?}")
}

/// `TYPE,TYPE NAME…` or `TYPE/NAME…`, as kinds with names.
fn pairs(words: &[&str]) -> Result<Vec<(String, Vec<String>)>, Failure> {
    if !words.iter().any(|word| word.contains('/')) {
        let names: Vec<String> = words[1..].iter().map(|name| (*name).to_owned()).collect();
        let kinds = words[0].split(',');
        return Ok(kinds.map(|kind| (kind.to_owned(), names.clone())).collect());
    }
    let mut pairs: Vec<(String, Vec<String>)> = Vec::new();
    for word in words {
        let Some((kind, name)) = word.split_once('/') else {
            return Err(Failure::new(NO_NEED));
        };
        if kind.is_empty() || name.is_empty() || name.contains('/') {
            return Err(Failure::new(
                "arguments in resource/name form must have a single resource and name",
            ));
        }
        match pairs.last_mut() {
            Some((last, names)) if last == kind => names.push(name.to_owned()),
            _ => pairs.push((kind.to_owned(), vec![name.to_owned()])),
        }
    }
    Ok(pairs)
}

#[cfg(test)]
mod tests {
    use super::pairs;

    fn check(words: &[&str], expected: &str) {
        let text: String = match pairs(words) {
            Ok(pairs) => pairs
                .iter()
                .map(|(kind, names)| format!("{kind}:{};", names.join("+")))
                .collect(),
            Err(failure) => failure.text().chars().take(30).collect(),
        };
        assert_eq!(text, expected, "{words:?}");
    }

    #[test]
    fn reads_types_and_names() {
        check(&["po"], "po:;");
        check(&["po,svc"], "po:;svc:;");
        check(&["po", "a", "b"], "po:a+b;");
        check(&["po/a", "po/b", "svc/c"], "po:a+b;svc:c;");
        check(&["po/a", "svc"], "error: there is no need to spe");
        check(&["po/"], "error: arguments in resource/n");
    }
}
