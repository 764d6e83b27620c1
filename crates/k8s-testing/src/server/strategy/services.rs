//! Addresses and node ports of services: chosen by chance among those that no other service has.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use serde_json::{Map, Value};

use crate::server::object;
use crate::server::status::{Answered, FieldFault, Refusal};
use crate::server::store::Store;
use crate::server::verbs::Ask;

/// Addresses of services are `10.0.x.y`; a real server has 254 of them unless it is told otherwise, this one 65,534.
const NETWORK: u32 = 0x0a00_0000;
const HOSTS: u32 = 0xffff;
const RANGE: &str = "10.0.0.0/16";
const PORTS: std::ops::RangeInclusive<u16> = 30_000..=32_767;

/// What the services of all namespaces have, but for the one that is written.
struct Taken {
    addresses: BTreeSet<String>,
    ports: BTreeSet<u16>,
}

/// Gives a service what it needs and does not have, or refuses what it names and cannot have.
pub(super) fn allocate(ask: &Ask<'_>, store: &Store, service: &mut Value) -> Answered<()> {
    let of_type = object::text(service, "/spec/type").to_owned();
    if of_type == "ExternalName" {
        return Ok(());
    }
    let taken = Taken::but(ask, store, service);
    let mut faults = Vec::new();
    let name = object::name(service).to_owned();
    let spec = object::field(service, "spec");
    faults.extend(address(ask, &taken, spec));
    if needs_ports(&of_type, spec) {
        faults.extend(ports(ask, &taken, spec));
    }
    if faults.is_empty() {
        return Ok(());
    }
    Err(Refusal::invalid("", "Service", &name, &faults))
}

fn address(ask: &Ask<'_>, taken: &Taken, spec: &mut Map<String, Value>) -> Option<FieldFault> {
    let named = spec.get("clusterIP").and_then(Value::as_str);
    match named.unwrap_or_default() {
        "None" => None,
        "" => {
            let is_free = |address: &String| !taken.addresses.contains(address);
            let address = ask.state.dice.pick(1..HOSTS, |host| {
                Some(Ipv4Addr::from(NETWORK | host).to_string()).filter(is_free)
            })?;
            spec.insert("clusterIPs".to_owned(), vec![address.as_str()].into());
            spec.insert("clusterIP".to_owned(), address.into());
            None
        }
        address => {
            let why = if taken.addresses.contains(address) {
                "provided IP is already allocated".to_owned()
            } else if !is_in_range(address) {
                format!("provided IP is not in the valid range. The range of valid IPs is {RANGE}")
            } else {
                return None;
            };
            let says = format!("failed to allocate IP {address}: {why}");
            let value = vec![address].into();
            Some(FieldFault::invalid("spec.clusterIPs", &value, &says))
        }
    }
}

fn is_in_range(address: &str) -> bool {
    let address: Option<Ipv4Addr> = address.parse().ok();
    address.is_some_and(|address| u32::from(address) & !HOSTS == NETWORK)
}

/// Node ports are for services that are reached from outside, unless a load balancer does without.
fn needs_ports(of_type: &str, spec: &Map<String, Value>) -> bool {
    match of_type {
        "NodePort" => true,
        "LoadBalancer" => spec
            .get("allocateLoadBalancerNodePorts")
            .is_none_or(|allocates| *allocates != false),
        _ => false,
    }
}

fn ports(ask: &Ask<'_>, taken: &Taken, spec: &mut Map<String, Value>) -> Vec<FieldFault> {
    let mut chosen = taken.ports.clone();
    let mut faults = Vec::new();
    let ports = spec.get_mut("ports").and_then(Value::as_array_mut);
    let ports = ports.into_iter().flatten().filter_map(Value::as_object_mut);
    for (index, port) in ports.enumerate() {
        let named = port.get("nodePort").and_then(Value::as_u64).unwrap_or(0);
        if named == 0 {
            let range = u32::from(*PORTS.start())..u32::from(*PORTS.end()) + 1;
            let free = ask.state.dice.pick(range, |port| {
                u16::try_from(port)
                    .ok()
                    .filter(|port| !chosen.contains(port))
            });
            if let Some(free) = free {
                chosen.insert(free);
                port.insert("nodePort".to_owned(), free.into());
            }
            continue;
        }
        let number = u16::try_from(named).unwrap_or(0);
        let says = if !PORTS.contains(&number) {
            "provided port is not in the valid range. The range of valid ports is 30000-32767"
        } else if taken.ports.contains(&number) {
            "provided port is already allocated"
        } else {
            chosen.insert(number);
            continue;
        };
        let field = format!("spec.ports[{index}].nodePort");
        faults.push(FieldFault::invalid(field, &named.into(), says));
    }
    faults
}

impl Taken {
    fn but(ask: &Ask<'_>, store: &Store, service: &Value) -> Self {
        let uid = object::uid(service);
        let others = |other: &Value| object::uid(other) != uid;
        let page = store.list(ask.kind, "", store.revision(), (None, 0), others);
        let (mut addresses, mut ports) = (BTreeSet::new(), BTreeSet::new());
        for other in &page.objects {
            addresses.insert(object::text(other, "/spec/clusterIP").to_owned());
            let of_other = other["spec"]["ports"].as_array().into_iter().flatten();
            let numbers = of_other.filter_map(|port| port["nodePort"].as_u64());
            ports.extend(numbers.filter_map(|number| u16::try_from(number).ok()));
        }
        Self { addresses, ports }
    }
}
