//! The user's command: started in its environment, ended with everything it started.

use std::io;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ExitStatus};
use std::time::Duration;

use super::error::{Doing, Error, Exit};
use super::keeper::Assignment;
use super::{child, processes};
use std::ffi::OsString;

/// How long the command may take to end on SIGTERM when the cluster ends before it.
const GRACE: Duration = Duration::from_secs(3);

/// The running command.
#[derive(Debug)]
pub(super) struct Running {
    child: Child,
}

impl Running {
    /// Starts it with the user's own stdin, stdout, stderr and directory.
    pub(super) fn start(
        assignment: &Assignment,
        changes: Vec<(&'static str, Option<OsString>)>,
    ) -> Result<Self, Error> {
        let Some((program, args)) = assignment.run.command.split_first() else {
            return Err(Error::new(Exit::Usage, "there is no command to run"));
        };
        let mut command = child::command(program);
        command.args(args);
        for (name, value) in changes {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        if let Some(group) = assignment.foreground() {
            command.process_group(group);
        }
        let child = command
            .spawn()
            .doing(|| format!("starting {}", program.display()))?;
        Ok(Self { child })
    }

    /// Its exit code, if it has ended: 128 and the signal's number, if one ended it.
    pub(super) fn ended(&mut self) -> io::Result<Option<u8>> {
        Ok(self.child.try_wait()?.map(exit_code))
    }

    /// Ends it.
    pub(super) fn stop(&mut self) -> io::Result<()> {
        processes::end(&mut self.child, GRACE)
    }
}

/// As a shell says it.
pub(super) fn exit_code(status: ExitStatus) -> u8 {
    let code = status
        .code()
        .or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok())
        .unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_is_128_and_its_number() {
        let check =
            |raw, expected| assert_eq!(exit_code(ExitStatus::from_raw(raw)), expected, "{raw}");
        check(0, 0);
        check(7 << 8, 7);
        check(255 << 8, 255);
        check(9, 137);
        check(15, 143);
    }
}
