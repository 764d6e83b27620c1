//! Pods: how many containers are ready, what state that makes, and how often they began again.

use std::cmp::Ordering;

use k8s_api_core::human_duration;
use serde_json::Value;

use super::cell::Cell::{Made, TextOr};
use super::cell::{AGE, Cell, NAME, is_true, items, number, seconds, text};

pub(super) const CELLS: &[Cell] = &[
    NAME,
    Made(|pod, _| {
        let summary = Summary::of(pod);
        format!("{}/{}", summary.ready, summary.containers).into()
    }),
    Made(|pod, _| Summary::of(pod).reason.into()),
    Made(|pod, now| Summary::of(pod).restarts.told(now).into()),
    AGE,
    TextOr("/status/podIPs/0/ip", "<none>"),
    TextOr("/spec/nodeName", "<none>"),
    TextOr("/status/nominatedNodeName", "<none>"),
    Made(|pod, _| gates(pod).into()),
];

/// Restarts, and when the last container ended before one.
#[derive(Clone, Copy, Debug, Default)]
struct Restarts {
    number: i64,
    last: Option<i64>,
}

/// What is said of a pod.
#[derive(Debug)]
struct Summary {
    ready: usize,
    containers: usize,
    reason: String,
    restarts: Restarts,
}

/// What is known of the containers that run before the others.
#[derive(Debug, Default)]
struct Init {
    /// Why the pod does not go on, if it does not.
    reason: Option<String>,
    ready: usize,
    all: Restarts,
    /// Of those alone that go on beside the others.
    sidecars: Restarts,
}

impl Restarts {
    fn add(&mut self, container: &Value) {
        self.number += number(container, "/restartCount");
        let ended = seconds(container, "/lastState/terminated/finishedAt");
        if ended.cmp(&self.last) == Ordering::Greater {
            self.last = ended;
        }
    }

    fn told(self, now: i64) -> String {
        match self.last {
            Some(last) if self.number != 0 => {
                format!("{} ({} ago)", self.number, human_duration(now - last))
            }
            _ => self.number.to_string(),
        }
    }
}

impl Summary {
    fn of(pod: &Value) -> Self {
        let sidecars = items(pod, "/spec/initContainers").iter();
        let sidecars = sidecars.filter(|container| is_sidecar(container)).count();
        let init = Init::of(pod);
        let mut summary = Self {
            ready: init.ready,
            containers: items(pod, "/spec/containers").len() + sidecars,
            reason: phase_or_reason(pod),
            restarts: init.all,
        };
        let stays = init.reason.is_some();
        if let Some(reason) = init.reason {
            summary.reason = reason;
        }
        if !stays || is_true(pod, "Initialized") {
            summary.restarts = init.sidecars;
            summary.add_containers(pod);
        }
        summary.end(pod);
        summary
    }

    fn add_containers(&mut self, pod: &Value) {
        let (mut runs, mut error) = (false, None);
        for container in items(pod, "/status/containerStatuses").iter().rev() {
            self.restarts.add(container);
            let waits = text(container, "/state/waiting/reason");
            let ended = container.pointer("/state/terminated");
            if !waits.is_empty() {
                self.reason = waits.to_owned();
            } else if let Some(ended) = ended.filter(|ended| !ended.is_null()) {
                self.reason = why_ended(ended);
                if number(ended, "/exitCode") != 0 {
                    error = Some(self.reason.clone());
                }
            } else if container["ready"] == true && container["state"]["running"].is_object() {
                runs = true;
                self.ready += 1;
            }
        }
        // One that ended well does not end the pod while others run.
        if self.reason == "Completed" {
            if runs && is_true(pod, "Ready") {
                self.reason = "Running".to_owned();
            } else if let Some(error) = error {
                self.reason = error;
            } else if runs {
                self.reason = "NotReady".to_owned();
            }
        }
    }

    /// A pod that goes says so before anything else.
    fn end(&mut self, pod: &Value) {
        if text(pod, "/metadata/deletionTimestamp").is_empty() {
            return;
        }
        if text(pod, "/status/reason") == "NodeLost" {
            self.reason = "Unknown".to_owned();
        } else if !matches!(text(pod, "/status/phase"), "Failed" | "Succeeded") {
            self.reason = "Terminating".to_owned();
        }
    }
}

impl Init {
    fn of(pod: &Value) -> Self {
        let mut init = Self::default();
        let specs = items(pod, "/spec/initContainers");
        for (index, container) in items(pod, "/status/initContainerStatuses")
            .iter()
            .enumerate()
        {
            init.all.add(container);
            let spec = specs.iter().find(|spec| spec["name"] == container["name"]);
            let sidecar = spec.is_some_and(is_sidecar);
            if sidecar {
                init.sidecars.add(container);
            }
            let ended = &container["state"]["terminated"];
            if ended.is_object() && number(ended, "/exitCode") == 0 {
                continue;
            }
            if sidecar && container["started"] == true {
                init.ready += usize::from(container["ready"] == true);
                continue;
            }
            let waits = text(container, "/state/waiting/reason");
            init.reason = Some(if ended.is_object() {
                format!("Init:{}", why_ended(ended))
            } else if !waits.is_empty() && waits != "PodInitializing" {
                format!("Init:{waits}")
            } else {
                format!("Init:{index}/{}", specs.len())
            });
            break;
        }
        init
    }
}

fn is_sidecar(container: &Value) -> bool {
    container["restartPolicy"] == "Always"
}

fn phase_or_reason(pod: &Value) -> String {
    let gated = items(pod, "/status/conditions").iter().any(|condition| {
        condition["type"] == "PodScheduled" && condition["reason"] == "SchedulingGated"
    });
    if gated {
        return "SchedulingGated".to_owned();
    }
    match text(pod, "/status/reason") {
        "" => text(pod, "/status/phase").to_owned(),
        reason => reason.to_owned(),
    }
}

fn why_ended(ended: &Value) -> String {
    match (text(ended, "/reason"), number(ended, "/signal")) {
        ("", 0) => format!("ExitCode:{}", number(ended, "/exitCode")),
        ("", signal) => format!("Signal:{signal}"),
        (reason, _) => reason.to_owned(),
    }
}

/// How many of the conditions that a pod waits for are met.
fn gates(pod: &Value) -> String {
    let gates = items(pod, "/spec/readinessGates");
    if gates.is_empty() {
        return "<none>".to_owned();
    }
    let met = gates.iter();
    let met = met.filter(|gate| is_true(pod, text(gate, "/conditionType")));
    format!("{}/{}", met.count(), gates.len())
}
