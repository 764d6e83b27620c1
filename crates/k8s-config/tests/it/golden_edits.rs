//! What `kubectl config` makes of a kubeconfig that kubectl wrote, and what we make of it: the same file, byte for byte.

use std::path::PathBuf;

use k8s_config::{
    FileOrData, Kubeconfig, LoadingRules, MemorySource, Refusal, SetCluster, SetContext,
    SetCredentials, Source as _,
};

use crate::golden::{args, rows as table, source, text};
use crate::support::{chain, rows};

/// An edit that leaves no settings of a provider: `config: null` here, as for a file that has none, and `config: {}` by kubectl.
const NO_SETTINGS: &str = "set_credentials_other_provider";
/// Edits that kubectl refuses, since its paths end at a pointer.
const BEYOND: [&str; 5] = [
    "set_exec_command",
    "set_exec_mode",
    "set_new_exec",
    "unset_exec_args",
    "unset_exec_env",
];

/// `--flag=value` or `--flag`.
fn flag<'a>(args: &'a [String], name: &str) -> Option<&'a str> {
    args.iter().rev().find_map(|arg| {
        let rest = arg.strip_prefix("--")?.strip_prefix(name)?;
        if rest.is_empty() {
            Some("true")
        } else {
            rest.strip_prefix('=')
        }
    })
}

fn all<'a>(args: &'a [String], name: &str) -> Vec<&'a str> {
    let value = |arg: &'a String| {
        arg.strip_prefix("--")?
            .strip_prefix(name)?
            .strip_prefix('=')
    };
    args.iter().filter_map(value).collect()
}

fn pairs(
    args: &[String],
    name: &str,
) -> std::collections::BTreeMap<String, Option<secrecy::SecretString>> {
    let pair = |text: &str| match text.split_once('=') {
        Some((key, value)) => (key.to_owned(), Some(value.into())),
        None => (text.trim_end_matches('-').to_owned(), None),
    };
    all(args, name).into_iter().map(pair).collect()
}

fn file(args: &[String], name: &str, source: &MemorySource) -> Result<Option<FileOrData>, Refusal> {
    let Some(path) = flag(args, name) else {
        return Ok(None);
    };
    let path = path.replace("FOLDER", "/FOLDER");
    Ok(Some(match flag(args, "embed-certs") {
        Some(_) => FileOrData::data(source.read(path.as_ref())?),
        None => FileOrData::File(PathBuf::from(path)),
    }))
}

fn refuse<T>(why: &str) -> Result<T, Refusal> {
    Err(why.into())
}

fn set_credentials(args: &[String], source: &MemorySource) -> Result<SetCredentials, Refusal> {
    let owned = |name: &str| flag(args, name).map(str::to_owned);
    let mut set = SetCredentials::default();
    set.client_certificate = file(args, "client-certificate", source)?;
    set.client_key = file(args, "client-key", source)?;
    set.token = flag(args, "token").map(Into::into);
    set.username = owned("username");
    set.password = flag(args, "password").map(Into::into);
    set.auth_provider = owned("auth-provider");
    set.auth_provider_args = pairs(args, "auth-provider-arg");
    set.exec_command = owned("exec-command");
    set.exec_api_version = owned("exec-api-version");
    let exec_args = all(args, "exec-arg");
    set.exec_args =
        (!exec_args.is_empty()).then(|| exec_args.into_iter().map(Into::into).collect());
    set.exec_env = pairs(args, "exec-env");
    set.exec_provide_cluster_info =
        flag(args, "exec-provide-cluster-info").map(|flag| flag == "true");
    if let Some(mode) = flag(args, "exec-interactive-mode") {
        set.exec_interactive_mode = Some(mode.parse()?);
    }
    if flag(args, "embed-certs").is_some()
        && set.client_certificate.is_none()
        && set.client_key.is_none()
    {
        return refuse("you must specify a --client-certificate or --client-key to embed");
    }
    Ok(set)
}

