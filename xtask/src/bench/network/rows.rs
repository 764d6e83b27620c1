//! What is run: which program, over which protocol, does what.

use std::fmt;

/// Who does it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Program {
    Raw,
    Ours,
    Kube,
    ClientGo,
}

impl Program {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Raw => "hyper and rustls alone",
            Self::Ours => "k8s-client",
            Self::Kube => "kube",
            Self::ClientGo => "client-go",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    H1,
    H2,
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::H1 => "HTTP/1.1",
            Self::H2 => "HTTP/2",
        })
    }
}

/// One program that does one thing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row {
    pub(super) program: Program,
    pub(super) protocol: Protocol,
    pub(super) scenario: &'static str,
    /// Requests or events.
    pub(super) count: usize,
    pub(super) in_flight: usize,
}

impl Row {
    pub(super) const fn new(program: Program, protocol: Protocol, scenario: &'static str) -> Self {
        Self {
            program,
            protocol,
            scenario,
            count: 0,
            in_flight: 1,
        }
    }

    /// Whether all that is measured is the start.
    pub(super) fn is_start(&self) -> bool {
        self.scenario == "cold"
    }

    /// So many, so many at one time.
    pub(super) const fn of(mut self, count: usize, in_flight: usize) -> Self {
        self.count = count;
        self.in_flight = in_flight;
        self
    }
}

const GETS: usize = 20_000;
/// Two for each pod.
const EVENTS: usize = 20_000;

use Program::{ClientGo, Kube, Ours, Raw};
use Protocol::{H1, H2};

const fn get_bytes(program: Program, protocol: Protocol) -> Row {
    Row::new(program, protocol, "get-bytes").of(GETS, 1)
}

const fn get_typed(program: Program, protocol: Protocol) -> Row {
    Row::new(program, protocol, "get-typed").of(GETS, 32)
}

const fn cold(program: Program, protocol: Protocol) -> Row {
    Row::new(program, protocol, "cold")
}

const fn list(program: Program, protocol: Protocol, scenario: &'static str) -> Row {
    Row::new(program, protocol, scenario)
}

const fn watch(program: Program, protocol: Protocol, scenario: &'static str) -> Row {
    Row::new(program, protocol, scenario).of(EVENTS, 1)
}

/// All of them, in the order of their turns.
pub(super) const ROWS: [Row; 38] = [
    cold(Raw, H1),
    cold(Raw, H2),
    cold(Ours, H1),
    cold(Ours, H2),
    cold(Kube, H1),
    cold(ClientGo, H2),
    get_bytes(Raw, H1),
    get_bytes(Raw, H2),
    get_bytes(Ours, H1),
    get_bytes(Ours, H2),
    get_bytes(Kube, H1),
    get_bytes(ClientGo, H2),
    get_typed(Raw, H1),
    get_typed(Raw, H2),
    get_typed(Ours, H1),
    get_typed(Ours, H2),
    get_typed(Kube, H1),
    get_typed(ClientGo, H2),
    list(Kube, H1, "list-typed"),
    list(Ours, H1, "list-typed"),
    list(Ours, H2, "list-typed"),
    list(ClientGo, H2, "list-typed"),
    list(Kube, H1, "list-lean"),
    list(Ours, H1, "list-lean"),
    list(Ours, H2, "list-lean"),
    list(Ours, H1, "list-streamed"),
    list(Ours, H1, "list-lean-streamed"),
    list(Ours, H1, "list-borrowed"),
    list(Kube, H1, "list-metadata"),
    list(Ours, H1, "list-metadata"),
    list(Ours, H2, "list-metadata"),
    list(ClientGo, H2, "list-metadata"),
    watch(Kube, H1, "watch-typed"),
    watch(Ours, H1, "watch-typed"),
    watch(Ours, H2, "watch-typed"),
    watch(Kube, H1, "watch-lean"),
    watch(Ours, H1, "watch-lean"),
    watch(ClientGo, H2, "watch-typed"),
];
