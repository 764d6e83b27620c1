//! Paths that are no resources: health, version, discovery, the keys of service accounts' tokens.

use std::fmt::Write as _;

use http::{HeaderMap, Response, StatusCode};
use k8s_api_core::request_info::{Query, RequestInfo};
use serde_json::{Value, json};

use super::kinds::{self, Kinds};
use super::media::{self, Offer};
use super::state::{ISSUER, State};
use super::status::{Answered, Refusal};
use super::{answer, discovery, openapi};
use crate::body::Body;

/// The release that this server answers as.
const VERSION: (&str, &str, &str) = ("1", "36", "v1.36.3+k8s-testing");

pub(crate) fn answer(
    state: &State,
    info: &RequestInfo,
    query: &Query<'_>,
    authority: &str,
    headers: &HeaderMap,
) -> Answered<Response<Body>> {
    let path = info.path();
    if let Some(found) = openapi::answer(state, path, query, headers) {
        return Ok(found);
    }
    let found = match path.trim_end_matches('/') {
        "" => answer::json(StatusCode::OK, &index(&state.store().kinds())),
        "/healthz" | "/livez" | "/readyz" => health(path, query.first("verbose").is_some()),
        "/metrics" => answer::text(StatusCode::OK, metrics(state)),
        "/version" => {
            media::wanted(headers, Offer::JSON)?;
            answer::json(StatusCode::OK, &version())
        }
        "/.well-known/openid-configuration" => {
            media::wanted(headers, Offer::JSON)?;
            answer::json(StatusCode::OK, &openid())
        }
        "/openid/v1/jwks" => answer::json(
            StatusCode::OK,
            &json!({"keys": [state.signing_key.public()]}),
        ),
        _ => match discovery::document(&state.store().kinds(), path, authority, headers)? {
            Some(document) => document,
            None => return Err(unknown(path)),
        },
    };
    if info.verb() == "get" {
        Ok(found)
    } else {
        Err(Refusal::method_not_allowed())
    }
}

/// Below a group that is known the server answers with a `Status`, elsewhere with a line of text.
fn unknown(path: &str) -> Refusal {
    let mut segments = path.trim_matches('/').split('/');
    let known = match (segments.next(), segments.next()) {
        (Some("api"), _) => true,
        (Some("apis"), Some(group)) => kinds::has_group(group),
        _ => false,
    };
    if known {
        Refusal::unknown_resource()
    } else {
        Refusal::page_not_found()
    }
}

fn index(kinds: &Kinds) -> Value {
    let mut paths: Vec<String> = [
        "/.well-known/openid-configuration",
        "/api",
        "/api/v1",
        "/apis",
        "/apis/",
    ]
    .map(str::to_owned)
    .into();
    for (group, versions) in kinds.groups() {
        paths.push(format!("/apis/{group}"));
        paths.extend(
            versions
                .iter()
                .map(|version| format!("/apis/{group}/{version}")),
        );
    }
    paths.extend(
        [
            "/healthz",
            "/livez",
            "/metrics",
            "/openapi/v3",
            "/openapi/v3/",
            "/openid/v1/jwks",
            "/readyz",
            "/version",
        ]
        .map(str::to_owned),
    );
    json!({"paths": paths})
}

fn health(path: &str, verbose: bool) -> Response<Body> {
    let name = path.trim_matches('/');
    let text = if verbose {
        format!("[+]ping ok\n{name} check passed\n")
    } else {
        "ok".to_owned()
    };
    answer::text(StatusCode::OK, text)
}

fn version() -> Value {
    let (major, minor, version) = VERSION;
    let architecture = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        other => other,
    };
    json!({
        "major": major,
        "minor": minor,
        "emulationMajor": major,
        "emulationMinor": minor,
        "minCompatibilityMajor": major,
        "minCompatibilityMinor": "35",
        "gitVersion": version,
        "gitCommit": "",
        "gitTreeState": "",
        "buildDate": "1970-01-01T00:00:00Z",
        "goVersion": "",
        "compiler": "rustc",
        "platform": format!("{}/{architecture}", std::env::consts::OS),
    })
}

/// Prometheus' text: of kube-apiserver's many metrics the one that this server has something to say about.
fn metrics(state: &State) -> String {
    let name = "apiserver_resource_objects";
    let help = "Number of stored objects at the time of last check split by kind.";
    let mut text = format!("# HELP {name} {help}\n# TYPE {name} gauge\n");
    let store = state.store();
    for kind in store.kinds().stored() {
        let found = store.list(kind, "", store.revision(), (None, 0), |_| true);
        let (group, resource, number) = (&kind.group, &kind.resource, found.objects.len());
        // A String has room for everything.
        let _ = writeln!(
            text,
            "{name}{{group={group:?},resource={resource:?}}} {number}"
        );
    }
    text
}

/// The discovery document for whoever checks service accounts' tokens without asking the server.
fn openid() -> Value {
    json!({
        "issuer": ISSUER,
        "jwks_uri": format!("{ISSUER}/openid/v1/jwks"),
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
    })
}
