#!/usr/bin/env python3
"""Adds up the results files (trx) of all test projects; the last line is "N passed, N failed".

Usage: summary.py [--filtered] RESULTS_FOLDER PROJECT...

A project without a result, a run that was cut short and a skipped test count as failures;
with --filtered a project may run no test.
"""
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

TRX = {"t": "http://microsoft.com/schemas/VisualStudio/TeamTest/2010"}


def read(file, may_be_empty):
    """Returns the number of passed tests and the failures as (name, message) of one results file."""
    if not file.exists():
        return 0, [] if may_be_empty else [(file.stem, "ran no test")]
    run = ElementTree.parse(file)
    passed, failures = 0, []
    for result in run.iterfind(".//t:UnitTestResult", TRX):
        if result.get("outcome") == "Passed":
            passed += 1
        else:
            message = result.findtext(".//t:Message", "", TRX) or f"outcome: {result.get('outcome')}"
            failures.append((result.get("testName"), message))
    for info in run.iterfind(".//t:RunInfo[@outcome='Error']", TRX):
        text = info.findtext("t:Text", "", TRX)
        if not text.endswith("[FAIL]"):  # else the echo of a failed test; all others say why the run was cut short
            failures.append((file.stem, "\n".join(text.splitlines()[:10])))
    if passed + len(failures) == 0 and not may_be_empty:
        failures.append((file.stem, "ran no test"))
    return passed, failures


def main(arguments):
    filtered = arguments[0] == "--filtered"
    folder, *projects = arguments[1:] if filtered else arguments
    passed, failures = 0, []
    for project in projects:
        project_passed, project_failures = read(Path(folder) / f"{project}.trx", filtered)
        passed += project_passed
        failures += project_failures
    for name, message in failures:
        print(f"\nFAILED {name}\n    " + message.strip().replace("\n", "\n    "))
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures or not passed else 0


sys.exit(main(sys.argv[1:]))
