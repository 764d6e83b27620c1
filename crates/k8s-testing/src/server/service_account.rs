//! Tokens of service accounts: what they claim, whom they stand for, what they are bound to.
//!
//! Claims follow k8s.io/kubernetes `pkg/serviceaccount/claims.go` and `legacy.go` (v1.36).

use secrecy::SecretString;
use serde_json::{Value, json};

use super::authenticate::{Bound, Issued};
use super::object;
use super::state::{ISSUER, State};
use super::user::{CREDENTIAL, User};

/// A token as TokenRequest gives it: for audiences, until a time (seconds since 1970), bound to its account.
pub(crate) fn token(
    state: &State,
    account: &Value,
    audiences: &[String],
    expires: u64,
    bound: Option<Bound>,
) -> SecretString {
    let (namespace, name, uid) = parts(account);
    let (now, id) = (state.clock.seconds(), state.dice.uid());
    let mut kubernetes =
        json!({"namespace": namespace, "serviceaccount": {"name": name, "uid": uid}});
    if let Some(bound) = &bound {
        let singular = bound.resource.trim_end_matches('s');
        kubernetes[singular] = json!({"name": bound.name, "uid": bound.uid});
    }
    let signed = state.signing_key.sign(&json!({
        "aud": audiences,
        "exp": expires,
        "iat": now,
        "iss": ISSUER,
        "jti": id,
        "kubernetes.io": kubernetes,
        "nbf": now,
        "sub": format!("system:serviceaccount:{namespace}:{name}"),
    }));
    let mut user = user(account);
    user.extra
        .insert(CREDENTIAL.to_owned(), vec![format!("JTI={id}")]);
    if let Some(pod) = bound.as_ref().filter(|bound| bound.resource == "pods") {
        for (key, value) in [("pod-name", &pod.name), ("pod-uid", &pod.uid)] {
            let key = format!("authentication.kubernetes.io/{key}");
            user.extra.insert(key, vec![value.clone()]);
        }
    }
    keep(
        state,
        signed,
        user,
        audiences.to_vec(),
        Some(expires),
        bound_to(account).chain(bound),
    )
}

/// A token as a Secret holds it: for every audience, for ever, bound to its account and its Secret.
pub(crate) fn secret_token(state: &State, account: &Value, secret: &Value) -> SecretString {
    let (namespace, name, uid) = parts(account);
    let signed = state.signing_key.sign(&json!({
        "iss": "kubernetes/serviceaccount",
        "kubernetes.io/serviceaccount/namespace": namespace,
        "kubernetes.io/serviceaccount/secret.name": object::name(secret),
        "kubernetes.io/serviceaccount/service-account.name": name,
        "kubernetes.io/serviceaccount/service-account.uid": uid,
        "sub": format!("system:serviceaccount:{namespace}:{name}"),
    }));
    let secret = Bound {
        resource: "secrets",
        namespace: namespace.to_owned(),
        name: object::name(secret).to_owned(),
        uid: object::uid(secret).to_owned(),
    };
    keep(
        state,
        signed,
        user(account),
        Vec::new(),
        None,
        bound_to(account).chain([secret]),
    )
}

fn keep(
    state: &State,
    signed: String,
    user: User,
    audiences: Vec<String>,
    expires: Option<u64>,
    bound_to: impl Iterator<Item = Bound>,
) -> SecretString {
    let token = SecretString::from(signed);
    state.tokens.add(Issued {
        token: token.clone(),
        user,
        audiences,
        expires,
        bound_to: bound_to.collect(),
    });
    token
}

fn user(account: &Value) -> User {
    let (namespace, name, uid) = parts(account);
    let mut user = User::service_account(namespace, name).authenticated();
    user.uid = uid.to_owned();
    user
}

fn bound_to(account: &Value) -> impl Iterator<Item = Bound> {
    let (namespace, name, uid) = parts(account);
    std::iter::once(Bound {
        resource: "serviceaccounts",
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        uid: uid.to_owned(),
    })
}

fn parts(account: &Value) -> (&str, &str, &str) {
    (
        object::namespace(account),
        object::name(account),
        object::uid(account),
    )
}
