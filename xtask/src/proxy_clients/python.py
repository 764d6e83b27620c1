# Lists, creates, watches, changes and deletes, without credentials.
import sys

from kubernetes import client, watch

api = client.CoreV1Api(client.ApiClient(client.Configuration(host=sys.argv[1])))
names = [namespace.metadata.name for namespace in api.list_namespace().items]
assert "kube-system" in names, names

metadata = client.V1ObjectMeta(name="python")
body = client.V1ConfigMap(metadata=metadata, data={"a": "1"})
api.create_namespaced_config_map("default", body)

seen = []
watching = watch.Watch()
for event in watching.stream(
    api.list_namespaced_config_map,
    "default",
    field_selector="metadata.name=python",
    timeout_seconds=20,
):
    seen.append((event["type"], event["object"].data["a"]))
    if event["type"] == "ADDED":
        api.patch_namespaced_config_map("python", "default", {"data": {"a": "2"}})
    else:
        watching.stop()
assert seen == [("ADDED", "1"), ("MODIFIED", "2")], seen

api.delete_namespaced_config_map("python", "default")
print("all done")
