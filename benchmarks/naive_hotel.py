"""The loop that one writes first: every task tests every reservation, on datetimes of the hotel's own clock.

Records are attrs classes, times are aware datetimes as dateutil makes them, noon is worked out where it is needed,
amounts are ``Decimal``. Nothing is prepared, indexed or explained. A pair is
asked what a task says first: when, then which, then how much.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Final

import attrs
from dateutil import tz

from hotelpay import HouseRules, Reservation, Task
from hotelpay.moments import utc_datetime
from plain_hotel import (
    PlainReservation,
    PlainTask,
    Taken,
    oldest_open_folio,
    passes,
    plain_amount,
    plain_reservation,
    plain_task,
)

_NOON: Final = time(12)
_CATCH_UP: Final = timedelta(hours=24)


@attrs.define
class NaiveReservation:
    """A booking with its dates, and the instants on the hotel's clock; what filters read is in ``plain``."""

    plain: PlainReservation
    status: str
    arrival: date
    departure: date
    created_at: datetime
    checked_in_at: datetime | None
    checked_out_at: datetime | None
    cancelled_at: datetime | None


def hotel_clock(rules: HouseRules) -> tzinfo:
    """Return the hotel's clock as dateutil has it."""
    clock = tz.gettz(rules.timezone.key)
    assert clock is not None
    return clock


def naive_reservation(reservation: Reservation, rules: HouseRules, clock: tzinfo) -> NaiveReservation:
    """Return a reservation as the naive loop has it."""

    def local(moment: datetime | None) -> datetime | None:
        return None if moment is None else moment.astimezone(clock)

    plain = plain_reservation(reservation, rules)
    return NaiveReservation(
        plain=plain,
        status=plain.status,
        arrival=reservation.arrival,
        departure=reservation.departure,
        created_at=utc_datetime(reservation.created_at).astimezone(clock),
        checked_in_at=local(plain.checked_in_at),
        checked_out_at=local(plain.checked_out_at),
        cancelled_at=local(plain.cancelled_at),
    )


def naive_tasks(tasks: Iterable[Task]) -> list[PlainTask]:
    """Return the tasks in plain values."""
    return [plain_task(task) for task in tasks]


def naively_taken(
    tasks: Sequence[PlainTask], rows: Sequence[NaiveReservation], at: datetime, clock: tzinfo
) -> list[Taken]:
    """Return what the tasks take, pair by pair."""
    found: list[Taken] = []
    for task in tasks:
        for row in rows:
            if _is_due(task, row, at, clock) and row.status in task.statuses and passes(task, row.plain, at):
                found.extend(_priced(task, row.plain))
    return found


def _is_due(task: PlainTask, row: NaiveReservation, at: datetime, clock: tzinfo) -> bool:
    anchor = _anchor(task, row, clock)
    if anchor is None:
        return False
    due_at = anchor + task.offset
    return due_at <= at < (anchor if task.until_anchor else due_at) + _CATCH_UP


def _anchor(task: PlainTask, row: NaiveReservation, clock: tzinfo) -> datetime | None:
    if task.anchor == "arrival_noon":
        return datetime.combine(row.arrival, _NOON, clock)
    if task.anchor == "departure_noon":
        return datetime.combine(row.departure, _NOON, clock)
    found: datetime | None = getattr(row, task.anchor)
    return found


def _priced(task: PlainTask, row: PlainReservation) -> Iterable[Taken]:
    folio = oldest_open_folio(row.folios)
    if folio is not None:
        amount = None if task.formula is None else plain_amount(task.formula, row, folio)
        if task.formula is None or amount is not None:
            yield task.id, row.id, folio.id, amount
