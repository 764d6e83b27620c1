//! The in-memory server as a program: it writes a kubeconfig for an administrator, and serves until its input ends.
//!
//! `cargo run --example serve -- KUBECONFIG`, then `kubectl --kubeconfig KUBECONFIG get namespaces` elsewhere.

use std::io::{self, Write as _};

use k8s_testing::{ApiServer, Kubeconfig};
use secrecy::ExposeSecret as _;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let missing = || io::Error::other("usage: serve KUBECONFIG");
    let path = std::env::args_os().nth(1).ok_or_else(missing)?;
    let server = ApiServer::new();
    let listening = server.listen().await?;
    let certificate = server.issue_certificate("admin", &["system:masters"]);
    let kubeconfig = Kubeconfig::new(&listening.url())
        .ca_pem(listening.ca_pem())
        .client_certificate(&certificate);
    std::fs::write(path, kubeconfig.to_json().expose_secret())?;
    writeln!(io::stdout(), "{}", listening.url())?;
    let (ended, end) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let read = io::copy(&mut io::stdin(), &mut io::sink());
        let _ = ended.send(read);
    });
    end.await.map_err(io::Error::other)??;
    Ok(())
}
