//! `proxy-server KUBECONFIG`: the API server behind the proxies, and the load before them, in one thread: two processes on one core would spend
//! a tenth of it on each other.
//!
//! Writes a kubeconfig of its administrator and says where it is. Each line of its input, `PORT pod|api|watch CONNECTIONS MILLISECONDS`, keeps the
//! proxy on that port busy, and is answered by one line of pairs. It ends with its input.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::time::Duration;

use bench_proxy::{Repeated, pod, pod_path, pods_path, requests, watchers};
use http::{Request, StatusCode};
use k8s_testing::{ApiServer, Body, Kubeconfig, ListenOptions};
use secrecy::ExposeSecret as _;
use tokio::sync::mpsc;
use tower::{BoxError, ServiceExt as _};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let file: PathBuf = std::env::args_os()
        .nth(1)
        .ok_or("proxy-server KUBECONFIG")?
        .into();
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
    let (send, mut orders) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        let lines = io::stdin().lines().map_while(Result::ok);
        lines.for_each(|line| drop(send.send(line)));
    });
    while let Some(order) = orders.recv().await {
        writeln!(io::stdout(), "{}", keep_busy(&order).await?)?;
    }
    Ok(())
}

async fn keep_busy(order: &str) -> Result<String, BoxError> {
    let parts: Vec<&str> = order.split(' ').collect();
    let [port, what, connections, millis] = &*parts else {
        return Err("PORT pod|api|watch CONNECTIONS MILLISECONDS".into());
    };
    let (port, connections) = (port.parse()?, connections.parse()?);
    let time = Duration::from_millis(millis.parse()?);
    let mut load = match *what {
        "api" => requests(port, "/api", connections, time).await?,
        "pod" => requests(port, &pod_path(), connections, time).await?,
        "watch" => watchers(port, connections, time).await?,
        other => return Err(format!("{other}: pod, api or watch").into()),
    };
    Ok(format!(
        "answers={} elapsed_us={} p99_us={} bytes={} checksum={:016x}",
        load.latencies.len(),
        load.elapsed.as_micros(),
        load.latencies.percentile(99),
        load.bytes,
        load.checksum,
    ))
}
