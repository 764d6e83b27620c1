//! Where the proxy listens: an address, or a socket file that its owner alone may use.

use std::fmt;
use std::io;
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::{Path, PathBuf};
use std::time::Duration;

use socket2::{SockRef, TcpKeepalive};
use tokio::net::{TcpListener, TcpStream};
#[cfg(unix)]
use tokio::net::{UnixListener, UnixStream};

#[cfg(unix)]
mod unix;

/// An open socket. Dropping it closes it, and takes a socket file away.
#[derive(Debug)]
pub struct Listener {
    kind: Kind,
    keepalive: Option<Duration>,
}

#[derive(Debug)]
enum Kind {
    Tcp(TcpListener),
    #[cfg(unix)]
    Unix(UnixListener, unix::SocketFile),
}

/// Where a [`Listener`] listens; `Display` is what `kubectl proxy` prints: `127.0.0.1:8001`, or the path.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ListenAddress {
    /// Address and port.
    Tcp(SocketAddr),
    /// The socket file.
    #[cfg(unix)]
    Unix(PathBuf),
}

/// One accepted connection.
pub(crate) enum Accepted {
    Tcp(TcpStream),
    #[cfg(unix)]
    Unix(UnixStream),
}

impl Listener {
    /// Listens on an address; port 0 is any that is free.
    ///
    /// # Errors
    /// As the system says: the port is taken, the address is not this machine's.
    pub async fn tcp(address: SocketAddr) -> io::Result<Self> {
        Ok(Self {
            kind: Kind::Tcp(TcpListener::bind(address).await?),
            keepalive: None,
        })
    }

    /// Listens on a socket file of mode 0600. A socket that lies there already is replaced, as `kubectl proxy` does; anything else is left alone.
    ///
    /// The file has its mode before anybody can see it: it is made in a folder of its own and renamed.
    ///
    /// # Errors
    /// As the system says; [`io::ErrorKind::AlreadyExists`] when something other than a socket is there. A runtime must be there.
    #[cfg(unix)]
    pub fn unix(path: impl AsRef<Path>) -> io::Result<Self> {
        let (listener, file) = unix::bind(path.as_ref())?;
        Ok(Self {
            kind: Kind::Unix(listener, file),
            keepalive: None,
        })
    }

    /// Probes silent TCP connections after this time, and as often again. Default, and `0`: it does not.
    #[must_use]
    pub fn keepalive(mut self, after: Duration) -> Self {
        self.keepalive = Some(after).filter(|after| !after.is_zero());
        self
    }

    /// Where it listens, with the port that was found.
    ///
    /// # Errors
    /// As the system says.
    pub fn address(&self) -> io::Result<ListenAddress> {
        match &self.kind {
            Kind::Tcp(listener) => listener.local_addr().map(ListenAddress::Tcp),
            #[cfg(unix)]
            Kind::Unix(_, file) => Ok(ListenAddress::Unix(file.path().to_owned())),
        }
    }

    pub(crate) async fn accept(&self) -> io::Result<Accepted> {
        match &self.kind {
            Kind::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                // An answer must not wait for the next one; where that is not to be had, it waits.
                let _ = stream.set_nodelay(true);
                if let Some(after) = self.keepalive {
                    let probes = TcpKeepalive::new().with_time(after).with_interval(after);
                    SockRef::from(&stream).set_tcp_keepalive(&probes)?;
                }
                Ok(Accepted::Tcp(stream))
            }
            #[cfg(unix)]
            Kind::Unix(listener, _) => listener
                .accept()
                .await
                .map(|(stream, _)| Accepted::Unix(stream)),
        }
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => address.fmt(f),
            #[cfg(unix)]
            Self::Unix(path) => path.display().fmt(f),
        }
    }
}
