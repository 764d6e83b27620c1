//! `cargo xtask edits`: a kubeconfig under several writers and a real kubectl, and under SIGKILL at every system call.
//!
//! The last line is `kills=N torn=N edits=N kubectl=N lost=N`, with `skipped=WHY` when a part could not run. `lost` counts changes of ours that are
//! gone though no kubectl is to blame: kubectl reads before it locks, and takes away what came in between.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use xshell::Shell;

use crate::section::Section;
use crate::{Error, flags, golden, programs, workspace};

mod contend;
mod kill;

/// What a part found.
#[derive(Debug, Default)]
struct Found {
    kills: usize,
    torn: usize,
    edits: usize,
    kubectl: usize,
    lost: usize,
    skipped: Vec<String>,
}

/// Runs both parts; fails on the first fault, and when a part could not run.
pub(crate) fn run(flags: &flags::Edits) -> Result<ExitCode, Error> {
    let root = workspace::root();
    let sh = Shell::new()?;
    sh.change_dir(&root);
    let program = programs::example("k8s-config", "edit")?;
    let mut found = Found::default();
    {
        let _section = Section::open("edits kill");
        kill::everywhere(&program, &mut found)?;
    }
    {
        let _section = Section::open("edits contend");
        let kubectl = kubectl(&sh, &root)?;
        contend::all(&program, kubectl, flags.seconds.unwrap_or(30), &mut found)?;
    }
    let Found {
        kills,
        torn,
        edits,
        kubectl,
        lost,
        skipped,
    } = &found;
    let skipped = if skipped.is_empty() {
        String::new()
    } else {
        format!(" skipped={}", skipped.join(", "))
    };
    println!("kills={kills} torn={torn} edits={edits} kubectl={kubectl} lost={lost}{skipped}");
    let good = *torn == 0 && *lost == 0 && skipped.is_empty() && *kills > 0 && *edits > 0;
    Ok(ExitCode::from(u8::from(!good)))
}

/// kubectl, built from the sources that the real control plane is built from; `Err` inside is why there is no Go to build with.
fn kubectl(sh: &Shell, root: &Path) -> Result<Result<PathBuf, String>, Error> {
    let _dir = sh.push_dir(root.join(golden::MODULE));
    let go = match golden::find_go(sh) {
        Ok(go) => go,
        Err(why) => return Ok(Err(why)),
    };
    let program = root.join("target/edits/kubectl");
    golden::build(sh, &go, "k8s.io/kubernetes/cmd/kubectl", &program)?;
    Ok(Ok(program))
}

/// The names of the contexts, as kubectl reads the file, or as our text has them.
fn contexts(kubectl: Option<&Path>, file: &Path) -> Result<Vec<String>, Error> {
    let Some(kubectl) = kubectl else {
        let text = std::fs::read_to_string(file)?;
        let names = text
            .lines()
            .filter_map(|line| line.trim_start_matches([' ', '-']).strip_prefix("name: "));
        return Ok(names
            .map(|name| name.trim_matches('"').to_owned())
            .collect());
    };
    let output = Command::new(kubectl)
        .args(["config", "get-contexts", "-o", "name", "--kubeconfig"])
        .arg(file)
        .output()?;
    if !output.status.success() {
        return Err(format!(
            "kubectl cannot read what was written: {}",
            String::from_utf8_lossy(&output.stderr)
        )
        .into());
    }
    Ok(String::from_utf8(output.stdout)?
        .lines()
        .map(str::to_owned)
        .collect())
}
