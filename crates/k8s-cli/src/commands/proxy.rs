//! `k8s proxy`: the API without credentials, for those who may have yours.

mod flags;
mod listen;

use std::convert::Infallible;
use std::future::{Future, pending};
use std::path::Path;

use k8s_client::Client;
use k8s_proxy::{
    Drain, FilesLayer, Filter, Health, Listener, Metrics, MetricsLayer, Patterns, ProxyOptions,
    Server,
};
use tower::Layer as _;
use tower::util::option_layer;

use crate::args::Args;
use crate::command::{Body, Command, Running};
use crate::failure::Failure;
use crate::io::{self, Io};
use crate::session::Session;
use crate::signals::Signals;

pub(super) const COMMAND: Command = Command {
    name: "proxy",
    about: "Run a proxy to the Kubernetes API server",
    long: "Creates a proxy server or application-level gateway between localhost and the Kubernetes API server. It also allows serving static content over specified HTTP path. All incoming data enters through one port and gets forwarded to the remote Kubernetes API server port, except for the path matching the static content path.\n\n SIGTERM and SIGINT end it in order: watches end behind a whole line, the rest has 25 seconds; a second signal cuts it short.",
    usage: "[--port=PORT] [--www=static-dir] [--www-prefix=prefix] [--api-prefix=prefix]",
    examples: "  # To proxy all of the Kubernetes API and nothing else\n  k8s proxy --api-prefix=/\n  \n  # To proxy only part of the Kubernetes API and also some static files\n  # You can get pods info with 'curl localhost:8001/api/v1/pods'\n  k8s proxy --www=/my/files --www-prefix=/static/ --api-prefix=/api/\n  \n  # To proxy the entire Kubernetes API at a different root\n  # You can get pods info with 'curl localhost:8001/custom/api/v1/pods'\n  k8s proxy --api-prefix=/custom/\n  \n  # Run a proxy to the Kubernetes API server on an arbitrary local port\n  # The chosen port for the server will be output to stdout\n  k8s proxy --port=0\n  \n  # As a sidecar: for readers, with health and metrics on a port of their own\n  k8s proxy --read-only --health-port=8081",
    flags: flags::FLAGS,
    body: Body::Run(run),
};

fn run<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        listen::exclusive(args)?;
        let session = Session::open(io, args)?;
        let options = options(io, args, &session)?;
        let files = files(io, args);
        let listener = listen::open(args).await?;
        let health = listen::health(args).await?;
        let mut signals = Signals::new().map_err(Failure::new)?;
        tell(io, &listener, health.as_ref())?;

        let drain = Drain::new();
        let proxy = options.proxy(session.client.clone(), &drain);
        let service = option_layer(files).layer(proxy);
        match health {
            None => {
                serve(
                    &mut signals,
                    &drain,
                    Server::new().serve(listener, service, &drain),
                )
                .await
            }
            Some(beside) => {
                let metrics = Metrics::new();
                let service = MetricsLayer::new(metrics.clone()).layer(service);
                let health = Health::new(session.client, &drain).metrics(metrics);
                let serving = with_health(
                    Server::new().serve(listener, service, &drain),
                    beside,
                    health,
                );
                serve(&mut signals, &drain, serving).await;
            }
        }
        if signals.cut_short() {
            return Err(Failure::new(
                "a second signal cut off what was still under way",
            ));
        }
        Ok(())
    })
}

/// Serves until the drain that the first signal begins is over.
async fn serve(signals: &mut Signals, drain: &Drain, serving: impl Future<Output = ()>) {
    tokio::select! {
        () = serving => {}
        never = obey(signals, drain) => match never {},
    }
}

/// Does what the signals say: the first begins the end, the second cuts it short. It ends with whatever it runs beside.
async fn obey(signals: &mut Signals, drain: &Drain) -> Infallible {
    signals.next().await;
    drain.start();
    signals.next().await;
    drain.cut();
    pending().await
}

/// Serves, and answers probes for as long as that takes: a kubelet is told that the end has begun.
async fn with_health(serving: impl Future<Output = ()>, beside: Listener, health: Health<Client>) {
    let end = Drain::new();
    tokio::select! {
        () = serving => {}
        () = Server::new().serve(beside, health, &end) => {}
    }
}

fn tell(io: &mut Io, listener: &Listener, health: Option<&Listener>) -> Result<(), Failure> {
    if let Some(health) = health {
        let address = health.address().map_err(Failure::new)?;
        io.note(&format!("Health, readiness and metrics on {address}"));
    }
    let address = listener.address().map_err(Failure::new)?;
    io.print(&format!("Starting to serve on {address}\n"))
}

fn options(io: &mut Io, args: &Args, session: &Session) -> Result<ProxyOptions, Failure> {
    let mut options = ProxyOptions::new()
        .api_prefix(args.text("api-prefix"))
        .map_err(Failure::new)?;
    let path = session.config.server.path();
    if !args.is("append-server-path") {
        if !matches!(path, "" | "/") {
            warn(
                io,
                &format!(
                    "Your kube context contains a server path {path}, use --append-server-path to automatically append the path to each request"
                ),
            );
        }
        options = options.verbatim(session.config.server.clone());
    }
    if !args.is("disable-filter") {
        if ["reject-paths", "reject-methods"]
            .iter()
            .any(|list| args.text(list).is_empty())
        {
            warn(
                io,
                "Request filter has been relaxed, your proxy may be vulnerable to attacks, please be cautious",
            );
        }
        return Ok(options.filter(filter(args)?));
    }
    if args.text("unix-socket").is_empty() {
        warn(
            io,
            "Request filter disabled, your proxy is vulnerable to XSRF attacks, please be cautious",
        );
    }
    Ok(options.disable_filter())
}

fn filter(args: &Args) -> Result<Filter, Failure> {
    let list = |flag| -> Result<Patterns, Failure> {
        let list = args.text(flag).parse();
        list.map_err(|error| Failure::chain(&error))
    };
    let mut filter = Filter::new();
    filter.accept_paths = list("accept-paths")?;
    filter.reject_paths = list("reject-paths")?;
    filter.accept_hosts = list("accept-hosts")?;
    filter.reject_methods = list("reject-methods")?;
    filter.read_only = args.is("read-only");
    Ok(filter)
}

/// The static files; a folder that is not there is only warned of, it may come.
fn files(io: &mut Io, args: &Args) -> Option<FilesLayer> {
    let folder = args.some_text("www")?;
    match Path::new(&folder).metadata() {
        Ok(there) if there.is_dir() => {}
        Ok(_) => warn(
            io,
            &format!("Static file directory {folder} is not a directory"),
        ),
        Err(error) => {
            let why = io::words(&error);
            warn(
                io,
                &format!("Failed to stat static file directory {folder}: stat {folder}: {why}"),
            );
        }
    }
    Some(FilesLayer::new(&folder, args.text("www-prefix")))
}

fn warn(io: &mut Io, text: &str) {
    io.note(&format!("Warning: {text}"));
}
