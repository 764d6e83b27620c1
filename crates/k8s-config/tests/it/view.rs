//! Views: what is left when all but one context goes, when files become data, and when secrets are hidden.

use k8s_config::{Secrets, View, ViewError};
use secrecy::ExposeSecret as _;

use crate::support::{chain, kubeconfig, rows};

/// client-go's own example, in short: three clusters and users, one of each with files.
const TEXT: &str = "current-context: federal-context
clusters:
- {name: cow-cluster, cluster: {server: http://cow.org:8080, certificate-authority: ca.pem}}
- {name: pig-cluster, cluster: {server: http://pig.org:8080, certificate-authority-data: Y2E=}}
users:
- {name: red-user, user: {token: red-token, client-certificate-data: Y2VydA==, client-key-data: a2V5}}
- {name: black-user, user: {client-certificate: cert.pem, client-key: key.pem}}
contexts:
- {name: federal-context, context: {cluster: cow-cluster, user: red-user}}
- {name: shaker-context, context: {cluster: pig-cluster, user: black-user, namespace: chisel}}
";

fn view(text: &str, secrets: Secrets) -> View {
    let files = [
        ("/k/ca.pem", "CA"),
        ("/k/cert.pem", "CERT"),
        ("/k/key.pem", "KEY"),
    ];
    kubeconfig(text, &files).unwrap().view(secrets)
}

/// A text, what is done to its view, what it must say, and what it must not.
type Row<'r> = (
    String,
    Secrets,
    fn(View) -> Result<View, ViewError>,
    &'r [&'r str],
    &'r [&'r str],
);

fn says((text, secrets, make, there, gone): Row<'_>) {
    let view = make(view(&text, secrets)).unwrap().to_yaml();
    let view = view.expose_secret();
    for part in there {
        assert!(view.contains(part), "{part:?} is missing: {view}");
    }
    for part in gone {
        assert!(!view.contains(part), "{part:?} is there: {view}");
    }
}

fn example() -> String {
    TEXT.to_owned()
}

const NOTHING: fn(View) -> Result<View, ViewError> = Ok;

rows!(says: {
    h1_minified_to_the_current_context => (
        example(),
        Secrets::Raw,
        |view| view.minify(None),
        &["name: cow-cluster", "name: red-user", "name: federal-context", "token: red-token", "current-context: federal-context"],
        &["pig-cluster", "black-user", "shaker-context"],
    ),
    h5_flattened_files_become_data_and_data_stays => (
        example(),
        Secrets::Raw,
        View::flatten,
        &[
            "certificate-authority-data: Q0E=",
            "certificate-authority-data: Y2E=",
            "client-certificate-data: Q0VSVA==",
            "client-key-data: S0VZ",
            "client-key-data: a2V5",
            "namespace: chisel",
        ],
        &["ca.pem", "cert.pem", "key.pem"],
    ),
    h6_minified_and_shortened => (
        example().replace("certificate-authority: ca.pem", "certificate-authority-data: Q0E="),
        Secrets::Redacted,
        |view| view.minify(None),
        &[
            "certificate-authority-data: DATA+OMITTED",
            "client-certificate-data: DATA+OMITTED",
            "client-key-data: DATA+OMITTED",
            "token: REDACTED",
            "server: http://cow.org:8080",
        ],
        &["red-token", "Q0E=", "a2V5"],
    ),
    h7_what_is_in_files_stays_as_it_is => (
        example(),
        Secrets::Redacted,
        NOTHING,
        &["certificate-authority: ca.pem", "client-certificate: cert.pem", "client-key: key.pem", "certificate-authority-data: DATA+OMITTED"],
        &["red-token"],
    ),
    h8_a_token_and_a_key_are_hidden_and_others_untouched => (
        example(),
        Secrets::Redacted,
        |view| view.minify(Some("shaker-context")),
        &["client-certificate: cert.pem", "client-key: key.pem", "current-context: shaker-context"],
        &["REDACTED", "red-user"],
    ),
    h9_nothing_at_all => (
        String::new(),
        Secrets::Redacted,
        NOTHING,
        &["clusters: null\ncontexts: null\ncurrent-context: \"\"\n", "users: null\n"],
        &[],
    ),
    view_hides_token_password_and_keys => (
        example().replace("token: red-token", "username: me, password: s3cret"),
        Secrets::Redacted,
        NOTHING,
        &["username: me", "password: REDACTED", "client-key-data: DATA+OMITTED"],
        &["s3cret", "a2V5"],
    ),
    view_raw_hides_nothing => (
        example().replace("token: red-token", "username: me, password: s3cret"),
        Secrets::Raw,
        NOTHING,
        &["username: me", "password: s3cret", "client-key-data: a2V5"],
        &["REDACTED", "OMITTED"],
    ),
    view_minified_is_still_redacted => (example(), Secrets::Redacted, |view| view.minify(None), &["token: REDACTED"], &["red-token", "shaker"]),
    view_minified_to_another_context_makes_it_current => (
        example(),
        Secrets::Redacted,
        |view| view.minify(Some("shaker-context")),
        &["current-context: shaker-context", "name: pig-cluster", "name: black-user"],
        &["federal", "cow", "red"],
    ),
    view_flattened_is_still_redacted => (
        example(),
        Secrets::Redacted,
        |view| view.minify(Some("shaker-context"))?.flatten(),
        &["client-key-data: DATA+OMITTED", "certificate-authority-data: DATA+OMITTED"],
        &["S0VZ", "key.pem"],
    ),
    view_hides_arguments_and_variables_of_plugins => (
        "users: [{name: u, user: {exec: {command: c, args: [get, s3cret], env: [{name: K, value: s3cret}, {name: E, value: ''}]}}}]".to_owned(),
        Secrets::Redacted,
        NOTHING,
        &["command: c", "- REDACTED\n      - REDACTED\n", "name: K\n        value: REDACTED", "name: E\n        value: \"\""],
        &["s3cret"],
    ),
    view_hides_settings_of_a_provider => (
        "users: [{name: u, user: {auth-provider: {name: oidc, config: {client-id: k8s, client-secret: s3cret, refresh-token: s3cret, idp-issuer-url: 'https://i', novelty: s3cret}}}}]".to_owned(),
        Secrets::Redacted,
        NOTHING,
        &["client-id: k8s", "idp-issuer-url: https://i", "refresh-token: REDACTED"],
        &["s3cret"],
    ),
    view_hides_user_info_of_urls => (
        "clusters: [{name: c, cluster: {server: 'https://me:s3cret@c/p', proxy-url: 's3cret@p'}}]".to_owned(),
        Secrets::Redacted,
        NOTHING,
        &["server: https://REDACTED@c/p", "proxy-url: REDACTED@p"],
        &["s3cret"],
    ),
    view_hides_what_is_in_extensions_and_drops_what_is_unknown => (
        "novelty: s3cret\nextensions: [{name: e, extension: {k: [s3cret, 1, true]}}]\ncontexts: [{name: c, context: {novelty: s3cret}}]".to_owned(),
        Secrets::Redacted,
        NOTHING,
        &["k:\n    - REDACTED\n    - 1\n    - true"],
        &["s3cret", "novelty"],
    ),
});

/// A text, what is done to its view, and the error.
fn fails((text, make, expected): (String, fn(View) -> Result<View, ViewError>, &str)) {
    let error = make(view(&text, Secrets::Raw)).unwrap_err();
    assert_eq!(chain(&error), expected);
}

rows!(fails: {
    h2_a_context_that_is_not_there => (example(), |view| view.minify(Some("missing")), "cannot locate context missing"),
    h3_a_cluster_that_is_not_there => (
        example().replace("name: cow-cluster, cluster", "name: other, cluster"),
        |view| view.minify(None),
        "cannot locate cluster cow-cluster",
    ),
    h4_a_user_that_is_not_there => (
        example().replace("name: red-user, user", "name: other, user"),
        |view| view.minify(None),
        "cannot locate user red-user",
    ),
    view_without_current_context_cannot_be_minified => (
        example().replace("current-context: federal-context\n", ""),
        |view| view.minify(None),
        "current-context must exist in order to minify",
    ),
    view_with_path_and_data_cannot_be_flattened => (
        example().replace("certificate-authority: ca.pem", "certificate-authority: ca.pem, certificate-authority-data: Q0E="),
        View::flatten,
        "cannot have values for both path and contents: /k/ca.pem",
    ),
    view_of_a_missing_file_cannot_be_flattened => (
        example().replace("ca.pem", "gone.pem"),
        View::flatten,
        "reading /k/gone.pem: entity not found",
    ),
});

#[test]
fn view_as_json_is_indented_by_four() {
    let json = view(
        "clusters: [{name: c, cluster: {server: 'a&b'}}]",
        Secrets::Raw,
    )
    .to_json();
    let expected = "{\n    \"kind\": \"Config\",\n    \"apiVersion\": \"v1\",\n    \"clusters\": [\n        {\n            \"name\": \"c\",\n            \"cluster\": {\n                \"server\": \"a\\u0026b\"\n            }\n        }\n    ],\n    \"users\": null,\n    \"contexts\": null,\n    \"current-context\": \"\"\n}\n";
    assert_eq!(json.expose_secret(), expected);
}

#[test]
fn view_shows_no_secret_by_itself() {
    let view = view(TEXT, Secrets::Raw);
    assert!(!format!("{view:?} {:?}", view.to_yaml()).contains("red-token"));
}
