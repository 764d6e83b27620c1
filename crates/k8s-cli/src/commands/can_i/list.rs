//! `k8s can-i --list`: all that the server says one may do in a namespace.

use std::fmt::Write as _;

use k8s_api_core::request::{self, CreateParams};
use k8s_client::{ApiResource, Collection, Scope};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::args::Args;
use crate::columns;
use crate::commands::written;
use crate::failure::Failure;
use crate::io::Io;
use crate::session::Session;

/// What is read of a `SelfSubjectRulesReview`.
#[derive(Deserialize)]
struct Review {
    status: Status,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[derive(Default)]
struct Status {
    resource_rules: Vec<Rule>,
    non_resource_rules: Vec<Rule>,
    incomplete: bool,
    evaluation_error: String,
}

/// A rule of either kind; once taken apart, about one thing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Rule {
    verbs: Vec<String>,
    api_groups: Vec<String>,
    resources: Vec<String>,
    resource_names: Vec<String>,
    #[serde(rename = "nonResourceURLs")]
    urls: Vec<String>,
}

pub(super) async fn run(io: &mut Io, args: &Args) -> Result<(), Failure> {
    if !args.positional().is_empty() {
        return Err(Failure::new(
            "list option must be specified with no arguments",
        ));
    }
    let is_odd = args.is("quiet") || args.is("all-namespaces");
    if is_odd || !args.text("subresource").is_empty() {
        return Err(Failure::new(
            "list option can't be specified with neither quiet, all-namespaces nor subresource options",
        ));
    }
    let form = written::form(io, args)?;
    let session = Session::open(io, args)?;
    let reviews = ApiResource::new(
        "authorization.k8s.io",
        "v1",
        "SelfSubjectRulesReview",
        "selfsubjectrulesreviews",
        Scope::Cluster,
    );
    let review = json!({
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectRulesReview",
        "spec": {"namespace": session.namespace},
    });
    let request = request::create(&Collection::all(reviews), &review, &CreateParams::default())?;
    let review: Value = session.client.request(request).await?;
    if let Some(form) = form {
        return form.print(io, args, review);
    }
    let Review { status } = serde_json::from_value(review).map_err(Failure::new)?;
    if status.incomplete {
        let why = &status.evaluation_error;
        io.note(&format!("Warning: the list may be incomplete: {why}"));
    }
    let rules = [status.resource_rules, status.non_resource_rules].concat();
    io.print(&table(&rules, args.is("no-headers")))
}

/// Follows `printStatus` of kubectl: taken apart, put together by what is allowed, sorted by their texts in Go.
fn table(rules: &[Rule], no_headers: bool) -> String {
    let mut simple: Vec<Rule> = Vec::new();
    for rule in rules.iter().flat_map(apart) {
        let same = |known: &&mut Rule| {
            known.urls.is_empty()
                && rule.urls.is_empty()
                && known.api_groups == rule.api_groups
                && known.resources == rule.resources
                && known.resource_names == rule.resource_names
        };
        match simple.iter_mut().find(same) {
            Some(known) if known.verbs.contains(&rule.verbs[0]) => {}
            Some(known) => known.verbs.extend(rule.verbs),
            None => simple.push(rule),
        }
    }
    simple.sort_by_cached_key(Rule::text);
    let headers = ["Resources", "Non-Resource URLs", "Resource Names", "Verbs"];
    let headers = (!no_headers).then(|| headers.map(str::to_owned).to_vec());
    let rows = simple.iter().map(|rule| {
        let lists = [&rule.urls, &rule.resource_names, &rule.verbs];
        std::iter::once(rule.named())
            .chain(lists.map(|list| go(list)))
            .collect()
    });
    columns::align(&headers.into_iter().chain(rows).collect::<Vec<_>>())
}

/// Rules of one verb about one resource and at most one name, or about one path.
fn apart(rule: &Rule) -> Vec<Rule> {
    let mut parts = Vec::new();
    let one = |text: &String| vec![text.clone()];
    for group in &rule.api_groups {
        for resource in &rule.resources {
            for verb in &rule.verbs {
                let names: Vec<Vec<String>> = match rule.resource_names.is_empty() {
                    true => vec![Vec::new()],
                    false => rule.resource_names.iter().map(one).collect(),
                };
                parts.extend(names.into_iter().map(|resource_names| Rule {
                    verbs: one(verb),
                    api_groups: one(group),
                    resources: one(resource),
                    resource_names,
                    urls: Vec::new(),
                }));
            }
        }
    }
    for url in &rule.urls {
        parts.extend(rule.verbs.iter().map(|verb| Rule {
            verbs: one(verb),
            urls: one(url),
            ..Rule::default()
        }));
    }
    parts
}

/// A list as Go prints it.
fn go(list: &[String]) -> String {
    format!("[{}]", list.join(" "))
}

impl Rule {
    /// As Go prints it, to sort by.
    fn text(&self) -> String {
        let mut text = String::new();
        for list in [
            &self.verbs,
            &self.api_groups,
            &self.resources,
            &self.resource_names,
            &self.urls,
        ] {
            let _ = write!(text, "{},", go(list));
        }
        text
    }

    /// `deployments.apps/scale`.
    fn named(&self) -> String {
        let Some(resource) = self.resources.first() else {
            return String::new();
        };
        let (name, part) = match resource.split_once('/') {
            Some((name, part)) => (name, format!("/{part}")),
            None => (resource.as_str(), String::new()),
        };
        match self.api_groups.first().filter(|group| !group.is_empty()) {
            Some(group) => format!("{name}.{group}{part}"),
            None => format!("{name}{part}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_put_together_and_sorted() {
        let rules: Vec<Rule> = serde_json::from_str(
            r#"[
                {"verbs": ["get", "list"], "apiGroups": [""], "resources": ["pods", "pods/log"]},
                {"verbs": ["list", "watch"], "apiGroups": [""], "resources": ["pods"]},
                {"verbs": ["get"], "apiGroups": ["apps"], "resources": ["deployments/scale"], "resourceNames": ["a", "b"]},
                {"verbs": ["get"], "nonResourceURLs": ["/api", "/healthz"]}
            ]"#,
        )
        .unwrap();
        assert_eq!(
            table(&rules, false),
            "\
Resources                Non-Resource URLs   Resource Names   Verbs
pods                     []                  []               [get list watch]
pods/log                 []                  []               [get list]
                         [/api]              []               [get]
                         [/healthz]          []               [get]
deployments.apps/scale   []                  [a]              [get]
deployments.apps/scale   []                  [b]              [get]
"
        );
        assert!(!table(&rules, true).contains("Resources"));
    }
}
