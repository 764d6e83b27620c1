//! One program at a time refreshes a login, and writes down what it was given before the next one looks.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use k8s_auth::oidc::OidcTokens;
use k8s_config::{Config, FileLock, LockError, Origin, Store as _, SystemSource};
use tokio::time::{Instant, sleep};

use crate::BoxError;

/// A lock that is older was left behind: no refresh takes so long.
const ABANDONED: Duration = Duration::from_secs(120);

/// How often a lock is tried that somebody else has.
const PAUSE: Duration = Duration::from_millis(50);

/// How long kubectl may be writing the file.
const WRITING: Duration = Duration::from_secs(5);

/// The right to refresh the login of this configuration, among all programs of ours that have it from the same file.
///
/// It is a lock beside the file and not kubectl's own, which kubectl does not wait for. `None` where there is no such lock:
/// no file, a folder that may not be written, a lock that somebody left behind.
pub(super) async fn take(config: &Config) -> Option<Box<dyn FileLock>> {
    let mut name = file(config)?.into_os_string();
    name.push(".oidc");
    let path = PathBuf::from(name);
    let until = Instant::now() + ABANDONED;
    while Instant::now() < until {
        match SystemSource.try_lock(&path) {
            Ok(lock) => return Some(lock),
            Err(LockError::Locked(held)) => {
                let age = held.since.and_then(|since| since.elapsed().ok());
                if age.is_some_and(|age| age > ABANDONED) {
                    return None;
                }
                sleep(PAUSE).await;
            }
            Err(_) => return None,
        }
    }
    None
}

/// The kubeconfig that has the login.
fn file(config: &Config) -> Option<PathBuf> {
    match config.origin_of("auth-provider")? {
        Origin::Kubeconfig(place) => place.file.as_ref().map(|file| file.to_path_buf()),
        _ => None,
    }
}

/// Writes new tokens into the kubeconfig that has the old ones. A configuration that comes from no file keeps them in memory.
pub(super) async fn write(config: Arc<Config>, tokens: OidcTokens) -> Result<(), BoxError> {
    let Some(was) = config
        .user
        .auth_provider
        .as_ref()
        .filter(|_| file(&config).is_some())
    else {
        return Ok(());
    };
    let settings = [
        ("id-token", tokens.id_token),
        ("refresh-token", tokens.refresh_token),
    ];
    let settings: BTreeMap<_, _> = settings
        .into_iter()
        .filter_map(|(name, token)| Some((name.to_owned(), token?)))
        .collect();
    let until = Instant::now() + WRITING;
    loop {
        match config.persist_auth_provider(&SystemSource, was, &settings) {
            // Somebody who does not take turns wrote meanwhile: theirs are newer.
            Ok(_) => return Ok(()),
            Err(error) if error.locked().is_some() && Instant::now() < until => sleep(PAUSE).await,
            Err(error) => return Err(error.into()),
        }
    }
}
