//! kubectl's preferences file, as far as it concerns who may be asked for credentials: which plugins may run.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};

use crate::config::Config;
use crate::platform::absolute;
use crate::source::{Source, Stamp};

mod decode;

/// Which credential plugins may be run. Follows `clientcmd/api.PluginPolicy`, `""` being `AllowAll`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum PluginPolicy {
    /// Any plugin that a kubeconfig names; what holds without a kuberc.
    #[default]
    AllowAll,
    /// No plugin at all.
    DenyAll,
    /// A plugin that matches one of these; there is at least one.
    Allowlist(Vec<AllowlistEntry>),
}

/// What a plugin must be to match one entry of [`PluginPolicy::Allowlist`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AllowlistEntry {
    /// A path, or a name that is looked for in `PATH`; not empty, and as short as `filepath.Clean` makes it.
    ///
    /// A plugin matches when its `command`, cleaned, is this very text, or when both, looked for in `PATH`, are the same file path.
    pub command: String,
}

impl AllowlistEntry {
    /// Matches plugins of this path or name.
    #[must_use]
    pub fn new(command: impl Into<String>) -> Self {
        Self {
            command: command.into(),
        }
    }
}

/// What a kuberc says of credential plugins, and where it stands.
///
/// Kind `Preference` of `kubectl.config.k8s.io`; its aliases and defaults concern kubectl alone and are not read.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Kuberc {
    /// Which plugins may run.
    pub plugin_policy: PluginPolicy,
    /// The file that said so; `None` when there is none, or kuberc is switched off.
    pub file: Option<PathBuf>,
    /// Where it was looked for, and in which state it was: `None` when it was not there.
    looked_at: Option<(PathBuf, Option<Stamp>)>,
}

impl Kuberc {
    /// The file that kubectl would take: `flag` (`--kuberc`), else `KUBERC`, else `~/.kube/kuberc`, which need not exist.
    ///
    /// `KUBERC=off` and `KUBECTL_KUBERC=false` switch it off. Follows `kubectl/pkg/kuberc`, except that a file that cannot be used is always an
    /// error: kubectl prints a warning for the one in the home directory, and runs every plugin.
    ///
    /// # Errors
    /// [`KubercError`]: a file that was named does not exist; there is one that cannot be read, is no preferences file or contradicts itself.
    pub fn find(source: &dyn Source, flag: Option<&Path>) -> Result<Self, KubercError> {
        let gate = source.var("KUBECTL_KUBERC").unwrap_or_default();
        let variable = source.var("KUBERC").filter(|variable| !variable.is_empty());
        if gate.eq_ignore_ascii_case("false") {
            return Ok(Self::default());
        }
        let named = match (flag, variable.as_deref()) {
            (None, Some("off")) => return Ok(Self::default()),
            (Some(flag), Some("off")) => {
                return Err(KubercError::new(flag, KubercFault::OffAndFlag));
            }
            (Some(flag), _) => Some(flag.to_owned()),
            (None, variable) => variable.map(PathBuf::from),
        };
        let platform = source.platform();
        let usual = || Some(platform.join(&platform.home(source)?, ".kube/kuberc"));
        let required = named.is_some();
        let Some(path) = named.or_else(|| usual().map(PathBuf::from)) else {
            return Ok(Self::default());
        };
        let path = absolute(source, &path);
        let stamp = source.stat(&path).ok();
        let mut kuberc = match source.read(&path) {
            Ok(bytes) => Self::from_slice(&bytes).map_err(|error| KubercError {
                file: path.clone(),
                ..error
            })?,
            Err(cause) if cause.kind() == io::ErrorKind::NotFound && !required => Self::default(),
            Err(cause) => return Err(KubercError::unreadable(&path, cause)),
        };
        kuberc.file = stamp.is_some().then(|| path.clone());
        kuberc.looked_at = Some((path, stamp));
        Ok(kuberc)
    }

    /// Reads the text of a kuberc: the first of its documents that is a `Preference` holds, as in kubectl.
    ///
    /// # Errors
    /// As [`find`](Self::find).
    pub fn from_slice(bytes: &[u8]) -> Result<Self, KubercError> {
        let plugin_policy = decode::decode(bytes).map_err(|(line, fault)| KubercError {
            line,
            ..KubercError::new(Path::new(""), fault)
        })?;
        Ok(Self {
            plugin_policy,
            file: None,
            looked_at: None,
        })
    }
}

