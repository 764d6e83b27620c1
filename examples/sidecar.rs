//! Does `k8s proxy` serve a neighbour in its Pod, and does the neighbour's watch end well when the Pod does?
//!
//! `sidecar PROGRAM` runs below `cargo xtask cluster run --as-pod`: PROGRAM (`k8s`) is the sidecar, and a process that
//! sees no credentials, neither variables nor the mount, is the neighbour.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "it tells what it does"
)]

use std::env;
use std::error::Error;
use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Lines, Read, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, ExitCode, Stdio};
use std::thread::sleep;
use std::time::Duration;

type Failure = Box<dyn Error>;

const API: &str = "localhost:8001";
const HEALTH: &str = "127.0.0.1:8081";
const SECRETS: &str = "/var/run/secrets";
/// How long one answer may take.
const LONG: Duration = Duration::from_secs(20);

fn main() -> ExitCode {
    let argument = env::args_os().nth(1);
    let ended = match argument.as_deref() {
        Some(word) if word == "--neighbour" => neighbour(),
        Some(program) => pod(program),
        None => Err("usage: sidecar PROGRAM".into()),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", examples::chain(error.as_ref()));
            ExitCode::FAILURE
        }
    }
}

/// What kubelet does: starts the sidecar, waits until it is ready, starts the neighbour; then ends the sidecar.
fn pod(program: &OsStr) -> Result<(), Failure> {
    let mut sidecar = Command::new(program)
        .args(["proxy", "--read-only", "--health-port=8081"])
        .spawn()?;
    let told = live(&mut sidecar);
    if told.is_err() {
        // It may have ended by itself, which was the error then.
        let _ = sidecar.kill();
    }
    let code = sidecar.wait()?.code();
    told?;
    println!(
        "neighbour=ok watch=clean proxy={}",
        code.map_or_else(|| "killed".to_owned(), |code| code.to_string())
    );
    if code == Some(0) {
        Ok(())
    } else {
        Err("the sidecar did not end well".into())
    }
}

fn live(sidecar: &mut Child) -> Result<(), Failure> {
    ready(sidecar)?;
    // Its own view of the files, where an empty folder lies over the credentials.
    let hide = format!("mount -t tmpfs none {SECRETS} && exec \"$0\" --neighbour");
    let mut neighbour = Command::new("unshare")
        .args(["--mount", "sh", "-c", &hide])
        .arg(env::current_exe()?)
        .env_clear()
        .env("PATH", env::var_os("PATH").unwrap_or_default())
        .stdout(Stdio::piped())
        .spawn()?;
    let said = neighbour.stdout.take().ok_or("no standard output")?;
    let mut lines = BufReader::new(said).lines();
    expect(&mut lines, "api")?;
    expect(&mut lines, "watching")?;
    let term = format!("kill -TERM {}", sidecar.id());
    if !Command::new("sh").args(["-c", &term]).status()?.success() {
        return Err("the sidecar could not be told to end".into());
    }
    expect(&mut lines, "clean")?;
    if neighbour.wait()?.success() {
        Ok(())
    } else {
        Err("the neighbour failed".into())
    }
}

/// The startup probe.
fn ready(sidecar: &mut Child) -> Result<(), Failure> {
    for _ in 0..200 {
        if ask(HEALTH, "/readyz").is_ok_and(|answer| answer.starts_with("HTTP/1.1 200 ")) {
            return Ok(());
        }
        if let Some(status) = sidecar.try_wait()? {
            return Err(format!("the sidecar ended: {status}").into());
        }
        sleep(Duration::from_millis(50));
    }
    Err("the sidecar does not become ready".into())
}

fn expect(lines: &mut Lines<BufReader<ChildStdout>>, wanted: &str) -> Result<(), Failure> {
    match lines.next().transpose()? {
        Some(line) if line == wanted => Ok(()),
        other => Err(format!("the neighbour says {other:?}, not {wanted}").into()),
    }
}

/// The other container: knows one address, and nothing else.
fn neighbour() -> Result<(), Failure> {
    let mount = Path::new(SECRETS).read_dir()?.count();
    let variables = env::vars_os().filter(|(name, _)| name.to_string_lossy().contains("KUBE"));
    if mount + variables.count() > 0 {
        return Err("the neighbour sees what it should not".into());
    }
    let answer = ask(API, "/api")?;
    if !answer.starts_with("HTTP/1.1 200 ") || !answer.contains("APIVersions") {
        return Err(format!("/api is {answer}").into());
    }
    println!("api");
    let mut watch = send(API, "/api/v1/namespaces/default/services?watch=true", "")?;
    let mut seen = Vec::new();
    let mut more = [0; 4096];
    while !(contains(&seen, b"\"ADDED\"") && seen.ends_with(b"\n\r\n")) {
        match watch.read(&mut more)? {
            0 => return Err(format!("closed after {}", String::from_utf8_lossy(&seen)).into()),
            count => seen.extend_from_slice(&more[..count]),
        }
    }
    println!("watching");
    watch.read_to_end(&mut seen)?;
    if !seen.ends_with(b"\n\r\n0\r\n\r\n") {
        return Err("the watch was cut".into());
    }
    println!("clean");
    Ok(())
}

fn ask(server: &str, path: &str) -> Result<String, Failure> {
    let mut text = String::new();
    send(server, path, "connection: close\r\n")?.read_to_string(&mut text)?;
    Ok(text)
}

fn send(server: &str, path: &str, headers: &str) -> Result<TcpStream, Failure> {
    let mut stream = TcpStream::connect(server)?;
    stream.set_read_timeout(Some(LONG))?;
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nhost: {server}\r\n{headers}\r\n"
    )?;
    Ok(stream)
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
