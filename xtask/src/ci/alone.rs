//! Each crate by itself, with the features that it turns on itself: what others turn on must not help it.

use xshell::Shell;

use super::Outcome;
use crate::workspace::{Member, cargo};

/// k8s-openapi leaves the version of Kubernetes to the program; a library that is checked alone says it like this.
/// All majors of it that we know have this version.
const KUBERNETES: (&str, &str) = ("K8S_OPENAPI_ENABLED_VERSION", "1.36");

pub(super) fn check(sh: &Shell, member: &Member) -> Outcome {
    for features in combinations(member) {
        let args = arguments(&member.name, &features);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        let mut check = cargo(sh, &args);
        if matches!(&features, Features::One(feature) if feature.starts_with("k8s-openapi")) {
            check = check.env(KUBERNETES.0, KUBERNETES.1);
        }
        if let Err(error) = check.run() {
            return Outcome::Failed(error.into());
        }
    }
    Outcome::Passed
}

#[derive(Debug, PartialEq, Eq)]
enum Features {
    Default,
    None,
    One(String),
}

/// Default features; none; and, where there are several, each alone.
fn combinations(member: &Member) -> Vec<Features> {
    let mut all = vec![Features::Default];
    if !member.features.is_empty() {
        all.push(Features::None);
        all.extend(member.features.iter().cloned().map(Features::One));
    }
    all
}

fn arguments(name: &str, features: &Features) -> Vec<String> {
    let mut args: Vec<String> = ["check", "--quiet", "--package", name]
        .map(str::to_owned)
        .into();
    if *features != Features::Default {
        args.push("--no-default-features".to_owned());
    }
    if let Features::One(feature) = features {
        args.extend(["--features".to_owned(), feature.clone()]);
    }
    args
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(features: &[&str]) -> Member {
        Member {
            name: "a".to_owned(),
            folder: "crates/a".to_owned(),
            published: true,
            library: true,
            has_rust_version: true,
            features: features.iter().map(|f| (*f).to_owned()).collect(),
            examples: Vec::new(),
            dependencies: Vec::new(),
        }
    }

    #[test]
    fn a_crate_without_features_is_checked_once() {
        assert_eq!(combinations(&member(&[])), [Features::Default]);
    }

    #[test]
    fn each_feature_is_checked_alone() {
        let lines: Vec<String> = combinations(&member(&["x", "y"]))
            .iter()
            .map(|f| arguments("a", f)[4..].join(" "))
            .collect();
        let alone = "--no-default-features --features";
        assert_eq!(
            lines,
            [
                "",
                "--no-default-features",
                &format!("{alone} x"),
                &format!("{alone} y")
            ]
        );
    }
}
