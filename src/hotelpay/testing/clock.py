"""A clock that tests set: hotel time and ledger time in one."""

from __future__ import annotations

from datetime import datetime

import attrs

from hotelpay.moments import Instant, instant


@attrs.define
class SetClock:
    """Ledger time as a test sets it; it moves only when it is told to."""

    now: Instant = attrs.field(converter=instant)

    def __call__(self) -> Instant:
        """Return the time."""
        return self.now

    def advance(self, seconds: int) -> None:
        """Let time pass."""
        self.now = Instant(self.now + seconds)

    def set(self, moment: datetime | Instant) -> None:
        """Set the time."""
        self.now = instant(moment)
