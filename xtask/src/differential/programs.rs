//! The two programs that are asked: one in Go on client-go, one of ours, each a process that answers line by line.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;
use xshell::Shell;

use crate::{Error, golden, programs, workspace};

/// Both programs, running.
#[derive(Debug)]
pub(super) struct Pair {
    theirs: Program,
    ours: Program,
}

/// What the two said to one question.
#[derive(Debug, Clone)]
pub(super) struct Answers {
    pub(super) theirs: Value,
    pub(super) ours: Value,
}

impl Pair {
    /// Builds both and starts them in `folder`; `Err` inside is why there is no Go to build with.
    pub(super) fn start(folder: &Path) -> Result<Result<Self, String>, Error> {
        let root = workspace::root();
        let sh = Shell::new()?;
        sh.change_dir(root.join(golden::MODULE));
        let go = match golden::find_go(&sh) {
            Ok(go) => go,
            Err(why) => return Ok(Err(why)),
        };
        let program = root.join("target/differential/config");
        golden::build(&sh, &go, "./differential/config", &program)?;
        let theirs = Program::start("client-go", &program, folder)?;
        let program = programs::example("k8s-config", "differential")?;
        let ours = Program::start("k8s-config", &program, folder)?;
        Ok(Ok(Self { theirs, ours }))
    }

    /// Ours first: client-go may move a file.
    pub(super) fn ask(&mut self, question: &Value) -> Result<Answers, Error> {
        let ours = self.ours.ask(question)?;
        let theirs = self.theirs.ask(question)?;
        Ok(Answers { theirs, ours })
    }
}

#[derive(Debug)]
struct Program {
    name: &'static str,
    child: Child,
    questions: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl Program {
    fn start(name: &'static str, program: &Path, folder: &Path) -> Result<Self, Error> {
        let mut child = Command::new(program)
            .current_dir(folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("starting {}: {error}", program.display()))?;
        let answers = child.stdout.take().ok_or("no standard output")?;
        Ok(Self {
            name,
            questions: child.stdin.take(),
            answers: BufReader::new(answers),
            child,
        })
    }

    fn ask(&mut self, question: &Value) -> Result<Value, Error> {
        let name = self.name;
        let ended =
            |error: &dyn std::fmt::Display| format!("{name} ended, asked {question}: {error}");
        let questions = self.questions.as_mut().ok_or("no standard input")?;
        writeln!(questions, "{question}").map_err(|error| ended(&error))?;
        let mut line = String::new();
        self.answers.read_line(&mut line)?;
        Ok(serde_json::from_str(&line).map_err(|error| ended(&error))?)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.questions.take()); // the end of its input is the end of it
        let _ = self.child.wait();
    }
}
