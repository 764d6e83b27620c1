//! No text this crate makes shows a secret: not `Debug`, not `Display`, not an error, whatever is wrong with the file.

use std::error::Error as _;
use std::fmt::Debug;

use k8s_config::{Config, FileOrData, Kubeconfig, Overrides};
use proptest::prelude::*;

use crate::support::kubeconfig;

/// The secrets; each also stands in the file as base64 or percent-encoded where the field wants that.
const SECRETS: [&str; 14] = [
    "t0ken-s3cret",
    "passw0rd-s3cret",
    "arg-s3cret",
    "env-s3cret",
    "refresh-s3cret",
    "client-s3cret",
    "key-s3cret",
    "a2V5LXMzY3JldA==",
    "proxy-s3cret",
    "server-s3cret",
    "extension-s3cret",
    "unknown-s3cret",
    "hunter2",
    "7316504892",
];

/// Every field that can hold a secret does.
const FULL: &str = "
current-context: c
mystery: {deep: [unknown-s3cret, 7316504892]}
extensions: [{name: e, extension: {x: extension-s3cret}}]
contexts: [{name: c, context: {cluster: c, user: u, surprise: unknown-s3cret}}, {name: t, context: {cluster: c, user: token}}]
clusters:
- name: c
  cluster:
    server: https://admin:server-s3cret@h:6443/path
    proxy-url: http://me:proxy-s3cret@proxy:3128
    extensions: [{name: client.authentication.k8s.io/exec, extension: {k: extension-s3cret}}]
users:
- name: token
  user: {token: t0ken-s3cret, tokenFile: tok}
- name: u
  user:
    username: me
    password: passw0rd-s3cret
    client-certificate-data: YQ==
    client-key-data: a2V5LXMzY3JldA==
    auth-provider: {name: oidc, config: {refresh-token: refresh-s3cret, client-secret: client-s3cret}}
    extensions: [{name: e, extension: extension-s3cret}]
    exec: &exec
      command: c
      args: [--password, arg-s3cret, hunter2]
      env: [{name: PASSWORD, value: env-s3cret}]
      apiVersion: client.authentication.k8s.io/v1
      interactiveMode: Never
      novelty: unknown-s3cret
";

fn clean(what: &str, text: &str) {
    for secret in SECRETS {
        assert!(!text.contains(secret), "{what} shows {secret}: {text}");
    }
}

fn clean_debug(what: &str, value: &impl Debug) {
    clean(what, &format!("{value:?}"));
    clean(what, &format!("{value:#?}"));
}

fn clean_error(error: &k8s_config::Error) {
    clean_debug("error", error);
    clean("error", &error.to_string());
    let mut cause = error.source();
    while let Some(error) = cause {
        clean("cause", &format!("{error} {error:?}"));
        cause = error.source();
    }
}

fn clean_config(config: &Config) {
    clean_debug("config", config);
    for warning in config.warnings() {
        clean("warning", &warning.to_string());
    }
    for origin in config.origins() {
        clean("origin", &origin.origin.to_string());
    }
}

/// The text without `auth-provider`, which excludes `exec`.
fn usable() -> String {
    FULL.lines()
        .filter(|line| !line.contains("auth-provider"))
        .map(|line| format!("{line}\n"))
        .collect()
}

fn read(text: &str) -> Result<Kubeconfig, k8s_config::Error> {
    kubeconfig(text, &[("/k/tok", "t0ken-s3cret")])
}

#[test]
fn a_full_kubeconfig_shows_none() {
    let kubeconfig = read(FULL).unwrap();
    clean_debug("kubeconfig", &kubeconfig);
    for warning in kubeconfig.lint() {
        clean("lint", &warning.to_string());
    }
    clean_error(&kubeconfig.validate().unwrap_err());
    clean_error(&kubeconfig.resolve(&Overrides::default()).unwrap_err());
}

#[test]
fn a_full_configuration_shows_none() {
    for context in ["c", "t"] {
        let mut overrides = Overrides::default();
        overrides.context = Some(context.to_owned());
        let config = read(&usable()).unwrap().resolve(&overrides).unwrap();
        assert!(!config.user.is_anonymous());
        clean_config(&config);
        clean("proxy", &config.proxy.unwrap().to_string());
    }
}

#[test]
fn full_overrides_show_none() {
    let mut overrides = Overrides::default();
    overrides.server = Some("https://x:server-s3cret@h".into());
    overrides.proxy_url = Some("http://x:proxy-s3cret@h".into());
    overrides.token = Some("t0ken-s3cret".into());
    overrides.password = Some("passw0rd-s3cret".into());
    overrides.client_key = Some(FileOrData::data(*b"key-s3cret"));
    clean_debug("overrides", &overrides);
    overrides.password = None;
    overrides.client_key = None;
    overrides.context = Some("t".to_owned());
    let config = read(&usable()).unwrap().resolve(&overrides).unwrap();
    clean_config(&config);
}

