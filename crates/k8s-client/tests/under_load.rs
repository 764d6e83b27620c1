//! A client under load while everything it was made of is replaced, as kubelet replaces it: no request is lost.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use k8s_client::Client;
use k8s_config::{Config, MemorySource};
use k8s_testing::certs::{Ca, Leaf};
use k8s_testing::{ApiServer, ListenOptions, Listening, ServiceAccountDir};
use tower::Layer as _;

const ROUNDS: usize = 12;

/// Requests of eight tasks, until told to stop.
#[derive(Clone, Default)]
struct Load {
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    failed: Arc<Mutex<Vec<String>>>,
}

impl Load {
    async fn drive(self, client: Client) {
        while !self.stop.load(Ordering::Relaxed) {
            match client.api_versions().await {
                Ok(_) => drop(self.answered.fetch_add(1, Ordering::Relaxed)),
                Err(error) => self.failed.lock().unwrap().push(format!("{error:?}")),
            }
        }
    }
}

fn config(mount: &ServiceAccountDir, listening: &Listening) -> Config {
    let source = MemorySource::new()
        .rooted_at(mount.root())
        .with_var("KUBERNETES_SERVICE_HOST", listening.addr().ip().to_string())
        .with_var(
            "KUBERNETES_SERVICE_PORT_HTTPS",
            listening.addr().port().to_string(),
        );
    Config::in_cluster_from(Arc::new(source)).unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_request_is_lost_while_token_and_ca_are_replaced() {
    let server = ApiServer::new();
    let recorder = k8s_testing::recorder::Recorder::new();
    let options = ListenOptions::new().ca(server.ca());
    let listening = options.serve(recorder.layer(server.clone())).await.unwrap();
    let token = server.issue_service_account_token("default", "default");
    let mut mount = ServiceAccountDir::new(&token, listening.ca_pem(), "default").unwrap();
    let client = Client::try_from(config(&mount, &listening)).unwrap();
    let load = Load::default();
    let tasks: Vec<_> = (0..8)
        .map(|_| tokio::spawn(load.clone().drive(client.clone())))
        .collect();

    let (mut old_token, mut old_ca) = (token, listening.ca_pem().to_owned());
    for round in 0..ROUNDS {
        // The old token dies in the moment in which the new one is there.
        let token = server.issue_service_account_token("default", "default");
        mount.rotate_token(&token).unwrap();
        server.revoke_token(&old_token);
        // The bundle holds both CAs, then the server changes, then the bundle holds the new one alone.
        let ca = Ca::new(&format!("ca-{round}"));
        mount.rotate_ca(&format!("{old_ca}{}", ca.pem())).unwrap();
        listening
            .rotate(&ca.issue(&Leaf::server().ip([127, 0, 0, 1])))
            .unwrap();
        mount.rotate_ca(ca.pem()).unwrap();
        (old_token, old_ca) = (token, ca.pem().to_owned());
        // real time: the load goes on over sockets
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    load.stop.store(true, Ordering::Relaxed);
    for task in tasks {
        task.await.unwrap();
    }

    let answered = load.answered.load(Ordering::Relaxed);
    let seen: Vec<_> = recorder.take();
    let credentials: HashSet<_> = seen
        .iter()
        .filter_map(|request| request.credential)
        .collect();
    assert_eq!(*load.failed.lock().unwrap(), [""; 0], "of {answered}");
    assert!(
        answered > 100 && seen.len() >= answered,
        "{answered} answered, {} seen",
        seen.len()
    );
    assert!(
        credentials.len() > 2,
        "{} tokens were seen",
        credentials.len()
    );
}
