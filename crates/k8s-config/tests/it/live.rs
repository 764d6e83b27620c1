//! A configuration while files change under it: same names, new content, never another server by itself.

use std::sync::Arc;

use k8s_config::{Config, Error, Kubeconfig, MemorySource, Overrides, Roots};

use crate::support::{assert_says, files, rows, text_of};

const CONFIG: &str = "
current-context: one
contexts:
- {name: one, context: {cluster: c, user: u, namespace: ns}}
- {name: two, context: {cluster: d, user: v}}
clusters:
- {name: c, cluster: {server: 'https://c'}}
- {name: d, cluster: {server: 'https://d'}}
users:
- {name: u, user: {token: old}}
- {name: v, user: {token: other}}
";

fn infer(source: &MemorySource) -> Config {
    Config::infer_from(Arc::new(source.clone())).unwrap()
}

fn home() -> MemorySource {
    files(&[("/home/u/.kube/config", CONFIG)])
}

fn write(source: &MemorySource, from: &str, to: &str) {
    assert!(CONFIG.contains(from));
    source.set_file("/home/u/.kube/config", CONFIG.replace(from, to));
}

/// A change of the file, and then: server, token, namespace.
fn change(((from, to), expected): ((&str, &str), [&str; 3])) {
    let source = home();
    let config = infer(&source);
    assert!(!config.sources_changed());
    write(&source, from, to);
    assert!(config.sources_changed());
    let again = config.reload().unwrap();
    assert!(!again.sources_changed());
    let token = text_of(again.user.token.as_ref()).unwrap();
    assert_eq!([again.server.to_string(), token, again.namespace], expected);
}

rows!(change: {
    a_refreshed_token_comes_through => (("token: old", "token: new"), ["https://c/", "new", "ns"]),
    another_current_context_does_not => (("current-context: one", "current-context: two"), ["https://c/", "old", "ns"]),
    no_current_context_does_not_matter => (("current-context: one", "x: y"), ["https://c/", "old", "ns"]),
    another_user_of_the_context_does_not => (("user: u, name", "user: v, name"), ["https://c/", "old", "ns"]),
    another_namespace_of_the_context_comes_through => (("namespace: ns", "namespace: m"), ["https://c/", "old", "m"]),
});

#[test]
fn a_new_authority_comes_through() {
    let source = home();
    let config = infer(&source);
    assert!(matches!(config.tls.roots, Roots::System));
    write(
        &source,
        "'https://c'",
        "'https://c', certificate-authority-data: Y2E=",
    );
    assert!(matches!(
        config.reload().unwrap().tls.roots,
        Roots::Bundle(_)
    ));
}

#[test]
fn another_server_is_an_error_that_names_both() {
    let source = home();
    let config = infer(&source);
    write(&source, "https://c", "https://user:s3cret@e");
    let error = config.reload().unwrap_err();
    assert_says(&error, &["cluster \"c\"", "https://c/", "https://e/"]);
    assert!(!error.to_string().contains("s3cret"));
    assert!(matches!(error, Error::ServerChanged(_)));
}

#[test]
fn who_follows_the_current_context_goes_where_it_leads() {
    let source = home();
    let config = infer(&source).follow_current_context();
    write(&source, "current-context: one", "current-context: two");
    let again = config.reload().unwrap();
    assert_eq!(
        (again.server.to_string(), again.namespace.as_str()),
        ("https://d/".to_owned(), "default")
    );
    assert_eq!(text_of(again.user.token.as_ref()).unwrap(), "other");
    source.set_file("/home/u/.kube/config", CONFIG);
    assert_eq!(again.reload().unwrap().server, "https://c/");
}

#[test]
fn an_anonymous_context_stays_anonymous() {
    let text = CONFIG.replace("cluster: c, user: u", "cluster: c");
    let source = files(&[("/home/u/.kube/config", &text)]);
    let config = infer(&source);
    assert!(config.user.is_anonymous());
    source.set_file("/home/u/.kube/config", CONFIG);
    assert!(config.reload().unwrap().user.is_anonymous());
}

/// A change after which the same names cannot be read again.
fn broken(((from, to), expected): ((&str, &str), &str)) {
    let source = home();
    let config = infer(&source);
    write(&source, from, to);
    assert_says(&config.reload().unwrap_err(), &[expected]);
    source.set_file("/home/u/.kube/config", CONFIG);
    config.reload().unwrap();
}

rows!(broken: {
    half_a_file => (("current-context: one", "current-context: ["), "error loading config file"),
    the_context_is_gone => (("{name: one,", "{name: uno,"), "context was not found for specified context: one"),
    the_cluster_is_gone => (("{name: c,", "{name: k,"), "cluster \"c\" was not found for context \"one\""),
    the_user_is_gone => (("{name: u,", "{name: w,"), "user \"u\" was not found for context \"one\""),
});

#[test]
fn overrides_hold_after_reload() {
    let source = home();
    let mut overrides = Overrides::default();
    (overrides.context, overrides.token) = (Some("two".into()), Some("mine".into()));
    let config = Config::infer_with(Arc::new(source.clone()), &overrides).unwrap();
    write(&source, "token: other", "token: new");
    let again = config.reload().unwrap();
    assert_eq!(
        (
            again.server.to_string(),
            text_of(again.user.token.as_ref()).unwrap()
        ),
        ("https://d/".to_owned(), "mine".to_owned())
    );
}

#[test]
fn a_missing_file_that_appears_is_a_change() {
    let source = home().with_var("KUBECONFIG", "/first:/home/u/.kube/config");
    let config = infer(&source);
    assert!(!config.sources_changed());
    source.set_file("/first", "users: [{name: u, user: {token: first}}]");
    assert!(config.sources_changed());
    assert_eq!(
        text_of(config.reload().unwrap().user.token.as_ref()).unwrap(),
        "first"
    );
}

#[test]
fn files_it_points_at_are_not_its_sources() {
    let source = home().with_file("/home/u/.kube/tok", "one");
    write(&source, "token: old", "tokenFile: tok");
    let config = infer(&source);
    let file = config.user.token_file.as_ref().unwrap();
    let stamp = file.stamp();
    source.set_file("/home/u/.kube/tok", "two");
    assert!(!config.sources_changed());
    assert_ne!(file.stamp(), stamp);
    assert_eq!(text_of(Some(file)).unwrap(), "two");
}

#[test]
fn given_bytes_are_not_read_again() {
    let config = Kubeconfig::from_slice(CONFIG.as_bytes(), "/")
        .unwrap()
        .resolve(&Overrides::default())
        .unwrap();
    assert!(!config.sources_changed());
    assert_eq!(config.reload().unwrap().server, config.server);
}

#[test]
fn a_configuration_knows_the_machine_it_was_found_on() {
    let source = home().with_var("HTTPS_PROXY", "proxy");
    let asked = |config: &Config| config.source().var("HTTPS_PROXY");
    let config = infer(&source);
    for config in [&config, &config.reload().unwrap(), &config.anonymous()] {
        assert_eq!(asked(config).as_deref(), Some("proxy"));
    }
    let by_hand = Config::new("https://server".parse().unwrap()).with_source(Arc::new(source));
    assert_eq!(asked(&by_hand).as_deref(), Some("proxy"));
    assert_eq!(asked(&by_hand.reload().unwrap()).as_deref(), Some("proxy"));
}
