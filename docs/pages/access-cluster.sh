# The shell of https://kubernetes.io/docs/tasks/administer-cluster/access-cluster-api/ with $1 for kubectl.
#
# `cargo xtask pages` runs it, each block as a step, with kubectl and with k8s. A block that the page does not have says so.

# Which clusters and credentials are known.
$1 config view

# A proxy that finds the server and proves who asks.
$1 proxy --port=8080 &

# Not on the page: a person types slower than a proxy starts.
timeout 30 sh -c 'until curl --output /dev/null http://localhost:8080/; do sleep 0.1; done' 2>/dev/null

# The API, without credentials of one's own.
curl http://localhost:8080/api/

# Not on the page: the port is free again.
kill %1; wait

# Which clusters there are.
$1 config view -o jsonpath='{"Cluster name\tServer\n"}{range .clusters[*]}{.name}{"\t"}{.cluster.server}{"\n"}{end}'

# The one that is meant.
export CLUSTER_NAME="some_server_name"

# Where it is.
APISERVER=$($1 config view -o jsonpath="{.clusters[?(@.name==\"$CLUSTER_NAME\")].cluster.server}")

# A Secret that will hold a token of the default service account.
$1 apply -f - <<EOF
apiVersion: v1
kind: Secret
metadata:
  name: default-token
  annotations:
    kubernetes.io/service-account.name: default
type: kubernetes.io/service-account-token
EOF

# The token controller fills it. (How often that is said is a matter of chance.)
while ! $1 describe secret default-token | grep -E '^token' >/dev/null; do
  echo "waiting for token..." >&2
  sleep 1
done

# Not on the page: what the loop looks at, whole.
$1 describe secret default-token

# The token.
TOKEN=$($1 get secret default-token -o jsonpath='{.data.token}' | base64 --decode)

# The API, without knowing who answers.
curl -X GET $APISERVER/api --header "Authorization: Bearer $TOKEN" --insecure

# Not on the page: the same, knowing it. k8s prints the line.
eval "$(k8s token default --curl)"

# Not on the page: nothing stays.
$1 delete secret default-token
