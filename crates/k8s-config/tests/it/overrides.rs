//! Table C: what flags change, and what of a kubeconfig comes out.

use k8s_config::{Config, Error, FileOrData, Origin, Overrides, Roots};
use secrecy::ExposeSecret as _;
use std::time::Duration;

use crate::support::{assert_says, clean, kubeconfig, overrides, resolve, rows, text_of};

fn roots(config: &Config) -> String {
    match &config.tls.roots {
        Roots::Bundle(bundle) => bundle.to_string(),
        Roots::System => "system".to_owned(),
        Roots::Unverified => "unverified".to_owned(),
        _ => "unknown".to_owned(),
    }
}

/// Fields of the cluster, the override, then: roots, server name, compression disabled.
fn cluster((fields, change, expected): (&str, fn(&mut Overrides), (&str, Option<&str>, bool))) {
    let config = resolve(&clean(fields, ""), &overrides(change)).unwrap();
    let got = (
        &*roots(&config),
        config.tls.server_name.as_deref(),
        config.disable_compression,
    );
    assert_eq!(got, expected);
}

const DATA: &str = "certificate-authority-data: Y2E=";

rows!(cluster: {
    c13_disable_compression => ("", |o| o.disable_compression = true, ("system", None, true)),
    c13_false_undoes_nothing => ("disable-compression: true", |_| (), ("system", None, true)),
    c14_insecure_clears_the_authority => (DATA, |o| o.insecure_skip_tls_verify = true, ("unverified", None, false)),
    c15_an_authority_clears_the_data => (DATA, |o| o.certificate_authority = Some(FileOrData::File("/o/ca.pem".into())), ("/o/ca.pem", None, false)),
    c15_an_authority_clears_insecure => ("insecure-skip-tls-verify: true", |o| o.certificate_authority = Some(FileOrData::File("/o/ca.pem".into())), ("/o/ca.pem", None, false)),
    c16_server_name => ("", |o| o.tls_server_name = Some("name".into()), ("system", Some("name"), false)),
    c17_server_clears_the_server_name => ("tls-server-name: old", |o| o.server = Some("https://other".into()), ("system", None, false)),
    c17_server_with_server_name => ("tls-server-name: old", |o| { o.server = Some("https://other".into()); o.tls_server_name = Some("new".into()); }, ("system", Some("new"), false)),
    c28_data_as_it_is => (DATA, |_| (), ("certificate-authority-data of cluster \"clean\" in /k/config", None, false)),
    c28_server_name_as_it_is => ("tls-server-name: old", |_| (), ("system", Some("old"), false)),
});

#[test]
fn c18_impersonation_goes_over_plain_http_and_credentials_do_not() {
    let text = clean(
        "",
        "as: alice, as-uid: abc-123, as-groups: [group-1], as-user-extra: {first-key: [a, b]}",
    );
    let config = resolve(
        &text,
        &overrides(|o| o.server = Some("http://something".into())),
    )
    .unwrap();
    assert!(config.user.is_anonymous());
    let impersonate = config.user.impersonate.clone().unwrap();
    assert_eq!(
        (&*impersonate.user, impersonate.uid.as_deref()),
        ("alice", Some("abc-123"))
    );
    assert_eq!(impersonate.groups, ["group-1"]);
    assert_eq!(impersonate.extra["first-key"], ["a", "b"]);
    let said: Vec<String> = config.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        ["credentials are not sent to cluster \"clean\", whose server is plain http"]
    );
    assert_eq!(config.origin_of("token"), None);
}

/// The context's namespace, the override; namespace and whether overridden.
fn namespace((context, given, expected): (&str, Option<&str>, (&str, bool))) {
    let text = clean("", "").replace(
        "user: clean}",
        &format!("user: clean, namespace: {context}}}"),
    );
    let given = overrides(|o| o.namespace = given.map(str::to_owned));
    let (name, overridden) = kubeconfig(&text, &[]).unwrap().namespace(&given).unwrap();
    assert_eq!((&*name, overridden), expected);
    assert_eq!(resolve(&text, &given).unwrap().namespace, name);
}

rows!(namespace: {
    c19_the_contexts => ("'one'", None, ("one", false)),
    c19_none => ("''", None, ("default", false)),
    c20_the_flags => ("'one'", Some("two"), ("two", true)),
    c20_an_empty_flag_is_none => ("'one'", Some(""), ("one", false)),
});

#[test]
fn c37_a_namespace_flag_needs_no_cluster() {
    let given = overrides(|o| o.namespace = Some("foo".into()));
    assert_eq!(
        kubeconfig("", &[]).unwrap().namespace(&given).unwrap(),
        ("foo".to_owned(), true)
    );
}

