#!/usr/bin/env bash
# Installs what the tests need, builds, and runs every test project. The last line is "N passed, N failed".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

packages=(fping iproute2 util-linux mount e2fsprogs procps strace python3 python3-grpcio python3-grpc-tools
    python3-yaml python3-jsonschema systemd podman runc netavark aardvark-dns iptables mmdebstrap catatonit docker-compose)

usage() {
    cat <<TEXT
Usage: ./test.sh [--filter EXPRESSION]

Installs missing Debian packages (${packages[*]}),
builds, and runs all tests. Tests that need network namespaces fail unless run by root. Up to two of a project
that fail are run again by themselves, where the machine may have been busy; one that passes then is named.

Examples:
  sudo ./test.sh
  ./test.sh --filter FullyQualifiedName~TargetList
TEXT
}

fail() {
    echo "test.sh: $*" >&2
    exit 2
}

install_packages() {
    local missing=() package sudo=()
    for package in "${packages[@]}"; do
        [[ $(dpkg-query --show --showformat '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
    done
    [[ ${#missing[@]} -gt 0 ]] || return 0
    command -v apt-get >/dev/null || fail "install these first, this system has no apt-get: ${missing[*]}"
    [[ $EUID -eq 0 ]] || sudo=(sudo)
    echo "installing ${missing[*]}" >&2
    "${sudo[@]}" apt-get update -qq
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "${missing[@]}" >/dev/null
}

test_projects() {
    dotnet sln FpingCluster.sln list | tr -d '\r' | sed -n 's|.*/\(FpingCluster\..*\.Tests\)\.csproj$|\1|p'
}

# The outcome is read from the results file, where a crash shows as well. What a shell starts in the background ignores SIGINT, and so do its children:
# the tests that send it need it back.
run_tests() { # NAME PROJECT [FILTER]
    env --default-signal=INT,QUIT dotnet test "artifacts/bin/$2/debug/$2.dll" --nologo ${3:+--filter "$3"} --blame-hang-timeout 10m --blame-hang-dump-type none \
        --results-directory "$results" --logger "trx;LogFileName=$1.trx" --logger 'console;verbosity=minimal' || true
}

run_failed_again() {
    local run filter project
    for run in "${runs[@]}"; do
        project=${run%.Long}
        filter=$(python3 tests/summary.py --again "$results" "$run")
        [[ -z $filter ]] || run_tests "$run.Again" "${project%.Containers}" "$filter"
    done
}

run_all() {
    local privileged=FpingCluster.Privileged.Tests containers=artifacts/containers project
    runs=("${projects[@]}" "$privileged.Long" "$privileged.Containers")
    tests/containers.sh --work "$containers" clean
    # Debian's packages for the base images come while the tests run; what fails here is made again, aloud, where it is needed.
    nice -n 19 tests/containers.sh --work "$containers" bases >/dev/null 2>&1 &
    # A test that waits for five minutes and needs no CPU does so beside all others. These go one after another: two that compete for two CPUs take
    # longer than in turn (10:40 min instead of 8:10 for the first six), and break what has a time limit.
    run_tests "$privileged.Long" "$privileged" 'FullyQualifiedName~LongCutTests' >"$results/long.log" 2>&1 &
    for project in "${projects[@]}"; do
        [[ $project == "$privileged" ]] || run_tests "$project" "$project"
    done
    wait
    run_tests "$privileged" "$privileged" 'FullyQualifiedName!~LongCutTests&FullyQualifiedName!~ContainerTests'
    # A container's control group takes its half of the CPUs, and the laboratory's measurements with it.
    run_tests "$privileged.Containers" "$privileged" 'FullyQualifiedName~ContainerTests'
    cat "$results/long.log"
    run_failed_again
    tests/containers.sh --work "$containers" clean
}

filter=
case ${1:-} in
    -h | --help) usage; exit 0 ;;
    --filter) filter=${2:?--filter needs an expression} ;;
    '') ;;
    *) usage >&2; fail "unknown option '$1'" ;;
esac

install_packages
command -v kubectl >/dev/null || fail "kubectl is missing (1.21 or newer, for 'kubectl kustomize'); this system's package manager has it as kubectl or kubernetes-client"
./build.sh
dotnet build FpingCluster.sln --nologo --verbosity quiet

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
mapfile -t projects < <(test_projects)
if [[ -n $filter ]]; then
    runs=("${projects[@]}")
    for project in "${projects[@]}"; do
        run_tests "$project" "$project" "$filter"
    done
else
    run_all
fi

python3 tests/summary.py ${filter:+--filtered} "$results" "${runs[@]}"
