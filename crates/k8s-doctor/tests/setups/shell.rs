//! As much of a shell as the printed commands need, and of `kubectl config` on a kubeconfig.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use k8s_config::{
    AuthInfo, Cluster, FileOrData, Kubeconfig, LoadingRules, SetCluster, SetCredentials,
    SystemSource, UrlText,
};
use secrecy::SecretString;

/// A command: its words, its flags, and where its output goes.
#[derive(Debug, Default)]
pub(crate) struct Line {
    pub(crate) words: Vec<String>,
    pub(crate) flags: HashMap<String, String>,
    pub(crate) output: Option<PathBuf>,
}

impl Line {
    /// Reads a line; `$(…)` becomes what `substitute` says of it.
    pub(crate) fn parse(line: &str, substitute: impl Fn(&str) -> String) -> Self {
        let mut read = Self::default();
        let mut words = split(line, &substitute).into_iter();
        while let Some(word) = words.next() {
            if word == ">" {
                read.output = words.next().map(Into::into);
            } else if word == "--namespace" {
                read.flags
                    .insert("namespace".to_owned(), words.next().unwrap_or_default());
            } else if let Some(flag) = word.strip_prefix("--") {
                let (name, value) = flag.split_once('=').unwrap_or((flag, "true"));
                read.flags.insert(name.to_owned(), value.to_owned());
            } else {
                read.words.push(word);
            }
        }
        read
    }

    pub(crate) fn flag(&self, name: &str) -> Option<&str> {
        self.flags.get(name).map(String::as_str)
    }
}

/// Words, with single and double quotes and `$(…)`.
fn split(line: &str, substitute: &impl Fn(&str) -> String) -> Vec<String> {
    let (mut words, mut word, mut begun) = (Vec::new(), String::new(), false);
    let mut rest = line;
    let mut double = false;
    while let Some(c) = rest.chars().next() {
        rest = &rest[c.len_utf8()..];
        match c {
            '\'' if !double => {
                let end = rest.find('\'').unwrap();
                word.push_str(&rest[..end]);
                rest = &rest[end + 1..];
                begun = true;
            }
            '\\' if !double => {
                word.push(rest.chars().next().unwrap());
                rest = &rest[1..];
            }
            '"' => (double, begun) = (!double, true),
            '$' if rest.starts_with('(') => {
                let end = rest.find(')').unwrap();
                word.push_str(&substitute(&rest[1..end]));
                rest = &rest[end + 1..];
            }
            ' ' if !double => {
                if begun || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                begun = false;
            }
            c => word.push(c),
        }
    }
    if begun || !word.is_empty() {
        words.push(word);
    }
    words
}

/// `kubectl config VERB NAME --kubeconfig=FILE …`, files as `desk` sees them.
pub(crate) fn kubectl_config(line: &Line, desk: &Path) -> Result<(), String> {
    let [_, _, verb, name] = &line.words[..] else {
        return Err(format!("not a change of a kubeconfig: {line:?}"));
    };
    let file = line.flag("kubeconfig").ok_or("no file is named")?;
    let rules = LoadingRules::explicit(Arc::new(SystemSource), file);
    let edited = rules.edit(&SystemSource, |kubeconfig| match verb.as_str() {
        "use-context" => Ok(kubeconfig.use_context(name)?),
        "set-cluster" => Ok(set_cluster(line, desk).apply(cluster(kubeconfig, name)?)?),
        "set-credentials" => Ok(set_credentials(line, desk).apply(user(kubeconfig, name)?)?),
        _ => Err(format!("unknown: {verb}").into()),
    });
    edited
        .map(drop)
        .map_err(|error| format!("{error}: {:?}", std::error::Error::source(&error)))
}

fn cluster<'a>(kubeconfig: &'a mut Kubeconfig, name: &str) -> Result<&'a mut Cluster, String> {
    let found = kubeconfig.clusters.get_mut(name);
    found.ok_or_else(|| format!("there is no cluster {name}"))
}

fn user<'a>(kubeconfig: &'a mut Kubeconfig, name: &str) -> Result<&'a mut AuthInfo, String> {
    let found = kubeconfig.users.get_mut(name);
    found.ok_or_else(|| format!("there is no user {name}"))
}

fn embedded(line: &Line, flag: &str, desk: &Path) -> Option<FileOrData> {
    assert_eq!(line.flag("embed-certs"), Some("true"));
    let bytes = std::fs::read(desk.join(line.flag(flag)?)).unwrap();
    Some(FileOrData::data(bytes))
}

fn set_cluster(line: &Line, desk: &Path) -> SetCluster {
    let mut set = SetCluster::default();
    set.server = line.flag("server").map(UrlText::new);
    set.tls_server_name = line.flag("tls-server-name").map(str::to_owned);
    set.proxy_url = line.flag("proxy-url").map(UrlText::new);
    if line.flag("certificate-authority").is_some() {
        set.certificate_authority = embedded(line, "certificate-authority", desk);
    }
    set
}

fn set_credentials(line: &Line, desk: &Path) -> SetCredentials {
    let mut set = SetCredentials::default();
    set.token = line.flag("token").map(SecretString::from);
    if line.flag("client-certificate").is_some() {
        set.client_certificate = embedded(line, "client-certificate", desk);
        set.client_key = embedded(line, "client-key", desk);
    }
    set
}
