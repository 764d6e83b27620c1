//! `k8s can-i VERB TYPE`: whether the server would allow it.

mod list;

use k8s_api_core::kinds::{
    AccessReviewStatus, NonResourceAttributes, ResourceAttributes, SelfSubjectAccessReview,
    SelfSubjectAccessReviewSpec,
};
use k8s_api_core::request::{self, CreateParams};
use k8s_api_core::{Collection, ObjectMeta, StaticResource as _};
use k8s_client::discovery::ResourceInfo;
use serde_json::Value;

use super::written;
use crate::args::{Args, Flag, Kind};
use crate::command::{Body, Command, Running};
use crate::failure::Failure;
use crate::io::Io;
use crate::print;
use crate::session::Session;

pub(super) const COMMAND: Command = Command {
    name: "can-i",
    about: "Check whether an action is allowed",
    long: "Check whether an action is allowed.\n\n VERB is a logical Kubernetes API verb like 'get', 'list', 'watch', 'delete', etc. TYPE is a Kubernetes resource. Shortcuts and groups will be resolved. NONRESOURCEURL is a partial URL that starts with \"/\". NAME is the name of a particular Kubernetes resource.",
    usage: "VERB [TYPE | TYPE/NAME | NONRESOURCEURL]",
    examples: "  # Check to see if I can create pods in any namespace\n  k8s can-i create pods --all-namespaces\n  \n  # Check to see if I can get the job named \"bar\" in namespace \"foo\"\n  k8s can-i list jobs.batch/bar -n foo\n  \n  # Check to see if I can read pod logs\n  k8s can-i get pods --subresource=log\n  \n  # Check to see if I can access the URL /logs/\n  k8s can-i get /logs/\n  \n  # List all allowed actions in namespace \"foo\"\n  k8s can-i --list --namespace=foo",
    flags: &[
        Flag::new(
            "all-namespaces",
            Kind::Bool(false),
            "If true, check the specified action in all namespaces.",
        )
        .short('A'),
        Flag::new(
            "list",
            Kind::Bool(false),
            "If true, prints all allowed actions.",
        ),
        Flag::new(
            "no-headers",
            Kind::Bool(false),
            "If true, prints allowed actions without headers",
        ),
        written::OUTPUT,
        Flag::new(
            "quiet",
            Kind::Bool(false),
            "If true, suppress output and just return the exit code.",
        )
        .short('q'),
        Flag::new(
            "subresource",
            Kind::Text(""),
            "SubResource such as pod/log or deployment/scale",
        ),
        print::ALLOW_MISSING,
        print::SHOW_MANAGED,
        print::TEMPLATE,
    ],
    body: Body::Run(run),
};

const RESOURCE_VERBS: &[&str] = &[
    "get",
    "list",
    "watch",
    "create",
    "update",
    "patch",
    "delete",
    "deletecollection",
    "use",
    "bind",
    "impersonate",
    "*",
    "approve",
    "sign",
    "escalate",
    "attest",
];
const PATH_VERBS: &[&str] = &[
    "get", "put", "post", "head", "options", "delete", "patch", "*",
];

fn run<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        if args.is("list") {
            return list::run(io, args).await;
        }
        let [verb, what] = args.positional()[..] else {
            return Err(Failure::new(
                "you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'k8s auth can-i -h' for help and examples.",
            ));
        };
        let form = written::form(io, args)?;
        let session = Session::open(io, args)?;
        let spec = match what.strip_prefix('/') {
            Some(_) => path(io, args, verb, what)?,
            None => resource(io, args, &session, verb, what).await?,
        };
        let reviews = Collection::all(SelfSubjectAccessReview::api_resource());
        let review = SelfSubjectAccessReview::new(ObjectMeta::default(), spec);
        let request = request::create(&reviews, &review, &CreateParams::default())?;
        let answer: Value = session.client.request(request).await?;
        let status = serde_json::from_value(answer["status"].clone());
        let status: AccessReviewStatus = status.map_err(Failure::new)?;
        match form {
            _ if args.is("quiet") => {}
            Some(form) => form.print(io, args, answer)?,
            None => io.print(&text(&status))?,
        }
        if status.allowed {
            Ok(())
        } else {
            Err(Failure::silent())
        }
    })
}

fn text(status: &AccessReviewStatus) -> String {
    if status.allowed {
        return "yes\n".to_owned();
    }
    let more = [&status.reason, &status.evaluation_error];
    let more = more.into_iter().filter(|text| !text.is_empty());
    let more: String = more.map(|text| format!(" - {text}")).collect();
    format!("no{more}\n")
}

fn path(
    io: &mut Io,
    args: &Args,
    verb: &str,
    path: &str,
) -> Result<SelfSubjectAccessReviewSpec, Failure> {
    if !args.text("subresource").is_empty() {
        return Err(Failure::new(
            "--subresource can not be used with NonResourceURL",
        ));
    }
    if !PATH_VERBS.contains(&verb) {
        warn(io, &format!("verb '{verb}' is not a known verb"));
    }
    let mut attributes = NonResourceAttributes::default();
    attributes.path = path.to_owned();
    attributes.verb = verb.to_owned();
    let mut spec = SelfSubjectAccessReviewSpec::default();
    spec.non_resource_attributes = Some(attributes);
    Ok(spec)
}

async fn resource(
    io: &mut Io,
    args: &Args,
    session: &Session,
    verb: &str,
    what: &str,
) -> Result<SelfSubjectAccessReviewSpec, Failure> {
    let (name, object) = what.split_once('/').unwrap_or((what, ""));
    let mut attributes = ResourceAttributes::default();
    attributes.verb = verb.to_owned();
    attributes.resource = name.to_owned();
    attributes.name = object.to_owned();
    attributes.subresource = args.text("subresource").to_owned();
    if name != "*" {
        let all = session.resources().await?;
        let known = all.find(name);
        if let Some(known) = known {
            attributes.group = known.resource.group.to_string();
            attributes.resource = known.resource.plural.to_string();
        } else if !matches!(name, "users" | "groups") {
            warn(io, &unknown(name));
        }
        if !args.is("all-namespaces") {
            let cluster_wide = known.filter(|known| !known.is_namespaced());
            cluster_wide
                .into_iter()
                .for_each(|known| warn(io, &not_namespaced(known)));
        }
    }
    if !args.is("all-namespaces") {
        attributes.namespace.clone_from(&session.namespace);
        if !RESOURCE_VERBS.contains(&verb) {
            warn(io, &format!("verb '{verb}' is not a known verb"));
        }
    }
    let mut spec = SelfSubjectAccessReviewSpec::default();
    spec.resource_attributes = Some(attributes);
    Ok(spec)
}

fn unknown(name: &str) -> String {
    match name.split_once('.') {
        None => format!("the server doesn't have a resource type '{name}'"),
        Some((name, group)) => {
            format!("the server doesn't have a resource type '{name}' in group '{group}'")
        }
    }
}

fn not_namespaced(known: &ResourceInfo) -> String {
    let name = &known.resource.plural;
    match &*known.resource.group {
        "" => format!("resource '{name}' is not namespace scoped"),
        group => format!("resource '{name}' is not namespace scoped in group '{group}'"),
    }
}

/// kubectl's warnings of this command have an empty line behind them.
fn warn(io: &mut Io, text: &str) {
    io.note(&format!("Warning: {text}\n"));
}
