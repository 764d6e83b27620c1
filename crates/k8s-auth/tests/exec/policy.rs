//! Which plugins may run: every combination of policy, allowlist, plugin and entry.

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use k8s_config::{Exec, Kuberc, MemorySource, PluginPolicy};
use serde_json::json;

use super::{V1, answer, ask, chain, exec_plugin};

/// A case of the table.
#[derive(Clone, Copy, Debug)]
struct Case {
    policy: &'static str,
    /// `None`: no list; else how many entries.
    entries: Option<usize>,
    plugin_exists: bool,
    entry_exists: bool,
    plugin_is_path: bool,
    entry_is_path: bool,
}

fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    for policy in ["", "AllowAll", "DenyAll", "Allowlist", "illegal"] {
        for entries in [None, Some(0), Some(1), Some(3)] {
            for bits in 0..16_u8 {
                cases.push(Case {
                    policy,
                    entries,
                    plugin_exists: bits & 1 != 0,
                    entry_exists: bits & 2 != 0,
                    plugin_is_path: bits & 4 != 0,
                    entry_is_path: bits & 8 != 0,
                });
            }
        }
    }
    cases
}

impl Case {
    /// What client-go answers; `None`: it is run.
    fn expected(self) -> Option<&'static str> {
        match (self.policy, self.entries) {
            ("illegal", _) => Some("unknown plugin policy"),
            ("" | "AllowAll" | "DenyAll", Some(_)) => Some("allowlist is non-nil"),
            ("" | "AllowAll", None) if self.plugin_exists => None,
            ("" | "AllowAll", None) => Some("not found"),
            ("DenyAll", None) => Some("not allowed: policy set to \"DenyAll\""),
            (_, None) => Some("allowlist is unspecified"),
            (_, Some(0)) => Some("allowlist is empty; use \"DenyAll\" policy instead"),
            _ if !self.plugin_exists => {
                Some("cannot be resolved for credential plugin allowlist check")
            }
            _ if self.entry_exists => None,
            _ => Some("is not permitted by the credential plugin allowlist"),
        }
    }

    fn kuberc(self, dir: &Path) -> Result<PluginPolicy, String> {
        let named = |name: &str, is_path: bool| {
            if is_path {
                dir.join(name).display().to_string()
            } else {
                name.to_owned()
            }
        };
        let entry = if self.entry_exists {
            "plugin"
        } else {
            "nothing"
        };
        let entry = named(entry, self.entry_is_path);
        let others = [named("other", true), entry, named("another", false)];
        let mut text = format!(
            "kind: Preference\napiVersion: kubectl.config.k8s.io/v1beta1\ncredentialPluginPolicy: {:?}\n",
            self.policy
        );
        match self.entries {
            None => {}
            Some(0) => text += "credentialPluginAllowlist: []\n",
            Some(count) => {
                text += "credentialPluginAllowlist:\n";
                let listed = if count == 1 {
                    &others[1..2]
                } else {
                    &others[..]
                };
                for entry in listed {
                    writeln!(text, "- command: {entry:?}").unwrap();
                }
            }
        }
        let kuberc = Kuberc::from_slice(text.as_bytes()).map_err(|error| error.to_string())?;
        Ok(kuberc.plugin_policy)
    }

    async fn outcome(self, dir: &Path) -> Result<(), String> {
        let policy = self.kuberc(dir)?;
        let name = if self.plugin_exists {
            "plugin"
        } else {
            "missing"
        };
        let path = dir.join(name).display().to_string();
        let command = if self.plugin_is_path {
            path
        } else {
            name.to_owned()
        };
        let mut exec = Exec::new(command, V1);
        exec.policy = policy;
        let source = MemorySource::new()
            .with_var("PATH", dir.display().to_string())
            .rooted_at("/");
        let plugin = exec_plugin(exec).source(Arc::new(source));
        ask(&plugin).await.map(drop).map_err(|error| chain(&error))
    }
}

fn write_program(path: &Path) -> io::Result<()> {
    let answer = answer(V1, &json!({"token": "t"}));
    fs::write(
        path,
        format!("#!/bin/sh\necho x >>\"$0\".runs\necho '{answer}'\n"),
    )?;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700))
}

#[tokio::test]
async fn x26_every_policy_with_every_list() {
    let dir = tempfile::tempdir().unwrap();
    for name in ["plugin", "other", "another"] {
        write_program(&dir.path().join(name)).unwrap();
    }
    let (mut ran, cases) = (0, cases());
    assert_eq!(cases.len(), 320);
    for case in cases {
        let outcome = case.outcome(dir.path()).await;
        match (case.expected(), outcome) {
            (None, Ok(())) => ran += 1,
            (Some(expected), Err(text)) => assert!(text.contains(expected), "{case:?}: {text}"),
            (expected, outcome) => panic!("{case:?}: {outcome:?}, not {expected:?}"),
        }
    }
    // No plugin ran that its error denies, and none but the one that was meant.
    let runs = fs::read_to_string(dir.path().join("plugin.runs")).unwrap();
    assert_eq!(runs.lines().count(), ran);
    assert!(!dir.path().join("other.runs").exists() && !dir.path().join("another.runs").exists());
}
