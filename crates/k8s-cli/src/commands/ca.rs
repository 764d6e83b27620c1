//! `k8s ca`: whom the configuration believes the server by, for programs that want a file.

use k8s_config::{Config, Roots};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::args::{Args, Flag, Kind};
use crate::command::{Body, Command, Running};
use crate::failure::Failure;
use crate::io::Io;
use crate::print::{self, Form};
use crate::session;

pub(super) const COMMAND: Command = Command {
    name: "ca",
    about: "Print the certificates by which the API server is trusted",
    long: "Print the certificate authorities of the cluster, as the kubeconfig or the Pod's mount has them: what other programs need to know the server by.",
    usage: "",
    examples: "  # A file for programs that take one\n  k8s ca > ca.crt\n  \n  # Without a file\n  k8s ca | curl --cacert /dev/stdin https://10.0.0.1:6443/version",
    flags: &[
        print::ALLOW_MISSING,
        Flag::new(
            "output",
            Kind::Text("pem"),
            "Output format. One of: (pem, json, yaml, jsonpath, jsonpath-as-json, jsonpath-file).",
        )
        .short('o'),
        print::SHOW_MANAGED,
        print::TEMPLATE,
    ],
    body: Body::Run(run),
};

fn run<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        if let [extra, ..] = args.positional()[..] {
            let text = format!("unexpected argument: {extra}");
            return Err(Failure::misuse("k8s ca", text));
        }
        let form = match args.text("output") {
            "pem" => None,
            _ => Some(Form::parse(io, args, &["pem"])?),
        };
        let config = session::config(io, args)?;
        let pem = pem(&config)?;
        match form {
            None => io.print(&pem),
            Some(form) => {
                let server = config.server.to_string();
                form.print(io, args, json!({"server": server, "ca": pem}))
            }
        }
    })
}

/// The bundle, as it was configured.
fn pem(config: &Config) -> Result<String, Failure> {
    match &config.tls.roots {
        Roots::Bundle(bundle) => {
            let bytes = bundle.read().map_err(|error| Failure::chain(&error))?;
            let mut text = String::from_utf8(bytes.expose_secret().to_vec())
                .map_err(|_| Failure::new(format!("{bundle} is no PEM")))?;
            if !text.ends_with('\n') {
                text.push('\n');
            }
            Ok(text)
        }
        roots => Err(Failure::new(without(roots))),
    }
}

/// Why there are no certificates to hand out.
pub(super) fn without(roots: &Roots) -> &'static str {
    match roots {
        Roots::System => "the configuration names no certificate authority: the system's are used",
        _ => "the configuration does not verify the server: there is no authority",
    }
}
