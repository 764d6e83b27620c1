//! `k8s config get-contexts`, `get-clusters`, `get-users` and `current-context`: what has which name.

use super::load;
use crate::args::{Args, Flag, Kind};
use crate::columns;
use crate::command::{Body, Command, Running};
use crate::failure::Failure;
use crate::io::Io;

pub(super) const GET_CONTEXTS: Command = Command {
    name: "get-contexts",
    about: "Describe one or many contexts",
    long: "Display one or many contexts from the kubeconfig file.",
    usage: "[(-o|--output=)name)]",
    examples: "  # List all the contexts in your kubeconfig file\n  k8s config get-contexts\n  \n  # Describe one context in your kubeconfig file\n  k8s config get-contexts my-context",
    flags: &[
        Flag::new(
            "no-headers",
            Kind::Bool(false),
            "When using the default or custom-column output format, don't print headers (default print headers).",
        ),
        Flag::new("output", Kind::Text(""), "Output format. One of: (name).").short('o'),
    ],
    body: Body::Run(contexts),
};

pub(super) const GET_CLUSTERS: Command = Command {
    name: "get-clusters",
    about: "Display clusters defined in the kubeconfig",
    long: "Display clusters defined in the kubeconfig.",
    usage: "",
    examples: "  # List the clusters that k8s knows about\n  k8s config get-clusters",
    flags: &[],
    body: Body::Run(clusters),
};

pub(super) const GET_USERS: Command = Command {
    name: "get-users",
    about: "Display users defined in the kubeconfig",
    long: "Display users defined in the kubeconfig.",
    usage: "",
    examples: "  # List the users that k8s knows about\n  k8s config get-users",
    flags: &[],
    body: Body::Run(users),
};

pub(super) const CURRENT_CONTEXT: Command = Command {
    name: "current-context",
    about: "Display the current-context",
    long: "Display the current-context.",
    usage: "",
    examples: "  # Display the current-context\n  k8s config current-context",
    flags: &[],
    body: Body::Run(current),
};

fn contexts<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let output = args.text("output");
        if !matches!(output, "" | "name") {
            return Err(Failure::new(format!(
                "--output {output} is not available in k8s config get-contexts; resetting to default output format"
            )));
        }
        let kubeconfig = load(io, args)?;
        let asked = args.positional();
        let missing = |name: &&&str| !kubeconfig.contexts.contains_key(**name);
        let failures: Vec<Failure> = asked
            .iter()
            .filter(missing)
            .map(|name| Failure::new(format!("context {name} not found")))
            .collect();
        let mut lines = Vec::new();
        if output.is_empty() && !args.is("no-headers") {
            let headers = ["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"];
            lines.push(headers.map(str::to_owned).to_vec());
        }
        for (name, context) in &kubeconfig.contexts {
            if !asked.is_empty() && !asked.contains(&name.as_str()) {
                continue;
            }
            if output == "name" {
                lines.push(vec![name.clone()]);
                continue;
            }
            let is_current = kubeconfig.current_context.as_ref() == Some(name);
            let text = |text: &Option<String>| text.clone().unwrap_or_default();
            lines.push(vec![
                if is_current { "*" } else { " " }.to_owned(),
                name.clone(),
                text(&context.cluster),
                text(&context.user),
                text(&context.namespace),
            ]);
        }
        io.print(&columns::align(&lines))?;
        if failures.is_empty() {
            Ok(())
        } else {
            Err(Failure::several(failures))
        }
    })
}

fn clusters<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let kubeconfig = load(io, args)?;
        io.print(&list(kubeconfig.clusters.keys()))
    })
}

fn users<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let kubeconfig = load(io, args)?;
        io.print(&list(kubeconfig.users.keys()))
    })
}

fn list<'a>(names: impl Iterator<Item = &'a String>) -> String {
    std::iter::once("NAME")
        .chain(names.map(String::as_str))
        .map(|name| format!("{name}\n"))
        .collect()
}

fn current<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        match load(io, args)?
            .current_context
            .filter(|name| !name.is_empty())
        {
            Some(name) => io.print(&format!("{name}\n")),
            None => Err(Failure::new("current-context is not set")),
        }
    })
}
