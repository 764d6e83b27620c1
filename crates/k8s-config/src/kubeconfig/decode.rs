//! From a tree of YAML values to the types of a kubeconfig, collecting every fault on the way.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::file::{FileError, FileFault, FileFaultKind};
use super::{AuthInfo, Base, Cluster, Context, Home, Kubeconfig, Layout, Stanza, text};
use crate::provenance::Place;
use crate::raw::RawJson;
use crate::source::{MAX_FILE_BYTES, Source};
use crate::warning::{Warning, WarningKind};
use crate::yaml::{self, Entry, Node, Part, Value};

mod path;
mod read;
mod user;

use path::FieldPath;

/// Reads one file's text, and lets go of it on the way where it can.
pub(crate) fn decode(
    source: Arc<dyn Source>,
    bytes: Cow<'_, [u8]>,
    file: Option<Arc<Path>>,
    base: Base,
) -> Result<Kubeconfig, FileError> {
    let fails = |line, kind| {
        let fault = FileFault {
            line,
            field: String::new(),
            kind,
        };
        FileError::new(file.clone(), vec![fault])
    };
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(fails(None, FileFaultKind::TooLong));
    }
    let text = text::take(bytes).ok_or_else(|| fails(None, FileFaultKind::NotText))?;
    let mut kubeconfig = Kubeconfig::empty(source);
    let mut reader = Reader::new(file.clone(), base);
    yaml::for_each_part(text, &LISTS, &mut |part| {
        reader.part(&part, &mut kubeconfig)
    })
    .map_err(|error| {
        let kind = FileFaultKind::Syntax(error.kind.to_string());
        fails(Some(error.line), kind)
    })?;
    kubeconfig.warnings = reader.warnings;
    if reader.faults.is_empty() {
        Ok(kubeconfig)
    } else {
        Err(FileError::new(file, reader.faults))
    }
}

/// Reads values of the types that belong in each place, and notes what does not.
struct Reader {
    home: Arc<Home>,
    /// Layouts of stanzas read lately: the next one is most often of the same.
    layouts: Vec<Arc<Layout>>,
    faults: Vec<FileFault>,
    warnings: Vec<Warning>,
}

/// What an object's reader says of a field: its known name, or that it is not known.
type Known = Option<&'static str>;

impl Reader {
    fn new(file: Option<Arc<Path>>, base: Base) -> Self {
        Self {
            home: Arc::new(Home { file, base }),
            layouts: Vec::new(),
            faults: Vec::new(),
            warnings: Vec::new(),
        }
    }

    fn part(&mut self, part: &Part<'_, '_>, into: &mut Kubeconfig) {
        let root = &FieldPath::root();
        let (entry, first) = match part {
            Part::Field(entry) => (*entry, 0),
            Part::Items { entry, first } => (*entry, *first),
            Part::Superseded(entry) => return self.superseded(entry, &root.key(&entry.key)),
            Part::NotFields(node) => return self.mismatch(node, root, "map"),
        };
        let (value, path) = (&entry.value, &root.key(&entry.key));
        match &*entry.key {
            "apiVersion" => self.word(value, path, "v1", FileFaultKind::ApiVersion),
            "kind" => self.word(value, path, "Config", FileFaultKind::WrongKind),
            "preferences" => self.preferences(value, path, into),
            "clusters" => {
                let read = (Self::cluster as Read<_>, first);
                self.named(value, path, &CLUSTERS, read, &mut into.clusters);
            }
            "users" => {
                let read = (Self::user as Read<_>, first);
                self.named(value, path, &USERS, read, &mut into.users);
            }
            "contexts" => {
                let read = (Self::context as Read<_>, first);
                self.named(value, path, &CONTEXTS, read, &mut into.contexts);
            }
            "current-context" => {
                into.current_context = self.text(value, path);
                let place = self.place(entry.line);
                into.current_context_place = into.current_context.is_some().then_some(place);
            }
            "extensions" => into.extensions = self.extensions(value, path),
            _ => into.unknown.push(self.unknown(entry, path)),
        }
    }

