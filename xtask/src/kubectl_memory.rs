//! `cargo xtask kubectl-memory`: kubectl, unmodified, against the in-memory server on its TLS socket.
//!
//! The commands stand in one list, each with what it must print. Programs of ours in Go count as one more each: they use
//! client-go's informer and its clientset, unmodified, with the content types that these choose themselves, and an
//! operator on controller-runtime. The last line is `commands=N failed=N`.

mod commands;
mod memory;

use std::env;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use xshell::Shell;

use self::commands::{COMMANDS, Expected};
pub(crate) use self::memory::Memory;
use crate::section::Section;
use crate::{Error, flags, golden, workspace};

/// Programs in Go: the module of each, and its package there.
const PROGRAMS: [(&str, &str); 3] = [
    (golden::MODULE, "./clientset"),
    (golden::MODULE, "./informer"),
    ("xtask/operator", "."),
];

/// Runs every command, also after one failed.
pub(crate) fn run(_: &flags::KubectlMemory) -> Result<ExitCode, Error> {
    let kubectl = match kubectl() {
        Ok(kubectl) => kubectl,
        Err(why) => {
            println!("commands={} failed=0 skipped={why}", COMMANDS.len());
            return Ok(ExitCode::FAILURE);
        }
    };
    let mut server = {
        let _section = Section::open("kubectl-memory build");
        Memory::start()?
    };
    let _section = Section::open("kubectl-memory");
    let (kubeconfig, folder) = (server.kubeconfig(), server.folder());
    let mut failed = 0;
    for command in COMMANDS {
        let said = ask(&kubectl, &kubeconfig, &folder, command)?;
        if let Err(why) = said {
            failed += 1;
            println!("FAILED kubectl {}\n{why}", command.line);
        }
    }
    for (module, package) in PROGRAMS {
        let name = Path::new(module).join(package);
        let name = name.file_name().unwrap_or_default().to_string_lossy();
        if let Err(why) = go(module, package, &name, &kubeconfig) {
            failed += 1;
            println!("FAILED {name}: {why}");
        }
    }
    server.stop()?;
    println!(
        "commands={} failed={failed}",
        COMMANDS.len() + PROGRAMS.len()
    );
    Ok(ExitCode::from(u8::from(failed > 0)))
}

/// The kubectl that goes with the control plane.
pub(crate) fn kubectl() -> Result<PathBuf, String> {
    let output = env::current_exe()
        .and_then(|xtask| {
            Command::new(xtask)
                .args(["cluster", "build"])
                .stderr(Stdio::inherit())
                .output()
        })
        .map_err(|error| error.to_string())?;
    let folder = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let kubectl = Path::new(&folder).join("kubectl");
    if output.status.success() && kubectl.is_file() {
        Ok(kubectl)
    } else {
        Err("no kubectl was found or built".to_owned())
    }
}

/// Builds a program of ours in Go, and lets it ask the server.
fn go(module: &str, package: &str, name: &str, kubeconfig: &Path) -> Result<(), Error> {
    let root = workspace::root();
    let sh = Shell::new()?;
    sh.change_dir(root.join(module));
    let go = golden::find_go(&sh)?;
    let program = root.join("target/golden").join(name);
    golden::build(&sh, &go, package, &program)?;
    let output = Command::new(program)
        .env("KUBECONFIG", kubeconfig)
        .output()?;
    if output.status.success() {
        print!("{name}: {}", String::from_utf8_lossy(&output.stdout));
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into())
}

/// Runs one command; the inner error is what it said instead.
fn ask(
    kubectl: &Path,
    kubeconfig: &Path,
    home: &Path,
    command: &commands::Command,
) -> Result<Result<(), String>, Error> {
    let mut child = Command::new(kubectl)
        .args(["--kubeconfig".as_ref(), kubeconfig.as_os_str()])
        .args(command.line.split(' '))
        .env("HOME", home)
        .env("KUBECACHEDIR", home.join("cache"))
        .env_remove("KUBECONFIG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(command.input.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (out, err) = (text(&output.stdout), text(&output.stderr));
    let (ends_well, found, wanted) = match command.expected {
        Expected::Out(wanted) => (true, &out, wanted),
        Expected::Err(wanted) => (false, &err, wanted),
    };
    let missing = wanted.iter().find(|part| !found.contains(**part));
    if output.status.success() == ends_well && missing.is_none() {
        return Ok(Ok(()));
    }
    let missing = missing.copied().unwrap_or_default();
    Ok(Err(format!(
        "  {}\n  wanted {missing:?}\n{out}{err}",
        output.status
    )))
}