#[test]
fn c25_user_name_and_password() {
    let text =
        clean("", "username: gopher, password: still-gopher").replace("token: the-token, ", "");
    let basic = resolve(&text, &Overrides::default())
        .unwrap()
        .user
        .basic
        .unwrap();
    assert_eq!(
        (&*basic.username, &*text_of(Some(&basic.password)).unwrap()),
        ("gopher", "still-gopher")
    );
}

#[test]
fn c26_a_token_file_is_kept_as_file() {
    let text = clean("", "tokenFile: tok").replace("token: the-token, ", "");
    let user = resolve(&text, &Overrides::default()).unwrap().user;
    assert!(user.token.is_none());
    assert_eq!(text_of(user.token_file.as_ref()).unwrap(), "from file\n");
}

#[test]
fn a_token_file_beside_a_user_name_is_refused() {
    let found = "/k/config:3: more than one authentication method found for clean";
    let answer = |fields| {
        let text = clean("", fields).replace("token: the-token, ", "");
        resolve(&text, &Overrides::default())
    };
    let error = answer("tokenFile: tok, username: gopher").unwrap_err();
    assert_says(&error, &[found]);
    assert!(answer("tokenFile: tok, password: alone").is_ok());
}

#[test]
fn c27_token_and_token_file_are_both_kept() {
    let config = resolve(&clean("", "tokenFile: tok"), &Overrides::default()).unwrap();
    assert_eq!(text_of(config.user.token.as_ref()).unwrap(), "the-token");
    assert_eq!(
        text_of(config.user.token_file.as_ref()).unwrap(),
        "from file\n"
    );
    assert_eq!(config.warnings().len(), 1);
}

#[test]
fn c30_a_default_server_stands_in() {
    let text = clean("", "").replace("'https://anything.com:8080'", "''");
    let config = resolve(
        &text,
        &overrides(|o| o.default_server = Some("http://localhost:8080".into())),
    )
    .unwrap();
    assert_eq!(config.server, "http://localhost:8080/");
    assert_says(
        &resolve(&text, &Overrides::default()).unwrap_err(),
        &["no server found for cluster \"clean\""],
    );
}

#[test]
fn c31_c32_the_files_server_goes_before_the_default() {
    for default in [None, Some("http://localhost:8080")] {
        let config = resolve(
            &clean("", ""),
            &overrides(|o| o.default_server = default.map(Into::into)),
        )
        .unwrap();
        assert_eq!(config.server, "https://anything.com:8080/");
    }
}

#[test]
fn c33_c34_a_context_that_is_not_there() {
    let text = clean("", "").replace("current-context: clean", "current-context: not-present");
    for default in [None, Some("http://localhost:8080")] {
        let error = resolve(
            &text,
            &overrides(|o| o.default_server = default.map(Into::into)),
        )
        .unwrap_err();
        assert!(error.is_context_not_found());
        assert_says(
            &error,
            &["/k/config:1: context was not found for specified context: not-present"],
        );
    }
}

/// Names given by flags must exist.
fn names((change, expected): (fn(&mut Overrides), &str)) {
    assert_says(
        &resolve(&clean("", ""), &overrides(change)).unwrap_err(),
        &[expected],
    );
    // Nothing to choose from is no reason to forget that something was asked for.
    assert!(matches!(
        kubeconfig("", &[]).unwrap().resolve(&overrides(change)),
        Err(Error::Invalid(_))
    ));
}

rows!(names: {
    unknown_context => (|o| o.context = Some("x".into()), "context \"x\" does not exist"),
    unknown_cluster => (|o| o.cluster = Some("x".into()), "cluster \"x\" does not exist"),
    unknown_user => (|o| o.user = Some("x".into()), "auth info \"x\" does not exist"),
});

#[test]
fn c38_the_clusters_extension_reaches_the_plugin() {
    let text = "
current-context: c
contexts: [{name: c, context: {cluster: c, user: u}}]
clusters:
- name: c
  cluster:
    server: https://s
    extensions:
    - name: client.authentication.k8s.io/exec
      extension: {audience: foo, other: bar, num: 1.5, l: [true, null]}
users:
- name: u
  user:
    exec: {command: foo, args: [arg-1, arg-2], apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never, provideClusterInfo: true}
";
    let exec = resolve(text, &Overrides::default())
        .unwrap()
        .user
        .exec
        .unwrap();
    let args: Vec<&str> = exec.args.iter().map(|arg| arg.expose_secret()).collect();
    assert_eq!(
        (args, exec.provide_cluster_info),
        (vec!["arg-1", "arg-2"], true)
    );
    assert_eq!(
        exec.cluster_config.unwrap().expose(),
        r#"{"audience":"foo","other":"bar","num":1.5,"l":[true,null]}"#
    );
}

