//! SIGTERM and SIGINT: the first begins the end, the second cuts it short.

use std::convert::Infallible;
use std::future::pending;
use std::io;

use k8s_proxy::Drain;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};

/// The signals that end the program; from here on they do not kill it.
#[derive(Debug)]
pub(super) struct Signals {
    #[cfg(unix)]
    terminate: Signal,
    #[cfg(unix)]
    interrupt: Signal,
    count: u8,
}

impl Signals {
    pub(super) fn new() -> io::Result<Self> {
        Ok(Self {
            #[cfg(unix)]
            terminate: signal(SignalKind::terminate())?,
            #[cfg(unix)]
            interrupt: signal(SignalKind::interrupt())?,
            count: 0,
        })
    }

    /// Does what the signals say; it ends with whatever it runs beside.
    pub(super) async fn obey(&mut self, drain: &Drain) -> Infallible {
        self.next().await;
        drain.start();
        self.next().await;
        drain.cut();
        pending().await
    }

    /// Whether there was a second one.
    pub(super) fn cut_short(&self) -> bool {
        self.count > 1
    }

    async fn next(&mut self) {
        #[cfg(unix)]
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
        #[cfg(not(unix))]
        if tokio::signal::ctrl_c().await.is_err() {
            pending::<()>().await;
        }
        self.count += 1;
    }
}
