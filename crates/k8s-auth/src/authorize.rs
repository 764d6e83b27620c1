//! Puts a token on each request.
//!
//! Works over any HTTP service: any request body, any response, any error.
//!
//! ```
//! use http::{Request, Response};
//! use k8s_auth::{AuthorizeLayer, Origin, Token, token::StaticToken};
//! use tower::{Service, ServiceBuilder, ServiceExt};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let origin = Origin::https(&"https://10.0.0.1".parse()?)?;
//! let mut service = ServiceBuilder::new()
//!     .layer(AuthorizeLayer::new(StaticToken::new(Token::new("abc")?), origin))
//!     .service_fn(|request: Request<()>| async move {
//!         assert_eq!(request.headers()["authorization"], "Bearer abc");
//!         Ok::<_, std::io::Error>(Response::new(()))
//!     });
//! service.ready().await?.call(Request::get("/api").body(())?).await?;
//! # Ok(())
//! # }
//! ```

mod error;
mod future;
mod layer;
mod replay;
mod service;

pub use self::error::{AuthorizeError, CredentialError};
pub use self::future::AuthorizeFuture;
pub use self::layer::AuthorizeLayer;
pub use self::replay::{IfClone, Never, ReplayBody};
pub use self::service::Authorize;
