//! `k8s api-resources`: what kinds of objects the server has.

use k8s_client::discovery::{ResourceInfo, Resources};
use serde::Serialize;

use crate::args::{Args, Flag, Kind};
use crate::columns;
use crate::command::{Body, Command, Running};
use crate::failure::Failure;
use crate::io::Io;
use crate::print;
use crate::session::Session;

pub(super) const COMMAND: Command = Command {
    name: "api-resources",
    about: "Print the supported API resources on the server",
    long: "Print the supported API resources on the server.",
    usage: "",
    examples: "  # Print the supported API resources\n  k8s api-resources\n  \n  # Print the supported API resources with more information\n  k8s api-resources -o wide\n  \n  # Print the supported namespaced resources\n  k8s api-resources --namespaced=true\n  \n  # Print the supported API resources with a specific APIGroup\n  k8s api-resources --api-group=rbac.authorization.k8s.io",
    flags: &[
        Flag::new(
            "api-group",
            Kind::Text(""),
            "Limit to resources in the specified API group.",
        ),
        Flag::new(
            "categories",
            Kind::List,
            "Limit to resources that belong to the specified categories.",
        ),
        Flag::new(
            "namespaced",
            Kind::Bool(true),
            "If false, non-namespaced resources will be returned, otherwise returning namespaced resources by default.",
        ),
        Flag::new(
            "no-headers",
            Kind::Bool(false),
            "When using the default or custom-column output format, don't print headers (default print headers).",
        ),
        Flag::new(
            "output",
            Kind::Text(""),
            "Output format. One of: (json, yaml, name, wide).",
        )
        .short('o'),
        Flag::new(
            "sort-by",
            Kind::Text(""),
            "If non-empty, sort list of resources using specified field. The field can be either 'name' or 'kind'.",
        ),
        Flag::new(
            "verbs",
            Kind::List,
            "Limit to resources that support the specified verbs.",
        ),
    ],
    body: Body::Run(run),
};

/// The list as kubectl prints it, in its order.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    kind: &'static str,
    api_version: &'static str,
    group_version: &'static str,
    resources: Vec<ShownResource<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ShownResource<'a> {
    name: &'a str,
    singular_name: &'a str,
    namespaced: bool,
    #[serde(skip_serializing_if = "str::is_empty")]
    group: &'a str,
    version: &'a str,
    kind: &'a str,
    verbs: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    short_names: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    categories: &'a [String],
}

fn run<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let extra = args.positional();
        if !extra.is_empty() {
            let text = format!("unexpected arguments: [{}]", extra.join(" "));
            return Err(Failure::misuse("k8s api-resources", text));
        }
        let output = args.text("output");
        if !matches!(output, "" | "wide" | "name" | "json" | "yaml") {
            return Err(Failure::new(format!(
                "unable to match a printer suitable for the output format {output:?}, allowed formats are: json,name,wide,yaml"
            )));
        }
        if !matches!(args.text("sort-by"), "" | "name" | "kind") {
            return Err(Failure::new("--sort-by accepts only name or kind"));
        }
        let session = Session::open(io, args)?;
        let all = session.resources().await?;
        let resources = chosen(&all, args);
        match output {
            "json" => io.print(&format!(
                "{}\n",
                print::ordered_json(&shown(&resources), b"    ")?
            )),
            "yaml" => {
                let value = serde_json::to_value(shown(&resources)).map_err(Failure::new)?;
                io.print(&print::yaml(value).to_string())
            }
            "name" => {
                let names = resources
                    .iter()
                    .map(|known| format!("{}\n", known.full_name()));
                io.print(&names.collect::<String>())
            }
            output => io.print(&table(&resources, output == "wide", args.is("no-headers"))),
        }
    })
}

/// Of each group what its preferred version has, and what only another has; by group, or as `--sort-by` says.
fn chosen<'a>(all: &'a Resources, args: &Args) -> Vec<&'a ResourceInfo> {
    let (verbs, categories) = (args.list("verbs"), args.list("categories"));
    let mut chosen: Vec<&ResourceInfo> = all
        .preferred()
        .filter(|known| !known.verbs.is_empty())
        .filter(|known| {
            !args.is_given("api-group") || *known.resource.group == *args.text("api-group")
        })
        .filter(|known| {
            !args.is_given("namespaced") || known.is_namespaced() == args.is("namespaced")
        })
        .filter(|known| verbs.iter().all(|verb| known.verbs.contains(verb)))
        .filter(|known| {
            categories
                .iter()
                .all(|category| known.categories.contains(category))
        })
        .collect();
    let by = args.text("sort-by");
    chosen.sort_by(|a, b| {
        let first = |known: &ResourceInfo| match by {
            "name" => known.resource.plural.clone(),
            "kind" => known.resource.kind.clone(),
            _ => known.resource.group.clone(),
        };
        let both = |known: &ResourceInfo| (first(known), known.resource.plural.clone());
        both(a).cmp(&both(b))
    });
    chosen
}

fn table(resources: &[&ResourceInfo], wide: bool, no_headers: bool) -> String {
    let mut lines = Vec::new();
    if !no_headers {
        let headers = [
            "NAME",
            "SHORTNAMES",
            "APIVERSION",
            "NAMESPACED",
            "KIND",
            "VERBS",
            "CATEGORIES",
        ];
        let shown = if wide { 7 } else { 5 };
        lines.push(
            headers[..shown]
                .iter()
                .map(|header| (*header).to_owned())
                .collect(),
        );
    }
    for known in resources {
        let mut cells = vec![
            known.resource.plural.to_string(),
            known.short_names.join(","),
            known.resource.api_version(),
            known.is_namespaced().to_string(),
            known.resource.kind.to_string(),
        ];
        if wide {
            cells.extend([known.verbs.join(","), known.categories.join(",")]);
        }
        lines.push(cells);
    }
    columns::align(&lines)
}

fn shown<'a>(resources: &[&'a ResourceInfo]) -> Shown<'a> {
    let resources = resources.iter().map(|known| ShownResource {
        name: &known.resource.plural,
        singular_name: &known.singular,
        namespaced: known.is_namespaced(),
        group: &known.resource.group,
        version: &known.resource.version,
        kind: &known.resource.kind,
        verbs: &known.verbs,
        short_names: &known.short_names,
        categories: &known.categories,
    });
    Shown {
        kind: "APIResourceList",
        api_version: "v1",
        group_version: "",
        resources: resources.collect(),
    }
}
