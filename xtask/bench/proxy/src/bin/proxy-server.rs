//! `proxy-server KUBECONFIG`: the API server behind the proxies; writes a kubeconfig of its administrator, says where it is, and ends with its input.

use std::io::{self, Write as _};
use std::path::PathBuf;

use bench_proxy::{Repeated, pod, pods_path};
use http::{Request, StatusCode};
use k8s_testing::{ApiServer, Body, Kubeconfig, ListenOptions};
use secrecy::ExposeSecret as _;
use tower::{BoxError, ServiceExt as _};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let file: PathBuf = std::env::args_os().nth(1).ok_or("proxy-server KUBECONFIG")?.into();
    let server = ApiServer::new();
    let token = server.issue_token("admin", &["system:masters"]);
    let create = Request::post(pods_path())
        .header("content-type", "application/json")
        .header("authorization", format!("Bearer {}", token.expose_secret()))
        .body(Body::from(pod().to_string().into_bytes()))?;
    let answer = server.clone().oneshot(create).await?;
    if answer.status() != StatusCode::CREATED {
        return Err(format!("the pod was not created: {}", answer.status()).into());
    }
    let options = ListenOptions::new().ca(server.ca());
    let listening = options.serve(Repeated::new(server)).await?;
    let kubeconfig = Kubeconfig::new(&listening.url())
        .ca_pem(listening.ca_pem())
        .token(&token);
    std::fs::write(file, kubeconfig.to_json().expose_secret())?;
    writeln!(io::stdout(), "{}", listening.url())?;
    let (ended, end) = tokio::sync::oneshot::channel();
    std::thread::spawn(move || {
        let read = io::copy(&mut io::stdin(), &mut io::sink());
        let _ = ended.send(read);
    });
    end.await??;
    Ok(())
}
