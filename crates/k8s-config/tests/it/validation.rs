//! Table V: what kubectl's checks find, whole file and one context.

use k8s_config::{Error, Kubeconfig};

use crate::support::{assert_says, kubeconfig, rows};

const CLEAN: &str = "
- {name: clean, cluster: {server: 'https://anything.com:8080'}}
";

fn read(text: &str) -> Kubeconfig {
    let exists = [("/k/exists", "x"), ("/k/exists2", "x")];
    kubeconfig(text, &exists).unwrap()
}

/// Text, whether one context is checked (`Some`) or all, what the error says (nothing: it is fine).
type Row<'a> = (&'a str, Option<&'a str>, &'a [&'a str]);

fn check((text, context, expected): Row<'_>) {
    let kubeconfig = read(text);
    let checked = match context {
        Some("") => kubeconfig.check(None),
        Some(context) => kubeconfig.check(Some(context)),
        None => kubeconfig.validate(),
    };
    let Err(error) = checked else {
        assert!(expected.is_empty(), "nothing was found");
        return;
    };
    assert!(!expected.is_empty(), "{error}");
    assert!(error.is_invalid());
    assert_says(&error, &["invalid configuration: "]);
    assert_says(&error, expected);
}

const DIRTY: &str = "
clusters:
- {name: clean, cluster: {server: anything:8080}}
- {name: dirty, cluster: {server: anything:8080, certificate-authority: /missing/ca}}
users:
- {name: clean, user: {token: the-token}}
- {name: dirty, user: {token: the-token, username: u}}
contexts:
- {name: clean, context: {cluster: clean, user: clean}}
- {name: dirty, context: {cluster: dirty, user: dirty}}
";
const GARBAGE_USER: &str = "contexts: [{name: missing-user, context: {cluster: c, user: garbage}}]\nclusters: [{name: c, cluster: {server: s}}]";
const GARBAGE_CLUSTER: &str =
    "contexts: [{name: missing-cluster, context: {cluster: garbage, user: u}}]\nusers: [{name: u}]";
const NOTHING: &[&str] = &["invalid configuration: no configuration has been provided"];

rows!(check: {
    v01_faults_elsewhere_do_not_matter => (DIRTY, Some("clean"), &[]),
    v01_faults_anywhere_are_found => (DIRTY, None, &["unable to read certificate-authority /missing/ca for dirty", "more than one authentication method found for dirty"]),
    v02_unknown_user_in_use => (GARBAGE_USER, Some("missing-user"), &["/k/config:1: user \"garbage\" was not found for context \"missing-user\""]),
    v02_unknown_user => (GARBAGE_USER, None, &["user \"garbage\" was not found for context \"missing-user\""]),
    v03_unknown_cluster_in_use => (GARBAGE_CLUSTER, Some("missing-cluster"), &["cluster \"garbage\" was not found for context \"missing-cluster\""]),
    v03_unknown_cluster => (GARBAGE_CLUSTER, None, &["cluster \"garbage\" was not found for context \"missing-cluster\""]),
    v04_faults_in_use => (DIRTY, Some("dirty"), &["/k/config:4: unable to read certificate-authority"]),
    v05_empty_in_use => ("", Some(""), NOTHING),
    v06_empty_and_a_name => ("", Some("not-here"), NOTHING),
    v07_empty => ("{}", None, NOTHING),
    v08_current_context_alone => ("current-context: bogus", None, &["/k/config:1: context was not found for specified context: bogus"]),
    v11_both_unknown => ("contexts: [{name: anything, context: {cluster: missing, user: missing}}]", None, &["user \"missing\" was not found for context \"anything\"", "cluster \"missing\" was not found for context \"anything\""]),
    v12_neither_given => ("contexts: [{name: anything}]", None, &["user was not specified for context \"anything\"", "cluster was not specified for context \"anything\""]),
    v13_empty_context_name => ("contexts: [{name: '', context: {cluster: c, user: u}}]", None, &["empty context name", "is not allowed"]),
    v14_empty_cluster_in_a_file => ("clusters: [{name: empty, cluster: {}}]", None, &["invalid configuration: /k/config:1: no server found for cluster \"empty\""]),
    v15_authority_missing => ("clusters: [{name: m, cluster: {server: anything, certificate-authority: missing}}]", None, &["unable to read certificate-authority /k/missing for m due to entity not found"]),
    v16_server_alone => ("clusters: [{name: c, cluster: {server: anything}}]", None, &[]),
    v17_authority_readable => ("clusters: [{name: c, cluster: {server: anything, certificate-authority: exists}}]", None, &[]),
    v18_empty_user => ("users: [{name: error, user: {}}]", None, &[]),
    v19_certificate_and_key_missing => ("users: [{name: e, user: {client-certificate: missing, client-key: missing}}]", None, &["unable to read client-cert /k/missing for e", "unable to read client-key /k/missing for e"]),
    v20_data_and_files => ("users: [{name: c, user: {client-certificate: exists, client-certificate-data: YQ==, client-key: exists2, client-key-data: YQ==}}]", None, &["client-cert-data and client-cert are both specified for c", "client-key-data and client-key are both specified for c"]),
    v21_certificate_and_key => ("users: [{name: c, user: {client-certificate: exists, client-key: exists2}}]", None, &[]),
    v22_token => ("users: [{name: c, user: {token: t}}]", None, &[]),
    v23_token_and_user_name => ("users: [{name: e, user: {token: t, username: u}}]", None, &["more than one authentication method found for e", "token", "basicAuth"]),
    v24_whole_exec => ("users: [{name: u, user: {exec: {command: /bin/example, apiVersion: clientauthentication.k8s.io/v1alpha1, args: [hello, world], env: [{name: foo, value: bar}], interactiveMode: IfAvailable}}}]", None, &[]),
    v25_exec_without_version => ("users: [{name: u, user: {exec: {command: c, interactiveMode: IfAvailable}}}]", None, &["apiVersion must be specified for u to use exec authentication plugin"]),
    v26_exec_without_command => ("users: [{name: u, user: {exec: {apiVersion: v, interactiveMode: IfAvailable}}}]", None, &["command must be specified for u to use exec authentication plugin"]),
    v27_exec_and_provider => ("users: [{name: u, user: {auth-provider: {name: oidc}, exec: {command: c, apiVersion: v, interactiveMode: IfAvailable}}}]", None, &["authProvider cannot be provided in combination with an exec plugin for u"]),
    v28_exec_with_empty_value => ("users: [{name: u, user: {exec: {command: c, apiVersion: v, interactiveMode: IfAvailable, env: [{name: foo, value: ''}]}}}]", None, &[]),
    v28_exec_with_empty_name => ("users: [{name: u, user: {exec: {command: c, apiVersion: v, interactiveMode: IfAvailable, env: [{name: '', value: v}]}}}]", None, &["env variable name must be specified for u to use exec authentication plugin"]),
    v29_exec_without_mode => ("users: [{name: u, user: {exec: {command: c, apiVersion: v}}}]", None, &["interactiveMode must be specified for u to use exec authentication plugin"]),
    v30_exec_with_unknown_mode => ("users: [{name: u, user: {exec: {command: c, apiVersion: v, interactiveMode: invalid}}}]", None, &["invalid interactiveMode for u"]),
    v31_impersonation => ("users: [{name: u, user: {as: x}}]", None, &[]),
    v32_whole_impersonation => ("users: [{name: u, user: {as: x, as-uid: a, as-groups: [g], as-user-extra: {k: [v]}}}]", None, &[]),
    v33_groups_alone => ("users: [{name: u, user: {as-groups: [g]}}]", None, &["requesting uid, groups or user-extra for u without impersonating a user"]),
    v34_extra_alone => ("users: [{name: u, user: {as-user-extra: {k: [v]}}}]", None, &["requesting uid, groups or user-extra for u without impersonating a user"]),
    v35_uid_alone => ("users: [{name: u, user: {as-uid: a}}]", None, &["requesting uid, groups or user-extra for u without impersonating a user"]),
    a_namespace_is_a_label => ("contexts: [{name: c, context: {namespace: No_Label}}]", None, &["namespace for context \"c\" does not conform to the kubernetes DNS_LABEL rules"]),
    no_server => ("clusters: [{name: c, cluster: {tls-server-name: x}}]", None, &["no server found for cluster \"c\""]),
    no_server_without_name => ("clusters: [{name: '', cluster: {tls-server-name: x}}]", None, &["default cluster has no server defined"]),
    no_key => ("users: [{name: u, user: {client-certificate: exists}}]", None, &["client-key-data or client-key must be specified for u to use the clientCert authentication method"]),
    authority_data_and_file => ("clusters: [{name: c, cluster: {server: s, certificate-authority: exists, certificate-authority-data: YQ==}}]", None, &["certificate-authority-data and certificate-authority are both specified for c, certificate-authority-data will override"]),
});

#[test]
fn v05_no_context_chosen() {
    let text = format!("clusters:{CLEAN}contexts: [{{name: a}}, {{name: b}}]");
    assert_says(
        &read(&text).check(None).unwrap_err(),
        &["no context chosen", "there are: a, b"],
    );
}

#[test]
fn v08_is_context_not_found_and_invalid() {
    let error = read("current-context: bogus").validate().unwrap_err();
    assert!(error.is_context_not_found() && error.is_invalid() && !error.is_empty_config());
}

#[test]
fn v09_empty_is_empty_and_invalid() {
    let error = read("").validate().unwrap_err();
    assert!(error.is_empty_config() && error.is_invalid() && !error.is_context_not_found());
}

#[test]
fn v14_empty_cluster_and_no_other_fault() {
    let mut kubeconfig = read("");
    kubeconfig
        .clusters
        .insert("empty".to_owned(), k8s_config::Cluster::default());
    let error = kubeconfig.validate().unwrap_err();
    assert_says(
        &error,
        &["invalid configuration: cluster has no server defined"],
    );
    let Error::Invalid(invalid) = error else {
        panic!("not invalid");
    };
    assert_eq!(invalid.faults().len(), 1);
}
