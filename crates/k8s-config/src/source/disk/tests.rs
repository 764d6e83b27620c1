//! A write that is stopped, or refused, between any two calls: the file is the old one or the new one.

use std::fs::{self, File};
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex};

use super::*;

/// What becomes of the call with this number, and of those after it.
#[derive(Clone, Copy, Debug)]
enum Fate {
    /// As if the process had been killed: no later call happens either, not even those that clean up.
    Killed,
    /// This one call is refused, as by a full disk or a folder that may not be written.
    Refused,
}

/// The real calls, until one meets its fate. Half of what is written before a kill arrives.
#[derive(Debug)]
struct Stopping {
    real: System,
    at: usize,
    fate: Fate,
    done: Arc<Mutex<Vec<&'static str>>>,
}

impl Stopping {
    fn pass(&self, name: &'static str) -> io::Result<()> {
        let mut done = self.done.lock().unwrap();
        done.push(name);
        let number = done.len() - 1;
        match self.fate {
            Fate::Killed if number >= self.at => Err(io::Error::other("killed")),
            Fate::Refused if number == self.at => Err(ErrorKind::StorageFull.into()),
            _ => Ok(()),
        }
    }
}

impl Calls for Stopping {
    fn create(&mut self, path: &Path) -> io::Result<File> {
        self.pass("create")?;
        self.real.create(path)
    }

    fn write(&mut self, file: &mut File, content: &[u8]) -> io::Result<()> {
        if let Err(error) = self.pass("write") {
            self.real.write(file, &content[..content.len() / 2])?;
            return Err(error);
        }
        self.real.write(file, content)
    }

    fn sync(&mut self, file: &File) -> io::Result<()> {
        self.pass("sync")?;
        self.real.sync(file)
    }

    fn adopt(&mut self, file: &File, like: &fs::Metadata) -> io::Result<()> {
        self.pass("adopt")?;
        self.real.adopt(file, like)
    }

    fn rename(&mut self, from: &Path, to: &Path) -> io::Result<()> {
        self.pass("rename")?;
        self.real.rename(from, to)
    }

    fn remove(&mut self, path: &Path) -> io::Result<()> {
        self.pass("remove")?;
        self.real.remove(path)
    }

    fn make_folders(&mut self, path: &Path) -> io::Result<()> {
        self.pass("make_folders")?;
        self.real.make_folders(path)
    }

    fn sync_folder(&mut self, path: &Path) -> io::Result<()> {
        self.pass("sync_folder")?;
        self.real.sync_folder(path)
    }
}

const OLD: &str = "old, and longer than the new one";
const NEW: &str = "new, half of it would not do";

/// Writes once with `fate` at call number `at`; what happened, and the calls that were tried.
fn attempt(path: &Path, at: usize, fate: Fate) -> (bool, Vec<&'static str>) {
    let done = Arc::new(Mutex::new(Vec::new()));
    let calls = Stopping {
        real: System,
        at,
        fate,
        done: Arc::clone(&done),
    };
    let written = DiskLock::take(Box::new(calls), path)
        .map_err(io::Error::other)
        .and_then(|mut lock| lock.replace(NEW.as_bytes()));
    let done = done.lock().unwrap().clone();
    (written.is_ok(), done)
}

fn text(path: &Path) -> io::Result<String> {
    SystemSource
        .read(path)
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

#[test]
fn killed_between_any_two_calls_leaves_the_old_file_or_the_new_one() {
    let (mut seen_old, mut seen_new) = (false, false);
    for at in 0.. {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        fs::write(&path, OLD).unwrap();
        let (_, done) = attempt(&path, at, Fate::Killed);
        match text(&path).unwrap().as_str() {
            OLD => seen_old = true,
            NEW => seen_new = true,
            torn => panic!("killed at call {at} of {done:?}: {torn:?}"),
        }
        // Whoever comes next finds the lock, and once that is gone, everything works.
        let lock = folder.path().join("config.lock");
        if lock.exists() {
            assert!(matches!(
                SystemSource.try_lock(&path),
                Err(LockError::Locked(_))
            ));
            fs::remove_file(lock).unwrap();
        }
        SystemSource
            .try_lock(&path)
            .unwrap()
            .replace(b"next")
            .unwrap();
        assert_eq!(text(&path).unwrap(), "next");
        assert_eq!(names(folder.path()), ["config"]);
        if done.len() <= at {
            assert_eq!(
                done,
                [
                    "create",
                    "write",
                    "create",
                    "write",
                    "adopt",
                    "sync",
                    "rename",
                    "sync_folder",
                    "remove"
                ]
            );
            break;
        }
    }
    assert!(seen_old && seen_new);
}

#[test]
fn killed_while_a_new_file_is_made_leaves_none_or_the_new_one() {
    for at in 0.. {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b/config");
        let (_, done) = attempt(&path, at, Fate::Killed);
        if let Ok(text) = text(&path) {
            assert_eq!(text, NEW, "killed at call {at} of {done:?}");
        }
        if done.len() <= at {
            break;
        }
    }
}

#[test]
fn any_call_that_is_refused_leaves_the_old_file_and_nothing_else() {
    for at in 0.. {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        fs::write(&path, OLD).unwrap();
        let (written, done) = attempt(&path, at, Fate::Refused);
        if done.len() <= at {
            break;
        }
        let expected = if written { NEW } else { OLD };
        assert_eq!(text(&path).unwrap(), expected, "{at} of {done:?}");
        let lock_stays = done.get(at) == Some(&"remove");
        let left: &[&str] = if lock_stays {
            &["config", "config.lock"]
        } else {
            &["config"]
        };
        assert_eq!(names(folder.path()), left, "{at} of {done:?}");
    }
}
