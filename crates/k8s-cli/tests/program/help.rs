//! Every command's help, in one file: `help.txt`.

use std::fmt::Write as _;

use expect_test::expect_file;

use crate::run;

#[test]
fn every_command_has_the_help_that_was_read_before_it_was_committed() {
    let mut all = String::new();
    write(&mut Vec::new(), &mut all);
    expect_file!["help.txt"].assert_eq(&all);
}

/// The help of a command and of all below it.
fn write(path: &mut Vec<String>, all: &mut String) {
    let words: Vec<&str> = path.iter().map(String::as_str).chain(["--help"]).collect();
    let text = run("/none", &words);
    let line = ["k8s", &path.join(" ")].join(" ");
    let usage = format!("Usage:\n  {}", line.trim_end());
    assert!(text.contains(&usage), "{line}: {text}");
    assert!(!text.contains("---"), "{line}: {text}");
    // Spaces at the end of a line are nothing for an editor.
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let _ = write!(all, "===== {}\n{}\n\n", line.trim_end(), lines.join("\n"));
    for name in below(&text) {
        path.push(name.to_owned());
        write(path, all);
        path.pop();
    }
}

/// The commands that a help lists.
fn below(help: &str) -> Vec<&str> {
    let Some((_, list)) = help.split_once("Available Commands:\n") else {
        return Vec::new();
    };
    let lines = list.lines().take_while(|line| !line.is_empty());
    // What is said of a command may go on below it.
    lines
        .filter(|line| !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .collect()
}

/// How wide a line is in a terminal.
fn width(line: &str) -> usize {
    line.chars().fold(0, |at, c| match c {
        '\t' => at / 8 * 8 + 8,
        _ => at + 1,
    })
}

#[test]
fn help_fits_a_terminal_of_80_columns() {
    let mut all = run("/none", &["options"]);
    write(&mut Vec::new(), &mut all);
    let wide: Vec<&str> = all.lines().filter(|line| width(line) > 80).collect();
    assert!(wide.is_empty(), "{}", wide.join("\n"));
}

#[test]
fn a_group_alone_shows_its_help() {
    assert_eq!(run("/none", &["auth"]), run("/none", &["auth", "--help"]));
    assert_eq!(run("/none", &[]), run("/none", &["--help"]));
}
