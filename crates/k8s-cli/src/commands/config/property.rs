//! `k8s config set` and `unset`: single fields by their dotted names.

use k8s_config::{PropertyError, Refusal};

use super::edit::{edit, misused};
use crate::args::{Args, Flag, Kind};
use crate::command::{Body, Command, Running};
use crate::failure::Failure;
use crate::io::Io;

pub(super) const SET: Command = Command {
    name: "set",
    about: "Set an individual value in a kubeconfig file",
    long: "Set an individual value in a kubeconfig file.\n\n PROPERTY_NAME is a dot delimited name where each token represents either an attribute name or a map key.\n\n PROPERTY_VALUE is the new value you want to set. Binary fields such as 'certificate-authority-data' expect a base64 encoded string unless the --set-raw-bytes flag is used.\n\n Specifying an attribute name that already exists will merge new fields on top of existing values.",
    usage: "PROPERTY_NAME PROPERTY_VALUE",
    examples: "  # Set the server field on the my-cluster cluster to https://1.2.3.4\n  k8s config set clusters.my-cluster.server https://1.2.3.4\n  \n  # Set the cluster field in the my-context context to my-cluster\n  k8s config set contexts.my-context.cluster my-cluster\n  \n  # Set the client-key-data field of the cluster-admin user to these very bytes\n  k8s config set users.cluster-admin.client-key-data cert_data_here \\\n    --set-raw-bytes=true",
    flags: &[Flag::new(
        "set-raw-bytes",
        Kind::Bool(false),
        "When writing a []byte PROPERTY_VALUE, write the given string directly without base64 decoding.",
    )],
    body: Body::Run(set),
};

pub(super) const UNSET: Command = Command {
    name: "unset",
    about: "Unset an individual value in a kubeconfig file",
    long: "Unset an individual value in a kubeconfig file.\n\n PROPERTY_NAME is a dot delimited name where each token represents either an attribute name or a map key.",
    usage: "PROPERTY_NAME",
    examples: "  # Unset the current-context\n  k8s config unset current-context\n  \n  # Unset namespace in foo context\n  k8s config unset contexts.foo.namespace",
    flags: &[],
    body: Body::Run(unset),
};

const NO_PROPERTY: &str = "you must specify a property";

fn set<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let [property, value] = args.positional()[..] else {
            return misused(io, SET.name, args);
        };
        if value.is_empty() {
            return Err(Failure::new(PropertyError::NoValue));
        }
        if property.is_empty() {
            return Err(Failure::new(NO_PROPERTY));
        }
        let raw = args.is("set-raw-bytes");
        edit(io, args, |kubeconfig| {
            let done = kubeconfig.set_property(property, value, raw);
            done.map_err(|error| match error {
                PropertyError::NotABool => {
                    format!("strconv.ParseBool: parsing {value:?}: invalid syntax").into()
                }
                other => refusal(property, other),
            })
        })
        .await?;
        io.print(&format!("Property {property:?} set.\n"))
    })
}

fn unset<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        let [property] = args.positional()[..] else {
            return misused(io, UNSET.name, args);
        };
        if property.is_empty() {
            return Err(Failure::new(NO_PROPERTY));
        }
        edit(io, args, |kubeconfig| {
            let done = kubeconfig.unset_property(property);
            done.map_err(|error| refusal(property, error))
        })
        .await?;
        io.print(&format!("Property {property:?} unset.\n"))
    })
}

fn refusal(property: &str, error: PropertyError) -> Refusal {
    let name = property.split('.').nth(1).unwrap_or_default();
    match error {
        PropertyError::NotThere => format!("current map key `{name}` is invalid").into(),
        PropertyError::NoSuchField => format!("{property:?}: {error}").into(),
        other => other.into(),
    }
}
