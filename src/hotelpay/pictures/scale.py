"""A scale of time: a line on which hours can be read though a year lies between two of them.

What matters in a reservation's life lies in a few hours here and there. So a long stretch in which nothing begins,
ends or happens is cut short, and every such cut is told, so that it can be marked. All else is true to scale.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

import attrs

from hotelpay.moments import HOUR, Instant, hotel_midnight, local_date, utc_datetime

_DAY: Final = 24 * HOUR
#: The shortest window is to take a part of the line of about this size.
_SHARE_OF_SHORTEST: Final = 12
#: A stretch is cut only where that spares more than it leaves.
_WORTH_CUTTING: Final = 2
#: A line with more cuts than these is no scale any more.
_MOST_CUTS: Final = 8
#: Cuts that spare less than one part in so many of the whole are not worth their marks.
_WORTH_SPARING: Final = 4
_SMALLER: Final = Fraction(4, 5)
#: Half an hour: the finest step of clocks in the world, and of the marks on a scale.
_STEP: Final = HOUR // 2


@attrs.frozen
class Piece:
    """A stretch of time and where it lies on the line, of which the whole has length 1."""

    start: Instant
    end: Instant
    left: Fraction
    right: Fraction
    cut: bool = False


@attrs.frozen
class Scale:
    """The pieces of a line, one after the other."""

    pieces: tuple[Piece, ...]

    @property
    def start(self) -> Instant:
        """Where the line begins."""
        return self.pieces[0].start

    @property
    def end(self) -> Instant:
        """Where the line ends."""
        return self.pieces[-1].end

    @property
    def cuts(self) -> tuple[Piece, ...]:
        """The stretches that are drawn shorter than they are."""
        return tuple(piece for piece in self.pieces if piece.cut)

    def at(self, moment: Instant) -> Fraction:
        """Return where an instant lies, from 0 at the start to 1 at the end; what lies outside lies at its end."""
        if moment <= self.start:
            return Fraction(0)
        if moment >= self.end:
            return Fraction(1)
        piece = self.pieces[bisect_right([each.start for each in self.pieces], moment) - 1]
        part = Fraction(moment - piece.start, piece.end - piece.start)
        return piece.left + part * (piece.right - piece.left)


@attrs.frozen
class Tick:
    """A mark on the scale: of a day's beginning, or of an ``hour`` within it."""

    at: Instant
    place: Fraction
    day: date
    begins: bool = True
    hour: int | None = None