    fn preferences(&mut self, node: &Node<'_>, path: &FieldPath<'_>, into: &mut Kubeconfig) {
        self.object(node, path, |reader, key, value, path| match key {
            "colors" => {
                into.colors = reader.flag(value, path);
                Some("colors")
            }
            "extensions" => {
                into.preference_extensions = reader.extensions(value, path);
                Some("extensions")
            }
            _ => None,
        });
    }

    fn cluster(&mut self, node: &Node<'_>, path: &FieldPath<'_>) -> Cluster {
        let mut cluster = Cluster::default();
        let c = &mut cluster;
        let (fields, unknown) = self.object(node, path, |reader, key, value, path| {
            Some(match key {
                "server" => {
                    c.server = reader.url(value, path);
                    "server"
                }
                "tls-server-name" => {
                    c.tls_server_name = reader.text(value, path);
                    "tls-server-name"
                }
                "insecure-skip-tls-verify" => {
                    c.insecure_skip_tls_verify = reader.flag(value, path);
                    "insecure-skip-tls-verify"
                }
                "certificate-authority" => {
                    c.certificate_authority = reader.text(value, path);
                    "certificate-authority"
                }
                "certificate-authority-data" => {
                    c.certificate_authority_data = reader.data(value, path);
                    "certificate-authority-data"
                }
                "proxy-url" => {
                    c.proxy_url = reader.url(value, path);
                    "proxy-url"
                }
                "disable-compression" => {
                    c.disable_compression = reader.flag(value, path);
                    "disable-compression"
                }
                "extensions" => {
                    c.extensions = reader.extensions(value, path);
                    "extensions"
                }
                _ => return None,
            })
        });
        (cluster.origin, cluster.unknown) = (self.stanza(node, &fields), unknown);
        cluster
    }

    fn context(&mut self, node: &Node<'_>, path: &FieldPath<'_>) -> Context {
        let mut context = Context::default();
        let c = &mut context;
        let (fields, unknown) = self.object(node, path, |reader, key, value, path| {
            Some(match key {
                "cluster" => {
                    c.cluster = reader.text(value, path);
                    "cluster"
                }
                "user" => {
                    c.user = reader.text(value, path);
                    "user"
                }
                "namespace" => {
                    c.namespace = reader.text(value, path);
                    "namespace"
                }
                "extensions" => {
                    c.extensions = reader.extensions(value, path);
                    "extensions"
                }
                _ => return None,
            })
        });
        (context.origin, context.unknown) = (self.stanza(node, &fields), unknown);
        context
    }
}

/// The long lists: what is read of them need not be there at once.
const LISTS: [&str; 3] = ["clusters", "contexts", "users"];

/// Reads one value.
type Read<T> = fn(&mut Reader, &Node<'_>, &FieldPath<'_>) -> T;

/// What the entries of a list of named things are called, here and in Go's error texts.
struct Kind<T> {
    field: &'static str,
    list: &'static str,
    becomes: &'static str,
    /// Where the line of an entry is kept.
    line: fn(&mut T) -> &mut u32,
}

const CLUSTERS: Kind<Cluster> = Kind {
    field: "cluster",
    list: "NamedCluster",
    becomes: "*api.Cluster",
    line: |cluster| &mut cluster.origin.entry_line,
};
const USERS: Kind<AuthInfo> = Kind {
    field: "user",
    list: "NamedAuthInfo",
    becomes: "*api.AuthInfo",
    line: |user| &mut user.origin.entry_line,
};
const CONTEXTS: Kind<Context> = Kind {
    field: "context",
    list: "NamedContext",
    becomes: "*api.Context",
    line: |context| &mut context.origin.entry_line,
};
const EXTENSIONS: Kind<(RawJson, u32)> = Kind {
    field: "extension",
    list: "NamedExtension",
    becomes: "runtime.Object",
    line: |(_, line)| line,
};
