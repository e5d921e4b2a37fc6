#!/usr/bin/env bash
set -euo pipefail

usage() {
    cat <<'TEXT'
A laboratory of network namespaces: one router, N hosts, no way out. Each host has two cables to the router: one to
the targets, and one for control, over which the hosts reach each other's control addresses.

  tests/lab.sh up [HOSTS]              make a router and HOSTS hosts (default 3, at most 250), print their addresses
  tests/lab.sh exec HOST COMMAND…      run a command in a host (1, 2, … or router)
  tests/lab.sh cut HOST [CABLE]        pull one of the host's cables: it loses its carrier
  tests/lab.sh cut HOST CABLE SECONDS  pull it, and plug it in again after that time
  tests/lab.sh blackhole HOST [CABLE]  drop all that passes through the cable, silently, with the link up
  tests/lab.sh restore HOST [CABLE]    undo cut and blackhole
  tests/lab.sh status                  namespaces, links and processes
  tests/lab.sh down                    end everything that runs in the laboratory and delete it

CABLE is targets (the default) or control.
Option before the command: --prefix NAME-   one of several laboratories (default fpc-lab-).

  Host n                10.200.n.2       fd00:2:n::2      10.201.n.2 on the control cable
  Router towards it     10.200.n.1       fd00:2:n::1      10.201.n.1
  Answer pings          10.0.0.0/9       fd00:1::/64      8 million addresses, served by the router
  Silently dead         10.128.0.0/10    fd00:3::/64
  All other addresses   the router answers "network unreachable"

Examples:
  sudo tests/lab.sh up 2
  sudo tests/lab.sh exec 1 fping -c 5 10.1.2.3 10.200.2.2 10.129.0.1
  sudo tests/lab.sh cut 1
  sudo tests/lab.sh down
TEXT
}

fail() {
    echo "lab.sh: $*" >&2
    exit 2
}

require() {
    [[ $EUID -eq 0 ]] || fail "network namespaces need root; run it with sudo"
    local tool
    for tool in ip nsenter sysctl; do
        command -v "$tool" >/dev/null || fail "'$tool' is missing; apt-get install iproute2 util-linux procps"
    done
}

names() {
    ip netns list | awk -v prefix="$1" 'index($1, prefix) == 1 { print $1 }'
}

# Every process inside goes too: a program under test may leave children behind.
end_processes() {
    local pids tries=200
    while pids=$(ip netns pids "$1") && [[ -n $pids ]]; do
        ((tries-- > 0)) || fail "processes in $1 do not end: $pids"
        kill -KILL $pids 2>/dev/null || true
        sleep 0.02
    done
}

delete() {
    local name
    for name in $(names "$1"); do
        end_processes "$name"
        ip netns delete "$name"
    done
}

# Laboratories are called fpc-PID-… by the process that made them; one that was killed could not clean up.
sweep() {
    local name pid
    for name in $(names fpc-); do
        pid=${name#fpc-}
        pid=${pid%%-*}
        if [[ $pid =~ ^[0-9]+$ && ! -d /proc/$pid ]]; then
            delete "$name"
        fi
    done
}

make_router() {
    ip netns add "$router"
    # Without a limit on ICMP errors every ping to a dead address gets its reason.
    ip netns exec "$router" sysctl -qw net.ipv4.ip_forward=1 net.ipv4.icmp_ratelimit=0 net.ipv4.icmp_msgs_per_sec=1000000 \
        net.ipv6.conf.all.forwarding=1 net.ipv6.conf.default.keep_addr_on_down=1 net.ipv6.icmp.ratelimit=0
    ip -n "$router" -batch - <<'TOPOLOGY'
link set lo up
route add local 10.0.0.0/9 dev lo
route add local fd00:1::/64 dev lo
route add blackhole 10.128.0.0/10
route add blackhole fd00:3::/64
TOPOLOGY
}

make_host() {
    local n=$1 host=$prefix$1
    ip netns add "$host"
    ip -n "$router" -batch - <<TOPOLOGY
link add host$n type veth peer name eth0 netns $host
address add 10.200.$n.1/30 dev host$n
address add fd00:2:$n::1/64 dev host$n nodad
link set host$n up
link add control$n type veth peer name control netns $host
address add 10.201.$n.1/30 dev control$n
link set control$n up
TOPOLOGY
    ip -n "$host" -batch - <<TOPOLOGY
link set lo up
address add 10.200.$n.2/30 dev eth0
address add fd00:2:$n::2/64 dev eth0 nodad
link set eth0 up
route add default via 10.200.$n.1
route add default via fd00:2:$n::1
address add 10.201.$n.2/30 dev control
link set control up
route add 10.201.0.0/16 via 10.201.$n.1
TOPOLOGY
}

# A cable's ends, in the host and in the router, and the IPv4 network between them.
choose_cable() {
    case $2 in
        targets) inside=eth0 outside=host$1 network=10.200.$1 ;;
        control) inside=control outside=control$1 network=10.201.$1 ;;
        *) fail "CABLE must be targets or control, not '$2'" ;;
    esac
}

