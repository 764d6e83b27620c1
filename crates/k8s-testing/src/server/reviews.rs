//! Questions about identity and rights: who am I, whose token is this, may somebody do this.

mod access;

use http::{Response, StatusCode};
use serde_json::{Map, Value, json};

use super::object;
use super::state::ISSUER;
use super::status::{Answered, Refusal};
use super::user::User;
use super::verbs::{self, Ask, WriteOptions};
use crate::body::Body;

pub(crate) fn answer(ask: &Ask<'_>) -> Answered<Response<Body>> {
    ask.media()?;
    ask.sent()?;
    let options = WriteOptions::read(ask, "CreateOptions")?;
    let mut review = ask.decoded(&options)?;
    verbs::own(ask, &mut review, &options);
    review["status"] = match ask.kind.resource.as_str() {
        "selfsubjectreviews" => json!({"userInfo": info(ask.user)}),
        "tokenreviews" => token(ask, &review)?,
        "selfsubjectrulesreviews" => access::rules(ask, &review)?,
        _ => access::access(ask, &review)?,
    };
    match ask.kind.resource.as_str() {
        // The server does not say what it was asked, nor by whom.
        "selfsubjectrulesreviews" => {
            review["spec"] = json!({});
            review["metadata"] = json!({});
        }
        "localsubjectaccessreviews" => {
            let namespace = ask.info.namespace();
            object::metadata(&mut review).insert("namespace".to_owned(), namespace.into());
        }
        _ => {}
    }
    if ask.kind.resource == "selfsubjectreviews" {
        let metadata = object::metadata(&mut review);
        let now = ask.state.clock.timestamp();
        metadata.insert("creationTimestamp".to_owned(), now.into());
    }
    ask.object(StatusCode::CREATED, &review)
}

/// The status of a `TokenReview`: whose token it is, and for which of the audiences asked for.
fn token(ask: &Ask<'_>, review: &Value) -> Answered<Value> {
    let token = object::text(review, "/spec/token");
    if token.is_empty() {
        return Err(Refusal::bad_request(
            "token is required for TokenReview in authentication",
        ));
    }
    let sent = review["spec"]["audiences"].as_array();
    let asked: Vec<&str> = sent
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let audiences = if asked.is_empty() {
        vec![ISSUER]
    } else {
        asked
    };
    let Some((user, issued)) = ask.state.token_user(token, &audiences) else {
        let error = match ask.state.token_audiences(token) {
            Some(own) => format!(
                "[invalid bearer token, token audiences {own:?} is invalid for the target audiences {audiences:?}]"
            ),
            None => "invalid bearer token".to_owned(),
        };
        return Ok(json!({"user": {}, "error": error}));
    };
    let meant = |audience: &&&str| {
        issued.audiences.is_empty() || issued.audiences.iter().any(|a| a == **audience)
    };
    let audiences: Vec<&&str> = audiences.iter().filter(meant).collect();
    Ok(json!({"authenticated": true, "user": info(&user), "audiences": audiences}))
}

/// A user as `authentication.k8s.io/v1` `UserInfo`; what is empty is left out.
fn info(user: &User) -> Value {
    let mut info = Map::new();
    info.insert("username".to_owned(), user.name.as_str().into());
    if !user.uid.is_empty() {
        info.insert("uid".to_owned(), user.uid.as_str().into());
    }
    if !user.groups.is_empty() {
        info.insert("groups".to_owned(), user.groups.clone().into());
    }
    if !user.extra.is_empty() {
        info.insert("extra".to_owned(), json!(user.extra));
    }
    Value::Object(info)
}
