//! `network-server FOLDER PODS h1|h2|both`: answers pods on a loopback port until its standard input ends, and writes `kubeconfig`, `ca.crt` and `token` into the folder.
//!
//! One thread. It wants the token, and never compresses. What it prints, once: `address=… namespace=… pod=… length=… bytes=… pods=… events=…`: the
//! pod that can be read alone and its length, that of the list, and what a program has seen that saw every pod, or two events of each: `COUNT:CHECKSUM`.

mod answers;
mod body;
mod credentials;
#[path = "../../../../../crates/k8s-api-core/benches/decode/pods.rs"]
mod pods;

use std::convert::Infallible;
use std::io::Read as _;
use std::rc::Rc;
use std::sync::Arc;

use http::{Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use network_common::Result;
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::task::LocalSet;
use tokio_rustls::TlsAcceptor;

use self::answers::Answers;
use self::body::Whole;

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [folder, pods, protocols] = &args[..] else {
        return Err("network-server FOLDER PODS h1|h2|both".into());
    };
    // Whoever started this holds the other end: when that is gone, so is the server.
    std::thread::spawn(|| {
        let _ = std::io::stdin().read_to_end(&mut Vec::new());
        std::process::exit(0);
    });
    let runtime = Builder::new_current_thread().enable_all().build()?;
    LocalSet::new().block_on(&runtime, serve(folder, pods.parse()?, protocols))
}

struct Server {
    answers: Answers,
    authorization: String,
}

async fn serve(folder: &str, pods: usize, protocols: &str) -> Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let made = credentials::make(folder.as_ref(), address, protocols)?;
    let server = Rc::new(Server {
        answers: Answers::make(pods)?,
        authorization: format!("Bearer {}", made.token),
    });
    println!("address={address} {}", server.answers.described());
    let tls = TlsAcceptor::from(Arc::new(made.tls));
    loop {
        let (tcp, _) = listener.accept().await?;
        tokio::task::spawn_local(connection(tcp, tls.clone(), Rc::clone(&server)));
    }
}

/// Until it breaks: that a client goes away in the middle of a watch is what clients do here.
async fn connection(tcp: TcpStream, tls: TlsAcceptor, server: Rc<Server>) {
    let _ = tcp.set_nodelay(true);
    let Ok(stream) = tls.accept(tcp).await else {
        return;
    };
    let is_h2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    let service = service_fn(move |request| {
        let answer = server.answer(&request);
        async { Ok::<_, Infallible>(answer) }
    });
    let io = TokioIo::new(stream);
    let _ = if is_h2 {
        http2::Builder::new(Local).serve_connection(io, service).await
    } else {
        http1::Builder::new().serve_connection(io, service).await
    };
}

/// Streams of HTTP/2 run on the one thread.
#[derive(Clone, Copy)]
struct Local;

impl<F: Future<Output = ()> + 'static> hyper::rt::Executor<F> for Local {
    fn execute(&self, future: F) {
        tokio::task::spawn_local(future);
    }
}

impl Server {
    fn answer(&self, request: &Request<Incoming>) -> Response<Whole> {
        let authorization = request.headers().get(header::AUTHORIZATION);
        if authorization.is_none_or(|found| found != self.authorization.as_str()) {
            return status(StatusCode::UNAUTHORIZED);
        }
        let query = request.uri().query().unwrap_or_default();
        let watch = query.split('&').any(|pair| matches!(pair, "watch=true" | "watch=1"));
        let accept = request.headers().get(header::ACCEPT);
        let partial = accept
            .and_then(|accept| accept.to_str().ok())
            .is_some_and(|accept| accept.contains("as=PartialObjectMetadata"));
        match self.answers.of(request.uri().path(), watch, partial) {
            Some(body) => ok(body),
            None => status(StatusCode::NOT_FOUND),
        }
    }
}

/// With the headers that a real one sends.
fn ok(body: Whole) -> Response<Whole> {
    let response = Response::builder()
        .header("audit-id", "3f0c9f9d-7f0e-4f57-9d0e-0b8d3c7b2a11")
        .header(header::CACHE_CONTROL, "no-cache, private")
        .header(header::CONTENT_TYPE, "application/json")
        .header("x-kubernetes-pf-flowschema-uid", "5a1f4a30-3a3c-4b8a-9f55-3a3c7f0c1d2e")
        .header("x-kubernetes-pf-prioritylevel-uid", "c7a9c0b2-8f7b-4a43-8e5c-1f2e3d4c5b6a")
        .body(body);
    response.unwrap_or_else(|_| status(StatusCode::INTERNAL_SERVER_ERROR))
}

fn status(code: StatusCode) -> Response<Whole> {
    let text = format!(r#"{{"kind":"Status","apiVersion":"v1","metadata":{{}},"status":"Failure","code":{}}}"#, code.as_u16());
    let mut response = Response::new(Whole::from(vec![text.into()]));
    *response.status_mut() = code;
    response
}
