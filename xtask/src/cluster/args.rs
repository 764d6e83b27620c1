//! What may stand after `cargo xtask cluster`, as values.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use super::child::Child;
use super::error::{Error, Exit};
use super::keeper::Assignment;
use super::oidc::{self, Issuer, Oidc};

/// One verb with its options.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Help,
    Build {
        all: bool,
    },
    Run(Run),
    Check,
    /// Below `run`: an order for the control socket.
    Control(Vec<String>),
    /// Internal: the process that starts and stops everything.
    Keep(Assignment),
    /// Internal: becomes a program that ends with the keeper.
    Child(Child),
}

/// The options of `run`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Run {
    /// Everything in namespaces of its own, CMD as if in a Pod.
    pub(super) as_pod: bool,
    /// Write kube-apiserver's audit log.
    pub(super) audit: bool,
    /// Nodes and pods that seem to run: kube-scheduler and kwok.
    pub(super) kwok: bool,
    pub(super) oidc: Oidc,
    /// Appended to kube-apiserver's own arguments, so that they win.
    pub(super) apiserver_args: Vec<String>,
    /// Appended to etcd's own arguments, so that they win.
    pub(super) etcd_args: Vec<String>,
    /// The program to run and its arguments; never empty.
    pub(super) command: Vec<OsString>,
}

/// Reads everything after the word `cluster`.
///
/// # Errors
/// Anything that is not understood, named.
pub(super) fn parse(args: &[OsString]) -> Result<Verb, Error> {
    let Some((verb, rest)) = args.split_first() else {
        return Err(usage("a verb is missing: build, run, check or control"));
    };
    match verb.to_str() {
        Some("help" | "--help" | "-h") => Ok(Verb::Help),
        Some("build") => build(rest),
        Some("run") => run(rest),
        Some("check") => nothing_more(rest).map(|()| Verb::Check),
        Some("control") => control(rest),
        Some("__keep") => keep(rest).map(Verb::Keep),
        Some("__child") => child(rest).map(Verb::Child),
        _ => Err(usage(format!(
            "no verb {verb:?}: build, run, check or control"
        ))),
    }
}

fn build(args: &[OsString]) -> Result<Verb, Error> {
    match args {
        [] => Ok(Verb::Build { all: false }),
        [all, rest @ ..] if all == "--all" => {
            nothing_more(rest).map(|()| Verb::Build { all: true })
        }
        [help, ..] if help == "--help" || help == "-h" => Ok(Verb::Help),
        [other, ..] => Err(unknown(other)),
    }
}

fn run(args: &[OsString]) -> Result<Verb, Error> {
    let mut run = Run::default();
    let mut issuer = PartialIssuer::default();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let text = arg.to_str().ok_or_else(|| unknown(arg))?;
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (text, None),
        };
        let mut needed = || {
            value
                .clone()
                .or_else(|| args.next().and_then(|arg| arg.to_str()).map(str::to_owned))
                .ok_or_else(|| usage(format!("{name} needs a value")))
        };
        match name {
            "--apiserver-arg" => run.apiserver_args.push(needed()?),
            "--etcd-arg" => run.etcd_args.push(needed()?),
            "--oidc-issuer" => issuer.url = Some(needed()?),
            "--oidc-client-id" => issuer.client = Some(needed()?),
            "--oidc-ca" => issuer.ca = Some(needed()?.into()),
            "--oidc" if value.is_none() => run.oidc = Oidc::Later,
            "--kwok" if value.is_none() => run.kwok = true,
            "--as-pod" if value.is_none() => run.as_pod = true,
            "--audit" if value.is_none() => run.audit = true,
            "--help" | "-h" if value.is_none() => return Ok(Verb::Help),
            "--" if value.is_none() => {
                run.command = args.cloned().collect();
                break;
            }
            _ => return Err(unknown(arg)),
        }
    }
    if let Some(issuer) = issuer.whole()? {
        run.oidc = Oidc::Of(issuer);
    }
    if run.command.is_empty() {
        return Err(usage("there is no command to run: write it after --"));
    }
    Ok(Verb::Run(run))
}

/// What the `--oidc-…` options have said so far.
#[derive(Default)]
struct PartialIssuer {
    url: Option<String>,
    client: Option<String>,
    ca: Option<PathBuf>,
}

impl PartialIssuer {
    fn whole(self) -> Result<Option<Issuer>, Error> {
        match self {
            Self {
                url: Some(url),
                client,
                ca,
            } => Ok(Some(Issuer {
                url,
                client: client.unwrap_or_else(|| oidc::CLIENT.to_owned()),
                ca,
            })),
            Self {
                client: None,
                ca: None,
                ..
            } => Ok(None),
            _ => Err(usage(
                "--oidc-client-id and --oidc-ca say more about --oidc-issuer, which is missing",
            )),
        }
    }
}

/// `control ORDER…`: what the order means is known by whoever reads the socket.
fn control(args: &[OsString]) -> Result<Verb, Error> {
    let word = |arg: &OsString| arg.to_str().map(str::to_owned).ok_or_else(|| unknown(arg));
    let words: Vec<String> = args.iter().map(word).collect::<Result<_, _>>()?;
    if words.is_empty() {
        return Err(usage(
            "control needs an order, see `cargo xtask cluster help`",
        ));
    }
    Ok(Verb::Control(words))
}

