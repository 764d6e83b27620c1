//! Help, laid out as kubectl's, in lines of 80 columns.

use std::fmt::Write as _;

use crate::args::Flag;
use crate::columns::wrapped;
use crate::command::{Body, Found};
use crate::{commands, session};

/// How wide help is, whatever the terminal: it may be piped, and is read beside its like.
const COLUMNS: usize = 80;
/// What a tab is in a terminal.
const TAB: usize = 8;
/// How far commands are to the right.
const INDENT: usize = 2;

/// Everything about one command.
pub(crate) fn of(found: &Found) -> String {
    let Found { command, path } = found;
    let mut text = paragraphs(command.long);
    if !command.examples.is_empty() {
        let _ = write!(text, "\nExamples:\n{}\n", command.examples);
    }
    if let Body::Group(commands) = command.body {
        let width = commands.iter().map(|command| command.name.len()).max();
        let width = width.unwrap_or(0);
        text.push_str("\nAvailable Commands:\n");
        for command in commands.iter().filter(|command| !command.is_hidden()) {
            let name = format!("  {:width$}   ", command.name);
            text.push_str(&hanging(&name, command.about));
        }
    }
    if !command.flags.is_empty() {
        let _ = write!(text, "\nOptions:\n{}", flags(command.flags));
    }
    let usage = [path.as_str(), command.usage].join(" ");
    let usage = format!("{} [options]", usage.trim_end());
    let usage = wrapped(&usage, COLUMNS - 2 * INDENT).join("\n    ");
    let _ = write!(text, "\nUsage:\n  {usage}\n");
    if matches!(command.body, Body::Group(_)) {
        let _ = write!(
            text,
            "\nUse \"{path} <command> --help\" for more information about a given command."
        );
    }
    text.push_str("\nUse \"k8s options\" for the options that every command takes.\n");
    text
}

/// The help of the command that these words name.
pub(crate) fn by_path(words: &[&str]) -> Option<String> {
    let mut command = &commands::ROOT;
    for word in words {
        let Body::Group(commands) = command.body else {
            return None;
        };
        command = commands.iter().find(|command| command.name == *word)?;
    }
    let path = [&[commands::ROOT.name], words].concat().join(" ");
    Some(of(&Found { command, path }))
}

/// The flags of every command.
pub(crate) fn options() -> String {
    let flags = flags(session::FLAGS);
    format!("The following options can be passed to any command:\n\n{flags}")
}

fn flags(flags: &[Flag]) -> String {
    let mut flags = flags.to_vec();
    flags.sort_by_key(|flag| flag.long);
    let entries: Vec<String> = flags.iter().map(entry).collect();
    entries.join("\n")
}

fn entry(flag: &Flag) -> String {
    let short = flag.short.map(|short| format!("-{short}, "));
    let short = short.unwrap_or_default();
    let mut text = String::new();
    let mut line = format!("    {short}--{}=", flag.long);
    // A default that is a list may be long.
    for part in format!("{}:", flag.default()).split_inclusive(',') {
        if line.len() + part.len() > COLUMNS {
            let _ = writeln!(text, "{line}");
            line = " ".repeat(TAB);
        }
        line.push_str(part);
    }
    let _ = writeln!(text, "{line}");
    for line in wrapped(flag.about, COLUMNS - TAB) {
        let _ = writeln!(text, "\t{line}");
    }
    text
}

/// Lines of text, each broken where it is too long: below its own beginning, or behind its number.
fn paragraphs(text: &str) -> String {
    let paragraph = |line: &str| {
        let rest = line.trim_start();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let number = match rest[digits..].strip_prefix('.') {
            Some(said) if digits > 0 => rest.len() - said.trim_start().len(),
            _ => 0,
        };
        let begin = line.len() - rest.len() + number;
        hanging(&line[..begin], &line[begin..])
    };
    text.split('\n').map(paragraph).collect()
}

/// A beginning, and text behind it that stays on its right.
fn hanging(begin: &str, text: &str) -> String {
    let indent = format!("\n{:1$}", "", begin.chars().count());
    let lines = wrapped(text, COLUMNS - begin.chars().count());
    format!("{begin}{}\n", lines.join(&indent))
}
