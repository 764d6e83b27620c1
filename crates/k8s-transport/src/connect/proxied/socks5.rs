//! SOCKS5: a proxy asked for a connection (RFC 1928), with user name and password where it wants them (RFC 1929).

use std::net::IpAddr;

use bytes::Bytes;
use secrecy::ExposeSecret as _;
use secrecy::zeroize::Zeroizing;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::error::Fault;
use crate::connect::proxy::Credentials;
use crate::connect::target::Target;

const VERSION: u8 = 5;
const NOBODY: u8 = 0;
const USER_AND_PASSWORD: u8 = 2;

/// Asks for the server. Not a byte is read beyond the proxy's answer.
pub(super) async fn ask<I>(
    io: &mut I,
    target: &Target,
    who: Option<&Credentials>,
) -> Result<Bytes, Fault>
where
    I: AsyncRead + AsyncWrite + Unpin,
{
    let wanted = request(target)?;
    let credentials = who.map(credentials).transpose()?;
    // As Go: whoever has a password says that it may go without.
    let ways: &[u8] = match credentials {
        Some(_) => &[VERSION, 2, NOBODY, USER_AND_PASSWORD],
        None => &[VERSION, 1, NOBODY],
    };
    say(io, ways).await?;
    let [version, way] = hear(io).await?;
    known(version)?;
    match (way, credentials) {
        (NOBODY, _) => {}
        (USER_AND_PASSWORD, Some(credentials)) => {
            say(io, &credentials).await?;
            let [_, refused] = hear(io).await?;
            if refused != 0 {
                return Err(Fault::WrongCredentials);
            }
        }
        (USER_AND_PASSWORD | 0xff, _) => return Err(Fault::Unauthenticated),
        _ => {
            return Err(Fault::Nonsense(
                "a way to authenticate that was not offered",
            ));
        }
    }
    say(io, &wanted).await?;
    let [version, reply, _, kind] = hear(io).await?;
    known(version)?;
    if reply != 0 {
        return Err(Fault::Reply(reply));
    }
    skip_address(io, kind).await?;
    Ok(Bytes::new())
}

/// The address that the proxy connects from, and its port.
async fn skip_address<I: AsyncRead + Unpin>(io: &mut I, kind: u8) -> Result<(), Fault> {
    let length = match kind {
        1 => 4,
        3 => {
            let [length] = hear(io).await?;
            usize::from(length)
        }
        4 => 16,
        _ => return Err(Fault::Nonsense("an address of an unknown kind")),
    };
    let mut address = [0; 255 + 2];
    io.read_exact(&mut address[..length + 2]).await?;
    Ok(())
}

fn request(target: &Target) -> Result<Vec<u8>, Fault> {
    let mut request = vec![VERSION, 1, 0];
    match target.host.parse() {
        Ok(IpAddr::V4(ip)) => {
            request.push(1);
            request.extend_from_slice(&ip.octets());
        }
        Ok(IpAddr::V6(ip)) => {
            request.push(4);
            request.extend_from_slice(&ip.octets());
        }
        Err(_) => {
            request.push(3);
            push_short(&mut request, &target.host, "a host of more than 255 bytes")?;
        }
    }
    request.extend_from_slice(&target.port.to_be_bytes());
    Ok(request)
}

fn credentials(who: &Credentials) -> Result<Zeroizing<Vec<u8>>, Fault> {
    if who.user.is_empty() {
        return Err(Fault::Unsayable("a user name that is empty"));
    }
    let mut said = Zeroizing::new(Vec::with_capacity(3 + 2 * 255));
    said.push(1);
    push_short(&mut said, &who.user, "a user name of more than 255 bytes")?;
    let password = who.password.expose_secret();
    push_short(&mut said, password, "a password of more than 255 bytes")?;
    Ok(said)
}

/// A text behind its length.
fn push_short(bytes: &mut Vec<u8>, text: &str, too_long: &'static str) -> Result<(), Fault> {
    bytes.push(u8::try_from(text.len()).map_err(|_| Fault::Unsayable(too_long))?);
    bytes.extend_from_slice(text.as_bytes());
    Ok(())
}

fn known(version: u8) -> Result<(), Fault> {
    match version {
        VERSION => Ok(()),
        _ => Err(Fault::Nonsense("what is no SOCKS5")),
    }
}

async fn say<I: AsyncWrite + Unpin>(io: &mut I, bytes: &[u8]) -> Result<(), Fault> {
    io.write_all(bytes).await?;
    Ok(io.flush().await?)
}

async fn hear<I: AsyncRead + Unpin, const N: usize>(io: &mut I) -> Result<[u8; N], Fault> {
    let mut heard = [0; N];
    io.read_exact(&mut heard).await?;
    Ok(heard)
}
