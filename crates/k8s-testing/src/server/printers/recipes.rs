//! How the cells of each kind are made, in the order of its columns.
//!
//! Follows k8s.io/kubernetes `pkg/printers/internalversion/printers.go` (v1.36).

use super::cell::Cell::{
    Bool, Count, Each, EachOr, Labels, Made, Number, Selector, Share, Text, TextOr, ValueOr,
};
use super::cell::{AGE, Cell, NAME};
use super::{access, autoscaling, events, network, nodes, pods, storage, workloads};

/// Where a workload has the containers of its pods.
const CONTAINERS: &str = "/spec/template/spec/containers";
const NAMES: Cell = Each(CONTAINERS, "/name");
const IMAGES: Cell = Each(CONTAINERS, "/image");
const SELECTOR: Cell = Selector("/spec/selector");
const WEBHOOKS: &[Cell] = &[NAME, Count(&["/webhooks"]), AGE];
const POLICY_BINDING: &[Cell] = &[
    NAME,
    Text("/spec/policyName"),
    Made(access::parameters),
    AGE,
];
const ROLE_BINDING: &[Cell] = &[
    NAME,
    Made(access::role),
    AGE,
    Made(access::users),
    Made(access::groups),
    Made(access::accounts),
];
const REPLICAS: &[Cell] = &[
    NAME,
    Number("/spec/replicas"),
    Number("/status/replicas"),
    Number("/status/readyReplicas"),
    AGE,
    NAMES,
    IMAGES,
    SELECTOR,
];
const NAME_AND_AGE: &[Cell] = &[NAME, AGE];

/// The cells of objects that are kept under this name; `None` where the server tells name and age alone.
pub(super) fn of(storage: &str) -> Option<&'static [Cell]> {
    core(storage)
        .or_else(|| of_workloads(storage))
        .or_else(|| of_jobs(storage))
        .or_else(|| of_storage(storage))
        .or_else(|| of_networking(storage))
        .or_else(|| of_policies(storage))
}

/// The cells of a Scale.
pub(super) const SCALE: &[Cell] = &[
    NAME,
    Number("/spec/replicas"),
    Number("/status/replicas"),
    AGE,
];

fn core(storage: &str) -> Option<&'static [Cell]> {
    Some(match storage {
        "configmaps" => &[NAME, Count(&["/data", "/binaryData"]), AGE],
        "endpoints" => &[NAME, Made(network::endpoints), AGE],
        "events" => events::CELLS,
        "namespaces" => &[NAME, Text("/status/phase"), AGE],
        "nodes" => nodes::CELLS,
        "pods" => pods::CELLS,
        "podtemplates" => &[
            NAME,
            Each("/template/spec/containers", "/name"),
            Each("/template/spec/containers", "/image"),
            Labels("/template/metadata/labels"),
        ],
        "replicationcontrollers" => REPLICAS,
        "resourcequotas" => &[
            NAME,
            Made(workloads::requests),
            Made(workloads::limits),
            AGE,
        ],
        "secrets" => &[NAME, Text("/type"), Count(&["/data"]), AGE],
        "serviceaccounts" => NAME_AND_AGE,
        "services" => &[
            NAME,
            Text("/spec/type"),
            TextOr("/spec/clusterIPs/0", "<none>"),
            Made(network::external),
            Made(network::ports),
            AGE,
            Labels("/spec/selector"),
        ],
        _ => return None,
    })
}

fn of_workloads(storage: &str) -> Option<&'static [Cell]> {
    Some(match storage {
        "controllerrevisions.apps" => {
            &[NAME, Made(workloads::controller), Number("/revision"), AGE]
        }
        "daemonsets.apps" => &[
            NAME,
            Number("/status/desiredNumberScheduled"),
            Number("/status/currentNumberScheduled"),
            Number("/status/numberReady"),
            Number("/status/updatedNumberScheduled"),
            Number("/status/numberAvailable"),
            Labels("/spec/template/spec/nodeSelector"),
            AGE,
            NAMES,
            IMAGES,
            SELECTOR,
        ],
        "deployments.apps" => &[
            NAME,
            Share("/status/readyReplicas", "/spec/replicas"),
            Number("/status/updatedReplicas"),
            Number("/status/availableReplicas"),
            AGE,
            NAMES,
            IMAGES,
            Made(workloads::selector),
        ],
        "replicasets.apps" => REPLICAS,
        "statefulsets.apps" => &[
            NAME,
            Share("/status/readyReplicas", "/spec/replicas"),
            AGE,
            NAMES,
            IMAGES,
        ],
        "horizontalpodautoscalers.autoscaling" => autoscaling::CELLS,
        "poddisruptionbudgets.policy" => &[
            NAME,
            TextOr("/spec/minAvailable", "N/A"),
            TextOr("/spec/maxUnavailable", "N/A"),
            Number("/status/disruptionsAllowed"),
            AGE,
        ],
        _ => return None,
    })
}

fn of_jobs(storage: &str) -> Option<&'static [Cell]> {
    const JOB: &str = "/spec/jobTemplate/spec/template/spec/containers";
    Some(match storage {
        "cronjobs.batch" => &[
            NAME,
            Text("/spec/schedule"),
            TextOr("/spec/timeZone", "<none>"),
            Made(workloads::suspended),
            Count(&["/status/active"]),
            Made(workloads::last_schedule),
            AGE,
            Each(JOB, "/name"),
            Each(JOB, "/image"),
            Selector("/spec/jobTemplate/spec/selector"),
        ],
        "jobs.batch" => &[
            NAME,
            Made(workloads::job),
            Made(workloads::completions),
            Made(workloads::duration),
            AGE,
            NAMES,
            IMAGES,
            SELECTOR,
        ],
        _ => return None,
    })
}

