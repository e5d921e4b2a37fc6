#!/usr/bin/env python3
"""Adds up the results files (trx) of all test projects; the last line is "N passed, N failed".

Usage: summary.py [--filtered] RESULTS_FOLDER PROJECT...
       summary.py --again RESULTS_FOLDER PROJECT        prints the filter of the tests that failed, if they are few

A project without a result, a run that was cut short and a skipped test count as failures;
with --filtered a project may run no test. PROJECT.Again.trx is a second run of what failed:
a test that passes there is named, and counts as passed.
"""
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

TRX = {"t": "http://microsoft.com/schemas/VisualStudio/TeamTest/2010"}

# More than a busy machine breaks: they are broken.
MOST_AGAIN = 2


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


def filter_of_failed(file):
    """Returns the expression that selects the failed tests of one results file; empty for none and for too many."""
    run = ElementTree.parse(file)
    failed = {result.get("testId") for result in run.iterfind(".//t:UnitTestResult[@outcome='Failed']", TRX)}
    methods = {f"{method.get('className')}.{method.get('name')}"
               for test in run.iterfind(".//t:UnitTest", TRX) if test.get("id") in failed
               for method in test.iterfind("t:TestMethod", TRX)}
    return "|".join(f"FullyQualifiedName={method}" for method in sorted(methods)) if len(failed) <= MOST_AGAIN else ""


def passed_again(file):
    if not file.exists():
        return set()
    return {result.get("testName") for result in ElementTree.parse(file).iterfind(".//t:UnitTestResult[@outcome='Passed']", TRX)}


def tell(what, name, message):
    print(f"\n{what} {name}\n    " + message.strip().replace("\n", "\n    "))


def main(arguments):
    if arguments[0] == "--again":
        file = Path(arguments[1]) / f"{arguments[2]}.trx"
        print(filter_of_failed(file) if file.exists() else "")
        return 0
    filtered = arguments[0] == "--filtered"
    folder, *projects = arguments[1:] if filtered else arguments
    passed, failures = 0, []
    for project in projects:
        project_passed, project_failures = read(Path(folder) / f"{project}.trx", filtered)
        passed += project_passed
        again = passed_again(Path(folder) / f"{project}.Again.trx")
        for name, message in project_failures:
            if name in again:
                passed += 1
                tell("PASSED WHEN RUN AGAIN", name, message)
            else:
                failures.append((name, message))
    for name, message in failures:
        tell("FAILED", name, message)
    print(f"{passed} passed, {len(failures)} failed")
    return 1 if failures or not passed else 0


sys.exit(main(sys.argv[1:]))
