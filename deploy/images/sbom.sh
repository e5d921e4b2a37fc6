#!/bin/sh
# Writes the list of what an image holds (CycloneDX 1.5) to stdout; the build of the image calls it.
# Usage: sbom.sh NAME VERSION ARCHITECTURE DEPS_JSON DEBIAN_PACKAGES
#   DEPS_JSON         what the .NET program ships, as the SDK wrote it (*.deps.json)
#   DEBIAN_PACKAGES   a line for each of the distribution's packages: name version architecture
set -eu
name=$1 version=$2 architecture=$3 deps=$4 debian=$5

. /etc/os-release

# A key "Name/Version" of "libraries", and on the line after it the type: package, or runtimepack for .NET itself; projects are our own code.
nuget() {
    awk -F'"' '
        /^  "libraries"/ { inside = 1 }
        inside && $2 ~ /\// { split($2, key, "/") }
        inside && $2 == "type" && $4 != "project" {
            sub(/^runtimepack\./, "", key[1])
            printf "library %s %s pkg:nuget/%s@%s\n", key[1], key[2], key[1], key[2]
        }' "$deps"
}

distribution() {
    awk -v id="$ID" -v release="$VERSION_ID" '{
        purl = $2
        gsub(/\+/, "%2B", purl); gsub(/:/, "%3A", purl)
        printf "library %s %s pkg:deb/%s/%s@%s?arch=%s&distro=%s-%s\n", $1, $2, id, $1, purl, $3, id, release
    }' "$debian"
}

components() {
    { nuget; distribution; } | LC_ALL=C sort -u | awk '
        { printf "%s    { \"type\": \"%s\", \"name\": \"%s\", \"version\": \"%s\", \"purl\": \"%s\", \"bom-ref\": \"%s\" }", (NR == 1 ? "" : ",\n"), $1, $2, $3, $4, $4 }
        END { print "" }'
}

cat <<JSON
{
  "bomFormat": "CycloneDX",
  "specVersion": "1.5",
  "version": 1,
  "metadata": {
    "component": { "type": "container", "name": "fpingcluster/$name", "version": "$version", "bom-ref": "fpingcluster/$name@$version" },
    "properties": [ { "name": "architecture", "value": "$architecture" } ]
  },
  "components": [
$(components)
  ]
}
JSON
