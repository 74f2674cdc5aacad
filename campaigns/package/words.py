"""What each part says: one line for each thing that it looked at."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Self

import attrs


@attrs.frozen
class Line:
    """What was looked at, what was seen, and everything that is wrong with it."""

    what: str
    seen: str
    faults: tuple[str, ...] = ()

    @classmethod
    def of(cls, what: str, seen: str, faults: Iterable[str] = ()) -> Self:
        """Return the line with all faults gathered."""
        return cls(what, seen, tuple(faults))

    def __str__(self) -> str:
        rest = "".join(f"\n    FAULT: {fault.replace(chr(10), chr(10) + '    ')}" for fault in self.faults)
        return f"{self.what:<16} {self.seen}{rest}"
