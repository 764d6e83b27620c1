//! Of any names: what is made for a server reads as the server reads it. The same as in `fuzz/`, in every run of the tests.
#![allow(clippy::unwrap_used, reason = "a test may")]

use http::{Method, Request, Uri};
use k8s_api_core::request_info::RequestInfo;
use k8s_api_core::selector::{FieldSelector, LabelSelector};
use k8s_api_core::{ApiResource, Collection, Scope, request};
use proptest::prelude::*;

/// Names as objects have them, and some that would be other paths.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z0-9:.~ +?#&=\u{e9}-]{1,12}",
        1 => prop::sample::select(vec!["", ".", "..", "a/b", "a%2fb", "/", "%"]).prop_map(str::to_owned),
    ]
}

fn is_segment(name: &str) -> bool {
    !name.is_empty() && name != "." && name != ".." && !name.contains(['/', '%'])
}

proptest! {
    #[test]
    fn a_path_is_refused_or_reads_as_what_it_was_made_of(
        namespace in name(), name in name(), subresource in "[a-z]{1,8}", group in prop::sample::select(vec!["", "apps"]),
    ) {
        let resource = ApiResource::new(group, "v1", "Thing", "things", Scope::Namespaced);
        let things = Collection::namespaced(resource, namespace.clone());
        let path = things.subresource(&name, &subresource);
        prop_assert_eq!(path.is_ok(), is_segment(&namespace) && is_segment(&name));
        if let Ok(path) = path {
            let info = RequestInfo::parse(&Method::GET, &path, None).unwrap();
            prop_assert_eq!((info.namespace(), info.name(), info.subresource()), (&*namespace, &*name, &*subresource));
            prop_assert_eq!((info.api_group(), info.resource()), (group, "things"));
        }
    }

    #[test]
    fn a_server_stands_before_the_path_and_changes_nothing_of_it(
        prefix in "(/[a-z0-9-]{1,8}){0,3}/?", path in "(/[a-z0-9.-]{1,8}){1,4}", query in prop::option::of("[a-z]{1,5}=[a-z0-9]{0,5}"),
    ) {
        let server: Uri = format!("https://[::1]:6443{prefix}").parse().unwrap();
        let target = query.map_or_else(|| path.clone(), |query| format!("{path}?{query}"));
        let whole = request::at_server(&server, request::raw(&target).unwrap()).unwrap();
        let expected = format!("https://[::1]:6443{}{target}", prefix.trim_end_matches('/'));
        prop_assert_eq!(whole.uri().to_string(), expected);
        prop_assert!(request::at_server(&server, whole).is_err());
    }

    #[test]
    fn a_selector_prints_as_something_that_reads_the_same(text in "[a-z!=,() <>0-9\\\\]{0,24}|[a-z]{1,4} (in|notin) \\([a-z,]{1,8}\\)") {
        if let Ok(selector) = LabelSelector::parse(&text) {
            let printed = selector.to_string();
            prop_assert_eq!(LabelSelector::parse(&printed).unwrap().to_string(), printed);
        }
        if let Ok(selector) = FieldSelector::parse(&text) {
            let printed = FieldSelector::parse(&selector.to_string()).unwrap().to_string();
            prop_assert_eq!(FieldSelector::parse(&printed).unwrap().to_string(), printed);
        }
    }
}

#[test]
fn a_server_is_an_address_and_no_request() {
    for server in ["/api", "localhost", "https://host/?a=b"] {
        let server: Uri = server.parse().unwrap();
        assert!(
            request::at_server(&server, Request::new(())).is_err(),
            "{server}"
        );
    }
}
