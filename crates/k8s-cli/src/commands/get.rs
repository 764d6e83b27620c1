//! `k8s get`: objects, as a table or whole.

mod custom;
mod fetch;
mod sort;
mod table;
mod watch;

use std::borrow::Cow;

use k8s_api_core::{TableRow, request};
use serde_json::Value;

use self::custom::Columns;
use self::fetch::{Objects, Tables};
use self::sort::SortBy;
use self::table::Look;
use super::select::Selection;
use super::{manifest, target, written};
use crate::args::{Args, Flag, Kind};
use crate::command::{Body, Command, Running};
use crate::failure::Failure;
use crate::io::Io;
use crate::print::{self, Form};
use crate::session::Session;

pub(super) const COMMAND: Command = Command {
    name: "get",
    about: "Display one or many resources",
    long: "Display one or many resources.\n\n Prints a table of the most important information about the specified resources. You can filter the list using a label selector and the --selector flag. If the desired resource type is namespaced you will only see results in the current namespace if you don't specify any namespace.\n\nUse \"k8s api-resources\" for a complete list of supported resources.",
    usage: "[-o FORMAT] (-f FILENAME | TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]",
    examples: "  # List all pods in ps output format\n  k8s get pods\n  \n  # List deployments in JSON, in the \"v1\" version of the \"apps\" API group\n  k8s get deployments.v1.apps -o json\n  \n  # Return only the phase value of the specified pod\n  k8s get -o jsonpath='{.status.phase}' pod/web-pod-13je7\n  \n  # List one or more resources by their type and names\n  k8s get rc/web service/frontend pods/web-pod-13je7\n  \n  # Those of a manifest, and what happens to them from now on\n  k8s get -f pod.yaml -w\n  \n  # List the 'status' subresource for a single pod\n  k8s get pod web-pod-13je7 --subresource status\n  \n  # List all pods, the oldest first\n  k8s get pods --sort-by=.metadata.creationTimestamp\n  \n  # What the server says of itself\n  k8s get --raw /version",
    flags: &[
        Flag::new("all-namespaces", Kind::Bool(false), "If present, list the requested object(s) across all namespaces. Namespace in current context is ignored even if specified with --namespace.").short('A'),
        print::ALLOW_MISSING,
        Flag::new("chunk-size", Kind::Int(500), "Return large lists in chunks rather than all at once. Pass 0 to disable."),
        Flag::new("field-selector", Kind::Text(""), "Selector (field query) to filter on, supports '=', '==', and '!='.(e.g. --field-selector key1=value1,key2=value2). The server only supports a limited number of field queries per type."),
        manifest::FILENAME,
        Flag::new("ignore-not-found", Kind::Bool(false), "If set to true, suppresses NotFound error for specific objects that do not exist. Using this flag with commands that query for collections of resources has no effect when no resources are found."),
        Flag::new("label-columns", Kind::List, "Accepts a comma separated list of labels that are going to be presented as columns. Names are case-sensitive. You can also use multiple flag options like -L label1 -L label2...").short('L'),
        Flag::new("no-headers", Kind::Bool(false), "When using the default or custom-column output format, don't print headers (default print headers)."),
        Flag::new("output", Kind::Text(""), "Output format. One of: (json, yaml, name, jsonpath, jsonpath-as-json, jsonpath-file, custom-columns, custom-columns-file, wide).").short('o'),
        Flag::new(WATCH_EVENTS, Kind::Bool(false), "Output watch event objects when --watch or --watch-only is used. Existing objects are output as initial ADDED events."),
        Flag::new("raw", Kind::Text(""), "Raw URI to request from the server.  Uses the transport specified by the kubeconfig file."),
        manifest::RECURSIVE,
        Flag::new("selector", Kind::Text(""), "Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.(e.g. -l key1=value1,key2=value2,key3 in (value3)). Matching objects must satisfy all of the specified label constraints.").short('l'),
        Flag::new("show-kind", Kind::Bool(false), "If present, list the resource type for the requested object(s)."),
        Flag::new("show-labels", Kind::Bool(false), "When printing, show all labels as the last column (default hide labels column)"),
        print::SHOW_MANAGED,
        Flag::new(SORT_BY, Kind::Text(""), "If non-empty, sort list types using this field specification. The field specification is expressed as a JSONPath expression (e.g. '{.metadata.name}'). The field in the API resource specified by this JSONPath expression must be an integer or a string."),
        Flag::new(SUBRESOURCE, Kind::Text(""), "If specified, gets the subresource of the requested object."),
        print::TEMPLATE,
        Flag::new(WATCH, Kind::Bool(false), "After listing/getting the requested object, watch for changes. It goes on through connections that break, until it is interrupted or --request-timeout is over.").short('w'),
        Flag::new(WATCH_ONLY, Kind::Bool(false), "Watch for changes to the requested object(s), without listing/getting first."),
    ],
    body: Body::Run(run),
};

