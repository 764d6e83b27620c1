//! What the errors say of themselves, and never show.

use k8s_client::Error;

use super::*;

async fn refused(code: u16, reason: &str) -> Error {
    let (maps, mut handle) = maps();
    let server = async {
        refuse(
            expect(&mut handle, &format!("GET {PATH}/x")).await,
            code,
            reason,
        )
    };
    tokio::join!(maps.get("x"), server).0.unwrap_err()
}

#[tokio::test]
async fn a_refusal_is_classified_by_its_reason() {
    let facts = |error: &Error| {
        let all = [
            ("not found", error.is_not_found()),
            ("conflict", error.is_conflict()),
            ("already exists", error.is_already_exists()),
            ("forbidden", error.is_forbidden()),
            ("unauthorized", error.is_unauthorized()),
            ("gone", error.is_gone()),
            ("invalid", error.is_invalid()),
            ("too many", error.is_too_many_requests()),
            ("timeout", error.is_timeout()),
            ("connect", error.is_connect()),
            ("undecodable", error.is_undecodable()),
            ("retryable", error.is_retryable()),
        ];
        let true_ones = all.into_iter().filter(|(_, is)| *is);
        true_ones.map(|(what, _)| what).collect::<Vec<_>>()
    };
    for (code, reason, expected) in [
        (404, "NotFound", &["not found"][..]),
        (409, "Conflict", &["conflict"]),
        (409, "AlreadyExists", &["already exists"]),
        (403, "Forbidden", &["forbidden"]),
        (401, "Unauthorized", &["unauthorized"]),
        (410, "Expired", &["gone"]),
        (410, "Gone", &["gone"]),
        (422, "Invalid", &["invalid"]),
        (429, "TooManyRequests", &["too many", "retryable"]),
        (504, "Timeout", &["timeout", "retryable"]),
        (500, "ServerTimeout", &["timeout", "retryable"]),
        (500, "InternalError", &["retryable"]),
        (503, "ServiceUnavailable", &["retryable"]),
        (400, "BadRequest", &[]),
        (405, "MethodNotAllowed", &[]),
    ] {
        let error = refused(code, reason).await;
        assert_eq!(facts(&error), expected, "{code} {reason}");
        assert_eq!(error.status().unwrap().code, code);
    }
}

#[tokio::test]
async fn an_answer_of_another_type_is_told_without_its_content() {
    let (maps, mut handle) = maps();
    let mut secret = map("x", 1);
    secret["metadata"]["labels"] = "s3cr3t".into();
    let server = async {
        handle
            .expect_get(&format!("{PATH}/x"))
            .answer(&secret)
            .await
    };
    let error = tokio::join!(maps.get("x"), server).0.unwrap_err();
    assert!(error.is_undecodable() && !error.is_retryable());
    let mut text = format!("{error} {error:?}");
    let mut next = std::error::Error::source(&error);
    while let Some(cause) = next {
        text.push_str(&format!("{cause} {cause:?}"));
        next = cause.source();
    }
    assert!(
        text.contains("line 1 column") && !text.contains("s3cr3t"),
        "{text}"
    );
}

#[tokio::test]
async fn a_name_that_would_be_another_request_is_not_sent() {
    let (maps, handle) = maps();
    let error = maps.get("x/status").await.unwrap_err();
    assert_eq!(error.to_string(), "making the request");
    assert!(!error.is_retryable() && error.status().is_none());
    assert!(handle.is_idle());
}
