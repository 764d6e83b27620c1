//! The pages whose snippets are compiled and run with the tests; `cargo xtask tidy` sees that none is missing.

#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;

#[cfg(doctest)]
#[doc = include_str!("../../docs/guide/embed-auth.md")]
struct EmbedAuth;

#[cfg(doctest)]
#[doc = include_str!("../../docs/guide/layers.md")]
struct Layers;

#[cfg(doctest)]
#[doc = include_str!("../../docs/guide/test-without-a-cluster.md")]
struct TestWithoutACluster;

#[cfg(doctest)]
#[doc = include_str!("../../docs/guide/observe.md")]
struct Observe;

#[cfg(doctest)]
#[doc = include_str!("../../docs/guide/in-a-pod.md")]
struct InAPod;

#[cfg(doctest)]
#[doc = include_str!("../../crates/k8s-api-core/README.md")]
struct ApiCore;

#[cfg(doctest)]
#[doc = include_str!("../../crates/k8s-auth/README.md")]
struct Auth;

#[cfg(doctest)]
#[doc = include_str!("../../crates/k8s-client/README.md")]
struct ClientReadme;

#[cfg(doctest)]
#[doc = include_str!("../../crates/k8s-config/README.md")]
struct ConfigReadme;

#[cfg(doctest)]
#[doc = include_str!("../../crates/k8s-doctor/README.md")]
struct DoctorReadme;

#[cfg(doctest)]
#[doc = include_str!("../../crates/k8s-jsonpath/README.md")]
struct Jsonpath;

#[cfg(doctest)]
#[doc = include_str!("../../crates/k8s-proxy/README.md")]
struct ProxyReadme;

#[cfg(doctest)]
#[doc = include_str!("../../crates/k8s-testing/README.md")]
struct Testing;

#[cfg(doctest)]
#[doc = include_str!("../../crates/k8s-transport/README.md")]
struct Transport;

#[cfg(doctest)]
#[doc = include_str!("../../docs/guide/values.md")]
struct Values;

#[cfg(doctest)]
#[doc = include_str!("../../docs/guide/kubeconfig.md")]
struct Kubeconfig;
