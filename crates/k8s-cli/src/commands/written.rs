//! What the commands that write objects have in common.

use k8s_client::FieldValidation;
use serde_json::Value;

use crate::args::{Args, Flag, Kind};
use crate::failure::Failure;
use crate::io::Io;
use crate::print::{self, Form};

pub(super) const DRY_RUN: Flag = Flag::new(
    "dry-run",
    Kind::Text("none"),
    "Must be \"none\", \"server\", or \"client\". If client strategy, only print the object that would be sent, without sending it. If server strategy, submit server-side request without persisting the resource.",
);
pub(super) const OUTPUT: Flag = Flag::new(
    "output",
    Kind::Text(""),
    "Output format. One of: (json, yaml, name, jsonpath, jsonpath-as-json, jsonpath-file).",
)
.short('o');
pub(super) const VALIDATE: Flag = Flag::new(
    "validate",
    Kind::Text("strict"),
    "Must be one of: strict (or true), warn, ignore (or false). What becomes of fields that the server does not know: an error, a warning, or nothing.",
);

/// Whether anything is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dry {
    No,
    Client,
    Server,
}

impl Dry {
    pub(super) fn read(args: &Args) -> Result<Self, Failure> {
        match args.text(DRY_RUN.long) {
            "none" => Ok(Self::No),
            "client" => Ok(Self::Client),
            "server" => Ok(Self::Server),
            other => Err(Failure::new(format!(
                "Invalid dry-run value ({other}). Must be \"none\", \"server\", or \"client\"."
            ))),
        }
    }

    /// What was done, and that it was not really done.
    pub(super) fn says(self, done: &str) -> String {
        match self {
            Self::No => done.to_owned(),
            Self::Client => format!("{done} (dry run)"),
            Self::Server => format!("{done} (server dry run)"),
        }
    }
}

pub(super) fn validation(args: &Args) -> Result<Option<FieldValidation>, Failure> {
    match args.text(VALIDATE.long) {
        "strict" | "true" => Ok(Some(FieldValidation::Strict)),
        "warn" => Ok(Some(FieldValidation::Warn)),
        "ignore" | "false" => Ok(Some(FieldValidation::Ignore)),
        other => Err(Failure::new(format!(
            "invalid - validate option {other:?}; must be one of: strict (or true), warn, ignore (or false)"
        ))),
    }
}

/// The form that `-o` names, if it names one.
pub(super) fn form(io: &Io, args: &Args) -> Result<Option<Form>, Failure> {
    match args.text("output").is_empty() && args.text("template").is_empty() {
        true => Ok(None),
        false => Form::parse(io, args, &[]).map(Some),
    }
}

/// Objects as one: alone, or as a list.
pub(super) fn show(
    io: &mut Io,
    args: &Args,
    form: Option<&Form>,
    mut objects: Vec<Value>,
) -> Result<(), Failure> {
    let (Some(form), Some(last)) = (form, objects.pop()) else {
        return Ok(());
    };
    if objects.is_empty() {
        return form.print(io, args, last);
    }
    objects.push(last);
    form.print(io, args, print::list(objects))
}

/// These commands know no words beside their flags.
pub(super) fn no_words(path: &str, args: &Args) -> Result<(), Failure> {
    match &args.positional()[..] {
        [] => Ok(()),
        extra => {
            let text = format!("Unexpected args: [{}]", extra.join(" "));
            Err(Failure::misuse(path, text))
        }
    }
}

/// All that went wrong, if something did.
pub(super) fn result(failures: Vec<Failure>) -> Result<(), Failure> {
    match failures.is_empty() {
        true => Ok(()),
        false => Err(Failure::several(failures)),
    }
}
