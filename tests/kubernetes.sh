#!/usr/bin/env bash
# Runs the manifests on a real cluster: enrols the agents, rolls them out anew in one round, drains the coordinator's node in another, and counts the results.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
    cat <<'TEXT'
Usage: tests/kubernetes.sh [--api-1.20] base|OVERLAY

Applies deploy/kubernetes/base or one of its overlays to the cluster that kubectl talks to, with 127.1.0.0/16 as targets: each agent pings its own
loopback and nothing leaves a pod. The nodes have both images of version 0.2.0; the cluster has a volume for the coordinator's claim, and DNS.
In mid-round it rolls the agents out anew, and in another drains the coordinator's node. All rows must be there once and up.

  --api-1.20   for clusters that do not know policy/v1 yet

What it made is left there: kubectl delete namespace fpingcluster.
TEXT
}

fail() {
    echo "kubernetes.sh: $*" >&2
    exit 2
}

# Seconds since the start, so that a slow step is seen.
step() {
    printf '%4d s  %s\n' "$SECONDS" "$*"
}

kube() {
    kubectl --namespace fpingcluster "$@"
}

coordinator() { # COMMAND…
    kube exec fping-coordinator-0 -- fping-coordinator "$@"
}

# until_true SECONDS WHAT COMMAND…
until_true() {
    local limit=$((SECONDS + $1)) what=$2
    shift 2
    until "$@"; do
        ((SECONDS < limit)) || fail "not in time: $what"
        sleep 0.3
    done
}

render() {
    local copy=$work/kubernetes
    cp -r deploy/kubernetes "$copy"
    cp tests/Kubernetes/coordinator.yml tests/Kubernetes/targets.csv "$copy/base/"
    kubectl kustomize "$copy/$1" | if [[ -n $old_api ]]; then sed 's#^apiVersion: policy/v1$#apiVersion: policy/v1beta1#'; else cat; fi
}

# All of at least one.
all_connected() {
    local wanted
    wanted=$(kube get daemonset fping-agent --output 'jsonpath={.status.desiredNumberScheduled}') && ((wanted > 0)) || return 1
    [[ $(coordinator agents --json 2>/dev/null | grep -o '"status": *"connected"' | wc -l) -eq $wanted ]]
}

# The newest round's "id state per cent"; fails while there is none, or nobody to tell.
round() {
    coordinator rounds --limit 1 --json 2>/dev/null | python3 -c '
import json, sys
text = sys.stdin.read()
for newest in json.loads(text) if text else []:
    print(newest["id"], newest["state"], newest["done"] * 100 // max(newest["targets"], 1))'
}

# Of a round that has not been counted, and has had its agents from the start.
in_mid_round() {
    read -r id state percent < <(round) && [[ $state == running ]] && ((id > seen && percent >= 20 && percent < 50))
}

closed() {
    read -r newest state _ < <(round) && { ((newest > id)) || [[ $state == closed ]]; }
}

# disturb WHAT COMMAND…: does it in mid-round, waits for that round's end and counts its rows
disturb() {
    local what=$1 start
    shift
    until_true 150 "a round that is a fifth to a half done" in_mid_round
    start=$SECONDS
    step "round $id, $percent % done: $what"
    "$@" >>"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; fail "$what"; }
    step "  took $((SECONDS - start)) s"
    until_true 120 "the end of round $id" closed
    coordinator results "$id" | count || fail "round $id is not whole"
    seen=$id
}

count() {
    tail -n +2 | awk -F, -v count=65536 '
        { rows[$2]++; states[$11]++; agents[$13]++ }
        END {
            for (address in rows) { targets++; if (rows[address] > 1) twice++ }
            printf "        %d rows, %d targets, %d twice; %d up, %d down, %d unknown;", NR, targets, twice, states["up"], states["down"], states["unknown"]
            for (agent in agents) printf " %s %d", agent, agents[agent]
            print ""
            exit !(NR == count && targets == count && states["up"] == count)
        }'
}

roll_out() {
    kube rollout restart daemonset fping-agent && kube rollout status --timeout 300s daemonset fping-agent
}

# The node comes back also when it could not be drained.
drain() {
    local node result=0
    node=$(kube get pod fping-coordinator-0 --output 'jsonpath={.spec.nodeName}') || return 1
    kubectl drain "$node" --ignore-daemonsets --delete-emptydir-data --timeout 120s || result=1
    kubectl uncordon "$node" && kube rollout status --timeout 120s statefulset fping-coordinator && return "$result"
}

old_api=
[[ ${1:-} == --api-1.20 ]] && { old_api=yes; shift; }
[[ ${1:-} != -h && ${1:-} != --help ]] || { usage; exit 0; }
case ${1:-} in
    base) folder=base ;;
    *) folder=overlays/${1:-} ;;
esac
[[ $# -eq 1 && -e deploy/kubernetes/$folder/agent.yaml ]] || { usage >&2; fail "no manifests with agents '${1:-}'"; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

render "$folder" >"$work/manifests.yaml"
kubectl apply --filename "$work/manifests.yaml" >"$work/log"
step "applied"
kube rollout status --timeout 300s statefulset fping-coordinator >>"$work/log"
step "the coordinator is ready"
coordinator token create --ttl 1h --uses 100 | kube create secret generic fping-agent-join --from-file=token=/dev/stdin >>"$work/log"
until_true 300 "the agents are connected" all_connected
step "the agents are connected"
kube rollout status --timeout 300s daemonset fping-agent >>"$work/log"
read -r seen _ < <(round) || fail "no round has begun"
disturb "nothing" true
disturb "a new roll-out of the agents" roll_out
disturb "a drain of the coordinator's node" drain
step "done"
