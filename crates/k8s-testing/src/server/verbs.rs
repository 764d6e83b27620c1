//! The verbs on objects: each reads the request, asks the store, and writes the answer.

mod apply;
mod choice;
mod create;
mod delete;
mod evict;
mod list;
mod options;
mod patch;
mod read;
mod replace;
mod scale;
mod status;
mod update;
mod warnings;
mod watch;

pub(crate) use self::choice::Choice;
pub(crate) use self::create::own;
pub(crate) use self::delete::purge;
pub(crate) use self::options::WriteOptions;
pub(crate) use self::warnings::Warnings;

use std::sync::Arc;

use http::{HeaderMap, Response, StatusCode};
use k8s_api_core::request_info::{Query, RequestInfo};
use serde_json::Value;

use super::answer::{self, Shape};
use super::decode::Sent;
use super::kinds::{self, Kind};
use super::media::{self, Form, Media, Offer};
use super::printers::{Printed, Printer};
use super::state::State;
use super::status::{Answered, FieldFault, Refusal};
use super::user::User;
use super::{custom, decode, defaults, object, subresources, types, validation};
use crate::body::Body;

/// A request for a resource, with all that its verb needs.
pub(crate) struct Ask<'a> {
    pub(crate) state: &'a Arc<State>,
    pub(crate) kind: &'a Arc<Kind>,
    pub(crate) info: &'a RequestInfo,
    pub(crate) user: &'a User,
    pub(crate) query: Query<'a>,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: &'a [u8],
    pub(crate) warnings: &'a Warnings,
    /// Asked by HEAD, which is authorized as a read and then not served.
    pub(crate) is_head: bool,
}

/// Answers a request for a resource.
pub(crate) fn answer(ask: &Ask<'_>) -> Answered<Response<Body>> {
    if let Some(warning) = ask
        .kind
        .custom
        .as_ref()
        .and_then(|custom| custom.version().warning.as_deref())
    {
        ask.warn(warning);
    }
    match ask.info.subresource() {
        "" => {}
        "eviction" => return evict::answer(ask.below()?),
        "scale" => return scale::answer(ask.below()?),
        "status" => return status::answer(ask.below()?),
        _ => return subresources::answer(ask.below()?),
    }
    ask.check_scope()?;
    if !ask.kind.is_stored() {
        return match ask.info.verb() {
            "create" => super::reviews::answer(ask),
            _ => Err(Refusal::method_not_allowed()),
        };
    }
    if ask.is_head && ask.kind.is_built_in() {
        return Err(Refusal::method_not_allowed());
    }
    if ask.info.verb() != "" && ask.kind.is_built_in() && !ask.kind.serves(ask.info.verb()) {
        return Err(Refusal::method_not_allowed());
    }
    match ask.info.verb() {
        "create" => create::answer(ask),
        "delete" => delete::one(ask),
        "deletecollection" => delete::collection(ask),
        "get" => read::answer(ask),
        "list" => list::answer(ask),
        "update" => replace::answer(ask),
        "watch" => watch::answer(ask),
        "patch" => patch::answer(ask),
        _ => Err(Refusal::method_not_allowed()),
    }
}

