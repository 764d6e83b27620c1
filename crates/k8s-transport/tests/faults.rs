//! What a request meets when something goes wrong, row by row; it writes `docs/FAULTS.md`.
//!
//! Each row says what the caller is told, and counts what the server saw: connections, requests, bytes.
//! `UPDATE_EXPECT=1` writes the page anew.
#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a test")]

#[path = "support/partition.rs"]
mod partition;
#[path = "support/table.rs"]
mod table;
#[path = "support/wire.rs"]
mod wire;

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use k8s_testing::Proxy;
use k8s_testing::faults::ConnectionFault::{CloseAt, Refuse, ResetAt, SilentAt, Slow};
use k8s_testing::faults::RequestFault::{self, BreakBody, Hang, Latency, SlowBody};
use partition::Partition;
use table::Between::{Disconnect, GoAway};
use table::Protocol::{Http1, Http2};
use table::{Case, Table, get, post};

const fn secs(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

const fn status(code: StatusCode, after: Option<u64>) -> RequestFault {
    RequestFault::Status {
        code,
        retry_after: match after {
            Some(seconds) => Some(secs(seconds)),
            None => None,
        },
    }
}

const TOO_MANY: RequestFault = status(StatusCode::TOO_MANY_REQUESTS, Some(1));
const UNAVAILABLE: RequestFault = status(StatusCode::SERVICE_UNAVAILABLE, Some(1));
const FAILED: RequestFault = status(StatusCode::INTERNAL_SERVER_ERROR, Some(1));

fn connections() -> Vec<(Case, &'static str)> {
    vec![
        (get("nothing", Http1), "200 | 1 | 1 | 1 | 35"),
        (get("nothing", Http2), "200 | 1 | 1 | 1 | 96"),
        (post("nothing", Http2), "200 | 1 | 1 | 1 | 131"),
        (
            get("refused once", Http1).wire([Refuse]),
            "200 | 2 | 1 | 1 | 35",
        ),
        (
            post("refused once", Http1).wire([Refuse]),
            "200 | 2 | 1 | 1 | 77",
        ),
        (
            post("refused for ever", Http1).wire([Refuse; 20]),
            "no connection could be made | 11 | 0 | 0 | 0",
        ),
        (
            get("reset before the head", Http1).wire([ResetAt(0)]),
            "200 | 1 | 2 | 1 | 35",
        ),
        (
            post("reset before the head", Http1).wire([ResetAt(0)]),
            "200 | 1 | 2 | 1 | 77",
        ),
        (
            get("reset in the head", Http1).wire([ResetAt(20)]),
            "200 | 2 | 2 | 2 | 70",
        ),
        (
            post("reset in the head", Http1).wire([ResetAt(20)]),
            "the connection broke | 1 | 1 | 1 | 77",
        ),
    ]
}

fn connections_in_use() -> Vec<(Case, &'static str)> {
    let slow = Slow {
        bytes: 10,
        every: secs(1),
    };
    vec![
        (
            get("reset in the body", Http1).wire([ResetAt(150)]),
            "200, then reading the body of the answer | 1 | 1 | 1 | 35",
        ),
        (
            get("closed in the head", Http1).wire([CloseAt(20)]),
            "200 | 2 | 2 | 2 | 70",
        ),
        (
            get("closed in the body", Http1).wire([CloseAt(150)]),
            "200, then reading the body of the answer | 1 | 1 | 1 | 35",
        ),
        (
            get("reset before the head", Http2).wire([ResetAt(0)]),
            "200 | 1 | 2 | 1 | 120",
        ),
        (
            post("reset after SETTINGS", Http2).wire([ResetAt(50)]),
            "200 | 1 | 2 | 1 | 195",
        ),
        (
            get("silent before the head", Http1).wire([SilentAt(0)]),
            "200 | 2 | 2 | 1 | 70",
        ),
        (
            post("silent before the head", Http1).wire([SilentAt(0)]),
            "no answer within 20s | 1 | 1 | 0 | 77",
        ),
        (
            get("silent in the body", Http1).wire([SilentAt(150)]),
            "200, then the server was silent for 10s | 1 | 1 | 1 | 35",
        ),
        (
            get("silent from the start", Http2).wire([SilentAt(0)]),
            "200 | 2 | 2 | 1 | 196",
        ),
        (
            get("ten bytes a second", Http1).wire([slow]),
            "200 | 1 | 1 | 1 | 35",
        ),
    ]
}

fn answers() -> Vec<(Case, &'static str)> {
    let crawl = |every| SlowBody {
        bytes: 50,
        every: secs(every),
    };
    vec![
        (
            get("429 once", Http1).answers([TOO_MANY]),
            "200 | 2 | 1 | 2 | 70",
        ),
        (
            post("429 once", Http2).answers([TOO_MANY]),
            "200 | 2 | 1 | 2 | 183",
        ),
        (
            post("429 for ever", Http2).answers([TOO_MANY; 20]),
            "429 | 11 | 1 | 11 | 651",
        ),
        (
            post("503 twice", Http1).answers([UNAVAILABLE; 2]),
            "200 | 3 | 1 | 3 | 231",
        ),
        (
            get("500, come again", Http1).answers([FAILED]),
            "200 | 2 | 1 | 2 | 70",
        ),
        (
            post("500, come again", Http1).answers([FAILED]),
            "500 | 1 | 1 | 1 | 77",
        ),
        (
            get("no answer", Http2).answers([Hang]),
            "200 | 2 | 2 | 2 | 205",
        ),
        (
            post("no answer", Http2).answers([Hang]),
            "no answer within 20s | 1 | 1 | 1 | 131",
        ),
        (
            get("a late head", Http1).answers([Latency(secs(19))]),
            "200 | 1 | 1 | 1 | 35",
        ),
        (
            get("a slow body", Http1).answers([crawl(9)]),
            "200 | 1 | 1 | 1 | 35",
        ),
        (
            get("too slow a body", Http2).answers([crawl(11)]),
            "200, then the server was silent for 10s | 1 | 1 | 1 | 96",
        ),
        (
            get("body broken off", Http1).answers([BreakBody(50)]),
            "200, then reading the body of the answer | 1 | 1 | 1 | 35",
        ),
        (
            get("body broken off", Http2).answers([BreakBody(50)]),
            "200, then reading the body of the answer | 1 | 1 | 1 | 96",
        ),
    ]
}

fn servers() -> Vec<(Case, &'static str)> {
    let of = |name, protocol, between| post(name, protocol).twice(between);
    vec![
        (
            of("restarted since", Http1, Disconnect).noticed(),
            "200 | 1 | 2 | 2 | 154",
        ),
        (
            of("restarted since", Http2, Disconnect).noticed(),
            "200 | 1 | 2 | 2 | 262",
        ),
        (
            of("restarted just now", Http1, Disconnect),
            "the connection broke | 1 | 1 | 1 | 154",
        ),
        (
            of("restarted just now", Http2, Disconnect),
            "the connection broke | 1 | 1 | 1 | 153",
        ),
        (
            of("goodbye since", Http1, GoAway).noticed(),
            "200 | 1 | 2 | 2 | 154",
        ),
        (
            of("goodbye since", Http2, GoAway).noticed(),
            "200 | 1 | 2 | 2 | 296",
        ),
        (
            of("goodbye just now", Http2, GoAway),
            "200 | 1 | 1 | 2 | 200",
        ),
        (
            post("one stream at a time", Http2).one_stream().crowd(3),
            "200 | 1 | 3 | 3 | 393",
        ),
        (
            get("a connector that hangs", Http1).hangs(),
            "no connection within 5s | 11 | 0 | 0 | 0",
        ),
    ]
}

fn proxies() -> Vec<(Case, &'static str)> {
    const HTTP: &str = "http://proxy:3128";
    const SOCKS: &str = "socks5://proxy";
    let says = |answer: &'static str| Proxy::new().says([answer]);
    let forbidden = "HTTP/1.1 403 Forbidden\r\n\r\n";
    let unavailable = "HTTP/1.1 503 Service Unavailable\r\n\r\n";
    let silent = || Proxy::new().says([""; 0]);
    let socks_refuses = Proxy::new().says([&[5, 0][..], &[5, 2, 0, 1, 0, 0, 0, 0, 0, 0]]);
    let password = "s3cret".to_owned().into();
    let closed = || Proxy::new().credentials("me", &password);
    vec![
        (
            post("a proxy", Http1).proxy(Proxy::new(), HTTP),
            "200 | 1 | 1 | 1 | 77",
        ),
        (
            post("a SOCKS5 proxy", Http1).proxy(Proxy::new(), SOCKS),
            "200 | 1 | 1 | 1 | 77",
        ),
        (
            get("proxy refuses", Http1).proxy(says(forbidden), HTTP),
            "the proxy http://proxy:3128 refused server:80: 403 Forbidden | 1 | 0 | 0 | 0",
        ),
        (
            get("proxy has no way", Http1).proxy(says(unavailable), HTTP),
            "the proxy http://proxy:3128 refused server:80: 503 Service Unavailable | 11 | 0 | 0 | 0",
        ),
        (
            get("proxy wants a password", Http1).proxy(closed(), HTTP),
            "the proxy http://proxy:3128 refused server:80: 407 Proxy Authentication Required | 1 | 0 | 0 | 0",
        ),
        (
            get("SOCKS5 proxy wants a password", Http1).proxy(closed(), "socks5://me:wrong@proxy"),
            "the proxy socks5://proxy:1080 refused the user name or the password | 1 | 0 | 0 | 0",
        ),
        (
            post("SOCKS5 proxy refuses", Http1).proxy(socks_refuses, SOCKS),
            "the proxy socks5://proxy:1080 refused server:80: not allowed by its rules | 1 | 0 | 0 | 0",
        ),
        (
            get("proxy hangs", Http1).proxy(silent(), HTTP),
            "no connection within 5s | 11 | 0 | 0 | 0",
        ),
        (
            get("SOCKS5 proxy hangs", Http1).proxy(silent(), SOCKS),
            "no connection within 5s | 11 | 0 | 0 | 0",
        ),
        (
            get("proxy answers falsely", Http1).proxy(says("220 mail.example ESMTP\r\n"), HTTP),
            "the proxy http://proxy:3128 answered with what is no HTTP | 1 | 0 | 0 | 0",
        ),
        (
            get("SOCKS5 proxy answers falsely", Http1).proxy(says(forbidden), SOCKS),
            "the proxy socks5://proxy:1080 answered with what is no SOCKS5 | 1 | 0 | 0 | 0",
        ),
        (
            get("no address", Http1).unresolved(),
            "finding the address of server | 1 | 0 | 0 | 0",
        ),
    ]
}

fn crowds() -> Vec<(Case, &'static str)> {
    vec![
        (
            post("429 storm", Http1).answers([TOO_MANY; 40]).crowd(20),
            "200 | 3 | 20 | 60 | 4620",
        ),
        (
            post("429 storm", Http2).answers([TOO_MANY; 40]).crowd(20),
            "200 | 3 | 1 | 60 | 3199",
        ),
        (
            get("truncated chunk", Http1).chunked().wire([CloseAt(150)]),
            "200, then reading the body of the answer | 1 | 1 | 1 | 35",
        ),
    ]
}

/// The network falls apart a second behind the request's start; the server would have answered two seconds later.
fn partitions() -> Vec<(Case, u64, &'static str)> {
    let late = Latency(secs(3));
    let crawl = SlowBody {
        bytes: 10,
        every: secs(1),
    };
    vec![
        (
            get("partition before the head", Http1).answers([late]),
            15,
            "200 | 2 | 2 | 2 | 70",
        ),
        (
            post("partition before the head", Http1).answers([late]),
            15,
            "no answer within 20s | 1 | 1 | 1 | 77",
        ),
        (
            get("partition before the head", Http2).answers([late]),
            15,
            "200 | 2 | 2 | 2 | 205",
        ),
        (
            post("partition before the head", Http2).answers([late]),
            15,
            "no answer within 20s | 1 | 1 | 1 | 131",
        ),
        (
            get("partition in the body", Http1).answers([crawl]),
            15,
            "200, then the server was silent for 10s | 1 | 1 | 1 | 35",
        ),
        (
            get("partition in the body", Http2).answers([crawl]),
            15,
            "200, then the server was silent for 10s | 1 | 1 | 1 | 96",
        ),
        (
            get("partition for ever", Http1).answers([late]),
            500,
            "no connection could be made | 11 | 1 | 1 | 35",
        ),
    ]
}

fn main() {
    let mut table = Table::default();
    for (case, expected) in connections()
        .into_iter()
        .chain(connections_in_use())
        .chain(answers())
        .chain(servers())
        .chain(proxies())
        .chain(crowds())
    {
        table.check(&case, expected);
    }
    for (case, until, expected) in partitions() {
        let partition = Partition {
            from: secs(1),
            until: secs(until),
        };
        let case = Arc::new(case);
        let seen = partition::run(&case, partition);
        table.row(&case, &seen, expected);
    }
    expect_test::expect_file!["../../../docs/FAULTS.md"].assert_eq(&table.page());
    assert_eq!(table.unexpected(), 0, "rows differ; what was seen is above");
    println!("rows={} unexpected={}", table.rows(), table.unexpected());
}
