//! One row of the fault table: a stack, a fault, a request, and what came of it.
#![allow(
    unreachable_pub,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test"
)]

use std::convert::Infallible;
use std::error::Error;
use std::fmt::Write as _;
use std::io::ErrorKind;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_util::future::join_all;
use http::{Method, Request, Response, Uri};
use http_body::{Frame, SizeHint};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use k8s_testing::faults::{ConnectionFault, FaultLayer, FaultyConnector, RequestFault, Script};
use k8s_testing::{Body, ListenOptions, MemoryConnector, Proxy};
use k8s_transport::{
    Attempts, BodyError, BoxError, Deadlines, DeadlinesLayer, Exceeded, IfClone, Proxied,
    ProxyError, ResolveError, RetryError, RetryLayer, Tcp, Transport, TransportError,
};
use tower::util::BoxCloneSyncService;
use tower::{Layer as _, Service as _, ServiceExt as _, service_fn};

use crate::wire::{self, Counters, counted};

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Protocol {
    Http1,
    Http2,
}

/// What happens between the first request and the second.
#[derive(Clone, Copy)]
pub enum Between {
    Disconnect,
    GoAway,
}

pub struct Case {
    name: &'static str,
    method: Method,
    pub protocol: Protocol,
    wire: Vec<ConnectionFault>,
    answers: Vec<RequestFault>,
    twice: Option<Between>,
    noticed: bool,
    one_stream: bool,
    /// How many requests there are at one time.
    crowd: usize,
    chunked: bool,
    way: Way,
}

/// How the server is reached.
#[derive(Default)]
enum Way {
    #[default]
    Straight,
    /// The connector never comes to an end.
    Hanging,
    /// The name has no address.
    Unresolved,
    Proxied(Proxy, &'static str),
}

pub fn get(name: &'static str, protocol: Protocol) -> Case {
    Case {
        name,
        method: Method::GET,
        protocol,
        wire: Vec::new(),
        answers: Vec::new(),
        twice: None,
        noticed: false,
        one_stream: false,
        crowd: 1,
        chunked: false,
        way: Way::Straight,
    }
}

pub fn post(name: &'static str, protocol: Protocol) -> Case {
    Case {
        method: Method::POST,
        ..get(name, protocol)
    }
}

pub type Server = BoxCloneSyncService<Request<Incoming>, Response<Body>, Infallible>;
pub type Requests = Arc<AtomicUsize>;

impl Case {
    pub fn wire(mut self, faults: impl IntoIterator<Item = ConnectionFault>) -> Self {
        self.wire = faults.into_iter().collect();
        self
    }

    pub fn answers(mut self, faults: impl IntoIterator<Item = RequestFault>) -> Self {
        self.answers = faults.into_iter().collect();
        self
    }

    pub fn twice(mut self, between: Between) -> Self {
        self.twice = Some(between);
        self
    }

    /// The client's side has had the time to see what happened between.
    pub fn noticed(mut self) -> Self {
        self.noticed = true;
        self
    }

    pub fn one_stream(mut self) -> Self {
        self.one_stream = true;
        self
    }

    /// So many requests at one time, which all must end alike.
    pub fn crowd(mut self, requests: usize) -> Self {
        self.crowd = requests;
        self
    }

    /// The answer does not say how long it is.
    pub fn chunked(mut self) -> Self {
        self.chunked = true;
        self
    }

    pub fn hangs(mut self) -> Self {
        self.way = Way::Hanging;
        self
    }

    pub fn unresolved(mut self) -> Self {
        self.way = Way::Unresolved;
        self
    }

    /// Through this proxy, at this URL.
    pub fn proxy(mut self, proxy: Proxy, url: &'static str) -> Self {
        self.way = Way::Proxied(proxy, url);
        self
    }

    pub fn request(&self) -> wire::Request1 {
        let mut request = wire::post("http://server/api", "a body of the request");
        if self.method == Method::GET {
            request = wire::get("http://server/api");
        }
        request
    }

    /// A server that answers with 100 bytes, unless a fault comes first.
    pub fn memory(&self, requests: &Requests) -> MemoryConnector<Server> {
        let says_length = !self.chunked;
        let answer = service_fn(move |request: Request<Incoming>| async move {
            let _ = request.into_body().collect().await;
            Ok::<_, Infallible>(Response::new(Hundred {
                bytes: Full::from(vec![b'x'; 100]),
                says_length,
            }))
        });
        let faults = Script::of(self.answers.iter().copied().map(Some));
        let counting = Arc::clone(requests);
        let faulty = FaultLayer::new(faults).layer(answer);
        let counted = faulty.map_request(move |request: Request<Incoming>| {
            counting.fetch_add(1, Ordering::SeqCst);
            request
        });
        let mut options = ListenOptions::new().plain();
        if self.one_stream {
            options = options.max_streams(1);
        }
        options.connector(Server::new(counted)).unwrap()
    }

    fn transport(&self, memory: MemoryConnector<Server>) -> (Transport<Full<Bytes>>, Counters) {
        let faults = Script::of(self.wire.iter().copied().map(Some));
        let faulty = FaultyConnector::new(memory, faults);
        let (connector, counters) = counted(faulty, self.protocol == Protocol::Http2);
        let transport = match &self.way {
            Way::Straight => Transport::new(connector),
            Way::Hanging => Transport::new(service_fn(move |uri: Uri| {
                let mut connector = connector.clone();
                async move {
                    std::future::pending::<()>().await;
                    connector.call(uri).await
                }
            })),
            Way::Unresolved => {
                let unknown = |_: &str| std::future::ready(Err(ErrorKind::NotFound.into()));
                Transport::new(Tcp::new().resolver(unknown))
            }
            Way::Proxied(proxy, url) => {
                let proxied = Proxied::new(url.parse().unwrap(), proxy.connector(connector));
                Transport::new(proxied)
            }
        };
        (transport, counters)
    }

