//! Providers that answer falsely, settings that do not do, and that nothing shows a token.

use bytes::Bytes;
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use k8s_auth::oidc::{Oidc, OidcTokens};
use tower::service_fn;

use super::{ask, chain, settings};

/// What comes of a provider that answers so.
async fn refused(discovery: &'static str, token: (StatusCode, &'static str)) -> String {
    let provider = service_fn(move |request: Request<Full<Bytes>>| async move {
        let (code, body) = match request.uri().path() {
            "/.well-known/openid-configuration" if discovery.is_empty() => {
                (StatusCode::NOT_FOUND, "")
            }
            "/.well-known/openid-configuration" => (StatusCode::OK, discovery),
            _ => token,
        };
        let mut answer = Response::new(Full::new(Bytes::from_static(body.as_bytes())));
        *answer.status_mut() = code;
        Ok::<_, std::io::Error>(answer)
    });
    let settings = settings(&[
        ("idp-issuer-url", "https://idp.example/"),
        ("client-id", "kubernetes"),
        ("id-token", "not a JWT"),
        ("refresh-token", "s3cr3t-refresh"),
    ]);
    let oidc = Oidc::new(&settings).unwrap().http(provider);
    let error = ask(&oidc).await.unwrap_err();
    assert!(!format!("{error:?}").contains("s3cr3t"), "{error:?}");
    chain(&error)
}

#[tokio::test]
async fn a_provider_that_answers_falsely_is_told_of() {
    let good = r#"{"token_endpoint":"https://idp.example/token"}"#;
    let ok = |body| (StatusCode::OK, body);
    for (discovery, token, expected) in [
        (
            "",
            ok(""),
            "https://idp.example: failed to query metadata endpoint, which answered 404",
        ),
        ("<html>", ok(""), "name no token endpoint of https"),
        (
            r#"{"token_endpoint":"http://idp.example/token"}"#,
            ok(""),
            "name no token endpoint of https",
        ),
        (good, ok("<html>"), "answered no JSON object"),
        (
            good,
            ok("{}"),
            "did not contain an id_token, either the scope \"openid\" wasn't requested",
        ),
        (
            good,
            ok(r#"{"id_token":"two words"}"#),
            "a token cannot be sent",
        ),
        (
            good,
            (StatusCode::BAD_GATEWAY, "<html>"),
            "the provider answered 502",
        ),
        (
            good,
            (
                StatusCode::BAD_REQUEST,
                r#"{"error":"invalid_grant","error_description":"s3cr3t-refresh was used"}"#,
            ),
            "answered 400 Bad Request, invalid_grant: [hidden] was used; log in again",
        ),
    ] {
        let text = refused(discovery, token).await;
        assert!(text.contains(expected), "{text}");
    }
}

#[test]
fn settings_without_issuer_or_client_are_refused() {
    let check = |all: &[(&str, &str)], expected: &str| {
        let text = Oidc::new(&settings(all)).unwrap_err().to_string();
        assert!(text.contains(expected), "{text}");
    };
    check(&[("client-id", "c")], "must provide idp-issuer-url");
    check(
        &[("idp-issuer-url", "https://idp"), ("client-id", "")],
        "must provide client-id",
    );
    check(
        &[("idp-issuer-url", "http://idp"), ("client-id", "c")],
        "must be an https URL",
    );
    check(
        &[("idp-issuer-url", "not a URL"), ("client-id", "c")],
        "must be an https URL",
    );
}

#[test]
fn nothing_shows_a_token() {
    let all = settings(&[
        ("idp-issuer-url", "https://idp"),
        ("client-id", "c"),
        ("client-secret", "s3cr3t"),
        ("id-token", "s3cr3t"),
        ("refresh-token", "s3cr3t"),
    ]);
    let shown = format!("{:?} {:?}", Oidc::new(&all).unwrap(), OidcTokens::of(&all));
    assert!(!shown.contains("s3cr3t"), "{shown}");
}