def scale_of(moments: Iterable[Instant], shortest: int = _DAY) -> Scale:
    """Return the scale on which all of these instants can be told apart, with some time before and after them.

    ``shortest`` is the length of the shortest thing that has to be seen, in seconds.
    """
    known = sorted(set(moments))
    begin, end = known[0], known[-1]
    beside = max(min((end - begin) // 50, shortest // 4), HOUR)
    points = [Instant(begin - beside), *known, Instant(end + beside)]
    stretches = list(pairwise(points))
    longest = _longest_kept([later - earlier for earlier, later in stretches], shortest * _SHARE_OF_SHORTEST)
    return Scale(tuple(_pieces(stretches, longest)))


def _longest_kept(lengths: Sequence[int], wanted: int) -> int:
    """Return to what length stretches are cut, so that together they come to ``wanted`` if they can."""
    kept = smaller = max(lengths)
    while smaller > HOUR and sum(_drawn(length, kept) for length in lengths) > wanted:
        smaller = int(smaller * _SMALLER)
        if sum(_drawn(length, smaller) < length for length in lengths) > _MOST_CUTS:
            break
        kept = smaller
    spared = sum(lengths) - sum(_drawn(length, kept) for length in lengths)
    return kept if spared * _WORTH_SPARING >= sum(lengths) else max(lengths)


def _drawn(length: int, kept: int) -> int:
    return kept if length > kept * _WORTH_CUTTING else length


def _pieces(stretches: Iterable[tuple[Instant, Instant]], longest: int) -> Iterator[Piece]:
    stretches = list(stretches)
    whole = sum(_drawn(later - earlier, longest) for earlier, later in stretches)
    done = 0
    for earlier, later in stretches:
        drawn = _drawn(later - earlier, longest)
        yield Piece(earlier, later, Fraction(done, whole), Fraction(done + drawn, whole), cut=drawn < later - earlier)
        done += drawn


#: The steps that marks stand apart: hours of a day, days, then months.
_HOURS: Final = (1, 3, 6, 12)
_DAYS: Final = (1, 2, 7, 14)
_MONTHS: Final = (1, 3, 6, 12)


def ticks(scale: Scale, zone: ZoneInfo, apart: Fraction) -> tuple[Tick, ...]:
    """Return the marks of a scale on the hotel's clock, as many as stand ``apart`` from each other on the line.

    A day begins at its midnight, whenever that is: days of 23 and 25 hours are as long as they are.
    """
    rate = max((_rate(piece) for piece in scale.pieces if not piece.cut), default=Fraction(0))
    found = tuple(_finest(scale, zone, apart, rate))
    return tuple(tick for tick in found if _may_stand(scale, tick))


def _rate(piece: Piece) -> Fraction:
    return (piece.right - piece.left) / (piece.end - piece.start)


def _may_stand(scale: Scale, tick: Tick) -> bool:
    return not any(piece.start < tick.at < piece.end for piece in scale.cuts)


def _finest(scale: Scale, zone: ZoneInfo, apart: Fraction, rate: Fraction) -> Iterator[Tick]:
    if rate == 0:
        return iter(())
    hours = next((each for each in _HOURS if each * HOUR * rate >= apart), None)
    if hours is not None:
        return _hour_ticks(scale, zone, hours)
    days = next((each for each in _DAYS if each * _DAY * rate >= apart), None)
    if days is not None:
        return _day_ticks(scale, zone, days)
    months = next((each for each in _MONTHS if each * 28 * _DAY * rate >= apart), _MONTHS[-1])
    return _month_ticks(scale, zone, months)


def _days(scale: Scale, zone: ZoneInfo) -> Iterator[date]:
    """Yield the days whose beginning lies on the line outside the cuts."""
    for piece in scale.pieces:
        if piece.cut:
            continue
        day, last = local_date(zone, piece.start), local_date(zone, piece.end)
        while day <= last:
            yield day
            day += timedelta(days=1)


def _starts(scale: Scale, zone: ZoneInfo) -> Iterator[tuple[date, Instant]]:
    for day in sorted(set(_days(scale, zone))):
        start = hotel_midnight(zone, day)
        if scale.start <= start <= scale.end:
            yield day, start


def _day_ticks(scale: Scale, zone: ZoneInfo, step: int) -> Iterator[Tick]:
    for day, start in _starts(scale, zone):
        if day.toordinal() % step == 0:
            yield Tick(start, scale.at(start), day)


def _month_ticks(scale: Scale, zone: ZoneInfo, step: int) -> Iterator[Tick]:
    for day, start in _starts(scale, zone):
        if day.day == 1 and (day.month - 1) % step == 0:
            yield Tick(start, scale.at(start), day)


def _hour_ticks(scale: Scale, zone: ZoneInfo, step: int) -> Iterator[Tick]:
    for day in sorted(set(_days(scale, zone))):
        start, end = hotel_midnight(zone, day), hotel_midnight(zone, day + timedelta(days=1))
        seen: set[int] = set()
        for moment in map(Instant, range(start, end, _STEP)):
            local = utc_datetime(moment).astimezone(zone)
            if local.minute or local.hour % step or local.hour in seen:
                continue
            seen.add(local.hour)
            if scale.start <= moment <= scale.end:
                yield Tick(moment, scale.at(moment), day, moment == start, local.hour)
