//! How a proxy is asked, by `CONNECT` or SOCKS5, and how it answers.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use super::Link;

/// What a client asked for.
pub(super) struct Asked {
    pub(super) server: String,
    pub(super) user: Option<String>,
    socks: bool,
}

type Credentials = (String, SecretString);

/// `None`: the client has been refused.
pub(super) async fn hear(
    client: &mut Link,
    credentials: Option<&Credentials>,
) -> io::Result<Option<Asked>> {
    let first = client.read_u8().await?;
    let asked = if first == 5 {
        socks5(client, credentials).await?
    } else {
        connect(first, client, credentials).await?
    };
    let user = credentials.map(|(user, _)| user.clone());
    Ok(asked.map(|server| Asked {
        server,
        user,
        socks: first == 5,
    }))
}

impl Asked {
    pub(super) async fn agree(&self, client: &mut Link) -> io::Result<()> {
        if self.socks {
            return say(client, &[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await;
        }
        say(client, b"HTTP/1.1 200 Connection established\r\n\r\n").await
    }

    /// The server was not reached.
    pub(super) async fn refuse(&self, client: &mut Link) -> io::Result<()> {
        if self.socks {
            return say(client, &[5, 5, 0, 1, 0, 0, 0, 0, 0, 0]).await;
        }
        say(client, b"HTTP/1.1 502 Bad Gateway\r\n\r\n").await
    }
}

async fn connect(
    first: u8,
    client: &mut Link,
    credentials: Option<&Credentials>,
) -> io::Result<Option<String>> {
    let mut head = vec![first];
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    let head = String::from_utf8_lossy(&head);
    let mut words = head.split(' ');
    let (Some("CONNECT"), Some(server)) = (words.next(), words.next()) else {
        say(client, b"HTTP/1.1 405 Method Not Allowed\r\n\r\n").await?;
        return Ok(None);
    };
    let wanted = credentials.map(|(user, password)| {
        let pair = format!("{user}:{}", password.expose_secret());
        format!("Basic {}", STANDARD.encode(pair))
    });
    let shown = |wanted: &String| {
        let mut headers = head.lines().filter_map(|line| line.split_once(": "));
        headers.any(|(name, value)| {
            name.eq_ignore_ascii_case("proxy-authorization") && value == wanted
        })
    };
    if wanted.as_ref().is_none_or(shown) {
        return Ok(Some(server.to_owned()));
    }
    say(
        client,
        b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"test\"\r\n\r\n",
    )
    .await?;
    Ok(None)
}

async fn socks5(
    client: &mut Link,
    credentials: Option<&Credentials>,
) -> io::Result<Option<String>> {
    let ways = short(client).await?;
    let wanted = if credentials.is_some() { 2 } else { 0 };
    if !ways.contains(&wanted) {
        say(client, &[5, 0xff]).await?;
        return Ok(None);
    }
    say(client, &[5, wanted]).await?;
    if let Some((user, password)) = credentials {
        let _version = client.read_u8().await?;
        let (said, word) = (short(client).await?, short(client).await?);
        let right = said == user.as_bytes() && word == password.expose_secret().as_bytes();
        say(client, &[1, u8::from(!right)]).await?;
        if !right {
            return Ok(None);
        }
    }
    let mut head = [0; 4];
    client.read_exact(&mut head).await?;
    let host = match head {
        [5, 1, _, 1] => Ipv4Addr::from_bits(client.read_u32().await?).to_string(),
        [5, 1, _, 4] => format!("[{}]", Ipv6Addr::from_bits(client.read_u128().await?)),
        [5, 1, _, 3] => String::from_utf8_lossy(&short(client).await?).into_owned(),
        _ => {
            say(client, &[5, 7, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
            return Ok(None);
        }
    };
    let port = client.read_u16().await?;
    Ok(Some(format!("{host}:{port}")))
}

/// Bytes behind their number.
async fn short(client: &mut Link) -> io::Result<Vec<u8>> {
    let length = client.read_u8().await?;
    let mut bytes = vec![0; usize::from(length)];
    client.read_exact(&mut bytes).await?;
    Ok(bytes)
}

async fn say(client: &mut Link, bytes: &[u8]) -> io::Result<()> {
    client.write_all(bytes).await?;
    client.flush().await
}
