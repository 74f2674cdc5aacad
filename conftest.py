"""What every test run shares: documented examples are tests, and campaigns say how much they did.

The examples of README.md, docs and the docstrings are run by tests/documented_examples.py.
"""

from __future__ import annotations

from collections import Counter

import pytest

from documented_examples import DOCSTRINGS, PAGES

pytest_collect_file = (PAGES + DOCSTRINGS).pytest()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell how often a process died, and how often two workers met."""
    counted: Counter[str] = Counter()
    for report in (*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")):
        counted.update({name: value for name, value in report.user_properties if name.endswith("_runs")})
    for name, runs in sorted(counted.items()):
        terminalreporter.write_line(f"{name.replace('_', ' ')}: {runs}")
