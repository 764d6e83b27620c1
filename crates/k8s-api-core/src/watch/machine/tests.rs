//! The machine by its table: each row is driven to its state, given its input, and shown what it asks for next.
#![expect(
    clippy::disallowed_methods,
    reason = "an instant to count from; no time passes"
)]

use super::*;
use crate::decode::RawObject;
use crate::status::{Reason, StatusCause, StatusDetails};
use crate::watch::{Bookmark, Change};
use crate::{DynamicObject, ListMeta};

type Event = WatchEvent<DynamicObject>;

const TABLE: &str = include_str!("transitions.md");

struct Driver {
    machine: WatchMachine,
    now: Instant,
    /// What the last event meant.
    told: Option<Told>,
}

impl Driver {
    /// A machine in the state that a row names.
    fn in_state(state: &str) -> Self {
        let (name, before) = state.split_once(", ").unwrap_or((state, ""));
        let mut driver = Self {
            machine: WatchMachine::new(),
            now: Instant::now(),
            told: None,
        };
        if !(name.contains("streamed") || state == "nothing") {
            driver.machine = driver.machine.without_streaming();
        }
        match name {
            "nothing" => {}
            "list" | "streamed list" => driver.begin(),
            "next page" => driver.inputs(&["begin", "page, and more", "begin"]),
            "watch" => driver.inputs(&["begin", "last page", "begin"]),
            "known version 10" => {
                driver.machine = driver.machine.after("10");
                driver.begin();
            }
            "watch after a streamed list" => driver.inputs(&["begin", "last bookmark"]),
            other => panic!("no such state: {other}"),
        }
        match before {
            "" | "without streaming" => {}
            "failed once" => driver.inputs(&["failure", "begin"]),
            "moved on to 30" => driver.inputs(&["bookmark"]),
            "moved on and ended at once before" => {
                driver.inputs(&["bookmark", "end at once", "begin", "bookmark"]);
            }
            "refused 410 before" => driver.again("refused 410", 1),
            "refused 400 before" => driver.again("refused 400", 1),
            "ended at once twice" => driver.again("end at once", 2),
            other => panic!("no such past: {other}"),
        }
        driver
    }

    fn inputs(&mut self, inputs: &[&str]) {
        for input in inputs {
            self.input(input);
        }
    }

    /// Gives an input that stops a watch, and comes back to watching.
    fn again(&mut self, input: &str, times: usize) {
        for _ in 0..times {
            self.inputs(&[input, "begin"]);
            if matches!(self.machine.state, State::Listing) {
                self.inputs(&["last page", "begin"]);
            }
        }
        assert!(matches!(self.machine.state, State::Watching { .. }));
    }

    /// Polls, past a wait.
    fn begin(&mut self) {
        if let Step::Wait(until) = self.machine.poll_step(self.now) {
            self.now = until;
            self.machine.poll_step(self.now);
        }
        assert_eq!(self.machine.poll_step(self.now), Step::Read);
    }

    fn input(&mut self, input: &str) {
        let now = self.now;
        match input {
            "begin" => self.begin(),
            "page, and more" => self.page("20", "token"),
            "last page" => self.page("20", ""),
            "last page without version" => self.page("", ""),
            "object" => self.event(&Event::Added(object())),
            "undecodable" => self.event(&undecodable()),
            "bookmark" => self.event(&Event::Bookmark(Bookmark::new("30"))),
            "last bookmark" => self.event(&Event::Bookmark(last_bookmark())),
            "failure" => self.machine.handle_failure(now),
            "end" | "end at once" => self.machine.handle_end(now),
            "end after an hour" => self.machine.handle_end(now + Duration::from_secs(3600)),
            _ => self.status(input),
        }
    }

    fn page(&mut self, version: &str, token: &str) {
        let page = ListHead {
            metadata: ListMeta {
                resource_version: Some(version.to_owned()),
                continue_token: Some(token.to_owned()),
                ..ListMeta::default()
            },
            ..ListHead::default()
        };
        self.told = Some(self.machine.handle_page(self.now, &page));
    }

    fn event(&mut self, event: &Event) {
        self.told = Some(self.machine.handle_event(self.now, event));
    }

    fn status(&mut self, input: &str) {
        let (how, what) = input.split_once(' ').expect("an input");
        let (code, large) = what.split_once(' ').unwrap_or((what, ""));
        let code = code.parse().expect("a code");
        let mut status = Status::failure(code, Reason::default(), "");
        if large == "too large" {
            let cause = StatusCause::new("ResourceVersionTooLarge", "", "");
            status = status.with_details(StatusDetails {
                causes: vec![cause],
                ..StatusDetails::default()
            });
        }
        match how {
            "refused" => self.machine.handle_refused(self.now, &status),
            "error" => self.event(&Event::Error(status)),
            other => panic!("no such input: {other}"),
        }
    }

    /// What comes of it, in the words of the table.
    fn shown(&mut self) -> String {
        let step = self.machine.poll_step(self.now);
        match step {
            Step::Wait(until) => {
                self.now = until;
                let then = self.machine.poll_step(self.now);
                format!("wait, {}", shown(&then))
            }
            Step::Read if self.told == Some(Told::Synced) => "synced".to_owned(),
            step => shown(&step),
        }
    }
}

