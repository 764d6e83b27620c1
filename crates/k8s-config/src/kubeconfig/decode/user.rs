//! The user stanza: credentials of every kind, read as they stand, none of them used.

use std::collections::BTreeMap;

use secrecy::SecretString;

use super::{FieldPath, Node, Reader};
use crate::identity::{AuthProvider, ExecEnv, InteractiveMode};
use crate::kubeconfig::{AuthInfo, ExecConfig};
use crate::raw::UnknownField;

impl Reader {
    pub(super) fn user(&mut self, node: &Node<'_>, path: &FieldPath<'_>) -> AuthInfo {
        let mut user = AuthInfo::default();
        let (fields, unknown) = self.object(node, path, |reader, key, value, path| {
            reader
                .credential(&mut user, key, value, path)
                .or_else(|| reader.other_field(&mut user, key, value, path))
        });
        (user.origin, user.unknown) = (self.stanza(node, &fields), unknown);
        user
    }

    fn credential(
        &mut self,
        user: &mut AuthInfo,
        key: &str,
        value: &Node<'_>,
        path: &FieldPath<'_>,
    ) -> Option<&'static str> {
        Some(match key {
            "client-certificate" => {
                user.client_certificate = self.text(value, path);
                "client-certificate"
            }
            "client-certificate-data" => {
                user.client_certificate_data = self.data(value, path);
                "client-certificate-data"
            }
            "client-key" => {
                user.client_key = self.text(value, path);
                "client-key"
            }
            "client-key-data" => {
                user.client_key_data = self.data(value, path);
                "client-key-data"
            }
            "token" => {
                user.token = self.secret(value, path);
                "token"
            }
            "tokenFile" => {
                user.token_file = self.text(value, path);
                "tokenFile"
            }
            "username" => {
                user.username = self.text(value, path);
                "username"
            }
            "password" => {
                user.password = self.secret(value, path);
                "password"
            }
            _ => return None,
        })
    }

    fn other_field(
        &mut self,
        user: &mut AuthInfo,
        key: &str,
        value: &Node<'_>,
        path: &FieldPath<'_>,
    ) -> Option<&'static str> {
        Some(match key {
            "as" => {
                user.impersonate = self.text(value, path);
                "as"
            }
            "as-uid" => {
                user.impersonate_uid = self.text(value, path);
                "as-uid"
            }
            "as-groups" => {
                user.impersonate_groups = self.items(value, path, Self::text_or_empty);
                "as-groups"
            }
            "as-user-extra" => {
                user.impersonate_user_extra = self.map(value, path, |reader, value, path| {
                    reader.items(value, path, Self::text_or_empty)
                });
                "as-user-extra"
            }
            "auth-provider" => {
                user.auth_provider = (!value.is_null()).then(|| self.auth_provider(value, path));
                "auth-provider"
            }
            "exec" => {
                user.exec = (!value.is_null()).then(|| Box::new(self.exec(value, path)));
                "exec"
            }
            "extensions" => {
                user.extensions = self.extensions(value, path);
                "extensions"
            }
            _ => return None,
        })
    }

    fn auth_provider(&mut self, node: &Node<'_>, path: &FieldPath<'_>) -> AuthProvider {
        let mut provider = AuthProvider::new("", BTreeMap::new());
        self.object(node, path, |reader, key, value, path| match key {
            "name" => {
                provider.name = reader.text_or_empty(value, path);
                Some("name")
            }
            "config" => {
                provider.config = reader.map(value, path, Self::secret_or_empty);
                Some("config")
            }
            _ => None,
        });
        provider
    }

    fn secret_or_empty(&mut self, node: &Node<'_>, path: &FieldPath<'_>) -> SecretString {
        SecretString::from(self.text_or_empty(node, path))
    }

    fn exec(&mut self, node: &Node<'_>, path: &FieldPath<'_>) -> ExecConfig {
        let mut exec = ExecConfig::default();
        let (e, mut odd_mode) = (&mut exec, None);
        let (_, mut unknown) = self.object(node, path, |reader, key, value, path| {
            Some(match key {
                "command" => {
                    e.command = reader.text(value, path);
                    "command"
                }
                "args" => {
                    e.args = reader.items(value, path, Self::secret_or_empty);
                    "args"
                }
                "env" => {
                    e.env = reader.items(value, path, Self::exec_env);
                    "env"
                }
                "apiVersion" => {
                    e.api_version = reader.text(value, path);
                    "apiVersion"
                }
                "installHint" => {
                    e.install_hint = reader.text(value, path);
                    "installHint"
                }
                "provideClusterInfo" => {
                    e.provide_cluster_info = reader.flag(value, path);
                    "provideClusterInfo"
                }
                "interactiveMode" => {
                    let mode = reader.text(value, path);
                    e.interactive_mode = mode.as_deref().and_then(InteractiveMode::parse);
                    e.unknown_mode = mode.is_some() && e.interactive_mode.is_none();
                    odd_mode = e.unknown_mode.then(|| value.to_json());
                    "interactiveMode"
                }
                _ => return None,
            })
        });
        // A mode that does not exist is a fault when it is used, and no reason to lose it.
        unknown.extend(odd_mode.map(|json| UnknownField::new("interactiveMode", json)));
        exec.unknown = unknown;
        default_mode(&mut exec);
        exec
    }

    fn exec_env(&mut self, node: &Node<'_>, path: &FieldPath<'_>) -> ExecEnv {
        let mut env = ExecEnv::new("", "");
        self.object(node, path, |reader, key, value, path| match key {
            "name" => {
                env.name = reader.text_or_empty(value, path);
                Some("name")
            }
            "value" => {
                env.value = reader.secret_or_empty(value, path);
                Some("value")
            }
            _ => None,
        });
        env
    }
}

/// Only `v1` must say when the plugin may use standard input. Follows `clientcmd/api/v1/defaults.go`.
fn default_mode(exec: &mut ExecConfig) {
    let old = [
        "client.authentication.k8s.io/v1alpha1",
        "client.authentication.k8s.io/v1beta1",
    ];
    let silent = exec.interactive_mode.is_none() && !exec.unknown_mode;
    if silent
        && exec
            .api_version
            .as_deref()
            .is_some_and(|version| old.contains(&version))
    {
        exec.interactive_mode = Some(InteractiveMode::IfAvailable);
    }
}
