//! The pages' six programs: Go, Python and JavaScript run beside ours; Java, C# and Haskell are held to their texts.

use std::collections::BTreeSet;
use std::env;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use xshell::Shell;

use crate::section::Section;
use crate::{Error, golden, programs, workspace};

const NAMES: [&str; 6] = [
    "six_go",
    "six_python",
    "six_javascript",
    "six_java",
    "six_csharp",
    "six_haskell",
];
const PYTHON_CLIENT: &str = "kubernetes==37.0.2";
/// The last one whose calls are the page's.
const JAVASCRIPT_CLIENT: &str = "@kubernetes/client-node@0.22.3";
/// The page's program prints an object as node shows objects, which is cut off below two levels: this writes all of it.
const WHOLE: &str = "console.log = (value) => process.stdout.write(JSON.stringify(value));\n";

/// Prepares the programs, starts a cluster, and compares inside of it.
pub(super) fn run() -> Result<bool, Error> {
    let _section = Section::open("pages six");
    let folder = tempfile::tempdir()?;
    let built = programs::examples(NAMES)?;
    for (name, program) in NAMES.iter().zip(&built) {
        std::os::unix::fs::symlink(program, folder.path().join(name))?;
    }
    go(folder.path())?;
    python(folder.path())?;
    javascript(folder.path())?;
    let status = programs::cluster_run(&["--kwok"])?
        .arg(env::current_exe()?)
        .args(["pages", "--inside"])
        .arg(folder.path())
        .status()?;
    Ok(status.success())
}

fn go(folder: &Path) -> Result<(), Error> {
    let sh = Shell::new()?;
    sh.change_dir(workspace::root().join(golden::MODULE));
    let go = golden::find_go(&sh)?;
    golden::build(&sh, &go, "./pages", &folder.join("go"))
}

fn python(folder: &Path) -> Result<(), Error> {
    let place = folder.join("python");
    well(Command::new("python3").args(["-m", "venv"]).arg(&place))?;
    let quiet = ["install", "--quiet", "--disable-pip-version-check"];
    well(
        Command::new(place.join("bin/pip"))
            .args(quiet)
            .arg(PYTHON_CLIENT),
    )?;
    std::fs::write(folder.join("list.py"), include_str!("list.py"))?;
    Ok(())
}

fn javascript(folder: &Path) -> Result<(), Error> {
    let quiet = ["install", "--silent", "--no-audit", "--no-fund", "--prefix"];
    well(
        Command::new("npm")
            .args(quiet)
            .arg(folder)
            .arg(JAVASCRIPT_CLIENT),
    )?;
    std::fs::write(folder.join("list.js"), include_str!("list.js"))?;
    std::fs::write(folder.join("whole.js"), WHOLE)?;
    Ok(())
}

/// Inside of the cluster: makes pods, asks everybody, prints where they differ.
pub(super) fn compare(folder: &Path) -> Result<std::process::ExitCode, Error> {
    pods()?;
    let ours = |name: &str| well(&mut Command::new(folder.join(name)));
    let python = folder.join("python/bin/python");
    let python = well(Command::new(python).arg(folder.join("list.py")))?;
    let javascript = well(Command::new("node").current_dir(folder).args([
        "--require",
        "./whole.js",
        "list.js",
    ]))?;
    let words = [
        (
            "go",
            same(
                &well(&mut Command::new(folder.join("go")))?,
                &ours("six_go")?,
            ),
        ),
        ("python", same(&python, &ours("six_python")?)),
        ("js", same_names(&javascript, &ours("six_javascript")?)?),
    ];
    let names = texts(
        &ours("six_java")?,
        &ours("six_csharp")?,
        &ours("six_haskell")?,
    );
    if let Err(why) = &names {
        println!("FAILED {why}");
    }
    let line =
        words.map(|(name, equal)| format!("{name}={}", if equal { "equal" } else { "differs" }));
    println!("{}", line.join(" "));
    let all = words.iter().all(|(_, equal)| *equal) && names.is_ok();
    Ok(std::process::ExitCode::from(u8::from(!all)))
}

/// Two in `default`, one of them with an address; one elsewhere.
fn pods() -> Result<(), Error> {
    let kubectl = programs::cluster_kubectl()?;
    let kubectl = |line: &str| well(Command::new(&kubectl).args(line.split(' ')));
    kubectl("create namespace other")?;
    kubectl("run web --image=registry.example/web:1")?;
    kubectl("run db --image=registry.example/db:1 --namespace=other")?;
    let nowhere = r#"--overrides={"spec":{"nodeSelector":{"no":"such"}}}"#;
    kubectl(&format!(
        "run waits --image=registry.example/web:1 {nowhere}"
    ))?;
    kubectl("wait --for=condition=Ready pod/web --timeout=60s")?;
    kubectl("wait --for=condition=Ready pod/db --namespace=other --timeout=60s")?;
    Ok(())
}

/// What Java, C# and Haskell print by the page.
fn texts(java: &str, csharp: &str, haskell: &str) -> Result<(), Error> {
    let has = |program: &str, text: &str, wanted: &[&str]| {
        if text.lines().collect::<Vec<_>>() == wanted {
            Ok(())
        } else {
            Err(Error::from(format!(
                "{program}: wanted {wanted:?} in:\n{text}"
            )))
        }
    };
    has("java", java, &["Listing all pods: ", "waits", "web", "db"])?;
    has("csharp", csharp, &["Starting Request!", "waits", "web"])?;
    for name in ["waits", "web", "db"] {
        if !haskell.contains(&format!("Some({name:?})")) {
            return Err(format!("haskell: no {name} in:\n{haskell}").into());
        }
    }
    Ok(())
}

fn same(theirs: &str, ours: &str) -> bool {
    if theirs != ours {
        println!("FAILED theirs:\n{theirs}ours:\n{ours}");
    }
    theirs == ours
}

fn same_names(theirs: &str, ours: &str) -> Result<bool, Error> {
    let (theirs, ours) = (names(theirs)?, names(ours)?);
    if theirs != ours || ours.is_empty() {
        println!("FAILED theirs: {theirs:?}, ours: {ours:?}");
    }
    Ok(theirs == ours && !ours.is_empty())
}

fn names(list: &str) -> Result<BTreeSet<String>, Error> {
    let list: Value = serde_json::from_str(list)?;
    let items = list["items"].as_array().ok_or("a list without items")?;
    let name = |item: &Value| item["metadata"]["name"].as_str().map(str::to_owned);
    Ok(items.iter().filter_map(name).collect())
}

/// The standard output of a program that must end well.
fn well(command: &mut Command) -> Result<String, Error> {
    let output = command.output()?;
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(out);
    }
    let err = String::from_utf8_lossy(&output.stderr);
    Err(format!("{command:?}: {}\n{out}{err}", output.status).into())
}
