//! `k8s whoami`: whom the server takes one for.

use k8s_api_core::kinds::{SelfSubjectReview, UserInfo};
use k8s_client::{Api, CreateParams};
use serde::Serialize;

use crate::args::{Args, Flag, Kind};
use crate::columns;
use crate::command::{Body, Command, Running};
use crate::failure::Failure;
use crate::io::Io;
use crate::print::{self, Form};
use crate::session::Session;

pub(super) const COMMAND: Command = Command {
    name: "whoami",
    about: "Check self subject attributes",
    long: "Check who you are and your attributes (groups, extra).\n\n This command is helpful to get yourself aware of the current user attributes, especially when dynamic authentication, e.g., token webhook, auth proxy, or OIDC provider, is enabled in the Kubernetes cluster.",
    usage: "",
    examples: "  # Get your subject attributes\n  k8s auth whoami\n  \n  # Get your subject attributes in JSON format\n  k8s auth whoami -o json",
    flags: &[
        print::ALLOW_MISSING,
        Flag::new(
            "output",
            Kind::Text(""),
            "Output format. One of: (json, yaml, name, jsonpath, jsonpath-as-json, jsonpath-file).",
        )
        .short('o'),
        print::SHOW_MANAGED,
        print::TEMPLATE,
    ],
    body: Body::Run(run),
};

fn run<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let form = match args.text("output") {
            "" => None,
            _ => Some(Form::parse(io, args, &[])?),
        };
        let session = Session::open(io, args)?;
        let reviews = Api::<SelfSubjectReview>::all(session.client);
        let review = reviews
            .create(&SelfSubjectReview::default(), &CreateParams::default())
            .await
            .map_err(explain)?;
        match form {
            None => io.print(&table(user(&review))),
            Some(form) => form.print_typed(io, args, &shown(&review)),
        }
    })
}

fn explain(error: k8s_client::Error) -> Failure {
    if error.is_forbidden() {
        return Failure::new(
            "the selfsubjectreviews API is not enabled in the cluster or you do not have permission to call it",
        );
    }
    if error.is_not_found() {
        return Failure::new("the selfsubjectreviews API is not enabled in the cluster");
    }
    error.into()
}

fn user(review: &SelfSubjectReview) -> UserInfo {
    review
        .status
        .as_ref()
        .map(|status| status.user_info.clone())
        .unwrap_or_default()
}

fn table(user: UserInfo) -> String {
    let list = |values: &[String]| format!("[{}]", values.join(" "));
    let mut lines = vec![("ATTRIBUTE".to_owned(), "VALUE".to_owned())];
    if !user.username.is_empty() {
        lines.push(("Username".to_owned(), user.username));
    }
    if !user.uid.is_empty() {
        lines.push(("UID".to_owned(), user.uid));
    }
    if !user.groups.is_empty() {
        lines.push(("Groups".to_owned(), list(&user.groups)));
    }
    for (key, values) in &user.extra {
        lines.push((format!("Extra: {key}"), list(values)));
    }
    let lines: Vec<Vec<String>> = lines
        .into_iter()
        .map(|(key, value)| vec![key, value])
        .collect();
    columns::align(&lines)
}

/// The review as kubectl prints it, in its order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    kind: &'static str,
    api_version: &'static str,
    metadata: ShownMeta,
    status: ShownStatus,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownMeta {
    creation_timestamp: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownStatus {
    user_info: UserInfo,
}

fn shown(review: &SelfSubjectReview) -> Shown {
    Shown {
        kind: "SelfSubjectReview",
        api_version: "authentication.k8s.io/v1",
        metadata: ShownMeta {
            creation_timestamp: review
                .metadata
                .creation_timestamp
                .map(|time| time.to_string()),
        },
        status: ShownStatus {
            user_info: user(review),
        },
    }
}
