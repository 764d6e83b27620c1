//! The ways to the API that the pages know, each walked by a program of ours on a real control plane.

use std::path::Path;
use std::process::Stdio;

use crate::section::Section;
use crate::{Error, programs};

const EXAMPLES: [&str; 6] = [
    "quickstart",
    "without_client",
    "through_proxy",
    "contexts",
    "account_token",
    "list_pods",
];

/// One way: options of `cluster run`, a script for `sh` with our programs in `PATH`, and what it must print.
struct Walk {
    name: &'static str,
    options: &'static [&'static str],
    /// What the script begins with.
    before: &'static str,
    script: &'static str,
    wanted: &'static [&'static str],
}

/// Starts the real `kubectl proxy`, which ends with the script.
const PROXY: &str = r#"
    "$CLUSTER_KUBECTL" proxy --port=8001 > proxy.log &
    proxy=$!
    trap 'kill $proxy' EXIT
    until grep -q 'Starting to serve' proxy.log; do sleep 0.05; done
"#;

const WALKS: &[Walk] = &[
    Walk {
        name: "pod, with the client",
        options: &["--as-pod"],
        before: "",
        script: "quickstart --cluster",
        wanted: &["\"kind\":\"APIVersions\"", "found=in-cluster "],
    },
    Walk {
        name: "pod, without it",
        options: &["--as-pod"],
        before: "",
        script: "without_client",
        wanted: &["APIVersions", "\"v1\""],
    },
    Walk {
        name: "pod, a neighbour of kubectl proxy",
        options: &["--as-pod"],
        before: PROXY,
        // The neighbour has no variable of the cluster, and an empty folder lies over the credentials.
        script: "
            hide='mount -t tmpfs none /var/run/secrets && exec through_proxy'
            env -i PATH=\"$PATH\" unshare --mount sh -ec \"$hide\"",
        wanted: &["kube-system"],
    },
    Walk {
        name: "outside, a kubeconfig with several clusters",
        options: &[],
        before: "",
        script: "
            \"$CLUSTER_KUBECTL\" config set-cluster away --server=https://127.0.0.1:1 > /dev/null
            \"$CLUSTER_KUBECTL\" config set-context away --cluster=away > /dev/null
            contexts",
        wanted: &["away\thttps://127.0.0.1:1/\terror: ", "\tv1."],
    },
    Walk {
        name: "outside, tokens of a service account: a Secret, a TokenRequest",
        options: &[],
        before: "",
        script: "account_token",
        wanted: &[
            "secret=system:serviceaccount:default:default",
            "request=system:serviceaccount:default:default",
        ],
    },
    Walk {
        name: "outside, explicitly insecure, then with the pin that was told",
        options: &[],
        before: "",
        script: "
            k8s --insecure-skip-tls-verify get --raw=/version 2> warned
            pin=$(grep -o 'sha256:[0-9a-f]*' warned)
            k8s --pin=\"$pin\" get --raw=/readyz 2> silent
            test ! -s silent
            no=sha256:0000000000000000000000000000000000000000000000000000000000000000
            if k8s --pin=$no get --raw=/readyz 2> refused; then exit 1; fi
            grep -o 'which is not pinned' refused",
        wanted: &["gitVersion", "ok", "which is not pinned"],
    },
    Walk {
        name: "outside, a server without authentication",
        // (The server lets nobody be anonymous where everything is allowed to everybody.)
        options: &["--apiserver-arg=--anonymous-auth=true"],
        before: "",
        script: "
            everybody='--clusterrole=cluster-admin --group=system:unauthenticated'
            \"$CLUSTER_KUBECTL\" create clusterrolebinding everybody $everybody > /dev/null
            \"$CLUSTER_KUBECTL\" run web --image=registry.example/web:1 > /dev/null
            \"$CLUSTER_KUBECTL\" config set-context --current --user= > /dev/null
            list_pods",
        wanted: &["default/web"],
    },
    Walk {
        name: "outside, through kubectl proxy",
        options: &[],
        before: PROXY,
        script: "env -u KUBECONFIG through_proxy",
        wanted: &["kube-system"],
    },
];

/// Walks all of them, also after one failed.
pub(super) fn run() -> Result<bool, Error> {
    let _section = Section::open("pages walks");
    let (built, k8s) = (programs::examples(EXAMPLES)?, programs::k8s()?);
    let built = built.iter().chain([&k8s]);
    let ours = built.filter_map(|program| program.parent().map(Path::to_owned));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let path = std::env::join_paths(ours.chain(std::env::split_paths(&path)))?;
    let mut failed = 0;
    for walk in WALKS {
        match walk.walk(&path) {
            Ok(()) => println!("ok      {}", walk.name),
            Err(why) => {
                failed += 1;
                println!("FAILED  {}: {why}", walk.name);
            }
        }
    }
    println!("walks={} failed={failed}", WALKS.len());
    Ok(failed == 0)
}

impl Walk {
    fn walk(&self, path: &std::ffi::OsStr) -> Result<(), Error> {
        let folder = tempfile::tempdir()?;
        let output = programs::cluster_run(self.options)?
            .args(["sh", "-ec"])
            .arg(format!("{}{}", self.before, self.script))
            .current_dir(folder.path())
            .env("PATH", path)
            .stderr(Stdio::piped())
            .output()?;
        let out = String::from_utf8_lossy(&output.stdout);
        let missing = self.wanted.iter().find(|part| !out.contains(**part));
        if output.status.success() && missing.is_none() {
            return Ok(());
        }
        let err = String::from_utf8_lossy(&output.stderr);
        Err(format!("{}, wanted {missing:?}\n{out}{err}", output.status).into())
    }
}
