//! What a program chooses about its client, on the whole stack and a socket.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use http_body_util::Full;
use hyper::body::Incoming;
use k8s_client::{Body, Client, ClientOptions, Metric, Warning, crypto};
use k8s_config::{Config, Material, MemorySource, Roots};
use k8s_testing::certs::Ca;
use k8s_testing::{ListenOptions, Listening};
use k8s_transport::BodyTooLong;
use tower::service_fn;

/// A server that warns of everything and tells back who asked.
async fn server() -> Listening {
    let service = service_fn(|request: Request<Incoming>| {
        let agent = request.headers()["user-agent"].as_bytes().to_vec();
        let response = Response::builder().header("warning", r#"299 - "old""#);
        std::future::ready(Ok::<_, Infallible>(
            response.body(Full::<Bytes>::from(agent)).unwrap(),
        ))
    });
    ListenOptions::new().serve(service).await.unwrap()
}

fn config(listening: &Listening) -> Config {
    let server = format!("https://{}", listening.addr());
    let mut config = Config::new(server.parse().unwrap());
    config.tls.roots = Roots::Bundle(Material::inline(listening.ca_pem(), "a test"));
    config
}

fn client(listening: &Listening, options: &ClientOptions) -> Client {
    Client::with_options(&config(listening), &crypto::ring(), options).unwrap()
}

fn get(uri: &str) -> Request<Bytes> {
    Request::get(uri).body(Bytes::new()).unwrap()
}

#[tokio::test]
async fn a_program_says_who_it_is_and_may_say_otherwise() {
    let listening = server().await;
    let ours = client(&listening, &ClientOptions::new());
    let agent = ours.request_bytes(get("/")).await.unwrap();
    let agent = String::from_utf8(agent.to_vec()).unwrap();
    let version = concat!("/", env!("CARGO_PKG_VERSION"), " (");
    assert!(
        agent.starts_with("options-") && agent.contains(version),
        "{agent}"
    );

    let mine = ClientOptions::new().user_agent(HeaderValue::from_static("mine/1"));
    let mine = client(&listening, &mine);
    assert_eq!(mine.request_bytes(get("/")).await.unwrap(), "mine/1");
    let mut own = get("/");
    own.headers_mut()
        .insert("user-agent", HeaderValue::from_static("own/2"));
    assert_eq!(mine.request_bytes(own).await.unwrap(), "own/2");
}

#[tokio::test]
async fn warnings_go_where_the_program_wants_them() {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hook = {
        let heard = Arc::clone(&heard);
        move |warning: &Warning| heard.lock().unwrap().push(warning.text().to_owned())
    };
    let listening = server().await;
    let client = client(&listening, &ClientOptions::new().on_warning(hook));
    client.request_bytes(get("/")).await.unwrap();
    client.request_bytes(get("/")).await.unwrap();
    assert_eq!(*heard.lock().unwrap(), ["old", "old"]);
}

#[tokio::test]
async fn an_answer_that_is_too_long_is_an_error_and_a_watch_is_not() {
    let listening = server().await;
    let client = client(&listening, &ClientOptions::new().body_limit(3));
    let error = client.request_bytes(get("/api/v1/pods")).await.unwrap_err();
    let mut chain = std::iter::successors(std::error::Error::source(&error), |e| e.source());
    let limit = chain.find_map(|error| error.downcast_ref::<BodyTooLong>());
    assert_eq!(limit.unwrap().limit(), 3, "{error:?}");
    let watch = get("/api/v1/pods?watch=true");
    assert!(client.request_bytes(watch).await.unwrap().len() > 3);
}

#[tokio::test]
async fn a_rate_limit_is_shared_by_the_clones_of_its_options() {
    let listening = server().await;
    let options = ClientOptions::new().rate_limit(10.0, 1);
    let (one, other) = (client(&listening, &options), client(&listening, &options));
    let started = Instant::now();
    for client in [&one, &other, &one] {
        client.request_bytes(get("/")).await.unwrap();
    }
    assert!(started.elapsed() >= Duration::from_millis(199));
}

/// Names and labels of what was measured, host and numbers apart.
#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<String>>>);

impl Heard {
    fn options(&self) -> ClientOptions {
        let heard = Arc::clone(&self.0);
        ClientOptions::new().on_metric(move |metric: &Metric<'_>| {
            let labels = metric.labels();
            let labels = labels.iter().filter(|(name, _)| *name != "host");
            let labels: Vec<_> = labels
                .map(|(name, value)| format!("{name}={value}"))
                .collect();
            heard
                .lock()
                .unwrap()
                .push(format!("{} {}", metric.name(), labels.join(",")));
        })
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

#[tokio::test]
async fn a_request_is_measured() {
    let (listening, heard) = (server().await, Heard::default());
    let client = client(&listening, &heard.options().rate_limit(1000.0, 10));
    client.request_bytes(get("/")).await.unwrap();
    assert_eq!(
        heard.take(),
        [
            "rest_client_rate_limiter_duration_seconds verb=GET",
            "rest_client_request_size_bytes verb=GET",
            "rest_client_requests_total code=200,method=GET",
            "rest_client_request_duration_seconds verb=GET",
            "rest_client_response_size_bytes verb=GET",
        ]
    );
    let watch = Request::get("/api/v1/pods?watch=1").body(Body::empty());
    client.send(watch.unwrap()).await.unwrap();
    let heard = heard.take();
    assert!(
        !heard.iter().any(|line| line.contains("duration")),
        "{heard:?}"
    );
}

#[tokio::test]
async fn a_bundle_that_changes_is_counted() {
    let (listening, heard) = (server().await, Heard::default());
    let bundle = |pem: &str| MemorySource::new().with_file("/ca.crt", pem.as_bytes().to_vec());
    let source = Arc::new(bundle(listening.ca_pem()));
    let mut config = config(&listening);
    let material = Material::file(source.clone(), "/ca.crt");
    config.tls.roots = Roots::Bundle(material);
    let client = Client::with_options(&config, &crypto::ring(), &heard.options()).unwrap();
    client.request_bytes(get("/")).await.unwrap();
    heard.take();
    source.set_file("/ca.crt", Ca::new("another").pem());
    // real time: a file is looked at again after a second
    tokio::time::sleep(Duration::from_millis(1100)).await;
    let _refused_now = client.request_bytes(get("/")).await;
    let reload = "rest_client_transport_ca_reload_total result=success,reason=updated";
    assert!(heard.take().contains(&reload.to_owned()));
}