const SORT_BY: &str = "sort-by";
const SUBRESOURCE: &str = "subresource";
const WATCH: &str = "watch";
const WATCH_ONLY: &str = "watch-only";
const WATCH_EVENTS: &str = "output-watch-events";

/// Forms that only this command has.
const FURTHER: [&str; 3] = ["custom-columns", "custom-columns-file", "wide"];

/// What is shown of objects.
enum Shown {
    Table,
    Columns(Columns),
    Form(Form),
}

fn run<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        if args.is_given("raw") {
            return raw(io, args).await;
        }
        let words = args.positional();
        check(io, args, &words)?;
        let shown = Shown::parse(io, args)?;
        let order = SortBy::parse(args)?;
        let session = Session::open(io, args)?;
        let (selection, failures) = select(io, args, &session, &words).await?;
        if watches(args) {
            written::result(failures)?;
            return watch::run(io, args, &session, &selection, &shown, order.as_ref()).await;
        }
        match shown {
            Shown::Table => as_table(io, args, &session, &selection, order, failures).await,
            shown => whole(io, args, &session, &selection, (shown, order), failures).await,
        }
    })
}

/// Whether changes are asked for.
fn watches(args: &Args) -> bool {
    args.is(WATCH) || args.is(WATCH_ONLY)
}

/// What makes no sense together. Follows `Complete` and `Validate` of kubectl.
fn check(io: &mut Io, args: &Args, words: &[&str]) -> Result<(), Failure> {
    let sorts = !args.text(SORT_BY).is_empty();
    if args.is(WATCH) && sorts {
        io.note("warning: --watch requested, --sort-by will be ignored for watch events received");
    } else if args.is(WATCH_ONLY) && sorts {
        io.note("warning: --watch-only requested, --sort-by will be ignored");
    }
    let is_nothing = words.is_empty() && !manifest::is_given(args);
    if is_nothing && !watches(args) {
        io.note("You must specify the type of resource to get. Use \"k8s api-resources\" for a complete list of supported resources.\n");
        return Err(Failure::misuse(
            "k8s get",
            "Required resource not specified.",
        ));
    }
    let output = args.text("output");
    if args.is("show-labels") && !matches!(output, "" | "wide") {
        return Err(Failure::new(format!(
            "--show-labels option cannot be used with {output} printer"
        )));
    }
    if args.is(WATCH_EVENTS) && !watches(args) {
        return Err(Failure::new(
            "--output-watch-events option can only be used with --watch or --watch-only",
        ));
    }
    if is_nothing {
        return Err(Failure::new(target::NONE_NAMED));
    }
    if manifest::is_given(args) && !words.is_empty() {
        return Err(Failure::new(manifest::FILES_ALONE));
    }
    Ok(())
}

/// What files or words name.
async fn select(
    io: &mut Io,
    args: &Args,
    session: &Session,
    words: &[&str],
) -> Result<(Selection, Vec<Failure>), Failure> {
    if manifest::is_given(args) {
        if !args.text("selector").is_empty() || !args.text("field-selector").is_empty() {
            return Err(Failure::new(
                "-f names objects: a selector cannot choose among them",
            ));
        }
        let (items, failures) = manifest::items(io, args, session).await?;
        return Ok((Selection::of_files(items), failures));
    }
    let selection = Selection::read(io, session, args, words).await?;
    let mut kinds = selection.kinds.iter();
    if !args.text(SUBRESOURCE).is_empty() && kinds.any(|(_, names)| names.is_empty()) {
        return Err(Failure::new(
            "subresource cannot be used when bulk resources are specified",
        ));
    }
    Ok((selection, Vec::new()))
}

