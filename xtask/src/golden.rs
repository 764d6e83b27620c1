//! `cargo xtask golden`: tables of what Go answered, which `cargo test` reads.
//!
//! Each folder `xtask/cluster/golden/NAME` with a `main.go` is a program of ours; its comment says where its table
//! stands (`// Table: PATH`). Go builds it against the libraries that `xtask/cluster/go.mod` names; its cache is
//! keyed by source, so what has not changed is not built again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use xshell::{Shell, cmd};

use crate::flags;
use crate::section::Section;
use crate::{Error, workspace};

/// The Go module, from the root.
pub(crate) const MODULE: &str = "xtask/cluster";
/// Where Go's own installer puts it; used when `PATH` has none.
const USUAL: &str = "/usr/local/go/bin/go";

/// A program and the table that it writes.
#[derive(Debug, PartialEq, Eq)]
struct Table {
    name: String,
    /// From the root.
    path: String,
}

/// Asks Go; writes the tables, or (`--check`) compares them with what is committed.
pub(crate) fn run(flags: &flags::Golden) -> Result<ExitCode, Error> {
    let root = workspace::root();
    let tables = asked(tables(&root)?, &flags.table)?;
    let sh = Shell::new()?;
    sh.change_dir(root.join(MODULE));
    let go = match find_go(&sh) {
        Ok(go) => go,
        Err(why) => {
            println!("golden: tables={} run=0 skipped={why}", tables.len());
            return Ok(ExitCode::FAILURE);
        }
    };
    let mut differ = 0;
    for table in &tables {
        let _section = Section::open(&format!("golden {}", table.name));
        differ += usize::from(ask(&sh, &go, &root, table, flags.check)?);
    }
    let verb = if flags.check { "differ" } else { "changed" };
    println!(
        "golden: tables={} run={} {verb}={differ}",
        tables.len(),
        tables.len()
    );
    Ok(ExitCode::from(u8::from(flags.check && differ > 0)))
}

/// Every program of ours, sorted by name.
fn tables(root: &Path) -> Result<Vec<Table>, Error> {
    let mut tables = Vec::new();
    for entry in fs::read_dir(root.join(MODULE).join("golden"))? {
        let entry = entry?;
        let source = entry.path().join("main.go");
        if source.exists() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = table_path(&fs::read_to_string(&source)?)
                .ok_or_else(|| format!("{} names no table: `// Table: PATH`", source.display()))?;
            tables.push(Table { name, path });
        }
    }
    tables.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(tables)
}

fn table_path(source: &str) -> Option<String> {
    let path = source
        .lines()
        .find_map(|line| line.strip_prefix("// Table: "))?;
    Some(path.trim().to_owned())
}

fn asked(tables: Vec<Table>, names: &[String]) -> Result<Vec<Table>, Error> {
    if let Some(unknown) = names
        .iter()
        .find(|name| tables.iter().all(|table| table.name != **name))
    {
        let known: Vec<&str> = tables.iter().map(|table| table.name.as_str()).collect();
        return Err(format!("no table {unknown:?}; there are {}", known.join(", ")).into());
    }
    let wanted = |table: &Table| names.is_empty() || names.contains(&table.name);
    Ok(tables.into_iter().filter(wanted).collect())
}

/// A Go that can build this module, or what to install.
pub(crate) fn find_go(sh: &Shell) -> Result<PathBuf, String> {
    let go = [PathBuf::from("go"), PathBuf::from(USUAL)]
        .into_iter()
        .find(|go| {
            cmd!(sh, "{go} version")
                .env("GOTOOLCHAIN", "local")
                .quiet()
                .ignore_stderr()
                .read()
                .is_ok()
        })
        .ok_or(
            "no Go in PATH; install the one that xtask/cluster/go.mod asks for, or a newer one",
        )?;
    let output = cmd!(sh, "{go} list -m")
        .env("GOTOOLCHAIN", "local")
        .quiet()
        .ignore_status()
        .output();
    let output = output.map_err(|error| error.to_string())?;
    if output.status.success() {
        Ok(go)
    } else {
        let complaint = String::from_utf8_lossy(&output.stderr);
        Err(complaint
            .lines()
            .last()
            .unwrap_or("Go refuses xtask/cluster/go.mod")
            .to_owned())
    }
}

/// Builds a package of the module. Go's output stays visible: the first time it fetches and builds for minutes.
pub(crate) fn build(sh: &Shell, go: &Path, package: &str, program: &Path) -> Result<(), Error> {
    cmd!(sh, "{go} build -trimpath -o {program} {package}")
        .env("CGO_ENABLED", "0")
        .env("GOTOOLCHAIN", "local")
        .quiet()
        .run()?;
    Ok(())
}

/// Runs one program; whether its table is not what stands in the repository.
fn ask(sh: &Shell, go: &Path, root: &Path, table: &Table, check: bool) -> Result<bool, Error> {
    let package = format!("./golden/{}", table.name);
    let program = root.join("target/golden").join(&table.name);
    build(sh, go, &package, &program)?;
    let output = cmd!(sh, "{program}").quiet().ignore_status().output()?;
    if !output.status.success() {
        return Err(format!(
            "{package} failed:\n{}",
            String::from_utf8_lossy(&output.stderr)
        )
        .into());
    }
    let answered = String::from_utf8(output.stdout)?;
    let path = root.join(&table.path);
    let committed = fs::read_to_string(&path).unwrap_or_default();
    let rows = answered
        .lines()
        .filter(|line| line.starts_with("    "))
        .count();
    if answered == committed {
        println!("{}: {rows} rows, as committed", table.path);
        return Ok(false);
    }
    if check {
        println!("{}", first_difference(&table.path, &committed, &answered));
    } else {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::write(&path, answered)?;
        println!("{}: {rows} rows written", table.path);
    }
    Ok(true)
}

fn first_difference(path: &str, committed: &str, answered: &str) -> String {
    let (mut old, mut new) = (committed.lines(), answered.lines());
    let mut line = 0;
    loop {
        line += 1;
        let (old, new) = (old.next(), new.next());
        if old != new || old.is_none() {
            let [old, new] = [old, new].map(|line| line.unwrap_or("(nothing)"));
            return format!("{path}:{line}: committed {old}\n{path}:{line}: Go says   {new}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_where_a_table_stands() {
        let source =
            "// Command x asks.\n//\n// Table: crates/a/tests/golden/x.json\npackage main\n";
        assert_eq!(
            table_path(source).as_deref(),
            Some("crates/a/tests/golden/x.json")
        );
        assert_eq!(table_path("package main\n"), None);
    }

    #[test]
    fn refuses_a_table_that_is_not_there() {
        let table = || Table {
            name: "a".to_owned(),
            path: "b".to_owned(),
        };
        assert_eq!(asked(vec![table()], &[]).unwrap(), [table()]);
        assert_eq!(asked(vec![table()], &["a".to_owned()]).unwrap(), [table()]);
        let error = asked(vec![table()], &["c".to_owned()]).unwrap_err();
        assert_eq!(error.to_string(), "no table \"c\"; there are a");
    }

    #[test]
    fn shows_the_first_line_that_differs() {
        let text = first_difference("t", "a\nb\n", "a\nc\n");
        assert_eq!(text, "t:2: committed b\nt:2: Go says   c");
        let text = first_difference("t", "", "a\n");
        assert_eq!(text, "t:1: committed (nothing)\nt:1: Go says   a");
    }
}
