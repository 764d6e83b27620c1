//! `proxy-load PORT pod|api|watch CONNECTIONS MILLISECONDS`: keeps a proxy on a port of this machine busy, and prints one line of pairs.

use std::io::{self, Write as _};
use std::time::Duration;

use bench_proxy::{pod_path, requests, watchers};
use tower::BoxError;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [port, what, connections, millis] = &*args else {
        return Err("proxy-load PORT pod|api|watch CONNECTIONS MILLISECONDS".into());
    };
    let (port, connections) = (port.parse()?, connections.parse()?);
    let time = Duration::from_millis(millis.parse()?);
    let mut load = match what.as_str() {
        "api" => requests(port, "/api", connections, time).await?,
        "pod" => requests(port, &pod_path(), connections, time).await?,
        "watch" => watchers(port, connections, time).await?,
        other => return Err(format!("{other}: pod, api or watch").into()),
    };
    writeln!(
        io::stdout(),
        "answers={} elapsed_us={} p99_us={} bytes={} checksum={:016x}",
        load.latencies.len(),
        load.elapsed.as_micros(),
        load.latencies.percentile(99),
        load.bytes,
        load.checksum,
    )?;
    Ok(())
}
