//! HTTP/1.1 as far as a client needs it that knows what is answered.

use bytes::{Buf as _, BytesMut};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tower::BoxError;

/// One connection, and what was read of it too early.
#[derive(Debug)]
pub(crate) struct Connection {
    stream: TcpStream,
    read: BytesMut,
}

impl Connection {
    pub(crate) async fn open(port: u16) -> Result<Self, BoxError> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            read: BytesMut::with_capacity(64 * 1024),
        })
    }

    /// Sends a request, and reads the head of a good answer; says how long its body is, where it says so.
    pub(crate) async fn ask(&mut self, request: &[u8]) -> Result<Option<usize>, BoxError> {
        self.stream.write_all(request).await?;
        loop {
            if let Some((head, length)) = head(&self.read)? {
                self.read.advance(head);
                return Ok(length);
            }
            self.more().await?;
        }
    }

    /// Hands the body of an answer to `look`.
    pub(crate) async fn body<T>(
        &mut self,
        length: usize,
        look: impl FnOnce(&[u8]) -> T,
    ) -> Result<T, BoxError> {
        while self.read.len() < length {
            self.more().await?;
        }
        let seen = look(&self.read[..length]);
        self.read.advance(length);
        Ok(seen)
    }

    /// Counts events as they come: lines that end an object, which no other line of a chunked body does.
    pub(crate) async fn events(&mut self) -> Result<usize, BoxError> {
        loop {
            let found = self.read.windows(2).filter(|pair| pair == b"}\n").count();
            // The brace may be the last byte so far.
            let seen = self.read.len().saturating_sub(1);
            self.read.advance(seen);
            if found > 0 {
                return Ok(found);
            }
            self.more().await?;
        }
    }

    async fn more(&mut self) -> Result<(), BoxError> {
        self.read.reserve(16 * 1024);
        if self.stream.read_buf(&mut self.read).await? == 0 {
            return Err("the connection was closed".into());
        }
        Ok(())
    }
}

/// A request with what every client sends.
pub(crate) fn request(method: &str, path: &str, media: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let content = if body.is_empty() {
        String::new()
    } else {
        format!("Content-Type: {media}\r\nContent-Length: {length}\r\n")
    };
    format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: bench\r\nAccept: application/json\r\n{content}\r\n{body}").into_bytes()
}

/// The length of a head that is there whole, and that of the body, if it says so.
fn head(read: &[u8]) -> Result<Option<(usize, Option<usize>)>, BoxError> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = response.parse(read)? else {
        return Ok(None);
    };
    if response.code != Some(200) {
        let text = String::from_utf8_lossy(read);
        return Err(format!("not a good answer: {text}").into());
    }
    let mut lengths = response.headers.iter();
    let length = lengths.find(|header| header.name.eq_ignore_ascii_case("content-length"));
    let length = length.map(|header| std::str::from_utf8(header.value));
    Ok(Some((
        head,
        length.transpose()?.map(str::parse).transpose()?,
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_heads() {
        let whole = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
        assert_eq!(head(whole).unwrap(), Some((38, Some(5))));
        assert_eq!(head(&whole[..30]).unwrap(), None);
        let chunked = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
        assert_eq!(head(chunked).unwrap(), Some((chunked.len(), None)));
        assert!(head(b"HTTP/1.1 403 Forbidden\r\n\r\n").is_err());
    }
}
