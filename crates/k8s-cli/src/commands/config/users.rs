//! `k8s config set-credentials`: a user, made or changed.

use std::collections::BTreeMap;

use k8s_config::{InteractiveMode, SetCredentials};
use secrecy::SecretString;

use super::edit::{edit, embeddable, file_or_data, show_help};
use crate::args::{Args, Flag, Kind};
use crate::command::{Body, Command, Running};
use crate::failure::Failure;
use crate::io::Io;

pub(super) const SET: Command = Command {
    name: "set-credentials",
    about: "Set a user entry in kubeconfig",
    long: "Set a user entry in kubeconfig.\n\n Specifying a name that already exists will merge new fields on top of existing values.\n\n  Client-certificate flags:\n  --client-certificate=certfile --client-key=keyfile\n  \n  Bearer token flags:\n  --token=bearer_token\n  \n  Basic auth flags:\n  --username=basic_user --password=basic_password\n  \n Bearer token and basic auth are mutually exclusive.",
    usage: "NAME [--client-certificate=path/to/certfile] [--client-key=path/to/keyfile] [--token=bearer_token] [--username=basic_user] [--password=basic_password] [--auth-provider=provider_name] [--auth-provider-arg=key=value] [--exec-command=exec_command] [--exec-api-version=exec_api_version] [--exec-arg=arg] [--exec-env=key=value]",
    examples: "  # Set only the \"client-key\" field on the \"cluster-admin\"\n  # entry, without touching other values\n  k8s config set-credentials cluster-admin --client-key=~/.kube/admin.key\n  \n  # Embed client certificate data in the \"cluster-admin\" entry\n  k8s config set-credentials cluster-admin \\\n    --client-certificate=~/.kube/admin.crt --embed-certs=true\n  \n  # Enable the OpenID Connect auth provider for \"cluster-admin\" with arguments\n  k8s config set-credentials cluster-admin --auth-provider=oidc \\\n    --auth-provider-arg=client-id=foo --auth-provider-arg=client-secret=bar\n  \n  # Enable an exec auth plugin for \"cluster-admin\" that never asks\n  k8s config set-credentials cluster-admin \\\n    --exec-command=/path/to/the/executable \\\n    --exec-api-version=client.authentication.k8s.io/v1 \\\n    --exec-interactive-mode=Never\n  \n  # Remove exec auth plugin environment variables for the \"cluster-admin\" entry\n  k8s config set-credentials cluster-admin --exec-env=var-to-remove-",
    flags: &[
        Flag::new(
            "auth-provider",
            Kind::Text(""),
            "Auth provider for the user entry in kubeconfig",
        ),
        Flag::new(
            "auth-provider-arg",
            Kind::List,
            "'key=value' arguments for the auth provider",
        ),
        Flag::new(
            "client-certificate",
            Kind::Text(""),
            "Path to client-certificate file for the user entry in kubeconfig",
        ),
        Flag::new(
            "client-key",
            Kind::Text(""),
            "Path to client-key file for the user entry in kubeconfig",
        ),
        Flag::new(
            "embed-certs",
            Kind::Bool(false),
            "Embed client cert/key for the user entry in kubeconfig",
        ),
        Flag::new(
            "exec-api-version",
            Kind::Text(""),
            "API version of the exec credential plugin for the user entry in kubeconfig",
        ),
        Flag::new(
            "exec-arg",
            Kind::List,
            "New arguments for the exec credential plugin command for the user entry in kubeconfig",
        ),
        Flag::new(
            "exec-command",
            Kind::Text(""),
            "Command for the exec credential plugin for the user entry in kubeconfig",
        ),
        Flag::new(
            "exec-env",
            Kind::Repeated,
            "'key=value' environment values for the exec credential plugin",
        ),
        Flag::new(
            "exec-interactive-mode",
            Kind::Text(""),
            "InteractiveMode of the exec credentials plugin for the user entry in kubeconfig",
        ),
        Flag::new(
            "exec-provide-cluster-info",
            Kind::Bool(false),
            "ProvideClusterInfo of the exec credentials plugin for the user entry in kubeconfig",
        ),
        Flag::new(
            "password",
            Kind::Text(""),
            "password for the user entry in kubeconfig",
        ),
        Flag::new(
            "token",
            Kind::Text(""),
            "token for the user entry in kubeconfig",
        ),
        Flag::new(
            "username",
            Kind::Text(""),
            "username for the user entry in kubeconfig",
        ),
    ],
    body: Body::Run(run),
};

