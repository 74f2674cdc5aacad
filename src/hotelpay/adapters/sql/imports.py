"""Taking a PMS's reservations over, again and again, without losing or doubling what hotelpay did."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, delete, select

from hotelpay.adapters.sql.connections import MOST_PARAMETERS, Row, insert_or_update
from hotelpay.adapters.sql.schema import preauthorizations, reservations
from hotelpay.adapters.sql.snapshots import preauthorization_row, reservation_row
from hotelpay.reservation import PreAuthorizationState, Reservation

#: How many reservations one transaction takes over.
CHUNK: Final = MOST_PARAMETERS - 10
_HELD: Final = PreAuthorizationState.HELD.value


def take_over(connection: Connection, hotel: str, rows: Sequence[Reservation]) -> None:
    """Store these reservations, each id once, as they were handed in."""
    # In one order, so that two imports at once cannot wait for one another.
    rows = sorted(rows, key=lambda row: row.id)
    insert_or_update(connection, reservations, [reservation_row(hotel, row) for row in rows])
    known: dict[str, dict[str, Any]] = {row.id: {} for row in rows}
    table = preauthorizations
    query = select(table).where(table.c.hotel == hotel, table.c.reservation.in_(list(known)))
    for row in connection.execute(query):
        known[row.reservation][row.id] = row
    changed: list[Row] = []
    for each in rows:
        changed += _preauthorizations(hotel, each, known[each.id])
        _drop_missing(connection, hotel, each, known[each.id])
    insert_or_update(connection, table, changed)


def _preauthorizations(hotel: str, reservation: Reservation, known: dict[str, Any]) -> list[Row]:
    """Return the rows of a reservation's pre-authorisations; one that was captured or released is never held again."""
    found = []
    for place, held in enumerate(reservation.preauthorizations):
        before = known.get(held.id)
        row = preauthorization_row(
            hotel, reservation.id, held, kept=before is not None and bool(before.kept), place=place
        )
        if before is not None and before.state != _HELD:
            row["state"] = before.state
        found.append(row)
    return found


def _drop_missing(connection: Connection, hotel: str, reservation: Reservation, known: dict[str, Any]) -> None:
    """Drop what an earlier import brought and this one lacks; what hotelpay kept itself stays."""
    handed_in = {held.id for held in reservation.preauthorizations}
    missing = [name for name, row in known.items() if name not in handed_in and not row.kept]
    table = preauthorizations
    for name in missing:
        same = (table.c.hotel == hotel, table.c.reservation == reservation.id, table.c.id == name)
        connection.execute(delete(table).where(*same))
