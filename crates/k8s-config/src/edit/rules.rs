//! A change of merged files: each stanza goes back to the file it came from, and only files that change are locked and written.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::{EditError, EditFault, Map, Refusal, read, renames, rewrite};
use crate::kubeconfig::{Base, Entry, Kubeconfig};
use crate::loading::LoadingRules;
use crate::source::{FileLock, Store};
use crate::yaml::Rename;

/// So often it may turn out that another file is concerned.
const MAX_ROUNDS: usize = 8;

/// A file of the list, and what is to become of it.
struct File {
    path: PathBuf,
    /// `None`: there is no such file.
    bytes: Option<Vec<u8>>,
    before: Kubeconfig,
    after: Kubeconfig,
    renames: Vec<Rename>,
    /// What paths in it are relative to.
    base: Base,
}

impl LoadingRules {
    /// Makes a change in the files: read, changed and written while their locks are held. Returns the files that changed.
    ///
    /// A stanza goes to the file that it came from, a new one to the first file that exists, or to the last if none does; so does the current
    /// context, and if it is taken away, that happens in the first file that has one. Which files must be locked is seen by making the change, so
    /// `change` runs more than once, each time on what the files say then. Never waits for a lock: see [`EditError::locked`].
    ///
    /// Each file is replaced as a whole, but two files are not replaced at once. Follows `clientcmd.ModifyConfig` with kubectl's `PathOptions`, which
    /// locks all files of the list and rewrites them from what it understood.
    ///
    /// # Errors
    /// [`EditError`]; files that were not yet replaced stay as they were.
    pub fn edit(
        &self,
        store: &dyn Store,
        mut change: impl FnMut(&mut Kubeconfig) -> Result<(), Refusal>,
    ) -> Result<Vec<PathBuf>, EditError> {
        // Without a lock, a file may have been half written by a program that is less careful: what is wrong then is looked at again.
        let (mut wanted, mut doubt) = match self.changed(&mut change) {
            Ok(files) if files.is_empty() => return Ok(Vec::new()),
            Ok(files) => (paths(&files), None),
            Err(error) => (self.existing(), Some(error)),
        };
        for _ in 0..MAX_ROUNDS {
            let mut locks = match lock(store, &wanted) {
                Err(error) if error.locked().is_none() => return Err(doubt.unwrap_or(error)),
                locks => locks?,
            };
            doubt = None;
            let files = self.changed(&mut change)?;
            if paths(&files).is_subset(&wanted) {
                return write(files, &mut locks);
            }
            wanted = paths(&files);
        }
        Err(EditError::new(None, EditFault::Unsettled))
    }

    fn existing(&self) -> BTreeSet<PathBuf> {
        self.places()
            .filter(|path| self.source().stat(path).is_ok())
            .map(Path::to_path_buf)
            .collect()
    }

    /// Makes the change in memory; the files that it concerns.
    fn changed(
        &self,
        change: &mut impl FnMut(&mut Kubeconfig) -> Result<(), Refusal>,
    ) -> Result<Vec<File>, EditError> {
        let (mut files, platform) = (Vec::new(), self.source().platform());
        for path in self.places() {
            let bytes = match self.source().read(path) {
                Ok(bytes) => Some(bytes),
                Err(error) if error.kind() == ErrorKind::NotFound => None,
                Err(error) => return Err(EditError::io(path, error)),
            };
            let before =
                read(bytes.as_deref().unwrap_or_default(), Some(path)).map_err(EditError::read)?;
            files.push(File {
                path: path.to_owned(),
                bytes,
                after: before.clone(),
                before,
                renames: Vec::new(),
                base: Base {
                    dir: platform.parent(path).into(),
                    platform,
                },
            });
        }
        self.without_legacy(&mut files);
        let mut before = Kubeconfig::empty(std::sync::Arc::clone(self.source()));
        files
            .iter()
            .for_each(|file| before.absorb(file.before.clone()));
        let mut after = before.clone();
        change(&mut after).map_err(EditError::refused)?;
        distribute(&before, &after, &mut files);
        files.retain(|file| file.before.out() != file.after.out());
        for file in &mut files {
            file.renames = renames(&file.before, &file.after);
        }
        Ok(files)
    }

