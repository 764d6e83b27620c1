//! Whether a server that says nothing still lives.

use std::future::pending;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::{Either, select};
use h2::{Ping, PingPong};
use tokio::time::{Instant, sleep_until};

use super::room::Room;

/// Asks after each silence of `after`, and ends when the server says nothing at all for `limit` then.
pub(super) async fn silence(mut pings: PingPong, room: Room, after: Duration, limit: Duration) {
    loop {
        heard_nothing_for(after, &room, Instant::now()).await;
        let answer = pin!(pings.ping(Ping::opaque()));
        let silence = pin!(heard_nothing_for(limit, &room, Instant::now()));
        match select(answer, silence).await {
            Either::Left((Ok(_), _)) => {}
            // The connection has ended, and says so itself.
            Either::Left((Err(_), _)) => pending().await,
            Either::Right(_) => return,
        }
    }
}

/// Ends when nothing was heard for so long, from this moment on.
async fn heard_nothing_for(time: Duration, room: &Room, since: Instant) {
    // A silence of no time at all would be asked about again and again.
    let time = time.max(Duration::from_millis(1));
    loop {
        let end = room.heard().max(since) + time;
        if Instant::now() >= end {
            return;
        }
        sleep_until(end).await;
    }
}
