//! The Kubernetes API as values: requests that any HTTP client can send, answers read from any bytes.
//!
//! No sockets, no clock, no async: nothing here waits, and nothing here knows how bytes travel.
//!
//! ```text
//! ApiResource ▸ Collection ▸ request::{get, list, watch, patch, …} ▸ http::Request<Bytes>   (yours to send)
//! http::StatusCode + bytes ▸ answer::read ▸ Pod · DynamicObject · PartialObject · List<K>  or  Status
//! bytes, in any cut ▸ ListDecoder ▸ RawObject ▸ Pod · …   then ListHead
//! bytes, in any cut ▸ WatchDecoder ▸ RawEvent ▸ WatchEvent<Pod>
//! method + path ▸ RequestInfo                                                              (the server's view)
//! ```
//!
//! # The data's way
//!
//! 1. An [`ApiResource`] names a kind of object as the API does: group, version, plural, kind, scope.
//!    Typed objects carry it ([`StaticResource`]), dynamic ones are told it.
//! 2. A [`Collection`] is that resource in one namespace, or in all of them; it knows paths and checks every
//!    segment that goes into one, so a name can never become a different request.
//! 3. A function of [`request`] turns a collection and parameters into an [`http::Request`] with a relative
//!    URI, an `Accept` header and a body of bytes. Any HTTP client can send it.
//! 4. [`answer::read`] turns a status code and the answer's bytes into the object, or into the
//!    [`Status`] that the server sent instead.
//! 5. A list too long to hold goes through a [`ListDecoder`]: bytes in as they come, items out one by one, each
//!    exactly as the server wrote it ([`RawObject`](decode::RawObject)), the list's own members at the end.
//! 6. A watch goes through a [`WatchDecoder`](watch::WatchDecoder) the same way: an event a line. An object that is
//!    not of your type is an event too, with its metadata; the watch goes on.
//! 7. JSON is the codec of all this; another one ([`codec`]) cuts and reads the same answers in its own format.
//! 8. To watch for ever, a [`WatchMachine`](watch::WatchMachine) says which of these requests comes next and when:
//!    it is told what came back, and what time it is.
//!
//! # In scope
//!
//! Paths, parameters, media types, objects by type, by name, by metadata alone and as a table, the few kinds that a
//! client itself needs ([`kinds`]), `Status`, discovery documents, quantities, selectors, and the server's reading of a request ([`RequestInfo`](request_info::RequestInfo)).
//!
//! # Out of scope
//!
//! Connections, credentials, time, retries and files: see `k8s-transport`, `k8s-auth`, `k8s-client` and `k8s-config`.
//!
//! ```
//! use k8s_api_core::{ApiResource, Collection, PartialObject, Scope, answer, request};
//!
//! let pods = Collection::all(ApiResource::new("", "v1", "Pod", "pods", Scope::Namespaced));
//! let ask = request::list::<PartialObject>(&pods, &request::ListParams::default().limit(500))?;
//! assert_eq!(ask.uri(), "/api/v1/pods?limit=500");
//!
//! let body = br#"{"kind":"Status","status":"Failure","reason":"Forbidden","code":403,"message":"no"}"#;
//! let refused = answer::read::<k8s_api_core::List<PartialObject>>(http::StatusCode::FORBIDDEN, body);
//! assert!(refused.unwrap_err().status().unwrap().is_forbidden());
//! # Ok::<(), k8s_api_core::request::InvalidRequest>(())
//! ```

mod gvk;
mod int_or_string;
mod metadata;
mod path;
mod percent;
mod quantity;
mod resource;
mod string_map;
mod time;

pub mod answer;
pub mod codec;
pub mod decode;
pub mod discovery;
mod dynamic;
pub mod kinds;
mod list;
mod object;
mod partial;
pub mod request;
pub mod status;
mod table;
pub mod watch;

pub mod request_info;
pub mod selector;

#[cfg(any(feature = "k8s-openapi-0-28", feature = "k8s-openapi-0-29"))]
mod k8s_openapi;

pub use crate::dynamic::DynamicObject;
pub use crate::gvk::{ApiResource, GroupVersionKind, Scope, TypeMeta};
pub use crate::int_or_string::IntOrString;
pub use crate::list::{List, ListDecoder, ListError, ListHead};
pub use crate::metadata::{ListMeta, ObjectMeta, OwnerReference, RareMeta};
pub use crate::object::{NoStatus, Object, ResourceSpec};
pub use crate::partial::PartialObject;
pub use crate::path::{Collection, InvalidSegment};
pub use crate::quantity::{ParseQuantityError, Quantity};
pub use crate::resource::{DynamicResource, Metadata, Representation, Resource, StaticResource};
pub use crate::status::Status;
pub use crate::string_map::{StringMap, StringMapRef};
pub use crate::table::{Table, TableColumn, TableRow};
pub use crate::time::{InvalidTime, MicroTime, Time, human_duration};
