//! The default stack, outermost first. To differ, copy this file: all its pieces are public.
//!
//! `docs/STACK.md` says of each layer what it changes, why it stands there, and what breaks if it is moved.

use http::Uri;
use k8s_auth::crypto::Provider;
use k8s_auth::{Authorize, AuthorizeError, AuthorizeLayer, Origin, PinnedTls};
use k8s_config::Config;
use k8s_transport::{BaseUri, BaseUriError, BaseUriLayer, Tcp, Transport, TransportError};
use tower::util::{Either, MapErr};
use tower::{Layer as _, ServiceBuilder, ServiceExt as _};

use crate::from_config;
use crate::{Body, BoxError, Error};

pub use crate::from_config::Tokens;

/// Everything between a request with a relative URI and a socket.
///
/// # Errors
///
/// If the CA or the client certificate cannot be read, or the configuration needs what this build lacks.
pub fn assemble(config: &Config, crypto: &Provider) -> Result<Stack, Error> {
    from_config::refuse_what_is_not_built_in(config)?;
    let tokens = from_config::tokens(config)?;
    Ok(ServiceBuilder::new()
        // layer: authorize — above base uri: it sees whether a request was meant for another server
        .layer_fn(|inner| authorize(tokens.clone(), inner))
        // layer: base uri — above here paths are short and name no server
        .layer_fn(|inner: BaseUri<_>| inner.map_err(BoxError::from as fn(_) -> _))
        .layer(base_uri(&config.server)?)
        // layer: transport — the pool: everything above is per request, everything below per connection
        .service(Transport::new(connector(config, crypto)?)))
}

/// Everything between a URI and a connection whose server is verified.
fn connector(config: &Config, crypto: &Provider) -> Result<PinnedTls<Tcp>, Error> {
    let trust = from_config::trust(config, crypto)?;
    Ok(ServiceBuilder::new()
        // layer: tls — outside tcp: it shakes hands over whatever connection lies below
        .layer(trust.layer().http2(cfg!(feature = "http2")))
        // layer: tcp — innermost: the wire
        .service(Tcp::new()))
}

/// Puts a token on each request where the user has one; the error's type is given up here.
fn authorize(tokens: Option<(Tokens, Origin)>, inner: Addressed) -> Stack {
    match tokens {
        Some((tokens, origin)) => Either::Left(
            AuthorizeLayer::new(tokens, origin)
                .layer(inner)
                .map_err(AuthorizeError::into_boxed as fn(_) -> _),
        ),
        None => Either::Right(inner),
    }
}

fn base_uri(server: &Uri) -> Result<BaseUriLayer, Error> {
    BaseUriLayer::new(server).map_err(|cause| Error::build("reading the server's URI", cause))
}

/// The type of the whole: long to write, short to read aloud from the bottom up.
pub type Stack = Either<
    MapErr<Authorize<Addressed, Tokens>, fn(AuthorizeError<BoxError>) -> BoxError>,
    Addressed,
>;

/// The transport with the server's URI in front.
pub type Addressed =
    MapErr<BaseUri<Transport<PinnedTls<Tcp>, Body>>, fn(BaseUriError<TransportError>) -> BoxError>;
