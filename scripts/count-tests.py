#!/usr/bin/env python3
"""Adds up JUnit files: `count-tests.py FILE..` prints `N passed, N failed` and
exits 1 if anything failed, or if a file has no test at all."""

import sys
import xml.etree.ElementTree as ET


def count(path):
    passed = failed = skipped = 0
    for case in ET.parse(path).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def main():
    totals = [0, 0, 0]
    empty = []
    for path in sys.argv[1:]:
        counts = count(path)
        totals = [a + b for a, b in zip(totals, counts)]
        if sum(counts) == 0:
            empty.append(path)
    for path in empty:
        print(f"count-tests: {path} has no tests", file=sys.stderr)
    line = f"{totals[0]} passed, {totals[1]} failed"
    print(line + (f", {totals[2]} skipped" if totals[2] else ""))
    return 1 if totals[1] or empty else 0


if __name__ == "__main__":
    sys.exit(main())
