//! The invariants of this repository as code: every fault is reported, none stops the others.
//!
//! Each rule has a heading in docs/CONVENTIONS.md, named as the rule is, and a tree under
//! `xtask/tests/fixtures` that breaks it.

mod clippy;
mod code;
mod docs;
mod errors;
mod files;
mod folders;
mod graph;
mod importers;
mod links;
mod markdown;
mod never;
mod shown;
mod snippets;
mod stack;
mod table;
mod test_code;

use std::fmt;
use std::process::ExitCode;

use crate::Error;
use crate::flags;
use crate::repo::Repo;
use crate::workspace;

/// A rule: its name, which is its heading in CONVENTIONS, and the function that finds faults.
struct Rule {
    name: &'static str,
    check: fn(&Repo, &mut Faults) -> Result<(), Error>,
}

const RULES: [Rule; 15] = [
    Rule {
        name: "graph",
        check: graph::check,
    },
    Rule {
        name: "never",
        check: never::check,
    },
    Rule {
        name: "files",
        check: files::check,
    },
    Rule {
        name: "errors",
        check: errors::check,
    },
    Rule {
        name: "tests",
        check: test_code::check,
    },
    Rule {
        name: "importers",
        check: importers::check,
    },
    Rule {
        name: "stack",
        check: stack::check,
    },
    Rule {
        name: "docs",
        check: docs::check,
    },
    Rule {
        name: "clippy",
        check: clippy::check,
    },
    Rule {
        name: "folders",
        check: folders::check,
    },
    Rule {
        name: "unfinished",
        check: code::unfinished,
    },
    Rule {
        name: "lints",
        check: code::lints,
    },
    Rule {
        name: "links",
        check: links::check,
    },
    Rule {
        name: "snippets",
        check: snippets::check,
    },
    Rule {
        name: "shown",
        check: shown::check,
    },
];

/// Something that breaks a rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fault {
    path: String,
    line: usize,
    text: String,
    rule: &'static str,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            path,
            line,
            text,
            rule,
        } = self;
        write!(f, "{path}:{line}: {text}: see CONVENTIONS#{rule}")
    }
}

/// Where rules put what they find.
#[derive(Debug, Default)]
struct Faults {
    rule: &'static str,
    found: Vec<Fault>,
}

impl Faults {
    fn add(&mut self, path: &str, line: usize, text: impl Into<String>) {
        let (path, text) = (path.to_owned(), text.into());
        self.found.push(Fault {
            path,
            line,
            text,
            rule: self.rule,
        });
    }
}

/// Prints every fault; 1 when there is one.
pub(crate) fn run(flags: &flags::Tidy) -> Result<ExitCode, Error> {
    let root = flags.root.clone().unwrap_or_else(workspace::root);
    if let Some(unknown) = flags
        .rule
        .iter()
        .find(|name| RULES.iter().all(|rule| rule.name != **name))
    {
        let names: Vec<&str> = RULES.iter().map(|rule| rule.name).collect();
        return Err(format!("no rule {unknown:?}; there are {}", names.join(", ")).into());
    }
    let repo = Repo::read(&root)?;
    let asked =
        |rule: &&Rule| flags.rule.is_empty() || flags.rule.iter().any(|name| name == rule.name);
    let mut faults = Faults::default();
    let rules: Vec<&Rule> = RULES.iter().filter(asked).collect();
    for rule in &rules {
        faults.rule = rule.name;
        (rule.check)(&repo, &mut faults)?;
    }
    faults.found.sort();
    for fault in &faults.found {
        println!("{fault}");
    }
    println!(
        "tidy: rules={} files={} faults={}",
        rules.len(),
        repo.files.len(),
        faults.found.len()
    );
    Ok(ExitCode::from(u8::from(!faults.found.is_empty())))
}
