//! The rules of `github.com/spf13/pflag`, and cobra's for finding the command among flags.

use std::time::Duration;

use k8s_config::parse_timeout;

use super::{ArgError, Args, Flag, Kind};

/// The first argument that is no flag or the value of one, and the arguments without it.
///
/// A flag of a command may stand before its name: one that `known` does not have, and that is written without `=`, is
/// taken to have a value, as cobra does.
pub(crate) fn split_command(args: &[String], known: &[&[Flag]]) -> Option<(String, Vec<String>)> {
    let mut at = 0;
    while let Some(arg) = args.get(at) {
        match arg.as_str() {
            "--" => return None,
            flag if flag.len() > 1 && flag.starts_with('-') => {
                at += 1 + usize::from(takes_next(flag, known));
            }
            name => {
                let rest = [&args[..at], &args[at + 1..]].concat();
                return Some((name.to_owned(), rest));
            }
        }
    }
    None
}

fn takes_next(arg: &str, known: &[&[Flag]]) -> bool {
    if arg.contains('=') {
        return false;
    }
    let mut flags = known.iter().flat_map(|flags| flags.iter());
    let flag = match arg.strip_prefix("--") {
        Some("help") => return false,
        Some(name) => flags.find(|flag| flag.long == name),
        None if arg.chars().count() > 2 || arg == "-h" => return false,
        None => flags.find(|flag| flag.short == arg.chars().nth(1)),
    };
    flag.is_none_or(|flag| !matches!(flag.kind, Kind::Bool(_)))
}

/// Reads the arguments of a command that knows these flags.
pub(crate) fn parse(args: Vec<String>, flags: Vec<Flag>) -> Result<Args, ArgError> {
    let mut read = Args {
        defaults: flags,
        ..Args::default()
    };
    let mut args = args.into_iter();
    while let Some(arg) = args.next() {
        if arg == "--" {
            read.positional.extend(args);
            break;
        }
        if let Some(long) = arg.strip_prefix("--") {
            read.long(&arg, long, &mut args)?;
        } else if arg.len() > 1 && arg.starts_with('-') {
            read.shorts(&arg[1..], &mut args)?;
        } else {
            read.positional.push(arg);
        }
    }
    Ok(read)
}

impl Args {
    fn long(
        &mut self,
        arg: &str,
        text: &str,
        rest: &mut impl Iterator<Item = String>,
    ) -> Result<(), ArgError> {
        if text.starts_with(['-', '=']) {
            return Err(ArgError::BadSyntax(arg.to_owned()));
        }
        let (name, value) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (text, None),
        };
        let Some(flag) = self.defaults.iter().find(|flag| flag.long == name).copied() else {
            if name == "help" {
                self.help = true;
                return Ok(());
            }
            return Err(ArgError::UnknownFlag(name.to_owned()));
        };
        let value = match (value, flag.kind) {
            (Some(value), _) => value,
            (None, Kind::Bool(_)) => "true".to_owned(),
            (None, _) => rest
                .next()
                .ok_or_else(|| ArgError::NoValue(name.to_owned()))?,
        };
        self.set(flag, value)
    }

    /// `-n ns`, `-nns`, `-n=ns`, `-An ns`.
    fn shorts(
        &mut self,
        mut among: &str,
        rest: &mut impl Iterator<Item = String>,
    ) -> Result<(), ArgError> {
        while let Some(short) = among.chars().next() {
            let after = &among[short.len_utf8()..];
            let Some(flag) = self
                .defaults
                .iter()
                .find(|flag| flag.short == Some(short))
                .copied()
            else {
                if short == 'h' {
                    self.help = true;
                    among = after;
                    continue;
                }
                let among = among.to_owned();
                return Err(ArgError::UnknownShort { flag: short, among });
            };
            let value = match (after.strip_prefix('='), flag.kind) {
                (Some(value), _) if !value.is_empty() => value.to_owned(),
                (_, Kind::Bool(_)) => {
                    self.set(flag, "true".to_owned())?;
                    among = after;
                    continue;
                }
                _ if !after.is_empty() => after.to_owned(),
                _ => rest.next().ok_or_else(|| ArgError::NoShortValue {
                    flag: short,
                    among: among.to_owned(),
                })?,
            };
            return self.set(flag, value);
        }
        Ok(())
    }

    fn set(&mut self, flag: Flag, value: String) -> Result<(), ArgError> {
        let name = || match flag.short {
            Some(short) => format!("-{short}, --{}", flag.long),
            None => format!("--{}", flag.long),
        };
        match flag.kind {
            Kind::Bool(_) if boolean(&value).is_none() => Err(ArgError::NotABool {
                value,
                flag: name(),
            }),
            Kind::Int(_) if value.parse::<u32>().is_err() => Err(ArgError::NotAnInt {
                value,
                flag: name(),
            }),
            Kind::Duration(_) => match duration(&value) {
                Ok(_) => self.give(flag, value),
                Err(why) => Err(ArgError::NotADuration {
                    value,
                    flag: name(),
                    why,
                }),
            },
            _ => self.give(flag, value),
        }
    }

    fn give(&mut self, flag: Flag, value: String) -> Result<(), ArgError> {
        self.given.push((flag, value));
        Ok(())
    }
}

