//! `k8s completion SHELL` prints a script for a shell, and `k8s __complete WORDS…` is what the script asks.

mod dynamic;

use crate::args::Args;
use crate::command::{Body, Command, Running};
use crate::completion;
use crate::failure::Failure;
use crate::io::Io;

pub(super) const SCRIPTS: Command = Command {
    name: "completion",
    about: "Output shell completion code for bash, zsh or fish",
    long: "Output shell completion code for the specified shell (bash, zsh, fish). It asks the program itself at every tab.",
    usage: "SHELL",
    examples: "  # Complete in this bash\n  source <(k8s completion bash)\n  \n  # Complete in every fish\n  k8s completion fish > ~/.config/fish/completions/k8s.fish",
    flags: &[],
    body: Body::Run(script),
};

pub(super) const COMMAND: Command = Command {
    name: "__complete",
    about: "Print what may come next, for the scripts of `completion`",
    long: "Print what may come next, for the scripts of `completion`: a line each, a tab, what it is.",
    usage: "-- WORDS...",
    examples: "",
    flags: &[],
    body: Body::Run(complete),
};

fn script<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        match args.positional()[..] {
            [] => Err(Failure::misuse("k8s completion", "Shell not specified.")),
            [shell] => {
                let script = completion::script(shell).ok_or_else(|| {
                    Failure::misuse(
                        "k8s completion",
                        format!("Unsupported shell type {shell:?}."),
                    )
                })?;
                io.print(script)
            }
            _ => Err(Failure::misuse(
                "k8s completion",
                "Too many arguments. Expected only the shell type.",
            )),
        }
    })
}

fn complete<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let words: Vec<String> = args.positional().into_iter().map(str::to_owned).collect();
        let Some(typed) = completion::typed(&words) else {
            return Ok(());
        };
        let mut candidates = typed.known();
        if candidates.is_empty() {
            let words = dynamic::candidates(io, &typed).await;
            candidates.extend(words.into_iter().map(|word| (word, "")));
        }
        let line = |(word, about): (String, &str)| match about {
            "" => format!("{word}\n"),
            about => format!("{word}\t{about}\n"),
        };
        io.print(&candidates.into_iter().map(line).collect::<String>())
    })
}
