//! A relay of bytes that can be cut: what goes through it breaks, and nothing new comes through until it is mended.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};

use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Copies bytes between connections to a port of `127.0.0.1` and a server, until dropped.
#[derive(Debug)]
pub struct Relay {
    address: SocketAddr,
    cut: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

impl Relay {
    /// Listens on a free port.
    ///
    /// # Errors
    ///
    /// If it cannot listen.
    pub async fn to(server: SocketAddr) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let (cut, is_cut) = watch::channel(false);
        let accepting = tokio::spawn(async move {
            while let Ok((inbound, _)) = listener.accept().await {
                tokio::spawn(carry(inbound, server, is_cut.clone()));
            }
        });
        Ok(Self {
            address,
            cut,
            accepting,
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Breaks every connection, and each new one at once.
    pub fn cut(&self) {
        self.cut.send_replace(true);
    }

    /// Lets connections through again.
    pub fn mend(&self) {
        self.cut.send_replace(false);
    }
}

/// One connection, until either side leaves or the relay is cut.
async fn carry(mut inbound: TcpStream, server: SocketAddr, mut is_cut: watch::Receiver<bool>) {
    let carrying = async {
        if let Ok(mut outbound) = TcpStream::connect(server).await {
            // Either side may leave at any time: that is the end, not a failure.
            let _ = tokio::io::copy_bidirectional(&mut inbound, &mut outbound).await;
        }
    };
    tokio::select! {
        biased;
        _ = is_cut.wait_for(|cut| *cut) => {}
        () = carrying => {}
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}
