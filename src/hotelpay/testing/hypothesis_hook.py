"""What Hypothesis calls when it is imported, through the entry point ``hypothesis``: ``st.from_type`` knows hotelpay.

The strategies themselves are imported when the first of them is asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

import attrs

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def register() -> None:
    """Let ``st.from_type`` draw valid examples of every public value of hotelpay."""
    from hypothesis import strategies as st  # noqa: PLC0415

    import hotelpay  # noqa: PLC0415  only where Hypothesis is at work

    for name in hotelpay.__all__:
        kind = getattr(hotelpay, name)
        if isinstance(kind, type) and (attrs.has(kind) or hasattr(kind, "_fields")):
            st.register_type_strategy(kind, _drawn_by(kind))
    instants: Any = hotelpay.Instant
    st.register_type_strategy(instants, _drawn_by(instants))


def _drawn_by(kind: Any) -> Callable[[type], SearchStrategy[Any]]:  # noqa: ANN401  a class, or the type of instants
    def strategy(_: type) -> SearchStrategy[Any]:
        table = import_module("hotelpay.testing.strategy_table")
        found: SearchStrategy[Any] = table.STRATEGIES[kind]
        return found

    return strategy