fn change(
    kubeconfig: &mut Kubeconfig,
    args: &[String],
    source: &MemorySource,
) -> Result<(), Refusal> {
    let name = args.get(1).map(String::as_str).unwrap_or_default();
    let value = args.get(2).map(String::as_str).unwrap_or_default();
    let owned = |name: &str| flag(args, name).map(str::to_owned);
    match args[0].as_str() {
        "use-context" => kubeconfig.use_context(name)?,
        "rename-context" => kubeconfig.rename_context(name, value)?,
        "delete-context" => kubeconfig.delete_context(name)?,
        "delete-cluster" => kubeconfig.delete_cluster(name)?,
        "delete-user" => kubeconfig.delete_user(name)?,
        "set" => kubeconfig.set_property(name, value, flag(args, "set-raw-bytes").is_some())?,
        "unset" => kubeconfig.unset_property(name)?,
        "set-cluster" => {
            let mut set = SetCluster::default();
            set.server = flag(args, "server").map(Into::into);
            set.tls_server_name = owned("tls-server-name");
            set.insecure_skip_tls_verify =
                flag(args, "insecure-skip-tls-verify").map(|flag| flag == "true");
            set.certificate_authority = file(args, "certificate-authority", source)?;
            set.proxy_url = flag(args, "proxy-url").map(Into::into);
            if flag(args, "embed-certs").is_some() && set.certificate_authority.is_none() {
                return refuse("you must specify a --certificate-authority to embed");
            }
            set.apply(kubeconfig.clusters.entry(name.to_owned()).or_default())?;
        }
        "set-credentials" => {
            let set = set_credentials(args, source)?;
            set.apply(kubeconfig.users.entry(name.to_owned()).or_default())?;
        }
        _ => {
            let mut set = SetContext::default();
            (set.cluster, set.user, set.namespace) =
                (owned("cluster"), owned("user"), owned("namespace"));
            let name = match name {
                "--current" => kubeconfig.current_context.clone().unwrap(),
                name => name.to_owned(),
            };
            set.apply(kubeconfig.contexts.entry(name).or_default());
        }
    }
    Ok(())
}

/// A row of the table by its name.
fn made(name: &str) {
    let rows = table("edits");
    let row = rows.iter().find(|row| text(row, "name") == name).unwrap();
    let (args, before) = (args(row), text(row, "before"));
    let source = source(before);
    let rules = LoadingRules::explicit(source.clone(), "/FOLDER/config");
    let ours = rules.edit(&*source, |kubeconfig| change(kubeconfig, &args, &source));
    let after = String::from_utf8(source.read("/FOLDER/config".as_ref()).unwrap()).unwrap();
    if row["error"].is_string() {
        assert_eq!(ours.is_ok(), BEYOND.contains(&name));
        assert_eq!(after != before, ours.is_ok());
        return;
    }
    ours.unwrap_or_else(|error| panic!("{}", chain(&error)));
    let kubectl = text(row, "after").replace("FOLDER", "/FOLDER");
    let kubectl = if name == NO_SETTINGS {
        kubectl.replace("config: {}", "config: null")
    } else {
        kubectl
    };
    assert_eq!(after, kubectl, "{args:?}\n{after}");
}

