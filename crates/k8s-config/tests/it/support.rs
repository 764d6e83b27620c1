//! What all tables share: one test for each row, files in memory, and texts to look for.

use std::error::Error as _;
use std::sync::Arc;

use k8s_config::{Config, Error, Kubeconfig, MemorySource, Overrides};
use secrecy::ExposeSecret as _;

/// One test for each row of a table: `check: { id => row, … }`.
macro_rules! rows {
    ($check:path: { $($id:ident => $row:expr),+ $(,)? }) => {
        $(
            #[test]
            fn $id() {
                $check($row);
            }
        )+
    };
}
pub(crate) use rows;

/// A file at `/k/config` and whatever else there is.
pub(crate) fn files(files: &[(&str, &str)]) -> MemorySource {
    files.iter().fold(
        MemorySource::new().with_var("HOME", "/home/u"),
        |source, (path, text)| source.with_file(*path, *text),
    )
}

/// Reads text as `/k/config`, with files beside it.
pub(crate) fn kubeconfig(text: &str, others: &[(&str, &str)]) -> Result<Kubeconfig, Error> {
    let source = files(others).with_file("/k/config", text);
    k8s_config::LoadingRules::explicit(Arc::new(source), "/k/config").load()
}

pub(crate) fn resolve(text: &str, overrides: &Overrides) -> Result<Config, Error> {
    kubeconfig(
        text,
        &[
            ("/k/ca.pem", "ca"),
            ("/o/ca.pem", "ca"),
            ("/k/tok", "from file\n"),
            ("/k/cert", "c"),
            ("/k/key", "k"),
        ],
    )?
    .resolve(overrides)
}

/// The error's text and those of its causes.
pub(crate) fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}

/// Asserts that the error says all of `expected`, and names no cause in its own text.
pub(crate) fn assert_says(error: &Error, expected: &[&str]) {
    let text = error.to_string();
    for part in expected {
        assert!(text.contains(part), "{text:?} does not say {part:?}");
    }
    if let Some(cause) = error.source() {
        assert!(
            !text.contains(&cause.to_string()),
            "{text:?} repeats its cause"
        );
    }
}

pub(crate) fn text_of(material: Option<&k8s_config::Material>) -> Option<String> {
    let bytes = material?.read().unwrap();
    Some(String::from_utf8(bytes.expose_secret().to_vec()).unwrap())
}

/// One cluster, user and context called `clean`; `CLUSTER` and `USER` add fields.
pub(crate) fn clean(cluster: &str, user: &str) -> String {
    format!(
        "current-context: clean\nclusters: [{{name: clean, cluster: {{server: 'https://anything.com:8080', {cluster}}}}}]\n\
         users: [{{name: clean, user: {{token: the-token, {user}}}}}]\ncontexts: [{{name: clean, context: {{cluster: clean, user: clean}}}}]\n"
    )
}

pub(crate) fn overrides(change: impl FnOnce(&mut Overrides)) -> Overrides {
    let mut overrides = Overrides::default();
    change(&mut overrides);
    overrides
}
