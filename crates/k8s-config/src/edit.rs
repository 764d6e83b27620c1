//! Changes to kubeconfig files: of the bytes, nothing changes but what was meant to.
//!
//! A change is a function on [`Kubeconfig`]. What it changed is looked up in the text and put there, and the text that results is read again: if it
//! does not say exactly what was meant, nothing is written.

use std::path::Path;
use std::sync::Arc;

use crate::kubeconfig::{Base, Entry, FileError, Kubeconfig, decode, read_text};
use crate::platform::Platform;
use crate::source::MemorySource;
use crate::yaml::{self, Rename};

mod change;
mod error;
mod persist;
mod property;
mod rules;
mod set;

pub use error::{ChangeError, EditError, EditFault, Refusal};
pub use property::PropertyError;
pub use set::{SetCluster, SetContext, SetCredentials, SetError};

/// The bytes of a kubeconfig with a change, all else being as it was: comments, order, quotes, fields of unknown meaning, line ends, encoding.
///
/// New clusters, users and contexts come in order when the others are in order, else last; what is written is written as kubectl writes it, in JSON
/// as JSON. Empty bytes become a whole new file.
///
/// ```
/// let old = b"# mine\ncurrent-context: one # for now\ncontexts:\n- name: two\n  context: {cluster: c}\n";
/// let new = k8s_config::edit(old, |kubeconfig| Ok(kubeconfig.use_context("two")?))?;
/// assert_eq!(new, b"# mine\ncurrent-context: two # for now\ncontexts:\n- name: two\n  context: {cluster: c}\n");
/// # Ok::<(), k8s_config::EditError>(())
/// ```
///
/// # Errors
/// The bytes are no kubeconfig, the change refuses, or it concerns a value that aliases repeat or that cannot be edited in place.
pub fn edit(
    bytes: &[u8],
    change: impl FnOnce(&mut Kubeconfig) -> Result<(), Refusal>,
) -> Result<Vec<u8>, EditError> {
    let before = read(bytes, None).map_err(EditError::read)?;
    let mut after = before.clone();
    change(&mut after).map_err(EditError::refused)?;
    let renames = renames(&before, &after);
    rewrite(bytes, &before, &after, &renames, None)
}

/// One file's text, read for its own sake: files that it names are not looked at.
fn read(bytes: &[u8], path: Option<&Path>) -> Result<Kubeconfig, FileError> {
    let file: Option<Arc<Path>> = path.map(Into::into);
    let base = Base {
        dir: "/".into(),
        platform: Platform::current(),
    };
    decode(Arc::new(MemorySource::new()), bytes.into(), file, base)
}

/// `bytes`, which say `before`, changed to say `after`.
fn rewrite(
    bytes: &[u8],
    before: &Kubeconfig,
    after: &Kubeconfig,
    renames: &[Rename],
    path: Option<&Path>,
) -> Result<Vec<u8>, EditError> {
    let not_as_meant = || EditError::new(path, EditFault::NotAsMeant);
    let (text, encoding) = read_text(bytes).ok_or_else(not_as_meant)?;
    let meant = after.out();
    let text = yaml::splice(&text, &before.out(), meant.clone(), renames)
        .map_err(|error| EditError::splice(path, &error))?;
    let new = encoding.write(&text);
    match read(&new, path) {
        Ok(again) if again.out() == meant => Ok(new),
        _ => Err(not_as_meant()),
    }
}

/// What has another name now: a stanza that went, and one of the same place that came.
fn renames(before: &Kubeconfig, after: &Kubeconfig) -> Vec<Rename> {
    let mut renames = renames_of("clusters", &before.clusters, &after.clusters);
    renames.extend(renames_of("users", &before.users, &after.users));
    renames.extend(renames_of("contexts", &before.contexts, &after.contexts));
    renames
}

type Map<T> = std::collections::BTreeMap<String, T>;

fn renames_of<T: Entry>(list: &'static str, before: &Map<T>, after: &Map<T>) -> Vec<Rename> {
    let place = |entry: &T| {
        let origin = entry.origin();
        origin.line.map(|line| (origin.file().cloned(), line))
    };
    let came = || after.iter().filter(|(name, _)| !before.contains_key(*name));
    let went = before.iter().filter(|(name, _)| !after.contains_key(*name));
    let renamed = went.filter_map(|(from, old)| {
        let (to, _) = came().find(|(_, new)| place(old).is_some() && place(old) == place(new))?;
        Some(Rename {
            list,
            from: from.clone(),
            to: to.clone(),
        })
    });
    renamed.collect()
}
