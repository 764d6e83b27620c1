//! On a cluster that is well: all steps pass, soon; nothing stays of a run; nobody but a verified server sees a credential.

#![expect(
    clippy::unwrap_used,
    reason = "tests run a server, and clippy knows functions marked as tests, not what they call"
)]

use std::time::Duration;

use http::header;
use k8s_client::{Config, crypto};
use k8s_config::{Material, Roots};
use k8s_doctor::{Doctor, Outcome, StepName, first_failure};
use k8s_testing::certs::Ca;
use k8s_testing::recorder::{Recorded, Recorder};
use k8s_testing::{ApiServer, ListenOptions, Listening};
use secrecy::ExposeSecret as _;
use tokio::time::Instant;
use tower::Layer as _;

/// A server that is well, and a configuration with the token of a service account.
async fn well() -> (Listening, Recorder, Config) {
    let (server, recorder) = (ApiServer::new(), Recorder::new());
    let options = ListenOptions::new().ca(server.ca());
    let listening = options.serve(recorder.layer(server.clone())).await.unwrap();
    let token = server.issue_service_account_token("default", "app");
    let mut config = Config::new(listening.url().parse().unwrap());
    config.tls.roots = Roots::Bundle(Material::inline(server.ca().pem(), "the CA"));
    config.user.token = Some(Material::inline(token.expose_secret(), "the token"));
    (listening, recorder, config)
}

fn doctor() -> Doctor {
    Doctor::new(crypto::ring())
}

#[tokio::test]
async fn all_steps_pass_within_a_second() {
    let (_listening, _, config) = well().await;
    let mut fastest = Duration::MAX;
    // The machine may be busy with other things.
    for _ in 0..5 {
        let began = Instant::now();
        let steps = doctor().diagnose(&config).await;
        fastest = fastest.min(began.elapsed());
        assert_eq!(first_failure(&steps), None);
        for step in &steps {
            let passes = !matches!(step.name, StepName::Proxy | StepName::Access);
            assert!(!passes || step.outcome == Outcome::Passed, "{step}");
        }
    }
    assert!(fastest <= Duration::from_secs(1), "{fastest:?}");
}

#[tokio::test]
async fn evidence_says_what_was_seen() {
    let (listening, _, config) = well().await;
    let steps = doctor().diagnose(config).await;
    let evidence = |name| {
        let step = steps.iter().find(|step| step.name == name).unwrap();
        step.evidence.as_str()
    };
    for (name, parts) in [
        (
            StepName::Configuration,
            &["given in code: https://127.0.0.1:", "namespace default"][..],
        ),
        (StepName::Clock, &["Z here, ", "Z by the server"]),
        (StepName::Tcp, &[&listening.addr().to_string()]),
        (
            StepName::Tls,
            &[
                "CN=kube-apiserver for kubernetes, ",
                "signed by CN=",
                "until 20",
                "key sha256:",
                "vouched for by the CA",
            ],
        ),
        (
            StepName::Credential,
            &[
                "token of system:serviceaccount:default:app from the token",
                "issuer https://kubernetes.default.svc",
                "audience https://kubernetes.default.svc",
                "until 20",
            ],
        ),
        (StepName::Http, &["HTTP/2.0 200 OK, Kubernetes v1."]),
        (
            StepName::Identity,
            &["system:serviceaccount:default:app, of system:serviceaccounts"],
        ),
    ] {
        for part in parts {
            assert!(evidence(name).contains(part), "{name}: {}", evidence(name));
        }
    }
}

#[tokio::test]
async fn steps_are_json_without_what_is_not_there() {
    let steps = k8s_doctor::diagnose(Config::from_kubeconfig("/no/such/config", None)).await;
    let text = serde_json::to_value(&steps).unwrap();
    let first = &text[0];
    assert_eq!(first["name"], "configuration");
    assert_eq!(first["outcome"], "failed");
    assert!(first["took_ms"].is_f64());
    let text_of = |field: &str| first[field].as_str().unwrap();
    assert!(text_of("evidence").contains("/no/such/config"));
    assert!(text_of("cause").contains("cannot be read: there is no such file"));
    assert_eq!(first["fix"]["commands"][0], "export KUBECONFIG=FILE");
    let rest = serde_json::json!({"name": "access", "outcome": "not_reached", "took_ms": 0.0});
    assert_eq!(text[10], rest);
    assert_eq!(steps.len(), 11);
}

#[tokio::test]
async fn each_step_is_told_when_it_is_done() {
    let (_listening, _, config) = well().await;
    let mut told = Vec::new();
    let steps = doctor()
        .diagnose_with(config, |step| told.push(step.clone()))
        .await;
    assert_eq!(told, steps);
}

/// The server has a runtime of its own, so that every task in this one is the doctor's.
#[test]
fn nothing_stays_of_a_run() {
    let servers = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let (_listening, _, config) = servers.block_on(well());
    let ours = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let doctor = doctor();
    ours.block_on(async {
        for _ in 0..20 {
            let steps = doctor.diagnose(&config).await;
            assert_eq!(first_failure(&steps), None);
        }
        let tasks = tokio::runtime::Handle::current().metrics();
        let gone = async {
            while tasks.num_alive_tasks() > 0 {
                tokio::task::yield_now().await;
            }
        };
        // Connections end when their tasks are next polled.
        tokio::time::timeout(Duration::from_secs(10), gone)
            .await
            .unwrap();
    });
}

#[tokio::test]
async fn a_server_that_is_not_verified_sees_no_credential() {
    let (_listening, recorder, mut config) = well().await;
    config.tls.roots = Roots::Bundle(Material::inline(Ca::new("another").pem(), "another CA"));
    let steps = doctor().diagnose(&config).await;
    let failed = first_failure(&steps).unwrap();
    assert_eq!(failed.name, StepName::Tls, "{failed}");
    let seen = recorder.requests();
    assert!(!seen.is_empty());
    let bears = |request: &Recorded| {
        request.credential.is_some() || request.headers.contains_key(header::AUTHORIZATION)
    };
    assert!(!seen.iter().any(bears), "{seen:?}");
}
