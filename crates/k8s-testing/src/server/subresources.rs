//! Subresources: what hangs below an object. Served are a service account's tokens.

use http::{Response, StatusCode};
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::authenticate::Bound;
use super::decode::Wanted;
use super::kinds;
use super::managed::Tracking;
use super::state::ISSUER;
use super::status::{Answered, FieldFault, Refusal};
use super::verbs::{Ask, WriteOptions};
use super::{decode, object, service_account};
use crate::body::Body;
use crate::clock::rfc3339;

const TOKEN_REQUEST: Wanted<'_> = Wanted {
    kind: "TokenRequest",
    api_version: "authentication.k8s.io/v1",
    type_name: "io.k8s.api.authentication.v1.TokenRequest",
    custom: None,
};
const GROUP: &str = "authentication.k8s.io";
const SHORTEST: i64 = 600;
const LONGEST: i64 = 1 << 32;
const DEFAULT: i64 = 3_600;

pub(crate) fn answer(ask: &Ask<'_>) -> Answered<Response<Body>> {
    token(ask)
}

/// `TokenRequest`: a token for a while, as kubelet and `kubectl create token` ask for one.
fn token(ask: &Ask<'_>) -> Answered<Response<Body>> {
    ask.media()?;
    let sent = ask.sent()?;
    let options = WriteOptions::read(ask, "CreateOptions")?;
    let decoded = decode::typed(TOKEN_REQUEST, sent)?;
    let mut request = options.accept(ask, decoded, |says| {
        Refusal::bad_request(format!(
            "TokenRequest in version \"v1\" cannot be handled as a TokenRequest: {says}"
        ))
    })?;
    object::default(
        object::field(&mut request, "spec"),
        "expirationSeconds",
        DEFAULT,
    );
    if let Some(tracking) = Tracking::through(TOKEN_REQUEST, "token") {
        let now = ask.state.clock.timestamp();
        tracking.update(&tracking.empty(), &mut request, &options.manager, &now);
    }
    let audiences: Vec<String> = match request["spec"]["audiences"].as_array() {
        Some(sent) if !sent.is_empty() => sent
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect(),
        _ => vec![ISSUER.to_owned()],
    };
    let seconds = request["spec"]["expirationSeconds"]
        .as_i64()
        .unwrap_or(DEFAULT);
    check_duration(seconds)?;
    let store = ask.state.store();
    let account = store.get(ask.kind, ask.namespace(), ask.name());
    let account = account.ok_or_else(|| ask.not_found(ask.name()))?;
    let wanted = &request["spec"]["boundObjectRef"];
    let bound = if wanted.is_null() {
        None
    } else {
        Some(bound(ask, &store, wanted)?)
    };
    drop(store);
    let expires = ask.state.clock.seconds() + u64::try_from(seconds).unwrap_or(0);
    let token = service_account::token(ask.state, &account, &audiences, expires, bound);
    let metadata = object::metadata(&mut request);
    metadata.insert("name".to_owned(), ask.name().into());
    metadata.insert("uid".to_owned(), object::uid(&account).into());
    metadata.insert("namespace".to_owned(), ask.namespace().into());
    metadata.insert(
        "creationTimestamp".to_owned(),
        ask.state.clock.timestamp().into(),
    );
    let spec = object::field(&mut request, "spec");
    spec.insert("audiences".to_owned(), audiences.into());
    spec.insert("expirationSeconds".to_owned(), seconds.into());
    spec.entry("boundObjectRef").or_insert(Value::Null);
    request["status"] =
        json!({"token": token.expose_secret(), "expirationTimestamp": rfc3339(expires)});
    let of = (TOKEN_REQUEST.kind, TOKEN_REQUEST.type_name);
    ask.object_of(of, StatusCode::CREATED, &request)
}

fn check_duration(seconds: i64) -> Answered<()> {
    let says = match seconds {
        ..SHORTEST => "may not specify a duration less than 10 minutes",
        SHORTEST..=LONGEST => return Ok(()),
        _ => "may not specify a duration larger than 2^32 seconds",
    };
    let fault = FieldFault::invalid("spec.expirationSeconds", &seconds.into(), says);
    Err(Refusal::invalid(GROUP, "TokenRequest", "", &[fault]))
}

/// The Pod or Secret with which the token shall end.
fn bound(ask: &Ask<'_>, store: &super::store::Store, wanted: &Value) -> Answered<Bound> {
    let (kind, name) = (object::text(wanted, "/kind"), object::text(wanted, "/name"));
    let version = object::text(wanted, "/apiVersion");
    let resource = match (kind, version) {
        ("Pod", "v1") => "pods",
        ("Secret", "v1") => "secrets",
        _ => {
            let says = format!("cannot bind token to object of type /{version}, Kind={kind}");
            return Err(Refusal::bad_request(says));
        }
    };
    let found = store.get(kinds::core(resource), ask.namespace(), name);
    let found = found.ok_or_else(|| Refusal::not_found("", resource, name))?;
    let (sent, uid) = (object::text(wanted, "/uid"), object::uid(&found));
    if !sent.is_empty() && sent != uid {
        let why = format!(
            "the UID in the bound object reference ({sent}) does not match the UID in record. The object might have been deleted and then recreated"
        );
        return Err(Refusal::conflict("", kind, name, &why));
    }
    let (namespace, name, uid) = (ask.namespace().to_owned(), name.to_owned(), uid.to_owned());
    Ok(Bound {
        resource,
        namespace,
        name,
        uid,
    })
}
