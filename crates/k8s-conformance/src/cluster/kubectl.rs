//! The `kubectl` that was built beside a real control plane.

use std::process::Stdio;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::process::{Child, Command};

use super::{Backstage, Cluster};

/// A `kubectl proxy`; it ends with this.
#[derive(Debug)]
pub(crate) struct Proxy {
    child: Child,
    address: String,
}

impl Proxy {
    /// Where it listens, `http://127.0.0.1:PORT`.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends it, and waits until it has.
    pub(crate) async fn stop(mut self) {
        self.child.kill().await.unwrap();
    }
}

impl Cluster {
    /// Runs kubectl as the administrator with this on its standard input; it must succeed.
    pub(crate) async fn kubectl(&self, args: &[&str], input: &str) {
        let mut child = self.command(args).stdin(Stdio::piped()).spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).await.unwrap();
        drop(stdin);
        let status = child.wait().await.unwrap();
        assert!(status.success(), "kubectl {args:?}: {status}");
    }

    /// A `kubectl proxy` as the administrator, on a port that is free.
    pub(crate) async fn kubectl_proxy(&self) -> Proxy {
        let mut child = self.command(&["proxy", "--port=0"]).spawn().unwrap();
        let mut line = String::new();
        let output = child.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut line).await.unwrap();
        let address = line.trim().rsplit(' ').next().unwrap().to_owned();
        assert!(address.starts_with("127.0.0.1:"), "{line}");
        Proxy { child, address }
    }

    fn command(&self, args: &[&str]) -> Command {
        let Backstage::Real { kubectl, .. } = &self.backstage else {
            panic!("kubectl is there with a real control plane only");
        };
        let mut command = Command::new(kubectl);
        command
            .arg("--kubeconfig")
            .arg(&self.kubeconfig)
            .args(args)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true);
        command
    }
}
