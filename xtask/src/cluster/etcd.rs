//! Asks etcd through its JSON gateway, for what Kubernetes' own API cannot order: forgetting history.

use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

/// Where kube-apiserver's compactor tells other API servers how far it went.
const COMPACTED: &str = "compact_rev_key";

/// Forgets every version of every object that is not the newest, as kube-apiserver's compactor does after five minutes.
///
/// # Errors
/// No answer, or one that says no.
pub(super) fn compact(port: u16) -> io::Result<u64> {
    let status = ask(port, "/v3/maintenance/status", &json!({}))?;
    // Saying so is a write of its own, and the first version that stays: whatever anybody has read before is too old.
    let revision = revision(&status)? + 1;
    let encoded = |text: &str| STANDARD.encode(text);
    let said = json!({"key": encoded(COMPACTED), "value": encoded(&revision.to_string())});
    ask(port, "/v3/kv/put", &said)?;
    let order = json!({"revision": revision.to_string(), "physical": true});
    ask(port, "/v3/kv/compaction", &order)?;
    Ok(revision)
}

/// The revision in an answer's header: a number in a string, as protobuf's JSON has it.
fn revision(answer: &Value) -> io::Result<u64> {
    let text = answer.pointer("/header/revision").and_then(Value::as_str);
    text.and_then(|text| text.parse().ok())
        .ok_or_else(|| io::Error::other(format!("etcd names no revision: {answer}")))
}

/// One request; HTTP/1.0, so that the answer is what comes until the end.
fn ask(port: u16, path: &str, body: &Value) -> io::Result<Value> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(Duration::from_secs(10)))?;
    let body = body.to_string();
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: {length}"
    );
    stream.write_all(format!("{head}\r\n\r\n{body}").as_bytes())?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    parse(&answer).ok_or_else(|| io::Error::other(format!("etcd answered {path} with {answer:?}")))
}

/// The JSON of a success.
fn parse(answer: &str) -> Option<Value> {
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let code = head.split(' ').nth(1)?;
    (code == "200").then(|| serde_json::from_str(body).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_success_is_an_answer() {
        let good = "HTTP/1.0 200 OK\r\nA: b\r\n\r\n{\"header\":{\"revision\":\"7\"}}";
        assert_eq!(revision(&parse(good).unwrap()).unwrap(), 7);
        assert_eq!(parse("HTTP/1.0 400 Bad Request\r\n\r\n{}"), None);
        assert_eq!(parse("HTTP/1.0 200 OK\r\n\r\nno json"), None);
        assert_eq!(parse(""), None);
        assert!(revision(&json!({"header": {}})).is_err());
    }
}