    /// What the caller is told of the last request, and what the server saw of all.
    async fn run(&self) -> [String; 5] {
        let requests = Requests::default();
        let memory = self.memory(&requests);
        let (transport, counters) = self.transport(memory.clone());
        let send = || ask(&transport, self.request());
        let mut all = join_all((0..self.crowd).map(|_| send())).await;
        let mut told = all.pop().unwrap();
        assert!(all.iter().all(|other| *other == told));
        if let Some(between) = self.twice {
            match between {
                Between::Disconnect => memory.disconnect(),
                Between::GoAway => memory.goaway(),
            }
            if self.noticed {
                // real time: never, `check` has paused it
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            told = send().await;
        }
        let (told, attempts) = told;
        [
            told,
            attempts.to_string(),
            counters.made().to_string(),
            requests.load(Ordering::SeqCst).to_string(),
            counters.bytes().to_string(),
        ]
    }
}

/// What the caller is told of a request, and after how many attempts.
pub async fn ask(transport: &Transport<Full<Bytes>>, request: wire::Request1) -> (String, usize) {
    let limits = Deadlines::none()
        .connect(Duration::from_secs(5))
        .headers(Duration::from_secs(20))
        .silence(Duration::from_secs(10));
    let attempt = DeadlinesLayer::new(limits).layer(transport.clone());
    let stack = RetryLayer::new().replay(IfClone).layer(attempt);
    told(stack.oneshot(request).await).await
}

/// The class of an answer or an error, and how many attempts it took.
async fn told<B>(answered: Result<Response<B>, RetryError>) -> (String, usize)
where
    B: http_body::Body<Error: Into<BoxError>>,
{
    match answered {
        Err(error) => (class(&error), error.attempts()),
        Ok(response) => {
            let attempts = response.extensions().get::<Attempts>();
            let attempts = attempts.map_or(1, Attempts::attempts);
            let status = response.status().as_u16().to_string();
            match response.into_body().collect().await {
                Ok(_) => (status, attempts),
                Err(error) => (
                    format!("{status}, then {}", class(&*error.into())),
                    attempts,
                ),
            }
        }
    }
}

/// What the innermost error of a known kind says.
fn class(error: &(dyn Error + 'static)) -> String {
    let (mut innermost, mut next) = (None, Some(error));
    while let Some(error) = next {
        let known = error.is::<Exceeded>()
            || error.is::<BodyError>()
            || error.is::<TransportError>()
            || error.is::<ProxyError>()
            || error.is::<ResolveError>();
        if known {
            innermost = Some(error);
        }
        next = error.source();
    }
    innermost.map_or_else(|| format!("unknown: {error}"), ToString::to_string)
}

/// A hundred bytes, which may not say that they are a hundred.
struct Hundred {
    bytes: Full<Bytes>,
    says_length: bool,
}

impl http_body::Body for Hundred {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Pin::new(&mut self.bytes).poll_frame(cx)
    }

    fn size_hint(&self) -> SizeHint {
        if self.says_length {
            return self.bytes.size_hint();
        }
        SizeHint::default()
    }
}

#[derive(Default)]
pub struct Table {
    text: String,
    rows: usize,
    unexpected: usize,
}

impl Table {
    /// Runs a case in a runtime of its own, whose time is paused.
    pub fn check(&mut self, case: &Case, expected: &str) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            .build()
            .unwrap();
        fastrand::seed(1);
        let seen = runtime.block_on(case.run());
        self.row(case, &seen, expected);
    }

    /// Notes what became of a case.
    pub fn row(&mut self, case: &Case, seen: &[String; 5], expected: &str) {
        let seen = seen.join(" | ");
        self.rows += 1;
        if seen != expected {
            self.unexpected += 1;
            println!(
                "{} {:?} {}: expected {expected:?}, saw {seen:?}",
                case.name, case.protocol, case.method
            );
        }
        let protocol = match case.protocol {
            Protocol::Http1 => "HTTP/1.1",
            Protocol::Http2 => "HTTP/2",
        };
        writeln!(
            self.text,
            "| {} | {protocol} | {} | {seen} |",
            case.name, case.method
        )
        .unwrap();
    }

    pub fn rows(&self) -> usize {
        self.rows
    }

    pub fn unexpected(&self) -> usize {
        self.unexpected
    }

    pub fn page(&self) -> String {
        format!(
            "# Faults\n\n\
             What becomes of a request when something goes wrong, in a stack of retry, deadlines (5 s to connect, 20 s to the head, \
             10 s of silence) and transport.\n\
             The last three columns are what the server saw. \
             In a partition what either end sends vanishes, from the first second of the request to the fifteenth or for ever; turmoil simulates it. \
             `crates/k8s-transport/tests/faults.rs` runs each row and writes this page.\n\n\
             | fault | protocol | request | the caller is told | attempts | connections | requests | bytes |\n\
             |---|---|---|---|---|---|---|---|\n{}",
            self.text
        )
    }
}
