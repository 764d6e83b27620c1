//! One run of one program: what it used, and whether it did the work.

use std::path::{Path, PathBuf};

use xshell::{Cmd, Shell, cmd};

use super::rows::{Program, Protocol, Row};
use super::server::Server;
use crate::Error;
use crate::bench::number;

/// Where they are, and of which versions.
#[derive(Debug)]
pub(super) struct Programs {
    pub(super) measured: PathBuf,
    pub(super) server: PathBuf,
    pub(super) ours: PathBuf,
    pub(super) kube: PathBuf,
    pub(super) raw: PathBuf,
    pub(super) client_go: PathBuf,
    pub(super) client_go_version: String,
    pub(super) go_version: String,
}

/// What a process used, from its start to its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Used {
    pub(super) wall_s: f64,
    pub(super) cpu_s: f64,
    pub(super) peak_mib: f64,
}

impl Programs {
    fn path(&self, program: Program) -> &Path {
        match program {
            Program::Raw => &self.raw,
            Program::Ours => &self.ours,
            Program::Kube => &self.kube,
            Program::ClientGo => &self.client_go,
        }
    }

    pub(super) fn once(&self, sh: &Shell, row: &Row, server: &Server) -> Result<Used, Error> {
        let (measured, program) = (&self.measured, self.path(row.program));
        let [count, in_flight] = [row.count, row.in_flight].map(|number| number.to_string());
        let scenario = row.scenario;
        let run = cmd!(
            sh,
            "taskset -c 0 {measured} {program} {scenario} {count} {in_flight}"
        );
        let printed = surrounded(run, row, server).read()?;
        let (line, used) = printed
            .split_once('\n')
            .ok_or("a program printed one line only")?;
        if let Some(expected) = server.expected(scenario, row.count)
            && line != expected
        {
            return Err(format!("unlike work: {row:?} printed {line:?}, not {expected:?}").into());
        }
        Ok(Used {
            wall_s: number(used, "wall_us")? / 1e6,
            cpu_s: (number(used, "user_us")? + number(used, "sys_us")?) / 1e6,
            peak_mib: number(used, "peak_kib")? / 1024.0,
        })
    }

    /// How many instructions the process needs for all of it.
    pub(super) fn instructions(
        &self,
        sh: &Shell,
        row: &Row,
        server: &Server,
    ) -> Result<f64, Error> {
        let program = self.path(row.program);
        let (scenario, count) = (row.scenario, row.count.to_string());
        let run = cmd!(
            sh,
            "valgrind --tool=callgrind --callgrind-out-file=/dev/null {program} {scenario} {count}"
        );
        let output = surrounded(run, row, server)
            .output()
            .map_err(|error| format!("{error} (valgrind counts the instructions)"))?;
        let said = String::from_utf8(output.stderr)?;
        let counted = said
            .lines()
            .find_map(|line| line.split_once("Collected : "))
            .ok_or_else(|| format!("callgrind counted nothing:\n{said}"))?;
        Ok(counted.1.trim().parse()?)
    }
}

/// With the environment in which it finds the server.
fn surrounded<'a>(run: Cmd<'a>, row: &Row, server: &Server) -> Cmd<'a> {
    let folder = server.folder.path();
    let run = run
        .env("KUBECONFIG", folder.join("kubeconfig"))
        .env("BENCH_FOLDER", folder)
        .env("BENCH_ADDRESS", &server.address)
        .env("BENCH_NAMESPACE", &server.namespace)
        .env("BENCH_POD", &server.pod)
        .quiet();
    match row.protocol {
        Protocol::H1 => run,
        Protocol::H2 => run.env("BENCH_HTTP2", "1"),
    }
}
