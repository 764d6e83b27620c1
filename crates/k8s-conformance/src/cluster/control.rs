//! Orders to the control plane that `cargo xtask cluster run` keeps: one line to a socket, one line back.

use std::path::PathBuf;

use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::UnixStream;

/// Where the socket is.
#[derive(Debug)]
pub(super) struct Control(pub(super) PathBuf);

impl Control {
    /// Gives an order and waits until it is carried out; panics with the answer when it is not.
    pub(super) async fn order(&self, order: &str) {
        let mut socket = UnixStream::connect(&self.0).await.unwrap();
        socket
            .write_all(format!("{order}\n").as_bytes())
            .await
            .unwrap();
        let mut answer = String::new();
        BufReader::new(socket).read_line(&mut answer).await.unwrap();
        assert!(answer.starts_with("ok"), "{order}: {answer}");
    }
}
