//! `k8s get`: objects, as a table or whole.

mod custom;
mod fetch;
mod table;

use k8s_api_core::request;

use self::custom::Columns;
use self::table::Look;
use super::select::Selection;
use super::written;
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
    usage: "[(-o|--output=)json|yaml|name|jsonpath|jsonpath-as-json|jsonpath-file|custom-columns|custom-columns-file|wide] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags]",
    examples: "  # List all pods in ps output format\n  k8s get pods\n  \n  # List deployments in JSON output format, in the \"v1\" version of the \"apps\" API group\n  k8s get deployments.v1.apps -o json\n  \n  # Return only the phase value of the specified pod\n  k8s get -o jsonpath='{.status.phase}' pod/web-pod-13je7\n  \n  # List one or more resources by their type and names\n  k8s get rc/web service/frontend pods/web-pod-13je7\n  \n  # What the server says of itself\n  k8s get --raw /version",
    flags: &[
        Flag::new("all-namespaces", Kind::Bool(false), "If present, list the requested object(s) across all namespaces. Namespace in current context is ignored even if specified with --namespace.").short('A'),
        print::ALLOW_MISSING,
        Flag::new("chunk-size", Kind::Int(500), "Return large lists in chunks rather than all at once. Pass 0 to disable."),
        Flag::new("field-selector", Kind::Text(""), "Selector (field query) to filter on, supports '=', '==', and '!='.(e.g. --field-selector key1=value1,key2=value2). The server only supports a limited number of field queries per type."),
        Flag::new("ignore-not-found", Kind::Bool(false), "If set to true, suppresses NotFound error for specific objects that do not exist. Using this flag with commands that query for collections of resources has no effect when no resources are found."),
        Flag::new("label-columns", Kind::List, "Accepts a comma separated list of labels that are going to be presented as columns. Names are case-sensitive. You can also use multiple flag options like -L label1 -L label2...").short('L'),
        Flag::new("no-headers", Kind::Bool(false), "When using the default or custom-column output format, don't print headers (default print headers)."),
        Flag::new("output", Kind::Text(""), "Output format. One of: (json, yaml, name, jsonpath, jsonpath-as-json, jsonpath-file, custom-columns, custom-columns-file, wide).").short('o'),
        Flag::new("raw", Kind::Text(""), "Raw URI to request from the server.  Uses the transport specified by the kubeconfig file."),
        Flag::new("selector", Kind::Text(""), "Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.(e.g. -l key1=value1,key2=value2,key3 in (value3)). Matching objects must satisfy all of the specified label constraints.").short('l'),
        Flag::new("show-kind", Kind::Bool(false), "If present, list the resource type for the requested object(s)."),
        Flag::new("show-labels", Kind::Bool(false), "When printing, show all labels as the last column (default hide labels column)"),
        print::SHOW_MANAGED,
        print::TEMPLATE,
    ],
    body: Body::Run(run),
};

/// Forms that only this command has.
const FURTHER: [&str; 3] = ["custom-columns", "custom-columns-file", "wide"];

fn run<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        if args.is_given("raw") {
            return raw(io, args).await;
        }
        let columns = Columns::parse(io, args)?;
        let form = match args.text("output") {
            "" | "wide" if args.text("template").is_empty() => None,
            _ if columns.is_some() => None,
            _ => Some(Form::parse(io, args, &FURTHER)?),
        };
        let words = args.positional();
        if words.is_empty() {
            io.note("You must specify the type of resource to get. Use \"k8s api-resources\" for a complete list of supported resources.\n");
            return Err(Failure::misuse(
                "k8s get",
                "Required resource not specified.",
            ));
        }
        let session = Session::open(io, args)?;
        let selection = Selection::read(io, &session, args, &words).await?;
        if let Some(columns) = columns {
            return in_columns(io, args, &session, &selection, &columns).await;
        }
        match form {
            Some(form) => whole(io, args, &session, &selection, &form).await,
            None => as_table(io, args, &session, &selection).await,
        }
    })
}

async fn raw(io: &mut Io, args: &Args) -> Result<(), Failure> {
    if !args.positional().is_empty() {
        return Err(Failure::new(
            "arguments may not be passed when --raw is specified",
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

/// One object as it is, several as a list; what was not found is told of behind them.
async fn whole(
    io: &mut Io,
    args: &Args,
    session: &Session,
    selection: &Selection,
    form: &Form,
) -> Result<(), Failure> {
    let (mut objects, failures) = fetch::objects(session, args, selection).await;
    if objects.is_empty() && (selection.is_single() || args.is("ignore-not-found")) {
        return written::result(failures);
    }
    let object = match objects.len() {
        1 if selection.is_single() => objects.remove(0),
        _ => print::list(objects),
    };
    form.print(io, args, object)?;
    written::result(failures)
}

/// The columns of every object; without an object their headers.
async fn in_columns(
    io: &mut Io,
    args: &Args,
    session: &Session,
    selection: &Selection,
    columns: &Columns,
) -> Result<(), Failure> {
    let (objects, failures) = fetch::objects(session, args, selection).await;
    if !objects.is_empty() || failures.is_empty() {
        io.print(&columns.table(&objects)?)?;
    }
    written::result(failures)
}

async fn as_table(
    io: &mut Io,
    args: &Args,
    session: &Session,
    selection: &Selection,
) -> Result<(), Failure> {
    let (tables, failures) = fetch::tables(session, args, selection).await;
    let look = Look::new(args, selection);
    let texts: Vec<String> = tables
        .iter()
        .filter(|(_, table)| !table.rows.is_empty())
        .map(|(known, table)| table::print(known, table, &look))
        .collect();
    io.print(&texts.join("\n"))?;
    if texts.is_empty() && failures.is_empty() && !args.is("ignore-not-found") {
        io.note(&match selection.namespace() {
            Some(namespace) => format!("No resources found in {namespace} namespace."),
            None => "No resources found".to_owned(),
        });
    }
    written::result(failures)
}