/// `__keep DIRECTORY LIFELINE GROUP FOLDER EXTRAS KUBECTL run …`: see [`Assignment::to_args`].
fn keep(args: &[OsString]) -> Result<Assignment, Error> {
    let [
        directory,
        lifeline,
        group,
        folder,
        extras,
        kubectl,
        again @ ..,
    ] = args
    else {
        return Err(usage("__keep is internal"));
    };
    let Verb::Run(run) = parse(again)? else {
        return Err(usage("__keep is internal"));
    };
    Ok(Assignment {
        directory: PathBuf::from(directory),
        lifeline: number(lifeline)?,
        group: number(group)?,
        folder: PathBuf::from(folder),
        extras: PathBuf::from(extras),
        kubectl: PathBuf::from(kubectl),
        run,
    })
}

/// `__child PARENT PROGRAM [ARG]...`
fn child(args: &[OsString]) -> Result<Child, Error> {
    let [parent, program, arguments @ ..] = args else {
        return Err(usage("__child is internal"));
    };
    Ok(Child {
        parent: number(parent)?,
        program: program.clone(),
        arguments: arguments.to_vec(),
    })
}

fn number<T: std::str::FromStr>(arg: &OsStr) -> Result<T, Error> {
    arg.to_str()
        .and_then(|text| text.parse().ok())
        .ok_or_else(|| usage(format!("{arg:?} is not a number")))
}

fn nothing_more(args: &[OsString]) -> Result<(), Error> {
    args.first().map_or(Ok(()), |arg| Err(unknown(arg)))
}

fn unknown(arg: &OsStr) -> Error {
    usage(format!("no option {arg:?}, see `cargo xtask cluster help`"))
}

fn usage(what: impl Into<String>) -> Error {
    Error::new(Exit::Usage, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    fn check(line: &str, expected: Verb) {
        assert_eq!(parse(&words(line)).unwrap(), expected, "{line}");
    }

    fn refused(line: &str, expected: &str) {
        let error = parse(&words(line)).unwrap_err();
        assert_eq!(error.to_string(), expected, "{line}");
        assert_eq!(error.exit_code(), 64, "{line}");
    }

    #[test]
    fn reads_every_verb() {
        check("help", Verb::Help);
        check("run --help", Verb::Help);
        check("build", Verb::Build { all: false });
        check("control rotate-ca", Verb::Control(vec!["rotate-ca".into()]));
        check("build --all", Verb::Build { all: true });
        check("check", Verb::Check);
        check(
            "__child 7 sh -c true",
            Verb::Child(Child {
                parent: 7,
                program: "sh".into(),
                arguments: words("-c true"),
            }),
        );
    }

    #[test]
    fn keeps_the_options_apart_from_the_command() {
        let expected = Run {
            as_pod: true,
            audit: true,
            kwok: true,
            oidc: Oidc::Later,
            apiserver_args: vec!["--goaway-chance=0.02".into(), "--v=4".into()],
            etcd_args: vec!["--log-level=debug".into()],
            command: words("sh --audit -- -c true"),
        };
        check(
            "run --as-pod --audit --kwok --oidc --apiserver-arg=--goaway-chance=0.02 --apiserver-arg --v=4 \
             --etcd-arg=--log-level=debug -- sh --audit -- -c true",
            Verb::Run(expected),
        );
    }

    #[test]
    fn an_issuer_is_put_together_from_its_options() {
        let expected = |client: &str, ca: Option<&str>| {
            Verb::Run(Run {
                oidc: Oidc::Of(Issuer {
                    url: "https://127.0.0.1:1".into(),
                    client: client.into(),
                    ca: ca.map(PathBuf::from),
                }),
                command: words("true"),
                ..Run::default()
            })
        };
        let line = "run --oidc-issuer=https://127.0.0.1:1 -- true";
        check(line, expected("kubernetes", None));
        let line =
            "run --oidc-ca /c --oidc-client-id=app --oidc-issuer=https://127.0.0.1:1 -- true";
        check(line, expected("app", Some("/c")));
    }

    #[test]
    fn refuses_what_it_does_not_understand() {
        refused("", "a verb is missing: build, run, check or control");
        refused("fly", "no verb \"fly\": build, run, check or control");
        refused(
            "check now",
            "no option \"now\", see `cargo xtask cluster help`",
        );
        refused(
            "run --as-pod=yes -- true",
            "no option \"--as-pod=yes\", see `cargo xtask cluster help`",
        );
        refused(
            "run true",
            "no option \"true\", see `cargo xtask cluster help`",
        );
        refused("run --", "there is no command to run: write it after --");
        refused("run", "there is no command to run: write it after --");
        refused(
            "run --oidc --oidc-ca=/c -- true",
            "--oidc-client-id and --oidc-ca say more about --oidc-issuer, which is missing",
        );
        refused(
            "control",
            "control needs an order, see `cargo xtask cluster help`",
        );
        refused("run --etcd-arg", "--etcd-arg needs a value");
        refused("__child x sh", "\"x\" is not a number");
    }

    #[test]
    fn the_keeper_reads_what_the_front_wrote() {
        let run = words("run --audit -- echo hello");
        let Verb::Run(options) = parse(&run).unwrap() else {
            panic!("run is run");
        };
        let assignment = Assignment {
            directory: "/tmp/a b".into(),
            lifeline: 9,
            group: 4711,
            folder: "/cache/x".into(),
            extras: "/cache/y".into(),
            kubectl: "/cache/x/kubectl".into(),
            run: options,
        };
        let mut line = vec![OsString::from("__keep")];
        line.extend(assignment.to_args(&run));
        assert_eq!(parse(&line).unwrap(), Verb::Keep(assignment));
    }
}
