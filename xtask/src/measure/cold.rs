//! How long a first build takes and how large the program is.

use std::fmt::Write as _;
use std::thread;
use std::time::Instant;

use xshell::{Shell, cmd};

use crate::Error;
use crate::section::Section;
use crate::workspace::{Member, cargo};

/// Programs that stand for what users build; the first that exists is measured.
const EXAMPLES: [&str; 2] = ["list_pods", "quickstart"];

/// A table; the program is built in an empty target folder, its sources being on this machine already.
pub(super) fn measure(sh: &Shell, members: &[Member]) -> Result<String, Error> {
    cargo(sh, &["fetch", "--quiet"]).run()?;
    let mut text = heading(sh)?;
    let exists = |name: &&str| {
        members
            .iter()
            .any(|member| member.examples.iter().any(|example| example == name))
    };
    let Some(example) = EXAMPLES.into_iter().find(exists) else {
        return Err(format!("no example named {}", EXAMPLES.join(" or ")).into());
    };
    let folder = sh.create_temp_dir()?;
    let build = |profile: &str| -> Result<u64, Error> {
        let _section = Section::open(&format!("{example}, {profile}"));
        let since = Instant::now();
        let args = [
            "build",
            "--quiet",
            "--offline",
            "--profile",
            profile,
            "--example",
            example,
        ];
        cargo(sh, &args)
            .env("CARGO_TARGET_DIR", folder.path())
            .run()?;
        Ok(since.elapsed().as_secs())
    };
    let (dev, release) = (build("dev")?, build("release")?);
    let size = folder
        .path()
        .join("release/examples")
        .join(example)
        .metadata()?
        .len();
    writeln!(
        text,
        "| `{example}` | {dev} | {release} | {:.1} |",
        mebibytes(size)
    )
    .expect("a String takes everything");
    Ok(text)
}

fn heading(sh: &Shell) -> Result<String, Error> {
    let day = cmd!(sh, "date -u +%F").quiet().read()?;
    let rustc = cmd!(sh, "rustc --version").quiet().read()?;
    let cores = thread::available_parallelism()?;
    Ok(format!(
        "\
Measured {day} on {cores} cores with {rustc}.

| example | cold build, s | cold release build, s | release binary, MiB |
|---|--:|--:|--:|
"
    ))
}

/// Bytes, for a table.
#[expect(
    clippy::cast_precision_loss,
    reason = "a size in mebibytes with one digit"
)]
pub(crate) fn mebibytes(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}
