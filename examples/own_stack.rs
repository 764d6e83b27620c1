//! How do I put a layer of my own into the client's stack, and leave others out?
//!
//! Take what you need of `Pieces`, put the layers together in your order, and hand the result to `Client::new`. This one
//! writes down what it asks for, above the layer that adds the token, and sends everything once. The whole default stack,
//! to be copied, is `crates/k8s-client/src/stack.rs`.
#![allow(clippy::print_stdout, reason = "it prints what was asked for")]

use std::error::Error;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::Request;
use http::header::AUTHORIZATION;
use k8s_auth::{AuthorizeError, AuthorizeLayer, Renewed, RenewedError};
use k8s_client::{Api, Body, Client, ClientOptions, Config, ListParams, Pieces, crypto};
use k8s_openapi::api::core::v1::Pod;
use k8s_testing::{ApiServer, Kubeconfig, KubeconfigFile};
use k8s_transport::{BaseUriError, BaseUriLayer, DefaultHeadersLayer, Transport};
use tower::{Layer as _, ServiceBuilder};

type Failure = Box<dyn Error>;

/// What a client asked for, in order.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    fn note(&self, request: &Request<Body>) {
        let token = request.headers().contains_key(AUTHORIZATION);
        let line = format!("{} {} token={token}", request.method(), request.uri());
        self.lines().push(line);
    }

    fn lines(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A client that writes its requests down.
fn client(config: &Config, journal: Journal) -> Result<Client, Failure> {
    let pieces = Pieces::from_config(config, &crypto::ring(), &ClientOptions::new())?;
    let (tokens, origin) = pieces.tokens.ok_or("the user has no credential")?;
    let (trust, connector, options) = (pieces.trust, pieces.connector, pieces.transport);
    let tls = trust.layer().http2(pieces.http2);
    let pool = move |_| Transport::with_options(tls.layer(connector.clone()), options.clone());
    Ok(Client::new(
        ServiceBuilder::new()
            .map_request(move |request| {
                journal.note(&request);
                request
            })
            .map_err(AuthorizeError::into_boxed)
            .layer(AuthorizeLayer::new(tokens, origin))
            .map_err(BaseUriError::into_boxed)
            .layer(BaseUriLayer::new(&pieces.server)?)
            .layer(DefaultHeadersLayer::new().user_agent(pieces.user_agent))
            .map_err(RenewedError::into_boxed)
            .service(Renewed::new(trust, pool)?),
    ))
}

/// A cluster for those who have none: lists its pods, and tells what was asked for.
async fn demonstrate() -> Result<Vec<String>, Failure> {
    let server = ApiServer::new();
    let listening = server.listen().await?;
    let token = server.issue_token("admin", &["system:masters"]);
    let file = Kubeconfig::new(&listening.url())
        .ca_pem(listening.ca_pem())
        .token(&token);
    let file = KubeconfigFile::new(&file)?;
    let config = Config::from_kubeconfig(file.path(), None)?;
    let journal = Journal::default();
    let client = client(&config, journal.clone())?;
    Api::<Pod>::all(client).list(&ListParams::default()).await?;
    let lines = journal.lines().clone();
    Ok(lines)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Failure> {
    for line in demonstrate().await? {
        println!("{line}");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_journal_knows_the_request_and_not_the_token() {
        let lines = demonstrate().await.unwrap();
        assert_eq!(lines, ["GET /api/v1/pods token=false"]);
    }
}
