//! What was measured, and the tables made of it.

use std::fmt::Write as _;

use super::contender::Contender;
use super::{CONNECTIONS, MILLIS};
use crate::Error;
use crate::bench::{median, number, value};
use crate::measure::mebibytes;

/// All rounds of one proxy.
#[derive(Debug, Default)]
pub(super) struct Rounds {
    /// Milliseconds.
    pub(super) first_answer: Vec<f64>,
    /// MiB.
    pub(super) idle: Vec<f64>,
    /// MiB.
    pub(super) peak: Vec<f64>,
    pub(super) loads: Vec<Loaded>,
}

/// One load of one round.
#[derive(Debug)]
pub(super) struct Loaded {
    what: &'static str,
    /// What every answer was.
    same: String,
    bytes: f64,
    per_second: f64,
    p99_ms: f64,
    cpu_us: f64,
    busy: f64,
}

impl Loaded {
    /// From the line of the program, and the proxy's processor time meanwhile.
    pub(super) fn read(what: &'static str, line: &str, cpu: f64) -> Result<Self, Error> {
        let answers = number(line, "answers")?;
        let seconds = number(line, "elapsed_us")? / 1e6;
        Ok(Self {
            what,
            same: value(line, "checksum")?.to_owned(),
            bytes: number(line, "bytes")?,
            per_second: answers / seconds,
            p99_ms: number(line, "p99_us")? / 1000.0,
            cpu_us: cpu * 1e6 / answers,
            busy: cpu / seconds,
        })
    }
}

impl Rounds {
    fn of(&self, what: &str, get: impl Fn(&Loaded) -> f64) -> f64 {
        let loads = self.loads.iter().filter(|load| load.what == what);
        median(loads.map(get).collect())
    }
}

/// Both proxies must have handed on the same answers.
fn check(found: &[Rounds; 2]) -> Result<(), Error> {
    for (what, _) in CONNECTIONS {
        let all = found.iter().flat_map(|rounds| &rounds.loads);
        let mut same = all.filter(|load| load.what == what).map(|load| &load.same);
        let first = same.next();
        if same.any(|other| Some(other) != first) {
            return Err(format!("unlike work: {what}").into());
        }
    }
    Ok(())
}

/// The tables; ours is the first, and what it is compared with the second.
pub(super) fn write(
    contenders: &[Contender; 2],
    found: &[Rounds; 2],
    version: &str,
) -> Result<String, Error> {
    check(found)?;
    let mut text = format!(
        "kubectl is {version}. The pod has {:.0} bytes; each load lasts {:.0} s.\n",
        found[0].of("pod", |load| load.bytes),
        MILLIS as f64 / 1000.0,
    );
    for (what, connections) in CONNECTIONS {
        let (title, unit) = match what {
            "pod" => (
                format!("GET of a pod, {connections} connections"),
                "request",
            ),
            "api" => (
                format!("GET of `/api`, {connections} connections"),
                "request",
            ),
            _ => (format!("a change told to {connections} watches"), "event"),
        };
        loads(&mut text, &title, unit, what, contenders, found)?;
    }
    process(&mut text, contenders, found)?;
    Ok(text)
}

fn loads(
    text: &mut String,
    title: &str,
    unit: &str,
    what: &str,
    contenders: &[Contender; 2],
    found: &[Rounds; 2],
) -> Result<(), Error> {
    writeln!(
        text,
        "\n| {title} | {unit}s a second | p99, ms | CPU, µs each | core busy, % |\n|---|--:|--:|--:|--:|"
    )?;
    let rows = found.each_ref().map(|rounds| {
        (
            rounds.of(what, |load| load.per_second),
            rounds.of(what, |load| load.p99_ms),
            rounds.of(what, |load| load.cpu_us),
            rounds.of(what, |load| load.busy * 100.0),
        )
    });
    for (contender, (per_second, p99, cpu, busy)) in contenders.iter().zip(rows) {
        let name = contender.name;
        writeln!(
            text,
            "| `{name}` | {per_second:.0} | {p99:.2} | {cpu:.1} | {busy:.0} |"
        )?;
    }
    let [ours, theirs] = rows;
    writeln!(
        text,
        "| ratio | {:.2} | {:.2} | {:.2} | |",
        ours.0 / theirs.0,
        ours.1 / theirs.1,
        ours.2 / theirs.2,
    )?;
    let goal = if unit == "request" {
        ("≥ 3", "≤ 0.33")
    } else {
        ("–", "–")
    };
    writeln!(text, "| goal | {} | – | {} | |", goal.0, goal.1)?;
    Ok(())
}

fn process(
    text: &mut String,
    contenders: &[Contender; 2],
    found: &[Rounds; 2],
) -> Result<(), Error> {
    writeln!(
        text,
        "\n| the process | first answer, ms | memory idle, MiB | memory under load, MiB | binary, MiB |\n|---|--:|--:|--:|--:|"
    )?;
    let mut rows = Vec::new();
    for (contender, rounds) in contenders.iter().zip(found) {
        let row = [
            median(rounds.first_answer.clone()),
            median(rounds.idle.clone()),
            median(rounds.peak.clone()),
            mebibytes(contender.program.metadata()?.len()),
        ];
        let [first, idle, peak, size] = row;
        let name = contender.name;
        writeln!(
            text,
            "| `{name}` | {first:.1} | {idle:.1} | {peak:.1} | {size:.1} |"
        )?;
        rows.push(row);
    }
    let ratio = |n: usize| rows[0][n] / rows[1][n];
    writeln!(
        text,
        "| ratio | {:.2} | {:.2} | {:.2} | {:.2} |\n| goal | ≤ 0.10 | ≤ 0.17 | ≤ 0.17 | – |",
        ratio(0),
        ratio(1),
        ratio(2),
        ratio(3),
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_line() {
        let line = "answers=1000 elapsed_us=500000 p99_us=1500 bytes=6 checksum=a";
        let load = Loaded::read("pod", line, 0.25).unwrap();
        let numbers = [load.per_second, load.p99_ms, load.cpu_us, load.busy];
        assert_eq!(
            numbers.map(|n| n.to_string()),
            ["2000", "1.5", "250", "0.5"]
        );
    }

    #[test]
    fn sees_unlike_work() {
        let of = |checksum: &str| {
            let line = format!("answers=1 elapsed_us=1 p99_us=1 bytes=6 checksum={checksum}");
            Rounds {
                loads: vec![Loaded::read("pod", &line, 1.0).unwrap()],
                ..Rounds::default()
            }
        };
        assert!(check(&[of("a"), of("a")]).is_ok());
        assert!(check(&[of("a"), of("b")]).is_err());
    }
}