/// Everything that `Config` hands out, secrets exposed.
fn everything(config: &Config) -> String {
    use k8s_config::{Material, Roots};
    use secrecy::ExposeSecret as _;
    use std::fmt::Write as _;
    let mut text = format!("{config:?} {}", config.server);
    let mut add = |material: Option<&Material>| {
        if let Some(Ok(bytes)) = material.map(Material::read) {
            text.push_str(&String::from_utf8_lossy(bytes.expose_secret()));
        }
    };
    add(config.user.token.as_ref());
    add(config.user.token_file.as_ref());
    add(config.user.basic.as_ref().map(|basic| &basic.password));
    add(config
        .user
        .certificate
        .as_ref()
        .map(|certificate| &certificate.key));
    if let Roots::Bundle(bundle) = &config.tls.roots {
        add(Some(bundle));
    }
    if let Some(exec) = &config.user.exec {
        for arg in exec
            .args
            .iter()
            .chain(exec.env.iter().map(|env| &env.value))
        {
            text.push_str(arg.expose_secret());
        }
        text.push_str(
            exec.cluster_config
                .as_ref()
                .map_or("", |json| json.expose()),
        );
    }
    for secret in config
        .user
        .auth_provider
        .iter()
        .flat_map(|provider| provider.config.values())
    {
        text.push_str(secret.expose_secret());
    }
    if let Some(proxy) = &config.proxy {
        write!(
            text,
            "{} {:?}",
            proxy.secret_text().expose_secret(),
            proxy.credentials()
        )
        .unwrap();
    }
    write!(text, "{:?}", config.user.impersonate).unwrap();
    text
}

/// Names of optional pieces of a user and a cluster, for the anonymous form.
fn pieces() -> impl Strategy<Value = Vec<&'static str>> {
    prop::sample::subsequence(
        vec![
            "token: t0ken-s3cret",
            "tokenFile: tok",
            "username: me",
            "client-certificate-data: YQ==\n    client-key-data: a2V5LXMzY3JldA==",
            "as: somebody",
            "exec: {command: c, args: [arg-s3cret], env: [{name: P, value: env-s3cret}], apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}",
            "x: unknown-s3cret",
        ],
        0..7,
    )
}

proptest! {
    #[test]
    fn the_anonymous_form_holds_none_whatever_is_set(user in pieces(), proxy: bool, info: bool) {
        let user: String = user.iter().map(|piece| format!("    {piece}\n")).collect();
        let text = format!(
            "current-context: c\ncontexts: [{{name: c, context: {{cluster: c, user: u}}}}]\nclusters:\n- name: c\n  cluster:\n    server: https://{}h\n{}users:\n- name: u\n  user:\n{user}",
            if info { "admin:server-s3cret@" } else { "" },
            if proxy { "    proxy-url: socks5://me:proxy-s3cret@p\n" } else { "" },
        );
        if let Ok(config) = read(&text).unwrap().resolve(&Overrides::default()) {
            clean_config(&config);
            let anonymous = config.anonymous();
            clean("the anonymous form", &everything(&anonymous));
            prop_assert!(anonymous.user.is_anonymous() && anonymous.user.impersonate.is_none());
            prop_assert_eq!(anonymous.proxy.is_some(), proxy);
            prop_assert_eq!(anonymous.server, config.server);
        }
    }

    /// A line cut, doubled, emptied, or its value replaced by one of another type.
    #[test]
    fn a_damaged_kubeconfig_shows_none(line in 1..40_usize, damage in 0..7_usize, value in 0..5_usize) {
        let values = ["7316504892", "[hunter2, t0ken-s3cret]", "{key: t0ken-s3cret}", "'hunter2", "!!int hunter2"];
        let damaged: String = usable()
            .lines()
            .enumerate()
            .map(|(index, text)| match (index == line, damage) {
                (false, _) => format!("{text}\n"),
                (true, 0) => format!("{}\n", &text[..text.len() / 2]),
                (true, 1) => format!("{text}\n{text}\n"),
                (true, 2) => String::new(),
                (true, 3) => format!("{text}: hunter2\n"),
                (true, 4) => format!("   {text}\n"),
                (true, _) => format!("{}: {}\n", text.split(':').next().unwrap(), values[value]),
            })
            .collect();
        match read(&damaged) {
            Ok(kubeconfig) => {
                clean_debug("kubeconfig", &kubeconfig);
                for warning in kubeconfig.lint() {
                    clean("lint", &warning.to_string());
                }
                match kubeconfig.resolve(&Overrides::default()) {
                    Ok(config) => clean_config(&config),
                    Err(error) => clean_error(&error),
                }
            }
            Err(error) => clean_error(&error),
        }
    }
}
