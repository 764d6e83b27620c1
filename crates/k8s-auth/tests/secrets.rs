//! No secret in logs at `trace`, in `Debug` or in errors: a whole run with rotations, searched.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::Empty;
use hyper_util::client::legacy::{Client, connect::HttpConnector};
use hyper_util::rt::TokioExecutor;
use k8s_auth::{AuthorizeLayer, Identity, IfClone, Origin, Renewed, TokenFile, Trust, crypto};
use k8s_config::{Material, MemorySource};
use k8s_testing::certs::Ca;
use k8s_testing::{ApiServer, Listening};
use secrecy::ExposeSecret as _;
use tower::{Layer as _, ServiceExt as _};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Everything that anybody logs, at every level.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

struct Line<'a>(&'a mut String);

impl Visit for Line<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        write!(self.0, " {}={value:?}", field.name()).unwrap();
    }
}

impl Subscriber for Log {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut Line(&mut self.0.lock().unwrap()));
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut Line(&mut self.0.lock().unwrap()));
    }

    fn event(&self, event: &Event<'_>) {
        let mut log = self.0.lock().unwrap();
        write!(
            log,
            "\n{} {}",
            event.metadata().level(),
            event.metadata().target()
        )
        .unwrap();
        event.record(&mut Line(&mut log));
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

/// Files of a user, the secrets that ever stood in them, and everything that was said.
struct Run {
    server: ApiServer,
    listening: Listening,
    files: MemorySource,
    secrets: Vec<String>,
    said: String,
}

impl Run {
    fn file(&self, path: &str) -> Material {
        Material::file(Arc::new(self.files.clone()), path)
    }

    /// Another token; the one before is revoked.
    fn rotate_token(&mut self) {
        self.server.revoke_tokens_of("me");
        let token = self.server.issue_token("me", &["system:masters"]);
        self.files.set_file("/token", token.expose_secret());
        self.secrets.push(token.expose_secret().to_owned());
    }

    fn rotate_certificate(&mut self) {
        let pair = self.server.issue_certificate("me", &["system:masters"]);
        let key = pair.key_pem().expose_secret();
        self.files.set_file("/tls.key", key);
        self.files.set_file("/tls.crt", pair.pem());
        self.secrets.extend(
            key.lines()
                .filter(|line| !line.starts_with('-'))
                .map(str::to_owned),
        );
    }

    fn say(&mut self, what: &dyn fmt::Debug) {
        writeln!(self.said, "{what:?} {what:#?}").unwrap();
    }

    fn say_error(&mut self, error: &(dyn std::error::Error + 'static)) {
        let mut next = Some(error);
        while let Some(error) = next {
            writeln!(self.said, "{error} {error:?} {error:#?}").unwrap();
            next = error.source();
        }
    }
}

async fn start() -> Run {
    let server = ApiServer::new();
    let listening = server.listen().await.unwrap();
    let files = MemorySource::new().with_file("/ca.crt", listening.ca_pem());
    let (secrets, said) = (Vec::new(), String::new());
    let mut run = Run {
        server,
        listening,
        files,
        secrets,
        said,
    };
    run.rotate_token();
    run.rotate_certificate();
    run
}

async fn go(run: &mut Run) {
    let trust = Trust::new(run.file("/ca.crt"), crypto::ring())
        .unwrap()
        .identity(Identity::new(run.file("/tls.crt"), run.file("/tls.key")))
        .unwrap();
    let token = TokenFile::new(run.file("/token"));
    run.say(&(&trust, &token, run.files.clone()));
    let make = {
        let trust = trust.clone();
        move |_| {
            let mut tcp = HttpConnector::new();
            tcp.enforce_http(false);
            let pinned = trust.layer().http2(true).layer(tcp);
            Client::builder(TokioExecutor::new()).build::<_, Empty<Bytes>>(pinned)
        }
    };
    let pool = Renewed::new(trust.clone(), make).unwrap();
    let origin = Origin::https(&run.listening.url().parse().unwrap()).unwrap();
    let client = AuthorizeLayer::new(token, origin)
        .replay(IfClone)
        .layer(pool);
    let uri = format!("{}/api/v1/secrets", run.listening.url());
    for round in 0..4 {
        let request = Request::get(&uri).body(Empty::<Bytes>::new()).unwrap();
        match client.clone().oneshot(request).await {
            Ok(answer) => assert_eq!(answer.status(), StatusCode::OK, "round {round}"),
            Err(error) => run.say_error(&error),
        }
        // real time: sockets do not follow a paused clock, and files are looked at once a second
        tokio::time::sleep(Duration::from_millis(1050)).await;
        match round {
            0 => run.rotate_token(),
            1 => run.rotate_certificate(),
            _ => run
                .files
                .set_file("/ca.crt", Ca::new("somebody-else").pem()),
        }
    }
}

/// What goes wrong with secrets in hand.
fn fail(run: &mut Run) {
    run.files
        .set_file("/two", format!("{} {}", run.secrets[0], run.secrets[0]));
    let error = TokenFile::new(run.file("/two"))
        .read(&Default::default())
        .unwrap_err();
    run.say_error(&error);
    let error = Trust::new(run.file("/token"), crypto::ring()).unwrap_err();
    run.say_error(&error);
    let trust = Trust::new(run.file("/ca.crt"), crypto::ring()).unwrap();
    let error = trust
        .identity(Identity::new(run.file("/tls.key"), run.file("/token")))
        .unwrap_err();
    run.say_error(&error);
}

#[test]
fn nothing_that_is_said_holds_a_secret() {
    let log = Log::default();
    let said = tracing::subscriber::with_default(log.clone(), || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut run = start().await;
            go(&mut run).await;
            fail(&mut run);
            (run.secrets, run.said)
        })
    });
    let (secrets, said) = said;
    let log = log.0.lock().unwrap();
    assert!(
        log.contains("TRACE") && log.contains("INFO k8s_auth"),
        "the log is whole: {log}"
    );
    assert!(
        said.contains("unknown issuer"),
        "the errors are there: {said}"
    );
    assert!(secrets.len() > 4);
    for secret in &secrets {
        assert!(!log.contains(secret.as_str()), "the log holds {secret}");
        assert!(!said.contains(secret.as_str()), "something said {secret}");
    }
}
