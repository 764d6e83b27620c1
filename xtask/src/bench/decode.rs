//! `bench decode`: what lists and watches cost once their bytes are there: ours, kube's types as kube reads them, and `serde_json` alone.

use std::fmt::Write as _;
use std::path::Path;

use xshell::{Shell, cmd};

use super::page::locked_version;
use super::{build, median, number, value};
use crate::Error;

/// A row of a table: what the program calls it, what the page calls it, and at most what share of the table's first row it may take.
type Row = (&'static str, &'static str, Option<f64>);

const OBJECTS: [Row; 4] = [
    (
        "pod-serde_json",
        "`serde_json::from_str`, k8s-openapi's `Pod`",
        None,
    ),
    (
        "pod-whole",
        "`RawObject::decode`, the same type",
        Some(1.05),
    ),
    ("pod-skip", "the same, `managedFields` skipped", Some(0.80)),
    ("pod-lean", "a struct of one's own", Some(0.40)),
];
const LISTS: [Row; 6] = [
    (
        "list-kube",
        "kube: collected, then `ObjectList<Pod>`, held",
        None,
    ),
    ("list-held", "decoded as it arrives, held", Some(0.65)),
    (
        "list-lean-held",
        "the same, a struct of one's own",
        Some(0.25),
    ),
    ("list-streamed", "decoded as it arrives, not held", None),
    (
        "list-lean-streamed",
        "the same, a struct of one's own",
        None,
    ),
    (
        "list-three-fields",
        "three borrowed fields of full pods",
        Some(0.20),
    ),
];
const METADATA: [Row; 2] = [
    (
        "metadata-kube",
        "kube: `ObjectList<PartialObjectMeta>`",
        None,
    ),
    (
        "metadata-streamed",
        "`PartialObject`, decoded as it arrives",
        Some(0.70),
    ),
];
const WATCHES: [Row; 3] = [
    (
        "watch-kube",
        "kube: `WatchEvent<Pod>` from a text a line",
        None,
    ),
    (
        "watch-skip",
        "the same type, `managedFields` skipped",
        Some(0.80),
    ),
    ("watch-lean", "a struct of one's own", Some(0.50)),
];
/// What is held is held by a process that does nothing else: what went before would have left it its memory.
const ALONE: [&str; 3] = ["list-kube", "list-held", "list-lean-held"];
/// Splitting alone, in GB/s, at least.
const SPLIT: f64 = 1.5;
/// Peak memory of a process that streams a list, in MiB, at most.
const MEMORY: f64 = 12.0;

/// Builds, runs, and answers with the tables.
pub(super) fn measure(sh: &Shell, rounds: usize) -> Result<String, Error> {
    let [program] = build("bench-decode", ["bench-decode"])?;
    let [measured] = build("measured", ["measured"])?;
    let printed = printed(sh, &program, rounds)?;
    check(&printed)?;
    let split = cost(&printed, "split")?;
    let mut text = format!(
        "10000 pods of {:.0} bytes on average, of 120 workloads; lists and watches in pieces of 16 KiB; CPU time of the one thread.\n\
         Lists that are held are held by processes of their own.\n\n\
         Splitting a list into items: {:.2} GB/s (goal {SPLIT}).\n",
        split.bytes / split.objects,
        split.bytes / split.cpu_ns,
    );
    let kube = format!("kube-core {}", locked_version("kube-core")?);
    for (name, rows) in [
        ("An object", OBJECTS.as_slice()),
        ("A list", &LISTS),
        ("A list of metadata", &METADATA),
        ("A watch", &WATCHES),
    ] {
        text.push_str(&table(&printed, name, rows)?);
    }
    writeln!(text, "\nkube is {kube}, read as its client reads.\n")?;
    text.push_str(
        "| streamed, not held | objects | peak memory, MiB | goal |\n|---|--:|--:|--:|\n",
    );
    for objects in ["10000", "100000"] {
        for kind in ["pod", "lean"] {
            let run = cmd!(sh, "{measured} {program} --stream {objects} {kind}");
            let run = run.quiet().read()?;
            let used = run.lines().last().unwrap_or_default();
            let peak = number(used, "peak_kib")? / 1024.0;
            writeln!(text, "| {kind} | {objects} | {peak:.1} | ≤ {MEMORY:.0} |")?;
        }
    }
    Ok(text)
}