# Both ends of a cable notice a little later that it was plugged or pulled; until then an end with a link drops what it sends.
await_carrier() {
    local host=$1 expected=$2 tries=200
    until [[ $(link_states "$host") == "$expected" ]]; do
        ((tries-- > 0)) || fail "the link $inside of host $host is $(link_states "$host") after 10 s, not $expected"
        sleep 0.05
    done
}

link_states() {
    { ip -n "$prefix$1" -brief link show "$inside" && ip -n "$router" -brief link show "$outside"; } |
        awk '{ print ($2 == "UP" ? "up" : "down") }' | uniq | paste -sd /
}

up() {
    local hosts=${1:-3} n cable
    [[ $hosts =~ ^[0-9]+$ && $hosts -ge 1 && $hosts -le 250 ]] || fail "HOSTS must be 1 to 250, not '$hosts'"
    sweep
    [[ -z $(names "$prefix") ]] || fail "a laboratory $prefix is up already; 'tests/lab.sh down' ends it"
    trap 'delete "$prefix"' EXIT
    make_router
    for ((n = 1; n <= hosts; n++)); do
        make_host "$n"
    done
    for ((n = 1; n <= hosts; n++)); do
        for cable in targets control; do
            choose_cable "$n" "$cable"
            await_carrier "$n" up
        done
        echo "$prefix$n 10.200.$n.2 fd00:2:$n::2 10.201.$n.2"
    done
    trap - EXIT
}

host_name() {
    [[ -n ${1:-} ]] || fail "name a host: 1, 2, … or router"
    [[ -e /run/netns/$prefix$1 ]] || fail "no host '$1'; 'tests/lab.sh status' lists them, 'tests/lab.sh up' makes them"
    echo "$prefix$1"
}

run() {
    local name
    name=$(host_name "${1:-}")
    shift
    [[ $# -gt 0 ]] || fail "exec needs a command"
    exec nsenter --net="/run/netns/$name" "$@"
}

blackhole_rules() {
    local action=$1 n=$2
    ip -n "$router" -batch - <<RULES
rule $action from $network.2 priority 1 blackhole
rule $action to $network.2 priority 1 blackhole
RULES
    [[ $inside == eth0 ]] || return 0
    ip -6 -n "$router" -batch - <<RULES
rule $action from fd00:2:$n::2 priority 1 blackhole
rule $action to fd00:2:$n::2 priority 1 blackhole
RULES
}

cut() {
    ip -n "$router" link set "$outside" down
    if [[ -n $2 ]]; then
        sleep "$2"
        restore "$1"
    else
        await_carrier "$1" down
    fi
}

restore() {
    ip -n "$router" link set "$outside" up
    await_carrier "$1" up
    # A neighbour that was asked for in vain is asked again only a second later.
    ip -n "$prefix$1" neighbour flush dev "$inside"
    ip -n "$router" neighbour flush dev "$outside"
    if [[ -n $(ip -n "$router" rule list from "$network.2") ]]; then
        blackhole_rules delete "$1"
    fi
}

status() {
    local name
    for name in $(names "$prefix"); do
        echo "$name ($(ip netns pids "$name" | wc -l) processes)"
        ip -n "$name" -brief address | sed 's/^/  /'
    done
}

prefix=fpc-lab-
if [[ ${1:-} == --prefix ]]; then
    prefix=${2:?--prefix needs a name}
    shift 2
fi
router=${prefix}router

command=${1:-}
shift || true
case $command in
    -h | --help | help | '') usage; exit 0 ;;
esac
require
case $command in
    up) up "$@" ;;
    exec) run "$@" ;;
    cut | blackhole | restore)
        host_name "${1:-}" >/dev/null
        choose_cable "$1" "${2:-targets}"
        case $command in
            cut) cut "$1" "${3:-}" ;;
            blackhole) blackhole_rules add "$1" ;;
            restore) restore "$1" ;;
        esac
        ;;
    status) status ;;
    down) delete "$prefix" ;;
    *) fail "unknown command '$command'; --help lists them" ;;
esac
