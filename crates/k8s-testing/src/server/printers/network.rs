//! Services, endpoints and what leads to them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::cell::{at, first_of, items, number, or_none, text, text_or};
use super::workloads::name_of_class;

/// How many endpoints, ports or hosts are told.
const MOST: usize = 3;

/// Where a service is reached from outside.
pub(super) fn external(service: &Value, _: i64) -> Value {
    let addresses = texts(items(service, "/spec/externalIPs"));
    let balanced = balancers(service);
    match text(service, "/spec/type") {
        "ClusterIP" | "NodePort" => or_none(addresses.join(",")).into(),
        "LoadBalancer" => {
            let all: Vec<String> = balanced.into_iter().chain(addresses).collect();
            if all.is_empty() {
                return "<pending>".into();
            }
            all.join(",").into()
        }
        "ExternalName" => text(service, "/spec/externalName").into(),
        _ => "<unknown>".into(),
    }
}

pub(super) fn ports(service: &Value, _: i64) -> Value {
    let ports = items(service, "/spec/ports").iter().map(|port| {
        let (number, protocol) = (number(port, "/port"), text(port, "/protocol"));
        match port["nodePort"].as_i64() {
            Some(outside) if outside > 0 => format!("{number}:{outside}/{protocol}"),
            _ => format!("{number}/{protocol}"),
        }
    });
    or_none(ports.collect::<Vec<_>>().join(",")).into()
}

pub(super) fn endpoints(endpoints: &Value, _: i64) -> Value {
    let subsets = items(endpoints, "/subsets");
    if subsets.is_empty() {
        return "<none>".into();
    }
    let mut all = Vec::new();
    for subset in subsets {
        let addresses = items(subset, "/addresses").iter();
        let addresses: Vec<&str> = addresses.map(|address| text(address, "/ip")).collect();
        let ports = items(subset, "/ports");
        if ports.is_empty() {
            all.extend(addresses.iter().map(|&address| address.to_owned()));
        }
        for port in ports {
            let number = number(port, "/port");
            all.extend(addresses.iter().map(|address| joined(address, number)));
        }
    }
    first_of(&all, MOST, ",").into()
}

pub(super) fn slice_ports(slice: &Value, _: i64) -> Value {
    let ports = items(slice, "/ports").iter();
    let ports = ports.map(|port| match &port["port"] {
        Value::Null => text_or(port, "/name", "*"),
        number => number.to_string(),
    });
    or_unset(&ports.collect::<Vec<_>>()).into()
}

pub(super) fn slice_addresses(slice: &Value, _: i64) -> Value {
    let endpoints = items(slice, "/endpoints").iter();
    let addresses = endpoints.flat_map(|endpoint| texts(items(endpoint, "/addresses")));
    or_unset(&addresses.collect::<Vec<_>>()).into()
}

pub(super) fn class(class: &Value, _: i64) -> Value {
    name_of_class(class, &["ingressclass.kubernetes.io/is-default-class"]).into()
}

pub(super) fn class_parameters(class: &Value, _: i64) -> Value {
    let parameters = at(class, "/spec/parameters");
    if parameters.is_null() {
        return "<none>".into();
    }
    let (kind, name) = (text(parameters, "/kind"), text(parameters, "/name"));
    match parameters["apiGroup"].as_str() {
        Some(group) => format!("{kind}.{group}/{name}").into(),
        None => format!("{kind}/{name}").into(),
    }
}

pub(super) fn hosts(ingress: &Value, _: i64) -> Value {
    let rules = items(ingress, "/spec/rules");
    let mut hosts: Vec<String> = Vec::new();
    for (index, rule) in rules.iter().enumerate() {
        if hosts.len() == MOST {
            let more = rules.len() - MOST;
            debug_assert!(index >= MOST, "a rule has one host");
            return format!("{} + {more} more...", hosts.join(",")).into();
        }
        hosts.extend(Some(text(rule, "/host").to_owned()).filter(|host| !host.is_empty()));
    }
    if hosts.is_empty() {
        return "*".into();
    }
    hosts.join(",").into()
}

pub(super) fn ingress(ingress: &Value, _: i64) -> Value {
    balancers(ingress).join(",").into()
}

pub(super) fn tls(ingress: &Value, _: i64) -> Value {
    if items(ingress, "/spec/tls").is_empty() {
        return "80".into();
    }
    "80, 443".into()
}

/// What an address belongs to.
pub(super) fn parent(address: &Value, _: i64) -> Value {
    let parent = at(address, "/spec/parentRef");
    if parent.is_null() {
        return "<none>".into();
    }
    let mut told = text(parent, "/resource").to_owned();
    for (place, before) in [("/group", "."), ("/namespace", "/")] {
        match text(parent, place) {
            "" => {}
            part => told.extend([before, part]),
        }
    }
    format!("{told}/{}", text(parent, "/name")).into()
}

/// The addresses or names of load balancers, each once, in order.
fn balancers(object: &Value) -> Vec<String> {
    let ingress = items(object, "/status/loadBalancer/ingress").iter();
    let addresses: BTreeSet<&str> = ingress
        .map(|ingress| match text(ingress, "/ip") {
            "" => text(ingress, "/hostname"),
            address => address,
        })
        .filter(|address| !address.is_empty())
        .collect();
    addresses.into_iter().map(str::to_owned).collect()
}

fn texts(values: &[Value]) -> Vec<String> {
    let texts = values.iter().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

fn or_unset(texts: &[String]) -> String {
    match first_of(texts, MOST, ",") {
        told if told.is_empty() => "<unset>".to_owned(),
        told => told,
    }
}

/// An address and a port, as Go's `net.JoinHostPort` writes them.
fn joined(address: &str, port: i64) -> String {
    if address.contains(':') {
        return format!("[{address}]:{port}");
    }
    format!("{address}:{port}")
}
