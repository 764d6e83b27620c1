//! `k8s create -f FILE`: objects that are not there yet.

use k8s_api_core::request::{self, CreateParams};
use k8s_client::DynamicObject;
use serde_json::Value;

use super::manifest;
use super::written::{self, Dry};
use crate::args::{Args, Flag, Kind};
use crate::command::{Body, Command, Running};
use crate::failure::Failure;
use crate::io::Io;
use crate::print;
use crate::session::Session;

pub(super) const COMMAND: Command = Command {
    name: "create",
    about: "Create a resource from a file or from stdin",
    long: "Create a resource from a file or from stdin.\n\n JSON and YAML formats are accepted.",
    usage: "-f FILENAME",
    examples: "  # Create a pod using the data in pod.json\n  k8s create -f ./pod.json\n  \n  # Create a pod based on the JSON passed into stdin\n  cat pod.json | k8s create -f -",
    flags: &[
        print::ALLOW_MISSING,
        written::DRY_RUN,
        Flag::new(
            "field-manager",
            Kind::Text("kubectl-create"),
            "Name of the manager used to track field ownership.",
        ),
        manifest::FILENAME,
        written::OUTPUT,
        manifest::RECURSIVE,
        print::SHOW_MANAGED,
        print::TEMPLATE,
        written::VALIDATE,
    ],
    body: Body::Run(run),
};

fn run<'a>(io: &'a mut Io, args: &'a Args) -> Running<'a> {
    Box::pin(async move {
        written::no_words("k8s create", args)?;
        manifest::must_be_given(args)?;
        let dry = Dry::read(args)?;
        let mut params = CreateParams::default().field_manager(args.text("field-manager"));
        params.dry_run = dry == Dry::Server;
        params.field_validation = written::validation(args)?;
        let form = written::form(io, args)?;
        let session = Session::open(io, args)?;
        let (items, mut failures) = manifest::some_items(io, args, &session, "create").await?;
        for item in items {
            let made = match dry {
                Dry::Client => Ok(item.object),
                Dry::No | Dry::Server => {
                    let to = item.place.api::<DynamicObject>(&session.client);
                    let request = request::create(to.collection(), &item.object, &params)?;
                    let made = session.client.request::<Value>(request).await;
                    made.map_err(|error| Failure::when("creating", &item.source, error))
                }
            };
            match made {
                Ok(object) => {
                    print::outcome(io, args, form.as_ref(), object, &dry.says("created"))?;
                }
                Err(failure) => failures.push(failure),
            }
        }
        written::result(failures)
    })
}
