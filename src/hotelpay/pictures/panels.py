"""What a calendar counts: the sums of a forecast's days, one panel for each currency, and how the days compare."""

from __future__ import annotations

import enum
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Final, assert_never
from zoneinfo import ZoneInfo

import attrs

from hotelpay.autopilot.forecast import Foreseen
from hotelpay.money import Currency
from hotelpay.pictures.day_sums import DaySums, day_sums

#: The quarters that days are told apart by; what lies below them is nothing at all.
LEVELS: Final = 4
#: The days of a week.
WEEK: Final = 7


class Counted(enum.Enum):
    """What the cells of a calendar count."""

    TOTAL = "total"
    CHARGED = "charged"
    BLOCKED = "blocked"
    HINDERED = "hindered"
    RUNS = "runs"


@attrs.frozen(kw_only=True)
class Panel:
    """A calendar of one currency, or of runs; ``days`` are all of the stretch, quiet ones included.

    A day's ``value`` is in minor units of the currency, or a number of runs.
    """

    counted: Counted
    currency: Currency | None
    days: tuple[DaySums, ...]
    _ranked: tuple[int, ...] = attrs.field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "_ranked", tuple(sorted(filter(None, map(self.value, self.days)))))

    def value(self, day: DaySums) -> int:
        """Return what a cell counts."""
        match self.counted:
            case Counted.TOTAL:
                return day.total.minor
            case Counted.CHARGED:
                return day.charged.minor
            case Counted.BLOCKED:
                return day.blocked.minor
            case Counted.HINDERED:
                return day.hindered.minor
            case Counted.RUNS:
                return day.runs
        assert_never(self.counted)

    def level(self, day: DaySums) -> int:
        """Return which quarter of the days that take something a day belongs to: 1 to 4, and 0 for nothing."""
        value, days = self.value(day), len(self._ranked)
        # Counted from above: where there are fewer days than shades, the busiest one has the strongest all the same.
        return LEVELS - LEVELS * (days - bisect_right(self._ranked, value)) // days if value else 0

    @property
    def ranges(self) -> dict[int, tuple[int, int]]:
        """The least and the greatest value of each quarter that has days."""
        found: dict[int, tuple[int, int]] = {}
        for day in self.days:
            value, level = self.value(day), self.level(day)
            low, high = found.get(level, (value, value))
            found[level] = min(low, value), max(high, value)
        return dict(sorted(found.items()))

    @property
    def months(self) -> Iterator[tuple[date, tuple[DaySums, ...]]]:
        """The days of each month, with the first of the month."""
        for first, days in groupby(self.days, key=lambda each: each.day.replace(day=1)):
            yield first, tuple(days)


def panels(
    found: Iterable[Foreseen], zone: ZoneInfo, *, first: date, last: date, counted: Counted = Counted.CHARGED
) -> tuple[Panel, ...]:
    """Return the calendars of a forecast from ``first`` to ``last``: one for each currency, or one of runs.

    Currencies are never added up, so sums of several are several calendars, by their codes. Where no run has an
    amount there is one of runs.
    """
    found, days = tuple(found), (last - first).days + 1
    currencies = {} if counted is Counted.RUNS else _by_currency(found)
    if not currencies:
        return (Panel(counted=Counted.RUNS, currency=None, days=_runs(found, zone, first, days)),)
    return tuple(
        Panel(
            counted=counted,
            currency=currency,
            days=day_sums(runs, zone, first=first, days=days, currency=currency),
        )
        for currency, runs in currencies.items()
    )


def _by_currency(found: Iterable[Foreseen]) -> Mapping[Currency, list[Foreseen]]:
    by_currency: dict[Currency, list[Foreseen]] = {}
    for foreseen in found:
        moves = foreseen.run.moves
        if moves is not None:
            by_currency.setdefault(moves.currency, []).append(foreseen)
    return dict(sorted(by_currency.items(), key=lambda each: each[0].code))


def _runs(found: Iterable[Foreseen], zone: ZoneInfo, first: date, days: int) -> tuple[DaySums, ...]:
    """Return days that count runs alone: their amounts may be of several currencies."""
    bare = [attrs.evolve(each, run=attrs.evolve(each.run, amount=None)) for each in found]
    return day_sums(bare, zone, first=first, days=days, currency=_NO_CURRENCY)


#: Of days that count runs alone nothing is summed: zero is zero in any currency.
_NO_CURRENCY: Final = Currency.of("EUR")


def weeks(days: Sequence[DaySums], first_weekday: int) -> Iterator[list[DaySums | None]]:
    """Yield the weeks of a month, each with seven places; a place outside the stretch is None."""
    week: list[DaySums | None] = [None] * WEEK
    for each in days:
        place = (each.day.weekday() - first_weekday) % WEEK
        if place == 0 and any(week):
            yield week
            week = [None] * WEEK
        week[place] = each
    yield week
