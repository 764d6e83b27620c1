# The shell of https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/ with $1 for kubectl.
#
# `cargo xtask pages` runs it where a Pod's files and names are, each block as a step, with kubectl and with k8s.
# A block that the page does not have says so.

# A sidecar.
$1 proxy &

# Not on the page: a Pod's containers start side by side.
timeout 30 sh -c 'until curl --output /dev/null http://localhost:8001/; do sleep 0.1; done' 2>/dev/null

# What a neighbour asks it.
curl http://localhost:8001/api

# Not on the page: the port is free again.
kill %1; wait

# The name of the API server inside of the cluster.
APISERVER=https://kubernetes.default.svc

# Where the service account's files are.
SERVICEACCOUNT=/var/run/secrets/kubernetes.io/serviceaccount

# The Pod's namespace.
NAMESPACE=$(cat ${SERVICEACCOUNT}/namespace)

# The token.
TOKEN=$(cat ${SERVICEACCOUNT}/token)

# The certificate authority.
CACERT=${SERVICEACCOUNT}/ca.crt

# The API, knowing who answers.
curl --cacert ${CACERT} --header "Authorization: Bearer ${TOKEN}" -X GET ${APISERVER}/api

# Not on the page: the program finds all of it by itself.
$1 get --raw /api
