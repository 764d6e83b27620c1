//! `k8s config view`: the files as one, without what must not be seen.

use std::path::Path;

use k8s_config::{Secrets, View};
use secrecy::ExposeSecret as _;

use super::load;
use crate::args::{Args, Flag, Kind};
use crate::command::{Body, Command, Running};
use crate::failure::Failure;
use crate::io::{Io, words};
use crate::print::{self, Form};

pub(super) const COMMAND: Command = Command {
    name: "view",
    about: "Display merged kubeconfig settings, or those of one file",
    long: "Display merged kubeconfig settings or a specified kubeconfig file.\n\n You can use --output jsonpath={...} to extract specific values using a jsonpath expression.",
    usage: "",
    examples: "  # Show merged kubeconfig settings\n  k8s config view\n  \n  # Show merged kubeconfig settings, raw certificate data, and exposed secrets\n  k8s config view --raw\n  \n  # One file that holds all that a context needs\n  k8s config view --minify --flatten --context=prod\n  \n  # Get the server of every cluster\n  k8s config view \\\n    -o jsonpath='{range .clusters[*]}{.name}{\"\\t\"}{.cluster.server}{\"\\n\"}{end}'",
    flags: &[
        print::ALLOW_MISSING,
        Flag::new(
            "flatten",
            Kind::Bool(false),
            "Flatten the resulting kubeconfig file into self-contained output (useful for creating portable kubeconfig files)",
        ),
        Flag::new(
            "merge",
            Kind::Bool(true),
            "Merge the full hierarchy of kubeconfig files",
        ),
        Flag::new(
            "minify",
            Kind::Bool(false),
            "Remove all information not used by current-context from the output",
        ),
        Flag::new(
            "output",
            Kind::Text("yaml"),
            "Output format. One of: (json, yaml, name, jsonpath, jsonpath-as-json, jsonpath-file).",
        )
        .short('o'),
        Flag::new(
            "raw",
            Kind::Bool(false),
            "Display raw byte data and sensitive data",
        ),
        print::SHOW_MANAGED,
        print::TEMPLATE,
    ],
    body: Body::Run(run),
};

fn run<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let extra = args.positional();
        if !extra.is_empty() {
            let text = format!("unexpected arguments: [{}]", extra.join(" "));
            return Err(Failure::misuse("k8s config view", text));
        }
        let form = Form::parse(io, args, &[])?;
        let view = view(io, args)?;
        match form {
            Form::Yaml => io.print(view.to_yaml().expose_secret()),
            Form::Json => io.print(view.to_json().expose_secret()),
            other => {
                let whole = serde_json::from_str(view.to_json().expose_secret());
                other.print(io, args, whole.map_err(Failure::new)?)
            }
        }
    })
}

fn view(io: &Io, args: &Args) -> Result<View, Failure> {
    if !args.is("merge") {
        let file = args
            .some_text("kubeconfig")
            .ok_or_else(|| Failure::new("if merge==false a precise file must be specified"))?;
        // A file that is looked at alone must exist.
        let found = io.source.stat(Path::new(&file));
        found.map_err(|error| Failure::new(format!("open {file}: {}", words(&error))))?;
    }
    let kubeconfig = load(io, args)?;
    let secrets = match args.is("raw") || args.is("flatten") {
        true => Secrets::Raw,
        false => Secrets::Redacted,
    };
    let failed = |error: k8s_config::ViewError| Failure::chain(&error);
    let mut view = kubeconfig.view(secrets);
    if args.is("minify") {
        let context = args.some_text("context");
        view = view.minify(context.as_deref()).map_err(failed)?;
    }
    if args.is("flatten") {
        view = view.flatten().map_err(failed)?;
    }
    Ok(view)
}
