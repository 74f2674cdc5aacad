"""Reservations that a host holds in memory, found by their anchors without looking at all of them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import date
from operator import attrgetter
from typing import Final

from hotelpay.autopilot.window import Anchor
from hotelpay.moments import Instant
from hotelpay.ports import CandidateQuery
from hotelpay.reservation import PreAuthorizationState, Reservation, ReservationStatus

_HELD: Final = PreAuthorizationState.HELD


class _Column:
    """The reservations that have an anchor, in its order; their moments beside them, to be searched by halves."""

    def __init__(self, anchor: Anchor, rows: Iterable[Reservation]) -> None:
        self._moment_of = attrgetter(anchor.value)
        self.rows = sorted((row for row in rows if self._moment_of(row) is not None), key=self._moment_of)
        self.moments = [self._moment_of(row) for row in self.rows]

    def between(self, first: Instant | date, last: Instant | date) -> list[Reservation]:
        return self.rows[bisect_left(self.moments, first) : bisect_right(self.moments, last)]

    def add(self, row: Reservation) -> None:
        moment = self._moment_of(row)
        if moment is not None:
            place = bisect_right(self.moments, moment)
            self.moments.insert(place, moment)
            self.rows.insert(place, row)

    def drop(self, row: Reservation) -> None:
        moment = self._moment_of(row)
        if moment is not None:
            place = bisect_left(self.moments, moment)
            while self.rows[place] is not row:
                place += 1
            del self.moments[place], self.rows[place]


class ReservationIndex:
    """All reservations of a hotel, kept in memory by a host that holds them itself.

    It is a :class:`~hotelpay.ports.ReservationSource`: what a cycle asks costs what it finds, however long the
    hotel's history. The host puts in each reservation that changes, as it stands then. Not for several threads at
    once: a host with threads puts and asks under a lock of its own.
    """

    def __init__(self, reservations: Iterable[Reservation] = ()) -> None:
        """Take over these reservations; of several with one id the last counts."""
        self._by_id = {row.id: row for row in reservations}
        self._columns = {anchor.value: _Column(anchor, self._by_id.values()) for anchor in Anchor}
        self._holding = {row.id: row for row in self._by_id.values() if _holds(row)}

    def __len__(self) -> int:
        """Return how many reservations there are."""
        return len(self._by_id)

    def put(self, reservation: Reservation) -> None:
        """Add a reservation, or replace the one of its id."""
        self.remove(reservation.id)
        self._by_id[reservation.id] = reservation
        for column in self._columns.values():
            column.add(reservation)
        if _holds(reservation):
            self._holding[reservation.id] = reservation

    def remove(self, reservation: str) -> None:
        """Forget the reservation of an id, if there is one."""
        before = self._by_id.pop(reservation, None)
        if before is not None:
            self._holding.pop(reservation, None)
            for column in self._columns.values():
                column.drop(before)

    def candidates(self, query: CandidateQuery) -> list[Reservation]:
        """Return the reservations in any of the ranges, each once; statuses and filters are left to the decision."""
        found = [self._columns[span.field].between(span.first, span.last) for span in query.spans]
        if len(found) == 1:
            return found[0]
        return list({row.id: row for rows in found for row in rows}.values())

    def holding(self, left_until: Instant) -> list[Reservation]:
        """Return the reservations checked out at ``left_until`` or before that have a held pre-authorisation."""
        return [
            row
            for row in self._holding.values()
            if row.status is ReservationStatus.CHECKED_OUT
            and row.checked_out_at is not None
            and row.checked_out_at <= left_until
        ]

    def reservation(self, reservation: str) -> Reservation | None:
        """Return one reservation, or None where there is none of that id."""
        return self._by_id.get(reservation)


def _holds(reservation: Reservation) -> bool:
    return any(held.state is _HELD for held in reservation.preauthorizations)