fn of_storage(storage: &str) -> Option<&'static [Cell]> {
    Some(match storage {
        "persistentvolumes" => storage::VOLUME,
        "persistentvolumeclaims" => storage::CLAIM,
        "csidrivers.storage.k8s.io" => &[
            NAME,
            Bool("/spec/attachRequired", true),
            Bool("/spec/podInfoOnMount", false),
            Bool("/spec/storageCapacity", false),
            EachOr("/spec/tokenRequests", "/audience", "<unset>"),
            Bool("/spec/requiresRepublish", false),
            EachOr("/spec/volumeLifecycleModes", "", "<none>"),
            AGE,
        ],
        "csinodes.storage.k8s.io" => &[NAME, Count(&["/spec/drivers"]), AGE],
        "storageclasses.storage.k8s.io" => &[
            Made(storage::class),
            Text("/provisioner"),
            TextOr("/reclaimPolicy", "Delete"),
            TextOr("/volumeBindingMode", "Immediate"),
            Bool("/allowVolumeExpansion", false),
            AGE,
        ],
        "volumeattachments.storage.k8s.io" => &[
            NAME,
            Text("/spec/attacher"),
            Text("/spec/source/persistentVolumeName"),
            Text("/spec/nodeName"),
            Bool("/status/attached", false),
            AGE,
        ],
        "volumeattributesclasses.storage.k8s.io" => &[NAME, Text("/driverName"), AGE],
        "deviceclasses.resource.k8s.io" | "resourceclaimtemplates.resource.k8s.io" => NAME_AND_AGE,
        "resourceclaims.resource.k8s.io" => &[NAME, Made(storage::claimed), AGE],
        "resourceslices.resource.k8s.io" => &[
            NAME,
            Text("/spec/nodeName"),
            Text("/spec/driver"),
            Text("/spec/pool/name"),
            AGE,
        ],
        _ => return None,
    })
}

fn of_networking(storage: &str) -> Option<&'static [Cell]> {
    Some(match storage {
        "endpointslices.discovery.k8s.io" => &[
            NAME,
            Text("/addressType"),
            Made(network::slice_ports),
            Made(network::slice_addresses),
            AGE,
        ],
        "ingressclasses.networking.k8s.io" => &[
            Made(network::class),
            Text("/spec/controller"),
            Made(network::class_parameters),
            AGE,
        ],
        "ingresses.networking.k8s.io" => &[
            NAME,
            TextOr("/spec/ingressClassName", "<none>"),
            Made(network::hosts),
            Made(network::ingress),
            Made(network::tls),
            AGE,
        ],
        "ipaddresses.networking.k8s.io" => &[NAME, Made(network::parent), AGE],
        "networkpolicies.networking.k8s.io" => &[NAME, Selector("/spec/podSelector"), AGE],
        "servicecidrs.networking.k8s.io" => &[NAME, Each("/spec/cidrs", ""), AGE],
        "leases.coordination.k8s.io" => &[NAME, Text("/spec/holderIdentity"), AGE],
        _ => return None,
    })
}

fn of_policies(storage: &str) -> Option<&'static [Cell]> {
    const LIMITED: &str = "/spec/limited/nominalConcurrencyShares";
    Some(match storage {
        "clusterrolebindings.rbac.authorization.k8s.io"
        | "rolebindings.rbac.authorization.k8s.io" => ROLE_BINDING,
        "certificatesigningrequests.certificates.k8s.io" => access::REQUEST,
        "mutatingwebhookconfigurations.admissionregistration.k8s.io"
        | "validatingwebhookconfigurations.admissionregistration.k8s.io" => WEBHOOKS,
        "mutatingadmissionpolicies.admissionregistration.k8s.io" => &[
            NAME,
            Count(&["/spec/mutations"]),
            Made(access::parameter_kind),
            AGE,
        ],
        "validatingadmissionpolicies.admissionregistration.k8s.io" => &[
            NAME,
            Count(&["/spec/validations"]),
            Made(access::parameter_kind),
            AGE,
        ],
        "mutatingadmissionpolicybindings.admissionregistration.k8s.io"
        | "validatingadmissionpolicybindings.admissionregistration.k8s.io" => POLICY_BINDING,
        "priorityclasses.scheduling.k8s.io" => &[
            NAME,
            Number("/value"),
            Bool("/globalDefault", false),
            AGE,
            Text("/preemptionPolicy"),
        ],
        "runtimeclasses.node.k8s.io" => &[NAME, Text("/handler"), AGE],
        "flowschemas.flowcontrol.apiserver.k8s.io" => &[
            NAME,
            Text("/spec/priorityLevelConfiguration/name"),
            Number("/spec/matchingPrecedence"),
            TextOr("/spec/distinguisherMethod/type", "<none>"),
            AGE,
            Made(access::dangling),
        ],
        "prioritylevelconfigurations.flowcontrol.apiserver.k8s.io" => &[
            NAME,
            Text("/spec/type"),
            ValueOr(LIMITED, "<none>"),
            Made(access::queues),
            Made(access::hand_size),
            Made(access::queue_length),
            AGE,
        ],
        _ => return None,
    })
}
