//! Which time limit ends a request, and which does not.
#![allow(clippy::unwrap_used, reason = "a test")]

#[path = "support/wire.rs"]
mod wire;

use std::convert::Infallible;
use std::error::Error;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response, Uri};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Incoming;
use k8s_testing::faults::{ConnectionFault, FaultLayer, FaultyConnector, RequestFault, Script};
use k8s_testing::{MemoryConnector, MemoryStream};
use k8s_transport::{
    BoxError, Deadline, Deadlines, DeadlinesLayer, Exceeded, Transport, TransportOptions,
};
use tokio::time::Instant;
use tower::{Layer as _, ServiceExt as _, service_fn};
use wire::{counted, fetch, get};

const URI: &str = "http://server/x";

/// Every limit differs, so that the time tells which one it was, too.
const LIMITS: Deadlines = Deadlines::none()
    .connect(secs(5))
    .headers(secs(20))
    .silence(secs(10));

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

type Service =
    tower::util::BoxCloneSyncService<Request<Incoming>, Response<Full<Bytes>>, Infallible>;

fn answer() -> Service {
    Service::new(service_fn(|_: Request<Incoming>| async {
        Ok(Response::new(Full::from("thirty bytes of body, no fewer")))
    }))
}

fn exceeded(error: &(dyn Error + 'static)) -> Option<Exceeded> {
    let found = error.downcast_ref::<Exceeded>().copied();
    found.or_else(|| error.source().and_then(exceeded))
}

/// What ends a request, and after how many seconds.
async fn ends(transport: Transport<Full<Bytes>>, limits: Deadlines) -> (Option<Deadline>, u64) {
    let service = DeadlinesLayer::new(limits).layer(transport);
    let started = Instant::now();
    let ended = async {
        let response = service.oneshot(get(URI)).await?;
        response.into_body().collect().await?;
        Ok::<_, BoxError>(())
    };
    let error = ended.await.err();
    let which = error.and_then(|error| exceeded(&*error));
    (
        which.map(|which| which.deadline()),
        started.elapsed().as_secs(),
    )
}

fn over_fault(fault: ConnectionFault) -> Transport<Full<Bytes>> {
    let memory = MemoryConnector::new(answer());
    Transport::new(FaultyConnector::new(memory, Script::always(fault)))
}

fn over_answer(fault: RequestFault) -> Transport<Full<Bytes>> {
    let layer = FaultLayer::new(Script::always(fault));
    Transport::new(MemoryConnector::new(layer.layer(answer())))
}

fn over_nothing() -> Transport<Full<Bytes>> {
    let never = service_fn(|_: Uri| std::future::pending::<Result<MemoryStream, Infallible>>());
    Transport::new(never)
}

#[tokio::test(start_paused = true)]
async fn says_which_limit_it_was() {
    let slow = |seconds| RequestFault::SlowBody {
        bytes: 1,
        every: secs(seconds),
    };
    let rows = [
        (over_nothing(), LIMITS, Some(Deadline::Connect), 5),
        (
            over_answer(RequestFault::Hang),
            LIMITS,
            Some(Deadline::Headers),
            20,
        ),
        (over_answer(slow(11)), LIMITS, Some(Deadline::Silence), 10),
        (over_answer(slow(9)), LIMITS, None, 30 * 9),
        (
            over_answer(slow(9)),
            LIMITS.whole(secs(100)),
            Some(Deadline::Whole),
            100,
        ),
        (
            over_answer(RequestFault::Hang),
            LIMITS.whole(secs(7)),
            Some(Deadline::Whole),
            7,
        ),
        (
            over_nothing(),
            LIMITS.whole(secs(4)),
            Some(Deadline::Whole),
            4,
        ),
        (
            over_answer(RequestFault::Latency(secs(19))),
            LIMITS,
            None,
            19,
        ),
        (
            over_answer(slow(1)),
            LIMITS.headers(Duration::MAX),
            None,
            30,
        ),
    ];
    for (row, (transport, limits, which, after)) in rows.into_iter().enumerate() {
        assert_eq!(ends(transport, limits).await, (which, after), "row {row}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_half_open_http1_connection_is_noticed_before_and_behind_the_head() {
    for (at, which, after) in [(0, Deadline::Headers, 20), (100, Deadline::Silence, 10)] {
        let transport = over_fault(ConnectionFault::SilentAt(at));
        assert_eq!(ends(transport, LIMITS).await, (Some(which), after), "{at}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_request_brings_its_own_limits() {
    let service = DeadlinesLayer::new(LIMITS).layer(over_answer(RequestFault::Hang));
    let mut request = get(URI);
    request
        .extensions_mut()
        .insert(Deadlines::none().headers(secs(2)));
    let error = service.oneshot(request).await.unwrap_err();
    let exceeded = exceeded(&error).unwrap();
    assert_eq!(
        (exceeded.deadline(), exceeded.limit()),
        (Deadline::Headers, secs(2))
    );
    assert_eq!(exceeded.to_string(), "no answer within 2s");
}

#[tokio::test(start_paused = true)]
async fn each_half_minds_its_own_limits() {
    let limits = LIMITS.whole(secs(3));
    let layer = DeadlinesLayer::new(limits);
    for (layer, after) in [(layer.only_whole(), 3), (layer.only_attempt(), 20)] {
        let started = Instant::now();
        let service = layer.layer(over_answer(RequestFault::Hang));
        service.oneshot(get(URI)).await.unwrap_err();
        assert_eq!(started.elapsed(), secs(after));
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_is_not_taken_for_a_silent_server() {
    let service = DeadlinesLayer::new(LIMITS).layer(over_answer(RequestFault::SlowBody {
        bytes: 1,
        every: secs(8),
    }));
    let mut body = service.oneshot(get(URI)).await.unwrap().into_body();
    let mut bytes = 0;
    while let Some(frame) = body.frame().await {
        bytes += frame.unwrap().into_data().unwrap().len();
        tokio::time::sleep(secs(60)).await;
    }
    assert_eq!(bytes, 30);
}

#[tokio::test(start_paused = true)]
async fn an_http2_connection_that_does_not_answer_pings_is_given_up_without_any_limit() {
    for (options, after) in [
        (TransportOptions::new(), 45),
        (
            TransportOptions::new()
                .http2_read_idle_timeout(secs(5))
                .http2_ping_timeout(secs(2)),
            7,
        ),
    ] {
        let memory = MemoryConnector::new(answer());
        let silent = FaultyConnector::new(memory, Script::always(ConnectionFault::SilentAt(0)));
        let (connector, _) = counted(silent, true);
        let transport = Transport::with_options(connector, options);
        let started = Instant::now();
        let error = fetch(&transport, get(URI)).await.unwrap_err();
        assert_eq!(started.elapsed().as_secs(), after);
        assert!(error.is_transient() && !error.is_unprocessed(), "{error}");
        assert!(error.to_string().contains("silent"), "{error}");
    }
}
