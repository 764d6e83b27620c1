//! Rule `tests`: tests are named as facts, always run, and never wait for real.

use super::Faults;
use crate::Error;
use crate::repo::{File, Repo};
use crate::source::Source;

/// A line above or beside a real sleep that says why sockets force it.
const REASON: &str = "// real time: ";

pub(super) fn check(repo: &Repo, faults: &mut Faults) -> Result<(), Error> {
    for (file, rust) in repo.rust() {
        let modules = rust.test_modules();
        let in_test =
            |line: usize| file.is_test() || modules.iter().any(|module| module.contains(&line));
        attributes(file, rust, &in_test, faults);
        sleeps(file, rust, &in_test, faults);
    }
    Ok(())
}

fn attributes(file: &File, rust: &Source, in_test: &dyn Fn(usize) -> bool, faults: &mut Faults) {
    for (token, fault) in [
        ("#[ignore", "an ignored test: run it or remove it"),
        ("#[should_panic", "expects a panic: assert on the error"),
        ("fn test_", "a test named test_…: say the fact it shows"),
    ] {
        let lines = rust.code.match_indices(token).map(|(at, _)| rust.line(at));
        for line in lines.filter(|line| token.starts_with('#') || in_test(*line)) {
            faults.add(&file.path, line, fault);
        }
    }
}

fn sleeps(file: &File, rust: &Source, in_test: &dyn Fn(usize) -> bool, faults: &mut Faults) {
    let lines: Vec<&str> = file.text.lines().collect();
    let code: Vec<&str> = rust.code.lines().collect();
    for at in rust.words("sleep") {
        let line = rust.line(at);
        let is_call = rust.code[at..].starts_with("sleep(");
        let has_reason = lines[line.saturating_sub(2)..line]
            .iter()
            .any(|line| line.contains(REASON));
        if is_call && in_test(line) && !has_reason && !is_paused(&code[..line]) {
            faults.add(
                &file.path,
                line,
                "sleeps in a test whose clock runs: pause it, or say `// real time: why`",
            );
        }
    }
}

/// Whether the last test that opens in these lines has its clock paused.
fn is_paused(code: &[&str]) -> bool {
    let test = code.iter().rposition(|line| {
        let line = line.trim_start();
        line.starts_with("#[test]") || line.starts_with("#[tokio::test")
    });
    let paused = |line: &&str| line.contains("start_paused") || line.contains("time::pause()");
    test.is_some_and(|start| code[start..].iter().any(paused))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_for_the_test_that_holds_the_line() {
        let paused = ["#[tokio::test(start_paused = true)]", "async fn a() {"];
        let running = ["#[tokio::test]", "async fn b() {"];
        assert!(is_paused(&paused));
        assert!(!is_paused(&[paused, running].concat()));
        assert!(is_paused(&[running, paused].concat()));
        assert!(is_paused(&[
            "#[tokio::test]",
            "async fn c() {",
            "    tokio::time::pause();"
        ]));
        assert!(!is_paused(&["async fn helper() {"]));
    }
}