/// Go's `strconv.ParseBool`.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// Go's `time.ParseDuration`; what is negative is nothing.
pub(super) fn duration(text: &str) -> Result<Duration, &'static str> {
    let (is_negative, amount) = match text.strip_prefix('-') {
        Some(amount) => (true, amount),
        None => (false, text),
    };
    if amount.parse::<u64>().is_ok_and(|number| number != 0) {
        return Err("missing unit in");
    }
    let duration = parse_timeout(amount).map_err(|_| "invalid")?;
    Ok(duration.filter(|_| !is_negative).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLAGS: &[Flag] = &[
        Flag::new("namespace", Kind::Text(""), "").short('n'),
        Flag::new("all-namespaces", Kind::Bool(false), "").short('A'),
        Flag::new("output", Kind::Text(""), "").short('o'),
        Flag::new("verbs", Kind::List, ""),
        Flag::new("as-group", Kind::Repeated, ""),
        Flag::new("chunk-size", Kind::Int(500), ""),
        Flag::new("keepalive", Kind::Duration("1m"), ""),
    ];

    fn read(args: &[&str]) -> Result<Args, ArgError> {
        parse(
            args.iter().map(|arg| (*arg).to_owned()).collect(),
            FLAGS.to_vec(),
        )
    }

    #[test]
    fn takes_a_value_in_every_form() {
        for args in [
            ["-n", "x"].as_slice(),
            &["-nx"],
            &["-n=x"],
            &["--namespace", "x"],
            &["--namespace=x"],
            &["-An", "x"],
            &["-Anx"],
            &["-n", "y", "--namespace=x"],
        ] {
            let read = read(args).unwrap();
            assert_eq!(read.text("namespace"), "x", "{args:?}");
            assert_eq!(read.is("all-namespaces"), args[0].starts_with("-A"));
        }
        assert_eq!(read(&["-o="]).unwrap().text("output"), "=");
        assert_eq!(read(&["-n", "-A"]).unwrap().text("namespace"), "-A");
    }

    #[test]
    fn takes_flags_between_arguments_until_two_dashes() {
        let read = read(&["pods", "-n", "x", "-", "--all-namespaces=false", "--", "-A"]).unwrap();
        assert_eq!(read.positional(), ["pods", "-", "-A"]);
        assert!(!read.is("all-namespaces") && read.is_given("all-namespaces"));
    }

    #[test]
    fn repeats_lists() {
        let read = read(&[
            "--verbs=a,b",
            "--verbs",
            "c",
            "--as-group=x,y",
            "--chunk-size=7",
        ])
        .unwrap();
        assert_eq!(read.list("verbs"), ["a", "b", "c"]);
        assert_eq!(read.list("as-group"), ["x,y"]);
        assert_eq!(read.int("chunk-size"), 7);
    }

    #[test]
    fn takes_the_durations_of_go() {
        for (args, seconds) in [
            (["--keepalive=90s"].as_slice(), 90),
            (&["--keepalive", "1h1m"], 3660),
            (&["--keepalive=0"], 0),
            (&["--keepalive=-5s"], 0),
            (&[], 60),
        ] {
            let read = read(args).unwrap();
            assert_eq!(read.duration("keepalive"), Duration::from_secs(seconds));
        }
    }

    #[test]
    fn complains_in_the_words_of_pflag() {
        for (args, text) in [
            (["--foo"].as_slice(), "unknown flag: --foo"),
            (&["-Ax"], "unknown shorthand flag: 'x' in -x"),
            (&["-n"], "flag needs an argument: 'n' in -n"),
            (&["--namespace"], "flag needs an argument: --namespace"),
            (
                &["--keepalive=x"],
                "invalid argument \"x\" for \"--keepalive\" flag: time: invalid duration \"x\"",
            ),
            (
                &["--keepalive=5"],
                "invalid argument \"5\" for \"--keepalive\" flag: time: missing unit in duration \"5\"",
            ),
            (&["---x"], "bad flag syntax: ---x"),
            (
                &["-A=maybe"],
                "invalid argument \"maybe\" for \"-A, --all-namespaces\" flag: strconv.ParseBool: parsing \"maybe\": invalid syntax",
            ),
        ] {
            assert_eq!(read(args).unwrap_err().to_string(), text);
        }
    }

    #[test]
    fn finds_the_command_among_flags() {
        let split = |args: &[&str]| {
            let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
            split_command(&args, &[FLAGS])
        };
        let (name, rest) = split(&["-n", "x", "-A", "get", "pods"]).unwrap();
        assert_eq!(
            (name.as_str(), rest.join(" ").as_str()),
            ("get", "-n x -A pods")
        );
        let (name, _) = split(&["--unknown", "x", "-u", "y", "--e=f", "get"]).unwrap();
        assert_eq!(name, "get");
        assert!(split(&["--", "get"]).is_none() && split(&["-h"]).is_none());
    }
}
