//! One question and the files it is about.

use std::fs;
use std::path::{Path, PathBuf};

use fastrand::Rng;
use serde_json::Value;

use super::draft::Draft;
use super::oddities;
use super::pki::Pki;
use crate::Error;

/// A question, the files it is about, and what is odd in them.
#[derive(Debug, Clone)]
pub(super) struct Case {
    pub(super) number: u64,
    pub(super) oddities: Vec<&'static str>,
    /// Paths from the folder of all cases.
    pub(super) files: Vec<(PathBuf, Vec<u8>)>,
    pub(super) question: Value,
}

impl Case {
    /// The case of this number; the same for the same seed.
    pub(super) fn make(seed: u64, number: u64, pki: &Pki) -> Self {
        let mixed = seed
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .wrapping_add(number);
        let mut draft = Draft::sound(Rng::with_seed(mixed), pki);
        let oddities = oddities::apply(&mut draft, usize::try_from(number).unwrap_or(usize::MAX));
        let folder = number.to_string();
        let present = draft.files.iter().filter(|file| !file.absent);
        let files = present.map(|file| (Path::new(&folder).join(file.path), file.bytes()));
        Self {
            number,
            oddities,
            files: files.collect(),
            question: draft.question(&folder),
        }
    }

    /// Writes the files, and nothing else, below `root`.
    pub(super) fn write(&self, root: &Path) -> Result<(), Error> {
        self.remove(root)?;
        fs::create_dir_all(root.join(self.number.to_string()))?;
        for (path, bytes) in &self.files {
            let path = root.join(path);
            fs::create_dir_all(path.parent().unwrap_or(root))?;
            fs::write(path, bytes)?;
        }
        Ok(())
    }

    pub(super) fn remove(&self, root: &Path) -> Result<(), Error> {
        let folder = root.join(self.number.to_string());
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        Ok(())
    }

    /// Files and flags, for a person.
    pub(super) fn shown(&self) -> String {
        let mut text = format!("  asked: {}\n", self.question);
        for (path, bytes) in &self.files {
            text.push_str(&format!("  file {}:\n", path.display()));
            for line in bytes.split_inclusive(|byte| *byte == b'\n') {
                let line = line.strip_suffix(b"\n").unwrap_or(line);
                text.push_str(&format!("    | {}\n", line.escape_ascii()));
            }
        }
        text
    }
}