impl Shown {
    fn parse(io: &Io, args: &Args) -> Result<Self, Failure> {
        if let Some(columns) = Columns::parse(io, args)? {
            return Ok(Self::Columns(columns));
        }
        match args.text("output") {
            "" | "wide" if args.text("template").is_empty() => Ok(Self::Table),
            _ => Form::parse(io, args, &FURTHER).map(Self::Form),
        }
    }
}

async fn raw(io: &mut Io, args: &Args) -> Result<(), Failure> {
    if !args.positional().is_empty() {
        return Err(Failure::new(
            "arguments may not be passed when --raw is specified",
        ));
    }
    if watches(args) || !args.text("selector").is_empty() {
        return Err(Failure::new(
            "--raw may not be specified with other flags that filter the server request or alter the output",
        ));
    }
    if !args.text("output").is_empty() {
        return Err(Failure::new("--raw and --output are mutually exclusive"));
    }
    let path = args.text("raw");
    if !path.starts_with('/') {
        return Err(Failure::new(format!(
            "--raw must be a valid URL path: parse {path:?}: invalid URI for request"
        )));
    }
    let session = Session::open(io, args)?;
    let answer = session.client.request_bytes(request::raw(path)?).await?;
    io.print_bytes(&answer)
}

/// One object as it is, several as a list, or the columns of each; what was not found is told of behind them.
async fn whole(
    io: &mut Io,
    args: &Args,
    session: &Session,
    selection: &Selection,
    (shown, order): (Shown, Option<SortBy>),
    mut failures: Vec<Failure>,
) -> Result<(), Failure> {
    let Objects {
        mut items,
        failures: more,
        ..
    } = fetch::objects(io, session, args, selection).await;
    failures.extend(more);
    let is_one = selection.is_single() && items.len() == 1;
    if let Some(order) = order.filter(|_| !is_one) {
        order.objects(&mut items)?;
    }
    match shown {
        Shown::Columns(columns) if !items.is_empty() || failures.is_empty() => {
            io.print(&columns.table(&items)?)?;
        }
        Shown::Form(form) => {
            if items.is_empty() && (selection.is_single() || args.is("ignore-not-found")) {
                return written::result(failures);
            }
            let object = match is_one {
                true => items.remove(0),
                false => print::list(items),
            };
            form.print(io, args, object)?;
        }
        _ => {}
    }
    written::result(failures)
}

async fn as_table(
    io: &mut Io,
    args: &Args,
    session: &Session,
    selection: &Selection,
    order: Option<SortBy>,
    mut failures: Vec<Failure>,
) -> Result<(), Failure> {
    let Tables {
        mut tables,
        failures: more,
        ..
    } = fetch::tables(io, session, args, selection).await;
    failures.extend(more);
    let several = tables.windows(2).any(|two| !two[0].0.is_of_kind(two[1].0));
    let look = Look::new(args, several);
    let mut texts = Vec::new();
    for (place, table) in &mut tables {
        if table.rows.is_empty() {
            continue;
        }
        sort(order.as_ref(), &mut table.rows)?;
        texts.push(table::print(place, table, &look));
    }
    io.print(&texts.join("\n"))?;
    if texts.is_empty() && failures.is_empty() && !args.is("ignore-not-found") {
        io.note(&match selection.namespace() {
            Some(namespace) => format!("No resources found in {namespace} namespace."),
            None => "No resources found".to_owned(),
        });
    }
    written::result(failures)
}

/// Sorts the rows of a table by the objects beside them. One row is in order.
fn sort(order: Option<&SortBy>, rows: &mut Vec<TableRow>) -> Result<(), Failure> {
    let object =
        |row: &TableRow| Cow::<Value>::Owned(serde_json::to_value(&row.object).unwrap_or_default());
    match order {
        Some(order) if rows.len() > 1 => order.sort(rows, object),
        _ => Ok(()),
    }
}
