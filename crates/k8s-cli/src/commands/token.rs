//! `k8s token SERVICEACCOUNT`: a token of a service account, asked for or kept in a Secret.

mod curl;

use std::time::Duration;

use k8s_api_core::kinds::{BoundObject, TokenRequestSpec};
use k8s_client::service_account;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use crate::args::{Args, Flag, Kind};
use crate::command::{Body, Command, Running};
use crate::failure::Failure;
use crate::io::Io;
use crate::print;
use crate::session::Session;

pub(super) const COMMAND: Command = Command {
    name: "token",
    about: "Print a token of a service account",
    long: "Print a token of a service account.\n\n It is asked for, and ends by itself. With --secret it is one that a Secret keeps: the Secret is created, and the token is valid until somebody deletes it.",
    usage: "SERVICE_ACCOUNT_NAME",
    examples: "  # A token for the service account \"myapp\" in the current namespace\n  k8s token myapp\n  \n  # One that is valid for ten minutes, for another audience\n  k8s token myapp --duration 10m --audience https://example.com\n  \n  # One that lives in the Secret myapp-token\n  k8s token myapp --secret\n  \n  # A line for curl that verifies the server\n  k8s token myapp --curl",
    flags: &[
        print::ALLOW_MISSING,
        Flag::new(
            "audience",
            Kind::Repeated,
            "Audience of the requested token. If unset, defaults to requesting a token for use with the Kubernetes API server. May be repeated to request a token valid for multiple audiences.",
        ),
        Flag::new(
            "bound-object-kind",
            Kind::Text(""),
            "Kind of an object to bind the token to. Supported kinds are Node, Pod, Secret. If set, --bound-object-name must be provided.",
        ),
        Flag::new(
            "bound-object-name",
            Kind::Text(""),
            "Name of an object to bind the token to. The token will expire when the object is deleted. Requires --bound-object-kind.",
        ),
        Flag::new(
            "bound-object-uid",
            Kind::Text(""),
            "UID of an object to bind the token to. Requires --bound-object-kind and --bound-object-name. If unset, the UID of the existing object is used.",
        ),
        Flag::new(
            "curl",
            Kind::Bool(false),
            "If true, print a command line for curl that shows the token to the server and verifies the server by its certificate authority.",
        ),
        Flag::new(
            "duration",
            Kind::Duration("0s"),
            "Requested lifetime of the issued token. If not set or if set to 0, the lifetime will be determined by the server automatically. The server may return a token with a longer or shorter lifetime.",
        ),
        Flag::new(
            "output",
            Kind::Text(""),
            "Output format. One of: (json, yaml, jsonpath, jsonpath-as-json, jsonpath-file).",
        )
        .short('o'),
        Flag::new(
            "secret",
            Kind::Bool(false),
            "If true, the token is kept in a Secret, which is created where there is none.",
        ),
        Flag::new(
            "secret-name",
            Kind::Text(""),
            "Name of the Secret for --secret; if empty, the service account's name and \"-token\".",
        ),
        print::SHOW_MANAGED,
        print::TEMPLATE,
    ],
    body: Body::Run(run),
};

/// How long the token controller has to fill a Secret.
const FILLED_WITHIN: Duration = Duration::from_secs(30);
const KINDS: [&str; 3] = ["Node", "Pod", "Secret"];

fn run<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let [account] = args.positional()[..] else {
            let got = args.positional().len();
            let text = format!("exactly one NAME is required, got {got}");
            return Err(Failure::misuse("k8s token", text));
        };
        let wanted = check(args, account)?;
        let form = super::written::form(io, args)?;
        let session = Session::open(io, args)?;
        let (token, expires) = match args.is("secret") {
            true => (kept(&session, args, account).await?, None),
            false => asked(&session, account, wanted).await?,
        };
        let shown = token.expose_secret();
        if args.is("curl") {
            return io.print(&curl::line(&session.config, args, shown)?);
        }
        match form {
            Some(form) => {
                let status = json!({"token": shown, "expirationTimestamp": expires});
                let request = json!({
                    "apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest",
                    "metadata": {"name": account, "namespace": session.namespace},
                    "status": status,
                });
                form.print(io, args, request)
            }
            // A line end is for people: programs take the token as it is.
            None if io.is_terminal => io.print(&format!("{shown}\n")),
            None => io.print(shown),
        }
    })
}

/// What the flags ask for, if they make sense together.
fn check(args: &Args, account: &str) -> Result<TokenRequestSpec, Failure> {
    let refuse = |text: &str| Err(Failure::new(text));
    let duration = args.duration("duration");
    let audiences = args.list("audience");
    let [kind, name, uid] =
        ["kind", "name", "uid"].map(|part| args.text(&format!("bound-object-{part}")).to_owned());
    if account.is_empty() {
        return refuse("service account name is required");
    }
    if args.text("duration").starts_with('-') {
        return refuse("--duration must be greater than or equal to 0");
    }
    if duration.subsec_nanos() != 0 {
        return refuse("--duration cannot be expressed in units less than seconds");
    }
    if audiences.iter().any(String::is_empty) {
        return refuse("--audience must not be an empty string");
    }
    if kind.is_empty() {
        for (part, value) in [("name", &name), ("uid", &uid)] {
            if !value.is_empty() {
                return Err(Failure::new(format!(
                    "--bound-object-{part} can only be set if --bound-object-kind is provided"
                )));
            }
        }
    } else if !KINDS.contains(&kind.as_str()) {
        return refuse("supported --bound-object-kind values are Node, Pod, Secret");
    } else if name.is_empty() {
        return refuse("--bound-object-name is required if --bound-object-kind is provided");
    }
    let asks = !duration.is_zero() || !audiences.is_empty() || !kind.is_empty();
    if args.is("secret") && asks {
        return refuse(
            "--secret cannot be used with --audience, --duration or\n--bound-object-kind: the token that a Secret keeps has none of them",
        );
    }
    let mut wanted = TokenRequestSpec::new(audiences);
    wanted.expiration_seconds =
        (!duration.is_zero()).then(|| i64::try_from(duration.as_secs()).unwrap_or(i64::MAX));
    wanted.bound_object_ref = (!kind.is_empty()).then(|| {
        let mut bound = BoundObject::default();
        (bound.kind, bound.name, bound.uid) = (kind, name, uid);
        bound.api_version = "v1".to_owned();
        bound
    });
    Ok(wanted)
}

type Asked = (SecretString, Option<String>);

async fn asked(
    session: &Session,
    account: &str,
    wanted: TokenRequestSpec,
) -> Result<Asked, Failure> {
    let asked =
        service_account::create_token(&session.client, &session.namespace, account, wanted).await;
    let status = asked.map_err(|error| match error.status() {
        Some(status) => Failure::new(format!("failed to create token: {}", status.message)),
        None => error.into(),
    })?;
    let expires = status.expiration_timestamp.map(|time| time.to_string());
    Ok((status.token, expires))
}

async fn kept(session: &Session, args: &Args, account: &str) -> Result<SecretString, Failure> {
    let name = args
        .some_text("secret-name")
        .unwrap_or_else(|| format!("{account}-token"));
    let filled = service_account::token_secret(&session.client, &session.namespace, account, &name);
    let secret = tokio::time::timeout(FILLED_WITHIN, filled).await;
    let secret = secret.map_err(|_| {
        Failure::new(format!(
            "timed out waiting for the token controller to fill secret {name:?}"
        ))
    })??;
    Ok(secret.token().clone())
}
