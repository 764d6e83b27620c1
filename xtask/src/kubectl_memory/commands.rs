//! What kubectl is asked to do with the in-memory server, in order, and what it must print.

/// One command line.
#[derive(Debug)]
pub(super) struct Command {
    /// Words behind `kubectl`, one space between them.
    pub(super) line: &'static str,
    pub(super) input: &'static str,
    pub(super) expected: Expected,
}

/// What must stand in the output; which of the two says whether kubectl must succeed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Expected {
    Out(&'static [&'static str]),
    Err(&'static [&'static str]),
}

const fn says(line: &'static str, wanted: &'static [&'static str]) -> Command {
    Command {
        line,
        input: "",
        expected: Expected::Out(wanted),
    }
}

const fn reads(
    line: &'static str,
    input: &'static str,
    wanted: &'static [&'static str],
) -> Command {
    Command {
        line,
        input,
        expected: Expected::Out(wanted),
    }
}

const fn fails(line: &'static str, wanted: &'static [&'static str]) -> Command {
    Command {
        line,
        input: "",
        expected: Expected::Err(wanted),
    }
}

const MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: map\n  labels: {tier: web}\ndata:\n  a: '1'\n";
const REPLACED: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: map\ndata:\n  b: '2'\n";
const POD: &str = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: pod\nspec:\n  containers:\n  - name: main\n    image: registry.example/app:1\n";
const DEPLOYMENT: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec:\n      containers:\n      - name: main\n        image: registry.example/app:1\n";

pub(super) const COMMANDS: &[Command] = &[
    says("version", &["Server Version: v1.36"]),
    says(
        "api-resources",
        &["deployments", "deploy", "apps/v1", "Lease", "true"],
    ),
    says(
        "api-resources --namespaced=false -o name",
        &["namespaces", "nodes", "storageclasses.storage.k8s.io"],
    ),
    says("api-versions", &["apps/v1", "coordination.k8s.io/v1", "v1"]),
    says("get ns,pods -A", &["kube-node-lease", "kube-system"]),
    says("get --raw /readyz", &["ok"]),
    reads("create -f -", MAP, &["configmap/map created"]),
    fails("create -f /nowhere.yaml", &["does not exist"]),
    says(
        "get configmap map -o yaml",
        &[
            "kind: ConfigMap",
            "a: \"1\"",
            "tier: web",
            "resourceVersion:",
        ],
    ),
    says("get cm -l tier=web -o name", &["configmap/map"]),
    says(
        "get cm -l tier=web,!none -o jsonpath={.items[0].data.a}",
        &["1"],
    ),
    says(
        "get cm map -w --request-timeout=1s -o name",
        &["configmap/map"],
    ),
    says("label cm map colour=red", &["configmap/map labeled"]),
    fails("label cm map colour=blue", &["already has a value"]),
    says(
        "label cm map colour=blue --overwrite",
        &["configmap/map labeled"],
    ),
    says(
        "annotate cm map example.org/note=x",
        &["configmap/map annotated"],
    ),
    says(
        "patch cm map --type=merge -p {\"data\":{\"c\":\"3\"}}",
        &["configmap/map patched"],
    ),
    says(
        "patch cm map --type=json -p [{\"op\":\"remove\",\"path\":\"/data/c\"}]",
        &["configmap/map patched"],
    ),
    fails(
        "patch cm map --type=json -p [{\"op\":\"remove\",\"path\":\"/data/c\"}]",
        &["the server rejected our request"],
    ),
    says(
        "patch cm map -p {\"data\":{\"e\":\"5\"}}",
        &["configmap/map patched"],
    ),
    reads(
        "apply --server-side --field-manager=two -f -",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: map\ndata:\n  f: '6'\n",
        &["configmap/map serverside-applied"],
    ),
    Command {
        line: "apply --server-side --field-manager=two -f -",
        input: "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: map\ndata:\n  e: '6'\n",
        expected: Expected::Err(&["conflict with \"kubectl-patch\" using v1: .data.e"]),
    },
    reads(
        "apply --server-side --field-manager=two --force-conflicts -f -",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: map\ndata:\n  e: '6'\n",
        &["configmap/map serverside-applied"],
    ),
    reads("replace -f -", REPLACED, &["configmap/map replaced"]),
    says("get cm map -o jsonpath={.data}", &["{\"b\":\"2\"}"]),
    reads(
        "create --dry-run=server -f -",
        POD,
        &["pod/pod created (server dry run)"],
    ),
    fails("get pod pod", &["pods \"pod\" not found"]),
    reads("create -f -", POD, &["pod/pod created"]),
    says("get pods -A", &["default", "pod"]),
    says("get pod pod -o jsonpath={.status.phase}", &["Pending"]),
    says(
        "wait pod/pod --for=jsonpath={.status.phase}=Pending --timeout=5s",
        &["pod/pod condition met"],
    ),
    fails(
        "wait pod/pod --for=condition=Ready --timeout=1s",
        &["timed out"],
    ),
    says(
        "patch pod pod --subresource=status --type=merge -p {\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}",
        &["pod/pod patched"],
    ),
    says(
        "wait pod/pod --for=condition=Ready --timeout=5s",
        &["pod/pod condition met"],
    ),
    reads("create -f -", DEPLOYMENT, &["deployment.apps/web created"]),
    says(
        "scale deployment web --replicas=3",
        &["deployment.apps/web scaled"],
    ),
    says("get deploy web -o jsonpath={.spec.replicas}", &["3"]),
    says(
        "delete pod pod --wait=true --timeout=5s",
        &["pod \"pod\" deleted"],
    ),
    says("delete cm -l colour=blue", &["No resources found"]),
    says("delete cm map", &["configmap \"map\" deleted"]),
    fails("delete cm map", &["configmaps \"map\" not found"]),
    says(
        "delete deploy web --cascade=background",
        &["deployment.apps \"web\" deleted"],
    ),
    // From here on kubectl writes objects of Go's types, as protobuf.
    says("create namespace typed", &["namespace/typed created"]),
    says(
        "create configmap typed --from-literal=a=1",
        &["configmap/typed created"],
    ),
    fails(
        "create configmap typed --from-literal=a=1",
        &["configmaps \"typed\" already exists"],
    ),
    says(
        "create secret generic typed --from-literal=a=b -o yaml",
        &["a: Yg=="],
    ),
    says(
        "create serviceaccount typed",
        &["serviceaccount/typed created"],
    ),
    says("create token typed --duration=20m", &["eyJ"]),
    fails(
        "create token typed --duration=1m",
        &["may not specify a duration less than 10 minutes"],
    ),
    fails("create token none", &["serviceaccounts \"none\" not found"]),
    says(
        "create deployment typed --image=registry.example/app:1 --replicas=2 --port=80",
        &["deployment.apps/typed created"],
    ),
    says(
        "get deployment typed -o jsonpath={.spec.replicas}{.spec.template.spec.containers[0].ports[0].containerPort}",
        &["280"],
    ),
    says(
        "set image deployment/typed app=registry.example/app:2",
        &["deployment.apps/typed image updated"],
    ),
    says(
        "autoscale deployment typed --min=1 --max=3 --cpu=80%",
        &["horizontalpodautoscaler.autoscaling/typed autoscaled"],
    ),
    says(
        "expose deployment typed --port=80 --target-port=http",
        &["service/typed exposed"],
    ),
    says(
        "get service typed -o jsonpath={.spec.ports[0].targetPort}",
        &["http"],
    ),
    says(
        "run typed --image=registry.example/app:1 --labels=a=b --env=A=1",
        &["pod/typed created"],
    ),
    says(
        "run none --image=registry.example/app:1 --dry-run=server",
        &["pod/none created (server dry run)"],
    ),
    says(
        "create job typed --image=registry.example/app:1 -- true",
        &["job.batch/typed created"],
    ),
    says(
        "create cronjob typed --image=registry.example/app:1 --schedule=@hourly",
        &["cronjob.batch/typed created"],
    ),
    says(
        "create quota typed --hard=pods=5,requests.cpu=1500m",
        &["resourcequota/typed created"],
    ),
    says(
        "get quota typed -o jsonpath={.spec.hard}",
        &[r#""requests.cpu":"1500m""#],
    ),
    says(
        "create poddisruptionbudget typed --selector=a=b --min-available=50%",
        &["poddisruptionbudget.policy/typed created"],
    ),
    says(
        "create ingress typed --rule=x.example/*=typed:80",
        &["ingress.networking.k8s.io/typed created"],
    ),
    says(
        "create priorityclass typed --value=7",
        &["priorityclass.scheduling.k8s.io/typed created"],
    ),
    says(
        "create role typed --verb=get,list --resource=pods",
        &["role.rbac.authorization.k8s.io/typed created"],
    ),
    says(
        "create rolebinding typed --role=typed --serviceaccount=default:typed",
        &["rolebinding.rbac.authorization.k8s.io/typed created"],
    ),
    says(
        "create clusterrole typed --verb=get --resource=nodes",
        &["clusterrole.rbac.authorization.k8s.io/typed created"],
    ),
    says("auth whoami", &["admin", "system:masters"]),
    says("auth can-i delete pods", &["yes"]),
    fails(
        "auth can-i delete pods --as=system:serviceaccount:default:typed",
        &[""],
    ),
    says(
        "auth can-i get pods --as=system:serviceaccount:default:typed",
        &["yes"],
    ),
    says(
        "auth can-i --list --as=system:serviceaccount:default:typed",
        &["pods", "[get list]"],
    ),
    says(
        "describe deployment typed",
        &["Replicas:", "2 desired", "registry.example/app:2"],
    ),
    says("describe pod typed", &["Labels:", "a=b", "A:  1"]),
    says(
        "delete namespace typed --wait=false",
        &["namespace \"typed\" deleted"],
    ),
];
