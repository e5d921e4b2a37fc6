#!/usr/bin/env bash
# Installs what the tests need, builds, and runs every test project. The last line is "N passed, N failed".
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

packages=(fping iproute2 util-linux mount e2fsprogs procps strace python3 python3-grpcio python3-grpc-tools)

usage() {
    cat <<TEXT
Usage: ./test.sh [--filter EXPRESSION]

Installs missing Debian packages (${packages[*]}),
builds, and runs all tests. Tests that need network namespaces fail unless run by root.

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

filter=()
case ${1:-} in
    -h | --help) usage; exit 0 ;;
    --filter) filter=(--filter "${2:?--filter needs an expression}") ;;
    '') ;;
    *) usage >&2; fail "unknown option '$1'" ;;
esac

install_packages
./build.sh
dotnet build FpingCluster.sln --nologo --verbosity quiet

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
mapfile -t projects < <(test_projects)
for project in "${projects[@]}"; do
    # The summary reads the outcome from the results file, where a crash shows as well.
    dotnet test "artifacts/bin/$project/debug/$project.dll" --nologo "${filter[@]}" --blame-hang-timeout 10m --blame-hang-dump-type none \
        --results-directory "$results" --logger "trx;LogFileName=$project.trx" --logger 'console;verbosity=minimal' || true
done

python3 tests/summary.py ${filter[0]:+--filtered} "$results" "${projects[@]}"