impl Ask<'_> {
    /// The namespace of the objects asked for; empty at the cluster scope, where a namespace's own name is none.
    pub(crate) fn namespace(&self) -> &str {
        if self.kind.namespaced {
            self.info.namespace()
        } else {
            ""
        }
    }

    pub(crate) fn name(&self) -> &str {
        self.info.name()
    }

    /// Tells the client something beside the answer.
    pub(crate) fn warn(&self, says: &str) {
        self.warnings.add(says);
    }

    /// What the rules of a custom resource refuse. Tells the client what it should know of an object that it writes.
    pub(crate) fn rules(&self, new: &Value, old: Option<&Value>) -> Vec<FieldFault> {
        let (told, warnings) = if let Some(custom) = &self.kind.custom {
            validation::ask_rules(custom, new, old)
        } else if &*self.kind.storage == custom::STORAGE {
            (Vec::new(), custom::warnings(new, old))
        } else {
            return Vec::new();
        };
        warnings.iter().for_each(|says| self.warn(says));
        told
    }

    /// The object in the body, with what its kind declares filled in.
    pub(crate) fn decoded(&self, options: &WriteOptions) -> Answered<Value> {
        let decoded = decode::of_kind(self.kind, self.sent()?)?;
        let kind = &self.kind.kind;
        let mut object = options.accept(self, decoded, |says| {
            let version = &self.kind.version;
            Refusal::bad_request(format!(
                "{kind} in version {version:?} cannot be handled as a {kind}: {says}"
            ))
        })?;
        defaults::declared(self.kind, &mut object);
        Ok(object)
    }

    pub(crate) fn not_found(&self, name: &str) -> Refusal {
        Refusal::not_found(&self.kind.group, &self.kind.resource, name)
    }

    /// For a path that a kind does not have: of a definition's kinds the server's router knows nothing.
    fn nowhere(&self) -> Refusal {
        if self.kind.is_built_in() {
            Refusal::unknown_resource()
        } else {
            Refusal::page_not_found()
        }
    }

    /// The same request, known to be for a subresource that its kind has.
    fn below(&self) -> Answered<&Self> {
        let name = self.info.subresource();
        let known = self.kind.subresources.iter().find(|sub| sub.name == name);
        let known = match known {
            Some(known) => known,
            None if self.kind.is_built_in() => return Err(Refusal::unknown_resource()),
            None => return Err(self.not_found(self.name())),
        };
        let in_namespace = !self.info.namespace().is_empty() && self.kind.core() != "namespaces";
        if self.info.parts().count() > 3 || in_namespace != self.kind.namespaced {
            return Err(self.nowhere());
        }
        if self.is_head || !known.verbs.iter().any(|verb| verb == self.info.verb()) {
            return Err(Refusal::method_not_allowed());
        }
        Ok(self)
    }

    /// An answer with one object, in the form that was asked for.
    pub(crate) fn object(&self, code: StatusCode, found: &Value) -> Answered<Response<Body>> {
        self.object_of((&self.kind.kind, &self.kind.type_name), code, found)
    }

    /// The same with an object of another kind and type.
    pub(crate) fn object_of(
        &self,
        (kind, type_name): (&str, &str),
        code: StatusCode,
        found: &Value,
    ) -> Answered<Response<Body>> {
        let Media { format, form } = self.media()?;
        let (type_name, shown) = match form {
            Form::Whole => (type_name, None),
            Form::Metadata => (types::PARTIAL, Some(object::partial(found))),
            Form::MetadataList => return Err(media::not_a_list(kind)),
            Form::Table => {
                let printed = Printed::of(kind, self.kind);
                (types::TABLE, Some(self.printer()?.one(printed, found)))
            }
        };
        let (shape, shown) = (Shape::Object(type_name), shown.as_ref().unwrap_or(found));
        Ok(answer::document(code, format, shape, shown))
    }

    /// What the answer shall look like.
    pub(crate) fn media(&self) -> Answered<Media> {
        let lists = matches!(self.info.verb(), "list" | "deletecollection");
        let offer = self.offer();
        let offer = if lists { offer.streaming() } else { offer };
        media::wanted(self.headers, offer)
    }

    /// What can be answered: tables only of what is kept.
    fn offer(&self) -> Offer {
        let offer = self.kind.offer();
        if self.kind.is_stored() && !matches!(self.info.subresource(), "eviction" | "token") {
            offer.tabled()
        } else {
            offer
        }
    }

    /// Makes tables, as the query wants them.
    fn printer(&self) -> Answered<Printer> {
        Printer::read(&self.query, &self.state.clock)
    }

    /// The body, and how it is written.
    pub(crate) fn sent(&self) -> Answered<Sent<'_>> {
        let format = media::sent(self.headers)?;
        Ok(Sent {
            format,
            bytes: self.body,
        })
    }

    /// Whether nothing shall be kept (`dryRun=All`).
    pub(crate) fn is_dry_run(&self, options: &str) -> Answered<bool> {
        let mut values = self.query.all("dryRun").peekable();
        let dry = values.peek().is_some();
        match values.find(|value| *value != "All") {
            None => Ok(dry),
            Some(_) => {
                let sent: Vec<&str> = self.query.all("dryRun").collect();
                let fault = FieldFault::unsupported("dryRun", &sent.into(), &["All"]);
                Err(Refusal::invalid("meta.k8s.io", options, "", &[fault]))
            }
        }
    }

    /// Objects of a namespaced kind are reached by their namespace, those of another kind without one; only lists look
    /// over all namespaces. The rest are paths that no server has.
    fn check_scope(&self) -> Answered<()> {
        let in_path = !self.info.namespace().is_empty() && self.info.resource() != "namespaces";
        let named = self.info.parts().nth(1).is_some();
        let fits = match (self.kind.namespaced, in_path) {
            (true, true) | (false, false) => true,
            (true, false) if named => false,
            (true, false) if !self.kind.is_built_in() => {
                matches!(self.info.verb(), "list" | "watch")
            }
            (true, false) => {
                return match self.info.verb() {
                    "list" | "watch" => Ok(()),
                    _ => Err(Refusal::method_not_allowed()),
                };
            }
            (false, true) => false,
        };
        if !fits || self.info.parts().count() > 2 {
            return Err(self.nowhere());
        }
        match self.info.verb() {
            "create" if named => Err(Refusal::method_not_allowed()),
            "update" | "patch" if !named => Err(Refusal::method_not_allowed()),
            _ => Ok(()),
        }
    }
}

/// The kind that a request names, or the refusal of a name that nothing has.
pub(crate) fn kind_of(state: &State, info: &RequestInfo) -> Answered<Arc<Kind>> {
    let (group, version, resource) = (info.api_group(), info.api_version(), info.resource());
    if let Some(built_in) = kinds::find(group, version, resource) {
        return Ok(Arc::clone(built_in));
    }
    let kinds = state.store().kinds();
    kinds.find(group, version, resource).ok_or_else(|| {
        if kinds::has_group(group) {
            Refusal::unknown_resource()
        } else {
            Refusal::page_not_found()
        }
    })
}