fn shown(step: &Step) -> String {
    match step {
        Step::Read => "goes on".to_owned(),
        Step::Wait(_) => "wait".to_owned(),
        Step::List(params) => {
            let version = params.resource_version.as_deref();
            match (params.continue_token.as_deref(), version) {
                (Some(_), None) => "next page".to_owned(),
                (None, None) => "list, newest".to_owned(),
                (None, Some("0")) => "list, any version".to_owned(),
                (None, Some(version)) => format!("list, not older than {version}"),
                (Some(_), Some(_)) => "a page with a version, which servers refuse".to_owned(),
            }
        }
        Step::Watch(params) => match (params.initial_events, &params.resource_version) {
            (true, None) => "streamed list, newest".to_owned(),
            (false, Some(version)) => format!("watch after {version}"),
            other => format!("{other:?}"),
        },
    }
}

fn object() -> DynamicObject {
    let mut object = DynamicObject::default();
    object.metadata.resource_version = Some("30".into());
    object
}

fn last_bookmark() -> Bookmark {
    let mut bookmark = Bookmark::new("20");
    let end = "k8s.io/initial-events-end".to_owned();
    bookmark.annotations.insert(end, "true".to_owned());
    bookmark
}

fn undecodable() -> Event {
    let object = RawObject::new(br#"{"metadata":{"name":"a","resourceVersion":"30"}}"#);
    let failed = object.decode_or_metadata::<u8>();
    WatchEvent::Undecodable(Change::Modified, failed.unwrap_err())
}

#[test]
fn goes_by_its_table() {
    let mut rows = 0;
    let mut faults = Vec::new();
    for row in TABLE.lines().skip(2) {
        let cells: Vec<&str> = row.trim_matches(['|', ' ']).split(" | ").collect();
        let [state, input, expected] = cells[..] else {
            panic!("a row of three: {row}");
        };
        let mut driver = Driver::in_state(state);
        if input != "begin" {
            driver.input(input);
        }
        let shown = driver.shown();
        if shown != expected {
            faults.push(format!("{row}\n  but {shown}"));
        }
        rows += 1;
    }
    assert!(rows >= 40);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Answers every request in the same way for ten minutes: how often it was asked.
fn asked(mut machine: WatchMachine, answer: impl Fn(&mut WatchMachine, Instant, &Step)) -> usize {
    let mut now = Instant::now();
    let end = now + Duration::from_secs(600);
    let mut asked = 0;
    while now < end {
        match machine.poll_step(now) {
            Step::Wait(until) => now = until,
            Step::Read => panic!("nothing is under way"),
            step => {
                asked += 1;
                answer(&mut machine, now, &step);
                assert!(asked < 1000, "it loops");
            }
        }
    }
    asked
}

#[test]
fn never_loops_whatever_the_server_always_says() {
    for code in [400, 401, 403, 404, 410, 422, 429, 500, 503] {
        let refusal = Status::failure(code, Reason::default(), "");
        let always = asked(WatchMachine::new(), |machine, now, _| {
            machine.handle_refused(now, &refusal);
        });
        assert!((15..35).contains(&always), "{code}: {always}");
        // Lists go well, watches never.
        let watches = asked(WatchMachine::new(), |machine, now, step| match step {
            Step::List(_) => {
                let mut page = ListHead::default();
                page.metadata.resource_version = Some("7".to_owned());
                machine.handle_page(now, &page);
            }
            _ => machine.handle_refused(now, &refusal),
        });
        assert!((15..70).contains(&watches), "{code}: {watches}");
    }
}

#[test]
fn never_loops_on_an_early_close() {
    for told in [false, true] {
        let early = asked(WatchMachine::new(), |machine, now, step| match step {
            Step::List(_) => {
                let mut page = ListHead::default();
                page.metadata.resource_version = Some("7".to_owned());
                machine.handle_page(now, &page);
            }
            _ => {
                if told {
                    machine.handle_event(now, &Event::Bookmark(Bookmark::new("30")));
                }
                machine.handle_end(now);
            }
        });
        assert!((15..50).contains(&early), "{told}: {early}");
    }
}

#[test]
fn waits_as_long_as_the_server_asks() {
    let mut driver = Driver::in_state("watch");
    let details = StatusDetails {
        retry_after_seconds: 90,
        ..StatusDetails::default()
    };
    let busy = Status::failure(429, Reason::TOO_MANY_REQUESTS, "").with_details(details);
    driver.machine.handle_refused(driver.now, &busy);
    let until = driver.now + Duration::from_secs(90);
    assert_eq!(driver.machine.poll_step(driver.now), Step::Wait(until));
}

#[test]
fn keeps_the_selectors_on_every_request() {
    let now = Instant::now();
    let mut machine = WatchMachine::new().labels("a=b").fields("c=d").page_size(7);
    let Step::Watch(watch) = machine.poll_step(now) else {
        panic!("a streamed list")
    };
    assert_eq!(watch.label_selector.as_deref(), Some("a=b"));
    assert_eq!(watch.field_selector.as_deref(), Some("c=d"));
    machine.handle_refused(now, &Status::failure(400, Reason::default(), ""));
    let Step::List(list) = machine.poll_step(now) else {
        panic!("a list")
    };
    assert_eq!(list.label_selector.as_deref(), Some("a=b"));
    assert_eq!(
        (list.field_selector.as_deref(), list.limit),
        (Some("c=d"), Some(7))
    );
}
