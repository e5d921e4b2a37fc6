#!/usr/bin/env bash
# 600,000 addresses of 127.0.0.0/8, five real pings each: one coordinator and three agents on this machine. Nothing leaves it.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
    cat <<'TEXT'
Usage: ./demo.sh [TARGETS]

Installs fping if it is missing, builds, and pings TARGETS (default 600000) addresses of 127.0.0.0/8, five times each, with one
coordinator and three agents as separate processes. Results go to out/demo/results.csv, the summary to out/demo/summary.json.
TEXT
}

fail() {
    echo "demo.sh: $*" >&2
    exit 2
}

install_fping() {
    command -v fping >/dev/null || [[ -x /usr/sbin/fping ]] && return 0
    command -v apt-get >/dev/null || fail "fping is missing and this system has no apt-get; install fping 4.2 or newer"
    local sudo=()
    [[ $EUID -eq 0 ]] || sudo=(sudo)
    echo "installing fping" >&2
    "${sudo[@]}" apt-get update -qq
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends fping >/dev/null
}

# The n-th address of 127.0.0.0/8, counted from 0.
address() {
    echo "127.$(($1 >> 16 & 255)).$(($1 >> 8 & 255)).$(($1 & 255))"
}

(($# <= 1)) || { usage >&2; fail "unexpected argument '$2'; the number of targets is the only one"; }
targets=${1:-600000}
case $targets in
    -h | --help) usage; exit 0 ;;
    *[!0-9]* | '') usage >&2; fail "'$targets' is no number of targets" ;;
esac
((targets >= 1 && targets <= 16000000)) || fail "$targets targets; it must be 1 to 16000000"

install_fping
./build.sh >&2
mkdir -p out/demo
echo "$(address 1)-$(address "$targets")" >out/demo/targets.txt
cat >out/demo/job.yml <<'YAML'
jobs:
  - name: demo
    targets: { file: targets.txt }
    probe: { engine: auto, count: 5, period: 500ms, timeout: 500ms, size: 12 }
    output: { file: results.csv, format: csv }
# As fast as this machine can: nobody else is in the way on loopback.
limits: { per_agent: 1000000 }
YAML

echo "one coordinator, three agents: $targets addresses x 5 pings" >&2
exec out/fping-coordinator run -c out/demo/job.yml --local-agents 3 --summary-json out/demo/summary.json
