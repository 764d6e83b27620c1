//! The usual changes: another current context, other names, fewer stanzas, refreshed tokens.

use std::collections::BTreeMap;

use secrecy::SecretString;

use super::ChangeError;
use crate::kubeconfig::{Context, Kubeconfig};

impl Kubeconfig {
    /// Makes a context the current one, as `kubectl config use-context`.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub fn use_context(&mut self, name: &str) -> Result<(), ChangeError> {
        if !self.contexts.contains_key(name) {
            return Err(not_found("context", name));
        }
        self.current_context = Some(name.to_owned());
        Ok(())
    }

    /// Gives a context another name; the current one stays current. As `kubectl config rename-context`.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`], [`ChangeError::Exists`].
    pub fn rename_context(&mut self, from: &str, to: &str) -> Result<(), ChangeError> {
        rename("context", &mut self.contexts, from, to)?;
        if self.current_context.as_deref() == Some(from) {
            self.current_context = Some(to.to_owned());
        }
        Ok(())
    }

    /// Gives a cluster another name, also in the contexts that use it.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`], [`ChangeError::Exists`].
    pub fn rename_cluster(&mut self, from: &str, to: &str) -> Result<(), ChangeError> {
        rename("cluster", &mut self.clusters, from, to)?;
        self.refer(from, to, |context| &mut context.cluster);
        Ok(())
    }

    /// Gives a user another name, also in the contexts that use it.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`], [`ChangeError::Exists`].
    pub fn rename_user(&mut self, from: &str, to: &str) -> Result<(), ChangeError> {
        rename("user", &mut self.users, from, to)?;
        self.refer(from, to, |context| &mut context.user);
        Ok(())
    }

    /// Removes a context; the current one stays named, as `kubectl config delete-context` leaves it.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub fn delete_context(&mut self, name: &str) -> Result<(), ChangeError> {
        delete("context", &mut self.contexts, name)
    }

    /// Removes a cluster; contexts that use it stay.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub fn delete_cluster(&mut self, name: &str) -> Result<(), ChangeError> {
        delete("cluster", &mut self.clusters, name)
    }

    /// Removes a user; contexts that use it stay.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`].
    pub fn delete_user(&mut self, name: &str) -> Result<(), ChangeError> {
        delete("user", &mut self.users, name)
    }

    /// Sets settings of a user's `auth-provider`, the others stay: how refreshed tokens are kept. Follows `clientcmd`'s `persister`.
    ///
    /// # Errors
    /// [`ChangeError::NotFound`], [`ChangeError::NoAuthProvider`].
    pub fn set_auth_provider(
        &mut self,
        user: &str,
        settings: &BTreeMap<String, SecretString>,
    ) -> Result<(), ChangeError> {
        let stanza = self
            .users
            .get_mut(user)
            .ok_or_else(|| not_found("user", user))?;
        let provider =
            stanza
                .auth_provider
                .as_mut()
                .ok_or_else(|| ChangeError::NoAuthProvider {
                    user: user.to_owned(),
                })?;
        let settings = settings
            .iter()
            .map(|(key, value)| (key.clone(), value.clone()));
        provider.config.extend(settings);
        Ok(())
    }

    fn refer(&mut self, from: &str, to: &str, field: fn(&mut Context) -> &mut Option<String>) {
        for context in self.contexts.values_mut() {
            let name = field(context);
            if name.as_deref() == Some(from) {
                *name = Some(to.to_owned());
            }
        }
    }
}

fn not_found(what: &'static str, name: &str) -> ChangeError {
    let name = name.to_owned();
    ChangeError::NotFound { what, name }
}

fn delete<T>(
    what: &'static str,
    map: &mut BTreeMap<String, T>,
    name: &str,
) -> Result<(), ChangeError> {
    match map.remove(name) {
        Some(_) => Ok(()),
        None => Err(not_found(what, name)),
    }
}

fn rename<T>(
    what: &'static str,
    map: &mut BTreeMap<String, T>,
    from: &str,
    to: &str,
) -> Result<(), ChangeError> {
    if !map.contains_key(from) {
        return Err(not_found(what, from));
    }
    if map.contains_key(to) {
        let name = to.to_owned();
        return Err(ChangeError::Exists { what, name });
    }
    if let Some(entry) = map.remove(from) {
        map.insert(to.to_owned(), entry);
    }
    Ok(())
}
