"""What the days ahead will take: the sums of a forecast, day by day on the hotel's clock."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import attrs

from hotelpay.autopilot.decision import Run
from hotelpay.autopilot.forecast import Foreseen
from hotelpay.autopilot.task import Operation
from hotelpay.moments import local_date
from hotelpay.money import CurrencyLike, Money


@attrs.frozen
class DaySums:
    """What one day on the hotel's clock will take: how many runs, and the sums of those that have one.

    ``hindered`` is what a known problem keeps from being taken: no card, or an amount above a ceiling.
    """

    day: date
    charged: Money
    blocked: Money
    hindered: Money
    runs: int = 0

    @property
    def total(self) -> Money:
        """All sums together."""
        return self.charged + self.blocked + self.hindered

    def with_run(self, run: Run) -> DaySums:
        """Return the day with one more run; actions alone take nothing."""
        counted = attrs.evolve(self, runs=self.runs + 1)
        total = run.moves
        if total is None:
            return counted
        if run.problem is not None:
            return attrs.evolve(counted, hindered=self.hindered + total)
        if run.task.operation is Operation.PAYMENT:
            return attrs.evolve(counted, charged=self.charged + total)
        return attrs.evolve(counted, blocked=self.blocked + total)


def day_sums(
    found: Iterable[Foreseen], zone: ZoneInfo, *, first: date, days: int, currency: CurrencyLike
) -> tuple[DaySums, ...]:
    """Return the sums of each of ``days`` days from ``first`` on, quiet ones included.

    What falls on another day is left out. A run in another currency raises
    :class:`~hotelpay.errors.CurrencyMismatch`.
    """
    zero = Money.zero(currency)
    sums = {day: DaySums(day, zero, zero, zero) for day in (first + timedelta(days=each) for each in range(days))}
    for foreseen in found:
        day = local_date(zone, foreseen.at)
        if day in sums:
            sums[day] = sums[day].with_run(foreseen.run)
    return tuple(sums.values())
