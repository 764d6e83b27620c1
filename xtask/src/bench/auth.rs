//! `bench auth`: a layer that puts the token of a file on each request, alone over a service that does nothing.

use std::fmt::Write as _;
use std::fs;

use xshell::{Shell, cmd};

use super::kubeconfig::token;
use super::page::locked_version;
use super::{build, fnv, median, number, value};
use crate::Error;

/// A round's requests, and those whose allocations are counted.
const TIMED: u32 = 1_000_000;
const COUNTED: u32 = 100_000;
/// As long as the token of a service account is.
const TOKEN_LENGTH: usize = 1000;

/// A service: what it costs a request.
#[derive(Debug)]
struct Cost {
    elapsed_ns: f64,
    cpu_ns: f64,
    allocations: f64,
    bytes: f64,
}

/// Builds, runs, and answers with a table.
pub(super) fn measure(sh: &Shell, rounds: usize) -> Result<String, Error> {
    let [time, count] = build("bench-auth", ["auth-time", "auth-allocations"])?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("token");
    let token = token(&mut fastrand::Rng::with_seed(6), TOKEN_LENGTH);
    fs::write(&file, &token)?;
    let (timed, counted) = (TIMED.to_string(), COUNTED.to_string());
    let rounds = rounds.to_string();
    let times = cmd!(sh, "{time} {file} {timed} {rounds}").quiet().read()?;
    let counts = cmd!(sh, "{count} {file} {counted}").quiet().read()?;
    check(&times, TIMED, &token)?;
    check(&counts, COUNTED, &token)?;
    let cost = |name| cost(&times, &counts, name);
    table(&[
        ("nothing around it".to_owned(), cost("bare")?),
        (
            "k8s-auth: `AuthorizeLayer`, `TokenFile`".to_owned(),
            cost("ours")?,
        ),
        (
            format!("kube {}: `auth_layer()`", locked_version("kube")?),
            cost("kube")?,
        ),
    ])
}

/// Every request must have carried the token, in a header that is marked sensitive; but those of the bare service nothing.
fn check(printed: &str, requests: u32, token: &str) -> Result<(), Error> {
    let header = format!("Bearer {token}");
    let sum = u64::from(requests) * u64::try_from(header.len())?;
    let expected = format!("{sum}-{:016x}-sensitive", fnv(header.as_bytes()));
    for line in printed.lines() {
        let bare = value(line, "name")? == "bare";
        if value(line, "checksum")? != if bare { "none" } else { &expected } {
            return Err(format!("unlike work: {line}, expected {expected}").into());
        }
    }
    Ok(())
}

fn cost(times: &str, counts: &str, name: &str) -> Result<Cost, Error> {
    let prefix = format!("name={name} ");
    let of = |printed: &str, key: &str, requests: u32| -> Result<f64, Error> {
        let lines = printed.lines().filter(|line| line.starts_with(&prefix));
        let values = lines
            .map(|line| number(line, key))
            .collect::<Result<Vec<f64>, Error>>()?;
        if values.is_empty() {
            return Err(format!("no line of {name}").into());
        }
        Ok(median(values) / f64::from(requests))
    };
    Ok(Cost {
        elapsed_ns: of(times, "elapsed_ns", TIMED)?,
        cpu_ns: of(times, "cpu_ns", TIMED)?,
        allocations: of(counts, "allocations", COUNTED)?,
        bytes: of(counts, "bytes", COUNTED)?,
    })
}

/// The first row is what the request and the service cost without a layer; it is taken off the others' last columns.
fn table(rows: &[(String, Cost); 3]) -> Result<String, Error> {
    let [(_, bare), (_, ours), _] = rows;
    let mut text = format!(
        "{TIMED} requests a round, one after the other, with a token of {TOKEN_LENGTH} bytes; allocations are those of {COUNTED} requests, counted by another program.\n\n\
         | around the service | ns a request | CPU, ns | CPU of the layer, ns | layer / ours | allocations of the layer | bytes allocated |\n\
         |---|--:|--:|--:|--:|--:|--:|\n"
    );
    for (name, cost) in rows {
        let layer = cost.cpu_ns - bare.cpu_ns;
        let ratio = layer / (ours.cpu_ns - bare.cpu_ns);
        let allocations = cost.allocations - bare.allocations;
        let bytes = cost.bytes - bare.bytes;
        write!(
            text,
            "| {name} | {:.0} | {:.0} ",
            cost.elapsed_ns, cost.cpu_ns
        )?;
        if std::ptr::eq(cost, bare) {
            writeln!(text, "| – | – | – | – |")?;
        } else {
            writeln!(
                text,
                "| {layer:.0} | {ratio:.1} | {allocations:.2} | {bytes:.0} |"
            )?;
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_unlike_work() {
        let checksum = format!("18-{:016x}-sensitive", fnv(b"Bearer ab"));
        let line = format!("name=ours checksum={checksum}\nname=bare checksum=none");
        assert!(check(&line, 2, "ab").is_ok());
        assert!(check(&line, 1, "ab").is_err());
        assert!(check(&line, 2, "ac").is_err());
        assert!(check(&line.replace("sensitive", "plain"), 2, "ab").is_err());
        assert!(check(&line.replace("ours", "bare"), 2, "ab").is_err());
    }

    #[test]
    fn takes_medians_for_one_request() {
        let times = "name=ours elapsed_ns=3000000 cpu_ns=1000000\nname=ours elapsed_ns=9000000 cpu_ns=1000000\nname=ours elapsed_ns=5000000 cpu_ns=1000000";
        let found = cost(times, "name=ours allocations=100000 bytes=0", "ours").unwrap();
        assert_eq!(
            format!(
                "{:.1} {:.1} {:.1}",
                found.elapsed_ns, found.cpu_ns, found.allocations
            ),
            "5.0 1.0 1.0"
        );
        assert_eq!(
            cost(times, "", "ours").unwrap_err().to_string(),
            "no line of ours"
        );
    }
}
