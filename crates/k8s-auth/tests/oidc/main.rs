//! Logins at an OpenID Connect provider: refreshed, rotated, written down, shared between processes.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

mod faults;

use std::collections::BTreeMap;
use std::future::ready;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use k8s_auth::oidc::{Oidc, OidcError, OidcTokens};
use k8s_auth::token::{Cached, Renew};
use k8s_auth::{AuthEvent, Token};
use k8s_config::AuthProvider;
use k8s_testing::Clock;
use k8s_testing::issuer::{Issuer, Session};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Map;
use tower::ServiceExt as _;

const HOUR: Duration = Duration::from_secs(3_600);

/// A provider, and a clock of ours.
struct World {
    issuer: Issuer,
    theirs: Clock,
    ours: Clock,
}

impl World {
    async fn new() -> Self {
        let (theirs, ours) = (Clock::system(), Clock::system());
        let options = k8s_testing::ListenOptions::new();
        let issuer = Issuer::listen_with(theirs.clone(), options).await.unwrap();
        Self {
            issuer,
            theirs,
            ours,
        }
    }

    fn pass(&self, time: Duration) {
        self.theirs.advance(time);
        self.ours.advance(time);
    }

    fn log_in(&self) -> Session {
        self.issuer.log_in("alice", Map::new())
    }

    fn oidc(&self, settings: &AuthProvider) -> Oidc {
        let clock = self.ours.clone();
        Oidc::new(settings)
            .unwrap()
            .http::<_, Full<Bytes>, _>(self.issuer.service())
            .clock(move || clock.now())
    }

    fn settings(&self, session: &Session) -> AuthProvider {
        settings(&[
            ("idp-issuer-url", &self.issuer.url()),
            ("client-id", "kubernetes"),
            ("id-token", session.id_token.expose_secret()),
            ("refresh-token", session.refresh_token.expose_secret()),
        ])
    }
}

fn settings(all: &[(&str, &str)]) -> AuthProvider {
    let all = all
        .iter()
        .map(|(name, value)| ((*name).to_owned(), SecretString::from(*value)));
    AuthProvider::new("oidc", all.collect::<BTreeMap<_, _>>())
}

async fn ask(oidc: &Oidc) -> Result<Token, OidcError> {
    oidc.clone().oneshot(Renew::default()).await
}

fn is(token: &Token, id_token: &SecretString) -> bool {
    token.header().unwrap().to_str().unwrap() == format!("Bearer {}", id_token.expose_secret())
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        text += &format!(": {cause}");
        next = cause.source();
    }
    text
}

#[tokio::test]
async fn a_good_id_token_needs_nothing_else() {
    let world = World::new().await;
    let session = world.log_in();
    let alone = Oidc::new(&world.settings(&session)).unwrap();
    assert!(is(&ask(&alone).await.unwrap(), &session.id_token));
}

#[tokio::test]
async fn without_a_client_the_error_says_what_to_pass() {
    let world = World::new().await;
    let session = world.log_in();
    let (ours, settings) = (world.ours.clone(), world.settings(&session));
    world.pass(2 * HOUR);
    let alone = Oidc::new(&settings).unwrap().clock(move || ours.now());
    let text = ask(&alone).await.unwrap_err().to_string();
    assert!(
        text.contains("pass any Service<Request<_>> to Oidc::http"),
        "{text}"
    );
    assert!(text.contains(&world.issuer.url()), "{text}");
}

#[tokio::test]
async fn a_token_that_is_over_is_refreshed_and_rotated_and_written_down() {
    let world = World::new().await;
    let session = world.log_in();
    let written = Arc::new(Mutex::new(Vec::<OidcTokens>::new()));
    let file = written.clone();
    let oidc = world
        .oidc(&world.settings(&session))
        .persist(move |tokens: OidcTokens| {
            file.lock().unwrap().push(tokens);
            ready(Ok(()))
        });
    for refreshes in 1..4 {
        world.pass(2 * HOUR);
        let token = ask(&oidc).await.unwrap();
        let written = written.lock().unwrap();
        assert_eq!(written.len(), refreshes);
        assert!(is(
            &token,
            written[refreshes - 1].id_token.as_ref().unwrap()
        ));
        let end = token.expires_at().unwrap();
        assert!(end > world.ours.now() + HOUR - Duration::from_secs(10));
    }
    let tokens = written.lock().unwrap();
    assert!(
        tokens[0] != tokens[1],
        "each refresh token is good for one use"
    );
}

#[tokio::test]
async fn the_last_seconds_of_a_token_are_not_used() {
    let world = World::new().await;
    let session = world.log_in();
    let oidc = world.oidc(&world.settings(&session));
    world.pass(HOUR - Duration::from_secs(20));
    assert!(is(&ask(&oidc).await.unwrap(), &session.id_token));
    world.pass(Duration::from_secs(12));
    assert!(!is(&ask(&oidc).await.unwrap(), &session.id_token));
}

#[tokio::test]
async fn a_refused_token_is_refreshed_before_its_end() {
    let world = World::new().await;
    let session = world.log_in();
    let oidc = world.oidc(&world.settings(&session));
    let first = ask(&oidc).await.unwrap();
    world.pass(Duration::from_secs(60));
    let mut renew = Renew::default();
    renew.seen = Some(first.id());
    let next = oidc.oneshot(renew).await.unwrap();
    assert!(next.id() != first.id());
}

