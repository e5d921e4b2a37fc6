#!/usr/bin/env bash
# The second half of tests/containers.sh, in a network namespace of its own: the images by themselves, then the compose file with its faults.
set -euo pipefail

readonly targets=10.98.0.0-10.99.134.159 count=100000
lab=$work/lab

compose() {
    DOCKER_HOST=unix://$work/podman.sock LAB_CONFIG=$lab/config docker-compose --project-name fpc --file deploy/compose/compose.yml --file tests/Containers/lab.yml "$@"
}

coordinator() { # COMMAND…
    lab_podman exec fpc_coordinator_1 fping-coordinator "$@"
}

end() {
    local status=$?
    if [[ $status -ne 0 ]]; then
        for container in $(lab_podman ps --all --format '{{.Names}}'); do
            echo "--- $container" >&2
            lab_podman logs --tail 15 "$container" >&2 || true
        done
    fi
    lab_podman rm --all --force --time 0 >/dev/null 2>&1 || true
    lab_podman volume prune --force >/dev/null 2>&1 || true
    lab_podman network prune --force >/dev/null 2>&1 || true
    [[ -z ${service:-} ]] || kill "$service"
    exit "$status"
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

check_image() { # NAME PROGRAM
    local user size
    user=$(lab_podman image inspect --format '{{.Config.User}}' "fpingcluster/$1:0.2.0")
    [[ $user == 1654:1654 ]] || fail "the image of the $1 runs as '$user'"
    [[ $(lab_podman image inspect --format '{{index .Config.Labels "org.opencontainers.image.version"}}' "fpingcluster/$1:0.2.0") == \
        "$(lab_podman run --rm --read-only --network none --volume "$DOTNET:/usr/share/dotnet:ro" "fpingcluster/$1:0.2.0" --version)" ]] || fail "the image of the $1 has another version in its label than in its program"
    mount=$(lab_podman image mount "fpingcluster/$1:0.2.0")
    python3 tests/Containers/sbom.py "$mount/usr/share/fpingcluster/sbom.cdx.json" "${@:2}"
    size=$(du -sm "$mount" | cut -f1)
    lab_podman image unmount "fpingcluster/$1:0.2.0" >/dev/null
    step "image of the $1: user $user, $size MB on the stand-in for its base"
}

# No capability and a closed file system: the raw engine with datagram sockets. With NET_RAW alone: fping as well.
check_agent_alone() {
    lab_podman run --rm --read-only --network none --cap-drop ALL --security-opt no-new-privileges --sysctl "net.ipv4.ping_group_range=0 2147483647" \
        fpingcluster/agent:0.2.0 ping 127.0.0.1 -c 1 --engine raw --format csv | grep -q ',up,' || fail "the raw engine does not work without capabilities"
    lab_podman run --rm --read-only --network none --cap-drop ALL --cap-add NET_RAW --security-opt no-new-privileges --user 0 \
        fpingcluster/agent:0.2.0 ping 127.0.0.1 -c 1 --engine fping --format csv | grep -q ',up,' || fail "fping does not work with NET_RAW"
    step "the agent's image pings: raw without any capability, fping with NET_RAW"
}

# In a container's network namespace, with this machine's programs.
in_network_of() { # CONTAINER COMMAND…
    local pid
    pid=$(lab_podman inspect --format '{{.State.Pid}}' "$1")
    nsenter --target "$pid" --net "${@:2}"
}

all_connected() {
    [[ $(coordinator agents --json 2>/dev/null | grep -o '"status": *"connected"' | wc -l) -eq 3 ]]
}

done_at_least() { # PERCENT
    local round
    round=$(coordinator rounds --limit 1 --json 2>/dev/null) || return 1
    [[ $round == *'"running"'* ]] || return 1
    (($(grep -o '"done": *[0-9]*' <<<"$round" | grep -o '[0-9]*$' | head -1) >= $1 * count / 100))
}

results_are_whole() {
    [[ -e $results ]] && (($(wc -l <"$results") > count))
}

trap end EXIT
ip link set lo up
rm -rf "$lab"
mkdir -p "$lab/config"
cp tests/Containers/coordinator.yml "$lab/config/"
echo 127.0.0.1 >"$lab/config/targets.csv"

check_image agent fping Google.Protobuf Microsoft.NETCore.App.Runtime.linux-x64
check_image coordinator base-files YamlDotNet Microsoft.Data.Sqlite
check_agent_alone

# Not through the function, whose subshell would be what is ended.
podman --root "$work/storage" --runroot "$work/run" --tmpdir "$work/tmp" system service --time 0 "unix://$work/podman.sock" &
service=$!
until_true 10 "podman's socket" test -S "$work/podman.sock"
compose up --detach --no-build --quiet-pull >"$lab/compose.log" 2>&1 || { cat "$lab/compose.log" >&2; fail "docker-compose up"; }
step "compose file is up"
until_true 60 "three connected agents" all_connected
for agent in 1 2 3; do
    in_network_of "fpc_agent-${agent}_1" ip route add 10.98.0.0/15 via 10.97.0.2
    [[ $(lab_podman inspect --format '{{.RestartCount}}' "fpc_agent-${agent}_1") -eq 0 ]] || fail "agent-$agent did not wait for its join token, but ended and was started again"
done
results=$(lab_podman volume inspect --format '{{.Mountpoint}}' fpc_coordinator)/results.csv
until_true 30 "the first round's results" test -e "$results"
rm "$results"
echo "$targets" >"$lab/config/targets.csv"
lab_podman restart fpc_coordinator_1 >/dev/null
# podman gives it another hardware address with each start and tells nobody: the agents would send to the old one for 45 to 60 s. Any word of its own corrects them: here, who has 10.96.0.1.
in_network_of fpc_coordinator_1 fping --quiet --count 1 10.96.0.1 2>/dev/null
step "coordinator started again, with $count targets"

until_true 30 "three agents connected again" all_connected
until_true 60 "a tenth of the round" done_at_least 10
lab_podman kill fpc_agent-1_1 >/dev/null
step "agent-1 killed"
until_true 30 "a quarter of the round" done_at_least 25
lab_podman network disconnect fpc_control fpc_agent-2_1
step "agent-2 cut off from the coordinator"
until_true 120 "the round's results" results_are_whole
step "round written"
coordinator rounds --limit 1
tail -n +2 "$results" | awk -F, -v count="$count" '
    { rows[$2]++; states[$11]++; agents[$13]++ }
    END {
        for (address in rows) { targets++; if (rows[address] > 1) twice++ }
        printf "%d rows, %d targets, %d twice; %d up, %d down, %d unknown;", NR, targets, twice, states["up"], states["down"], states["unknown"]
        for (agent in agents) printf " %s %d", agent, agents[agent]
        print ""
        exit !(NR == count && targets == count && states["up"] == count && agents["agent-1"] > 0 && agents["agent-2"] > 0)
    }' || fail "the results are not what they must be"