/// The lines of all runs.
fn printed(sh: &Shell, program: &Path, rounds: usize) -> Result<String, Error> {
    let tables = [OBJECTS.as_slice(), &LISTS, &METADATA, &WATCHES].into_iter();
    let names = tables.flatten().map(|(name, ..)| *name).chain(["split"]);
    let together: Vec<&str> = names.filter(|name| !ALONE.contains(name)).collect();
    let times = rounds.to_string();
    let mut printed = cmd!(sh, "{program} {times} {together...}").quiet().read()?;
    for _ in 0..rounds {
        for name in ALONE {
            printed.push('\n');
            printed.push_str(&cmd!(sh, "{program} 1 {name}").quiet().read()?);
        }
    }
    Ok(printed)
}

/// All of a kind must have read the same names.
fn check(printed: &str) -> Result<(), Error> {
    let mut expected = None;
    for line in printed
        .lines()
        .filter(|line| !line.starts_with("name=split "))
    {
        let found = (value(line, "objects")?, value(line, "checksum")?);
        if *expected.get_or_insert(found) != found {
            return Err(format!("unlike work: {line}").into());
        }
    }
    Ok(())
}

/// A workload: medians of all rounds.
#[derive(Debug)]
struct Cost {
    elapsed_ns: f64,
    cpu_ns: f64,
    objects: f64,
    bytes: f64,
}

fn cost(printed: &str, name: &str) -> Result<Cost, Error> {
    let prefix = format!("name={name} ");
    let of = |key: &str| -> Result<f64, Error> {
        let lines = printed.lines().filter(|line| line.starts_with(&prefix));
        let values = lines
            .map(|line| number(line, key))
            .collect::<Result<Vec<_>, _>>()?;
        if values.is_empty() {
            return Err(format!("no line of {name}").into());
        }
        Ok(median(values))
    };
    Ok(Cost {
        elapsed_ns: of("elapsed_ns")?,
        cpu_ns: of("cpu_ns")?,
        objects: of("objects")?,
        bytes: of("bytes")?,
    })
}

fn table(printed: &str, what: &str, rows: &[Row]) -> Result<String, Error> {
    let mut text = format!(
        "\n| {what} | elapsed, µs an object | CPU, µs an object | CPU / the first | goal |\n|---|--:|--:|--:|--:|\n"
    );
    let first = cost(printed, rows.first().map_or("", |row| row.0))?;
    for (name, says, goal) in rows {
        let cost = cost(printed, name)?;
        let each = |ns: f64| ns / cost.objects / 1000.0;
        let goal = goal.map_or_else(|| "–".to_owned(), |goal| format!("≤ {goal:.2}"));
        writeln!(
            text,
            "| {says} | {:.1} | {:.1} | {:.2} | {goal} |",
            each(cost.elapsed_ns),
            each(cost.cpu_ns),
            cost.cpu_ns / first.cpu_ns,
        )?;
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_unlike_work() {
        let line =
            |name: &str, checksum: &str| format!("name={name} objects=2 checksum={checksum}\n");
        let same = [line("a", "1"), line("split", "0"), line("b", "1")].concat();
        assert!(check(&same).is_ok());
        assert!(check(&(same + &line("c", "2"))).is_err());
    }

    #[test]
    fn a_row_is_measured_by_the_first() {
        let line = |name: &str, cpu: u32| {
            format!("name={name} elapsed_ns={cpu} cpu_ns={cpu} objects=2 bytes=4\n")
        };
        let printed = [
            line("watch-kube", 8000),
            line("watch-skip", 4000),
            line("watch-lean", 2000),
        ];
        let text = table(&printed.concat(), "w", &WATCHES).unwrap();
        let last = text.lines().last().unwrap();
        assert_eq!(
            last,
            "| a struct of one's own | 1.0 | 1.0 | 0.25 | ≤ 0.50 |"
        );
        assert!(table("", "w", &WATCHES).is_err());
    }
}
