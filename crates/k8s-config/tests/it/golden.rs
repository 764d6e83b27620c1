//! What kubectl itself shows of a kubeconfig and makes of one: the same, byte for byte, but for what is listed here.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use k8s_config::{LoadingRules, MemorySource, Secrets};
use secrecy::ExposeSecret as _;
use serde_json::Value;

use crate::support::chain;

const TABLE: &str = include_str!("../golden/kubeconfig.json");

/// Views that show less than kubectl's, on purpose.
const REDACTED_FURTHER: [&str; 6] = [
    "all_cluster_fields",
    "plugin_v1",
    "auth_provider",
    "extensions",
    "preferences_with_extensions",
    "passwords_in_urls",
];
/// Views that differ, and why.
const OTHERWISE: [(&str, &str); 2] = [
    ("empty_data", "kubectl hides a key that is not there"),
    (
        "line_ends_of_old",
        "kubectl writes line ends of YAML 1.1 so that spaces are read",
    ),
];

pub(crate) fn rows(part: &str) -> &'static [Value] {
    static ROWS: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(TABLE).unwrap());
    ROWS[part].as_array().unwrap()
}

pub(crate) fn text<'v>(row: &'v Value, field: &str) -> &'v str {
    row[field].as_str().unwrap_or_default()
}

pub(crate) fn args(row: &Value) -> Vec<String> {
    let args = row["args"].as_array().unwrap();
    args.iter()
        .map(|arg| arg.as_str().unwrap().to_owned())
        .collect()
}

/// The folder in which kubectl was asked.
pub(crate) fn source(config: &str) -> Arc<MemorySource> {
    let files = [
        ("ca", "ca\n"),
        ("cert", "cert\n"),
        ("key", "key\n"),
        ("empty", ""),
    ];
    let source = files
        .iter()
        .fold(MemorySource::new(), |source, (name, text)| {
            source.with_file(format!("/FOLDER/{name}.pem"), *text)
        });
    Arc::new(source.with_file("/FOLDER/config", config))
}

fn shown(text: &str, args: &[String]) -> Result<String, String> {
    let rules = LoadingRules::explicit(source(text), "/FOLDER/config");
    let kubeconfig = rules.load().map_err(|error| chain(&error))?;
    let has = |flag: &str| args.iter().any(|arg| arg == flag);
    let mut view = kubeconfig.view(if has("--raw") {
        Secrets::Raw
    } else {
        Secrets::Redacted
    });
    if has("--minify") {
        let context = args
            .iter()
            .position(|arg| arg == "--context")
            .map(|at| args[at + 1].as_str());
        view = view.minify(context).map_err(|error| chain(&error))?;
    }
    if has("--flatten") {
        view = view.flatten().map_err(|error| chain(&error))?;
    }
    let text = if has("json") {
        view.to_json()
    } else {
        view.to_yaml()
    };
    Ok(text.expose_secret().to_owned())
}

#[test]
fn view_is_what_kubectl_shows() {
    let (mut input, mut files, mut further) = (String::new(), 0, Vec::new());
    let mut otherwise = BTreeSet::new();
    for row in rows("views") {
        let (name, args) = (text(row, "name").to_owned(), args(row));
        if args.is_empty() {
            input = text(row, "input").to_owned();
        }
        files += usize::from(args.is_empty());
        let ours = shown(&input, &args);
        let error = text(row, "error");
        if !error.is_empty() {
            let ours = ours.expect_err(&name);
            let wanted = error.trim_start_matches("error: ");
            let gone = wanted
                .strip_prefix("open FOLDER")
                .and_then(|rest| rest.strip_suffix(": no such file or directory"));
            let same = match gone {
                Some(file) => ours == format!("reading /FOLDER{file}: entity not found"),
                None => ours.starts_with(wanted),
            };
            assert!(same, "{name} {args:?}: {ours:?} for {error:?}");
            continue;
        }
        let (ours, kubectl) = (
            ours.unwrap_or_else(|error| panic!("{name} {args:?}: {error}")),
            text(row, "output"),
        );
        let raw = args.contains(&"--raw".to_owned());
        if ours != kubectl && !raw && OTHERWISE.iter().all(|(other, _)| *other != name) {
            // Line by line the same, but for what is not shown.
            let hidden = |line: &str| line.contains("REDACTED");
            assert_eq!(
                ours.lines().count(),
                kubectl.lines().count(),
                "{name} {args:?}"
            );
            let same = ours
                .lines()
                .zip(kubectl.lines())
                .all(|(ours, kubectl)| ours == kubectl || hidden(ours));
            assert!(same, "{name} {args:?}\n{ours}\n{kubectl}");
            further.push(name);
            continue;
        }
        if ours != kubectl && OTHERWISE.iter().any(|(other, _)| *other == name) {
            otherwise.insert(name);
            continue;
        }
        assert_eq!(ours, kubectl, "{name} {args:?}\n{ours}");
    }
    assert!(files >= 40, "{files}");
    further.dedup();
    assert_eq!(otherwise.len(), OTHERWISE.len());
    assert_eq!(further, REDACTED_FURTHER);
}
