//! Refreshed tokens: they reach the file that they came from, and never go over newer ones.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use k8s_config::{
    AuthProvider, Config, EditFault, LoadingRules, MemorySource, Overrides, Source as _,
};
use secrecy::{ExposeSecret as _, SecretString};

use crate::support::chain;

const CONTEXT: &str = "current-context: c\nclusters: [{name: c, cluster: {server: 'https://c'}}]\ncontexts: [{name: c, context: {cluster: c, user: u}}]\n";
const USER: &str = "# tokens\nusers:\n- name: u\n  user:\n    auth-provider: # oidc\n      name: oidc\n      config:\n        client-id: k8s\n        id-token: one # short\n        refresh-token: r1\n";

fn source() -> Arc<MemorySource> {
    Arc::new(
        MemorySource::new()
            .with_file("/1", CONTEXT)
            .with_file("/2", USER),
    )
}

fn config(source: &Arc<MemorySource>) -> Config {
    let rules = LoadingRules::list(source.clone(), ["/1", "/2"].map(PathBuf::from));
    rules.resolve(&Overrides::default()).unwrap()
}

fn tokens(id: &str, refresh: &str) -> BTreeMap<String, SecretString> {
    let tokens = [("id-token", id), ("refresh-token", refresh)];
    tokens
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.into()))
        .collect()
}

fn provider(config: &Config) -> &AuthProvider {
    config.user.auth_provider.as_ref().unwrap()
}

fn file(source: &MemorySource, path: &str) -> String {
    String::from_utf8(source.read(path.as_ref()).unwrap()).unwrap()
}

#[test]
fn refreshed_tokens_reach_the_file_that_has_the_user() {
    let source = source();
    let config = config(&source);
    assert!(
        config
            .persist_auth_provider(&*source, provider(&config), &tokens("two", "r2"))
            .unwrap()
    );
    assert_eq!(file(&source, "/1"), CONTEXT);
    assert_eq!(
        file(&source, "/2"),
        USER.replace("one", "two").replace("r1", "r2")
    );
    let again = config.reload().unwrap();
    assert_eq!(provider(&again).config["id-token"].expose_secret(), "two");
}

#[test]
fn newer_tokens_of_somebody_else_stay() {
    let source = source();
    let (mine, theirs) = (config(&source), config(&source));
    assert!(
        theirs
            .persist_auth_provider(&*source, provider(&theirs), &tokens("theirs", "r2"))
            .unwrap()
    );
    let before = file(&source, "/2");
    assert!(
        !mine
            .persist_auth_provider(&*source, provider(&mine), &tokens("mine", "r2"))
            .unwrap()
    );
    assert_eq!(file(&source, "/2"), before);
    let mine = mine.reload().unwrap();
    assert!(
        mine.persist_auth_provider(&*source, provider(&mine), &tokens("mine", "r3"))
            .unwrap()
    );
}

#[test]
fn a_locked_file_says_so_and_stays() {
    let source = source();
    source.set_file("/2.lock", "");
    let config = config(&source);
    let error = config
        .persist_auth_provider(&*source, provider(&config), &tokens("two", "r2"))
        .unwrap_err();
    assert!(error.locked().is_some());
    assert_eq!(file(&source, "/2"), USER);
}

#[test]
fn a_user_that_is_gone_is_an_error() {
    let source = source();
    let config = config(&source);
    source.set_file("/2", "users: []\n");
    let error = config
        .persist_auth_provider(&*source, provider(&config), &tokens("two", "r2"))
        .unwrap_err();
    assert_eq!(*error.fault(), EditFault::Refused);
    assert_eq!(
        chain(&error),
        "kubeconfig was not changed: user \"u\" has no auth-provider"
    );
}

#[test]
fn a_configuration_of_no_file_is_an_error() {
    let config = Config::new("https://c".parse().unwrap());
    let was = AuthProvider::new("oidc", BTreeMap::new());
    let error = config
        .persist_auth_provider(&MemorySource::new(), &was, &tokens("two", "r2"))
        .unwrap_err();
    assert_eq!(
        chain(&error),
        "kubeconfig was not changed: the configuration comes from no file"
    );
}
