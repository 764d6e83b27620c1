//! Answers by hand: a service whose requests come out at a handle, and expectations that answer by themselves.
//!
//! ```
//! use k8s_testing::mock;
//! use serde_json::json;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let (service, mut handle) = mock::pair();
//! let pods = json!({"kind": "PodList", "apiVersion": "v1", "metadata": {}, "items": []});
//! let answered = handle.expect_get("/api/v1/pods").answer(&pods);
//! # let client = async { use tower_service::Service; let mut service = service;
//! #     service.call(http::Request::get("/api/v1/pods").body(k8s_testing::Body::empty()).unwrap()).await.unwrap() };
//! // `client` is whatever you test, built on `service`.
//! let (response, ()) = tokio::join!(client, answered);
//! assert_eq!(response.status(), 200);
//! # }
//! ```

mod expect;
mod handle;
mod service;

pub use self::expect::Expectation;
pub use self::handle::{Handle, Received};
pub use self::service::{Mock, MockFuture, Unanswered};

/// A service and the handle at which its requests come out, in order. Clones of the service share the handle.
pub fn pair() -> (Mock, Handle) {
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    (Mock::new(sender), Handle::new(receiver))
}
