//! An API server in memory, and the program beside it.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use k8s_testing::{ApiServer, Kubeconfig, KubeconfigFile, ListenOptions, Listening};

use crate::{run, run_with};

/// Longer than anything here takes.
const LONG: Duration = Duration::from_secs(30);

/// A server, and a kubeconfig of its administrator.
pub(crate) struct Scene {
    pub(crate) listening: Listening,
    file: KubeconfigFile,
}

/// The program while it runs; killed at the end of a test that failed.
pub(crate) struct Running {
    child: Child,
    lines: Receiver<String>,
}

impl Scene {
    pub(crate) async fn new() -> Self {
        Self::of(&ApiServer::new(), ListenOptions::new()).await
    }

    pub(crate) async fn of(server: &ApiServer, options: ListenOptions) -> Self {
        let listening = server.listen_with(options).await.unwrap();
        let config = Kubeconfig::new(&listening.url())
            .ca_pem(listening.ca_pem())
            .token(&server.issue_token("admin", &["system:masters"]));
        Self {
            listening,
            file: KubeconfigFile::new(&config).unwrap(),
        }
    }

    pub(crate) fn path(&self) -> &str {
        self.file.path().to_str().unwrap()
    }

    pub(crate) fn run(&self, line: &str) -> String {
        run(self.path(), &words(line))
    }

    pub(crate) fn fed(&self, line: &str, input: &str) -> String {
        run_with(self.path(), &words(line), input)
    }

    /// Makes a ConfigMap, or makes another one of it.
    pub(crate) fn apply(&self, name: &str, value: &str) {
        let map = format!(
            "{{apiVersion: v1, kind: ConfigMap, metadata: {{name: {name}, labels: {{k: {value}}}}}}}"
        );
        let said = self.fed("apply -f -", &map);
        assert!(said.starts_with(&format!("configmap/{name} ")), "{said}");
    }

    pub(crate) fn delete(&self, name: &str) {
        let said = self.run(&format!("delete cm {name}"));
        assert!(said.contains("deleted from default"), "{said}");
    }

    /// Starts the program.
    pub(crate) fn start(&self, line: &str) -> Running {
        let mut child = Command::new(env!("CARGO_BIN_EXE_k8s"))
            .args(words(line))
            .env_clear()
            .env("KUBECONFIG", self.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = channel();
        let out = BufReader::new(child.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in out.lines() {
                if sender.send(line.unwrap()).is_err() {
                    break;
                }
            }
        });
        Running { child, lines }
    }
}

/// A line's words; between single quotes, everything is part of a word.
fn words(line: &str) -> Vec<&str> {
    let mut words = Vec::new();
    for (at, part) in line.split('\'').enumerate() {
        match at % 2 {
            0 => words.extend(part.split(' ').filter(|word| !word.is_empty())),
            _ => words.push(part),
        }
    }
    words
}

impl Running {
    /// The next line of standard output.
    pub(crate) fn line(&self) -> String {
        self.lines.recv_timeout(LONG).expect("a line")
    }

    pub(crate) fn lines(&self, count: usize) -> Vec<String> {
        (0..count).map(|_| self.line()).collect()
    }

    /// The first word of so many lines.
    pub(crate) fn words(&self, count: usize) -> Vec<String> {
        let first = |line: String| line.split(' ').next().unwrap_or_default().to_owned();
        self.lines(count).into_iter().map(first).collect()
    }

    /// Interrupts it as Ctrl-C does: the rest of standard output, standard error, exit code.
    pub(crate) fn interrupt(self) -> (Vec<String>, String, Option<i32>) {
        let kill = format!("kill -INT {}", self.child.id());
        let status = Command::new("/bin/sh").args(["-c", &kill]).status();
        assert!(status.unwrap().success());
        self.end()
    }

    /// Waits for its end.
    pub(crate) fn end(mut self) -> (Vec<String>, String, Option<i32>) {
        let mut said = String::new();
        let err = self.child.stderr.as_mut().unwrap();
        err.read_to_string(&mut said).unwrap();
        let code = self.child.wait().unwrap().code();
        (self.lines.iter().collect(), said, code)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already when all went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
