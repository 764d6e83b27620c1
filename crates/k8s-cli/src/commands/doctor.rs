//! `k8s doctor`: which step on the way to the server fails, why, and what to do.

mod page;

use std::path::PathBuf;
use std::sync::Arc;

use k8s_client::crypto;
use k8s_doctor::{Class, Doctor, Found, Step, first_failure};
use serde::Serialize;

use self::page::Page;
use crate::args::{Args, Flag, Kind};
use crate::command::{Body, Command, Running};
use crate::failure::Failure;
use crate::io::Io;
use crate::session;

pub(super) const COMMAND: Command = Command {
    name: "doctor",
    about: "Find out why access does not work, and what to do",
    long: "Find out why access to the API server does not work, and what to do: one line for each step on the way there, up to the first that fails, and the verdict last. Nothing is changed. No secret is shown, and none is sent but to the server that is verified.\n\n The exit code says what sort of step failed: 2 configuration, 3 network, 4 trust (clock, TLS), 5 credential, 6 server, 7 access; 0 when none did.",
    usage: "[--can VERB RESOURCE]",
    examples: "  # Look at every step on the way to the cluster of the current context\n  k8s doctor\n  \n  # And whether I can list deployments in the namespace shop\n  k8s doctor --can list deployments -n shop\n  \n  # For programs\n  k8s doctor -o json",
    flags: &[
        Flag::new(
            "can",
            Kind::Text(""),
            "A verb; asks besides whether it is allowed on RESOURCE: pods, deployments.apps, pods/log, or a path as /metrics.",
        ),
        Flag::new(
            "limit",
            Kind::Duration("15s"),
            "How long all of it may take.",
        ),
        Flag::new(
            "output",
            Kind::Text(""),
            "Output format. One of: (json, wide). wide does not cut lines.",
        )
        .short('o'),
    ],
    body: Body::Run(run),
};

/// What `-o json` prints.
#[derive(Serialize)]
struct Report<'a> {
    passed: bool,
    /// The step that failed.
    failed: Option<&'a str>,
    steps: &'a [Step],
}

fn run<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let page = match args.text("output") {
            "" => Some(Page::narrow()),
            "wide" => Some(Page::wide()),
            "json" => None,
            other => {
                return Err(Failure::new(format!(
                    "unable to match a printer suitable for the output format {other:?}, allowed formats are: json,wide"
                )));
            }
        };
        let doctor = doctor(args)?;
        let kubeconfig = args.some_text("kubeconfig").map(PathBuf::from);
        let overrides = session::overrides(args)?;
        let found = Found::by(Arc::clone(&io.source), kubeconfig.as_deref(), &overrides);
        let mut printed = Ok(());
        let tell = |step: &Step| {
            if let (Some(page), Ok(())) = (&page, &printed) {
                printed = io.print(&page.line(step));
            }
        };
        let steps = doctor.diagnose_with(found, tell).await;
        printed?;
        io.print(&match &page {
            Some(page) => page.verdict(&steps),
            None => json(&steps)?,
        })?;
        match first_failure(&steps) {
            None => Ok(()),
            Some(step) => Err(Failure::silent_with(code(step.name.class()))),
        }
    })
}

fn doctor(args: &Args) -> Result<Doctor, Failure> {
    let doctor = Doctor::new(crypto::ring()).limit(args.duration("limit"));
    match (args.text("can"), &args.positional()[..]) {
        ("", []) => Ok(doctor),
        (verb, [resource]) if !verb.is_empty() => Ok(doctor.can(verb, *resource)),
        _ => Err(Failure::misuse(
            "k8s doctor",
            "--can takes a verb and is followed by one resource: --can list pods",
        )),
    }
}

fn json(steps: &[Step]) -> Result<String, Failure> {
    let failed = first_failure(steps).map(|step| step.name.as_str());
    let report = Report {
        passed: failed.is_none(),
        failed,
        steps,
    };
    let text = serde_json::to_string_pretty(&report).map_err(|error| Failure::chain(&error))?;
    Ok(format!("{text}\n"))
}

/// By class, so that scripts need not read.
fn code(class: Class) -> u8 {
    match class {
        Class::Configuration => 2,
        Class::Network => 3,
        Class::Trust => 4,
        Class::Credential => 5,
        Class::Server => 6,
        Class::Access => 7,
        _ => 1,
    }
}
