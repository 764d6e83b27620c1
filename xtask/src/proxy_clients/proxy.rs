//! A `k8s proxy` that runs for as long as somebody holds it.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::Error;

/// The running program.
#[derive(Debug)]
pub(super) struct Proxy {
    child: Child,
    port: u16,
    health: u16,
}

impl Proxy {
    /// Starts it with these arguments and waits until it serves.
    pub(super) fn start(program: &Path, args: &[&str]) -> Result<Self, Error> {
        let mut child = Command::new(program)
            .args(["proxy", "--port=0", "--health-port=0"])
            .args(args)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let out = child.stdout.take().ok_or("no standard output")?;
        let health = child.stderr.take().ok_or("no standard error")?;
        let mut proxy = Self {
            child,
            port: 0,
            health: 0,
        };
        proxy.port = port(&mut BufReader::new(out))?;
        // Warnings come first.
        let mut health = BufReader::new(health);
        while proxy.health == 0 {
            proxy.health = port(&mut health)?;
        }
        Ok(proxy)
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("http://localhost:{}{path}", self.port)
    }

    pub(super) fn metrics(&self) -> String {
        format!("http://127.0.0.1:{}/metrics", self.health)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The port at the end of the next line; 0 for a line that says something else.
fn port(lines: &mut impl BufRead) -> Result<u16, Error> {
    let mut line = String::new();
    if lines.read_line(&mut line)? == 0 {
        return Err("the proxy does not start".into());
    }
    let port = line.rsplit(':').next().unwrap_or_default();
    Ok(port.trim().parse().unwrap_or_default())
}
