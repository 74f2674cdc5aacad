"""The hotel as hotelpay's suites want it: a way to enter any reservation, and to look into the tables."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Engine, Table, delete, insert, select

from fastapi_hotel.ports import STATES, Pms, block_row
from fastapi_hotel.tables import bills, blocks, bookings, cards, notes, outbox, paid, reading, sold, writing
from hotelpay import Folio, Reservation


class PmsBench:
    """A hotel without bookings."""

    def __init__(self, engine: Engine) -> None:
        self.source = self.book = self.mailer = self.portal = self.desk = self.todo_list = Pms(engine)
        self.engine = engine

    def put(self, reservation: Reservation) -> Reservation:
        """Enter a booking under the reservation's id, or replace it."""
        rows = rows_of(reservation)
        with writing(self.engine) as connection:
            for table in rows:
                column = table.c.number if table is bookings else table.c.booking
                connection.execute(delete(table).where(column == reservation.id))
            for table, some in rows.items():
                if some:
                    connection.execute(insert(table), some)
        found = self.source.reservation(reservation.id)
        assert found is not None
        return found

    def sent(self, reservation: str) -> Sequence[str]:
        return [row.template for row in self._rows(outbox, reservation)]

    def visible(self, reservation: str, folio: str) -> bool:
        return any(row.shown for row in self._rows(bills, reservation) if row.name == folio)

    def notes(self, reservation: str) -> Sequence[tuple[str, str | None]]:
        return [(row.text, row.channel) for row in self._rows(notes, reservation)]

    def _rows(self, table: Table, reservation: str) -> Sequence[Any]:
        order = table.c.name if table is bills else table.c.id
        with reading(self.engine) as connection:
            return connection.execute(select(table).where(table.c.booking == reservation).order_by(order)).all()


def rows_of(stay: Reservation, guest: str = "A guest") -> dict[Table, list[dict[str, Any]]]:
    """Return a reservation as rows; a company and an agent are what this hotel does not keep."""
    booking = {
        "number": stay.id,
        "guest": guest,
        "state": STATES[stay.status],
        "booked_at": stay.created_at,
        "first_day": stay.arrival,
        "last_day": stay.departure,
        "came_at": stay.checked_in_at,
        "left_at": stay.checked_out_at,
        "cancelled_at": stay.cancelled_at,
        "guarantee": stay.guarantee_status and stay.guarantee_status.value,
        "policy": stay.guarantee_policy,
        "by_agency": stay.ota,
    }
    mine = {"booking": stay.id}
    return {
        bookings: [booking],
        cards: [
            {**mine, "name": card.id, "place": place, "kind": card.kind.value} for place, card in enumerate(stay.cards)
        ],
        bills: [mine | _bill(folio) for folio in stay.folios],
        sold: [
            {**mine, "bill": folio.id, "revenue_group": each.revenue_group, "minor": each.amount.minor}
            for folio in stay.folios
            for each in folio.charges
        ],
        paid: [mine | each for folio in stay.folios for each in _paid(folio)],
        blocks: [mine | block_row(held) for held in stay.preauthorizations],
    }


def _bill(folio: Folio) -> dict[str, Any]:
    closed_as = "invoice" if folio.closed else None
    return {
        "name": folio.id,
        "opened_at": folio.opened_at,
        "currency": folio.currency.code,
        "closed_as": closed_as,
    }


def _paid(folio: Folio) -> list[dict[str, Any]]:
    return [
        {
            "bill": folio.id,
            "minor": each.amount.minor,
            "method": each.payment_type,
            "reference": each.reference,
            "paid_at": each.paid_at,
        }
        for each in folio.payments
    ]
