//! A folder of static files beside the API: `--www` and `--www-prefix`.

use std::fmt;
use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{Request, Response, Uri};
use k8s_client::{Body, BoxError};
use pin_project_lite::pin_project;
use tower_http::services::ServeDir;
use tower_http::services::fs::ServeFileSystemResponseBody;
use tower_layer::Layer;
use tower_service::Service;

/// Serves the files of a folder below a path, and hands everything else on.
///
/// Only `GET` and `HEAD`; `index.html` for a folder, no listings. As in `kubectl proxy`, files stand outside of the filter: whoever reaches the
/// proxy may read them.
#[derive(Clone, Debug)]
pub struct FilesLayer {
    files: ServeDir,
    prefix: String,
}

/// The service of [`FilesLayer`].
#[derive(Clone, Debug)]
pub struct Files<S> {
    inner: S,
    files: ServeDir,
    prefix: String,
}

/// The future of tower-http's service, which has a name for every request body.
type Opening = <ServeDir as Service<Request<Body>>>::Future;

pin_project! {
    /// The future of [`Files`].
    pub struct FilesFuture<F> {
        #[pin]
        answer: Answer<F>,
    }
}

pin_project! {
    #[project = AnswerProject]
    enum Answer<F> {
        File { #[pin] opening: Opening },
        Inner { #[pin] answer: F },
    }
}

impl FilesLayer {
    /// Serves the files of `folder` below `prefix` (`/static/`; slashes at its ends are added).
    #[must_use]
    pub fn new(folder: impl AsRef<Path>, prefix: &str) -> Self {
        let inner = prefix.trim_matches('/');
        let prefix = if inner.is_empty() {
            "/".to_owned()
        } else {
            format!("/{inner}/")
        };
        Self {
            files: ServeDir::new(folder),
            prefix,
        }
    }
}

impl<S> Layer<S> for FilesLayer {
    type Service = Files<S>;

    fn layer(&self, inner: S) -> Files<S> {
        Files {
            inner,
            files: self.files.clone(),
            prefix: self.prefix.clone(),
        }
    }
}

impl<S> Files<S> {
    /// The path inside of the folder; `None` when it is not below the prefix.
    fn inside(&self, uri: &Uri) -> Option<Uri> {
        let rest = uri.path().strip_prefix(self.prefix.as_str())?;
        format!("/{rest}").parse().ok()
    }
}

impl<S, B, R> Service<Request<B>> for Files<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    R: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Response = Response<Body>;
    type Error = S::Error;
    type Future = FilesFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let Some(inside) = self.inside(request.uri()) else {
            let answer = Answer::Inner {
                answer: self.inner.call(request),
            };
            return FilesFuture { answer };
        };
        let mut asked = Request::new(Body::empty());
        *asked.method_mut() = request.method().clone();
        *asked.uri_mut() = inside;
        *asked.headers_mut() = request.headers().clone();
        FilesFuture {
            answer: Answer::File {
                opening: self.files.call(asked),
            },
        }
    }
}

impl<F, R, E> Future for FilesFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
    R: http_body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    type Output = Result<Response<Body>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project().answer.project() {
            AnswerProject::Inner { answer } => answer
                .poll(cx)
                .map_ok(|response| response.map(Body::stream)),
            AnswerProject::File { opening } => {
                let Ok(response): Result<Response<ServeFileSystemResponseBody>, _> =
                    ready!(opening.poll(cx));
                Poll::Ready(Ok(response.map(Body::stream)))
            }
        }
    }
}

impl<F> fmt::Debug for FilesFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FilesFuture").finish_non_exhaustive()
    }
}
