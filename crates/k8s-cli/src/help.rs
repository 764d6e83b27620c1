//! Help, laid out as kubectl's.

use std::fmt::Write as _;

use crate::args::Flag;
use crate::command::{Body, Found};
use crate::{commands, session};

/// Everything about one command.
pub(crate) fn of(found: &Found) -> String {
    let Found { command, path } = found;
    let mut text = format!("{}\n", command.long);
    if !command.examples.is_empty() {
        let _ = write!(text, "\nExamples:\n{}\n", command.examples);
    }
    if let Body::Group(commands) = command.body {
        let width = commands.iter().map(|command| command.name.len()).max();
        let width = width.unwrap_or(0);
        text.push_str("\nAvailable Commands:\n");
        for command in commands {
            let _ = writeln!(text, "  {:width$}   {}", command.name, command.about);
        }
    }
    if !command.flags.is_empty() {
        let _ = write!(text, "\nOptions:\n{}", flags(command.flags));
    }
    let usage = [path.as_str(), command.usage].join(" ");
    let _ = write!(text, "\nUsage:\n  {} [options]\n", usage.trim_end());
    if matches!(command.body, Body::Group(_)) {
        let _ = write!(
            text,
            "\nUse \"{path} <command> --help\" for more information about a given command."
        );
    }
    text.push_str("\nUse \"k8s options\" for a list of global command-line options (applies to all commands).\n");
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
    format!(
        "    {short}--{}={}:\n\t{}\n",
        flag.long,
        flag.default(),
        flag.about
    )
}
