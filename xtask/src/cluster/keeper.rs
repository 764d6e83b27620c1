//! The process that starts the control plane and the command, and sees to it that everything ends.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{getpid, set_child_subreaper};

use super::args::Run;
use super::command::Running;
use super::control::Socket;
use super::environment::{self, Facts};
use super::error::{Doing, Error};
use super::lifeline::Lifeline;
use super::operator::Operator;
use super::plane::{Plane, abandoned};
use super::start::{Start, Started};
use super::{directory, processes, say};

/// How often to look whether the command or a component has ended.
const PAUSE: Duration = Duration::from_millis(10);

/// What the front tells the keeper, as arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Assignment {
    /// The cluster's temporary directory: exists, is empty, is ours to delete.
    pub(super) directory: PathBuf,
    /// Number of the inherited pipe that ends with the front.
    pub(super) lifeline: i32,
    /// The front's process group, which the terminal's Ctrl-C reaches.
    pub(super) group: i32,
    /// Holds etcd, kube-apiserver and kube-controller-manager.
    pub(super) folder: PathBuf,
    /// Holds kube-scheduler and kwok, with `--kwok`.
    pub(super) extras: PathBuf,
    pub(super) kubectl: PathBuf,
    pub(super) run: Run,
}

impl Assignment {
    /// The arguments after `__keep`; `run` are the user's own, from the word `run` on.
    pub(super) fn to_args(&self, run: &[OsString]) -> Vec<OsString> {
        let mut args = vec![
            self.directory.clone().into(),
            self.lifeline.to_string().into(),
            self.group.to_string().into(),
            self.folder.clone().into(),
            self.extras.clone().into(),
            self.kubectl.clone().into(),
        ];
        args.extend(run.iter().cloned());
        args
    }

    /// The process group that the command must join; none in a Pod, where the keeper never left it.
    pub(super) fn foreground(&self) -> Option<i32> {
        (!self.run.as_pod).then_some(self.group)
    }
}

/// Keeps one cluster from its start to its end; returns the command's exit code.
pub(super) fn run(assignment: Assignment) -> Result<u8, Error> {
    let lifeline = Lifeline::watch(assignment.lifeline)?;
    let _held = directory::hold(&assignment.directory)?;
    // What the command leaves behind comes to us when its parent ends, so that it can be found and ended.
    set_child_subreaper(Some(getpid())).doing(|| "becoming the reaper of orphans".into())?;
    let mut plane = Plane::default();
    let outcome = serve(&assignment, &lifeline, &mut plane);
    let began = Instant::now();
    plane.stop();
    processes::sweep();
    let directory = &assignment.directory;
    fs::remove_dir_all(directory).doing(|| format!("deleting {}", directory.display()))?;
    say(&format!(
        "stopped in {:.1} s",
        began.elapsed().as_secs_f32()
    ));
    outcome
}

/// Starts everything, runs the command until it ends, or until something else does.
fn serve(assignment: &Assignment, lifeline: &Lifeline, plane: &mut Plane) -> Result<u8, Error> {
    let began = Instant::now();
    let Assignment {
        directory,
        run,
        kubectl,
        ..
    } = assignment;
    let start = Start {
        assignment,
        lifeline,
    };
    let Started {
        place,
        pki,
        account,
    } = start.control_plane(plane)?;
    let socket = Socket::open(&directory.join(environment::CONTROL))?;
    let took = began.elapsed().as_secs_f32();
    say(&format!(
        "ready in {took:.1} s: {} ({})",
        place.url(),
        directory.display()
    ));
    let changes = environment::changes(&Facts {
        as_pod: run.as_pod,
        audit: run.audit,
        place: &place,
        directory,
        kubectl,
        service_account: &account,
    });
    let mut command = Running::start(assignment, changes)?;
    let mut operator = Operator {
        plane,
        lifeline,
        administrator: start.administrator(&pki),
        place,
        pki,
        directory,
        oidc: &run.oidc,
    };
    let outcome = watch(&mut command, &socket, &mut operator);
    command.stop().doing(|| "stopping the command".into())?;
    outcome
}

/// Until the command ends, a component fails, or the front is gone; carries out what the command orders.
///
/// An order that fails is told to whoever gave it; what it broke is found out by the next look.
fn watch(command: &mut Running, socket: &Socket, operator: &mut Operator<'_>) -> Result<u8, Error> {
    loop {
        if let Some(code) = command.ended().doing(|| "waiting for the command".into())? {
            return Ok(code);
        }
        operator.plane.check()?;
        abandoned(operator.lifeline)?;
        match socket.next() {
            Some(pending) => {
                let outcome = operator.carry_out(&pending.order);
                pending.done(outcome);
            }
            None => thread::sleep(PAUSE),
        }
    }
}
