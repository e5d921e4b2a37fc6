#!/usr/bin/env bash
# Builds both programs as they were one minor version ago, once, and prints the folder that holds them.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Version 0.1, protocol 1.1. Raised with each minor version, to the last commit of the one before.
commit=08d10913e716db2bc5a5636394dec14e7bae12b7
folder=$PWD/artifacts/earlier/$commit

fail() {
    echo "earlier-release.sh: $*" >&2
    exit 2
}

build() {
    local staging=$folder.staging project
    git cat-file -e "$commit^{commit}" 2>/dev/null || fail "commit $commit is not in this clone, which may be a shallow one: git fetch --unshallow"
    rm -rf "$staging"
    mkdir -p "$staging/source"
    git archive "$commit" | tar -x -C "$staging/source"
    for project in Agent Coordinator; do
        # Its style was checked in its time.
        (cd "$staging/source" && dotnet publish "src/$project" --configuration Release --output "$staging/out" --nologo --verbosity quiet \
            --use-current-runtime --self-contained false -p:RunAnalyzers=false -p:GenerateDocumentationFile=false) >&2
    done
    mv "$staging/out" "$folder"
    rm -rf "$staging"
}

mkdir -p artifacts/earlier
# One of several test processes builds, the others wait for it.
exec {lock}>artifacts/earlier/lock
flock "$lock"
[[ -d $folder ]] || build
echo "$folder"
