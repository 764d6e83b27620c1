//! `k8s version`: of this program, and of the server.

use k8s_api_core::discovery::path;
use k8s_api_core::request;
use serde::{Deserialize, Serialize};

use crate::args::{Args, Flag, Kind};
use crate::command::{Body, Command, Running};
use crate::failure::Failure;
use crate::io::Io;
use crate::print;
use crate::session::Session;

pub(super) const COMMAND: Command = Command {
    name: "version",
    about: "Print the client and server version information",
    long: "Print the client and server version information for the current context.",
    usage: "",
    examples: "  # Print the client and server versions for the current context\n  k8s version",
    flags: &[
        Flag::new(
            "client",
            Kind::Bool(false),
            "If true, shows client version only (no server required).",
        ),
        Flag::new("output", Kind::Text(""), "One of 'yaml' or 'json'.").short('o'),
    ],
    body: Body::Run(run),
};

/// Both, as kubectl's `-o json` has them.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Versions {
    client_version: Info,
    #[serde(skip_serializing_if = "Option::is_none")]
    server_version: Option<Info>,
}

/// What a release says of itself, in the server's order.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Info {
    major: String,
    minor: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    emulation_major: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    emulation_minor: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    min_compatibility_major: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    min_compatibility_minor: String,
    git_version: String,
    git_commit: String,
    git_tree_state: String,
    build_date: String,
    go_version: String,
    compiler: String,
    platform: String,
}

fn run<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let extra = args.positional();
        if !extra.is_empty() {
            return Err(Failure::new(format!(
                "extra arguments: [{}]",
                extra.join(" ")
            )));
        }
        let output = args.text("output");
        if !matches!(output, "" | "yaml" | "json") {
            return Err(Failure::new("--output must be 'yaml' or 'json'"));
        }
        let server = if args.is("client") {
            Ok(None)
        } else {
            server(io, args).await.map(Some)
        };
        let (server, failure) = match server {
            Ok(server) => (server, None),
            Err(failure) => (None, Some(failure)),
        };
        show(
            io,
            output,
            Versions {
                client_version: ours(),
                server_version: server,
            },
        )?;
        failure.map_or(Ok(()), Err)
    })
}

async fn server(io: &mut Io, args: &Args) -> Result<Info, Failure> {
    let session = Session::open(io, args)?;
    Ok(session.client.request(request::raw(path::VERSION)?).await?)
}

fn ours() -> Info {
    Info {
        major: env!("CARGO_PKG_VERSION_MAJOR").to_owned(),
        minor: env!("CARGO_PKG_VERSION_MINOR").to_owned(),
        git_version: concat!("v", env!("CARGO_PKG_VERSION")).to_owned(),
        compiler: "rustc".to_owned(),
        platform: format!("{}/{}", std::env::consts::OS, std::env::consts::ARCH),
        ..Info::default()
    }
}

fn show(io: &mut Io, output: &str, versions: Versions) -> Result<(), Failure> {
    match output {
        "json" => io.print(&format!("{}\n", print::ordered_json(&versions, b"  ")?)),
        "yaml" => {
            let value = serde_json::to_value(&versions).map_err(Failure::new)?;
            io.print(&format!("{}\n", print::yaml(value)))
        }
        _ => {
            let mut text = format!("Client Version: {}\n", versions.client_version.git_version);
            if let Some(server) = &versions.server_version {
                text.push_str(&format!("Server Version: {}\n", server.git_version));
            }
            io.print(&text)
        }
    }
}
