//! `cluster check`: ends clusters in every way, and looks for what is left of them.

use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::Signal;

use super::error::{Doing, Error, Exit};
use super::processes::{self, Process};
use super::{command, front, pod, say};

/// How long everything may take to end when the front was killed; ending orderly takes a second or two.
const PATIENCE: Duration = Duration::from_secs(20);

/// Who is killed, once the command runs.
#[derive(Clone, Copy, Debug)]
enum Blow {
    /// Nobody: the command ends by itself.
    None,
    /// The front, which the user started.
    Front(Signal),
    /// The front while the control plane starts.
    Early(Signal),
    /// Both at once, as `kill -9` by name does.
    FrontAndKeeper,
    /// The keeper only; in a Pod, the first process of the PID namespace.
    Keeper,
}

/// One way to end.
struct Case {
    name: &'static str,
    /// Of `run`.
    options: &'static [&'static str],
    /// Shell, run after the command has said that it is up.
    script: &'static str,
    blow: Blow,
    /// The front's exit code, 128 + signal if one ended it.
    code: u8,
}

const WAIT: &str = "sleep 1000 & wait";

/// Each order has the effect that its answer claims.
const ORDERS: &str = r#"
    set -e
    k() { "$CLUSTER_KUBECTL" --certificate-authority="$ca" "$@"; }
    control() { "$XTASK" cluster control "$@"; }
    ca=$(control rotate-ca)
    k get --raw /readyz
    if "$CLUSTER_KUBECTL" get --raw /readyz; then exit 1; fi
    control restart-apiserver
    k create configmap kept
    before=$(k get configmap kept -o 'jsonpath={.metadata.resourceVersion}')
    control restart-etcd
    k get configmap kept
    control compact-etcd
    old="/api/v1/configmaps?resourceVersion=$before&resourceVersionMatch=Exact"
    for i in $(seq 40); do
        said=$(k get --raw "$old" 2>&1) || break
        sleep 0.5
    done
    echo "$said" | grep -q 'too old'
    if control dance; then exit 1; fi
    if control trust-issuer https://127.0.0.1:1; then exit 1; fi
"#;

/// A pod runs on the pretended node, says something, and runs a program.
const PODS: &str = r#"
    set -e
    "$CLUSTER_KUBECTL" run p --image=registry.example/app:1
    "$CLUSTER_KUBECTL" wait --for=condition=Ready --timeout=60s pod/p
    test "$("$CLUSTER_KUBECTL" exec p -- echo hello)" = hello
    "$CLUSTER_KUBECTL" logs p | grep -q three
    "$CLUSTER_KUBECTL" delete pod p --timeout=60s
"#;

const CASES: [Case; 17] = [
    case("the command succeeds", &[], "exit 0", Blow::None, 0),
    case("the command fails", &[], "exit 7", Blow::None, 7),
    case(
        "a signal ends the command",
        &[],
        "kill -9 $$",
        Blow::None,
        137,
    ),
    case(
        "the command leaves processes",
        &[],
        "sleep 1000 & setsid sleep 1000 & exit 3",
        Blow::None,
        3,
    ),
    case("SIGINT", &[], WAIT, Blow::Front(Signal::INT), 130),
    case("SIGTERM", &[], WAIT, Blow::Front(Signal::TERM), 143),
    case("SIGKILL", &[], WAIT, Blow::Front(Signal::KILL), 137),
    case(
        "SIGTERM during the start",
        &[],
        WAIT,
        Blow::Early(Signal::TERM),
        143,
    ),
    case(
        "SIGKILL for the keeper",
        &[],
        "exec sleep 1000",
        Blow::Keeper,
        70,
    ),
    case(
        "SIGKILL for front and keeper",
        &[],
        "exec sleep 1000",
        Blow::FrontAndKeeper,
        137,
    ),
    case("orders", &[], ORDERS, Blow::None, 0),
    case("kwok", &["--kwok"], PODS, Blow::None, 0),
    case(
        "oidc: an issuer without TLS",
        &["--oidc"],
        "! \"$XTASK\" cluster control trust-issuer http://127.0.0.1:1",
        Blow::None,
        0,
    ),
    case(
        "pod: the command fails",
        &["--as-pod"],
        "setsid sleep 1000 & exit 7",
        Blow::None,
        7,
    ),
    case(
        "pod: SIGTERM",
        &["--as-pod"],
        WAIT,
        Blow::Front(Signal::TERM),
        143,
    ),
    case(
        "pod: SIGKILL",
        &["--as-pod"],
        WAIT,
        Blow::Front(Signal::KILL),
        137,
    ),
    case(
        "pod: SIGKILL for the keeper",
        &["--as-pod"],
        WAIT,
        Blow::Keeper,
        70,
    ),
];

const fn case(
    name: &'static str,
    options: &'static [&'static str],
    script: &'static str,
    blow: Blow,
    code: u8,
) -> Case {
    Case {
        name,
        options,
        script,
        blow,
        code,
    }
}

/// What was wrong with the end of one cluster.
#[derive(Default)]
struct Faults {
    /// In words.
    said: Vec<String>,
    /// Processes that were left.
    orphans: usize,
}