    /// The file of old counts only where the one in its place does not exist.
    fn without_legacy(&self, files: &mut Vec<File>) {
        if files.len() > self.paths().len() {
            let exists = files[..self.paths().len()]
                .iter()
                .any(|file| file.bytes.is_some());
            let legacy_exists = files.last().is_some_and(|file| file.bytes.is_some());
            if exists || !legacy_exists {
                files.pop();
            }
        }
    }
}

type Locks = BTreeMap<PathBuf, Box<dyn FileLock>>;

fn paths(files: &[File]) -> BTreeSet<PathBuf> {
    files.iter().map(|file| file.path.clone()).collect()
}

/// All or none, in an order that is everybody's.
fn lock(store: &dyn Store, paths: &BTreeSet<PathBuf>) -> Result<Locks, EditError> {
    let locked = paths.iter().map(|path| match store.try_lock(path) {
        Ok(lock) => Ok((path.clone(), lock)),
        Err(error) => Err(EditError::lock(path, error)),
    });
    locked.collect()
}

/// Makes all texts before the first is written.
fn write(files: Vec<File>, locks: &mut Locks) -> Result<Vec<PathBuf>, EditError> {
    let mut texts = Vec::new();
    for file in files {
        let bytes = file.bytes.unwrap_or_default();
        let new = rewrite(
            &bytes,
            &file.before,
            &file.after,
            &file.renames,
            Some(&file.path),
        )?;
        texts.push((file.path, new));
    }
    for (path, text) in &texts {
        if let Some(lock) = locks.get_mut(path) {
            lock.replace(text)
                .map_err(|cause| EditError::io(path, cause))?;
        }
    }
    Ok(texts.into_iter().map(|(path, _)| path).collect())
}

/// Puts each difference into the file that it belongs to.
fn distribute(before: &Kubeconfig, after: &Kubeconfig, files: &mut [File]) {
    let Some(default) = files
        .iter()
        .position(|file| file.bytes.is_some())
        .or_else(|| files.len().checked_sub(1))
    else {
        return;
    };
    entries(&before.clusters, &after.clusters, files, default, |file| {
        &mut file.clusters
    });
    entries(&before.users, &after.users, files, default, |file| {
        &mut file.users
    });
    entries(&before.contexts, &after.contexts, files, default, |file| {
        &mut file.contexts
    });
    if before.current_context != after.current_context {
        let setter = || {
            files
                .iter()
                .position(|file| file.before.current_context.is_some())
        };
        let at = if after.current_context.is_some() {
            default
        } else {
            setter().unwrap_or(default)
        };
        files[at]
            .after
            .current_context
            .clone_from(&after.current_context);
    }
    if before.colors != after.colors {
        files[default].after.colors = after.colors;
    }
    if after.preference_extensions.is_empty() {
        files[default].after.preference_extensions.clear();
    }
    let (old, new) = (&before.extensions, &after.extensions);
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    for name in names {
        let (old, new) = (old.get(name), new.get(name));
        if old.map(|json| json.expose()) == new.map(|json| json.expose()) {
            continue;
        }
        let holder = files
            .iter()
            .position(|file| file.before.extensions.contains_key(name));
        let extensions = &mut files[holder.unwrap_or(default)].after.extensions;
        match new {
            Some(json) => extensions.insert(name.clone(), json.clone()),
            None => extensions.remove(name),
        };
    }
}

fn entries<T: Entry>(
    before: &Map<T>,
    after: &Map<T>,
    files: &mut [File],
    default: usize,
    map: fn(&mut Kubeconfig) -> &mut Map<T>,
) {
    let home = |entry: &T, files: &[File]| {
        let file = entry.origin().file().map(|file| &**file);
        files.iter().position(|one| Some(&*one.path) == file)
    };
    for (name, entry) in after {
        let old = before.get(name);
        if old.is_some_and(|old| old.out() == entry.out()) {
            continue;
        }
        // A stanza made anew under an old name stays where the old one was.
        let at = home(entry, files)
            .or_else(|| home(old?, files))
            .unwrap_or(default);
        let mut entry = entry.clone();
        entry.relativize(&files[at].base);
        map(&mut files[at].after).insert(name.clone(), entry);
    }
    for (name, entry) in before {
        if !after.contains_key(name) {
            let at = home(entry, files).unwrap_or(default);
            map(&mut files[at].after).remove(name);
        }
    }
}
