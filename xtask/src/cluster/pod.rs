//! Makes a Pod's surroundings out of namespaces: network, service account mount, `/etc/hosts`, an empty home.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::error::{Doing, Error, Exit};
use super::service_account::MOUNTED_AT;

/// The API server's address inside; also what CMD finds in `KUBERNETES_SERVICE_HOST`.
const SERVER: &str = "10.0.0.1";

/// The names that a Pod's DNS would resolve to it.
const NAMES: &str = "kubernetes.default.svc kubernetes.default kubernetes";

/// Covered by a tmpfs, so that the service account directory can be made without owning `/var`.
const COVERED: &str = "/run";

/// The command that enters new user, network, mount and PID namespaces; all in them die with its child.
pub(super) fn namespaces() -> Command {
    let mut command = Command::new("unshare");
    command.args(["-rnm", "--pid", "--fork", "--kill-child", "--mount-proc"]);
    command
}

/// Whether this machine can do it, before anything is started.
///
/// # Errors
/// A program is missing, the kernel refuses, or a path that is needed would be covered; each is named.
pub(super) fn check(needed: &[&Path]) -> Result<(), Error> {
    let refused = |what: String| Err(Error::new(Exit::Machine, what));
    for (name, package) in [
        ("unshare", "util-linux"),
        ("mount", "util-linux"),
        ("ip", "iproute2"),
    ] {
        if which(name).is_none() {
            return refused(format!(
                "--as-pod needs the program {name} (package {package})"
            ));
        }
    }
    for path in needed {
        if path.starts_with(COVERED) || path.starts_with("/var/run") {
            return refused(format!(
                "--as-pod covers {COVERED}, where {} lies",
                path.display()
            ));
        }
    }
    let doing = || "--as-pod needs new user namespaces".to_owned();
    let output = namespaces()
        .arg("true")
        .stdin(Stdio::null())
        .output()
        .doing(doing)?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Error::new(Exit::Machine, doing()).because(why));
    }
    Ok(())
}

/// Inside the namespaces: brings up the network and mounts what a Pod has.
pub(super) fn furnish(directory: &Path) -> Result<(), Error> {
    run("ip", &["link", "set", "lo", "up"])?;
    run("ip", &["addr", "add", &format!("{SERVER}/32"), "dev", "lo"])?;
    run(
        "mount",
        &["-t", "tmpfs", "-o", "mode=0755", "tmpfs", COVERED],
    )?;
    cover_var_run()?;
    fs::create_dir_all(MOUNTED_AT).doing(|| format!("creating {MOUNTED_AT}"))?;
    let original = fs::read_to_string("/etc/hosts").doing(|| "reading /etc/hosts".into())?;
    let copy = directory.join("hosts");
    fs::write(&copy, hosts(&original)).doing(|| format!("writing {}", copy.display()))?;
    run("mount", &["--bind", &copy.to_string_lossy(), "/etc/hosts"])?;
    let home = directory.join("home");
    fs::create_dir(&home).doing(|| format!("creating {}", home.display()))
}

/// `/var/run` is a link to `/run` nearly everywhere; where it is a folder, it is covered too.
fn cover_var_run() -> Result<(), Error> {
    let place = fs::canonicalize("/var/run").doing(|| "finding /var/run".into())?;
    if place.starts_with(COVERED) {
        return Ok(());
    }
    run(
        "mount",
        &[
            "-t",
            "tmpfs",
            "-o",
            "mode=0755",
            "tmpfs",
            &place.to_string_lossy(),
        ],
    )
}

/// Ours first: the first line that has a name wins.
fn hosts(original: &str) -> String {
    format!("{SERVER} {NAMES}\n{original}")
}

fn run(program: &str, args: &[&str]) -> Result<(), Error> {
    let doing = || format!("running {program} {}", args.join(" "));
    let output = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .output()
        .doing(doing)?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Error::new(Exit::Machine, doing()).because(why));
    }
    Ok(())
}

/// The file that a program's name stands for; `ip` is in a folder that not every user's `PATH` has.
fn which(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path)
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_names_come_before_what_the_machine_says() {
        let text = hosts("127.0.0.1 localhost\n192.0.2.7 kubernetes.default.svc\n");
        let first = text
            .lines()
            .find(|line| line.contains("kubernetes.default.svc"))
            .unwrap();
        assert!(first.starts_with("10.0.0.1 "), "{text}");
        assert!(
            text.ends_with("192.0.2.7 kubernetes.default.svc\n"),
            "{text}"
        );
        assert!(text.contains("\n127.0.0.1 localhost\n"), "{text}");
    }

    #[test]
    fn a_path_that_would_be_covered_is_refused() {
        let error = check(&[Path::new("/run/user/1000/x")])
            .unwrap_err()
            .to_string();
        // On a machine without the programs, those are named first.
        assert!(
            error.contains("/run/user/1000/x") || error.contains("needs the program"),
            "{error}"
        );
    }
}
