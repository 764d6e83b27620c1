//! Table IC: what a Pod gets from its variables and its mount.

use std::sync::Arc;

use k8s_config::{
    Config, Error, FileOrData, InCluster, MemorySource, MountFault, Origin, Overrides, Provenance,
    Roots,
};

use crate::support::{assert_says, chain, rows, text_of};

const SA: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
const BUNDLE: &str = "-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n";
const HOST: &str = "KUBERNETES_SERVICE_HOST";
const PORT: &str = "KUBERNETES_SERVICE_PORT";
const HTTPS: &str = "KUBERNETES_SERVICE_PORT_HTTPS";

/// A Pod as kubelet makes it, but for the variables.
fn mounted(vars: &[(&str, &str)]) -> MemorySource {
    let source = MemorySource::new()
        .with_file(format!("{SA}/ca.crt"), BUNDLE)
        .with_file(format!("{SA}/token"), "abc\n")
        .with_file(format!("{SA}/namespace"), "prod\n");
    vars.iter().fold(source, |source, (name, value)| {
        source.with_var(*name, *value)
    })
}

fn pod() -> MemorySource {
    mounted(&[(HOST, "10.0.0.1"), (PORT, "443")])
}

fn in_cluster(source: MemorySource) -> Result<Config, Error> {
    Config::in_cluster_from(Arc::new(source))
}

/// Variables that do not name a server.
fn not_in_cluster(vars: &[(&str, &str)]) {
    let error = in_cluster(mounted(vars)).unwrap_err();
    assert!(error.is_not_in_cluster());
    assert_says(
        &error,
        &[
            "unable to load in-cluster configuration",
            HOST,
            HTTPS,
            PORT,
            "must be defined",
        ],
    );
}

rows!(not_in_cluster: {
    ic01_neither_variable => &[],
    ic01_no_port => &[(HOST, "10.0.0.1")],
    ic01_no_host => &[(PORT, "443")],
    ic01_empty_host => &[(HOST, ""), (PORT, "443")],
    ic01_empty_port => &[(HOST, "10.0.0.1"), (PORT, "")],
    ic01_empty_ports => &[(HOST, "10.0.0.1"), (PORT, ""), (HTTPS, " ")],
});

/// Variables, and the server they name.
fn server((vars, expected, port_variable): (&[(&str, &str)], &str, &str)) {
    let config = in_cluster(mounted(vars)).unwrap();
    assert_eq!(config.server, expected);
    assert_eq!(config.origin_of("server"), Some(&Origin::Variable(HOST)));
    let Provenance::InCluster {
        port_variable: used,
        directory,
        ..
    } = &config.provenance
    else {
        panic!("not in a Pod");
    };
    assert_eq!(
        (*used, directory.as_path()),
        (Some(port_variable), SA.as_ref())
    );
}

rows!(server: {
    ic02_ipv6_gets_brackets => (&[(HOST, "fd00::1"), (PORT, "443")], "https://[fd00::1]:443/", PORT),
    ic02_ipv6_with_brackets => (&[(HOST, "[fd00::1]"), (PORT, "443")], "https://[fd00::1]:443/", PORT),
    ic02_ipv6_with_zone => (&[(HOST, "fe80::1%eth0"), (PORT, "443")], "https://[fe80::1%25eth0]:443/", PORT),
    ic03_ipv4 => (&[(HOST, "10.0.0.1"), (PORT, "443")], "https://10.0.0.1:443/", PORT),
    ic04_the_port_named_https_goes_first => (&[(HOST, "10.0.0.1"), (PORT, "443"), (HTTPS, "6443")], "https://10.0.0.1:6443/", HTTPS),
    ic04_the_port_named_https_suffices => (&[(HOST, "10.0.0.1"), (HTTPS, "6443")], "https://10.0.0.1:6443/", HTTPS),
    ic04_an_empty_port_is_not_set => (&[(HOST, "10.0.0.1"), (PORT, "443"), (HTTPS, "")], "https://10.0.0.1:443/", PORT),
});

