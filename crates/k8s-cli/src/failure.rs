//! Failures, told as kubectl tells them, and the exit codes.

use std::error::Error;
use std::fmt::{self, Write as _};
use std::io;

use k8s_api_core::Status;

use crate::args::ArgError;
use crate::command::{Body, Found};

/// Why a command ended early: what is said of it, and the program's exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    text: String,
    code: u8,
    /// Nobody listens where the server should be.
    is_refused: bool,
}

impl Failure {
    /// `error: …`, unless the text says so itself.
    pub(crate) fn new(text: impl fmt::Display) -> Self {
        let text = text.to_string();
        let text = if text.starts_with("error: ") {
            text
        } else {
            format!("error: {text}")
        };
        Self::said(text)
    }

    /// The text alone.
    pub(crate) fn said(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            code: 1,
            is_refused: false,
        }
    }

    /// Everything was said already.
    pub(crate) fn silent() -> Self {
        Self::said("")
    }

    /// Everything was said already, and the program ends with this code.
    pub(crate) fn silent_with(code: u8) -> Self {
        Self {
            code,
            ..Self::silent()
        }
    }

    /// Several failures, one below the other.
    pub(crate) fn several(failures: Vec<Self>) -> Self {
        let texts: Vec<String> = failures.into_iter().map(|failure| failure.text).collect();
        Self::said(texts.join("\n"))
    }

    /// An error of ours with its causes, `a: b: c`.
    pub(crate) fn chain(error: &(dyn Error + 'static)) -> Self {
        Self::new(chain(error))
    }

    /// What a request for one of several objects ended with: `error when creating "STDIN": …`.
    pub(crate) fn when(doing: &str, source: &str, error: k8s_client::Error) -> Self {
        let Some(status) = error.status() else {
            return error.into();
        };
        let mut status = status.clone();
        status.message = format!("error when {doing} {source:?}: {}", status.message);
        refused(&status)
    }

    /// Arguments that make no sense to the command at `path`.
    pub(crate) fn usage(path: &str, error: &ArgError) -> Self {
        Self::new(format!("{error}\nSee '{path} --help' for usage."))
    }

    /// What kubectl's `UsageErrorf` says.
    pub(crate) fn misuse(path: &str, text: impl fmt::Display) -> Self {
        Self::new(format!("{text}\nSee '{path} -h' for help and examples"))
    }

    pub(crate) fn unknown_command(found: &Found, name: &str) -> Self {
        let mut text = format!("unknown command {name:?} for {:?}", found.path);
        let near = match found.command.body {
            Body::Group(commands) => commands
                .iter()
                .filter(|command| is_near(command.name, name))
                .map(|command| command.name)
                .collect(),
            Body::Run(_) => Vec::new(),
        };
        if !near.is_empty() {
            let _ = write!(text, "\n\nDid you mean this?\n\t{}", near.join("\n\t"));
        }
        Self::new(text)
    }

    /// Nobody reads any more, or the disk is full.
    pub(crate) fn output(cause: io::Error) -> Self {
        match cause.kind() {
            io::ErrorKind::BrokenPipe => Self::silent(),
            _ => Self::new(format!("writing output: {cause}")),
        }
    }

    /// What is to be said; `server` is what would not answer.
    pub(crate) fn at(&self, server: Option<&str>) -> String {
        match server {
            Some(server) if self.is_refused => format!(
                "The connection to the server {server} was refused - did you specify the right host or port?"
            ),
            _ => self.text.clone(),
        }
    }

    #[cfg(test)]
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn code(&self) -> u8 {
        self.code
    }
}

/// What the first levels of a failure to connect add to that.
const SAID_ALREADY: [&str; 2] = ["sending the request: ", "no connection could be made: "];

impl From<k8s_config::Error> for Failure {
    fn from(error: k8s_config::Error) -> Self {
        match error {
            k8s_config::Error::Invalid(_) => {
                Self::said(format!("Error in configuration: {}", chain(&error)))
            }
            other => Self::chain(&other),
        }
    }
}

impl From<k8s_client::Error> for Failure {
    fn from(error: k8s_client::Error) -> Self {
        if let Some(status) = error.status() {
            return refused(status);
        }
        if error.is_connect() {
            let why = chain(&error);
            let mut why = why.as_str();
            for said in SAID_ALREADY {
                why = why.strip_prefix(said).unwrap_or(why);
            }
            let mut failure = Self::said(format!("Unable to connect to the server: {why}"));
            failure.is_refused = is_refused(&error);
            return failure;
        }
        Self::chain(&error)
    }
}

impl From<k8s_api_core::request::InvalidRequest> for Failure {
    fn from(error: k8s_api_core::request::InvalidRequest) -> Self {
        Self::chain(&error)
    }
}

fn is_refused(error: &(dyn Error + 'static)) -> bool {
    let kind = error.downcast_ref().map(io::Error::kind);
    kind == Some(io::ErrorKind::ConnectionRefused) || error.source().is_some_and(is_refused)
}

/// Whether a command is what somebody meant: the other's beginning, or at most two letters away.
fn is_near(command: &str, typed: &str) -> bool {
    command.starts_with(typed) || distance(command, typed) <= 2
}

/// How many letters must be put in, taken out or changed.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, from) in a.chars().enumerate() {
        let mut corner = row[0];
        row[0] = at + 1;
        for (column, to) in b.iter().enumerate() {
            let changed = corner + usize::from(from != *to);
            corner = row[column + 1];
            row[column + 1] = changed.min(corner + 1).min(row[column] + 1);
        }
    }
    row[b.len()]
}

/// Follows `checkErr` and `StandardErrorMessage` of kubectl.
fn refused(status: &Status) -> Failure {
    let message = &status.message;
    let reason = status.reason.as_str();
    Failure::said(match reason {
        "Unauthorized" => {
            format!("error: You must be logged in to the server ({message})")
        }
        "Invalid" => invalid(status),
        "" => format!("Error from server: {message}"),
        _ => format!("Error from server ({reason}): {message}"),
    })
}

fn invalid(status: &Status) -> String {
    let mut text = "The request is invalid".to_owned();
    let Some(details) = &status.details else {
        if !status.message.is_empty() {
            let _ = write!(text, ": {}", status.message);
        }
        return text;
    };
    if !details.kind.is_empty() || !details.name.is_empty() {
        text = format!("The {} {:?} is invalid", details.kind, details.name);
    } else if !status.message.is_empty() && details.causes.is_empty() {
        let _ = write!(text, ": {}", status.message);
    }
    let mut causes: Vec<String> = Vec::new();
    for cause in &details.causes {
        let cause = format!("{}: {}", cause.field, cause.message);
        if !causes.contains(&cause) {
            causes.push(cause);
        }
    }
    match &causes[..] {
        [] => text,
        [one] => format!("{text}: {one}"),
        several => format!("{text}: \n* {}", several.join("\n* ")),
    }
}

fn chain(error: &(dyn Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let _ = write!(text, ": {cause}");
        next = cause.source();
    }
    text
}
