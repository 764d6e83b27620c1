//! The control plane that this process was started in, asked through `kubectl proxy` on a socket of its own.

use std::env;
use std::io::{Read as _, Write as _};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use crate::Error;

const JSON: &str = "application/json";
const TABLE: &str = "application/json;as=Table;g=meta.k8s.io;v=v1";

/// A proxy that runs until this is dropped.
#[derive(Debug)]
pub(super) struct Server {
    proxy: Child,
    socket: PathBuf,
    _folder: tempfile::TempDir,
}

/// What came back.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) code: u16,
    pub(super) body: Value,
}

impl Server {
    /// Starts the proxy and waits until it answers.
    pub(super) fn start() -> Result<Self, Error> {
        let kubectl = env::var("CLUSTER_KUBECTL").map_err(|_| "CLUSTER_KUBECTL is not set")?;
        let folder = tempfile::tempdir()?;
        let socket = folder.path().join("proxy");
        let proxy = Command::new(kubectl)
            .arg("proxy")
            .arg(format!("--unix-socket={}", socket.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()?;
        let server = Self {
            proxy,
            socket,
            _folder: folder,
        };
        for _ in 0..200 {
            if server.get("/version").is_ok() {
                return Ok(server);
            }
            sleep(Duration::from_millis(50));
        }
        Err("kubectl proxy does not answer".into())
    }

    /// A document.
    pub(super) fn get(&self, path: &str) -> Result<Value, Error> {
        let answer = self.send("GET", path, &Value::Null)?;
        match answer.code {
            200 => Ok(answer.body),
            code => Err(format!("GET {path}: {code} {}", answer.body).into()),
        }
    }

    /// A list or an object as a table.
    pub(super) fn table(&self, path: &str) -> Result<Value, Error> {
        let answer = self.exchange((JSON, TABLE), "GET", path, &Value::Null)?;
        Ok(answer.body)
    }

    /// One request; HTTP/1.0, so that its answer ends with the connection.
    pub(super) fn send(&self, method: &str, path: &str, body: &Value) -> Result<Answer, Error> {
        self.exchange((JSON, JSON), method, path, body)
    }

    /// Applies what a manager wants.
    pub(super) fn apply(&self, path: &str, body: &Value) -> Result<Answer, Error> {
        self.exchange(("application/apply-patch+yaml", JSON), "PATCH", path, body)
    }

    /// One request, with the media types of its body and of its answer.
    fn exchange(
        &self,
        media_types: (&str, &str),
        method: &str,
        path: &str,
        body: &Value,
    ) -> Result<Answer, Error> {
        let text = self.text(media_types, method, path, body)?;
        let (head, body) = text
            .split_once("\r\n\r\n")
            .ok_or("an answer without an end of its head")?;
        let code = head.split(' ').nth(1).and_then(|code| code.parse().ok());
        Ok(Answer {
            code: code.ok_or_else(|| format!("no code: {head}"))?,
            body: serde_json::from_str(body).unwrap_or_else(|_| body.into()),
        })
    }

    fn text(
        &self,
        (sent, wanted): (&str, &str),
        method: &str,
        path: &str,
        body: &Value,
    ) -> Result<String, Error> {
        let mut stream = UnixStream::connect(&self.socket)?;
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let head = format!(
            "{method} {path} HTTP/1.0\r\nHost: localhost\r\nAccept: {wanted}\r\nContent-Type: {sent}\r\n\
             Content-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes())?;
        stream.write_all(body.as_bytes())?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer)?;
        Ok(String::from_utf8(answer)?)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.proxy.kill();
        let _ = self.proxy.wait();
    }
}