rows!(made: {
    config_use_context => "use_context",
    config_use_context_missing => "use_context_missing",
    config_rename_context => "rename_context",
    config_rename_current_context => "rename_current_context",
    config_rename_context_missing => "rename_context_missing",
    config_rename_context_exists => "rename_context_exists",
    config_delete_context => "delete_context",
    config_delete_current_context => "delete_current_context",
    config_delete_cluster => "delete_cluster",
    config_delete_user => "delete_user",
    config_delete_cluster_missing => "delete_cluster_missing",
    config_delete_user_missing => "delete_user_missing",
    config_set_existing_field => "set_existing_field",
    config_set_a_server_with_path => "set_a_server_with_path",
    config_set_makes_a_stanza => "set_makes_a_stanza",
    config_set_makes_a_context => "set_makes_a_context",
    config_set_bool => "set_bool",
    config_set_bool_t => "set_bool_t",
    config_set_bool_on => "set_bool_on",
    config_set_current_context => "set_current_context",
    config_set_empty_value => "set_empty_value",
    config_set_dotted_name => "set_dotted_name",
    config_set_into_empty_config => "set_into_empty_config",
    config_set_base64 => "set_base64",
    config_set_not_base64 => "set_not_base64",
    config_set_raw_bytes => "set_raw_bytes",
    config_set_a_map => "set_a_map",
    config_set_unknown_field => "set_unknown_field",
    config_set_unknown_root_field => "set_unknown_root_field",
    config_set_list => "set_list",
    config_set_exec_command => "set_exec_command",
    config_set_exec_mode => "set_exec_mode",
    config_set_new_exec => "set_new_exec",
    config_unset_field => "unset_field",
    config_unset_struct => "unset_struct",
    config_unset_current_context => "unset_current_context",
    config_unset_bytes => "unset_bytes",
    config_unset_all_contexts => "unset_all_contexts",
    config_unset_field_of_missing => "unset_field_of_missing",
    config_unset_missing => "unset_missing",
    config_unset_exec => "unset_exec",
    config_unset_exec_args => "unset_exec_args",
    config_unset_exec_env => "unset_exec_env",
    config_unset_auth_provider => "unset_auth_provider",
    config_set_credentials_creates => "set_credentials_creates",
    config_set_credentials_creates_with_token => "set_credentials_creates_with_token",
    config_set_credentials_basic_clears_token => "set_credentials_basic_clears_token",
    config_set_credentials_token_clears_basic => "set_credentials_token_clears_basic",
    config_set_credentials_token_and_username => "set_credentials_token_and_username",
    config_set_credentials_token_leaves_cert => "set_credentials_token_leaves_cert",
    config_set_credentials_empty_token => "set_credentials_empty_token",
    config_set_credentials_cert_leaves_token => "set_credentials_cert_leaves_token",
    config_set_credentials_cert_elsewhere => "set_credentials_cert_elsewhere",
    config_set_credentials_embeds => "set_credentials_embeds",
    config_set_credentials_embed_without => "set_credentials_embed_without",
    config_set_credentials_exec => "set_credentials_exec",
    config_set_credentials_exec_again => "set_credentials_exec_again",
    config_set_credentials_exec_args => "set_credentials_exec_args",
    config_set_credentials_exec_bad_mode => "set_credentials_exec_bad_mode",
    config_set_credentials_provider => "set_credentials_provider",
    config_set_credentials_provider_args => "set_credentials_provider_args",
    config_set_credentials_other_provider => "set_credentials_other_provider",
    config_set_cluster_creates => "set_cluster_creates",
    config_set_cluster_empty => "set_cluster_empty",
    config_set_cluster_server_clears_tls_name => "set_cluster_server_clears_tls_name",
    config_set_cluster_server_and_tls_name => "set_cluster_server_and_tls_name",
    config_set_cluster_insecure_clears_data => "set_cluster_insecure_clears_data",
    config_set_cluster_insecure_clears_file => "set_cluster_insecure_clears_file",
    config_set_cluster_secure_again => "set_cluster_secure_again",
    config_set_cluster_file_clears_data => "set_cluster_file_clears_data",
    config_set_cluster_file_elsewhere => "set_cluster_file_elsewhere",
    config_set_cluster_data_clears_file => "set_cluster_data_clears_file",
    config_set_cluster_embed_without => "set_cluster_embed_without",
    config_set_cluster_ca_and_insecure => "set_cluster_ca_and_insecure",
    config_set_cluster_proxy => "set_cluster_proxy",
    config_set_cluster_no_proxy => "set_cluster_no_proxy",
    config_set_context_creates => "set_context_creates",
    config_set_context_modifies => "set_context_modifies",
    config_set_context_clears => "set_context_clears",
    config_set_context_current => "set_context_current",
    config_set_context_adds_namespace => "set_context_adds_namespace",
    config_set_impersonation => "set_impersonation",
    config_set_impersonation_by_its_name_in_the_file => "set_impersonation_by_its_name_in_the_file",
});

#[test]
fn config_has_a_test_for_each_row_of_the_table() {
    let tests = include_str!("golden_edits.rs");
    for row in table("edits") {
        let test = format!("config_{} =>", text(row, "name"));
        assert!(tests.contains(&test), "{test}");
    }
}
