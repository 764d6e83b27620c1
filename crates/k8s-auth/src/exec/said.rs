//! The last lines of what a plugin said on its standard error, without secrets and without what moves a cursor.

use k8s_config::{Exec, safe_for_terminals};
use secrecy::ExposeSecret as _;

/// So many lines are told at most, and so much of each.
const LINES: usize = 5;
const WIDTH: usize = 300;

const HIDDEN: &str = "[hidden]";

/// Values shorter than this are no secrets: `1`, `eu`.
const SHORT: usize = 6;

/// A word of this length, of letters and digits mixed, is taken for a token.
const LONG: usize = 40;

/// The last lines of `said` in one line; `None` if there is nothing to tell. `cut` says that it begins anywhere.
pub(super) fn last_lines(said: &[u8], cut: bool, exec: &Exec) -> Option<String> {
    let text = String::from_utf8_lossy(said);
    let text = match text.split_once('\n') {
        // Half a line may be half a secret, which nobody would recognise.
        Some((_, rest)) if cut => rest,
        _ if cut => "",
        _ => &text,
    };
    let text = without_secrets(text, exec);
    let lines: Vec<String> = text
        .lines()
        .map(|line| safe_for_terminals(line.trim()))
        .filter(|line| !line.is_empty())
        .collect();
    let last = &lines[lines.len().saturating_sub(LINES)..];
    let shown: Vec<String> = last.iter().map(|line| shortened(line)).collect();
    (!shown.is_empty()).then(|| shown.join(" | "))
}

fn shortened(line: &str) -> String {
    match line.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

fn without_secrets(text: &str, exec: &Exec) -> String {
    let mut text = text.to_owned();
    for secret in configured(exec) {
        text = text.replace(secret, HIDDEN);
    }
    let mut shown = String::with_capacity(text.len());
    let mut in_key = false;
    for line in text.split_inclusive('\n') {
        if line.contains("-----BEGIN ") && line.contains("PRIVATE KEY") {
            in_key = true;
            shown.push_str("[hidden]\n");
        }
        if !in_key {
            words(line, &mut shown);
        }
        if line.contains("-----END ") {
            in_key = false;
        }
    }
    shown
}

/// What the configuration itself says and may be secret: values of variables, and of arguments that are called so.
fn configured(exec: &Exec) -> Vec<&str> {
    let variables = exec
        .env
        .iter()
        .map(|variable| variable.value.expose_secret());
    let mut after_a_name = false;
    let mut arguments = Vec::new();
    for argument in exec.args.iter().map(|argument| argument.expose_secret()) {
        let (name, value) = argument.split_once('=').unwrap_or((argument, ""));
        let is_flag = name.starts_with('-');
        if after_a_name && !is_flag {
            arguments.push(argument);
        }
        let secret = is_flag && sounds_secret(name);
        if secret && !value.is_empty() {
            arguments.push(value);
        }
        after_a_name = secret && value.is_empty();
    }
    let mut all: Vec<&str> = variables.chain(arguments).collect();
    all.retain(|secret| secret.len() >= SHORT);
    // A secret that holds another one goes first, whole.
    all.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    all
}

fn sounds_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["token", "secret", "password", "passwd", "key", "credential"]
        .iter()
        .any(|word| name.contains(word))
}

/// Hides the words of a line that look like tokens, and what follows `Bearer`.
fn words(line: &str, shown: &mut String) {
    let is_end = |c: char| c.is_whitespace() || "\"'`,;()<>{}[]&=:/".contains(c);
    let mut after_bearer = false;
    for part in line.split_inclusive(is_end) {
        let word = part.trim_end_matches(is_end);
        let hides = looks_like_a_token(word) || (after_bearer && !word.is_empty());
        if hides {
            shown.push_str(HIDDEN);
            shown.push_str(&part[word.len()..]);
        } else {
            shown.push_str(part);
        }
        if !word.is_empty() {
            after_bearer = word.eq_ignore_ascii_case("bearer");
        }
    }
}

fn looks_like_a_token(word: &str) -> bool {
    let is_jwt = word.starts_with("eyJ") && word.len() > 16;
    let of_tokens = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+~".contains(&byte);
    let mixed = word.bytes().any(|byte| byte.is_ascii_digit())
        && word.bytes().any(|byte| byte.is_ascii_alphabetic());
    is_jwt || (word.len() >= LONG && mixed && word.bytes().all(of_tokens))
}

#[cfg(test)]
mod tests {
    use k8s_config::ExecEnv;

    use super::*;

    fn check(said: &str, expected: Option<&str>) {
        let mut exec = Exec::new("plugin", "client.authentication.k8s.io/v1");
        exec.env = vec![
            ExecEnv::new("AWS_PROFILE", "prod"),
            ExecEnv::new("CLIENT_SECRET", "open sesame"),
        ];
        exec.args = [
            "login",
            "--token=abcdef123",
            "--password",
            "hunter22",
            "--region",
            "eu-west-1",
        ]
        .into_iter()
        .map(Into::into)
        .collect();
        let shown = last_lines(said.as_bytes(), false, &exec);
        assert_eq!(shown.as_deref(), expected, "{said:?}");
    }

    #[test]
    fn tells_the_last_lines() {
        check("", None);
        check(" \n\n", None);
        check("one\n\n two \nthree", Some("one | two | three"));
        check("1\n2\n3\n4\n5\n6\n", Some("2 | 3 | 4 | 5 | 6"));
        check(
            "\x1b[31mred\x1b[0m\x07",
            Some("U+001B[31mredU+001B[0mU+0007"),
        );
    }

    #[test]
    fn hides_what_may_be_secret() {
        check(
            "cannot use open sesame for prod",
            Some("cannot use [hidden] for prod"),
        );
        check(
            "bad abcdef123 in eu-west-1",
            Some("bad [hidden] in eu-west-1"),
        );
        check("hunter22 is wrong", Some("[hidden] is wrong"));
        check(
            "Authorization: Bearer abc-1",
            Some("Authorization: Bearer [hidden]"),
        );
        check(
            r#"{"token":"eyJhbGciOiJFUzI1NiJ9.e30.c2ln"}"#,
            Some(r#"{"token":"[hidden]"}"#),
        );
        check(
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\ndone",
            Some("[hidden] | done"),
        );
        check(
            &format!("got k8s-aws-v1.{}", "a1".repeat(30)),
            Some("got [hidden]"),
        );
        check(
            "see https://example.com/a/very/long/path/that/is/no/token/at/all/12345",
            Some("see https://example.com/a/very/long/path/that/is/no/token/at/all/12345"),
        );
    }

    #[test]
    fn half_a_line_is_not_told() {
        let exec = Exec::new("plugin", "client.authentication.k8s.io/v1");
        let shown = last_lines(b"alf a secret\nwhole", true, &exec);
        assert_eq!(shown.as_deref(), Some("whole"));
        assert_eq!(last_lines(b"alf a secret", true, &exec), None);
    }
}
