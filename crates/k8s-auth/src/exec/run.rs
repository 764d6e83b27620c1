//! The one file that runs a program: starts it, listens, waits for its end, and sees to it that nothing of it stays.

use std::io::{self, IsTerminal as _};
use std::path::PathBuf;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use futures_util::future::{Either, select, try_join};
use k8s_config::ExecEnv;
use secrecy::{ExposeSecret, SecretString};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::process::{Child, Command};
use tokio::time::timeout;

/// More than this on standard output is no credential.
pub(super) const MAX_OUTPUT: usize = 1 << 20;

/// This much of the end of its standard error is kept.
const MAX_SAID: usize = 16 << 10;

/// How long its children may hold its output open after it has ended.
const GRACE: Duration = Duration::from_secs(1);

/// How often, and after which pause, one is started again that somebody is just writing: an update of it ends soon.
const BUSY_TRIES: u32 = 10;
const BUSY_PAUSE: Duration = Duration::from_millis(50);

/// A program, and how it is to be run.
pub(super) struct Program {
    pub(super) path: PathBuf,
    pub(super) args: Vec<SecretString>,
    pub(super) env: Vec<ExecEnv>,
    /// The value of `KUBERNETES_EXEC_INFO`.
    pub(super) told: SecretString,
    /// Whether it gets our standard input.
    pub(super) stdin: bool,
    pub(super) pass_stderr_on: bool,
    pub(super) limit: Option<Duration>,
}

/// How a run ended, and what came of it until then.
pub(super) struct Run {
    pub(super) ended: Result<Ended, Failed>,
    pub(super) printed: Vec<u8>,
    /// The end of what it said on standard error.
    pub(super) said: Vec<u8>,
    /// Whether there was more of that before.
    pub(super) said_more: bool,
}

/// A program that ended by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Well,
    Code(i32),
    /// Killed by a signal; `None` where the system does not say which.
    Signal(Option<i32>),
}

/// A program that was not started, or not let finish.
#[derive(Debug)]
pub(super) enum Failed {
    NoRuntime,
    Start(io::Error),
    Io(io::Error),
    TooLong(Duration),
    TooMuch,
}

/// Whether somebody may sit at our standard input.
pub(super) fn stdin_is_terminal() -> bool {
    io::stdin().is_terminal()
}

/// Whether somebody may read our standard error.
pub(super) fn stderr_is_terminal() -> bool {
    io::stderr().is_terminal()
}

/// Runs a program to its end. Dropping the future kills it.
pub(super) async fn run(program: Program) -> Run {
    let mut heard = Heard::default();
    let mut started = start(&program);
    for _ in 0..BUSY_TRIES {
        let is_busy = |error: &io::Error| error.kind() == io::ErrorKind::ExecutableFileBusy;
        if !matches!(&started, Err(Failed::Start(error)) if is_busy(error)) {
            break;
        }
        tokio::time::sleep(BUSY_PAUSE).await;
        started = start(&program);
    }
    let ended = match started {
        Ok(running) => running.finish(program.limit, &mut heard).await,
        Err(failed) => Err(failed),
    };
    Run {
        ended,
        printed: heard.printed,
        said: heard.said,
        said_more: heard.said_more,
    }
}

fn start(program: &Program) -> Result<Running, Failed> {
    // Without a runtime tokio would panic.
    tokio::runtime::Handle::try_current().map_err(|_| Failed::NoRuntime)?;
    let mut command = Command::new(&program.path);
    command.args(program.args.iter().map(ExposeSecret::expose_secret));
    for variable in &program.env {
        command.env(&variable.name, variable.value.expose_secret());
    }
    command.env("KUBERNETES_EXEC_INFO", program.told.expose_secret());
    let inherited = |inherit: bool, other: fn() -> Stdio| {
        if inherit { Stdio::inherit() } else { other() }
    };
    command.stdin(inherited(program.stdin, Stdio::null));
    command.stdout(Stdio::piped());
    command.stderr(inherited(program.pass_stderr_on, Stdio::piped));
    // One that reads the terminal must be in the terminal's foreground group, ours, or SIGTTIN stops it.
    let own_group = cfg!(unix) && !program.stdin;
    #[cfg(unix)]
    if own_group {
        command.process_group(0);
    }
    let child = command.spawn().map_err(Failed::Start)?;
    Ok(Running { child, own_group })
}

/// A program on its way; dropped before its end, it is killed.
struct Running {
    child: Child,
    own_group: bool,
}

/// What was heard of a program so far.
#[derive(Default)]
struct Heard {
    printed: Vec<u8>,
    said: Vec<u8>,
    said_more: bool,
}

impl Running {
    async fn finish(mut self, limit: Option<Duration>, heard: &mut Heard) -> Result<Ended, Failed> {
        match limit {
            Some(limit) => timeout(limit, self.wait(heard))
                .await
                .unwrap_or(Err(Failed::TooLong(limit))),
            None => self.wait(heard).await,
        }
    }

    async fn wait(&mut self, heard: &mut Heard) -> Result<Ended, Failed> {
        let (stdout, stderr) = (self.child.stdout.take(), self.child.stderr.take());
        let printing = print(stdout, &mut heard.printed);
        let saying = say(stderr, &mut heard.said, &mut heard.said_more);
        let listening = pin!(try_join(printing, saying));
        let ending = pin!(self.child.wait());
        let status = match select(listening, ending).await {
            Either::Left((heard, ending)) => {
                heard?;
                ending.await
            }
            // Something that it left behind may hold its output open for ever.
            Either::Right((status, listening)) => {
                if let Ok(heard) = timeout(GRACE, listening).await {
                    heard?;
                }
                status
            }
        };
        status.map(ended).map_err(Failed::Io)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // `None` once it has been waited for: its number may be another's by now.
        let Some(id) = self.child.id() else { return };
        if self.own_group {
            kill_group(id);
        }
        // An error says that it has ended already.
        let _ = self.child.start_kill();
    }
}

#[cfg(unix)]
fn kill_group(leader: u32) {
    let leader = i32::try_from(leader).ok();
    if let Some(group) = leader.and_then(rustix::process::Pid::from_raw) {
        // An error says that nobody is left in it.
        let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
    }
}

#[cfg(not(unix))]
fn kill_group(_: u32) {}

async fn print(from: Option<impl AsyncRead + Unpin>, printed: &mut Vec<u8>) -> Result<(), Failed> {
    let Some(from) = from else { return Ok(()) };
    let mut limited = from.take(MAX_OUTPUT as u64 + 1);
    limited.read_to_end(printed).await.map_err(Failed::Io)?;
    if printed.len() > MAX_OUTPUT {
        return Err(Failed::TooMuch);
    }
    Ok(())
}

async fn say(
    from: Option<impl AsyncRead + Unpin>,
    said: &mut Vec<u8>,
    said_more: &mut bool,
) -> Result<(), Failed> {
    let Some(mut from) = from else { return Ok(()) };
    let mut part = [0; 4096];
    loop {
        let read = from.read(&mut part).await.map_err(Failed::Io)?;
        if read == 0 {
            return Ok(());
        }
        said.extend_from_slice(&part[..read]);
        if said.len() > 2 * MAX_SAID {
            said.drain(..said.len() - MAX_SAID);
            *said_more = true;
        }
    }
}

fn ended(status: ExitStatus) -> Ended {
    match status.code() {
        Some(0) => Ended::Well,
        Some(code) => Ended::Code(code),
        None => Ended::Signal(signal(status)),
    }
}

#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

#[cfg(not(unix))]
fn signal(_: ExitStatus) -> Option<i32> {
    None
}
