//! The set-ups, in the order of the steps that fail.

mod configuration;
mod credential;
mod network;
mod server;
mod trust;

use k8s_doctor::StepName::{
    self, Access, Clock, Configuration, Credential, Http, Identity, NameResolution, Proxy, Readyz,
    Tcp, Tls,
};

use crate::setup::{Break, Setup};

/// On both clusters.
const fn both(name: &'static str, fails: StepName, cause: &'static str, broken: Break) -> Setup {
    Setup {
        name,
        fails,
        cause,
        on_plane: true,
        broken,
    }
}

/// In memory alone: it is the server that is broken.
const fn memory(name: &'static str, fails: StepName, cause: &'static str, broken: Break) -> Setup {
    Setup {
        on_plane: false,
        ..both(name, fails, cause, broken)
    }
}

pub(crate) const ALL: &[Setup] = &[
    both(
        "no_configuration",
        Configuration,
        "there is no kubeconfig at",
        |w| Box::pin(configuration::none(w)),
    ),
    both(
        "missing_context",
        Configuration,
        "the current context prd does not exist",
        |w| Box::pin(configuration::missing_context(w)),
    ),
    both("broken_yaml", Configuration, "is no YAML", |w| {
        Box::pin(configuration::broken_yaml(w))
    }),
    both(
        "mount_not_there",
        Configuration,
        "/token is not there",
        |w| Box::pin(configuration::mount_not_there(w)),
    ),
    both(
        "automount_off",
        Configuration,
        "automountServiceAccountToken: false",
        |w| Box::pin(configuration::automount_off(w)),
    ),
    both("empty_mounted_ca", Configuration, "/ca.crt is empty", |w| {
        Box::pin(configuration::empty_mounted_ca(w))
    }),
    both(
        "clock_ahead_by_a_day",
        Clock,
        "clock is 1 d ahead of the server's",
        |w| Box::pin(trust::clock(w, 86_410)),
    ),
    both(
        "clock_behind_by_a_day",
        Clock,
        "clock is 1 d behind the server's",
        |w| Box::pin(trust::clock(w, -86_410)),
    ),
    both(
        "dns_failure",
        NameResolution,
        "no-such-host.invalid cannot be resolved",
        |w| Box::pin(network::dns_failure(w)),
    ),
    both("dead_port", Tcp, "nothing listens at port", |w| {
        Box::pin(network::dead_port(w))
    }),
    memory("ipv6_only", Tcp, "listens on IPv6 only", |w| {
        Box::pin(network::ipv6_only(w))
    }),
    both(
        "dead_proxy",
        Tcp,
        "does not run, or the port is wrong",
        |w| Box::pin(network::dead_proxy(w)),
    ),
    both(
        "proxy_refuses",
        Proxy,
        "refuses to connect to 127.0.0.1:",
        |w| Box::pin(network::proxy_refuses(w)),
    ),
    both("proxy_hangs", Proxy, "hangs: it answers nothing", |w| {
        Box::pin(network::proxy_hangs(w))
    }),
    both("silent_port", Tls, "is silent", |w| {
        Box::pin(network::silent_port(w))
    }),
    both(
        "http_where_https_is",
        Tls,
        "the server speaks https, and its URL says http",
        |w| Box::pin(network::http_where_https_is(w)),
    ),
    both("https_where_http_is", Tls, "speaks no TLS", |w| {
        Box::pin(network::https_where_http_is(w))
    }),
    both("empty_ca_file", Tls, "it is empty", |w| {
        Box::pin(trust::empty_ca_file(w))
    }),
    both("wrong_ca", Tls, "wrong CA: ", |w| {
        Box::pin(trust::wrong_ca(w))
    }),
    both(
        "wrong_mounted_ca",
        Tls,
        "the CA is not this cluster's",
        |w| Box::pin(trust::wrong_mounted_ca(w)),
    ),
    both("ca_of_the_old_rotation", Tls, "the CA was rotated", |w| {
        Box::pin(trust::old_ca(w))
    }),
    memory("expired_serving_certificate", Tls, "expired: ", |w| {
        Box::pin(trust::expired_serving(w))
    }),
    memory("wrong_name", Tls, "is not for the name localhost", |w| {
        Box::pin(trust::wrong_name(w))
    }),
    both(
        "wrong_expected_name",
        Tls,
        "is not for the name api.example",
        |w| Box::pin(trust::wrong_expected_name(w)),
    ),
    memory(
        "ip_not_in_sans",
        Tls,
        "is not for the IP address 127.0.0.1",
        |w| Box::pin(trust::ip_not_in_sans(w)),
    ),
    both("no_token", Credential, "there is no credential", |w| {
        Box::pin(credential::none(w))
    }),
    both("expired_token", Credential, "the token expired", |w| {
        Box::pin(credential::expired_token(w))
    }),
    both("expired_token_file", Credential, "the token expired", |w| {
        Box::pin(credential::expired_token_file(w))
    }),
    both(
        "expired_client_certificate",
        Credential,
        "the client certificate (CN=app) expired",
        |w| Box::pin(credential::expired_certificate(w)),
    ),
    both(
        "plugin_missing",
        Credential,
        "is not installed, or not on PATH",
        |w| Box::pin(credential::plugin_missing(w)),
    ),
    both("plugin_hangs", Credential, "hangs", |w| {
        Box::pin(credential::plugin_hangs(w))
    }),
    both("plugin_fails", Credential, "gave no credential", |w| {
        Box::pin(credential::plugin_fails(w))
    }),
    memory(
        "no_api_server",
        Http,
        "is no Kubernetes API server (404",
        |w| Box::pin(server::another(w)),
    ),
    memory("not_ready", Readyz, "its checks etcd fail", |w| {
        Box::pin(server::not_ready(w))
    }),
    both(
        "wrong_audience",
        Identity,
        "wrong audience: it is for vault",
        |w| Box::pin(credential::wrong_audience(w)),
    ),
    both(
        "unknown_token",
        Identity,
        "the server does not know the token",
        |w| Box::pin(credential::unknown_token(w)),
    ),
    both(
        "certificate_of_another_ca",
        Identity,
        "not signed by the CA that the server takes",
        |w| Box::pin(credential::foreign_certificate(w)),
    ),
    both(
        "rbac_denial",
        Access,
        "RBAC: system:serviceaccount:default:app may not list pods",
        |w| Box::pin(server::denied(w)),
    ),
    both(
        "rbac_denial_in_the_cluster",
        Access,
        "may not delete nodes in the cluster",
        |w| Box::pin(server::denied_in_the_cluster(w)),
    ),
];
