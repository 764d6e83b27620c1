//! The command line of `cargo xtask`, verb by verb.

#![expect(unreachable_pub, reason = "xflags writes this code")]

use std::path::PathBuf;

xflags::xflags! {
    src "./src/flags.rs"

    /// How this repository is built, checked and measured.
    ///
    /// `cargo xtask cluster --help` explains the verb that runs a real control plane.
    cmd xtask {
        /// Checks the invariants that docs/CONVENTIONS.md states.
        cmd tidy {
            /// Tree to check (default: this repository).
            optional --root root: PathBuf
            /// Check this rule only (the anchor in CONVENTIONS); may be repeated.
            repeated --rule rule: String
        }

        /// Writes the public API of each crate to docs/api, and shows what changed in it.
        cmd api {
            /// Compare with what is committed, change nothing.
            optional --check
        }

        /// Measures us beside others, and writes docs/PERFORMANCE.md.
        cmd bench {
            /// What to measure: config, auth, decode, network, proxy, size (default: all).
            repeated workload: String
            /// How often each takes its turn (default: 9).
            optional --rounds rounds: usize
        }

        /// Format, clippy, tidy, each crate alone, documentation, policy.
        cmd ci {}

        /// Runs the conformance cases (default: both columns).
        cmd conformance {
            /// Only on the in-memory server.
            optional --fake
            /// Only on a real control plane.
            optional --real
            /// On both.
            optional --both
            /// On both; then shows where their answers differ.
            optional --diff
        }

        /// Asks us and Kubernetes' own libraries the same, and compares.
        cmd differential {
            /// Sequences of applies and patches: the in-memory server and a real control plane.
            cmd apply {
                /// How many sequences (default: 1000).
                optional --cases cases: u64
                /// What chance begins with (default: 1).
                optional --seed seed: u64
            }

            /// Objects in protobuf and in JSON: the in-memory server and Go's types.
            cmd protobuf {
                /// How many objects (default: 3000).
                optional --cases cases: u64
                /// What chance begins with (default: 1).
                optional --seed seed: u64
            }

            /// Kubeconfig files and flags: k8s-config and client-go.
            cmd config {
                /// How many questions (default: 2000).
                optional --cases cases: u64
                /// What chance begins with (default: 1).
                optional --seed seed: u64
            }
        }

        /// One kubeconfig under several writers and kubectl, and killed at every system call.
        cmd edits {
            /// How long they write (default: 30).
            optional --seconds seconds: u64
        }

        /// Asks Go again for the tables that the tests read.
        cmd golden {
            /// Compare with what is committed, change nothing.
            optional --check
            /// Only this table; may be repeated.
            repeated --table table: String
        }

        /// Runs the same command lines with kubectl and with k8s on a real control plane, and compares.
        cmd kubectl {
            /// Show every difference whole, not its first lines.
            optional --whole
            /// What the verb runs inside the cluster: the program to compare.
            optional --inside program: PathBuf
        }

        /// Runs one script of kubectl's commands on the in-memory server and on a real control plane, and compares.
        cmd kubectl-diff {
            /// Show every difference whole, not its first lines.
            optional --whole
            /// What the verb runs inside the cluster: writes what was said to this file.
            optional --inside path: PathBuf
        }

        /// Runs kubectl, unmodified, against the in-memory server.
        cmd kubectl-memory {}

        /// Writes the list of kinds that k8s-openapi has types for.
        cmd kinds {
            /// Compare with what is committed, change nothing.
            optional --check
        }

        /// Does what the two documentation pages do on a real control plane (default: all of it).
        cmd pages {
            /// The pages' programs in other languages, beside ours.
            optional --six
            /// Each way to the API, by a program of ours.
            optional --walks
            /// The pages' shell, with kubectl and with k8s.
            optional --shell
            /// What the verb runs inside the cluster: the folder of the programs to compare, or with --page k8s.
            optional --inside folder: PathBuf
            /// The page whose shell is run inside the cluster.
            optional --page name: String
        }

        /// Lets other people's clients ask a real control plane through `k8s proxy`.
        cmd proxy-clients {
            /// What the verb runs inside the cluster: the program to ask.
            optional --inside program: PathBuf
        }

        /// Asks a real control plane for the table of kinds that the in-memory server serves by.
        cmd schema {
            /// Compare with what is committed, change nothing.
            optional --check
            /// Inside of a cluster's environment: ask, and write what was answered to this file.
            optional --ask path: PathBuf
        }

        /// Writes the measured part of docs/STATUS.md.
        cmd measure {
            /// Also build in an empty target folder (minutes) and take the size of the binary.
            optional --cold
        }
    }
}
// generated start
// The following code is generated by `xflags` macro.
// Run `env UPDATE_XFLAGS=1 cargo build` to regenerate.
#[derive(Debug)]
pub struct Xtask {
    pub subcommand: XtaskCmd,
}

