//! Tokens in files: read again by change and by time, kept while the file is bad. All under paused time.
#![allow(clippy::unwrap_used, reason = "a test may")]

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use k8s_auth::token::{Renew, TokenFileError};
use k8s_auth::{Token, TokenFile};
use k8s_config::{Material, MemorySource, Source, Stamp};
use tokio::time::advance;
use tower::{Service as _, ServiceExt as _};

const PATH: &str = "/var/run/secrets/kubernetes.io/serviceaccount/token";

/// Files whose `stat` never tells anything, as on some mounts.
#[derive(Debug)]
struct Mute(MemorySource);

impl Source for Mute {
    fn var(&self, name: &str) -> Option<String> {
        self.0.var(name)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.0.read(path)
    }

    fn stat(&self, _: &Path) -> io::Result<Stamp> {
        Err(io::ErrorKind::Unsupported.into())
    }
}

fn file(text: &str) -> (MemorySource, TokenFile) {
    let source = MemorySource::new().with_file(PATH, text);
    let token = TokenFile::new(Material::file(Arc::new(source.clone()), PATH));
    (source, token)
}

async fn ask(file: &mut TokenFile, renew: Renew) -> Result<Token, TokenFileError> {
    file.ready().await?.call(renew).await
}

async fn shown(file: &mut TokenFile) -> String {
    let token = ask(file, Renew::default()).await.unwrap();
    token.header().unwrap().to_str().unwrap().to_owned()
}

#[tokio::test(start_paused = true)]
async fn ic08_a_rotated_token_is_used_within_60_seconds() {
    let (source, mut token) = file("one\n");
    assert_eq!(shown(&mut token).await, "Bearer one");
    source.set_file(PATH, "two\n");
    advance(Duration::from_secs(60)).await;
    assert_eq!(shown(&mut token).await, "Bearer two");
}

#[tokio::test(start_paused = true)]
async fn a_change_that_can_be_seen_is_used_after_a_second() {
    let (source, mut token) = file("one");
    assert_eq!(shown(&mut token).await, "Bearer one");
    source.set_file(PATH, "two");
    assert_eq!(shown(&mut token).await, "Bearer one");
    advance(Duration::from_secs(1)).await;
    assert_eq!(shown(&mut token).await, "Bearer two");
}

#[tokio::test(start_paused = true)]
async fn ic08_a_change_that_cannot_be_seen_is_used_within_60_seconds() {
    let source = MemorySource::new().with_file(PATH, "one");
    let mut token = TokenFile::new(Material::file(Arc::new(Mute(source.clone())), PATH));
    assert_eq!(shown(&mut token).await, "Bearer one");
    source.set_file(PATH, "two");
    advance(Duration::from_secs(49)).await;
    assert_eq!(shown(&mut token).await, "Bearer one");
    advance(Duration::from_secs(11)).await;
    assert_eq!(shown(&mut token).await, "Bearer two");
}

#[tokio::test(start_paused = true)]
async fn a_token_that_was_refused_is_read_again_at_once() {
    let (source, mut token) = file("one");
    let refused = ask(&mut token, Renew::default()).await.unwrap();
    source.set_file(PATH, "two");
    let mut renew = Renew::default();
    renew.seen = Some(refused.id());
    assert_eq!(
        ask(&mut token, renew).await.unwrap().header().unwrap(),
        "Bearer two"
    );
}

#[tokio::test(start_paused = true)]
async fn ic09_keeps_the_old_token_while_the_file_is_away_or_empty() {
    let (source, mut token) = file("one");
    assert_eq!(shown(&mut token).await, "Bearer one");
    for bad in [None, Some(""), Some(" \n"), Some("two words")] {
        match bad {
            None => source.remove_file(PATH),
            Some(text) => source.set_file(PATH, text),
        }
        advance(Duration::from_secs(60)).await;
        assert_eq!(shown(&mut token).await, "Bearer one", "{bad:?}");
    }
    source.set_file(PATH, "three");
    advance(Duration::from_secs(60)).await;
    assert_eq!(shown(&mut token).await, "Bearer three");
}

async fn check_refused(token: TokenFile, expected: &str) {
    let mut token = token;
    let error = ask(&mut token, Renew::default()).await.unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!(error.to_string(), format!("reading the token in {PATH}"));
    assert!(cause.contains(expected), "{cause}");
}

#[tokio::test(start_paused = true)]
async fn ic05_ic07_no_token_at_the_start_is_an_error_that_names_the_file() {
    check_refused(file("").1, "it is empty").await;
    check_refused(file(" \n").1, "it is empty").await;
    check_refused(
        file("s3cr3t two").1,
        "it holds a character that no token has",
    )
    .await;
    let (source, token) = file("one");
    source.remove_file(PATH);
    check_refused(token, "").await;
}