impl Config {
    /// Puts the kuberc's policy on the plugin of the user, if there is one; without a plugin the file is not even looked for.
    pub(crate) fn govern_plugin(
        &mut self,
        source: &std::sync::Arc<dyn Source>,
    ) -> Result<(), KubercError> {
        let Some(exec) = &mut self.user.exec else {
            return Ok(());
        };
        let kuberc = Kuberc::find(&**source, None)?;
        exec.policy = kuberc.plugin_policy;
        if let Some((path, stamp)) = kuberc.looked_at {
            self.live.also_saw(source, path, stamp);
        }
        Ok(())
    }
}

/// A kuberc cannot be used, so nobody knows which plugins may run.
#[derive(Debug)]
pub struct KubercError {
    file: PathBuf,
    line: Option<u32>,
    fault: KubercFault,
    cause: Option<io::Error>,
}

impl KubercError {
    fn new(file: &Path, fault: KubercFault) -> Self {
        Self {
            file: file.to_owned(),
            line: None,
            fault,
            cause: None,
        }
    }

    fn unreadable(file: &Path, cause: io::Error) -> Self {
        let fault = KubercFault::Unreadable(cause.kind());
        Self {
            cause: Some(cause),
            ..Self::new(file, fault)
        }
    }

    /// The file; empty for bytes that came from elsewhere.
    #[must_use]
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// The line, from 1; `None` when it is about the file as a whole.
    #[must_use]
    pub const fn line(&self) -> Option<u32> {
        self.line
    }

    /// What is wrong.
    #[must_use]
    pub const fn fault(&self) -> &KubercFault {
        &self.fault
    }
}

/// What is wrong with a kuberc. The texts about the policy are those of `client-go/plugin/pkg/client/auth/exec`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KubercFault {
    /// The file cannot be read.
    Unreadable(io::ErrorKind),
    /// `KUBERC=off`, and a flag names a file.
    OffAndFlag,
    /// Not YAML, or more of it than is allowed; the text names no content.
    Syntax(String),
    /// No document in it is a `Preference` of `kubectl.config.k8s.io`.
    NoPreference,
    /// A field of another type.
    WrongType {
        /// The field.
        field: &'static str,
        /// What belongs there: `string`, `list` or `map`.
        expected: &'static str,
    },
    /// A policy that does not exist.
    UnknownPolicy,
    /// An allowlist, but the policy is not `Allowlist`.
    AllowlistUnused,
    /// The policy is `Allowlist`, and there is no list.
    AllowlistUnspecified,
    /// The policy is `Allowlist`, and the list is empty.
    AllowlistEmpty,
    /// An entry says nothing; counted from 1.
    EmptyEntry(usize),
    /// An entry's `name` and `command` differ; counted from 1.
    NameAndCommand(usize),
    /// An entry is a path with `.`, `..` or double separators; counted from 1.
    NotNormalized(usize),
}

impl fmt::Display for KubercError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("kuberc")?;
        if !self.file.as_os_str().is_empty() {
            write!(f, " {}", self.file.display())?;
        }
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(f, ": {}", self.fault)
    }
}

impl fmt::Display for KubercFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(io::ErrorKind::NotFound) => f.write_str("there is no such file"),
            Self::Unreadable(_) => f.write_str("it cannot be read"),
            Self::OffAndFlag => f.write_str("disabling kuberc via KUBERC=off and passing kuberc flag are mutually exclusive"),
            Self::Syntax(text) => f.write_str(text),
            Self::NoPreference => f.write_str("no valid preferences found"),
            Self::WrongType { field, expected } => write!(f, "{field} must be a {expected}"),
            Self::UnknownPolicy => f.write_str("unknown plugin policy, it must be AllowAll, DenyAll or Allowlist"),
            Self::AllowlistUnused => {
                f.write_str("misconfigured credential plugin allowlist: plugin policy is not \"Allowlist\" but allowlist is non-nil")
            }
            Self::AllowlistUnspecified => {
                f.write_str("credential plugin policy set to \"Allowlist\", but allowlist is unspecified")
            }
            Self::AllowlistEmpty => f.write_str(
                "credential plugin policy set to \"Allowlist\", but allowlist is empty; use \"DenyAll\" policy instead",
            ),
            Self::EmptyEntry(number) => {
                write!(f, "misconfigured credential plugin allowlist: empty allowlist entry #{number}")
            }
            Self::NameAndCommand(number) => write!(
                f,
                "both `name` and `command` were supplied with different values in allowlist entry #{number}, `name` is deprecated"
            ),
            Self::NotNormalized(number) => write!(f, "non-normalized file path in allowlist entry #{number}"),
        }
    }
}

impl std::error::Error for KubercError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_ref().map(|cause| cause as _)
    }
}
