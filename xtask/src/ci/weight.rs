//! How many crates a small program builds, our own and the program included: `examples/weight`, counted with `cargo tree`.

use xshell::Shell;

use super::Outcome;
use crate::Error;
use crate::measure::distinct;
use crate::workspace::cargo;

/// A way to build the program, and the most crates that it may have then.
const LIMITS: [(&[&str], usize); 4] = [
    (&[], 80),
    (&["--no-default-features"], 70), // ring and http2 alone
    (&["--features", "k8s-openapi"], 82),
    (&["--no-default-features", "--features", "k8s-openapi"], 72),
];

/// Fails when one of the ways has more crates than it may.
pub(super) fn check(sh: &Shell) -> Outcome {
    match over(sh, &LIMITS) {
        Ok(over) if over.is_empty() => Outcome::Passed,
        Ok(over) => Outcome::Failed(over.join(", ").into()),
        Err(error) => Outcome::Failed(error),
    }
}

/// The ways that have more crates than they may; prints how many each has.
fn over(sh: &Shell, limits: &[(&[&str], usize)]) -> Result<Vec<String>, Error> {
    let mut over = Vec::new();
    for (features, limit) in limits {
        let found = count(sh, features)?;
        let way = format!("weight {}: {found} crates of {limit}", features.join(" "));
        println!("{way}");
        if found > *limit {
            over.push(way);
        }
    }
    Ok(over)
}

/// On Linux, whatever this is: the limits are for what goes into an image.
fn count(sh: &Shell, features: &[&str]) -> Result<usize, Error> {
    let args = [
        "tree",
        "--locked",
        "-p",
        "weight",
        "-e",
        "normal",
        "--target",
        "x86_64-unknown-linux-gnu",
        "--prefix",
        "none",
    ];
    let tree = cargo(sh, &[&args, features].concat()).quiet().read()?;
    Ok(distinct(&tree))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace;

    #[test]
    fn a_small_program_is_as_light_as_it_must_be_and_a_limit_below_it_is_noticed() {
        let sh = Shell::new().unwrap();
        sh.change_dir(workspace::root());
        assert_eq!(over(&sh, &LIMITS).unwrap(), Vec::<String>::new());
        let alone: &[&str] = &["--no-default-features"];
        let found = count(&sh, alone).unwrap();
        let limits = [(alone, found), (alone, found - 1)];
        let expected = format!(
            "weight --no-default-features: {found} crates of {}",
            found - 1
        );
        assert_eq!(over(&sh, &limits).unwrap(), [expected]);
    }
}