#[tokio::test]
async fn a_clock_that_is_wrong_is_set_by_the_providers() {
    for (ahead, behind) in [(5 * HOUR, Duration::ZERO), (Duration::ZERO, 5 * HOUR)] {
        let world = World::new().await;
        let session = world.log_in();
        world.ours.advance(ahead);
        world.theirs.advance(behind + 2 * HOUR);
        world.ours.advance(2 * HOUR);
        let ours = world.ours.clone();
        let cached = Cached::new(world.oidc(&world.settings(&session))).clock(move || ours.now());
        let mut renew = Renew::default();
        let stale = Token::new(session.id_token.expose_secret()).unwrap();
        renew.seen = Some(stale.id());
        let first = cached.clone().oneshot(renew).await.unwrap();
        let life = first
            .expires_at()
            .unwrap()
            .duration_since(world.ours.now())
            .unwrap();
        assert!(
            life > HOUR - Duration::from_secs(10) && life <= HOUR,
            "{life:?}"
        );
        // It is kept for as long as it lives, and no longer.
        world.pass(HOUR / 2);
        assert!(cached.clone().oneshot(Renew::default()).await.unwrap().id() == first.id());
        world.pass(HOUR);
        assert!(cached.oneshot(Renew::default()).await.unwrap().id() != first.id());
    }
}

#[tokio::test]
async fn what_another_process_wrote_is_used_before_anything_is_refreshed() {
    let world = World::new().await;
    let session = world.log_in();
    let file = Arc::new(Mutex::new(OidcTokens::of(&world.settings(&session))));
    let process = || {
        let (written, read) = (file.clone(), file.clone());
        let write = move |tokens: OidcTokens| {
            *written.lock().unwrap() = tokens;
            ready(Ok(()))
        };
        let read = move || Some(read.lock().unwrap().clone());
        world
            .oidc(&world.settings(&session))
            .current(read)
            .persist(write)
    };
    let (one, other) = (process(), process());
    for _ in 0..3 {
        world.pass(2 * HOUR);
        let first = ask(&one).await.unwrap();
        let second = ask(&other).await.unwrap();
        assert!(
            first.id() == second.id(),
            "the other has no refresh token that is good"
        );
        world.pass(2 * HOUR);
        let first = ask(&other).await.unwrap();
        assert!(ask(&one).await.unwrap().id() == first.id());
    }
}

#[tokio::test]
async fn one_that_cannot_write_goes_on_and_tells() {
    let world = World::new().await;
    let session = world.log_in();
    let told = Arc::new(Mutex::new(String::new()));
    let heard = told.clone();
    let oidc = world
        .oidc(&world.settings(&session))
        .persist(|_: OidcTokens| ready(Err("the file is read-only".into())))
        .on_event(move |event: AuthEvent<'_>| {
            if let AuthEvent::NotPersisted { why, .. } = event {
                *heard.lock().unwrap() = chain(why);
            }
        });
    for _ in 0..2 {
        world.pass(2 * HOUR);
        assert!(ask(&oidc).await.is_ok());
    }
    let told = told.lock().unwrap();
    assert!(
        told.contains("could not persist new tokens: the file is read-only"),
        "{told}"
    );
}

#[tokio::test]
async fn a_secret_goes_where_the_provider_takes_it() {
    let world = World::new().await;
    let secret = "s3cr3t & +ä";
    world.issuer.client("kubernetes", Some(secret.into()));
    let session = world.log_in();
    let mut settings = world.settings(&session);
    settings
        .config
        .insert("client-secret".to_owned(), secret.into());
    world.pass(2 * HOUR);
    assert!(ask(&world.oidc(&settings)).await.is_ok());
    settings
        .config
        .insert("client-secret".to_owned(), "s3cr3t-wrong".into());
    world.pass(2 * HOUR);
    let error = ask(&world.oidc(&settings)).await.unwrap_err();
    let text = format!("{} {error:?}", chain(&error));
    assert!(
        text.contains("401") && text.contains("invalid_client"),
        "{text}"
    );
    assert!(!text.contains("s3cr3t"), "{text}");
}

#[tokio::test]
async fn a_login_that_is_over_says_so() {
    let world = World::new().await;
    let session = world.log_in();
    world.issuer.log_everybody_out();
    world.pass(2 * HOUR);
    let error = ask(&world.oidc(&world.settings(&session)))
        .await
        .unwrap_err();
    assert!(error.needs_login());
    let text = error.to_string();
    assert!(
        text.contains("failed to refresh token") && text.contains("invalid_grant"),
        "{text}"
    );
    assert!(text.contains("log in again"), "{text}");
    assert!(
        !text.contains(session.refresh_token.expose_secret()),
        "{text}"
    );

    let mut alone = world.settings(&session);
    alone.config.remove("refresh-token");
    let error = ask(&world.oidc(&alone)).await.unwrap_err();
    assert!(error.needs_login());
    let text = error.to_string();
    assert!(
        text.contains("no valid id-token, and cannot refresh without refresh-token"),
        "{text}"
    );
}
