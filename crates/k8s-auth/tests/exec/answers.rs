//! What a plugin may print, and what it may not.

use std::time::{Duration, SystemTime};

use k8s_testing::certs::{Ca, Leaf};
use k8s_testing::plugin::Behaviour;
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use super::{V1, V1BETA1, answer, ask, chain, configured, exec_plugin, header, outcome, scripted};

async fn check(printed: &str, expected: &str) {
    let error = outcome(&Behaviour::new().prints(printed))
        .await
        .unwrap_err();
    let text = chain(&error);
    assert!(text.contains(expected), "{printed} gave: {text}");
    assert!(text.contains("credential-plugin"), "{text}");
}

async fn check_status(status: Value, expected: &str) {
    check(&answer(V1, &status), expected).await;
}

#[tokio::test]
async fn x02_a_certificate_and_its_key() {
    let pair = Ca::new("clients").issue(&Leaf::client("alice"));
    let status = json!({"clientCertificateData": pair.pem(), "clientKeyData": pair.key_pem().expose_secret()});
    let plugin = scripted(&Behaviour::new().prints(&answer(V1BETA1, &status)));
    let mut exec = configured(&plugin);
    exec.api_version = V1BETA1.to_owned();
    let token = ask(&exec_plugin(exec)).await.unwrap();
    assert!(token.header().is_none());
    let told: Value = serde_json::from_str(&plugin.runs().unwrap()[0].exec_info).unwrap();
    let expected =
        json!({"kind": "ExecCredential", "apiVersion": V1BETA1, "spec": {"interactive": false}});
    assert_eq!(told, expected);
}

#[tokio::test]
async fn x03_x04_a_certificate_that_is_none_or_has_no_key() {
    let pair = Ca::new("clients").issue(&Leaf::client("alice"));
    let other = Ca::new("clients").issue(&Leaf::client("alice"));
    let (certificate, key) = (&pair.pem(), other.key_pem().expose_secret());
    let both = |certificate: &str, key: &str| json!({"clientCertificateData": certificate, "clientKeyData": key});
    check_status(both("garbage", "garbage"), "holds no certificate in PEM").await;
    check_status(both(certificate, "garbage"), "holds no private key in PEM").await;
    check_status(both(certificate, key), "does not belong to the certificate").await;
    let half = "returned only certificate or key, not both";
    check_status(json!({"clientCertificateData": certificate}), half).await;
    check_status(json!({"clientKeyData": key}), half).await;
    check_status(json!({"token": "t", "clientKeyData": key}), half).await;
}

#[tokio::test]
async fn x05_x24_a_token() {
    let token = outcome(&Behaviour::new().prints_token(&"foo-bar".into(), None)).await;
    assert_eq!(header(&token.unwrap()), "Bearer foo-bar");
    let plugin = scripted(&Behaviour::new().prints(&answer(V1BETA1, &json!({"token": "foo-bar"}))));
    let mut exec = configured(&plugin);
    exec.api_version = V1BETA1.to_owned();
    let token = ask(&exec_plugin(exec)).await.unwrap();
    assert_eq!(header(&token), "Bearer foo-bar");
}

#[tokio::test]
async fn a_token_beside_a_certificate_is_both() {
    let pair = Ca::new("clients").issue(&Leaf::client("alice"));
    let status = json!({
        "token": "foo-bar",
        "clientCertificateData": pair.pem(),
        "clientKeyData": pair.key_pem().expose_secret(),
    });
    let both = outcome(&Behaviour::new().prints_status(&status))
        .await
        .unwrap();
    let alone = outcome(&Behaviour::new().prints_token(&"foo-bar".into(), None))
        .await
        .unwrap();
    assert_eq!(header(&both), "Bearer foo-bar");
    assert!(
        both.id() != alone.id(),
        "the certificate is part of what was refused"
    );
}

#[tokio::test]
async fn x16_the_end_is_kept() {
    let end = SystemTime::UNIX_EPOCH + Duration::from_secs(1_136_214_245);
    let plugin =
        scripted(&Behaviour::new().prints_token(&"t".into(), Some("2006-01-02T15:04:05Z")));
    let exec = exec_plugin(configured(&plugin));
    let before = exec.clone().clock(move || end - Duration::from_secs(600));
    let token = ask(&before).await.unwrap();
    assert_eq!(token.expires_at(), Some(end));
    let ahead = end.duration_since(token.renews_from().unwrap()).unwrap();
    assert!((48..=60).contains(&ahead.as_secs()), "{ahead:?}");
    let after = exec.clock(move || end + Duration::from_secs(90));
    let text = ask(&after).await.unwrap_err().to_string();
    assert!(
        text.contains("ended 90 s ago") && text.contains("clock"),
        "{text}"
    );
}

#[tokio::test]
async fn x17_another_version_or_kind_or_none() {
    check(
        r#"{"kind":"ExecCredential","status":{"token":"t"}}"#,
        "plugin returned version \"\"",
    )
    .await;
    check(
        &answer(V1BETA1, &json!({"token": "t"})),
        "plugin returned version \"client.authentication.k8s.io/v1beta1\"",
    )
    .await;
    let other = json!({"kind": "Pod", "apiVersion": V1, "status": {"token": "t"}});
    check(
        &other.to_string(),
        "printed a \"Pod\" and not an \"ExecCredential\"",
    )
    .await;
    let odd = json!({"kind": "s3cr3t of mine", "apiVersion": V1});
    check(&odd.to_string(), "(not a name)").await;
    check("[]", "printed a \"\"").await;
}

#[tokio::test]
async fn x18_x19_no_status_or_an_empty_one() {
    check(
        &json!({"kind": "ExecCredential", "apiVersion": V1}).to_string(),
        "didn't return a status field",
    )
    .await;
    check_status(Value::Null, "didn't return a status field").await;
    let empty = "didn't return a token or cert/key pair";
    check_status(json!({}), empty).await;
    check_status(json!({"token": ""}), empty).await;
    check_status(json!({"token": null, "clientCertificateData": null}), empty).await;
}

#[tokio::test]
async fn what_is_no_answer_is_told_without_quoting_it() {
    check("", "printed nothing").await;
    let whole = answer(V1, &json!({"token": "s3cr3t"}));
    check(&whole[..whole.len() - 2], "JSON that breaks off").await;
    check(&format!("{whole} and more"), "no JSON at line 1").await;
    check("Please log in: s3cr3t", "no JSON at line 1, column 1").await;
    check_status(json!({"token": 31_337}), "returned a token of another type").await;
    check_status(json!({"token": "two words s3cr3t"}), "no usable token").await;
    check_status(
        json!({"token": "t", "expirationTimestamp": "tomorrow s3cr3t"}),
        "no RFC 3339 time",
    )
    .await;
    check_status(json!("s3cr3t"), "a status of another type").await;
    for printed in ["Please log in: s3cr3t", &whole[..whole.len() - 1]] {
        let error = outcome(&Behaviour::new().prints(printed))
            .await
            .unwrap_err();
        let text = format!("{} {error:?}", chain(&error));
        assert!(!text.contains("s3cr3t"), "{text}");
    }
}
