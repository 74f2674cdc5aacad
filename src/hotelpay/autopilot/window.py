"""When: modes, anchors, and the window in which a cycle takes a reservation (D5, D6, D12)."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from datetime import timedelta
from operator import attrgetter
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from hotelpay.moments import HOUR, Instant, hotel_noon, local_date
from hotelpay.reservation import Reservation, ReservationStatus


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


def anchor_reader(anchor: Anchor, zone: ZoneInfo) -> Callable[[Reservation], Instant | None]:
    """Return what reads the instant hours are counted from; it gives None where that has not happened."""
    read = attrgetter(anchor.value)
    return (lambda reservation: hotel_noon(zone, read(reservation))) if anchor.is_noon else read


def window(rule: ModeRule, offset_hours: int, catch_up_hours: int, anchor: Instant) -> Window:
    """Return the window of one anchor; all hours are elapsed hours (D2)."""
    due_at = anchor + rule.sign * offset_hours * HOUR
    opens_until = anchor if rule.until_anchor else due_at
    return Window(Instant(due_at), Instant(opens_until + catch_up_hours * HOUR))


def anchor_range(rule: ModeRule, offset_hours: int, catch_up_hours: int, at: Instant) -> AnchorRange:
    """Return the anchors whose window contains ``at``: :func:`window`, turned round.

    The offset stands on the side of the constant, so that any database can answer from an index.
    """
    offset = rule.sign * offset_hours * HOUR
    after = at - catch_up_hours * HOUR - (0 if rule.until_anchor else offset)
    return AnchorRange(rule.anchor, Instant(after), Instant(at - offset))


def in_range(reservations: Iterable[Reservation], wanted: AnchorRange, zone: ZoneInfo) -> list[Reservation]:
    """Return the reservations whose anchor lies in a range, in their order."""
    anchor, after, until = wanted
    read = attrgetter(anchor.value)
    if not anchor.is_noon:
        return [row for row in reservations if (moment := read(row)) is not None and after < moment <= until]
    # Dates are compared first, since most rows lie elsewhere. A noon that the clock skips falls on the date
    # after its own, so the range begins a day early.
    first, last = local_date(zone, after) - timedelta(days=1), local_date(zone, until)
    return [
        row for row in reservations if first <= (day := read(row)) <= last and after < hotel_noon(zone, day) <= until
    ]
