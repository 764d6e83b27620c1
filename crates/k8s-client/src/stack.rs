//! The default stack, outermost first. To differ, copy this file: all its pieces are public.
//!
//! `docs/STACK.md` says of each layer what it changes, why it stands there, and what breaks if it is moved.

use std::sync::Arc;

use bytes::Bytes;
use http::{Request, Response, Uri};
use k8s_auth::crypto::Provider;
use k8s_auth::{
    Authorize, AuthorizeError, AuthorizeLayer, Impersonate, ImpersonateError, ImpersonateLayer,
    Origin, PinnedTls, PinnedTlsLayer, Renewed, RenewedError, Trust,
};
use k8s_config::Config;
use k8s_transport::{
    AnyConnector, BaseUriError, BaseUriLayer, BodyLimitLayer, DeadlineError, Deadlines,
    DeadlinesLayer, DefaultHeadersLayer, MeasureAttemptsLayer, MeasureRequestsLayer, RetryError,
    RetryLayer, TraceLayer, Transport, TransportError, WarningsLayer,
};
use tower::util::{Either, MapErr};
use tower::{Layer as _, Service, ServiceBuilder, ServiceExt as _};

use crate::from_config::{self, tokens::Tokens};
use crate::{Body, BoxError, ClassifyLayer, ClientOptions, Error};

/// Everything between a request with a relative URI and a socket: what is done once a request.
///
/// # Errors
///
/// If the CA or the client certificate cannot be read, or the configuration needs what this build lacks.
pub fn assemble(
    config: &Config,
    crypto: &Provider,
    options: &ClientOptions,
) -> Result<impl HttpService, Error> {
    let (server, told) = (&config.server, &options.told);
    Ok(ServiceBuilder::new()
        // layer: classify — outermost: all below ask what sort of request it is
        .layer(ClassifyLayer::new().whole(config.request_timeout))
        // layer: trace — above everything that may say something of a request
        .layer(TraceLayer::new().server(server))
        // layer: measure requests — above retry: a request is one, however often it is sent
        .layer(MeasureRequestsLayer::new(told.clone()).server(server))
        // layer: warnings — above retry: an answer that nobody sees warns nobody
        .layer(WarningsLayer::new(Arc::clone(&options.warnings)))
        // layer: deadline of the whole — above retry: no attempt makes it longer
        .map_err(DeadlineError::into_boxed)
        .layer(DeadlinesLayer::new(Deadlines::none()).only_whole())
        // layer: retry — above authorize: each attempt is authorized anew
        .map_err(RetryError::into_boxed)
        .layer(
            RetryLayer::new()
                .policy(options.retry)
                .replay(Body::try_clone as fn(&_) -> _),
        )
        .service(attempts(config, crypto, options)?))
}

/// What is done for each attempt of a request.
fn attempts(
    config: &Config,
    crypto: &Provider,
    options: &ClientOptions,
) -> Result<impl HttpService, Error> {
    let connector = match &options.connector {
        Some(connector) => connector.clone(),
        None => from_config::connector(config, crypto, &options.told)?,
    };
    let credentials = from_config::credentials(config, crypto, options)?;
    let trust = from_config::trust(config, crypto, &credentials, &options.told)?;
    let tokens = credentials.tokens(config, &trust)?;
    let somebody = from_config::impersonate(config)?;
    let (server, told) = (&config.server, &options.told);
    let limit = options.rate_limit.clone();
    Ok(ServiceBuilder::new()
        // layer: rate limit — below retry: each attempt counts; above authorize: no token grows old in line
        .option_layer(limit.map(|limit| limit.on_measurement(told.clone()).server(server)))
        // layer: measure attempts — below retry: each is one
        .layer(MeasureAttemptsLayer::new(told.clone()).server(server))
        // layer: authorize — above base uri: it sees whether a request was meant for another server
        .layer_fn(|inner| authorize(tokens.clone(), inner))
        // layer: impersonate — beside the identity that it changes
        .layer_fn(|inner| impersonate(somebody.clone(), inner))
        // layer: base uri — above here paths are short and name no server
        .map_err(BaseUriError::into_boxed)
        .layer(base_uri(server)?)
        // layer: headers — below whoever may have headers of their own: those are kept
        .layer(DefaultHeadersLayer::new().user_agent(options.user_agent.clone()))
        // layer: deadline of an attempt — below retry: each attempt has its own share
        .map_err(DeadlineError::into_boxed)
        .layer(DeadlinesLayer::new(Deadlines::none()).only_attempt())
        // layer: body limit — above gunzip: it counts what the reader gets
        .layer(BodyLimitLayer::new(options.body_limit))
        // layer: gunzip — above the pool, whose bodies it reads
        .layer_fn(|inner| gunzip(!config.disable_compression, inner))
        // layer: renewed — above the pool: another CA or client certificate means other connections
        .map_err(RenewedError::into_boxed)
        .service(connections(config, trust, connector)?))
}

