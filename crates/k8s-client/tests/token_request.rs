//! Tokens of service accounts asked for over and over: renewed at four fifths of their life, by a clock of the test's.
#![cfg(feature = "ring")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

use std::time::Duration;

use k8s_client::kinds::TokenRequestSpec;
use k8s_client::{
    Api, ApiResource, Client, ClientOptions, Credentials, DynamicObject, Error, ListParams, Scope,
    TokenRequestSource, crypto,
};
use k8s_config::{Config, Material, Roots};
use k8s_testing::recorder::Recorder;
use k8s_testing::{ApiServer, Clock, ListenOptions, Listening};
use secrecy::ExposeSecret as _;
use tower::Layer as _;

const ROBOT: &str = "system:serviceaccount:default:default";

async fn list(client: &Client) -> Result<usize, Error> {
    let namespaces = ApiResource::new("", "v1", "Namespace", "namespaces", Scope::Cluster);
    let api = Api::<DynamicObject>::all_of(client.clone(), namespaces);
    Ok(api.list(&ListParams::default()).await?.items.len())
}

struct World {
    clock: Clock,
    recorder: Recorder,
    listening: Listening,
    config: Config,
    admin: Client,
}

impl World {
    async fn new() -> Self {
        let clock = Clock::system();
        let server = ApiServer::with_clock(clock.clone());
        server.allow(ROBOT, "list", "namespaces");
        server.allow("admin", "create", "serviceaccounts/token");
        let recorder = Recorder::new();
        let options = ListenOptions::new().ca(server.ca());
        let listening = options.serve(recorder.layer(server.clone())).await.unwrap();
        let mut config = Config::new(listening.url().parse().unwrap());
        let ca = Material::inline(listening.ca_pem(), "the test's CA");
        config.tls.roots = Roots::Bundle(ca);
        let mut admin = config.clone();
        let token = server.issue_token("admin", &[]);
        admin.user.token = Some(Material::inline(
            token.expose_secret().as_bytes(),
            "the test's token",
        ));
        let admin = Client::try_from(admin).unwrap();
        Self {
            clock,
            recorder,
            listening,
            config,
            admin,
        }
    }

    fn robot(&self, account: &str) -> Client {
        let mut wanted = TokenRequestSpec::default();
        wanted.expiration_seconds = Some(600);
        let source = TokenRequestSource::new(self.admin.clone(), "default", account, wanted);
        let clock = self.clock.clone();
        let robot = Credentials::from_source_by_clock(source, move || clock.now());
        Client::with_options(
            &self.config,
            &crypto::ring(),
            &ClientOptions::new().credentials(robot),
        )
        .unwrap()
    }

    /// How often a token was asked for.
    fn asked(&self) -> usize {
        let path = "/api/v1/namespaces/default/serviceaccounts/default/token";
        self.recorder.count(&http::Method::POST, path)
    }
}

#[tokio::test]
async fn ten_minute_tokens_are_renewed_after_eight_minutes() {
    let world = World::new().await;
    let robot = world.robot("default");
    list(&robot).await.unwrap();
    list(&robot).await.unwrap();
    assert_eq!(world.asked(), 1);
    world.clock.advance(Duration::from_secs(465));
    list(&robot).await.unwrap();
    assert_eq!(world.asked(), 1, "four fifths less ten seconds of jitter");
    world.clock.advance(Duration::from_secs(20));
    list(&robot).await.unwrap();
    assert_eq!(world.asked(), 2, "and no request found out by a refusal");
    world.clock.advance(Duration::from_secs(1_200));
    list(&robot).await.unwrap();
    assert_eq!(world.asked(), 3);
    assert!(world.listening.url().starts_with("https://"));
}

#[tokio::test]
async fn an_account_that_is_not_there_is_named() {
    let world = World::new().await;
    let error = list(&world.robot("nobody")).await.unwrap_err();
    let (mut text, mut next) = (error.to_string(), std::error::Error::source(&error));
    while let Some(cause) = next {
        text += &format!(": {cause}");
        next = cause.source();
    }
    assert!(
        text.contains("asking for a token of the service account default/nobody"),
        "{text}"
    );
    assert!(
        text.contains("serviceaccounts \"nobody\" not found"),
        "{text}"
    );
}
