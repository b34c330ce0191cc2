#!/usr/bin/env python3
"""Runs the tests of this folder; prints every skip with its reason, and totals.

  run.py [-k WORD]    only tests with the word in their names
"""
import argparse
import sys
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-k", metavar="WORD", help="only tests with this in their names")
    options = parser.parse_args()
    sys.path.insert(0, str(HERE))
    loader = unittest.TestLoader()
    if options.k:
        loader.testNamePatterns = [f"*{options.k}*"]
    suite = loader.discover(str(HERE))
    result = unittest.TextTestRunner(verbosity=2, buffer=True).run(suite)
    failed = len(result.failures) + len(result.errors) + len(result.unexpectedSuccesses)
    passed = result.testsRun - failed - len(result.skipped)
    for test, reason in result.skipped:
        print(f"  skipped: {test}: {reason}")
    print(f"Tests: {passed} passed, {failed} failed, {len(result.skipped)} skipped")
    if result.testsRun == 0:
        print("No test ran: the word is in no name.")
    sys.exit(0 if failed == 0 and result.testsRun > 0 else 1)


if __name__ == "__main__":
    main()
