//! `CONNECT`: an HTTP proxy asked for a tunnel (RFC 9110, 9.3.6).

use ::http::{HeaderValue, StatusCode};
use bytes::{Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};

use super::error::Fault;
use crate::connect::proxy::Credentials;
use crate::connect::target::Target;

/// An answer's head may be this long, in bytes, and have this many headers.
const LONGEST: usize = 16 * 1024;
const MOST_HEADERS: usize = 64;

/// Asks for the server; what came behind the answer is the server's already.
pub(super) async fn ask<I>(
    io: &mut I,
    target: &Target,
    who: Option<&Credentials>,
) -> Result<Bytes, Fault>
where
    I: AsyncRead + AsyncWrite + Unpin,
{
    io.write_all(&request(target, who.map(Credentials::basic).as_ref()))
        .await?;
    io.flush().await?;
    let mut seen = BytesMut::with_capacity(1024);
    loop {
        if io.read_buf(&mut seen).await? == 0 {
            return Err(Fault::Io(std::io::ErrorKind::UnexpectedEof.into()));
        }
        match head(&seen)? {
            Some((status, length)) if status.is_success() => {
                return Ok(seen.split_off(length).freeze());
            }
            Some((status, _)) => return Err(Fault::Status(status)),
            None if seen.len() >= LONGEST => {
                return Err(Fault::Nonsense("a head of more than 16 KiB"));
            }
            None => {}
        }
    }
}

fn request(target: &Target, authorization: Option<&HeaderValue>) -> Vec<u8> {
    let mut request = format!("CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n").into_bytes();
    if let Some(value) = authorization {
        request.extend_from_slice(b"Proxy-Authorization: ");
        request.extend_from_slice(value.as_bytes());
        request.extend_from_slice(b"\r\n");
    }
    request.extend_from_slice(b"\r\n");
    request
}

/// Status and length of the answer's head; `None` while it has not come whole.
fn head(seen: &[u8]) -> Result<Option<(StatusCode, usize)>, Fault> {
    const NONSENSE: Fault = Fault::Nonsense("what is no HTTP");
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    let parsed = response.parse(seen).map_err(|_| NONSENSE)?;
    let httparse::Status::Complete(length) = parsed else {
        return Ok(None);
    };
    let code = response.code.unwrap_or_default();
    let status = StatusCode::from_u16(code).map_err(|_| NONSENSE)?;
    Ok(Some((status, length)))
}
