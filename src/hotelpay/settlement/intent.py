"""What a settlement is about: an intent, frozen when it is claimed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, Self, TypeAlias

from hotelpay.settlement.effects import Effect
from hotelpay.settlement.identity import Identity
from hotelpay.settlement.outcome import Ending, Result

#: The definite answers so far, by the purpose of the call.
Results: TypeAlias = Mapping[str, Result]


class Intent(Protocol):
    """The script of one settlement: values and a pure function, nothing that could change while it runs."""

    @property
    def identity(self) -> Identity:
        """Which settlement it is."""
        ...

    @property
    def reservation(self) -> str:
        """The reservation that it holds while money moves."""
        ...

    @property
    def opening(self) -> str | None:
        """The purpose of the first call that moves money, or None where none does."""
        ...

    def next_effect(self, results: Results) -> Effect | Ending:
        """Return what comes next, given the definite answers so far; the end where nothing does."""
        ...

    def erased(self) -> Self:
        """Return the same intent without personal data; its key, amounts and script stay."""
        ...
