//! Refreshed tokens go back into the file that they came from, unless somebody else refreshed them first.

use std::collections::BTreeMap;

use secrecy::{ExposeSecret as _, SecretString};

use super::{ChangeError, EditError, Refusal};
use crate::config::Config;
use crate::identity::AuthProvider;
use crate::kubeconfig::Kubeconfig;
use crate::source::Store;

impl Config {
    /// Writes settings of the user's `auth-provider`, such as a refreshed `id-token` and `refresh-token`, into the file that has the user.
    ///
    /// `was` is what the tokens were refreshed from. Where the file says something else by now, another program was faster: then nothing is
    /// written, the answer is `false`, and [`reload`](Self::reload) brings what that program wrote. Looked at and written under the file's lock;
    /// comments and all else stay. Follows `clientcmd.PersisterForUser`, which writes whatever it has.
    ///
    /// # Errors
    /// [`EditError`]: the file is locked ([`EditError::locked`]: try again), the user or its `auth-provider` is gone, the file cannot be written,
    /// or this configuration comes from no file.
    pub fn persist_auth_provider(
        &self,
        store: &dyn Store,
        was: &AuthProvider,
        settings: &BTreeMap<String, SecretString>,
    ) -> Result<bool, EditError> {
        let Some((rules, user)) = self.live.user_in_files() else {
            return Err(EditError::refused(ChangeError::NoFile.into()));
        };
        let mut current = true;
        rules.edit(store, |kubeconfig| {
            current = is_still(kubeconfig, user, was, settings)?;
            if current {
                kubeconfig.set_auth_provider(user, settings)?;
            }
            Ok(())
        })?;
        Ok(current)
    }
}

/// Whether the file has what `was` has, of all that is to be set.
fn is_still(
    kubeconfig: &Kubeconfig,
    user: &str,
    was: &AuthProvider,
    settings: &BTreeMap<String, SecretString>,
) -> Result<bool, Refusal> {
    let stanza = kubeconfig.users.get(user);
    let provider = stanza.and_then(|stanza| stanza.auth_provider.as_ref());
    let provider = provider.ok_or_else(|| ChangeError::NoAuthProvider {
        user: user.to_owned(),
    })?;
    let text = |provider: &AuthProvider, key: &String| {
        let value = provider.config.get(key);
        value
            .map(|value| value.expose_secret().to_owned())
            .unwrap_or_default()
    };
    Ok(settings
        .keys()
        .all(|key| text(provider, key) == text(was, key)))
}
