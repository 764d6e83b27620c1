//! The handle: one service, its type erased, and the namespace to use when none is named.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::response::Parts;
use http::{Request, Response, StatusCode};
use k8s_api_core::answer::AnswerError;
use k8s_api_core::discovery::{self, ApiGroupList, ApiVersions, Version};
use k8s_api_core::{TypeMeta, answer, request};
use k8s_config::Config;
use serde::de::DeserializeOwned;
use tower::util::BoxCloneSyncService;
use tower::{Service, ServiceExt as _};

use crate::{Body, BoxError, ClientOptions, Error, stack};

/// A client of one API server.
///
/// Cloning is cheap and shares the connections. Making one opens no connection, spawns nothing and needs no runtime.
pub struct Client {
    service: Arc<Stack>,
    /// A clone of all layers, made by whoever is about to send: most clones of a client are handed on before that.
    own: Option<Stack>,
    default_namespace: Arc<str>,
}

type Stack = BoxCloneSyncService<Request<Body>, Response<Body>, BoxError>;

impl Clone for Client {
    fn clone(&self) -> Self {
        Self {
            service: Arc::clone(&self.service),
            own: None,
            default_namespace: Arc::clone(&self.default_namespace),
        }
    }
}

impl Client {
    /// A client over any service: a stack of your own, an axum router, a mock.
    ///
    /// Requests have relative URIs. The default namespace is `default`.
    pub fn new<S, B>(service: S) -> Self
    where
        S: Service<Request<Body>, Response = Response<B>, Error: Into<BoxError>>,
        S: Clone + Send + Sync + 'static,
        S::Future: Send + 'static,
        B: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
    {
        let erased = service
            .map_response(|response: Response<B>| response.map(Body::stream))
            .map_err(Into::into);
        Self {
            service: Arc::new(BoxCloneSyncService::new(erased)),
            own: None,
            default_namespace: Arc::from("default"),
        }
    }

    /// A client of the cluster that [`Config::infer`] finds: a kubeconfig, else the Pod's own cluster.
    ///
    /// # Errors
    ///
    /// If no configuration is found, it is not valid, or it needs what this build lacks. Nothing was sent.
    #[cfg(feature = "ring")]
    pub fn try_default() -> Result<Self, Error> {
        Self::infer(&crate::crypto::ring())
    }

    /// A client of the cluster that [`Config::infer`] finds, with this cryptography.
    ///
    /// # Errors
    ///
    /// If no configuration is found, it is not valid, or it needs what this build lacks. Nothing was sent.
    pub fn infer(crypto: &crate::crypto::Provider) -> Result<Self, Error> {
        Self::from_config(&Config::infer().map_err(Error::config)?, crypto)
    }

    /// A client of the cluster that `config` describes, with this cryptography.
    ///
    /// # Errors
    ///
    /// If the CA or the client certificate cannot be read, or the configuration needs what this build lacks.
    pub fn from_config(config: &Config, crypto: &crate::crypto::Provider) -> Result<Self, Error> {
        Self::with_options(config, crypto, &ClientOptions::new())
    }

    /// A client of the cluster that `config` describes, with this cryptography, which behaves as the options say.
    ///
    /// # Errors
    ///
    /// If the CA or the client certificate cannot be read, or the configuration needs what this build lacks.
    pub fn with_options(
        config: &Config,
        crypto: &crate::crypto::Provider,
        options: &ClientOptions,
    ) -> Result<Self, Error> {
        let service = stack::assemble(config, crypto, options)?;
        Ok(Self::new(service).default_namespace(config.namespace.as_str()))
    }

    /// Sets the namespace that [`Api::default_namespaced`](crate::Api::default_namespaced) uses.
    #[must_use]
    pub fn default_namespace(mut self, namespace: impl Into<Arc<str>>) -> Self {
        self.default_namespace = namespace.into();
        self
    }

    /// The namespace to use when none is named.
    pub fn namespace(&self) -> &str {
        &self.default_namespace
    }

    /// Sends any request and hands the answer on as it comes, whatever its status code.
    ///
    /// # Errors
    ///
    /// If there is no answer.
    pub async fn send(&self, request: Request<Body>) -> Result<Response<Body>, Error> {
        Stack::clone(&self.service)
            .oneshot(request)
            .await
            .map_err(Error::send)
    }

