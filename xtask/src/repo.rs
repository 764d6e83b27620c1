//! A repository as text: every file of ours, read once.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::source::Source;
use crate::workspace::{self, Member};

/// The tree that rules and counts look at.
#[derive(Debug)]
pub(crate) struct Repo {
    pub(crate) root: PathBuf,
    /// Rust, Markdown and TOML files, sorted by path.
    pub(crate) files: Vec<File>,
    /// Folders at the top level, sorted.
    pub(crate) folders: Vec<String>,
    pub(crate) members: Vec<Member>,
}

/// One file.
#[derive(Debug)]
pub(crate) struct File {
    /// From the root, with `/`.
    pub(crate) path: String,
    pub(crate) text: String,
    /// For Rust files.
    pub(crate) rust: Option<Source>,
}

impl Repo {
    /// Reads the tree at `root`.
    pub(crate) fn read(root: &Path) -> Result<Self, Error> {
        let mut files = Vec::new();
        walk(root, "", &mut files)?;
        files.sort_by(|a: &File, b| a.path.cmp(&b.path));
        Ok(Self {
            root: root.to_owned(),
            files,
            folders: folders(root)?,
            members: workspace::members(root)?,
        })
    }

    pub(crate) fn file(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// The files whose name ends in `.extension`.
    pub(crate) fn with_extension<'a>(&'a self, extension: &str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| {
            file.path
                .rsplit_once('.')
                .is_some_and(|(_, end)| end == extension)
        })
    }

    /// The Rust files with their code.
    pub(crate) fn rust(&self) -> impl Iterator<Item = (&File, &Source)> {
        self.files
            .iter()
            .filter_map(|file| Some((file, file.rust.as_ref()?)))
    }

    pub(crate) fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }
}

impl File {
    /// Lines with their number, counted from 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text
            .lines()
            .enumerate()
            .map(|(at, line)| (at + 1, line))
    }

    /// Whether the whole file is test code.
    pub(crate) fn is_test(&self) -> bool {
        self.path
            .split('/')
            .any(|part| part == "tests" || part == "tests.rs")
    }
}

fn folders(root: &Path) -> Result<Vec<String>, Error> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(root)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            folders.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    folders.sort();
    Ok(folders)
}

/// Reads what lies below `folder` (from the root, empty or ending in `/`).
fn walk(root: &Path, folder: &str, files: &mut Vec<File>) -> Result<(), Error> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{folder}{name}");
        let kind = entry.file_type()?;
        if kind.is_dir() && !is_left_out(&path) {
            walk(root, &format!("{path}/"), files)?;
        } else if kind.is_file()
            && [".rs", ".md", ".toml"]
                .iter()
                .any(|end| name.ends_with(end))
        {
            let text =
                fs::read_to_string(entry.path()).map_err(|e| format!("reading {path}: {e}"))?;
            let rust = name.ends_with(".rs").then(|| Source::new(&text));
            files.push(File { path, text, rust });
        }
    }
    Ok(())
}

/// Folders that hold nothing of ours, or (fixtures) what is wrong on purpose.
fn is_left_out(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == ".git" || name == "target" || path.ends_with("tests/fixtures")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaves_out_fixtures_and_build_folders() {
        let out = [
            "target",
            ".git",
            "crates/a/fuzz/target",
            "xtask/tests/fixtures",
        ];
        assert!(out.iter().all(|path| is_left_out(path)));
        let kept = [".github", "crates", "crates/a/tests", "crates/targets"];
        assert!(!kept.iter().any(|path| is_left_out(path)));
    }
}
