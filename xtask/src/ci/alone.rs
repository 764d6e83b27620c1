//! Each crate by itself, with the features that it turns on itself: what others turn on must not help it.

use xshell::Shell;

use super::Outcome;
use crate::workspace::{Member, cargo};

/// Combinations that cannot work: crate, feature (`""` for no features at all), and why.
const LEFT_OUT: [(&str, &str, &str); 0] = [];

pub(super) fn check(sh: &Shell, member: &Member) -> Outcome {
    let mut left_out = Vec::new();
    for features in combinations(member) {
        let feature = match &features {
            Features::Default => None,
            Features::None => Some(""),
            Features::One(feature) => Some(feature.as_str()),
        };
        let reason = LEFT_OUT
            .iter()
            .find(|(name, left_out, _)| *name == member.name && Some(*left_out) == feature);
        if let Some((_, feature, why)) = reason {
            left_out.push(format!("{feature:?}: {why}"));
            continue;
        }
        let args = arguments(&member.name, &features);
        let args: Vec<&str> = args.iter().map(String::as_str).collect();
        if let Err(error) = cargo(sh, &args).run() {
            return Outcome::Failed(error.into());
        }
    }
    if left_out.is_empty() {
        Outcome::Passed
    } else {
        Outcome::Skipped(left_out.join("; "))
    }
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