/// A mounted file (`None`: missing), and what the error says.
fn bad_mount((file, content, fault, expected): (&str, Option<&[u8]>, MountFault, &str)) {
    let source = pod();
    match content {
        Some(content) => source.set_file(format!("{SA}/{file}"), content),
        None => source.remove_file(format!("{SA}/{file}")),
    }
    let error = in_cluster(source).unwrap_err();
    assert_says(&error, &[&format!("{SA}/{file}"), expected]);
    let Error::Mount(error) = error else {
        panic!("not about the mount");
    };
    assert_eq!((error.fault(), error.is_not_mounted()), (fault, false));
}

rows!(bad_mount: {
    ic05_token_missing => ("token", None, MountFault::Missing, "is missing"),
    ic07_token_empty => ("token", Some(b""), MountFault::EmptyToken, "read empty token"),
    ic07_token_blank => ("token", Some(b" \n\t\n"), MountFault::EmptyToken, "read empty token"),
    ic06_token_that_no_header_carries => ("token", Some(b"a\nb"), MountFault::UnusableToken, "bytes that an HTTP header cannot carry"),
    ic10_bundle_missing => ("ca.crt", None, MountFault::Missing, "is missing"),
    ic10_bundle_empty => ("ca.crt", Some(b""), MountFault::EmptyBundle, "is empty"),
    ic10_bundle_blank => ("ca.crt", Some(b"\n\n"), MountFault::EmptyBundle, "is empty"),
    ic10_bundle_garbage => ("ca.crt", Some(b"panda"), MountFault::NoCertificate, "holds no certificate"),
    ic10_bundle_holds_a_key => ("ca.crt", Some(b"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n"), MountFault::NoCertificate, "holds no certificate"),
    ic10_bundle_cut_off => ("ca.crt", Some(b"-----BEGIN CERTIFICATE-----\nAA"), MountFault::NoCertificate, "holds no certificate"),
});

#[test]
fn ic05_nothing_mounted_names_the_field_that_does_this() {
    let source = MemorySource::new()
        .with_var(HOST, "10.0.0.1")
        .with_var(PORT, "443");
    let error = in_cluster(source).unwrap_err();
    assert_says(
        &error,
        &["ca.crt is missing", "automountServiceAccountToken: false"],
    );
    assert!(chain(&error).contains("reading /var/run/secrets"));
}

#[test]
fn ic06_the_token_stays_in_its_file() {
    let source = pod();
    let config = in_cluster(source.clone()).unwrap();
    assert_eq!(
        config.user.token_file.as_ref().unwrap().path(),
        Some(format!("{SA}/token").as_ref())
    );
    assert_eq!(
        text_of(config.user.token_file.as_ref()).unwrap().trim(),
        "abc"
    );
    source.set_file(format!("{SA}/token"), "rotated");
    assert_eq!(text_of(config.user.token_file.as_ref()).unwrap(), "rotated");
}

#[test]
fn ic10_takes_system_roots_only_when_told() {
    let source = pod();
    source.remove_file(format!("{SA}/ca.crt"));
    let config = InCluster::from_source(Arc::new(source))
        .trust_system_roots()
        .resolve()
        .unwrap();
    assert!(matches!(config.tls.roots, Roots::System));
    assert!(matches!(
        in_cluster(pod()).unwrap().tls.roots,
        Roots::Bundle(_)
    ));
}

/// `POD_NAMESPACE`, the file, and the namespace.
fn namespace((variable, file, expected): (Option<&str>, Option<&str>, &str)) {
    let source = variable.into_iter().fold(pod(), |source, value| {
        source.with_var("POD_NAMESPACE", value)
    });
    match file {
        Some(content) => source.set_file(format!("{SA}/namespace"), content),
        None => source.remove_file(format!("{SA}/namespace")),
    }
    assert_eq!(in_cluster(source).unwrap().namespace, expected);
}

rows!(namespace: {
    ic13_from_the_file_trimmed => (None, Some("prod\n"), "prod"),
    ic13_default_without_file => (None, None, "default"),
    ic13_default_with_an_empty_file => (None, Some(" \n"), "default"),
    ic13_the_variable_wins => (Some(" other\n"), Some("prod\n"), "other"),
    ic13_an_empty_variable_is_not_set => (Some(""), Some("prod\n"), "prod"),
});

