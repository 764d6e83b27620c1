//! `bench proxy`: `k8s proxy` beside `kubectl proxy`, before the same API server.

mod contender;
mod table;

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use xshell::{Shell, cmd};

use self::contender::{Contender, Running};
use self::table::{Loaded, Rounds};
use super::build_as;
use crate::{Error, kubectl_memory, programs};

/// Connections of readers, and watches.
const CONNECTIONS: [(&str, usize); 3] = [("pod", 16), ("api", 16), ("watch", 64)];
/// How long each is kept up in a round.
const MILLIS: usize = 2000;
/// The proxy has the first core to itself; the server and the load share the second.
const CORES: [&str; 2] = ["0", "1"];

/// The programs.
struct Scene {
    server: Server,
    kubeconfig: PathBuf,
}

/// An API server that ends when this is dropped, and what it says; the load is part of it.
struct Server {
    child: Child,
    said: BufReader<ChildStdout>,
}

/// Builds, runs, and answers with tables.
pub(super) fn measure(sh: &Shell, rounds: usize) -> Result<String, Error> {
    let kubectl = kubectl_memory::kubectl()?;
    let [server] = build_as("harness", "bench-proxy", ["proxy-server"])?;
    let contenders = [
        Contender::new("k8s proxy", ours()?),
        Contender::new("kubectl proxy", kubectl),
    ];
    let folder = tempfile::tempdir()?;
    let kubeconfig = folder.path().join("kubeconfig");
    let server = Server::start(&server, &kubeconfig)?;
    let mut scene = Scene { server, kubeconfig };
    let mut found = [Rounds::default(), Rounds::default()];
    for round in 0..rounds {
        // Each is first every other time.
        for turn in [round % 2, (round + 1) % 2] {
            scene.round(&contenders[turn], &mut found[turn])?;
        }
    }
    let kubectl = &contenders[1].program;
    let version = cmd!(sh, "{kubectl} version --client");
    let version = version.quiet().read()?;
    let version = version
        .lines()
        .next()
        .unwrap_or_default()
        .rsplit(' ')
        .next();
    table::write(&contenders, &found, version.unwrap_or_default())
}

/// Built as it is shipped where speed counts; kubectl is stripped, too.
fn ours() -> Result<PathBuf, Error> {
    let args = ["build", "--profile=dist", "--package", "k8s-cli"];
    let [program] = programs::build(&args, ["k8s"])?;
    Ok(program)
}

impl Scene {
    /// One start of a proxy, and all loads, one after the other.
    fn round(&mut self, contender: &Contender, rounds: &mut Rounds) -> Result<(), Error> {
        let running = Running::start(&contender.program, &self.kubeconfig, CORES)?;
        rounds.first_answer.push(running.first_answer);
        rounds.idle.push(running.idle_memory()?);
        for (what, connections) in CONNECTIONS {
            let before = running.cpu_seconds()?;
            let line = self.load(&running, what, connections)?;
            let seconds = running.cpu_seconds()? - before;
            rounds.loads.push(Loaded::read(what, &line, seconds)?);
        }
        rounds.peak.push(running.peak_memory()?);
        Ok(())
    }

    fn load(&mut self, running: &Running, what: &str, connections: usize) -> Result<String, Error> {
        let port = running.port;
        let orders = self.server.child.stdin.as_mut();
        let orders = orders.ok_or("the API server takes no orders")?;
        writeln!(orders, "{port} {what} {connections} {MILLIS}")?;
        self.server.line()
    }
}

impl Server {
    /// Starts it and waits until it has said where it is.
    fn start(program: &Path, kubeconfig: &Path) -> Result<Self, Error> {
        let mut child = Command::new("taskset")
            .args(["-c", CORES[1]])
            .args([program, kubeconfig])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let said = child.stdout.take().ok_or("no standard output")?;
        let said = BufReader::new(said);
        let mut server = Self { child, said };
        server.line()?;
        Ok(server)
    }

    fn line(&mut self) -> Result<String, Error> {
        let mut line = String::new();
        if self.said.read_line(&mut line)? == 0 {
            return Err("the API server has ended".into());
        }
        Ok(line.trim().to_owned())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Its input ends with it; it may have ended before.
        drop(self.child.stdin.take());
        let _ = self.child.wait();
    }
}
