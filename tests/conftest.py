"""What all tests share: Hypothesis profiles, and the list of scenarios with the tests that cover them."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Generator, Iterable

import pytest
from hypothesis import HealthCheck, settings

from hotelpay.testing.hypothesis_hook import register

# No plugins are loaded here (see the Makefile), so that coverage sees the package imported; this one is ours.
register()

# The examples of an ordinary run are the same every time; `make fuzz` draws new ones, and many more: HOTELPAY_EXAMPLES
# says how many of each law.
_SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile(
    "usual", derandomize=True, max_examples=150, deadline=None, database=None, suppress_health_check=_SLOW_IS_FINE
)
_MANY = int(os.environ.get("HOTELPAY_EXAMPLES", "1000"))
settings.register_profile("fuzz", max_examples=_MANY, deadline=None, suppress_health_check=_SLOW_IS_FINE)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "usual"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note how many examples of a law were tried, for the summary."""
    passed = re.findall(r"(\d+) passing", getattr(item, "hypothesis_statistics", ""))
    if call.when == "call" and passed:
        item.user_properties.append(("property_example_runs", sum(map(int, passed))))
    return (yield)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--scenarios", action="store_true", help="list the scenarios that the collected tests cover")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--scenarios"):
        return
    for name, tests in sorted(_covered(items).items()):
        print(f"{name:<24} {', '.join(tests)}")  # noqa: T201  the list is what was asked for
    pytest.exit("that was the list", returncode=0)


def _covered(items: Iterable[pytest.Item]) -> dict[str, list[str]]:
    tests: defaultdict[str, list[str]] = defaultdict(list)
    for item in items:
        for mark in item.iter_markers("scenario"):
            for name in mark.args:
                tests[name].append(item.nodeid.rpartition("/")[2])
    return tests
