//! `k8s logs`: what a Pod's containers printed.

mod containers;
mod follow;

use k8s_client::watch::ManagedFields;
use k8s_client::{Api, DynamicObject, ListParams, LogLines, LogParams};

use self::containers::Containers;
use super::place::Place;
use super::select::Selection;
use crate::args::{Args, Flag, Kind};
use crate::command::{Body, Command, Running};
use crate::failure::Failure;
use crate::io::Io;
use crate::session::Session;

pub(super) const COMMAND: Command = Command {
    name: "logs",
    about: "Print the logs for a container in a pod",
    long: "Print the logs for a container in a pod. If the pod has only one container, the container name is optional.",
    usage: "[-f] [-p] (POD | -l label) [-c CONTAINER]",
    examples: "  # Return snapshot logs from pod nginx with only one container\n  k8s logs nginx\n  \n  # Begin streaming the logs of the ruby container in pod web-1\n  k8s logs -f -c ruby web-1\n  \n  # Display only the most recent 20 lines of output in pod nginx\n  k8s logs --tail=20 nginx\n  \n  # Show all logs from pod nginx written in the last hour\n  k8s logs --since=1h nginx\n  \n  # The last lines of all containers of pods with a label\n  k8s logs -l app=nginx --all-containers --prefix",
    flags: &[
        Flag::new("all-containers", Kind::Bool(false), "Get all containers' logs in the pod(s)."),
        Flag::new("container", Kind::Text(""), "Print the logs of this container").short('c'),
        Flag::new("follow", Kind::Bool(false), "Specify if the logs should be streamed.").short('f'),
        Flag::new("ignore-errors", Kind::Bool(false), "If watching / following pod logs, allow for any errors that occur to be non-fatal"),
        Flag::new("limit-bytes", Kind::Int(0), "Maximum bytes of logs to return. Defaults to no limit."),
        Flag::new(MOST, Kind::Int(5), "Specify maximum number of concurrent logs to follow when using by a selector."),
        Flag::new("prefix", Kind::Bool(false), "Prefix each log line with the log source (pod name and container name)"),
        Flag::new("previous", Kind::Bool(false), "If true, print the logs for the previous instance of the container in a pod if it exists.").short('p'),
        Flag::new("selector", Kind::Text(""), "Selector (label query) to filter on, supports '=', '==', '!=', 'in', 'notin'.(e.g. -l key1=value1,key2=value2)").short('l'),
        Flag::new("since", Kind::Duration("0s"), "Only return logs newer than a relative duration like 5s, 2m, or 3h. Defaults to all logs. Only one of since-time / since may be used."),
        Flag::new("since-time", Kind::Text(""), "Only return logs after a specific date (RFC3339). Defaults to all logs. Only one of since-time / since may be used."),
        Flag::new("tail", Kind::Text("-1"), "Lines of recent log file to display. Defaults to -1 with no selector, showing all log lines otherwise 10, if a selector is provided."),
        Flag::new("timestamps", Kind::Bool(false), "Include timestamps on each line in the log output"),
    ],
    body: Body::Run(run),
};

const MOST: &str = "max-log-requests";
const USAGE: &str = "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command";
/// How many lines of each, where a selector chose them.
const TAIL_OF_SELECTED: u32 = 10;

fn run<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let selects = !args.text("selector").is_empty();
        let (pod, container) = match (&args.positional()[..], selects) {
            ([], true) => (None, args.text("container").to_owned()),
            ([pod], false) => (Some(*pod), args.text("container").to_owned()),
            ([_], true) => {
                return Err(Failure::misuse(
                    "k8s logs",
                    "only a selector (-l) or a POD name is allowed",
                ));
            }
            ([_, _], _) if args.is_given("container") => {
                return Err(Failure::new(
                    "only one of -c or an inline [CONTAINER] arg is allowed",
                ));
            }
            ([pod, container], _) => (Some(*pod), (*container).to_owned()),
            _ => return Err(Failure::misuse("k8s logs", USAGE)),
        };
        if args.is("all-containers") && !container.is_empty() {
            return Err(Failure::new(format!(
                "--all-containers=true should not be specified with container name {container}"
            )));
        }
        let params = params(args)?;
        let session = Session::open(io, args)?;
        let pods = pods(io, args, &session, pod).await?;
        let mut logs = Vec::new();
        for pod in &pods {
            logs.extend(of(io, args, &session, pod, &container).await?);
        }
        print(io, args, logs, params).await
    })
}