/// Which of server, token, token file and CA are overridden (C36), and what must come out: server, token, token file, CA.
type Overridden = ([Option<&'static str>; 4], [Option<&'static str>; 4]);

fn overridden((given, expected): Overridden) {
    let [server, token, token_file, ca] = given;
    let mut overrides = Overrides::default();
    overrides.server = server.map(Into::into);
    overrides.token = token.map(Into::into);
    overrides.token_file = token_file.map(Into::into);
    overrides.certificate_authority = ca.map(|path| FileOrData::File(path.into()));
    let source = Arc::new(
        pod()
            .with_file("/o/token", "o")
            .with_file("/o/ca.crt", BUNDLE),
    );
    let config = InCluster::from_source(source)
        .resolve_with(&overrides)
        .unwrap();
    let path = |material: &k8s_config::Material| material.path().unwrap().display().to_string();
    let Roots::Bundle(bundle) = &config.tls.roots else {
        panic!("no bundle");
    };
    let got = [
        Some(config.server.to_string()),
        text_of(config.user.token.as_ref()),
        config.user.token_file.as_ref().map(path),
        Some(path(bundle)),
    ];
    assert_eq!(got, expected.map(|text| text.map(str::to_owned)));
}

const S: Option<&str> = Some("https://10.0.0.1:443/");
const O: Option<&str> = Some("https://other:1/");
const T: Option<&str> = Some("/var/run/secrets/kubernetes.io/serviceaccount/token");
const F: Option<&str> = Some("/o/token");
const C: Option<&str> = Some("/var/run/secrets/kubernetes.io/serviceaccount/ca.crt");
const D: Option<&str> = Some("/o/ca.crt");
const K: Option<&str> = Some("mine");

rows!(overridden: {
    ic14_c36_nothing => ([None, None, None, None], [S, None, T, C]),
    ic14_c36_server => ([O, None, None, None], [O, None, T, C]),
    ic14_c36_token => ([None, K, None, None], [S, K, None, C]),
    ic14_c36_ca => ([None, None, None, D], [S, None, T, D]),
    ic14_c36_server_and_token => ([O, K, None, None], [O, K, None, C]),
    ic14_c36_server_and_ca => ([O, None, None, D], [O, None, T, D]),
    ic14_c36_ca_and_token => ([None, K, None, D], [S, K, None, D]),
    ic14_c36_server_token_and_ca => ([O, K, None, D], [O, K, None, D]),
    ic14_c36_all_and_token_file => ([O, K, F, D], [O, K, F, D]),
    ic14_c36_token_file_alone => ([None, Some(""), F, None], [S, None, F, C]),
});

#[test]
fn ic14_what_is_overridden_need_not_be_mounted() {
    let source = MemorySource::new()
        .with_var(HOST, "10.0.0.1")
        .with_var(PORT, "443")
        .with_file("/o/ca.crt", BUNDLE);
    let mut overrides = Overrides::default();
    overrides.token = Some("mine".into());
    overrides.certificate_authority = Some(FileOrData::File("/o/ca.crt".into()));
    let config = InCluster::from_source(Arc::new(source))
        .resolve_with(&overrides)
        .unwrap();
    assert_eq!(config.namespace, "default");
}

#[test]
fn every_path_and_variable_can_be_given() {
    let source = MemorySource::new()
        .with_file("/a/bundle", BUNDLE)
        .with_file("/b/tok", "t")
        .with_file("/c/ns", "here");
    let pod = InCluster::from_source(Arc::new(source))
        .host("fd00::2")
        .port(6443)
        .ca_file("/a/bundle")
        .token_file("/b/tok")
        .namespace_file("/c/ns");
    assert!(pod.is_possible());
    let config = pod.resolve().unwrap();
    assert_eq!(config.server, "https://[fd00::2]:6443/");
    assert_eq!(config.namespace, "here");
    assert_eq!(config.origin_of("server"), Some(&Origin::Given));
}
