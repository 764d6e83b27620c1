//! Tokens kept and renewed: one flight, whoever asks; nothing spawned; old tokens used while they live.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use futures_util::FutureExt as _;
use futures_util::future::join_all;
use k8s_auth::token::{Cached, Renew, RenewalError};
use k8s_auth::{AuthEvent, Token};
use tokio::sync::Semaphore;
use tower::Service;

/// A source that counts its calls, waits for permits, and can be told to fail.
#[derive(Clone)]
struct Script {
    calls: Arc<AtomicUsize>,
    permits: Arc<Semaphore>,
    fails: Arc<Mutex<bool>>,
    life: Option<Duration>,
    now: Arc<Mutex<SystemTime>>,
}

type Answer = Pin<Box<dyn Future<Output = Result<Token, io::Error>> + Send>>;
type Source = Cached<Script>;

impl Script {
    fn new(life: Option<u64>) -> Self {
        Self {
            calls: Arc::default(),
            permits: Arc::new(Semaphore::new(Semaphore::MAX_PERMITS)),
            fails: Arc::default(),
            life: life.map(Duration::from_secs),
            now: Arc::new(Mutex::new(
                SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000),
            )),
        }
    }

    fn source(&self) -> Source {
        let clock = self.now.clone();
        Cached::new(self.clone()).clock(move || *clock.lock().unwrap())
    }

    async fn answer(self) -> io::Result<Token> {
        let number = self.calls.fetch_add(1, Ordering::SeqCst) + 1;
        self.permits.acquire().await.unwrap().forget();
        if *self.fails.lock().unwrap() {
            return Err(io::Error::other("the vault is sealed"));
        }
        let token = Token::new(format!("token-{number}")).unwrap();
        let now = *self.now.lock().unwrap();
        Ok(match self.life {
            Some(life) => token.expires(now + life),
            None => token,
        })
    }

    fn advance(&self, seconds: u64) {
        *self.now.lock().unwrap() += Duration::from_secs(seconds);
    }

    fn hold(&self) {
        self.permits.forget_permits(Semaphore::MAX_PERMITS);
    }

    fn release(&self) {
        self.permits.add_permits(1000);
    }

    fn fail(&self, fails: bool) {
        *self.fails.lock().unwrap() = fails;
    }

    fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

impl Service<Renew> for Script {
    type Response = Token;
    type Error = io::Error;
    type Future = Answer;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Renew) -> Answer {
        Box::pin(self.clone().answer())
    }
}

fn shown(token: &Token) -> &str {
    token
        .header()
        .unwrap()
        .to_str()
        .unwrap()
        .strip_prefix("Bearer token-")
        .unwrap()
}

async fn ask(source: &Source) -> Result<String, RenewalError> {
    source
        .clone()
        .call(Renew::default())
        .await
        .map(|token| shown(&token).to_owned())
}

async fn refused(source: &Source, token: &Token) -> Token {
    let mut renew = Renew::default();
    renew.seen = Some(token.id());
    source.clone().call(renew).await.unwrap()
}

#[tokio::test]
async fn a_thousand_callers_make_one_renewal() {
    let script = Script::new(Some(600));
    let source = script.source();
    script.hold();
    let all = tokio::spawn(join_all((0..1000).map(|_| {
        let source = source.clone();
        async move { ask(&source).await.unwrap() }
    })));
    tokio::task::yield_now().await;
    assert_eq!(script.calls(), 1);
    script.release();
    assert!(all.await.unwrap().iter().all(|token| token == "1"));
    assert_eq!(
        (ask(&source).await.unwrap().as_str(), script.calls()),
        ("1", 1)
    );
}

#[tokio::test]
async fn one_caller_renews_ahead_of_the_end_and_the_others_go_on() {
    let script = Script::new(Some(600));
    let source = script.source();
    ask(&source).await.unwrap();
    script.advance(520);
    script.hold();
    let mut elected = Box::pin(ask(&source));
    assert!(
        elected.as_mut().now_or_never().is_none(),
        "the elected one waits"
    );
    assert_eq!(ask(&source).await.unwrap(), "1", "the others do not");
    assert_eq!(script.calls(), 2);
    script.release();
    assert_eq!(elected.await.unwrap(), "2");
    assert_eq!(ask(&source).await.unwrap(), "2");
}

