//! Runs every case on one column: the in-memory server, or the control plane that `cargo xtask cluster run` exported.
//!
//! `CONFORMANCE_COLUMN=real` chooses the second; `CONFORMANCE_RECORD=FILE` has what was answered written to a file; the
//! last line says what ran.
#![allow(clippy::print_stdout, reason = "a test runner reports on stdout")]

use std::process::ExitCode;
use std::sync::Arc;

use k8s_conformance::{Case, Cluster, all};
use libtest_mimic::{Arguments, Trial};

/// How many cases run at once on the in-memory server: most of them wait for a watch to end.
const TOGETHER: usize = 8;

fn main() -> ExitCode {
    let mut arguments = Arguments::from_args();
    let column = std::env::var("CONFORMANCE_COLUMN").unwrap_or_else(|_| "fake".to_owned());
    if column == "fake" {
        arguments.test_threads.get_or_insert(TOGETHER);
    }
    let cluster = match column.as_str() {
        "fake" => Cluster::fake(),
        "real" => match Cluster::real() {
            Ok(cluster) => cluster,
            Err(missing) => {
                println!(
                    "column=real cases={} run=0 failed=0 skipped={} is not set",
                    all().len(),
                    missing.0
                );
                return ExitCode::FAILURE;
            }
        },
        other => {
            println!("CONFORMANCE_COLUMN={other}: it is fake or real");
            return ExitCode::FAILURE;
        }
    };
    let cluster = match std::env::var_os("CONFORMANCE_RECORD") {
        Some(path) => cluster.recording(path.as_ref()),
        None => cluster,
    };
    let cluster = Arc::new(cluster);
    let (fit, unfit): (Vec<_>, Vec<_>) = all()
        .into_iter()
        .partition(|case| column == "real" || !case.real_only);
    let (cases, real_only) = (fit.len() + unfit.len(), unfit.len());
    let trials = fit.into_iter();
    let trials = trials.map(|case| trial(&column, case, cluster.clone()));
    let trials: Vec<_> = trials.collect();
    let conclusion = libtest_mimic::run(&arguments, trials);
    if !arguments.list {
        let (run, failed) = (
            conclusion.num_passed + conclusion.num_failed,
            conclusion.num_failed,
        );
        println!("column={column} cases={cases} run={run} failed={failed} real_only={real_only}");
    }
    conclusion.exit_code()
}

fn trial(column: &str, case: Case, cluster: Arc<Cluster>) -> Trial {
    Trial::test(format!("{column}::{}", case.id), move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        runtime.block_on(case.run(cluster));
        Ok(())
    })
}
