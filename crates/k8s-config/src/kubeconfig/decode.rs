//! From a tree of YAML values to the types of a kubeconfig, collecting every fault on the way.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use super::file::{FileError, FileFault, FileFaultKind};
use super::{Base, Cluster, Context, Kubeconfig, Stanza, text};
use crate::provenance::Place;
use crate::raw::RawJson;
use crate::source::{MAX_FILE_BYTES, Source};
use crate::warning::{Warning, WarningKind};
use crate::yaml::{self, Entry, Node, Value};

mod path;
mod read;
mod user;

use path::FieldPath;

/// Reads one file's text.
pub(crate) fn decode(
    source: Arc<dyn Source>,
    bytes: &[u8],
    file: Option<&Arc<Path>>,
    base: Base,
) -> Result<Kubeconfig, FileError> {
    let whole = |kind| {
        let fault = FileFault {
            line: None,
            field: String::new(),
            kind,
        };
        FileError::new(file.cloned(), vec![fault])
    };
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(whole(FileFaultKind::TooLong));
    }
    let (text, _) = text::read(bytes).ok_or_else(|| whole(FileFaultKind::NotText))?;
    let mut kubeconfig = Kubeconfig::empty(source);
    let root = yaml::parse(&text).map_err(|error| {
        let kind = FileFaultKind::Syntax(error.kind.to_string());
        FileError::new(
            file.cloned(),
            vec![FileFault::new(error.line, String::new(), kind)],
        )
    })?;
    let Some(root) = root else {
        return Ok(kubeconfig);
    };
    let mut reader = Reader {
        file: file.cloned(),
        base,
        faults: Vec::new(),
        warnings: Vec::new(),
    };
    reader.root(&root, &mut kubeconfig);
    kubeconfig.warnings = reader.warnings;
    if reader.faults.is_empty() {
        Ok(kubeconfig)
    } else {
        Err(FileError::new(file.cloned(), reader.faults))
    }
}

/// Reads values of the types that belong in each place, and notes what does not.
struct Reader {
    file: Option<Arc<Path>>,
    base: Base,
    faults: Vec<FileFault>,
    warnings: Vec<Warning>,
}

/// What an object's reader says of a field: its known name, or that it is not known.
type Known = Option<&'static str>;

impl Reader {
    fn root(&mut self, root: &Node<'_>, into: &mut Kubeconfig) {
        let path = &FieldPath::root();
        let mut extensions = Vec::new();
        let (stanza, unknown) = self.object(root, path, |reader, key, value, path| match key {
            "apiVersion" => {
                reader.word(value, path, "v1", FileFaultKind::ApiVersion);
                Some("apiVersion")
            }
            "kind" => {
                reader.word(value, path, "Config", FileFaultKind::WrongKind);
                Some("kind")
            }
            "preferences" => {
                reader.preferences(value, path, into);
                Some("preferences")
            }
            "clusters" => {
                into.clusters = reader.named(value, path, &CLUSTERS, Self::cluster);
                Some("clusters")
            }
            "users" => {
                into.users = reader.named(value, path, &USERS, Self::user);
                Some("users")
            }
            "contexts" => {
                into.contexts = reader.named(value, path, &CONTEXTS, Self::context);
                Some("contexts")
            }
            "current-context" => {
                into.current_context = reader.text(value, path);
                Some("current-context")
            }
            "extensions" => {
                extensions = reader.extensions(value, path).into_iter().collect();
                Some("extensions")
            }
            _ => None,
        });
        into.extensions = extensions.into_iter().collect();
        into.unknown = unknown;
        into.current_context_place = into
            .current_context
            .as_ref()
            .and_then(|_| stanza.place("current-context"));
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
        let (origin, unknown) = self.object(node, path, |reader, key, value, path| {
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
        (cluster.origin, cluster.unknown) = (origin, unknown);
        cluster
    }

    fn context(&mut self, node: &Node<'_>, path: &FieldPath<'_>) -> Context {
        let mut context = Context::default();
        let c = &mut context;
        let (origin, unknown) = self.object(node, path, |reader, key, value, path| {
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
        (context.origin, context.unknown) = (origin, unknown);
        context
    }
}

/// What the entries of a list of named things are called, here and in Go's error texts.
struct Kind {
    field: &'static str,
    list: &'static str,
    becomes: &'static str,
}

const CLUSTERS: Kind = Kind {
    field: "cluster",
    list: "NamedCluster",
    becomes: "*api.Cluster",
};
const USERS: Kind = Kind {
    field: "user",
    list: "NamedAuthInfo",
    becomes: "*api.AuthInfo",
};
const CONTEXTS: Kind = Kind {
    field: "context",
    list: "NamedContext",
    becomes: "*api.Context",
};
const EXTENSIONS: Kind = Kind {
    field: "extension",
    list: "NamedExtension",
    becomes: "runtime.Object",
};
