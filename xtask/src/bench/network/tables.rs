//! What the page says of the runs: a table for each kind of work, each row beside the one that it is compared with.

use std::fmt::Write as _;

use super::rows::{Program, Protocol, Row};
use super::run::Used;
use crate::Error;

/// A table: the scenarios in it, and what they are divided by.
struct Table {
    what: &'static str,
    scenarios: &'static [&'static str],
    /// What time and processor time are of, and how many of them make a second.
    unit: (&'static str, f64),
    /// The row that a row is compared with.
    beside: fn(&Row) -> (Program, Protocol, &'static str),
    /// What the goal says of ours; the second is of the time, or of the processor time where that says so.
    goal: fn(&Row) -> &'static str,
}

const TABLES: [Table; 5] = [
    Table {
        what: "cold start to first answer",
        scenarios: &["cold"],
        unit: ("ms", 1e3),
        beside: |row| (Program::Raw, row.protocol, "cold"),
        goal: |_| "time ≤ 1.20",
    },
    Table {
        what: "GET of bytes, one by one",
        scenarios: &["get-bytes"],
        unit: ("µs each", 1e6),
        beside: |row| (Program::Raw, row.protocol, "get-bytes"),
        goal: |_| "instructions, below",
    },
    Table {
        what: "GET typed, 32 in flight",
        scenarios: &["get-typed"],
        unit: ("µs each", 1e6),
        beside: |_| (Program::Kube, Protocol::H1, "get-typed"),
        goal: |row| match row.protocol {
            Protocol::H2 => "time ≤ 0.83",
            Protocol::H1 => "–",
        },
    },
    Table {
        what: "a list of all",
        scenarios: &[
            "list-typed",
            "list-lean",
            "list-streamed",
            "list-lean-streamed",
            "list-borrowed",
            "list-metadata",
        ],
        unit: ("ms", 1e3),
        beside: |row| match row.scenario {
            "list-metadata" => (Program::Kube, Protocol::H1, "list-metadata"),
            _ => (Program::Kube, Protocol::H1, "list-typed"),
        },
        goal: |row| match row.scenario {
            "list-typed" => "time ≤ 0.65",
            "list-lean" => "time ≤ 0.25",
            "list-borrowed" => "time ≤ 0.20",
            "list-metadata" => "time ≤ 0.70",
            _ => "–",
        },
    },
    Table {
        what: "a watch, an event",
        scenarios: &["watch-typed", "watch-lean"],
        unit: ("µs each", 1e6),
        beside: |_| (Program::Kube, Protocol::H1, "watch-typed"),
        goal: |row| match row.scenario {
            "watch-typed" => "CPU ≤ 0.80",
            _ => "CPU ≤ 0.50",
        },
    },
];

/// All tables.
pub(super) fn all(rows: &[Row], medians: &[Used]) -> Result<String, Error> {
    TABLES
        .iter()
        .map(|table| table.write(rows, medians))
        .collect()
}

impl Table {
    fn write(&self, rows: &[Row], medians: &[Used]) -> Result<String, Error> {
        let (unit, factor) = self.unit;
        let mut text = format!(
            "\n| {} | {unit} | CPU, {unit} | peak memory, MiB | time / {beside} | CPU / {beside} | goal |\n|---|--:|--:|--:|--:|--:|--:|\n",
            self.what,
            beside = self.beside_name(rows),
        );
        let of_table = |row: &&Row| self.scenarios.contains(&row.scenario);
        for row in rows.iter().filter(of_table) {
            let used = find(rows, medians, (row.program, row.protocol, row.scenario))?;
            let beside = find(rows, medians, (self.beside)(row))?;
            let each = |seconds: f64| seconds * factor / row.count.max(1) as f64;
            let goal = match row.program {
                Program::Ours => (self.goal)(row),
                _ => "–",
            };
            writeln!(
                text,
                "| {}, {}{} | {:.1} | {:.1} | {:.1} | {:.2} | {:.2} | {goal} |",
                row.program.name(),
                row.protocol,
                says(row.program, row.scenario),
                each(used.wall_s),
                each(used.cpu_s),
                used.peak_mib,
                used.wall_s / beside.wall_s,
                used.cpu_s / beside.cpu_s,
            )?;
        }
        Ok(text)
    }

    fn beside_name(&self, rows: &[Row]) -> &'static str {
        let of_table = |row: &&Row| self.scenarios.contains(&row.scenario);
        match rows.iter().find(of_table).map(|row| (self.beside)(row).0) {
            Some(Program::Raw) => "raw of the protocol",
            _ => "kube's typed",
        }
    }
}

fn find(rows: &[Row], medians: &[Used], which: (Program, Protocol, &str)) -> Result<Used, Error> {
    let at = |row: &Row| (row.program, row.protocol, row.scenario) == which;
    let found = rows.iter().position(at).and_then(|at| medians.get(at));
    Ok(*found.ok_or_else(|| format!("nobody ran {which:?}"))?)
}

/// What kind of objects, in a table of several.
const fn says(program: Program, scenario: &str) -> &'static str {
    match (scenario.as_bytes(), program) {
        (b"list-typed", Program::Ours) => ": k8s-openapi's `Pod`, decoded as it comes, held",
        (b"list-typed", Program::Kube) => ": k8s-openapi's `Pod`, held",
        (b"list-typed", _) => ": its own `Pod`, held",
        (b"list-lean", _) => ": a struct of one's own, held",
        (b"list-streamed", _) => ": `Pod`, not held",
        (b"list-lean-streamed", _) => ": a struct of one's own, not held",
        (b"list-borrowed", _) => ": three borrowed fields of full pods",
        (b"list-metadata", Program::Ours) => ": metadata alone (beside kube's metadata), not held",
        (b"list-metadata", _) => ": metadata alone, held",
        (b"watch-typed", Program::ClientGo) => ": its own `Pod`",
        (b"watch-typed", _) => ": k8s-openapi's `Pod`",
        (b"watch-lean", _) => ": a struct of one's own",
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::super::rows::ROWS;
    use super::*;

    #[test]
    fn every_row_is_in_a_table_and_has_its_peer() {
        let used = |at: usize| Used {
            wall_s: at as f64 + 1.0,
            cpu_s: 1.0,
            peak_mib: 2.0,
        };
        let medians: Vec<Used> = (0..ROWS.len()).map(used).collect();
        let text = all(&ROWS, &medians).unwrap();
        let rows = text.lines().filter(|line| line.contains(", HTTP/"));
        assert_eq!(rows.count(), ROWS.len());
        assert!(all(&ROWS, &medians[..4]).is_err());
    }

    #[test]
    fn a_row_is_divided_by_its_count_and_by_its_peer() {
        let row = |program| Row::new(program, Protocol::H1, "watch-typed").of(1000, 1);
        let rows = [row(Program::Kube), row(Program::Ours)];
        let used = |wall_s, cpu_s| Used {
            wall_s,
            cpu_s,
            peak_mib: 8.0,
        };
        let text = TABLES[4].write(&rows, &[used(0.08, 0.04), used(0.06, 0.03)]);
        let text = text.unwrap();
        let last = text.lines().last().unwrap();
        assert_eq!(
            last,
            "| k8s-client, HTTP/1.1: k8s-openapi's `Pod` | 60.0 | 30.0 | 8.0 | 0.75 | 0.75 | CPU ≤ 0.80 |"
        );
    }
}