fn params(args: &Args) -> Result<LogParams, Failure> {
    let mut params = LogParams::default();
    params.follow = args.is("follow");
    params.previous = args.is("previous");
    params.timestamps = args.is("timestamps");
    params.limit_bytes = Some(args.int("limit-bytes")).filter(|bytes| *bytes > 0);
    let since = args.duration("since");
    if let Some(time) = args.some_text("since-time") {
        if !since.is_zero() {
            return Err(Failure::new(
                "at most one of `sinceTime` or `sinceSeconds` may be specified",
            ));
        }
        let time = time.parse();
        params.since = Some(time.map_err(|error| Failure::new(format!("--since-time: {error}")))?);
    }
    if args.text("since").starts_with('-') {
        return Err(Failure::new("--since must be greater than 0"));
    }
    let seconds = since.as_millis().div_ceil(1000);
    params.since_seconds = u32::try_from(seconds).ok().filter(|seconds| *seconds > 0);
    let tail = args.text("tail");
    params.tail_lines = match tail.parse::<i64>() {
        Ok(-1) if !args.is_given("tail") && !args.text("selector").is_empty() => {
            Some(TAIL_OF_SELECTED)
        }
        Ok(-1) => None,
        Ok(lines @ 0..) => Some(u32::try_from(lines).unwrap_or(u32::MAX)),
        _ => {
            return Err(Failure::new("--tail must be greater than or equal to -1"));
        }
    };
    Ok(params)
}

/// The Pods that are meant, whole: the one of this name, or those that the selector chooses.
async fn pods(
    io: &mut Io,
    args: &Args,
    session: &Session,
    name: Option<&str>,
) -> Result<Vec<(Place, DynamicObject)>, Failure> {
    let words: &[&str] = match &name {
        Some(name) if name.contains('/') => &[name],
        Some(name) => &["pods", name],
        None => &["pods"],
    };
    let selection = Selection::read(io, session, args, words).await?;
    let mut pods = Vec::new();
    for (place, names) in selection.kinds {
        if &*place.info.resource.kind != "Pod" {
            let kind = place.kind();
            return Err(Failure::new(format!(
                "k8s shows the logs of pods: choose those of a {kind} by a label,\n-l key=value"
            )));
        }
        let api = place.api::<DynamicObject>(&session.client);
        for name in &names {
            let pod = api.get(name).await.map_err(|error| missing(error, session));
            pods.push((place.clone(), pod?));
        }
        if names.is_empty() {
            let mut params = ListParams::default();
            params.label_selector = args.some_text("selector");
            let chosen = api.list_stream(&params).managed_fields(ManagedFields::Skip);
            let chosen = chosen.collect().await?;
            pods.extend(chosen.into_iter().map(|pod| (place.clone(), pod)));
        }
    }
    if pods.is_empty() {
        io.note(&format!(
            "No resources found in {} namespace.",
            session.namespace
        ));
    }
    Ok(pods)
}

fn missing(error: k8s_client::Error, session: &Session) -> Failure {
    match error.status() {
        Some(status) if error.is_not_found() => Failure::new(format!(
            "error from server (NotFound): {} in namespace \"{}\"",
            status.message, session.namespace
        )),
        _ => error.into(),
    }
}

/// The log of one container.
struct Log {
    api: Api<DynamicObject>,
    pod: String,
    container: String,
}

impl Log {
    /// What stands before each line.
    fn prefix(&self, args: &Args) -> String {
        match args.is("prefix") {
            true => format!("[pod/{}/{}] ", self.pod, self.container),
            false => String::new(),
        }
    }

    async fn lines(&self, params: &LogParams) -> Result<LogLines, k8s_client::Error> {
        let mut params = params.clone();
        params.container = Some(self.container.clone());
        self.api.log_lines(&self.pod, &params).await
    }
}

/// The logs of a Pod that are meant.
async fn of(
    io: &mut Io,
    args: &Args,
    session: &Session,
    (place, pod): &(Place, DynamicObject),
    container: &str,
) -> Result<Vec<Log>, Failure> {
    let containers = Containers::of(pod);
    let name = pod.metadata.name.as_deref().unwrap_or_default();
    let chosen = match args.is("all-containers") {
        true => containers.all(),
        false => {
            let (chosen, note) = containers.choose(name, container)?;
            note.iter().for_each(|note| io.note(note));
            vec![chosen]
        }
    };
    let log = |container: String| Log {
        api: place.api(&session.client),
        pod: name.to_owned(),
        container,
    };
    Ok(chosen.into_iter().map(log).collect())
}

/// One log after the other; while they go on, all at once.
async fn print(io: &mut Io, args: &Args, logs: Vec<Log>, params: LogParams) -> Result<(), Failure> {
    if args.is("follow") && logs.len() > 1 {
        return follow::all(io, args, &logs, &params).await;
    }
    for log in logs {
        let prefix = log.prefix(args);
        let printed = async {
            let mut lines = log.lines(&params).await?;
            while let Some(line) = lines.next().await {
                line_of(io, &prefix, &line?)?;
            }
            Ok(())
        };
        let printed = printed.await;
        passes(io, args, printed)?;
    }
    Ok(())
}

fn line_of(io: &mut Io, prefix: &str, line: &[u8]) -> Result<(), Failure> {
    io.print_bytes(&[prefix.as_bytes(), line, b"\n"].concat())
}

/// Whether the other logs are to be shown all the same.
fn passes(io: &mut Io, args: &Args, printed: Result<(), Failure>) -> Result<(), Failure> {
    match printed {
        Err(failure) if args.is("ignore-errors") => {
            io.note(&failure.at(None));
            Ok(())
        }
        other => other,
    }
}
