#!/usr/bin/python3
"""Renders the Kubernetes manifests with kustomize and checks them: no field that the API does not know, none missing, no pod that may do more than it must,
and configuration that the coordinator accepts.

Usage: manifests.py [FOLDER…]            default: deploy/kubernetes/base and all overlays
       manifests.py --schema SWAGGER     makes the schema anew from Kubernetes' own api/openapi-spec/swagger.json

Needs kubectl, python3-yaml, python3-jsonschema and, for the configuration, what build.sh makes.
"""
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema
import yaml

ROOT = Path(__file__).resolve().parent.parent
SCHEMA = Path(__file__).with_name("Manifests") / "kubernetes-1.20.json"
# Of the Prometheus operator's kind, the fields that we use.
SERVICE_MONITOR = Path(__file__).with_name("Manifests") / "service-monitor.json"
KINDS = {"Namespace", "PriorityClass", "ServiceAccount", "Service", "ConfigMap", "Secret", "StatefulSet", "DaemonSet", "Deployment", "Job", "NetworkPolicy",
         "PodDisruptionBudget"}
# Newer than the schema, with the same fields.
SAME_AS = {("policy/v1", "PodDisruptionBudget"): "policy/v1beta1"}
# What these two add to a pod's rights, and nothing else does.
PRIVILEGED = {"base", "host-network"}


def reduce_schema(swagger):
    """The definitions that our kinds reach, without their prose, closed to unknown fields."""
    definitions = json.loads(Path(swagger).read_text(encoding="utf-8"))["definitions"]
    kinds, wanted, kept = {}, [], {}
    for name, definition in definitions.items():
        for kind in definition.get("x-kubernetes-group-version-kind", []):
            if kind["kind"] in KINDS and "spec" in definition.get("properties", {"spec": 0}) | {"spec": 0} and "metadata" in definition["properties"]:
                kinds["/".join(filter(None, (kind["group"], kind["version"]))) + " " + kind["kind"]] = name
                wanted.append(name)
    while wanted:
        name = wanted.pop()
        if name not in kept:
            kept[name] = close(definitions[name], wanted)
    return {"kinds": kinds, "definitions": kept}


