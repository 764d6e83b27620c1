//! The impersonation layer in a plain tower stack.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "a test may")]

use std::convert::Infallible;

use http::Request;
use k8s_auth::{ImpersonateError, ImpersonateLayer, Impersonation};
use tower::{Layer as _, ServiceExt as _, service_fn};

/// What the inner service sees of a request.
async fn sent(
    layer: &ImpersonateLayer,
    request: Request<()>,
) -> Result<Vec<String>, ImpersonateError<Infallible>> {
    let inner = service_fn(async |request: Request<()>| {
        let headers = request.headers().iter();
        Ok(headers
            .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
            .collect())
    });
    layer.layer(inner).oneshot(request).await
}

fn layer() -> ImpersonateLayer {
    let mut who = Impersonation::user("bob");
    who.groups = vec!["devs".to_owned()];
    ImpersonateLayer::new(&who).unwrap()
}

#[tokio::test]
async fn acts_as_somebody_else() {
    let seen = sent(&layer(), Request::new(())).await.unwrap();
    assert_eq!(seen, ["impersonate-user: bob", "impersonate-group: devs"]);
}

#[tokio::test]
async fn refuses_a_caller_who_acts_as_somebody_of_their_own() {
    for name in ["Impersonate-User", "impersonate-extra-x"] {
        let request = Request::builder().header(name, "root").body(()).unwrap();
        let error = sent(&layer(), request.clone()).await.unwrap_err();
        assert!(matches!(error, ImpersonateError::CallersOwn));
        let seen = sent(&layer().callers_own(true), request).await.unwrap();
        assert_eq!(seen, [format!("{}: root", name.to_lowercase())]);
    }
}
