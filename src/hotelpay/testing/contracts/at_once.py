"""Several calls at the same moment, as several workers make them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

_T = TypeVar("_T")

#: How many workers a suite sets to work at once.
WORKERS: Final = 8
#: How often it tries, since one race may be won by luck.
ROUNDS: Final = 5
_PATIENCE_SECONDS: Final = 60


def at_once(calls: Sequence[Callable[[], _T]]) -> list[_T]:
    """Make these calls at the same moment, each in a thread of its own, and return their answers in order."""
    start = threading.Barrier(len(calls))

    def started(call: Callable[[], _T]) -> _T:
        start.wait(_PATIENCE_SECONDS)
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(started, calls))