#[derive(Debug)]
pub enum XtaskCmd {
    Tidy(Tidy),
    Api(Api),
    Bench(Bench),
    Ci(Ci),
    Conformance(Conformance),
    Differential(Differential),
    Edits(Edits),
    Golden(Golden),
    Kubectl(Kubectl),
    KubectlDiff(KubectlDiff),
    KubectlMemory(KubectlMemory),
    Kinds(Kinds),
    Pages(Pages),
    ProxyClients(ProxyClients),
    Schema(Schema),
    Measure(Measure),
}

#[derive(Debug)]
pub struct Tidy {
    pub root: Option<PathBuf>,
    pub rule: Vec<String>,
}

#[derive(Debug)]
pub struct Api {
    pub check: bool,
}

#[derive(Debug)]
pub struct Bench {
    pub workload: Vec<String>,

    pub rounds: Option<usize>,
}

#[derive(Debug)]
pub struct Ci;

#[derive(Debug)]
pub struct Conformance {
    pub fake: bool,
    pub real: bool,
    pub both: bool,
    pub diff: bool,
}

#[derive(Debug)]
pub struct Differential {
    pub subcommand: DifferentialCmd,
}

#[derive(Debug)]
pub enum DifferentialCmd {
    Apply(Apply),
    Protobuf(Protobuf),
    Config(Config),
}

#[derive(Debug)]
pub struct Apply {
    pub cases: Option<u64>,
    pub seed: Option<u64>,
}

#[derive(Debug)]
pub struct Protobuf {
    pub cases: Option<u64>,
    pub seed: Option<u64>,
}

#[derive(Debug)]
pub struct Config {
    pub cases: Option<u64>,
    pub seed: Option<u64>,
}

#[derive(Debug)]
pub struct Edits {
    pub seconds: Option<u64>,
}

#[derive(Debug)]
pub struct Golden {
    pub check: bool,
    pub table: Vec<String>,
}

#[derive(Debug)]
pub struct Kubectl {
    pub whole: bool,
    pub inside: Option<PathBuf>,
}

#[derive(Debug)]
pub struct KubectlDiff {
    pub whole: bool,
    pub inside: Option<PathBuf>,
}

#[derive(Debug)]
pub struct KubectlMemory;

#[derive(Debug)]
pub struct Kinds {
    pub check: bool,
}

#[derive(Debug)]
pub struct Pages {
    pub six: bool,
    pub walks: bool,
    pub shell: bool,
    pub inside: Option<PathBuf>,
    pub page: Option<String>,
}

#[derive(Debug)]
pub struct ProxyClients {
    pub inside: Option<PathBuf>,
}

#[derive(Debug)]
pub struct Schema {
    pub check: bool,
    pub ask: Option<PathBuf>,
}

#[derive(Debug)]
pub struct Measure {
    pub cold: bool,
}

impl Xtask {
    #[allow(dead_code)]
    pub fn from_env_or_exit() -> Self {
        Self::from_env_or_exit_()
    }

    #[allow(dead_code)]
    pub fn from_env() -> xflags::Result<Self> {
        Self::from_env_()
    }

    #[allow(dead_code)]
    pub fn from_vec(args: Vec<std::ffi::OsString>) -> xflags::Result<Self> {
        Self::from_vec_(args)
    }
}
// generated end
