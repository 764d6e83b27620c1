//! What may come next on a command line: commands and flags, from the same table that runs them.

use crate::args::{self, Flag};
use crate::command::Body;
use crate::{commands, session};

/// Each candidate for the last word, and what it is; the words before it have been typed.
pub(crate) fn candidates(words: &[String]) -> Vec<(String, &'static str)> {
    let Some((last, before)) = words.split_last() else {
        return Vec::new();
    };
    let mut command = &commands::ROOT;
    let mut rest = before.to_vec();
    while let Body::Group(commands) = command.body {
        let Some((name, left)) = args::split_command(&rest, &[command.flags, session::FLAGS])
        else {
            break;
        };
        let Some(next) = commands.iter().find(|command| command.name == name) else {
            return Vec::new();
        };
        command = next;
        rest = left;
    }
    let mut found: Vec<(String, &'static str)> = match command.body {
        _ if last.starts_with('-') => flags(command.flags).collect(),
        Body::Group(commands) => {
            let all = commands.iter().filter(|command| !command.is_hidden());
            all.map(|command| (command.name.to_owned(), command.about))
                .collect()
        }
        Body::Run(_) => Vec::new(),
    };
    found.retain(|(candidate, _)| candidate.starts_with(last.as_str()));
    found.sort_unstable();
    found
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
    use super::candidates;

    fn check(words: &[&str], expected: &[&str]) {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let found: Vec<String> = candidates(&words)
            .into_iter()
            .map(|(word, _)| word)
            .collect();
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
        check(&["get", ""], &[]);
        check(&["nope", ""], &[]);
        check(&[], &[]);
    }
}
