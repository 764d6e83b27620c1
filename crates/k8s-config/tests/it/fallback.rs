//! Both matrices of inference: when the Pod is asked, and whose namespace holds.

use std::sync::Arc;

use k8s_config::{Config, MemorySource, Overrides};

use crate::support::{assert_says, files, rows, text_of};

const SA: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
const BUNDLE: &str = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";
const CONFIG: &str = "
current-context: one
contexts:
- {name: one, context: {cluster: c, user: u}}
- {name: two, context: {cluster: c, user: u, namespace: default}}
- {name: three, context: {cluster: c, user: u, namespace: test}}
clusters: [{name: c, cluster: {server: 'https://config1'}}]
users: [{name: u, user: {token: t}}]
";

/// What of a Pod there is.
#[derive(Clone, Copy)]
enum Pod {
    None,
    Broken,
    Works,
}

fn source(config: Option<&str>, pod: Pod) -> MemorySource {
    let mut source = files(&[]);
    if let Some(text) = config {
        source = source.with_file("/home/u/.kube/config", text);
    }
    if let Pod::None = pod {
        return source;
    }
    let source = source
        .with_var("KUBERNETES_SERVICE_HOST", "10.0.0.1")
        .with_var("KUBERNETES_SERVICE_PORT", "443")
        .with_file(format!("{SA}/token"), "pod")
        .with_file(format!("{SA}/namespace"), "icc");
    match pod {
        Pod::Works => source.with_file(format!("{SA}/ca.crt"), BUNDLE),
        _ => source.with_file(format!("{SA}/ca.crt"), ""),
    }
}

/// The kubeconfig (`None`: there is none), the Pod, and the server, or what the error says.
fn matrix((config, pod, expected): (Option<&str>, Pod, Result<&str, &str>)) {
    match (Config::infer_from(Arc::new(source(config, pod))), expected) {
        (Ok(config), Ok(server)) => assert_eq!(config.server, server),
        (Err(error), Err(expected)) => assert_says(&error, &[expected]),
        (Ok(config), Err(expected)) => panic!("{} instead of {expected}", config.server),
        (Err(error), Ok(_)) => panic!("{error}"),
    }
}

const NO_SERVER: &str =
    "current-context: c\ncontexts: [{name: c, context: {cluster: c}}]\nclusters: [{name: c}]";
const IN_POD: Result<&str, &str> = Ok("https://10.0.0.1:443/");

rows!(matrix: {
    fallback_1_nothing_and_no_pod => (None, Pod::None, Err("no configuration has been provided")),
    fallback_1_an_empty_file_and_no_pod => (Some(""), Pod::None, Err("nothing defined in: /home/u/.kube/config")),
    fallback_2_an_empty_cluster => (Some(NO_SERVER), Pod::Works, Err("no server found for cluster \"c\"")),
    fallback_3_a_kubeconfig_and_no_pod => (Some(CONFIG), Pod::None, Ok("https://config1/")),
    fallback_4_5_a_kubeconfig_in_a_broken_pod => (Some(CONFIG), Pod::Broken, Ok("https://config1/")),
    ic15_fallback_5_a_kubeconfig_in_a_pod => (Some(CONFIG), Pod::Works, Ok("https://config1/")),
    fallback_6_stanzas_without_current_context => (Some("clusters: [{name: c, cluster: {server: s}}]"), Pod::Works, Err("no context chosen")),
    fallback_7_nothing_and_a_broken_pod => (None, Pod::Broken, Err("ca.crt is empty")),
    fallback_8_nothing_and_a_pod => (None, Pod::Works, IN_POD),
    fallback_8_an_empty_file_and_a_pod => (Some(""), Pod::Works, IN_POD),
    fallback_9_what_is_not_the_pods => (Some(CONFIG), Pod::Works, Ok("https://config1/")),
    fallback_broken_yaml_in_a_pod => (Some("clusters: ["), Pod::Works, Err("error loading config file \"/home/u/.kube/config\": line ")),
    fallback_an_unknown_context_in_a_pod => (Some("current-context: x"), Pod::Works, Err("context was not found for specified context: x")),
    fallback_an_unknown_user_in_a_pod => (Some("current-context: c\ncontexts: [{name: c, context: {cluster: c, user: u}}]\nclusters: [{name: c, cluster: {server: s}}]"), Pod::Works, Err("user \"u\" was not found for context \"c\"")),
});

