"""The base of every suite: a guarantee that is overridden by accident is an error, never a silent pass."""

from __future__ import annotations

from collections.abc import Collection
from typing import ClassVar


class PortContract:
    """A suite of tests that an adapter runs by subclassing it and overriding its one fixture.

    A subclass may add tests of its own. One that bears the name of a test of the suite would take that test's place
    without a word, so it raises TypeError, unless the name is listed in ``deliberately_replaced``.
    """

    deliberately_replaced: ClassVar[Collection[str]] = ()
    """Names of the suite's tests that this class, knowingly, does not run as they are."""

    def __init_subclass__(cls, **keywords: object) -> None:
        super().__init_subclass__(**keywords)
        replaced, allowed = _replaced_tests(cls), _deliberately_replaced(cls)
        if replaced - allowed:
            names = ", ".join(sorted(replaced - allowed))
            raise TypeError(f"{cls.__name__} replaces tests of the contract: {names}; list them if that is meant")
        if allowed - replaced:
            names = ", ".join(sorted(allowed - replaced))
            raise TypeError(f"{cls.__name__} lists tests as replaced that it does not replace: {names}")


def _replaced_tests(suite: type) -> set[str]:
    """Return the tests that stand in more than one class of a suite's bases: only one of them would run."""
    seen: set[str] = set()
    replaced: set[str] = set()
    for base in suite.__mro__:
        tests = {name for name in vars(base) if name.startswith("test_")}
        replaced |= seen & tests
        seen |= tests
    return replaced


def _deliberately_replaced(suite: type) -> set[str]:
    return {name for base in suite.__mro__ for name in vars(base).get("deliberately_replaced", ())}
