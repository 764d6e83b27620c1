//! Any names in a path: refused, or read by the server's rules as exactly these names.

#![no_main]

use k8s_api_core::request_info::RequestInfo;
use k8s_api_core::{ApiResource, Collection, Scope};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|names: (&str, &str, &str)| {
    let (namespace, name, subresource) = names;
    let pods = ApiResource::new("", "v1", "Pod", "pods", Scope::Namespaced);
    let pods = Collection::namespaced(pods, namespace);
    if let Ok(path) = pods.subresource(name, subresource) {
        let uri: http::Uri = path.parse().expect("a path");
        assert_eq!((uri.path(), uri.query()), (path.as_str(), None));
        let info = RequestInfo::parse(&http::Method::GET, uri.path(), None).expect("a request");
        assert_eq!(info.namespace(), namespace);
        assert_eq!((info.name(), info.subresource()), (name, subresource));
    }
});