def close(node, wanted):
    if isinstance(node, list):
        return [close(item, wanted) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("format") == "int-or-string":
        return {"type": ["integer", "string"]}
    if "$ref" in node:
        wanted.append(node["$ref"].rsplit("/", 1)[-1])
        return {"$ref": node["$ref"]}
    result = {key: close(value, wanted) for key, value in node.items() if key in ("type", "items", "required", "additionalProperties", "enum")}
    if "properties" in node:
        result |= {"properties": {name: close(value, wanted) for name, value in node["properties"].items()}, "additionalProperties": False}
    return result


def schema_errors(schema, manifest):
    if manifest["kind"] == "ServiceMonitor":
        return words(jsonschema.Draft7Validator(json.loads(SERVICE_MONITOR.read_text(encoding="utf-8"))), manifest)
    api = SAME_AS.get((manifest["apiVersion"], manifest["kind"]), manifest["apiVersion"])
    definition = schema["kinds"].get(f"{api} {manifest['kind']}")
    if definition is None:
        return [f"no kind {manifest['kind']} in {manifest['apiVersion']}"]
    return words(jsonschema.Draft7Validator({"$ref": f"#/definitions/{definition}", "definitions": schema["definitions"]}), manifest)


def words(validator, manifest):
    return [f"{'.'.join(map(str, error.absolute_path))}: {error.message}" for error in validator.iter_errors(manifest)]


def pod_of(manifest):
    return manifest["spec"]["template"]["spec"] if manifest["kind"] in ("StatefulSet", "DaemonSet", "Deployment", "Job") else None


def pod_errors(pod, privileged):
    security = pod.get("securityContext", {})
    if pod.get("automountServiceAccountToken") is not False:
        yield "the API server's token is mounted"
    if security.get("seccompProfile") != {"type": "RuntimeDefault"}:
        yield "no seccompProfile RuntimeDefault"
    if not privileged and (not security.get("runAsNonRoot") or pod.get("hostNetwork") or any("hostPath" in volume for volume in pod["volumes"])):
        yield "more than Pod Security 'restricted' permits"
    for container in pod["containers"]:
        own = container.get("securityContext", {})
        capabilities = own.get("capabilities", {})
        if own.get("allowPrivilegeEscalation") is not False or own.get("readOnlyRootFilesystem") is not True or capabilities.get("drop") != ["ALL"]:
            yield f"container {container['name']}: not allowPrivilegeEscalation false, readOnlyRootFilesystem true, capabilities.drop [ALL]"
        if not set(capabilities.get("add") or []) <= ({"NET_RAW"} if privileged else set()):
            yield f"container {container['name']}: capabilities {capabilities['add']}"
        resources = container.get("resources", {})
        if set(resources.get("requests", {})) != {"cpu", "memory"} or set(resources.get("limits", {})) != {"memory"}:
            yield f"container {container['name']}: requests for CPU and memory and a limit of memory are wanted"


def monitor_errors(manifests, monitor):
    """A monitor that finds no service or no port of it scrapes nothing and says nothing."""
    wanted = monitor["spec"]["selector"]["matchLabels"].items()
    services = [manifest for manifest in manifests if manifest["kind"] == "Service" and wanted <= manifest["metadata"].get("labels", {}).items()]
    ports = {port["name"] for service in services for port in service["spec"]["ports"]}
    for endpoint in monitor["spec"]["endpoints"]:
        if endpoint["port"] not in ports:
            yield f"no service that it selects has a port {endpoint['port']}"


def configuration_errors(manifests, pod):
    """Lays the ConfigMaps out as the pod mounts them, and asks the coordinator."""
    maps = {manifest["metadata"]["name"]: manifest["data"] for manifest in manifests if manifest["kind"] == "ConfigMap"}
    volumes = {volume["name"]: maps[volume["configMap"]["name"]] for volume in pod["volumes"] if "configMap" in volume}
    for container in pod["containers"]:
        if "-c" not in container["args"]:
            continue
        with tempfile.TemporaryDirectory() as root:
            for mount in container["volumeMounts"]:
                folder = Path(root + mount["mountPath"])
                folder.mkdir(parents=True, exist_ok=True)
                for name, text in volumes.get(mount["name"], {}).items():
                    (folder / name).write_text(text, encoding="utf-8")
            file = root + container["args"][container["args"].index("-c") + 1]
            check = subprocess.run([ROOT / "out/fping-coordinator", "check", "-c", file], capture_output=True, text=True, check=False)
            if check.returncode:
                yield from (check.stdout + check.stderr).splitlines()


def check_folder(schema, folder):
    rendered = subprocess.run(["kubectl", "kustomize", folder], capture_output=True, text=True, check=False)
    if rendered.returncode:
        return [f"{folder}: {rendered.stderr.strip()}"]
    manifests = [manifest for manifest in yaml.safe_load_all(rendered.stdout) if manifest]
    errors = []
    for manifest in manifests:
        found = schema_errors(schema, manifest)
        if not found and (pod := pod_of(manifest)):
            found = [*pod_errors(pod, folder.name in PRIVILEGED), *configuration_errors(manifests, pod)]
        if not found and manifest["kind"] == "ServiceMonitor":
            found = [*monitor_errors(manifests, manifest)]
        errors += [f"{folder}: {manifest['kind']} {manifest['metadata']['name']}: {error}" for error in found]
    print(f"{folder}: {len(manifests)} manifests, {len(errors)} errors")
    return errors


def main(arguments):
    if arguments[:1] == ["--schema"]:
        SCHEMA.write_text(json.dumps(reduce_schema(arguments[1]), indent=0, sort_keys=True, separators=(",", ":")) + "\n", encoding="utf-8")
        return 0
    kubernetes = ROOT / "deploy/kubernetes"
    folders = [Path(argument) for argument in arguments] or [kubernetes / "base", *sorted((kubernetes / "overlays").iterdir())]
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    errors = [error for folder in folders for error in check_folder(schema, folder)]
    print("\n".join(errors), file=sys.stderr)
    return 1 if errors else 0


sys.exit(main(sys.argv[1:]))
