//! Reads: each connection asks again as soon as it was answered.

use std::time::{Duration, Instant};

use tokio::task::JoinSet;
use tower::BoxError;

use crate::exchange::{Connection, request};
use crate::{Latencies, fnv};

/// What was asked for, and how long it took.
#[derive(Debug)]
pub struct Load {
    /// Of each answer, or each event.
    pub latencies: Latencies,
    /// From the first request to the last answer.
    pub elapsed: Duration,
    /// The length of every answer; 0 where they differ.
    pub bytes: usize,
    /// What every answer was; 0 where they differ.
    pub checksum: u64,
}

/// Reads a path over so many connections for so long.
///
/// # Errors
///
/// If a connection breaks, or two answers differ.
pub async fn requests(
    port: u16,
    path: &str,
    connections: usize,
    time: Duration,
) -> Result<Load, BoxError> {
    let ask = request("GET", path, "", "");
    let mut opened = Vec::new();
    let mut expected = Vec::new();
    for _ in 0..connections {
        let mut connection = Connection::open(port).await?;
        let length = connection
            .ask(&ask)
            .await?
            .ok_or("an answer without a length")?;
        expected = connection.body(length, <[u8]>::to_vec).await?;
        opened.push(connection);
    }
    let since = Instant::now();
    let mut tasks = JoinSet::new();
    for connection in opened {
        let (ask, expected) = (ask.clone(), expected.clone());
        tasks.spawn(one(connection, ask, expected, since + time));
    }
    let mut latencies = Latencies::default();
    while let Some(ended) = tasks.join_next().await {
        latencies.append(ended??);
    }
    Ok(Load {
        latencies,
        elapsed: since.elapsed(),
        bytes: expected.len(),
        checksum: fnv(&expected),
    })
}

async fn one(
    mut connection: Connection,
    ask: Vec<u8>,
    expected: Vec<u8>,
    end: Instant,
) -> Result<Latencies, BoxError> {
    let mut latencies = Latencies::default();
    let mut before = Instant::now();
    while before < end {
        let length = connection
            .ask(&ask)
            .await?
            .ok_or("an answer without a length")?;
        if !connection.body(length, |body| body == expected).await? {
            return Err("an answer differs from the first".into());
        }
        let now = Instant::now();
        latencies.push(now - before);
        before = now;
    }
    Ok(latencies)
}
