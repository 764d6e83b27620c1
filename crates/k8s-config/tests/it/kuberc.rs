//! kubectl's preferences file: where it is looked for, which policies it can hold, and that a plugin carries them.

use std::path::Path;
use std::sync::Arc;

use k8s_config::{Config, Error, Kuberc, MemorySource, PluginPolicy};

use crate::support::{chain, files, rows};

const HEAD: &str = "apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n";

/// The policy in words: `deny`, `all`, or the commands of the list; an error begins with `!`.
fn policy(kuberc: Result<Kuberc, k8s_config::KubercError>) -> String {
    match kuberc.map(|kuberc| kuberc.plugin_policy) {
        Ok(PluginPolicy::AllowAll) => "all".to_owned(),
        Ok(PluginPolicy::DenyAll) => "deny".to_owned(),
        Ok(PluginPolicy::Allowlist(entries)) => {
            let commands: Vec<String> = entries.into_iter().map(|entry| entry.command).collect();
            commands.join(" ")
        }
        Ok(_) => "?".to_owned(),
        Err(error) => format!("!{}", chain(&error)),
    }
}

fn text((text, expected): (&str, &str)) {
    assert_eq!(
        policy(Kuberc::from_slice(text.replace("HEAD\n", HEAD).as_bytes())),
        expected
    );
}

rows!(text: {
    an_empty_kuberc_allows_all => ("", "all"),
    a_kuberc_without_policy_allows_all => ("HEAD\ndefaults: []\naliases: []\n", "all"),
    an_empty_policy_allows_all => ("HEAD\ncredentialPluginPolicy: \"\"\n", "all"),
    allow_all_is_read => ("HEAD\ncredentialPluginPolicy: AllowAll\n", "all"),
    deny_all_is_read => ("HEAD\ncredentialPluginPolicy: DenyAll\n", "deny"),
    deny_all_is_read_from_json => (
        r#"{"kind": "Preference", "apiVersion": "kubectl.config.k8s.io/v1beta1", "credentialPluginPolicy": "DenyAll"}"#,
        "deny",
    ),
    deny_all_holds_in_v1alpha1_too => (
        "apiVersion: kubectl.config.k8s.io/v1alpha1\nkind: Preference\ncredentialPluginPolicy: DenyAll\n",
        "deny",
    ),
    an_allowlist_is_read_by_command_and_name => (
        "HEAD\ncredentialPluginPolicy: Allowlist\ncredentialPluginAllowlist:\n- command: aws\n- name: /usr/bin/x\n- {name: z, command: z}\n",
        "aws /usr/bin/x z",
    ),
    the_first_preference_of_several_documents_holds => (
        "# mine\n---\nkind: Other\napiVersion: v1\n--- # here\nHEAD\ncredentialPluginPolicy: DenyAll\n---\nHEAD\n",
        "deny",
    ),
    a_list_beside_allow_all_is_refused => (
        "HEAD\ncredentialPluginAllowlist: [{command: x}]\n",
        "!kuberc, line 3: misconfigured credential plugin allowlist: plugin policy is not \"Allowlist\" but allowlist is non-nil",
    ),
    an_allowlist_without_list_is_refused => (
        "HEAD\ncredentialPluginPolicy: Allowlist\n",
        "!kuberc, line 3: credential plugin policy set to \"Allowlist\", but allowlist is unspecified",
    ),
    an_empty_allowlist_is_refused => (
        "HEAD\ncredentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: []\n",
        "!kuberc, line 4: credential plugin policy set to \"Allowlist\", but allowlist is empty; use \"DenyAll\" policy instead",
    ),
    an_empty_entry_is_refused => (
        "HEAD\ncredentialPluginPolicy: Allowlist\ncredentialPluginAllowlist:\n- command: x\n- {}\n",
        "!kuberc, line 6: misconfigured credential plugin allowlist: empty allowlist entry #2",
    ),
    a_name_beside_another_command_is_refused => (
        "HEAD\ncredentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{command: x, name: z}]\n",
        "!kuberc, line 4: both `name` and `command` were supplied with different values in allowlist entry #1, `name` is deprecated",
    ),
    a_path_that_is_not_clean_is_refused => (
        "HEAD\ncredentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: [{command: /usr/../bin/x}]\n",
        "!kuberc, line 4: non-normalized file path in allowlist entry #1",
    ),
    a_policy_that_does_not_exist_is_refused_without_its_name => (
        "HEAD\ncredentialPluginPolicy: s3cret\n",
        "!kuberc, line 3: unknown plugin policy, it must be AllowAll, DenyAll or Allowlist",
    ),
    a_policy_of_another_type_is_refused => ("HEAD\ncredentialPluginPolicy: no\n", "!kuberc, line 3: credentialPluginPolicy must be a string"),
    a_list_of_another_type_is_refused => (
        "HEAD\ncredentialPluginPolicy: Allowlist\ncredentialPluginAllowlist: x\n",
        "!kuberc, line 4: credentialPluginAllowlist must be a list",
    ),
    another_kind_is_no_kuberc => ("apiVersion: v1\nkind: Config\n", "!kuberc: no valid preferences found"),
    broken_yaml_is_refused_with_its_line => ("---\nHEAD\na: [\n", "!kuberc, line 4: unclosed bracket '['"),
});

