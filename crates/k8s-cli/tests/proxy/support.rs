//! A proxy as a process beside an API server in memory, and a client that says what goes over the wire.

use std::io::{BufRead as _, BufReader, Read as _};
use std::net::SocketAddr;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use k8s_testing::{ApiServer, Kubeconfig, KubeconfigFile, Listening};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// Longer than anything here takes.
pub(crate) const LONG: Duration = Duration::from_secs(30);

pub(crate) struct Cluster {
    _listening: Listening,
    file: KubeconfigFile,
}

/// A proxy that runs; killed at the end of a test that failed.
pub(crate) struct Proxy {
    child: Child,
    out: BufReader<ChildStdout>,
    /// What it serves on, as it printed it.
    pub(crate) address: String,
}

pub(crate) async fn cluster() -> Cluster {
    let server = ApiServer::new();
    let listening = server.listen().await.unwrap();
    let config = Kubeconfig::new(&listening.url())
        .ca_pem(listening.ca_pem())
        .token(&server.issue_token("admin", &["system:masters"]));
    Cluster {
        file: KubeconfigFile::new(&config).unwrap(),
        _listening: listening,
    }
}

pub(crate) fn command(kubeconfig: &str, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_k8s"));
    command
        .arg("proxy")
        .args(args)
        .env_clear()
        .env("KUBECONFIG", kubeconfig)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

impl Cluster {
    pub(crate) fn new(listening: Listening, file: KubeconfigFile) -> Self {
        Self {
            _listening: listening,
            file,
        }
    }

    pub(crate) fn path(&self) -> &str {
        self.file.path().to_str().unwrap()
    }

    pub(crate) fn proxy(&self, args: &[&str]) -> Proxy {
        let mut child = command(self.path(), args).spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("Starting to serve on ");
        let address = address.unwrap_or_default().to_owned();
        let proxy = Proxy {
            child,
            out,
            address,
        };
        assert!(!proxy.address.is_empty(), "{line}");
        proxy
    }
}

impl Proxy {
    #[cfg(target_os = "linux")]
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        let address: SocketAddr = self.address.parse().unwrap();
        TcpStream::connect(address).await.unwrap()
    }

    pub(crate) fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let kill = format!("kill -{name} {pid}");
        let status = Command::new("/bin/sh").args(["-c", &kill]).status();
        assert!(status.unwrap().success());
    }

    /// Waits for the end: exit code, the rest of standard output, standard error.
    pub(crate) async fn end(mut self) -> (Option<i32>, String, String) {
        let ended = tokio::task::spawn_blocking(move || {
            let (mut out, mut err) = (String::new(), String::new());
            self.out.read_to_string(&mut out).unwrap();
            let said = self.child.stderr.as_mut().unwrap();
            said.read_to_string(&mut err).unwrap();
            (self.child.wait().unwrap().code(), out, err)
        });
        timeout(LONG, ended).await.unwrap().unwrap()
    }

    pub(crate) async fn ends_well(self) {
        self.signal("TERM");
        assert_eq!(self.end().await, (Some(0), String::new(), String::new()));
    }

    /// The next line of standard error.
    pub(crate) fn said(&mut self) -> String {
        let mut line = String::new();
        let said = self.child.stderr.as_mut().unwrap();
        let mut byte = [0];
        while said.read(&mut byte).unwrap() == 1 && byte != *b"\n" {
            line.push(char::from(byte[0]));
        }
        line
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // It has ended already when all went well.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The whole answer to a request of these lines.
pub(crate) async fn ask(
    mut io: impl AsyncRead + AsyncWrite + Unpin,
    path: &str,
    host: &str,
) -> String {
    let request = format!("GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    io.write_all(request.as_bytes()).await.unwrap();
    let mut text = String::new();
    timeout(LONG, io.read_to_string(&mut text))
        .await
        .unwrap()
        .unwrap();
    text
}
