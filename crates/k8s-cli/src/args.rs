//! Arguments as kubectl takes them: flags anywhere, in every form that pflag knows.

use std::time::Duration;

mod error;
mod parse;

pub(crate) use self::error::ArgError;
pub(crate) use self::parse::{parse, split_command};

/// A flag that a command knows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flag {
    pub(crate) long: &'static str,
    pub(crate) short: Option<char>,
    pub(crate) kind: Kind,
    pub(crate) about: &'static str,
}

/// What a flag takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `--flag`, `--flag=false`; the default is named.
    Bool(bool),
    Text(&'static str),
    Int(u32),
    /// A duration of Go: `1m30s`.
    Duration(&'static str),
    /// May be repeated; commas separate, too.
    List,
    /// May be repeated; commas are part of the value.
    Repeated,
}

impl Flag {
    pub(crate) const fn new(long: &'static str, kind: Kind, about: &'static str) -> Self {
        Self {
            long,
            short: None,
            kind,
            about,
        }
    }

    pub(crate) const fn short(mut self, short: char) -> Self {
        self.short = Some(short);
        self
    }

    /// How help shows the default, as kubectl does.
    pub(crate) fn default(&self) -> String {
        match self.kind {
            Kind::Bool(value) => value.to_string(),
            Kind::Text(value) => format!("'{value}'"),
            Kind::Int(value) => value.to_string(),
            Kind::Duration(value) => value.to_owned(),
            Kind::List | Kind::Repeated => "[]".to_owned(),
        }
    }
}

/// What was typed, read by the flags of one command.
#[derive(Debug, Default)]
pub(crate) struct Args {
    positional: Vec<String>,
    given: Vec<(Flag, String)>,
    defaults: Vec<Flag>,
    help: bool,
}

impl Args {
    /// Everything that is no flag.
    pub(crate) fn positional(&self) -> Vec<&str> {
        self.positional.iter().map(String::as_str).collect()
    }

    /// Whether help was asked for.
    pub(crate) fn help(&self) -> bool {
        self.help
    }

    /// Whether the flag was typed.
    pub(crate) fn is_given(&self, long: &str) -> bool {
        self.last(long).is_some()
    }

    fn last(&self, long: &str) -> Option<&str> {
        let named = |(flag, _): &&(Flag, String)| flag.long == long;
        self.given
            .iter()
            .rev()
            .find(named)
            .map(|(_, value)| value.as_str())
    }

    fn default_of(&self, long: &str) -> Option<Kind> {
        let flag = self.defaults.iter().find(|flag| flag.long == long)?;
        Some(flag.kind)
    }

    pub(crate) fn text(&self, long: &str) -> &str {
        match (self.last(long), self.default_of(long)) {
            (Some(given), _) => given,
            (None, Some(Kind::Text(value))) => value,
            (None, _) => "",
        }
    }

    /// The text, unless it is empty.
    pub(crate) fn some_text(&self, long: &str) -> Option<String> {
        let text = self.text(long);
        (!text.is_empty()).then(|| text.to_owned())
    }

    pub(crate) fn is(&self, long: &str) -> bool {
        match self.last(long) {
            Some(value) => parse::boolean(value) == Some(true),
            None => self.default_of(long) == Some(Kind::Bool(true)),
        }
    }

    pub(crate) fn int(&self, long: &str) -> u32 {
        let default = match self.default_of(long) {
            Some(Kind::Int(value)) => value,
            _ => 0,
        };
        self.last(long)
            .and_then(|value| value.parse().ok())
            .unwrap_or(default)
    }

    /// The duration; nothing for one that is zero or less.
    pub(crate) fn duration(&self, long: &str) -> Duration {
        let default = match self.default_of(long) {
            Some(Kind::Duration(value)) => value,
            _ => "0",
        };
        parse::duration(self.last(long).unwrap_or(default)).unwrap_or_default()
    }

    pub(crate) fn list(&self, long: &str) -> Vec<String> {
        let given = self.given.iter().filter(|(flag, _)| flag.long == long);
        given
            .flat_map(|(flag, value)| match flag.kind {
                Kind::List => value.split(',').map(str::to_owned).collect(),
                _ => vec![value.clone()],
            })
            .collect()
    }
}