/// Variables and files; what `find` says, with and without a flag.
fn found((vars, path, flag, expected): (&[(&str, &str)], &str, Option<&str>, &str)) {
    let text = format!("{HEAD}credentialPluginPolicy: DenyAll\n");
    let source = vars
        .iter()
        .fold(files(&[(path, &text)]), |source, (name, value)| {
            source.with_var(*name, *value)
        });
    assert_eq!(policy(Kuberc::find(&source, flag.map(Path::new))), expected);
}

rows!(found: {
    the_kuberc_of_the_home_directory_is_found => (&[], "/home/u/.kube/kuberc", None, "deny"),
    no_kuberc_at_all_allows_all => (&[], "/elsewhere", None, "all"),
    the_variable_comes_before_the_home_directory => (&[("KUBERC", "/k/rc")], "/k/rc", None, "deny"),
    the_flag_comes_before_the_variable => (&[("KUBERC", "/missing")], "/k/rc", Some("/k/rc"), "deny"),
    the_variable_switches_it_off => (&[("KUBERC", "off")], "/home/u/.kube/kuberc", None, "all"),
    the_feature_gate_switches_it_off => (&[("KUBECTL_KUBERC", "false")], "/home/u/.kube/kuberc", None, "all"),
    a_file_that_the_variable_names_must_exist => (
        &[("KUBERC", "/missing")],
        "/home/u/.kube/kuberc",
        None,
        "!kuberc /missing: there is no such file: entity not found",
    ),
    off_and_a_flag_exclude_each_other => (
        &[("KUBERC", "off")],
        "/k/rc",
        Some("/k/rc"),
        "!kuberc /k/rc: disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive",
    ),
});

const PLUGIN: &str = "current-context: c\nclusters: [{name: c, cluster: {server: 'https://c'}}]\n\
    users: [{name: u, user: {exec: {command: p, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}}}]\n\
    contexts: [{name: c, context: {cluster: c, user: u}}]\n";

fn source(kuberc: &str, kubeconfig: &str) -> Arc<MemorySource> {
    let rc = format!("{HEAD}{kuberc}");
    Arc::new(files(&[
        ("/home/u/.kube/config", kubeconfig),
        ("/home/u/.kube/kuberc", &rc),
    ]))
}

#[test]
fn a_plugin_carries_the_policy_and_follows_its_file() {
    let source = source("credentialPluginPolicy: DenyAll\n", PLUGIN);
    let config = Config::infer_from(source.clone()).unwrap();
    assert_eq!(
        config.user.exec.as_ref().unwrap().policy,
        PluginPolicy::DenyAll
    );
    assert!(!config.sources_changed());
    source.remove_file("/home/u/.kube/kuberc");
    assert!(config.sources_changed());
    let again = config.reload().unwrap();
    assert_eq!(again.user.exec.unwrap().policy, PluginPolicy::AllowAll);
}

#[test]
fn a_broken_kuberc_stops_a_plugin_and_nothing_else() {
    let error =
        Config::infer_from(source("credentialPluginPolicy: Perhaps\n", PLUGIN)).unwrap_err();
    assert!(matches!(error, Error::Kuberc(_)), "{error}");
    let token = PLUGIN.replace(
        "exec: {command: p, apiVersion: client.authentication.k8s.io/v1, interactiveMode: Never}",
        "token: t",
    );
    assert!(Config::infer_from(source("credentialPluginPolicy: Perhaps\n", &token)).is_ok());
}