    /// Sends a request whose answer is read while it comes; a refusal is read whole and is an error.
    pub(crate) async fn open(&self, request: Request<Bytes>) -> Result<Body, Error> {
        let response = self.send(request.map(Body::from)).await?;
        if response.status().is_success() {
            return Ok(response.into_body());
        }
        let (head, body) = whole(response).await?;
        answer::check(head.status, &body).map_err(|error| Error::from(error).about(&head))?;
        Ok(Body::empty())
    }

    /// Sends a request and collects the bytes of a successful answer, exactly as the server sent them.
    ///
    /// # Errors
    ///
    /// If there is no answer, or the server refused: see [`Error::status`].
    pub async fn request_bytes(&self, request: Request<Bytes>) -> Result<Bytes, Error> {
        let (head, body) = self.collect(request).await?;
        match answer::check(head.status, &body) {
            Ok(()) => Ok(body),
            Err(error) => Err(Error::from(error).about(&head)),
        }
    }

    /// Sends a request and reads the answer as a `T`.
    ///
    /// # Errors
    ///
    /// If there is no answer, the server refused, or the answer is no `T`.
    pub async fn request<T: DeserializeOwned>(&self, request: Request<Bytes>) -> Result<T, Error> {
        let (head, body) = self.collect(request).await?;
        answer::read(head.status, &body).map_err(|error| Error::from(error).about(&head))
    }

    /// Sends a request and reads the answer as one or another type, by the `kind` that stands in it.
    pub(crate) async fn request_kind<T>(
        &self,
        request: Request<Bytes>,
        read: impl FnOnce(&str, StatusCode, &[u8]) -> Result<T, AnswerError>,
    ) -> Result<T, Error> {
        let (head, body) = self.collect(request).await?;
        let code = head.status;
        answer::read::<TypeMeta>(code, &body)
            .and_then(|types| read(&types.kind, code, &body))
            .map_err(|error| Error::from(error).about(&head))
    }

    /// Sends a request and waits for the whole answer, whatever its status code.
    async fn collect(&self, request: Request<Bytes>) -> Result<(Parts, Bytes), Error> {
        whole(self.send(request.map(Body::from)).await?).await
    }

    /// `GET /api`: the versions of the core group.
    ///
    /// # Errors
    ///
    /// As [`request`](Self::request).
    pub async fn api_versions(&self) -> Result<ApiVersions, Error> {
        self.request(request::raw(discovery::path::API)?).await
    }

    /// `GET /apis`: the named groups.
    ///
    /// # Errors
    ///
    /// As [`request`](Self::request).
    pub async fn api_groups(&self) -> Result<ApiGroupList, Error> {
        self.request(request::raw(discovery::path::APIS)?).await
    }

    /// `GET /version`: the server's release.
    ///
    /// # Errors
    ///
    /// As [`request`](Self::request).
    pub async fn server_version(&self) -> Result<Version, Error> {
        self.request(request::raw(discovery::path::VERSION)?).await
    }
}

impl Client {
    fn own(&mut self) -> &mut Stack {
        self.own.get_or_insert_with(|| Stack::clone(&self.service))
    }
}

/// The answer with all bytes of its body.
async fn whole(response: Response<Body>) -> Result<(Parts, Bytes), Error> {
    let (head, body) = response.into_parts();
    match body.bytes().await {
        Ok(body) => Ok((head, body)),
        Err(error) => Err(Error::body(error).about(&head)),
    }
}

#[cfg(feature = "ring")]
impl TryFrom<Config> for Client {
    type Error = Error;

    fn try_from(config: Config) -> Result<Self, Error> {
        Self::from_config(&config, &crate::crypto::ring())
    }
}

/// As [`send`](Client::send), for layers of your own around the whole client.
impl Service<Request<Body>> for Client {
    type Response = Response<Body>;
    type Error = Error;
    type Future = ClientFuture;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.own().poll_ready(cx).map_err(Error::send)
    }

    fn call(&mut self, request: Request<Body>) -> ClientFuture {
        ClientFuture {
            answer: self.own().call(request),
        }
    }
}

/// The future of a [`Client`] that is used as a service.
pub struct ClientFuture {
    answer: Pin<Box<dyn Future<Output = Result<Response<Body>, BoxError>> + Send>>,
}

impl Future for ClientFuture {
    type Output = Result<Response<Body>, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.answer.as_mut().poll(cx).map_err(Error::send)
    }
}

impl fmt::Debug for ClientFuture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientFuture").finish_non_exhaustive()
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("default_namespace", &self.default_namespace)
            .finish_non_exhaustive()
    }
}
