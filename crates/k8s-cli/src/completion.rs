//! What may come next on a command line: commands and flags, from the same table that runs them.

use crate::args::{self, Args, Flag};
use crate::command::{self, Body, Found};
use crate::session;

/// A command line as far as it was typed.
pub(crate) struct Typed {
    pub(crate) found: Found,
    /// What was typed behind the command, but for the last word.
    pub(crate) args: Args,
    /// The flag whose value the last word is.
    pub(crate) flag: Option<Flag>,
    /// May be empty.
    pub(crate) last: String,
}

/// Reads words of which the last is being typed; `None` where they make no sense.
pub(crate) fn typed(words: &[String]) -> Option<Typed> {
    let (last, before) = words.split_last()?;
    let (found, mut rest) = command::find(before.to_vec()).ok()?;
    let flags = [found.command.flags, session::FLAGS].concat();
    let (args, flag) = match args::parse(rest.clone(), flags.clone()) {
        Ok(args) => (args, None),
        Err(error) => {
            let wants = error.wants_value()?;
            let is_it = |flag: &&Flag| {
                let short = flag.short.map(|short| format!("-{short}"));
                format!("--{}", flag.long) == wants || short.as_ref() == Some(&wants)
            };
            let flag = flags.iter().find(is_it).copied()?;
            rest.pop();
            (args::parse(rest, flags).ok()?, Some(flag))
        }
    };
    Some(Typed {
        found,
        args,
        flag,
        last: last.clone(),
    })
}

impl Typed {
    /// The commands and flags that the last word may become, and what each is.
    pub(crate) fn known(&self) -> Vec<(String, &'static str)> {
        let command = self.found.command;
        let mut known: Vec<(String, &'static str)> = match command.body {
            _ if self.flag.is_some() => Vec::new(),
            _ if self.last.starts_with('-') => flags(command.flags).collect(),
            Body::Group(commands) => {
                let all = commands.iter().filter(|command| !command.is_hidden());
                all.map(|command| (command.name.to_owned(), command.about))
                    .collect()
            }
            Body::Run(_) => Vec::new(),
        };
        known.retain(|(candidate, _)| candidate.starts_with(self.last.as_str()));
        known.sort_unstable();
        known
    }
}

fn flags(own: &'static [Flag]) -> impl Iterator<Item = (String, &'static str)> {
    let all = own.iter().chain(session::FLAGS);
    all.map(|flag| (format!("--{}", flag.long), flag.about))
}

/// The script for a shell, which asks `k8s __complete` at every tab; `None` for a shell that is not known.
pub(crate) fn script(shell: &str) -> Option<&'static str> {
    match shell {
        "bash" => Some(BASH),
        "zsh" => Some(ZSH),
        "fish" => Some(FISH),
        _ => None,
    }
}

const BASH: &str = r#"# bash completion for k8s: source <(k8s completion bash)
_k8s() {
    local line
    COMPREPLY=()
    while IFS=$'\t' read -r line _; do
        COMPREPLY+=("$line")
    done < <(k8s __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _k8s k8s
"#;

const ZSH: &str = r#"#compdef k8s
# zsh completion for k8s: source <(k8s completion zsh)
_k8s() {
    local -a found
    local line about
    while IFS=$'\t' read -r line about; do
        found+=("${line//:/\\:}:$about")
    done < <(k8s __complete -- "${(@)words[2,$CURRENT]}" 2>/dev/null)
    _describe 'k8s' found || _files
}
compdef _k8s k8s
"#;

const FISH: &str = r#"# fish completion for k8s: k8s completion fish | source
function __k8s_complete
    k8s __complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null
end
complete -c k8s -a '(__k8s_complete)'
"#;

#[cfg(test)]
mod tests {
    use super::typed;

    fn check(words: &[&str], expected: &[&str]) {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let known = typed(&words).map(|typed| typed.known());
        let known = known.into_iter().flatten();
        let found: Vec<String> = known.map(|(word, _)| word).collect();
        assert_eq!(found, expected, "{words:?}");
    }

    #[test]
    fn completes_commands_and_flags() {
        check(&["conf"], &["config"]);
        check(&["api-res"], &["api-resources"]);
        check(&["__"], &[]);
        check(&["auth", ""], &["can-i", "whoami"]);
        check(
            &["get", "--all"],
            &["--all-namespaces", "--allow-missing-template-keys"],
        );
        check(&["-n", "get", "auth", "w"], &["whoami"]);
        check(&["get", "pods", "--kubec"], &["--kubeconfig"]);
        check(&["get", "--namespace", "--all"], &[]);
        check(&["get", ""], &[]);
        check(&["nope", ""], &[]);
        check(&[], &[]);
    }
}
