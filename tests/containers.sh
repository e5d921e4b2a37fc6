#!/usr/bin/env bash
# Builds both images with podman, brings deploy/compose up on networks of its own, kills one agent, cuts another off, and checks the round's results.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

usage() {
    cat <<'TEXT'
Usage: tests/containers.sh [--work DIR] bases|build|cluster|clean

  bases     base images from Debian's packages under the names of Microsoft's
  build     these if need be, then both images of deploy/images
  cluster   builds if need be; checks the images; then the compose file: 100,000 targets, one agent killed, one cut off,
            each target in the results once and up. All of it in a network namespace of its own, without a way out
  clean     deletes all that was made

DIR holds everything that this makes (default: artifacts/containers). Needs root, the .NET SDK and the packages
podman runc netavark aardvark-dns iptables mmdebstrap catatonit docker-compose.
TEXT
}

fail() {
    echo "containers.sh: $*" >&2
    exit 2
}

# Seconds since the last step, so that a slow one is seen.
step() {
    printf '%4d s  %s\n' "$SECONDS" "$*" >&2
}

lab_podman() {
    podman --root "$work/storage" --runroot "$work/run" --tmpdir "$work/tmp" "$@"
}

configure() {
    mkdir -p "$work"
    cat >"$work/containers.conf" <<CONF
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
log_driver = "k8s-file"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
[network]
network_backend = "netavark"
network_config_dir = "$work/networks"
CONF
    export CONTAINERS_CONF=$work/containers.conf
    export DOTNET
    DOTNET=$(dirname "$(readlink -f "$(command -v dotnet)")")
}

# One Debian under three names. It has no .NET: the SDK is mounted for the build, the runtime for the run.
make_bases() {
    local root=$work/debian tag=10.0-noble name
    [[ ! -e $work/bases ]] || return 0
    rm -rf "$root"
    mkdir -p "$work/empty"
    mmdebstrap --quiet --variant=apt --skip=cleanup/apt --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
        --include=fping,iproute2,libcap2-bin,ca-certificates,libstdc++6,libssl3 bookworm "$root"
    ln -s /usr/share/dotnet/dotnet "$root/usr/bin/dotnet"
    mkdir "$root/usr/share/dotnet"
    step "Debian made"
    tar -C "$root" -c . | lab_podman import --quiet - fpc-lab/debian >/dev/null
    for name in runtime-deps aspnet; do
        lab_podman tag fpc-lab/debian "mcr.microsoft.com/dotnet/$name:$tag"
    done
    printf 'FROM fpc-lab/debian\nENV %s\n' "NUGET_CERT_REVOCATION_MODE=offline DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 DOTNET_NOLOGO=1 \
DOTNET_GENERATE_ASPNET_CERTIFICATE=false DOTNET_SKIP_WORKLOAD_INTEGRITY_CHECK=1 DOTNET_CLI_TELEMETRY_OPTOUT=1" |
        lab_podman build --quiet --tag "mcr.microsoft.com/dotnet/sdk:$tag" --file - "$work/empty" >/dev/null
    # Libraries, certificates and no shell, as the chiselled image has it.
    (cd "$root" && tar -c lib lib64 tmp etc/os-release usr/lib/os-release etc/ssl etc/nsswitch.conf usr/lib64 \
        usr/lib/*/lib{c,m,dl,pthread,rt,resolv,gcc_s,stdc++,ssl,crypto,z}.so* usr/lib/*/ld-linux*) | lab_podman import --quiet - "mcr.microsoft.com/dotnet/runtime-deps:$tag-chiseled" >/dev/null
    rm -rf "$root"
    touch "$work/bases"
    step "base images made"
}

build_images() {
    local target
    [[ ! -e $work/built ]] || return 0
    make_bases
    mkdir -p "$HOME/.nuget/packages"
    for target in agent coordinator; do
        lab_podman build --pull=never --format docker --platform "linux/$(dpkg --print-architecture)" --network host --file deploy/images/Dockerfile --target "$target" --tag "fpingcluster/$target:0.2.0" \
            --volume "$DOTNET:/usr/share/dotnet:ro" --volume "$HOME/.nuget/packages:/root/.nuget/packages" --volume /etc/ssl/certs:/etc/ssl/certs:ro \
            --build-arg REVISION="$(git rev-parse HEAD 2>/dev/null || echo unknown)" . >"$work/build-$target.log" 2>&1 ||
            { tail -n 40 "$work/build-$target.log" >&2; fail "the image of the $target could not be built"; }
        step "image of the $target built"
    done
    touch "$work/built"
}

clean() {
    [[ -d $work ]] || return 0
    if [[ -d $work/storage ]] && command -v podman >/dev/null; then
        lab_podman rm --all --force --time 0 >/dev/null 2>&1 || true
        lab_podman unmount --all >/dev/null 2>&1 || true
    fi
    umount --recursive "$work/storage/overlay" 2>/dev/null || true
    rm -rf "$work"
}

work=artifacts/containers
[[ ${1:-} == --work ]] && { work=${2:?--work needs a folder}; shift 2; }
case ${1:-} in bases | build | cluster | clean | -h | --help) ;; *) usage >&2; fail "unknown command '${1:-}'" ;; esac
[[ $1 != -* ]] || { usage; exit 0; }
[[ $EUID -eq 0 ]] || fail "containers with networks of their own need root; run it with sudo"
work=$(realpath -m "$work")
configure
case $1 in
    bases) make_bases ;;
    build) build_images ;;
    clean) clean ;;
    cluster)
        build_images
        export -f lab_podman step fail
        export work
        unshare --net --mount bash tests/Containers/cluster.sh
        ;;
esac