#[test]
fn an_unreadable_kubeconfig_is_never_passed_over() {
    let source = source(None, Pod::Works)
        .with_unreadable("/home/u/.kube/config", std::io::ErrorKind::PermissionDenied);
    let error = Config::infer_from(Arc::new(source)).unwrap_err();
    assert_says(
        &error,
        &["error loading config file \"/home/u/.kube/config\": it may not be read"],
    );
}

#[test]
fn a_variable_that_names_only_missing_files_is_worth_a_warning_in_a_pod() {
    let source = source(None, Pod::Works).with_var("KUBECONFIG", "/typo");
    let config = Config::infer_from(Arc::new(source)).unwrap();
    assert_eq!(config.server, "https://10.0.0.1:443/");
    assert!(
        config.warnings()[0]
            .to_string()
            .contains("config not found: /typo")
    );
}

#[test]
fn the_pods_token_does_not_go_to_a_server_that_a_flag_names() {
    let mut overrides = Overrides::default();
    overrides.server = Some("https://elsewhere".into());
    let config = Config::infer_with(Arc::new(source(None, Pod::Works)), &overrides).unwrap();
    assert_eq!(config.server, "https://elsewhere/");
    assert!(config.user.is_anonymous());
}

#[test]
fn kubernetes_master_comes_last() {
    let infer = |config, pod| {
        let source = source(config, pod).with_var("KUBERNETES_MASTER", "http://localhost:8080");
        Config::infer_from(Arc::new(source)).unwrap()
    };
    assert_eq!(infer(None, Pod::None).server, "http://localhost:8080/");
    assert!(infer(None, Pod::None).user.is_anonymous());
    assert_eq!(infer(None, Pod::Works).server, "https://10.0.0.1:443/");
    assert_eq!(infer(Some(CONFIG), Pod::None).server, "https://config1/");
}

/// The kubeconfig, flag for context and namespace, the Pod; and the namespace.
type Namespace<'a> = (
    Option<&'a str>,
    [Option<&'a str>; 2],
    Pod,
    Result<&'a str, &'a str>,
);

fn namespace((config, [context, namespace], pod, expected): Namespace<'_>) {
    let mut overrides = Overrides::default();
    (overrides.context, overrides.namespace) =
        (context.map(str::to_owned), namespace.map(str::to_owned));
    match (
        Config::infer_with(Arc::new(source(config, pod)), &overrides),
        expected,
    ) {
        (Ok(config), Ok(namespace)) => assert_eq!(config.namespace, namespace),
        (Err(error), Err(expected)) => assert_says(&error, &[expected]),
        (Ok(config), Err(expected)) => panic!("{} instead of {expected}", config.namespace),
        (Err(error), Ok(_)) => panic!("{error}"),
    }
}

rows!(namespace: {
    namespace_1_nothing_anywhere => (None, [None, None], Pod::None, Err("no configuration has been provided")),
    namespace_2_a_broken_kubeconfig => (Some("x"), [None, None], Pod::Works, Err("error loading config file")),
    namespace_3_the_pods => (None, [None, None], Pod::Works, Ok("icc")),
    namespace_4_the_flags => (Some(CONFIG), [None, Some("test")], Pod::Works, Ok("test")),
    namespace_4_the_flags_in_a_pod => (None, [None, Some("test")], Pod::Works, Ok("test")),
    namespace_5_the_default_without_pod => (Some(CONFIG), [None, None], Pod::None, Ok("default")),
    namespace_6_a_broken_pod => (None, [None, None], Pod::Broken, Err("ca.crt is empty")),
    namespace_7_a_kubeconfig_that_says_nothing_leaves_it_to_the_pod => (Some(CONFIG), [None, None], Pod::Works, Ok("icc")),
    namespace_8_a_kubeconfig_that_says_one => (Some(CONFIG), [Some("three"), None], Pod::Works, Ok("test")),
    namespace_9_default_said_is_default => (Some(CONFIG), [Some("two"), None], Pod::Works, Ok("default")),
});

#[test]
fn the_pods_namespace_changes_no_identity() {
    let config = Config::infer_from(Arc::new(source(Some(CONFIG), Pod::Works))).unwrap();
    assert_eq!(text_of(config.user.token.as_ref()).unwrap(), "t");
    assert_eq!(config.reload().unwrap().namespace, "icc");
}
