//! The default stack, outermost first. To differ, copy this file: all its pieces are public.
//!
//! `docs/STACK.md` says of each layer what it changes, why it stands there, and what breaks if it is moved.

use bytes::Bytes;
use http::{Request, Response};
use k8s_auth::crypto::Provider;
use k8s_auth::{
    Authorize, AuthorizeError, AuthorizeLayer, Impersonate, ImpersonateError, ImpersonateLayer,
    Origin, PinnedTls, PinnedTlsLayer, Renewed, RenewedError, Trust,
};
use k8s_config::Config;
use k8s_transport::{
    AnyConnector, BaseUriError, BaseUriLayer, BodyLimitLayer, DeadlineError, DeadlinesLayer,
    DefaultHeadersLayer, MeasureAttemptsLayer, MeasureRequestsLayer, RetryError, RetryLayer,
    SharedLayer, TraceLayer, Transport, TransportError, TransportOptions, WarningsLayer,
};
use tower::util::{Either, MapErr};
use tower::{Layer as _, Service, ServiceBuilder, ServiceExt as _};

use crate::{Body, BoxError, ClassifyLayer, ClientOptions, Error, Pieces, Tokens, request_class};

/// Everything between a request with a relative URI and a socket: what is done once a request.
///
/// # Errors
///
/// If the CA or the client certificate cannot be read, or the configuration needs what this build lacks.
pub fn assemble(
    config: &Config,
    crypto: &Provider,
    options: &ClientOptions,
) -> Result<impl HttpService + use<>, Error> {
    let pieces = Pieces::from_config(config, crypto, options)?;
    let (server, metrics) = (pieces.server.clone(), pieces.metrics.clone());
    let mut limits = ClassifyLayer::COMMON;
    limits.whole = pieces.request_timeout;
    Ok(ServiceBuilder::new()
        // layer: classify — outermost: all below ask what sort of request it is
        .layer(ClassifyLayer::new().whole(limits.whole).only_uncommon())
        // layer: trace — above everything that may say something of a request
        .layer(TraceLayer::new().server(&server).classify(request_class))
        // layer: measure requests — above retry: a request is one, however often it is sent
        .layer(MeasureRequestsLayer::new(metrics).server(&server))
        // layer: warnings — above retry: an answer that nobody sees warns nobody
        .layer(WarningsLayer::new(pieces.warnings.clone()))
        // layer: deadline of the whole — above retry: no attempt makes it longer
        .map_err(DeadlineError::into_boxed)
        .layer(DeadlinesLayer::new(limits).only_whole())
        // layer: retry — above authorize: each attempt is authorized anew
        .map_err(RetryError::into_boxed)
        .layer(
            RetryLayer::new()
                .policy(pieces.retry)
                .replay(Body::try_clone as fn(&_) -> _),
        )
        // layer: shared attempts — below retry, which keeps a clone with each request
        .layer(SharedLayer::new())
        .service(attempts(pieces)?))
}

/// What is done for each attempt of a request.
fn attempts(pieces: Pieces) -> Result<impl HttpService, Error> {
    let base_uri = BaseUriLayer::new(&pieces.server)
        .map_err(|cause| Error::build("reading the server's URI", cause))?;
    let (server, metrics) = (pieces.server, pieces.metrics);
    let (tokens, somebody, limit) = (pieces.tokens, pieces.impersonate, pieces.rate_limit);
    let wire = (pieces.connector, pieces.transport, pieces.http2);
    Ok(ServiceBuilder::new()
        // layer: rate limit — below retry: each attempt counts; above authorize: no token grows old in line
        .option_layer(limit.map(|limit| limit.on_measurement(metrics.clone()).server(&server)))
        // layer: measure attempts — below retry: each is one
        .layer(MeasureAttemptsLayer::new(metrics).server(&server))
        // layer: authorize — above base uri: it sees whether a request was meant for another server
        .layer_fn(|inner| authorize(tokens.clone(), inner))
        // layer: shared sending — below authorize, which keeps a clone too
        .layer(SharedLayer::new())
        // layer: impersonate — beside the identity that it changes
        .layer_fn(|inner| impersonate(somebody.clone(), inner))
        // layer: base uri — above here paths are short and name no server
        .map_err(BaseUriError::into_boxed)
        .layer(base_uri)
        // layer: headers — below whoever may have headers of their own: those are kept
        .layer(DefaultHeadersLayer::new().user_agent(pieces.user_agent))
        // layer: deadline of an attempt — below retry: each attempt has its own share
        .map_err(DeadlineError::into_boxed)
        .layer(DeadlinesLayer::new(ClassifyLayer::COMMON).only_attempt())
        // layer: body limit — above gunzip: it counts what the reader gets
        .layer(BodyLimitLayer::new(pieces.body_limit))
        // layer: gunzip — above the pool, whose bodies it reads
        .layer(pieces.gunzip)
        // layer: renewed — above the pool: another CA or client certificate means other connections
        .map_err(RenewedError::into_boxed)
        .service(connections(pieces.trust, wire)?))
}

/// The pool and what is below it, made anew for each generation of the trust.
fn connections(
    trust: Trust,
    (connector, options, http2): (AnyConnector, TransportOptions, bool),
) -> Result<impl HttpService<RenewedError<TransportError>> + use<>, Error> {
    let http1 = wire(trust.layer().http2(false), &connector);
    let options = options.http1_connector(http1);
    let tls = trust.layer().http2(http2);
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
