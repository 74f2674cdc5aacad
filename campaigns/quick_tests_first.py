"""For `make mutants`: of a mutant one failure is enough, so what is quick runs before what takes its time."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_takes_its_time)


def _takes_its_time(item: pytest.Item) -> bool:
    """Tell whether a test tries many examples, or lives through a whole story."""
    return "test_stories" in item.nodeid or item.get_closest_marker("hypothesis") is not None
