//! Watch: what happens to objects, as it happens; its options, and what is refused of them.
//!
//! Follows k8s.io/apimachinery `pkg/apis/internalversion/validation` and k8s.io/apiserver
//! `pkg/storage/cacher/cacher.go` (v0.36).

use std::sync::Arc;
use std::time::Duration;

use http::{Response, StatusCode};

use super::Ask;
use super::choice::Choice;
use super::list::{invalid_options, number, too_large};
use crate::body::Body;
use crate::server::media::{self, Form};
use crate::server::status::{Answered, FieldFault, Refusal};
use crate::server::store::Store;
use crate::server::watch::{Begin, Watch};
use crate::server::{answer, watch};

/// What a watch's query asks for.
struct Options {
    choice: Choice,
    bookmarks: bool,
    initial_events: Option<bool>,
    version: Option<u64>,
    timeout: Option<Duration>,
}

pub(super) fn answer(ask: &Ask<'_>) -> Answered<Response<Body>> {
    let media = media::wanted_stream(ask.headers, ask.offer())?;
    let options = Options::read(ask)?;
    let mut store = ask.state.store();
    let begin = options.begin(ask, &store);
    let number = store.enter();
    drop(store);
    let watch = Watch::new(
        Arc::clone(ask.state),
        watch::Scope {
            kind: Arc::clone(ask.kind),
            namespace: ask.namespace().to_owned(),
            choice: options.choice,
            media,
            printer: (media.form == Form::Table)
                .then(|| ask.printer())
                .transpose()?,
        },
        begin,
        watch::Terms {
            number,
            bookmarks: options.bookmarks,
            timeout: options
                .timeout
                .unwrap_or_else(|| ask.state.dice.watch_timeout()),
        },
    );
    let media_type = media.format.stream_type().unwrap_or_default();
    Ok(answer::stream(StatusCode::OK, media_type, watch))
}

impl Options {
    fn read(ask: &Ask<'_>) -> Answered<Self> {
        let mut choice = Choice::read(ask)?;
        // A watch of one object by its path, as `/api/v1/watch/namespaces/x/pods/y`.
        if let Some(name) = ask.info.parts().nth(1) {
            choice = choice.named(name);
        }
        number(ask, "limit")?;
        let timeout =
            number(ask, "timeoutSeconds")?.and_then(|seconds| u64::try_from(seconds).ok());
        let sent = ask.query.first("sendInitialEvents");
        let initial_events = sent.map(|_| ask.query.flag("sendInitialEvents"));
        let text = |name| ask.query.first(name).unwrap_or_default();
        let faults = faults(
            initial_events,
            text("resourceVersionMatch"),
            text("continue"),
        );
        if !faults.is_empty() {
            return Err(invalid_options(&faults));
        }
        let version = match text("resourceVersion") {
            "" => None,
            sent => Some(parse_version(sent)?),
        };
        Ok(Self {
            choice,
            bookmarks: ask.query.flag("allowWatchBookmarks"),
            initial_events,
            version,
            timeout: timeout
                .filter(|&seconds| seconds > 0)
                .map(Duration::from_secs),
        })
    }

    /// Where the stream begins. What is wrong with a version is told in the stream, as the real server does.
    fn begin(&self, ask: &Ask<'_>, store: &Store) -> Begin {
        let newest = store.revision();
        if let (Some(true), Some(version)) = (self.initial_events, self.version)
            && version > newest
        {
            return Begin::Refused(too_large(version, newest));
        }
        match (self.initial_events, self.version) {
            (Some(true), _) | (None, None | Some(0)) => Begin::WithAll {
                says_when_done: self.bookmarks,
            },
            (Some(false), None | Some(0)) => Begin::Behind(newest),
            (_, Some(version)) if version < store.compacted(ask.kind) => {
                let oldest = store.compacted(ask.kind);
                let says = format!("too old resource version: {version} ({oldest})");
                Begin::Refused(Refusal::expired(says))
            }
            (_, Some(version)) => Begin::Behind(version),
        }
    }
}

fn faults(initial_events: Option<bool>, matching: &str, token: &str) -> Vec<FieldFault> {
    const FIELD: &str = "resourceVersionMatch";
    let newer = matching == "NotOlderThan";
    let mut faults = Vec::new();
    if initial_events.is_some() && !newer {
        let says = "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan";
        faults.push(FieldFault::forbidden(FIELD, says));
    }
    if matching.is_empty() {
        return faults;
    }
    if initial_events.is_none() {
        let says =
            "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided";
        faults.push(FieldFault::forbidden(FIELD, says));
    }
    if !newer {
        let known = ["NotOlderThan"];
        faults.push(FieldFault::unsupported(FIELD, &matching.into(), &known));
    }
    if !token.is_empty() {
        let says = "resourceVersionMatch is forbidden with continue";
        faults.push(FieldFault::forbidden(FIELD, says));
    }
    faults
}

fn parse_version(sent: &str) -> Answered<u64> {
    sent.parse().map_err(|_| {
        let says = format!(
            "resourceVersion: Invalid value: {sent:?}: strconv.ParseUint: parsing {sent:?}: invalid syntax"
        );
        Refusal::new(StatusCode::INTERNAL_SERVER_ERROR, "", says)
    })
}
