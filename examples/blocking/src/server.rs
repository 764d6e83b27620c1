//! A small API server of `std` alone: three pods, a refused streamed list, a watch, and answers in small pieces.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::{io, thread};

const PODS: &str = r#"{"kind":"PodList","apiVersion":"v1","items":[
    {"metadata":{"name":"web-0","namespace":"shop","resourceVersion":"3"},"spec":{"nodeName":"n1"},"status":{"phase":"Running"}},
    {"metadata":{"name":"web-1","namespace":"shop","resourceVersion":"4"},"spec":{"nodeName":"n2"},"status":{"phase":"Running"}},
    {"metadata":{"name":"web-2","namespace":"shop","resourceVersion":"5"},"status":{"phase":"Pending"}}
    ],"metadata":{"resourceVersion":"5"}}"#;
const EVENTS: &str = concat!(
    r#"{"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"6"}}}"#,
    "\n",
    r#"{"type":"MODIFIED","object":{"metadata":{"name":"web-2","resourceVersion":"7"},"status":{"phase":"Running"}}}"#,
    "\n",
);

/// Answers on a port of loopback for as long as the program runs.
pub(crate) fn start() -> io::Result<String> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    let address = format!("http://{}", listener.local_addr()?);
    thread::spawn(move || {
        for connection in listener.incoming() {
            thread::spawn(move || connection.and_then(|connection| serve(&connection)));
        }
    });
    Ok(address)
}

/// One request; the connection ends with it.
fn serve(mut connection: &TcpStream) -> io::Result<()> {
    let mut reader = BufReader::new(connection);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim().to_ascii_lowercase();
        if let Some(value) = line.strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
        if line.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut words = first.split(' ');
    let (method, path) = (words.next(), words.next().unwrap_or_default());
    let (status, answer) = answer(method.unwrap_or_default(), path, &body);
    write!(
        connection,
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        answer.len(),
    )?;
    for piece in answer.as_bytes().chunks(7) {
        connection.write_all(piece)?;
    }
    Ok(())
}

fn answer(method: &str, path: &str, body: &[u8]) -> (&'static str, String) {
    let status = |reason: &str, code: u16, message: &str| {
        format!(
            r#"{{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"{reason}","code":{code},"message":"{message}"}}"#
        )
    };
    match (method, path.split_once('?').unwrap_or((path, ""))) {
        // As servers before 1.34 do where nobody switched streamed lists on.
        ("GET", ("/api/v1/pods", query)) if query.contains("sendInitialEvents") => {
            let message = "sendInitialEvents is forbidden for watch unless the WatchList feature gate is enabled";
            ("422 Unprocessable Entity", status("Invalid", 422, message))
        }
        ("GET", ("/api/v1/pods", query)) if query.contains("watch=true") => {
            ("200 OK", EVENTS.to_owned())
        }
        ("GET", ("/api/v1/pods", _)) => ("200 OK", PODS.to_owned()),
        ("POST", ("/api/v1/namespaces/shop/pods", _)) => {
            ("201 Created", String::from_utf8_lossy(body).into_owned())
        }
        _ => (
            "404 Not Found",
            status("NotFound", 404, r#"pods \"nobody\" not found"#),
        ),
    }
}
