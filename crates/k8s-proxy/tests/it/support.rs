//! A proxy on a socket, what is behind it, and a client that says exactly what goes over the wire.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;

use http::{Request, Response};
use hyper::body::Incoming;
use k8s_client::{Body, BoxError, Client, Config};
use k8s_config::{Material, MemorySource, Roots};
use k8s_proxy::{Drain, ListenAddress, Listener, Proxy, ProxyOptions, Server};
use k8s_testing::{ListenOptions, Listening};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tower::Service;

/// The token of the proxy's own user.
pub(crate) const TOKEN: &str = "the-proxys-own";

/// A proxy that serves, and its end.
pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    pub(crate) drain: Drain,
    pub(crate) task: JoinHandle<()>,
    _upstream: Option<Listening>,
}

/// An API server of this behaviour, behind TLS.
pub(crate) async fn upstream<S, B>(service: S) -> Listening
where
    S: Service<Request<Incoming>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<BoxError>,
    B: http_body::Body<Data = bytes::Bytes, Error: Into<BoxError>> + Send + 'static,
{
    ListenOptions::new().serve(service).await.unwrap()
}

/// A client of that server, which trusts `ca` and has [`TOKEN`].
pub(crate) fn client(listening: &Listening, ca: &str) -> Client {
    let files = MemorySource::new()
        .with_file("/ca.crt", ca)
        .with_file("/token", TOKEN);
    let source = Arc::new(files);
    let mut config = Config::new(listening.url().parse().unwrap());
    config.tls.roots = Roots::Bundle(Material::file(source.clone(), "/ca.crt"));
    config.user.token_file = Some(Material::file(source, "/token"));
    Client::try_from(config).unwrap()
}

/// A proxy with these options in front of that server.
pub(crate) async fn serve(upstream: Listening, options: ProxyOptions) -> Served {
    let client = client(&upstream, upstream.ca_pem());
    let drain = Drain::new();
    let proxy = options.proxy(client, &drain);
    let mut served = serve_proxy(proxy, drain).await;
    served._upstream = Some(upstream);
    served
}

pub(crate) async fn serve_proxy(proxy: Proxy<Client>, drain: Drain) -> Served {
    serve_with(Server::new(), proxy, drain).await
}

pub(crate) async fn serve_with<S, R>(server: Server, service: S, drain: Drain) -> Served
where
    S: Service<Request<Incoming>, Response = Response<R>, Error = Infallible>
        + Clone
        + Send
        + 'static,
    S::Future: Send,
    R: http_body::Body<Data = bytes::Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let listener = Listener::tcp(([127, 0, 0, 1], 0).into()).await.unwrap();
    let ListenAddress::Tcp(address) = listener.address().unwrap() else {
        panic!("it listens on TCP")
    };
    let ending = drain.clone();
    let task = tokio::spawn(async move { server.serve(listener, service, &ending).await });
    Served {
        address,
        drain,
        task,
        _upstream: None,
    }
}

/// What came back: the status code, the head in lower case, the body.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

/// Sends `request` as it is and reads until the other side closes.
pub(crate) async fn ask_over(mut io: impl AsyncRead + AsyncWrite + Unpin, request: &str) -> Answer {
    io.write_all(request.as_bytes()).await.unwrap();
    let mut all = Vec::new();
    io.read_to_end(&mut all).await.unwrap();
    parse(&String::from_utf8(all).unwrap())
}

fn parse(text: &str) -> Answer {
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    Answer {
        code: head.split(' ').nth(1).unwrap().parse().unwrap(),
        head: head.to_ascii_lowercase(),
        body: body.to_owned(),
    }
}

impl Served {
    /// One request on a connection of its own: `lines` are the request line's start and headers.
    pub(crate) async fn ask(&self, method_and_path: &str, headers: &[&str], body: &str) -> Answer {
        let mut request = format!("{method_and_path} HTTP/1.1\r\nconnection: close\r\n");
        if !headers
            .iter()
            .any(|line| line.to_ascii_lowercase().starts_with("host:"))
        {
            request.push_str("host: localhost\r\n");
        }
        for line in headers {
            request.push_str(line);
            request.push_str("\r\n");
        }
        if !body.is_empty() {
            request.push_str(&format!("content-length: {}\r\n", body.len()));
        }
        request.push_str("\r\n");
        request.push_str(body);
        ask_over(self.connect().await, &request).await
    }

    pub(crate) async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }
}

/// Says what it saw: method, path and query, headers, body.
pub(crate) async fn echo(request: Request<Incoming>) -> Result<Response<Body>, Infallible> {
    use http_body_util::BodyExt as _;
    let (parts, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    let mut text = format!("{} {}\n", parts.method, parts.uri.path_and_query().unwrap());
    let mut lines: Vec<String> = parts
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {}\n", value.to_str().unwrap()))
        .collect();
    lines.sort();
    text.push_str(&lines.concat());
    text.push('\n');
    text.push_str(std::str::from_utf8(&body).unwrap());
    Ok(Response::new(Body::from(bytes::Bytes::from(text))))
}