#[test]
fn c40_overrides_can_be_written_into_what_they_choose() {
    let text = clean("", "") + "- x\n";
    let text = text.replace(
        "contexts: [{name: clean, context: {cluster: clean, user: clean}}]\n- x\n",
        "contexts: [{name: clean, context: {cluster: clean, user: clean}}, {name: modify, context: {cluster: modify, user: modify, namespace: ns}}]\n",
    );
    let text = text
        .replace("users: [", "users: [{name: modify, user: {token: m}}, ")
        .replace(
            "clusters: [",
            "clusters: [{name: modify, cluster: {server: 'https://m'}}, ",
        );
    let given = overrides(|o| {
        o.context = Some("modify".into());
        o.server = Some("https://new".into());
        o.namespace = Some("new".into());
        o.token = Some("new".into());
    });
    let merged = kubeconfig(&text, &[])
        .unwrap()
        .with_overrides(&given)
        .unwrap();
    assert_eq!(merged.current_context.as_deref(), Some("modify"));
    assert_eq!(
        merged.clusters["modify"].server.as_ref().unwrap().expose(),
        "https://new"
    );
    assert_eq!(merged.contexts["modify"].namespace.as_deref(), Some("new"));
    assert_eq!(
        merged.users["modify"]
            .token
            .as_ref()
            .unwrap()
            .expose_secret(),
        "new"
    );
    assert_eq!(
        merged.clusters["clean"].server.as_ref().unwrap().expose(),
        "https://anything.com:8080"
    );
    assert_eq!(
        merged.users["clean"]
            .token
            .as_ref()
            .unwrap()
            .expose_secret(),
        "the-token"
    );
    assert_eq!(merged.contexts["clean"].namespace, None);
}

/// What the user's certificate and key are, what flags say, and where they come from then.
fn certificate((fields, change, expected): (&str, fn(&mut Overrides), [&str; 2])) {
    let certificate = resolve(&clean("", fields), &overrides(change))
        .unwrap()
        .user
        .certificate
        .unwrap();
    assert_eq!(
        [
            certificate.certificate.to_string(),
            certificate.key.to_string()
        ],
        expected
    );
}

rows!(certificate: {
    c41_files_take_the_place_of_data => ("client-certificate-data: YQ==, client-key-data: YQ==", |o| {
        o.client_certificate = Some(FileOrData::File("/k/cert".into()));
        o.client_key = Some(FileOrData::File("/k/key".into()));
    }, ["/k/cert", "/k/key"]),
    c42_data_takes_the_place_of_files => ("client-certificate: cert, client-key: key", |o| {
        o.client_certificate = Some(FileOrData::data(*b"a"));
        o.client_key = Some(FileOrData::data(*b"b"));
    }, ["--client-certificate", "--client-key"]),
    data_beats_files => ("client-certificate: missing, client-certificate-data: YQ==, client-key: missing, client-key-data: YQ==", |_| (),
        ["client-certificate-data of user \"clean\" in /k/config", "client-key-data of user \"clean\" in /k/config"]),
});

#[test]
fn flags_are_named_as_origin() {
    let config = resolve(
        &clean("", ""),
        &overrides(|o| {
            o.server = Some("https://other".into());
            o.token = Some("t".into());
            o.request_timeout = Some(Duration::from_secs(3));
        }),
    );
    let config = config.unwrap();
    assert_eq!(config.origin_of("server"), Some(&Origin::Flag("--server")));
    assert_eq!(config.origin_of("token"), Some(&Origin::Flag("--token")));
    assert_eq!(config.request_timeout, Some(Duration::from_secs(3)));
}

#[test]
fn a_token_flag_takes_the_place_of_token_and_token_file() {
    let config = resolve(
        &clean("", "tokenFile: tok"),
        &overrides(|o| o.token = Some("mine".into())),
    )
    .unwrap();
    assert_eq!(text_of(config.user.token.as_ref()).unwrap(), "mine");
    assert!(config.user.token_file.is_none());
}

#[test]
fn an_authority_and_insecure_exclude_each_other() {
    let text = clean(
        "insecure-skip-tls-verify: true, certificate-authority: ca.pem",
        "",
    );
    let error = resolve(&text, &Overrides::default()).unwrap_err();
    assert_says(
        &error,
        &["/k/config:2: specifying a root certificates file with the insecure flag is not allowed"],
    );
}

#[test]
fn all_faults_of_a_context_are_told_at_once() {
    let text = "
current-context: c
contexts: [{name: c, context: {cluster: c, user: nobody}}]
clusters: [{name: c, cluster: {server: 'ftp://s', proxy-url: 'x:y', certificate-authority: nothing}}]
";
    let error = resolve(text, &Overrides::default()).unwrap_err();
    let expected = [
        "invalid configuration: [/k/config:3: user \"nobody\" was not found for context \"c\"",
        "/k/config:4: invalid 'proxy-url' for cluster \"c\"",
        "/k/config:4: unable to read certificate-authority /k/nothing for c",
        "/k/config:4: invalid 'server' for cluster \"c\"",
    ];
    assert_says(&error, &expected);
}
