"""When: modes, anchors, and the window in which a cycle takes a reservation (D5, D6, D12)."""

from __future__ import annotations

import enum
import functools
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from operator import attrgetter
from typing import Any, Final, NamedTuple, TypeAlias
from zoneinfo import ZoneInfo

from hotelpay.moments import HOUR, Instant, hotel_noon, local_date
from hotelpay.reservation import Reservation, ReservationStatus

_DAY: Final = timedelta(days=1)


class Mode(enum.Enum):
    """The event a task counts its hours from, and in which direction."""

    AFTER_CREATION = "after_creation"
    BEFORE_ARRIVAL = "before_arrival"
    AFTER_ARRIVAL = "after_arrival"
    BEFORE_DEPARTURE = "before_departure"
    AFTER_DEPARTURE = "after_departure"
    AFTER_CANCELLATION = "after_cancellation"


class Anchor(enum.Enum):
    """What hours are counted from; the value names the field of the reservation."""

    CREATION = "created_at"
    ARRIVAL_NOON = "arrival"
    CHECK_IN = "checked_in_at"
    DEPARTURE_NOON = "departure"
    CHECK_OUT = "checked_out_at"
    CANCELLATION = "cancelled_at"

    @property
    def is_noon(self) -> bool:
        """Whether the anchor is noon of a date on the hotel's clock, not an instant that happened."""
        return self in (Anchor.ARRIVAL_NOON, Anchor.DEPARTURE_NOON)


class ModeRule(NamedTuple):
    """What a mode means: its anchor, the sign of its offset, the statuses it applies to (D5).

    ``until_anchor``: the window stays open from the due instant until the catch-up after the **anchor**, for
    everything still to come (D6); in every other mode until the catch-up after the due instant.
    """

    anchor: Anchor
    sign: int
    statuses: tuple[ReservationStatus, ...]
    until_anchor: bool = False


_STAYS: Final = (ReservationStatus.CHECKED_IN, ReservationStatus.CHECKED_OUT)

MODE_RULES: Final = {
    Mode.AFTER_CREATION: ModeRule(Anchor.CREATION, +1, (ReservationStatus.EXPECTED, *_STAYS)),
    Mode.BEFORE_ARRIVAL: ModeRule(Anchor.ARRIVAL_NOON, -1, (ReservationStatus.EXPECTED,), until_anchor=True),
    Mode.AFTER_ARRIVAL: ModeRule(Anchor.CHECK_IN, +1, _STAYS),
    Mode.BEFORE_DEPARTURE: ModeRule(Anchor.DEPARTURE_NOON, -1, (ReservationStatus.EXPECTED, *_STAYS)),
    Mode.AFTER_DEPARTURE: ModeRule(Anchor.CHECK_OUT, +1, (ReservationStatus.CHECKED_OUT,)),
    Mode.AFTER_CANCELLATION: ModeRule(Anchor.CANCELLATION, +1, (ReservationStatus.CANCELLED,)),
}


class Window(NamedTuple):
    """When a task may take a reservation: ``due_at ≤ cycle < closes_at``."""

    due_at: Instant
    closes_at: Instant


class AnchorRange(NamedTuple):
    """Which anchors a cycle takes: ``after < anchor ≤ until``; one range query on an indexed column."""

    anchor: Anchor
    after: Instant
    until: Instant


@functools.cache
def anchor_reader(anchor: Anchor, zone: ZoneInfo) -> Callable[[Reservation], Instant | None]:
    """Return what reads the instant hours are counted from; it gives None where that has not happened."""
    read = attrgetter(anchor.value)
    return (lambda reservation: hotel_noon(zone, read(reservation))) if anchor.is_noon else read


def shifts(rule: ModeRule, offset_hours: int, catch_up_hours: int) -> tuple[int, int]:
    """Return how many seconds after an anchor its window opens and closes; all hours are elapsed hours (D2)."""
    due = rule.sign * offset_hours * HOUR
    return due, (0 if rule.until_anchor else due) + catch_up_hours * HOUR


def window(rule: ModeRule, offset_hours: int, catch_up_hours: int, anchor: Instant) -> Window:
    """Return the window of one anchor."""
    due, closes = shifts(rule, offset_hours, catch_up_hours)
    return Window(Instant(anchor + due), Instant(anchor + closes))


def anchor_range(rule: ModeRule, offset_hours: int, catch_up_hours: int, at: Instant) -> AnchorRange:
    """Return the anchors whose window contains ``at``: :func:`window`, turned round.

    The offset stands on the side of the constant, so that any database can answer from an index.
    """
    due, closes = shifts(rule, offset_hours, catch_up_hours)
    return AnchorRange(rule.anchor, Instant(at - closes), Instant(at - due))


def column_range(wanted: AnchorRange, zone: ZoneInfo) -> tuple[Instant, Instant] | tuple[date, date]:
    """Return a range of anchors as the first and the last value of their field: seconds, or dates on the hotel's clock.

    Of noons these are exactly the dates whose noon lies in the range. Where none does, the first is after the last.
    """
    anchor, after, until = wanted
    if not anchor.is_noon:
        return Instant(after + 1), until
    # A noon that the clock skips falls on the date after its own, so the search begins a day early.
    first, last = local_date(zone, after) - _DAY, local_date(zone, until)
    while hotel_noon(zone, first) <= after:
        first += _DAY
    while hotel_noon(zone, last) > until:
        last -= _DAY
    return first, last


def in_range(
    reservations: Iterable[Reservation], wanted: AnchorRange, statuses: tuple[ReservationStatus, ...], zone: ZoneInfo
) -> list[Reservation]:
    """Return the reservations in one of these statuses whose anchor lies in a range, in their order."""
    first, last = column_range(wanted, zone)
    return _BETWEEN[wanted.anchor](reservations, first, last, statuses)


_Between: TypeAlias = Callable[[Iterable[Reservation], Any, Any, tuple[ReservationStatus, ...]], list[Reservation]]

#: One comprehension a field: reading an attribute by its name in the code costs half of reading it by a variable.
_BETWEEN: Final[Mapping[Anchor, _Between]] = {
    Anchor.CREATION: lambda rows, first, last, statuses: [
        row for row in rows if first <= row.created_at <= last and row.status in statuses
    ],
    Anchor.ARRIVAL_NOON: lambda rows, first, last, statuses: [
        row for row in rows if first <= row.arrival <= last and row.status in statuses
    ],
    Anchor.CHECK_IN: lambda rows, first, last, statuses: [
        row
        for row in rows
        if (moment := row.checked_in_at) is not None and first <= moment <= last and row.status in statuses
    ],
    Anchor.DEPARTURE_NOON: lambda rows, first, last, statuses: [
        row for row in rows if first <= row.departure <= last and row.status in statuses
    ],
    Anchor.CHECK_OUT: lambda rows, first, last, statuses: [
        row
        for row in rows
        if (moment := row.checked_out_at) is not None and first <= moment <= last and row.status in statuses
    ],
    Anchor.CANCELLATION: lambda rows, first, last, statuses: [
        row
        for row in rows
        if (moment := row.cancelled_at) is not None and first <= moment <= last and row.status in statuses
    ],
}