#[tokio::test]
async fn a_dropped_leader_leaves_the_flight_to_the_next_caller() {
    let script = Script::new(Some(600));
    let source = script.source();
    ask(&source).await.unwrap();
    script.advance(520);
    script.hold();
    let mut elected = Box::pin(ask(&source));
    assert!(elected.as_mut().now_or_never().is_none());
    drop(elected);
    let mut next = Box::pin(ask(&source));
    assert!(
        next.as_mut().now_or_never().is_none(),
        "it drives the same flight on"
    );
    script.release();
    assert_eq!(next.await.unwrap(), "2");
    assert_eq!(script.calls(), 2, "the flight was not started again");
}

#[tokio::test]
async fn after_its_end_all_wait() {
    let script = Script::new(Some(600));
    let source = script.source();
    ask(&source).await.unwrap();
    script.advance(595);
    script.hold();
    let mut one = Box::pin(ask(&source));
    let mut two = Box::pin(ask(&source));
    assert!(one.as_mut().now_or_never().is_none() && two.as_mut().now_or_never().is_none());
    script.release();
    assert_eq!(
        (one.await.unwrap(), two.await.unwrap()),
        ("2".to_owned(), "2".to_owned())
    );
    assert_eq!(script.calls(), 2);
}

#[tokio::test]
async fn a_flight_that_never_ends_holds_up_nobody_who_has_a_token() {
    let script = Script::new(Some(600));
    let source = script.source();
    ask(&source).await.unwrap();
    script.advance(520);
    script.hold();
    let mut stuck = Box::pin(ask(&source));
    assert!(stuck.as_mut().now_or_never().is_none());
    for _ in 0..100 {
        assert_eq!(ask(&source).now_or_never().unwrap().unwrap(), "1");
    }
    assert_eq!(script.calls(), 2);
}

#[tokio::test]
async fn a_failed_renewal_keeps_the_old_token_and_warns_once() {
    let script = Script::new(Some(600));
    let failures = Arc::new(AtomicUsize::new(0));
    let source = {
        let failures = failures.clone();
        script.source().on_event(move |event: AuthEvent<'_>| {
            if matches!(
                event,
                AuthEvent::RenewalFailed {
                    old_token_lives: true,
                    ..
                }
            ) {
                failures.fetch_add(1, Ordering::SeqCst);
            }
        })
    };
    ask(&source).await.unwrap();
    script.fail(true);
    script.advance(520);
    assert_eq!(
        (ask(&source).await.unwrap().as_str(), script.calls()),
        ("1", 2)
    );
    assert_eq!(
        (ask(&source).await.unwrap().as_str(), script.calls()),
        ("1", 2),
        "not at once again"
    );
    script.advance(10);
    assert_eq!(
        (ask(&source).await.unwrap().as_str(), script.calls()),
        ("1", 3)
    );
    assert_eq!(failures.load(Ordering::SeqCst), 1);
    script.fail(false);
    script.advance(10);
    assert_eq!(ask(&source).await.unwrap(), "4");
}

#[tokio::test]
async fn without_an_old_token_a_failure_is_everybodys_error() {
    let script = Script::new(None);
    let source = script.source();
    script.fail(true);
    script.hold();
    let both = tokio::spawn(join_all([source.clone(), source.clone()].map(
        |source| async move {
            let error = ask(&source).await.unwrap_err();
            std::error::Error::source(&error).unwrap().to_string()
        },
    )));
    tokio::task::yield_now().await;
    script.release();
    assert_eq!(
        both.await.unwrap(),
        ["the vault is sealed", "the vault is sealed"]
    );
    script.fail(false);
    assert_eq!(ask(&source).await.unwrap(), "2", "the next one asks again");
}

#[tokio::test]
async fn a_refused_token_is_renewed_once_in_ten_seconds() {
    let script = Script::new(None);
    let source = script.source();
    let first = source.clone().call(Renew::default()).await.unwrap();
    assert_eq!(
        shown(&refused(&source, &first).await),
        "1",
        "it is fresh: it is kept"
    );
    script.advance(10);
    let second = refused(&source, &first).await;
    assert_eq!(shown(&second), "2");
    assert_eq!(
        shown(&refused(&source, &first).await),
        "2",
        "somebody renewed it already"
    );
    for _ in 0..1000 {
        assert_eq!(shown(&refused(&source, &second).await), "2");
    }
    assert_eq!(script.calls(), 2);
}

#[tokio::test]
async fn a_refusal_that_nobody_waits_for_is_not_forgotten() {
    let script = Script::new(None);
    let source = script.source();
    let first = source.clone().call(Renew::default()).await.unwrap();
    script.advance(10);
    let mut renew = Renew::default();
    renew.seen = Some(first.id());
    drop(source.clone().call(renew));
    assert_eq!(ask(&source).await.unwrap(), "2");
}
