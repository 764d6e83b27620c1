//! The shell of the two pages, with kubectl and with `k8s`, on a real control plane.
//!
//! `docs/pages/*.sh` hold it, a step a block. Each page runs in network namespaces of its own, so that its ports are free: with
//! kubectl, with `k8s`, with kubectl again, and with kubectl whose token is broken. The first two must say the same at each step,
//! the third too, and the last must not. The last line is `pages=2 steps=N differing=0`.

mod answer;
mod scene;
mod script;

use std::env;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use self::scene::Scene;
use crate::section::Section;
use crate::{Error, programs};

/// A page, and how its cluster is started.
#[derive(Clone, Copy, Debug)]
struct Page {
    name: &'static str,
    as_pod: bool,
}

const PAGES: [Page; 2] = [
    Page {
        name: "access-cluster",
        as_pod: false,
    },
    Page {
        name: "access-from-pod",
        as_pod: true,
    },
];

/// Builds `k8s`, and runs each page in a cluster of its own.
pub(super) fn run() -> Result<bool, Error> {
    let program = {
        let _section = Section::open("pages build k8s");
        programs::k8s()?
    };
    let (mut steps, mut differing) = (0, 0);
    for page in PAGES {
        let _section = Section::open(&format!("pages {}", page.name));
        let output = outside(page, &program)?.stderr(Stdio::inherit()).output()?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        print!("{text}");
        let (ran, differs) = counted(&text).ok_or_else(|| format!("{} did not end", page.name))?;
        steps += ran;
        // A comparison that could not have failed is none.
        let least = u32::from(!output.status.success());
        differing += differs.max(least);
    }
    println!("pages={} steps={steps} differing={differing}", PAGES.len());
    Ok(differing == 0)
}

/// The command that runs this verb inside of a cluster that nothing else can reach.
fn outside(page: Page, program: &Path) -> Result<Command, Error> {
    let xtask = env::current_exe()?;
    let mut command = if page.as_pod {
        // It enters namespaces by itself.
        let mut command = Command::new(&xtask);
        command.args(["cluster", "run", "--as-pod"]);
        command
    } else {
        let mut command = Command::new("unshare");
        command.args(["-rn", "sh", "-c", "ip link set lo up && exec \"$@\"", "sh"]);
        command.arg(&xtask).args(["cluster", "run"]);
        command
    };
    command.arg("--").arg(xtask);
    command.args(["pages", "--page", page.name, "--inside"]);
    command.arg(program);
    Ok(command)
}

/// What the line `page=… steps=… differing=…` says.
fn counted(text: &str) -> Option<(u32, u32)> {
    let line = text.lines().rfind(|line| line.starts_with("page="))?;
    let number = |name: &str| {
        let mut words = line.split(' ');
        words.find_map(|word| word.strip_prefix(name))?.parse().ok()
    };
    Some((number("steps=")?, number("differing=")?))
}

/// Inside of the cluster: all four runs, and what differs.
pub(super) fn compare(page: &str, program: &Path) -> Result<ExitCode, Error> {
    let page = PAGES.into_iter().find(|known| known.name == page);
    let page = page.ok_or("there is no such page")?;
    let kubectl = programs::cluster_kubectl()?;
    let scene = Scene::new(page, program)?;
    let theirs = scene.answers(&kubectl)?;
    let ours = scene.answers(program)?;
    let again = scene.answers(&kubectl)?;
    let broken = scene.broken(&kubectl)?;
    let differing = theirs.tell(&ours);
    let (itself, broken) = (theirs.tell(&again), theirs.differing(&broken));
    let (name, steps) = (page.name, theirs.len());
    println!(
        "page={name} steps={steps} differing={differing} itself={itself} broken_token={broken}"
    );
    let good = differing == 0 && itself == 0 && broken > 0 && steps > 0;
    Ok(ExitCode::from(u8::from(!good)))
}

#[cfg(test)]
mod tests {
    use super::counted;

    #[test]
    fn reads_what_a_page_counted() {
        assert_eq!(
            counted("x\npage=a steps=3 differing=1 itself=0\n"),
            Some((3, 1))
        );
        assert_eq!(counted("nothing\n"), None);
    }
}
