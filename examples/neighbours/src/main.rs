//! Shows k8s-auth under other people's HTTP clients, and kube over the stack of k8s-client: refused by a stranger's server, then through every rotation.
//! Then kube's reflectors and an operator on its runtime, over the in-memory server.
//!
//! Each neighbour has a thread, a runtime and a server of its own; what is asked of all of them stands in `rotation`.

mod client;
mod gate;
mod operator;
mod reflector;
mod rotation;
mod world;

use std::error::Error;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use crate::rotation::Survived;

/// Whatever went wrong.
type Failure = Box<dyn Error + Send + Sync>;

fn main() -> ExitCode {
    let outcomes = thread::scope(|scope| {
        let threads = [
            ("reqwest", scope.spawn(|| alone(client::reqwest::run))),
            ("tonic", scope.spawn(|| alone(client::tonic::run))),
            ("kube", scope.spawn(|| alone(client::kube::run))),
            ("hyper", scope.spawn(|| alone(client::hyper::run))),
            ("bridge", scope.spawn(|| alone(client::bridge::run))),
        ];
        threads.map(|(name, thread)| match thread.join() {
            Ok(outcome) => (name, outcome),
            Err(_) => (name, Err("it panicked".into())),
        })
    });
    let reflector =
        runtime().and_then(|runtime| runtime.block_on(within_a_minute(reflector::run())));
    let operator = runtime().and_then(|runtime| runtime.block_on(within_a_minute(operator::run())));
    let peers = [("reflector", reflector), ("operator", operator)];
    report(&outcomes, &peers)
}

/// What does not end by itself has failed.
async fn within_a_minute(
    run: impl Future<Output = Result<usize, Failure>>,
) -> Result<usize, Failure> {
    tokio::time::timeout(Duration::from_secs(60), run).await?
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?)
}

/// Runs one neighbour on a runtime of its own.
fn alone(run: impl AsyncFnOnce() -> Result<Survived, Failure>) -> Result<Survived, Failure> {
    runtime()?.block_on(run())
}

/// A line for each neighbour, then one for all of them.
fn report(
    outcomes: &[(&str, Result<Survived, Failure>)],
    peers: &[(&str, Result<usize, Failure>)],
) -> ExitCode {
    let mut words = Vec::new();
    let mut rotated = usize::MAX;
    for (name, outcome) in outcomes {
        match outcome {
            Ok(survived) => {
                println!("{name}: {survived}");
                words.push(format!("{name}=ok"));
                rotated = rotated.min(survived.kinds());
            }
            Err(error) => {
                eprintln!("{name}: {}", chain(error.as_ref()));
                words.push(format!("{name}=failed"));
                rotated = 0;
            }
        }
    }
    for (name, outcome) in peers {
        match outcome {
            Ok(_) => words.push(format!("{name}=ok")),
            Err(error) => {
                eprintln!("{name}: {}", chain(error.as_ref()));
                words.push(format!("{name}=failed"));
            }
        }
    }
    println!("{} rotated={rotated}", words.join(" "));
    let failed = peers.iter().any(|(_, outcome)| outcome.is_err());
    ExitCode::from(u8::from(rotated != 3 || failed))
}

/// An error and its causes, on one line.
fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text = format!("{text}: {cause}");
        next = cause.source();
    }
    text
}
