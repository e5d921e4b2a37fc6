#!/usr/bin/env python3
"""Checks an image's list of contents: CycloneDX, each component with a version and a purl of its own, and the named ones are there.

Usage: sbom.py FILE NAME…
"""
import json
import sys


def main(file, *names):
    with open(file, encoding="utf-8") as text:
        bom = json.load(text)
    components = bom["components"]
    found = {component["name"] for component in components}
    purls = [component["purl"] for component in components]
    errors = [f"no component {name}" for name in names if name not in found]
    errors += [f"no version: {component}" for component in components if not component["version"]]
    errors += [f"twice: {purl}" for purl in set(purls) if purls.count(purl) > 1]
    if (bom["bomFormat"], bom["specVersion"]) != ("CycloneDX", "1.5"):
        errors.append("not CycloneDX 1.5")
    print("\n".join(f"{file}: {error}" for error in errors) or f"{file}: {len(components)} components", file=sys.stderr)
    return 1 if errors else 0


sys.exit(main(*sys.argv[1:]))