/// The pool and what is below it, made anew for each generation of the trust.
fn connections(
    config: &Config,
    trust: Trust,
    connector: AnyConnector,
) -> Result<impl HttpService<RenewedError<TransportError>> + use<>, Error> {
    let http1 = wire(trust.layer().http2(false), &connector);
    let options = from_config::transport_options(config).http1_connector(http1);
    let tls = trust.layer().http2(from_config::offers_http2(config));
    let make = move |_| {
        // layer: transport — the pool: everything above is per request, everything below per connection
        Transport::with_options(wire(tls.clone(), &connector), options.clone())
    };
    Renewed::new(trust, make).map_err(|cause| Error::build("preparing TLS", cause))
}

/// One connection: what it is made of, and what is spoken over it.
fn wire(tls: PinnedTlsLayer, connector: &AnyConnector) -> PinnedTls<AnyConnector> {
    ServiceBuilder::new()
        // layer: tls — outside the connector: it shakes hands over whatever connection lies below
        .layer(tls)
        // layer: connector — innermost: the wire, perhaps through a proxy
        .service(connector.clone())
}

/// Asks for compressed answers, where this build can undo them and the cluster's entry lets it.
#[cfg(feature = "gzip")]
fn gunzip<S>(ask: bool, inner: S) -> k8s_transport::Gunzip<S> {
    k8s_transport::GunzipLayer::new().ask(ask).layer(inner)
}

#[cfg(not(feature = "gzip"))]
fn gunzip<S>(_: bool, inner: S) -> S {
    inner
}

/// Puts a token on each request where the user has one; the error's type is given up here.
fn authorize<S, B>(tokens: Option<(Tokens, Origin)>, inner: S) -> Either<Authorized<S>, S>
where
    S: Service<Request<Body>, Response = Response<B>, Error = BoxError> + Clone,
{
    match tokens {
        Some((tokens, origin)) => Either::Left(
            AuthorizeLayer::new(tokens, origin)
                .replay(Body::try_clone as fn(&_) -> _)
                .layer(inner)
                .map_err(AuthorizeError::into_boxed as fn(_) -> _),
        ),
        None => Either::Right(inner),
    }
}

type Authorized<S> = MapErr<
    Authorize<S, Tokens, fn(&Body) -> Option<Body>>,
    fn(AuthorizeError<BoxError>) -> BoxError,
>;

/// Acts as somebody else where the configuration says so.
fn impersonate<S>(who: Option<ImpersonateLayer>, inner: S) -> Either<Impersonated<S>, S>
where
    S: Service<Request<Body>, Error = BoxError>,
{
    match who {
        Some(layer) => Either::Left(
            layer
                .layer(inner)
                .map_err(ImpersonateError::into_boxed as fn(_) -> _),
        ),
        None => Either::Right(inner),
    }
}

type Impersonated<S> = MapErr<Impersonate<S>, fn(ImpersonateError<BoxError>) -> BoxError>;

fn base_uri(server: &Uri) -> Result<BaseUriLayer, Error> {
    BaseUriLayer::new(server).map_err(|cause| Error::build("reading the server's URI", cause))
}

/// A service of requests that can be shared between tasks: what [`Client::new`](crate::Client::new) takes.
pub trait HttpService<E = BoxError>:
    Service<Request<Body>, Response = Response<Self::Answer>, Error = E, Future: Send>
    + Clone
    + Send
    + Sync
    + 'static
{
    /// The body of its answers.
    type Answer: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static;
}

impl<S, E, B> HttpService<E> for S
where
    S: Service<Request<Body>, Response = Response<B>, Error = E, Future: Send>
        + Clone
        + Send
        + Sync
        + 'static,
    B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Answer = B;
}
