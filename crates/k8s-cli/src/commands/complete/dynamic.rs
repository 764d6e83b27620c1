//! What the last word of a command line may be, where the cluster or the kubeconfig knows.

use std::time::Duration;

use k8s_client::{ListParams, PartialObject};

use crate::args::Args;
use crate::commands::config;
use crate::commands::place::Place;
use crate::completion::Typed;
use crate::failure::Failure;
use crate::io::Io;
use crate::session::Session;

/// Whoever waits longer types on.
const PATIENCE: Duration = Duration::from_secs(3);
/// More names than this are no help.
const MOST: u32 = 500;

/// What the last word names.
enum Wanted<'a> {
    Types,
    /// The names of a type's objects, and what stands before each.
    Names(&'a str, String),
    Contexts,
    Clusters,
    Users,
    Words(&'static [&'static str]),
}

/// The words that may come; none where nobody knows, or nobody answers.
pub(super) async fn candidates(io: &mut Io, typed: &Typed) -> Vec<String> {
    let Some(wanted) = wanted(typed) else {
        return Vec::new();
    };
    let found = ask(io, &typed.args, wanted);
    let mut found = match tokio::time::timeout(PATIENCE, found).await {
        Ok(Ok(found)) => found,
        _ => Vec::new(),
    };
    let known = typed.args.positional();
    found.retain(|word| word.starts_with(&typed.last) && !known.contains(&word.as_str()));
    found.sort_unstable();
    found
}

fn wanted(typed: &Typed) -> Option<Wanted<'_>> {
    if let Some(flag) = typed.flag {
        return match flag.long {
            "namespace" => Some(Wanted::Names("namespaces", String::new())),
            "context" => Some(Wanted::Contexts),
            "cluster" => Some(Wanted::Clusters),
            "user" => Some(Wanted::Users),
            "cascade" => Some(Wanted::Words(&["background", "foreground", "orphan"])),
            "dry-run" => Some(Wanted::Words(&["client", "none", "server"])),
            "subresource" => Some(Wanted::Words(&["resize", "scale", "status"])),
            _ => None,
        };
    }
    let before = typed.args.positional();
    match (typed.found.path.as_str(), &before[..]) {
        ("k8s get" | "k8s describe" | "k8s delete" | "k8s wait", before) => {
            objects(before, &typed.last)
        }
        ("k8s logs", []) => Some(Wanted::Names("pods", String::new())),
        ("k8s token", []) => Some(Wanted::Names("serviceaccounts", String::new())),
        ("k8s completion", []) => Some(Wanted::Words(&["bash", "fish", "zsh"])),
        (path, []) => match path.strip_prefix("k8s config ")? {
            "use-context" | "get-contexts" | "set-context" | "delete-context"
            | "rename-context" => Some(Wanted::Contexts),
            "set-cluster" | "delete-cluster" => Some(Wanted::Clusters),
            "set-credentials" | "delete-user" => Some(Wanted::Users),
            _ => None,
        },
        _ => None,
    }
}

/// `TYPE NAME…` or `TYPE/NAME…`.
fn objects<'a>(before: &[&'a str], last: &'a str) -> Option<Wanted<'a>> {
    match (last.split_once('/'), before) {
        (Some((kind, _)), _) => Some(Wanted::Names(kind, format!("{kind}/"))),
        (None, []) => Some(Wanted::Types),
        (None, [first, ..]) if first.contains('/') => Some(Wanted::Types),
        (None, [first, ..]) => Some(Wanted::Names(first, String::new())),
    }
}

async fn ask(io: &mut Io, args: &Args, wanted: Wanted<'_>) -> Result<Vec<String>, Failure> {
    Ok(match wanted {
        Wanted::Words(words) => words.iter().map(|word| (*word).to_owned()).collect(),
        Wanted::Contexts => config::load(io, args)?.contexts.into_keys().collect(),
        Wanted::Clusters => config::load(io, args)?.clusters.into_keys().collect(),
        Wanted::Users => config::load(io, args)?.users.into_keys().collect(),
        Wanted::Types => {
            let session = Session::open(io, args)?;
            let resources = session.resources().await?;
            let listed = resources.preferred().filter(|info| info.can("list"));
            listed.map(|info| info.full_name()).collect()
        }
        Wanted::Names(kind, prefix) => {
            let session = Session::open(io, args)?;
            let resources = session.resources().await?;
            let Some(info) = resources.find(kind) else {
                return Ok(Vec::new());
            };
            let place = Place::new(info, Some(&session.namespace));
            let api = place.api::<PartialObject>(&session.client);
            let list = api.list(&ListParams::default().limit(MOST)).await?;
            let names = list.items.into_iter().filter_map(|item| item.metadata.name);
            names.map(|name| format!("{prefix}{name}")).collect()
        }
    })
}
