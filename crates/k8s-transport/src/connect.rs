//! Connectors: how a connection to a host comes about.

mod tcp;

pub use self::tcp::{Tcp, TcpConnecting, TcpError, TcpStream};
