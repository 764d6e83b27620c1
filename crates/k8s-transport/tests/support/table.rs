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
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::{Method, Request, Response, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use k8s_testing::faults::{ConnectionFault, FaultLayer, FaultyConnector, RequestFault, Script};
use k8s_testing::{Body, ListenOptions, MemoryConnector};
use k8s_transport::{
    Attempts, BodyError, BoxError, Deadlines, DeadlinesLayer, Exceeded, IfClone, RetryError,
    RetryLayer, Transport, TransportError,
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
    protocol: Protocol,
    wire: Vec<ConnectionFault>,
    answers: Vec<RequestFault>,
    twice: Option<Between>,
    noticed: bool,
    one_stream: bool,
    hangs: bool,
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
        hangs: false,
    }
}

pub fn post(name: &'static str, protocol: Protocol) -> Case {
    Case {
        method: Method::POST,
        ..get(name, protocol)
    }
}

type Server = BoxCloneSyncService<Request<Incoming>, Response<Body>, Infallible>;
type Requests = Arc<AtomicUsize>;

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

    pub fn hangs(mut self) -> Self {
        self.hangs = true;
        self
    }

    fn request(&self) -> wire::Request1 {
        let mut request = wire::post("http://server/api", "a body of the request");
        if self.method == Method::GET {
            request = wire::get("http://server/api");
        }
        request
    }

    /// A server that answers with 100 bytes, unless a fault comes first.
    fn memory(&self, requests: &Requests) -> MemoryConnector<Server> {
        let answer = service_fn(|request: Request<Incoming>| async move {
            let _ = request.into_body().collect().await;
            Ok::<_, Infallible>(Response::new(Full::<Bytes>::from(vec![b'x'; 100])))
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
        let hangs = self.hangs;
        let connector = service_fn(move |uri: Uri| {
            let mut connector = connector.clone();
            async move {
                if hangs {
                    std::future::pending::<()>().await;
                }
                connector.call(uri).await
            }
        });
        (Transport::new(connector), counters)
    }

    /// What the caller is told of the last request, and what the server saw of all.
    async fn run(&self) -> [String; 5] {
        let requests = Requests::default();
        let memory = self.memory(&requests);
        let (transport, counters) = self.transport(memory.clone());
        let limits = Deadlines::none()
            .connect(Duration::from_secs(5))
            .headers(Duration::from_secs(20))
            .silence(Duration::from_secs(10));
        let attempt = DeadlinesLayer::new(limits).layer(transport);
        let stack = RetryLayer::new().replay(IfClone).layer(attempt);
        let send = || async {
            let answered = stack.clone().oneshot(self.request()).await;
            told(answered).await
        };
        let mut told = if self.one_stream {
            let (one, other, last) = tokio::join!(send(), send(), send());
            assert!(one == other && other == last);
            last
        } else {
            send().await
        };
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

fn class(error: &(dyn Error + 'static)) -> String {
    let mut next = Some(error);
    while let Some(error) = next {
        let known = error.is::<Exceeded>() || error.is::<BodyError>();
        if known || error.is::<TransportError>() {
            return error.to_string();
        }
        next = error.source();
    }
    format!("unknown: {error}")
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
        let seen = runtime.block_on(case.run()).join(" | ");
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
             `crates/k8s-transport/tests/faults.rs` runs each row and writes this page.\n\n\
             | fault | protocol | request | the caller is told | attempts | connections | requests | bytes |\n\
             |---|---|---|---|---|---|---|---|\n{}",
            self.text
        )
    }
}