/// Runs every case; the last line counts them.
///
/// # Errors
/// Something was left, an exit code was wrong, or a case could not run.
pub(super) fn run() -> Result<u8, Error> {
    front::programs()?; // so that no case counts the time of a build
    let no_pod = pod::check(&[]).err();
    let (mut ran, mut failed, mut orphans) = (0, 0, 0);
    for (number, case) in CASES.iter().enumerate() {
        if case.options.contains(&"--as-pod") && no_pod.is_some() {
            continue;
        }
        let began = Instant::now();
        let faults = case.run(number)?;
        ran += 1;
        failed += usize::from(!faults.said.is_empty());
        orphans += faults.orphans;
        let verdict = match faults.said.join("; ") {
            nothing if nothing.is_empty() => "ok".to_owned(),
            said => said,
        };
        let took = began.elapsed().as_secs_f32();
        println!("{}: {verdict} ({took:.1} s)", case.name);
    }
    let skipped = no_pod.as_ref().map(|why| format!(" skipped={why}"));
    let skipped = skipped.unwrap_or_default();
    println!("cases={ran} failed={failed} orphans={orphans}{skipped}");
    let failure = |what: String| Error::new(Exit::Orphans, what);
    match no_pod {
        Some(why) => Err(failure("the cases of --as-pod could not run".into()).because(why)),
        None if failed > 0 => Err(failure(format!(
            "{failed} clusters did not end as they should"
        ))),
        None => Ok(0),
    }
}

impl Case {
    fn run(&self, number: usize) -> Result<Faults, Error> {
        let mark = format!("CLUSTER_CHECK={}-{number}", std::process::id());
        let mut front = self.start(&mark)?;
        let directory = self.strike(&mut front, &mark)?;
        let status = front.wait().doing(|| "waiting for a cluster".into())?;
        let mut faults = Faults::default();
        let code = command::exit_code(status);
        if code != self.code {
            let said = format!("exit code {code}, not {}", self.code);
            faults.said.push(said);
        }
        for process in self.left_after(&mark) {
            faults.orphans += 1;
            faults.said.push(format!("left running: {}", process.name));
            processes::signal(process.id, Signal::KILL)
                .doing(|| format!("killing {}", process.name))?;
        }
        let left = directory.and_then(|directory| self.directory_fault(&directory));
        faults.said.extend(left);
        Ok(faults)
    }

    fn start(&self, mark: &str) -> Result<Child, Error> {
        let exe = env::current_exe().doing(|| "finding this program's own file".into())?;
        let (name, value) = mark.split_once('=').unwrap_or((mark, ""));
        // A shell starts background jobs with SIGINT ignored, and that is inherited.
        let mut front = Command::new("env");
        front
            .arg("--default-signal=INT,TERM,HUP")
            .arg(&exe)
            .args(["cluster", "run"]);
        front
            .args(self.options)
            .args([
                "--",
                "sh",
                "-c",
                // Nobody reads on behind the first line.
                &format!("echo \"$CLUSTER_DIR\"; exec >/dev/null; {}", self.script),
            ])
            .env(name, value)
            .env("XTASK", &exe)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        front.spawn().doing(|| "starting a cluster".into())
    }

    /// Waits until the command is up, and does what the case is about; returns the cluster's directory.
    fn strike(&self, front: &mut Child, mark: &str) -> Result<Option<PathBuf>, Error> {
        let doing = || "killing a process of the cluster".to_owned();
        let id = i32::try_from(front.id()).unwrap_or_default();
        if let Blow::Early(signal) = self.blow {
            wait_for(|| {
                processes::carrying(mark)
                    .iter()
                    .any(|process| process.name == "kube-apiserver")
            });
            processes::signal(id, signal).doing(doing)?;
            return Ok(None);
        }
        let directory = first_line(front)?;
        let keeper = processes::descendants(id)
            .into_iter()
            .find(|process| process.name == "xtask");
        let victims = match (self.blow, keeper) {
            (Blow::Front(signal), _) => vec![(id, signal)],
            (Blow::Keeper, Some(keeper)) => vec![(keeper.id, Signal::KILL)],
            (Blow::FrontAndKeeper, Some(keeper)) => {
                // The front first: it would see the keeper's end, and end by itself.
                vec![(id, Signal::KILL), (keeper.id, Signal::KILL)]
            }
            (Blow::Keeper | Blow::FrontAndKeeper, None) => {
                return Err(Error::new(Exit::Orphans, "the cluster has no keeper"));
            }
            (Blow::None | Blow::Early(_), _) => vec![],
        };
        for (id, signal) in victims {
            processes::signal(id, signal).doing(doing)?;
        }
        Ok(Some(directory))
    }

    /// What still runs: at once, if the command ended by itself; else after the time that cleaning up may take.
    fn left_after(&self, mark: &str) -> Vec<Process> {
        if !matches!(self.blow, Blow::None) {
            wait_for(|| processes::carrying(mark).is_empty());
        }
        processes::carrying(mark)
    }

    /// The directory must be gone too, unless nobody was left who could delete it.
    fn directory_fault(&self, directory: &Path) -> Option<String> {
        let nobody = matches!(self.blow, Blow::FrontAndKeeper);
        match (directory.exists(), nobody) {
            (true, true) => fs::remove_dir_all(directory)
                .err()
                .map(|error| error.to_string()),
            (true, false) => Some(format!("{} is left", directory.display())),
            (false, _) => None,
        }
    }
}

fn first_line(front: &mut Child) -> Result<PathBuf, Error> {
    let mut line = String::new();
    if let Some(stdout) = front.stdout.take() {
        BufReader::new(stdout)
            .read_line(&mut line)
            .doing(|| "reading what the command says".into())?;
    }
    match line.trim_end() {
        "" => Err(Error::new(
            Exit::Component,
            "the cluster ended before its command ran",
        )),
        line => Ok(PathBuf::from(line)),
    }
}

/// Waits until `done`, but not for ever.
fn wait_for(done: impl Fn() -> bool) {
    let began = Instant::now();
    while !done() && began.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(20));
    }
    if began.elapsed() >= PATIENCE {
        say("gave up waiting");
    }
}