fn run<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let [name] = args.positional()[..] else {
            show_help(io, SET.name)?;
            let extra = args.positional().join(" ");
            return Err(Failure::new(format!("unexpected args: [{extra}]")));
        };
        let mut set = SetCredentials::default();
        if let Err(failure) = all_pairs(args, &mut set) {
            show_help(io, SET.name)?;
            return Err(failure);
        }
        if name.is_empty() {
            return Err(Failure::new("you must specify a non-empty user name"));
        }
        identity(io, args, &mut set)?;
        plugin(args, &mut set)?;
        edit(io, args, |kubeconfig| {
            let user = kubeconfig.users.entry(name.to_owned());
            Ok(set.apply(user.or_default())?)
        })
        .await?;
        io.print(&format!("User {name:?} set.\n"))
    })
}

fn identity(io: &Io, args: &Args, set: &mut SetCredentials) -> Result<(), Failure> {
    embeddable(io, args, &["client-certificate", "client-key"])?;
    let text = |flag| args.is_given(flag).then(|| args.text(flag));
    set.client_certificate = file_or_data(io, args, "client-certificate")?;
    set.client_key = file_or_data(io, args, "client-key")?;
    set.token = text("token").map(SecretString::from);
    set.username = text("username").map(str::to_owned);
    set.password = text("password").map(SecretString::from);
    set.auth_provider = text("auth-provider").map(str::to_owned);
    Ok(())
}

fn plugin(args: &Args, set: &mut SetCredentials) -> Result<(), Failure> {
    let text = |flag| args.is_given(flag).then(|| args.text(flag).to_owned());
    set.exec_command = text("exec-command");
    set.exec_api_version = text("exec-api-version");
    let words = args.list("exec-arg");
    set.exec_args =
        (!words.is_empty()).then(|| words.into_iter().map(SecretString::from).collect());
    set.exec_provide_cluster_info = args
        .is_given("exec-provide-cluster-info")
        .then(|| args.is("exec-provide-cluster-info"));
    let mode = text("exec-interactive-mode").map(|mode| mode.parse::<InteractiveMode>());
    set.exec_interactive_mode = mode.transpose().map_err(|_| {
        Failure::new("invalid interactive mode type, can be only IfAvailable, Never, Always")
    })?;
    Ok(())
}

fn all_pairs(args: &Args, set: &mut SetCredentials) -> Result<(), Failure> {
    set.auth_provider_args = pairs(args, "auth-provider-arg")?;
    set.exec_env = pairs(args, "exec-env")?;
    Ok(())
}

/// `key=value`, or `key-` for what is to go.
fn pairs(args: &Args, flag: &str) -> Result<BTreeMap<String, Option<SecretString>>, Failure> {
    let (mut pairs, mut odd) = (BTreeMap::new(), Vec::new());
    for text in args.list(flag) {
        match (text.split_once('='), text.strip_suffix('-')) {
            (Some((key, value)), _) if !key.is_empty() => {
                pairs.insert(key.to_owned(), Some(SecretString::from(value)));
            }
            (None, Some(key)) if !key.is_empty() => {
                pairs.insert(key.to_owned(), None);
            }
            _ => odd.push(text),
        }
    }
    if odd.is_empty() {
        return Ok(pairs);
    }
    Err(Failure::new(format!(
        "invalid {flag} format: {}",
        odd.join(", ")
    )))
}
