#!/usr/bin/env bash
# Publishes both programs into out/, runnable from any folder. Needs the .NET SDK and nothing else.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

usage() {
    cat <<'TEXT'
Usage: ./build.sh [--force]

Builds out/fping-agent and out/fping-coordinator (Release, for the .NET runtime of this machine).
Does nothing when no source has changed since the last build; --force builds all the same.
TEXT
}

fail() {
    echo "build.sh: $*" >&2
    exit 2
}

require_sdk() {
    command -v dotnet >/dev/null || fail "'dotnet' is missing; install the .NET SDK 10 (package dotnet-sdk-10.0) and put it on the PATH"
    # Here, dotnet itself compares the installed SDKs with global.json.
    dotnet --version >/dev/null 2>&1 ||
        fail "no installed .NET SDK satisfies global.json, which asks for 10.0.100 or newer; installed: $(dotnet --list-sdks | cut -d' ' -f1 | paste -sd ' ' || true)"
}

is_current() {
    shopt -s nullglob
    local inputs=(src protos compat* *.props global.json)
    [[ -x out/fping-agent && -x out/fping-coordinator && -z $(find "${inputs[@]}" -newer out/.built -print -quit) ]]
}

build() {
    local staging=artifacts/staging project
    rm -rf "$staging"
    for project in src/Agent src/Coordinator; do
        # Analyzers are for those who change it (test.sh). Compiled ahead of time: on few CPUs, four processes that compile while they run take a sixth of a round of 20 s.
        dotnet publish "$project" --configuration Release --output "$staging" --nologo --verbosity quiet \
            --use-current-runtime --self-contained false -p:PublishReadyToRun=true -p:PublishDocumentationFiles=false -p:RunAnalyzers=false >&2
    done
    touch -r artifacts/.build-began "$staging/.built"
    # Only a complete build replaces the last one.
    rm -rf out
    mv "$staging" out
}

force=no
case ${1:-} in
    -h | --help) usage; exit 0 ;;
    --force) force=yes ;;
    '') ;;
    *) usage >&2; fail "unknown option '$1'" ;;
esac

if [[ $force == yes ]] || ! is_current; then
    require_sdk
    mkdir -p artifacts
    touch artifacts/.build-began
    build
fi
echo "$PWD/out/fping-agent"
echo "$PWD/out/fping-coordinator"
